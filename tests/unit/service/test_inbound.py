"""What people answer: it can stop public words, opt out and report, and do nothing else."""

import asyncio
import threading
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from netwatch.intake.doorkeeper import Brought, RefusedError
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.model.arrivals import Command, Hold, Report
from netwatch.model.contacts import Contact
from netwatch.model.names import PersonId, SubscriberId
from netwatch.response.people import People, Person
from netwatch.rules import read_rules
from netwatch.service.files import Files
from netwatch.service.inbound import Inbound
from netwatch.service.secrets import Secret
from netwatch.service.wishes import Changes
from tests.unit.views.tales import NIGHT
from tests.unit.web.asked import Hands, Town, Tray

RIGHT = "a shared secret"
MAREK, OLD, TWO_WAY = "+48555010001", "+48555010002", "+48555010003"
STAFF = PersonId("marek")


@dataclass
class Line:
    """What stands behind the webhook."""

    state: Path
    secret: Secret | None = field(default_factory=lambda: Secret(RIGHT))
    brought: list[Command] = field(default_factory=list)
    tray: Tray = field(default_factory=Tray)

    def __post_init__(self) -> None:
        self.store = ContactStore(self.state, lambda: "a key of more than twenty characters")
        kept = [
            Contact(subscriber="marek", phone=MAREK),
            Contact(subscriber="S-1001", phone=OLD),
            Contact(subscriber="S-1003", phone=TWO_WAY, two_way=True),
        ]
        with self.store.changing() as write:
            write(Book(contacts={one.subscriber: one for one in kept}))
        book = read_rules(None, None).rulebook
        assert book is not None
        staffed = book.with_people(People(persons={STAFF: Person(id=STAFF)}))
        self.inbound = Inbound(
            secret=self.secret,
            store=self.store,
            changes=Changes(self.store),
            files=lambda: Files(network=Town().network, rulebook=staffed),
            bring=self._bring,
            loop=self.tray,
            clock=Hands(NIGHT),
        )

    async def _bring(self, command: Command) -> Brought:
        self.brought.append(command)
        return Brought()

    def comes(self, sender: str, text: str, way: str = "sms", word: str = RIGHT) -> Any:
        question = {"from": sender, "text": text, "way": way, "secret": word}
        return asyncio.run(self.inbound.ask(question, "netwatch-web"))


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path)


@pytest.mark.parametrize(
    ("text", "hours"),
    [("HOLD", 1), ("hold 2h", 2), ("Hold 90 min please", 1.5), ("HOLD 40d", 24), ("hold 0h", 1)],
)
def test_the_staff_stops_public_words_by_sms(line: Line, text: str, hours: float) -> None:
    line.comes("0048 555 010 001", text)
    assert line.brought == [Hold(at=NIGHT, by="marek", lasts=timedelta(hours=hours))]


def test_the_staff_stops_public_words_by_a_key(line: Line) -> None:
    line.comes(MAREK, "9", way="voice")
    line.comes(MAREK, "1", way="voice")
    line.comes(MAREK, "resume")
    line.comes(MAREK, "the HOLD of the ship")
    assert [type(one) for one in line.brought] == [Hold]


def test_no_customer_and_no_stranger_can_stop_anything(line: Line) -> None:
    for sender in (OLD, TWO_WAY, "+48999999999", ""):
        line.comes(sender, "HOLD 1h")
        line.comes(sender, "9", way="voice")
    assert line.brought == []


def test_stop_ends_messages_to_that_number_and_to_no_other(line: Line) -> None:
    line.comes(OLD, " STOP.")
    contacts = line.store.read().contacts
    assert contacts["S-1001"].refuses("sms")
    assert not contacts["S-1001"].refuses("mail")
    assert not contacts["S-1003"].refuses("sms")
    line.comes("+48999999999", "stop")
    assert line.store.read().wishes == {}


def test_stop_ends_messages_to_everybody_who_shares_the_number(line: Line) -> None:
    shared = [Contact(subscriber=name, phone="555 010 002") for name in ("F-1", "S-1005")]
    with line.store.changing() as write:
        book = line.store.read()
        write(replace(book, contacts={one.subscriber: one for one in shared} | book.contacts))

    line.comes(OLD, "stop")

    contacts = line.store.read().contacts
    assert {name for name, one in contacts.items() if one.refuses("sms")} == {
        "F-1", "S-1001", "S-1005",
    }  # fmt: skip


def test_stop_is_heard_from_a_number_that_the_inventory_alone_knows(line: Line) -> None:
    line.comes("+48 555 010 123", "STOP")

    contacts = line.store.read().contacts
    assert contacts["S-2002"].refuses("sms")
    assert not contacts["S-2002"].refuses("mail")


def test_who_types_a_number_of_the_staff_into_a_form_takes_no_hold_from_it(line: Line) -> None:
    with line.store.changing() as write:
        book = line.store.read()
        typed = Contact(subscriber="F-1", phone=MAREK, consent=False, invited_at=NIGHT)
        write(replace(book, contacts={"F-1": typed} | book.contacts))

    line.comes(MAREK, "HOLD")
    assert [type(one) for one in line.brought] == [Hold]


def test_half_a_letter_that_a_gateway_cut_is_left_out(line: Line) -> None:
    line.comes(TWO_WAY, "nie działa \ud83d")
    assert [one.text for one in line.tray.said if isinstance(one, Report)] == ["nie działa "]


def test_an_answer_counts_as_a_report_where_the_number_is_two_way(line: Line) -> None:
    line.comes(TWO_WAY, "nie działa")
    assert line.tray.said == [
        Report(at=NIGHT, subscriber=SubscriberId("S-1003"), text="nie działa")
    ]
    line.comes(OLD, "nie działa")
    line.comes("+48999999999", "halo?")
    assert [one.subscriber for one in line.store.read().wishes.values()] == ["S-1001", ""]
    assert len(line.tray.said) == 1


def test_without_the_secret_nothing_comes_in(tmp_path: Path) -> None:
    line = Line(tmp_path / "a")
    with pytest.raises(RefusedError):
        line.comes(MAREK, "HOLD", word="")
    with pytest.raises(RefusedError):
        line.comes(MAREK, "HOLD", word="a wrong word")
    nowhere = Line(tmp_path / "b", secret=None)
    with pytest.raises(RefusedError):
        nowhere.comes(MAREK, "HOLD", word="")
    assert line.brought == nowhere.brought == []


def test_the_contact_store_is_opened_beside_the_loop(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, threads = ContactStore.read, set[int]()

    def noted(store: ContactStore) -> Book:
        threads.add(threading.get_ident())
        return read(store)

    monkeypatch.setattr(ContactStore, "read", noted)
    line.comes(TWO_WAY, "it does not work")

    assert threads
    assert threading.get_ident() not in threads
