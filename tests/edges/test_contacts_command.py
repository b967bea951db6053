"""`netwatch contacts` and a canary: whose name stands in no output but the one that is asked."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from netwatch.journal.journal import Journal

CANARY = ("Kanarek Testowy", "+48555000111", "kanarek@example.com")
TABLE = f"id,name,phone,email\nS-1,{CANARY[0]},{CANARY[1]},{CANARY[2]}\nS-2,,,\n"


def _netwatch(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "netwatch", *words, "--config", folder / "netwatch.toml"],
        input=stdin, capture_output=True, text=True, check=False, cwd=folder, timeout=120,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "netwatch.toml").write_text(
        'inventory = "inventory"\nstate = "state"\n[contacts]\nkey = "file:key"\n'
    )
    (tmp_path / "key").write_text("a key of more than twenty characters\n")
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "town.yaml").write_text(
        "devices:\n  - {id: sw-1, kind: switch, address: 127.0.0.9}\n"
    )
    return tmp_path


def test_contacts_go_in_come_out_and_are_erased(folder: Path) -> None:
    brought = _netwatch(folder, "contacts", "import", "-", "--json", stdin=TABLE)
    assert json.loads(brought.stdout) == {
        "read": 2, "new": 2, "changed": 0, "dropped": 0, "forgotten": 0,
        "unreachable": ["S-2"], "kept": 2,
    }  # fmt: skip

    shown = json.loads(_netwatch(folder, "contacts", "export", "S-1", "--json").stdout)
    assert shown["contacts"][0]["phone"] == CANARY[1]

    erased = _netwatch(folder, "contacts", "erase", "S-1", "S-9", "--json")
    assert json.loads(erased.stdout) == {"erased": ["S-1"], "not_held": ["S-9"]}
    again = _netwatch(folder, "contacts", "import", "-", "--json", stdin=TABLE)
    assert json.loads(again.stdout)["forgotten"] == 1
    assert _netwatch(folder, "contacts", "export", "S-1").returncode == 1


def test_what_is_exported_is_what_can_be_imported(folder: Path) -> None:
    _netwatch(folder, "contacts", "import", "-", stdin=TABLE)
    table = _netwatch(folder, "contacts", "export").stdout
    back = _netwatch(folder, "contacts", "import", "-", "--json", stdin=table)

    assert json.loads(back.stdout)["changed"] == 0


def test_the_canary_is_in_no_file_and_in_no_other_output(folder: Path) -> None:
    outputs = [_netwatch(folder, "contacts", "import", "-", stdin=TABLE)]
    Journal.open(folder / "state" / "journal.db")
    outputs += [
        _netwatch(folder, *words)
        for words in (
            ("check", "--json"),
            ("contacts", "import", "-"),
            ("contacts", "import", "nobody"),
            ("contacts", "export", "S-9"),
            ("contacts", "erase", "S-2"),
            ("doctor", "--json"),
        )
    ]
    (folder / "key").write_text("another key that is long enough too\n")
    outputs.append(_netwatch(folder, "contacts", "export"))

    assert outputs[-1].returncode == 3
    for output in outputs:
        assert not any(word in output.stdout + output.stderr for word in CANARY), output.args
    for path in folder.rglob("*"):
        if path.is_file():
            assert not any(word.encode() in path.read_bytes() for word in CANARY), path


def test_without_a_key_there_is_no_store_and_the_way_out_is_told(folder: Path) -> None:
    (folder / "netwatch.toml").write_text('state = "state"\n')
    refused = _netwatch(folder, "contacts", "import", "-", stdin=TABLE)

    assert refused.returncode == 2
    assert "there is no [contacts] key" in refused.stderr
    assert not (folder / "state").exists()
