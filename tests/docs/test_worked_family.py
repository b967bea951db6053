"""The worked example of a new family is true: followed to the letter, it does what it shows."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from netwatch.pollers.gear.files import read_gear
from netwatch.pollers.profile import polling_mistakes
from tests.edges import warm

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "profiles.md"
FAMILY = Path("rules/profiles/example-olt.yaml")


def blocks(language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def netwatch(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return warm.run(*words, cwd=folder)


def without_margin(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """Return the folder of somebody who has copied the recording."""
    (recording,) = blocks("snmprec")
    (tmp_path / "olt-4000.snmprec").write_text(recording)
    return tmp_path


def write_family(reader: Path, change: tuple[str, str] = ("", "")) -> None:
    text = blocks("yaml")[0]
    assert text.startswith(f"# {FAMILY}\n")
    (reader / FAMILY.parent).mkdir(parents=True, exist_ok=True)
    (reader / FAMILY).write_text(text.replace(*change, 1))


def test_what_is_shown_before_and_after_is_what_a_reader_sees(reader: Path) -> None:
    before, after, _ = blocks("text")

    stranger = netwatch(reader, "probe", "olt-4000.snmprec")
    assert without_margin(stranger.stdout) == without_margin(before)

    write_family(reader)
    checked = netwatch(reader, "check", "--rules", "rules")
    assert (checked.returncode, checked.stdout) == (0, "")
    known = netwatch(reader, "probe", "olt-4000.snmprec", "--rules", "rules", "--explain")
    assert (known.returncode, known.stderr) == (0, "")
    assert without_margin(known.stdout) == without_margin(after)


def test_the_mistake_that_is_shown_is_told_so(reader: Path) -> None:
    write_family(reader, ("scale: 0.1", "scael: 0.1"))
    checked = netwatch(reader, "check", "--rules", "rules")

    assert checked.returncode == 2
    assert without_margin(checked.stdout) == without_margin(blocks("text")[2])


@pytest.mark.parametrize("text", blocks("yaml"))
def test_every_piece_of_a_profile_that_is_shown_can_be_read(text: str) -> None:
    words = {"id": "example", "title": "Example", **yaml.safe_load(text)}
    gear, wrongs = read_gear(words)

    assert gear is not None
    assert [*wrongs, *polling_mistakes(words)] == []
