"""A start with bad files takes the last good ones, wherever these lay."""

from pathlib import Path

import pytest

from netwatch.service.files import (
    BadFilesError,
    copy_aside,
    digest_of_copy,
    keep_copy,
    read_copy,
    read_files,
    read_or_last_good,
)

CORE = "vantage: core-1\ndevices: [{id: core-1, kind: router, address: 192.0.2.1}]\n"


def people(first: int) -> str:
    return "id\n" + "".join(f"S-{first + number}\n" for number in range(5))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder with an inventory whose tables lie everywhere, and rules behind a link."""
    files = {
        "inventory/a.yaml": f"{CORE}subscribers: [s.csv, ../beside.csv, {tmp_path}/far/off.csv]\n",
        "inventory/s.csv": people(0),
        "inventory/.git/config": "not ours",
        "beside.csv": people(10),
        "far/off.csv": people(20),
        "far/linked/b.yaml": "subscribers: [near.csv, ../up.csv]\n",
        "far/linked/near.csv": people(30),
        "far/up.csv": people(40),
        "elsewhere/staff.yaml": "people: [{id: magda, language: pl}]\n",
        "rules/README.md": "what our rules are",
        "state/keep": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "inventory" / "sub").symlink_to(tmp_path / "far" / "linked")
    (tmp_path / "rules" / "people").symlink_to(tmp_path / "elsewhere")
    return tmp_path


def test_a_start_finds_every_file_that_was_good_before(root: Path) -> None:
    inventory, rules, state = root / "inventory", root / "rules", root / "state"
    good = read_files(inventory, rules)
    assert good.files is not None, good.findings
    assert len(good.files.network.subscribers) == 25

    copies = copy_aside(good.files.sources, rules, state)
    again = read_copy(copies).files
    assert again is not None
    assert again.network.digest == good.files.network.digest
    assert again.rulebook.digest == good.files.rulebook.digest
    assert digest_of_copy(copies, good.files.sources) == good.files.digest
    assert not (copies / "inventory" / ".git").exists()
    keep_copy(state, "digest")

    for path in (*root.rglob("*.csv"), root / "elsewhere" / "staff.yaml"):
        if state not in path.parents:
            path.write_text("half a li")
    files, why = read_or_last_good(inventory, rules, state)
    assert why
    assert files.network.subscribers == good.files.network.subscribers
    assert files.rulebook.language_of("magda") == "pl"


@pytest.mark.parametrize(
    "name", ["inventory/a.yaml", "inventory/sub/near.csv", "outside/0", "rules/people/staff.yaml"]
)
def test_a_file_that_changed_while_it_was_copied_is_seen(root: Path, name: str) -> None:
    good = read_files(root / "inventory", root / "rules").files
    assert good is not None
    copies = copy_aside(good.sources, root / "rules", root / "state")
    with (copies / name).open("a") as file:
        file.write("# as it is a moment later\n")
    assert digest_of_copy(copies, good.sources) != good.digest


def test_without_good_files_from_before_a_start_says_what_is_wrong(root: Path) -> None:
    (root / "beside.csv").unlink()
    with pytest.raises(BadFilesError, match=r"beside\.csv"):
        read_or_last_good(root / "inventory", root / "rules", root / "state")
