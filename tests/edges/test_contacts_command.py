"""`netwatch contacts` and a canary: whose name stands in no output but the one that is asked."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from netwatch.journal.journal import Journal
from tests.edges import warm

CANARY = ("Kanarek Testowy", "+48555000111", "kanarek@example.com")
TABLE = f"id,name,phone,email\nS-1,{CANARY[0]},{CANARY[1]},{CANARY[2]}\nS-2,,,\n"


def _netwatch(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    config = folder / "netwatch.toml"
    return warm.run(*words, "--config", config, stdin=stdin, cwd=folder, timeout=120)


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
        "read": 2, "new": 2, "changed": 0, "dropped": 0, "forgotten": 0, "not_agreed": 0,
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


def test_half_a_list_drops_nobody(folder: Path) -> None:
    rows = [f"S-{number},+485550{number:05d}\n" for number in range(40)]
    _netwatch(folder, "contacts", "import", "-", stdin="id,phone\n" + "".join(rows))
    half = "id,phone\n" + "".join(rows[:10])
    refused = _netwatch(folder, "contacts", "import", "-", "--drop-others", stdin=half)
    meant = _netwatch(
        folder, "contacts", "import", "-", "--drop-others", "--allow-fewer", "--json", stdin=half
    )

    assert refused.returncode == 3
    assert "30 of 40 contacts would go: it looks cut off" in refused.stderr
    assert json.loads(meant.stdout)["kept"] == 10


def test_a_key_is_changed_and_the_old_one_opens_nothing_any_more(folder: Path) -> None:
    _netwatch(folder, "contacts", "import", "-", stdin=TABLE)
    (folder / "key").rename(folder / "old-key")
    gone = _netwatch(folder, "contacts", "export")
    (folder / "key").write_text("a second key, of more than twenty characters\n")
    shut = _netwatch(folder, "contacts", "export")
    changed = _netwatch(folder, "contacts", "rekey", "--from", "file:old-key", "--json")
    shown = json.loads(_netwatch(folder, "contacts", "export", "S-1", "--json").stdout)

    assert (gone.returncode, shut.returncode) == (3, 3)
    assert "the key of the contact store is not there" in gone.stderr
    assert "where the key is lost nobody opens it" in shut.stderr
    assert json.loads(changed.stdout) == {"kept": 2, "forgotten": 0}
    assert shown["contacts"][0]["phone"] == CANARY[1]
    again = _netwatch(folder, "contacts", "rekey", "--from", "file:old-key")
    assert again.returncode == 3


def test_a_key_itself_is_not_taken_on_the_command_line(folder: Path) -> None:
    refused = _netwatch(folder, "contacts", "rekey", "--from", "a key that all can see in ps")

    assert refused.returncode == 2
    assert "no key itself" in refused.stderr


def test_who_is_erased_is_named_where_the_operators_files_still_have_them(folder: Path) -> None:
    (folder / "inventory" / "town.yaml").write_text(
        "devices:\n  - {id: sw-1, kind: switch, address: 127.0.0.9}\nsubscribers: [people.csv]\n"
    )
    (folder / "inventory" / "people.csv").write_text(f"id,device,phone\nS-1,sw-1,{CANARY[1]}\n")
    told = _netwatch(folder, "contacts", "erase", "S-1", "S-2")

    assert "still in the inventory's own files, take them out there: S-1\n" in told.stderr


def test_every_source_is_renewed_and_one_that_fails_is_named(folder: Path) -> None:
    (folder / "k.csv").write_text("ID,Telefon\nS-1,+48555000111\n")
    (folder / "contacts.yaml").write_text(
        "contacts: {file: k.csv, columns: {subscriber: ID, phone: Telefon}}\n"
    )
    (folder / "gear.yaml").write_text("gear: {file: k.csv, columns: {key: ID}}\n")
    with (folder / "netwatch.toml").open("a") as config:
        for name, mapping in (("a", "contacts"), ("b", "gear"), ("c", "gone")):
            config.write(f'[sources.{name}]\nkind = "csv"\nmapping = "{mapping}.yaml"\n')

    done = _netwatch(folder, "contacts", "import", "--all", "--json")

    assert done.returncode == 3
    assert json.loads(done.stdout)["sources"]["a"]["new"] == 1
    assert list(json.loads(done.stdout)["sources"]) == ["a"]
    assert "gone.yaml" in done.stderr
    assert json.loads(_netwatch(folder, "contacts", "export", "S-1", "--json").stdout)


def test_without_a_key_nothing_is_renewed_and_nothing_fails(folder: Path) -> None:
    (folder / "netwatch.toml").write_text('state = "state"\n')

    assert _netwatch(folder, "contacts", "import", "--all").returncode == 0
    assert _netwatch(folder, "contacts", "import", "--all", "--drop-others").returncode == 2
    assert _netwatch(folder, "contacts", "import").returncode == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can write for somebody else")
def test_what_root_writes_the_service_can_read(folder: Path) -> None:
    (folder / "state").mkdir(mode=0o711)
    os.chown(folder / "state", 65534, 65534)
    _netwatch(folder, "contacts", "import", "-", stdin=TABLE)

    written = [path for path in (folder / "state").rglob("*") if path.name != "state"]
    assert {path.name for path in written} >= {"contacts", "store"}
    assert {path.stat().st_uid for path in written} == {65534}


def test_who_wants_to_be_called_is_noted_listed_called_and_erased(folder: Path) -> None:
    add = ("desk", "callback", "add")
    noted = _netwatch(folder, *add, CANARY[1], "--subscriber", "S-1", "--text", "\x1b[2Jafter 17")
    assert (noted.returncode, noted.stdout) == (0, "B-1 is noted\n")
    assert _netwatch(folder, *add, "555 000 112").returncode == 0
    assert _netwatch(folder, *add, "nobody").returncode == 2

    shown = _netwatch(folder, "desk", "callback", "list")
    assert "\x1b" not in shown.stdout
    assert "B-1" in shown.stdout
    listed = json.loads(_netwatch(folder, "desk", "callback", "list", "--json").stdout)
    assert [one["phone"] for one in listed["callbacks"]] == [CANARY[1], "555 000 112"]
    exported = json.loads(_netwatch(folder, "contacts", "export", "S-1", "--json").stdout)
    assert [one["id"] for one in exported["callbacks"]] == ["B-1"]

    assert _netwatch(folder, "desk", "callback", "done", "2").stdout == "B-2 is done, and erased\n"
    assert _netwatch(folder, "desk", "callback", "done", "B-2").returncode == 1
    _netwatch(folder, "contacts", "erase", "S-1")
    left = json.loads(_netwatch(folder, "desk", "callback", "list", "--json").stdout)
    assert left == {"callbacks": []}


def test_without_a_key_nobody_is_noted_and_the_way_out_is_said(tmp_path: Path) -> None:
    (tmp_path / "netwatch.toml").write_text('state = "state"\n')
    done = _netwatch(tmp_path, "desk", "callback", "add", "555 000 111")
    assert done.returncode == 2
    assert "[contacts]" in done.stderr
