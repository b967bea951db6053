"""A command that was forked from a warm process is like one that a shell started."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.edges import warm
from tests.edges.service_house import House

ROOT = Path(__file__).parents[2]
NETWORK = "devices:\n  - {id: sw-1, kind: switch, address: 127.0.0.9}\n"
SETTINGS = 'state = "state"\ninventory = "inventory"\n[contacts]\nkey = "env:SEAL"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "netwatch.toml").write_text(SETTINGS)
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "a.yaml").write_text(NETWORK)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("--version",),
        ("--help",),
        ("no-such-command",),
        ("check", "--json"),
        ("check", "--inventory", "not-there"),
        ("incident", "list", "--config", "netwatch.toml"),
        ("why", "I-1"),
        ("contacts", "import", "-", "--config", "netwatch.toml", "--json"),
        ("notice", "preview", "--area", "nowhere"),
    ],
)
def test_it_says_and_ends_as_the_same_command_with_a_python_of_its_own(
    words: tuple[str, ...], home: Path
) -> None:
    environment = {**os.environ, "SEAL": "a key of more than twenty characters", "NO_COLOR": "1"}
    table = "id,name,phone\nS-1,Łucja,+48555000111\n"
    by_a_shell = subprocess.run(
        [sys.executable, "-m", "netwatch", *words],
        input=table, cwd=home, env=environment, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    for left in home.glob("state/*"):
        left.rename(home / left.name)

    forked = warm.run(*words, stdin=table, cwd=home, env=environment)

    assert forked.stdout == by_a_shell.stdout
    assert forked.stderr == by_a_shell.stderr
    assert forked.returncode == by_a_shell.returncode


def test_its_folder_and_environment_are_its_own(home: Path) -> None:
    here, environment = Path.cwd(), dict(os.environ)
    words, table = ("contacts", "import", "-", "--config", "netwatch.toml"), "id,phone\nS-1,\n"

    shut = warm.run(*words, stdin=table, cwd=home, env={"PATH": "/usr/bin"})
    opened = warm.run(*words, stdin=table, cwd=home, env={**environment, "SEAL": "x" * 30})

    assert "SEAL" in shut.stderr
    assert (opened.returncode, shut.returncode) == (0, 3)
    assert (Path.cwd(), dict(os.environ)) == (here, environment)


def test_a_service_hears_signals_and_says_how_it_ended(tmp_path: Path) -> None:
    house = House(tmp_path)
    try:
        house.start()
        assert house.process is not None
        assert house.process.poll() is None
        with pytest.raises(TimeoutError):
            house.process.wait(0.01)
        assert house.stop()[0] == 0
        house.start()
        assert house.stop(signal.SIGKILL)[0] == -signal.SIGKILL
        assert house.process.poll() == -signal.SIGKILL
    finally:
        house.end()
