"""netwatch account: who may log in, said on the command line; no password is ever shown."""

import json
import stat
from pathlib import Path

import pytest

from tests.edges import warm

PASSWORD = "seven herons by the weir"  # noqa: S105 - a test's
PEOPLE = """\
people: [{id: ewa, name: Ewa}, {id: jan, name: Jan}]
roles: [{id: on-call, people: [ewa]}]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "rules" / "people").mkdir(parents=True)
    (tmp_path / "rules" / "people" / "own.yaml").write_text(PEOPLE)
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    file = tmp_path / "netwatch.toml"
    file.write_text('name = "Dolina"\nstate = "state"\nrules = "rules"\n')
    return file


def account(config: Path, *words: str, code: int = 0) -> str:
    done = warm.run("account", *words, "--config", config, timeout=60)
    assert done.returncode == code, done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    assert "argon2" not in done.stdout + done.stderr
    return done.stderr if code else done.stdout


def test_an_account_is_made_listed_changed_and_removed(config: Path) -> None:
    given = ("--password-file", str(config.parent / "password"))
    assert "make the first" in account(config, "list")
    added = account(config, "add", "night-desk", "--role", "desk", "--person", "ewa", *given)
    assert "as ewa, role desk" in added
    file = config.parent / "state" / "accounts" / "accounts.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_text()

    assert "is manager now" in account(config, "role", "night-desk", "manager")
    assert json.loads(account(config, "list", "--json")) == {
        "accounts": [
            {"account": "night-desk", "person": "ewa", "role": "manager", "gone": False},
        ]
    }
    account(config, "passwd", "night-desk", *given)
    assert file.read_text() != before
    account(config, "remove", "night-desk")
    assert json.loads(account(config, "list", "--json")) == {"accounts": []}


def test_what_cannot_be_is_refused_with_a_way_out(config: Path) -> None:
    given = ("--password-file", str(config.parent / "password"))
    (config.parent / "weak").write_text("netwatch")
    weak = ("--password-file", str(config.parent / "weak"))

    assert "did you mean --person ewa" in account(
        config, "add", "eva", "--role", "noc", *given, code=2
    )
    assert "cannot be a name" in account(config, "add", "e wa", "--role", "noc", *given, code=2)
    assert "12 to 256 letters" in account(config, "add", "ewa", "--role", "noc", *weak, code=2)
    assert "--password-file" in account(config, "add", "ewa", "--role", "noc", code=2)
    account(config, "add", "ewa", "--role", "noc", *given)
    assert "already" in account(config, "add", "ewa", "--role", "noc", *given, code=1)
    assert "did you mean ewa" in account(config, "remove", "ewe", code=1)
    assert "no account" in account(config, "role", "nobody", "noc", code=1)
    account(config, "role", "ewa", "king", code=2)

    (config.parent / "state" / "accounts" / "accounts.json").write_text("{")
    assert "no file of accounts" in account(config, "list", code=2)
