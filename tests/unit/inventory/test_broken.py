"""Each folder of broken inventories says exactly what its expected.txt says.

To add one: make a folder in tests/data/broken, put the broken files and an expected.txt into it.
"""

from pathlib import Path

import pytest

from netwatch.inventory import reader

BROKEN = Path(__file__).parents[2] / "data" / "broken"
NAMES = sorted(folder.name for folder in BROKEN.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_inventory_says_what_is_wrong_and_the_way_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(BROKEN)
    monkeypatch.setattr(reader, "tracked_by_git", lambda _directory, _paths: set())
    expected = (BROKEN / name / "expected.txt").read_text(encoding="utf-8")

    findings = reader.read_inventory(Path(name)).findings

    assert "".join(f"{finding}\n" for finding in findings) == expected


def test_there_are_at_least_forty_of_them() -> None:
    assert len(NAMES) >= 40


def test_no_message_lacks_its_way_out() -> None:
    for name in NAMES:
        lines = (BROKEN / name / "expected.txt").read_text(encoding="utf-8").splitlines()
        assert [line.startswith("    ") for line in lines] == [False, True] * (len(lines) // 2)
