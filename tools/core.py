"""Build netwatch's compiled core: ``python tools/core.py``, and the hook of hatchling's builds.

Needs a C compiler (``$CC``, else cc, gcc or clang) and nothing of Python. Without one netwatch is
installed all the same and asks in pure Python; `netwatch doctor` says which it is.
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGE = Path("netwatch/pollers/snmp")
FLAGS = (
    "-std=gnu11", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-fstack-protector-strong",
    "-Wall", "-Wextra",
)  # fmt: skip


class NoCoreError(RuntimeError):
    """The core cannot be built on this machine; the text says why."""


def compiler() -> list[str]:
    """Return the C compiler to call.

    Raises:
        NoCoreError: there is none.
    """
    named = shlex.split(os.environ.get("CC", ""))
    for name in named[:1] or ["cc", "gcc", "clang"]:
        if found := shutil.which(name):
            return [found, *named[1:]]
    raise NoCoreError("there is no C compiler (Debian: gcc and libc6-dev)")


def build(root: Path = ROOT, *, to: Path | None = None, flags: tuple[str, ...] = ()) -> Path:
    """Compile the core unless these very sources were compiled before; return the library.

    Raises:
        NoCoreError: there is no compiler, or it fails.
    """
    library = _library(root)
    folder = root / PACKAGE / "core"
    file = to or folder / library.FILE.name
    digest = library.digest(folder)
    if file.exists() and f"core {digest}".encode() in file.read_bytes():
        return file
    command = [*compiler(), *FLAGS, *flags, f'-DCORE_DIGEST="{digest}"']
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".core-") as scratch:
        made = Path(scratch) / file.name
        sources = [str(source) for source in library.sources(folder) if source.suffix == ".c"]
        done = subprocess.run(  # noqa: S603 (the compiler of whoever builds)
            [*command, "-o", str(made), *sources, "-lm"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["it does not say why"]
            raise NoCoreError(f"{command[0]} fails: {lines[0][:300]}")
        made.chmod(0o755)
        made.replace(file)
    return file


def _library(root: Path) -> ModuleType:
    """Load ``library.py`` by its path: while netwatch is built, it cannot be imported yet."""
    spec = spec_from_file_location("_netwatch_core", root / PACKAGE / "library.py")
    if spec is None or spec.loader is None:
        raise NoCoreError("these are not the sources of netwatch")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wheel_tag() -> str:
    """Return the tag of a wheel with a core in it: any Python 3, this machine's system."""
    return f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # called by hand
    pass
else:

    class CoreHook(BuildHookInterface[Any]):  # type: ignore[misc, unused-ignore] # there only while netwatch is built
        """Build the core into wheels and editable installations, where that can be done."""

        PLUGIN_NAME = "custom"

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling's)
            """Add the core to what is built; without a compiler, add nothing."""
            if self.target_name != "wheel":
                return
            try:
                file = build(Path(self.root))
            except (NoCoreError, OSError) as why:
                self.app.display_warning(f"netwatch without its compiled core: {why}")
                return
            build_data["artifacts"].append(f"/{file.relative_to(self.root).as_posix()}")
            build_data["pure_python"] = False
            build_data["tag"] = wheel_tag()


if __name__ == "__main__":
    try:
        print(build())
    except NoCoreError as why:
        sys.exit(f"no compiled core: {why}")
