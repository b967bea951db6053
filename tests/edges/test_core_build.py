"""The compiled core is built where there is a compiler; where there is none, nobody misses it."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from netwatch.pollers.snmp import library

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("compiled_core")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what is built, to be spoiled."""
    shutil.copytree(library.FOLDER, tmp_path / "netwatch/pollers/snmp/core")
    shutil.copy(library.__file__, tmp_path / "netwatch/pollers/snmp/library.py")
    (tmp_path / "netwatch/pollers/snmp/core" / library.FILE.name).unlink(missing_ok=True)
    return tmp_path


@pytest.fixture
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("core_builder", ROOT / "tools" / "core.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_built_can_be_opened_and_is_not_built_twice(
    builder: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = builder.build(checkout)
    core, why = library.opened(file)
    assert core is not None, why

    monkeypatch.setenv("CC", "false")
    assert builder.build(checkout) == file


def test_a_core_of_other_sources_is_not_used_and_is_built_anew(
    builder: ModuleType, checkout: Path, tmp_path: Path
) -> None:
    source = checkout / "netwatch/pollers/snmp/core/core.h"
    source.write_text(source.read_text() + "\n/* changed */\n")
    core, why = library.opened(builder.build(checkout, to=tmp_path / "other.so"))
    assert core is None
    assert "other sources" in why

    before = (tmp_path / "other.so").read_bytes()
    source.write_text(source.read_text() + "\n/* changed again */\n")
    assert builder.build(checkout, to=tmp_path / "other.so").read_bytes() != before


@pytest.mark.parametrize("compiler", ["no-such-compiler", "false"])
def test_without_a_compiler_that_works_nothing_is_built_and_that_is_told(
    builder: ModuleType, checkout: Path, compiler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", compiler)
    with pytest.raises(builder.NoCoreError):
        builder.build(checkout)
    assert not (checkout / "netwatch/pollers/snmp/core" / library.FILE.name).exists()


def test_a_library_that_is_broken_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "core.so"
    assert library.opened(file) == (None, "no compiled core was built when netwatch was installed")
    file.write_bytes(b"\x7fELF and then nothing")
    core, why = library.opened(file)
    assert core is None
    assert "cannot be loaded" in why


@pytest.mark.parametrize(("pure", "used"), [("1", False), ("0", True), ("", True)])
def test_the_environment_says_which_asker_is_used(pure: str, used: bool) -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "from netwatch.pollers.snmp import library; print(library.load() is not None)",
        ],
        env={**os.environ, library.PURE: pure},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.strip() == str(used)
