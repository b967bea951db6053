"""Names, numbers and addresses of customers, searched for in all that a running service leaves."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.journal.journal import Journal
from netwatch.model.diagnosis import Diagnosis
from netwatch.model.evidence import Proof
from netwatch.model.facts import (
    Audience,
    Fact,
    IncidentOpened,
    NoticeDue,
    NoticeRefused,
    NoticeSent,
    Phase,
    Purpose,
)
from netwatch.model.names import ChannelName, ElementName, IncidentId, SubscriberId
from netwatch.model.terms import Cause, IncidentKind
from netwatch.service.clock import machine_time
from tests.edges.receiver import Plan, Receiver, receiver
from tests.edges.service_house import SETTINGS, House

NAME, PHONE, MAIL = "Kanarek Testowy", "+48555000111", "kanarek.testowy@example.com"
CANARIES = (NAME, "Kanarek", PHONE, "555000111", "555 000 111", MAIL, "kanarek.testowy")
"""Whole, in the source's own spelling, and in pieces."""
PEOPLE = f"""\
Klient;Login;Urzadzenie;Ulica;Nr;Nazwa;Telefon;E-mail
K-1;u1;olt;Polna;1;{NAME};555 000 111;{MAIL}
K-2;u2;olt;Polna;3;{NAME};nie podano 555000111;kanarek.testowy
K-3;u3;;Polna;5;{NAME};;
"""
MAPPING = """\
lines:
  file: people.csv
  delimiter: ";"
  columns:
    {key: Login, subscriber: Klient, logins: Login, gear: Urzadzenie, street: Ulica, house: Nr}
contacts:
  file: people.csv
  delimiter: ";"
  columns: {subscriber: Klient, name: Nazwa, phone: Telefon, email: E-mail}
"""
COMMANDS = (
    ("check",), ("plan",), ("doctor",), ("places", "reconcile", "--no-look"), ("places", "show"),
    ("import", "office"), ("incident", "list"), ("incident", "show", "I-1"), ("why", "I-1"),
    ("why-not", "sw-1"), ("publish", "status"), ("maintenance", "list"), ("reload",),
    ("contacts", "import", "office"), ("contacts", "erase", "K-9"),
)  # fmt: skip


@pytest.fixture
def far_end() -> Iterator[Receiver]:
    echo = f"no such subscriber {NAME} {PHONE} {MAIL}".encode()
    refusal = Plan(status=500, headers=(("X-Reason", PHONE),), body=echo)
    with receiver(refusal, Plan(status=422, body=echo), Plan(reset=True)) as state:
        yield state


@pytest.fixture
def house(tmp_path: Path, far_end: Receiver) -> Iterator[House]:
    settings = f"""\
{SETTINGS}
[contacts]
key = "file:key"
[channels.sms]
url = "{far_end.url}"
[channels.mail]
url = "{far_end.url}"
[sources.office]
kind = "csv"
mapping = "mapping.yaml"
country = "+48"
"""
    house = House(tmp_path, settings)
    house.write("subscribers.csv", "id,device,area\n")
    (tmp_path / "key").write_text("a key of more than twenty characters\n")
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    (tmp_path / "people.csv").write_text(PEOPLE)
    yield house
    house.end()


def owed() -> list[Fact]:
    """Return an open incident, and words about it that customers are owed."""
    at = machine_time() - timedelta(seconds=5)
    people = tuple(map(SubscriberId, ("K-1", "K-2", "K-3")))
    diagnosis = Diagnosis(
        kind=IncidentKind.OUTAGE,
        cause=Cause.DEVICE,
        root_cause=(ElementName("device:sw-1"),),
        confidence=0.99,
        subscribers=people,
        proof=Proof(silent=3, asked=3, answering=0, suspects=(ElementName("device:sw-1"),)),
    )
    one = IncidentId("I-1")
    opened = IncidentOpened(at=at, incident=one, since=at, diagnosis=diagnosis)
    dues = [
        NoticeDue(
            at=at,
            incident=one,
            audience=Audience.SUBSCRIBERS,
            channel=ChannelName(channel),
            phase=Phase.CONFIRMED,
            purpose=Purpose.NOTICE,
            revision=1,
            recipients=people,
        )
        for channel in ("sms", "mail")
    ]
    return [opened, *dues]


def test_no_customer_stands_in_anything_but_the_sealed_store(
    house: House, far_end: Receiver
) -> None:
    outputs = [house.run("contacts", "import", "office"), house.run("places", "reconcile")]
    assert [one.returncode for one in outputs] == [0, 0], outputs
    book = Journal.open(house.state / "journal.db")
    book.append(owed())
    book.close()

    house.start("--tape", str(house.folder / "night.tape"))
    settled = (NoticeSent, NoticeRefused)
    house.until(lambda: _keys(house.facts(), settled) >= {"sms/K-1", "mail/K-2", "mail/K-3"})
    outputs += [house.run(*words, "--json") for words in COMMANDS]
    outputs += [
        house.run("facts"),
        house.run("places", "export", str(house.folder / "exported")),
        house.run("contacts", "import", "nothing-of-that-name", "--json"),
    ]
    (house.folder / "people.csv").write_text(PEOPLE[: len(PEOPLE) // 2] + '"' + NAME)
    outputs += [house.run("contacts", "import", "office"), house.run("import", "office")]
    (house.folder / "key").write_text("another key, with which nothing opens\n")
    outputs += [house.run("contacts", "export"), house.run("contacts", "import", "office")]
    house.stop()
    outputs.append(house.run("replay", "--tape", str(house.folder / "night.tape"), "--json"))

    assert far_end.bodies, "nothing was sent: this test saw nothing"
    shown = next(one for one in outputs if "show" in one.args and "places" in one.args)
    assert json.loads(shown.stdout)["subscribers"] == len(("K-1", "K-2", "K-3"))
    for output in outputs:
        assert "Traceback" not in output.stderr, output.args
        assert not _found(output.stdout + output.stderr), (output.args, _found(output.stdout))
    left = [path for path in house.folder.rglob("*") if path.is_file()]
    assert {"journal.db", "log", "places.jsonl"} <= {path.name for path in left}
    for path in left:
        if path.name != "people.csv":
            assert not _found(path.read_bytes().decode("utf-8", "replace")), path


def _keys(facts: list[Fact], kinds: tuple[type, ...]) -> set[str]:
    keys = [key for fact in facts if isinstance(fact, kinds) for key in fact.keys]  # type: ignore[attr-defined]
    return {"/".join(key.split("/")[2:4]) for key in keys}


def _found(text: str) -> list[str]:
    return [word for word in CANARIES if word in text]
