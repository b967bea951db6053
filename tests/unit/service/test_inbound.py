"""What people answer: customers opt out and report, the staff is understood, nobody else is."""

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
from netwatch.model.meaning import Meaning
from netwatch.model.names import ChannelName, PersonId, SubscriberId
from netwatch.model.network import Network
from netwatch.model.replying import Reply, Stray
from netwatch.model.terms import Cause
from netwatch.response.people import ON_CALL, People, Person, Role
from netwatch.response.stage import begin
from netwatch.rules import read_rules
from netwatch.service.files import Files
from netwatch.service.inbound import Inbound
from netwatch.service.replies import Replies
from netwatch.service.secrets import Secret
from netwatch.service.wishes import Changes
from tests.unit.views.tales import NIGHT
from tests.unit.web.asked import Hands, Town, Tray

RIGHT = "a shared secret"
MAREK, OLD, TWO_WAY = "+48555010001", "+48555010002", "+48555010003"
IDLE_PHONE = "+48555010009"
STAFF, IDLE = PersonId("marek"), PersonId("idle")


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
            Contact(subscriber="idle-phone", phone=IDLE_PHONE),
            Contact(subscriber="S-1001", phone=OLD),
            Contact(subscriber="S-1003", phone=TWO_WAY, two_way=True),
        ]
        with self.store.changing() as write:
            write(Book(contacts={one.subscriber: one for one in kept}))
        book = read_rules(None, None).rulebook
        assert book is not None
        people = People(
            persons={STAFF: Person(id=STAFF), IDLE: Person(id=IDLE, contact="idle-phone")},
            roles={ON_CALL: Role(id=ON_CALL, people=(STAFF,))},
        )
        staffed = book.with_people(people)
        files = Files(network=Town().network, rulebook=staffed)
        state = begin(Network(), staffed.stages.response)
        self.inbound = Inbound(
            secret=self.secret,
            store=self.store,
            changes=Changes(self.store),
            files=lambda: files,
            bring=self._bring,
            loop=self.tray,
            clock=Hands(NIGHT),
            replies=Replies(
                key=bytes(32),
                files=lambda: files,
                state=lambda: state,
                bring=self._bring,
                clock=Hands(NIGHT),
                timezone="Europe/Warsaw",
                languages=("en", "pl"),
                channels=("duty", "sms"),
                two_way=("sms",),
            ),
        )

    async def _bring(self, command: Command) -> Brought:
        self.brought.append(command)
        return Brought()

    def comes(
        self, sender: str, text: str, way: str = "sms", word: str = RIGHT, **more: str
    ) -> Any:
        question = {"from": sender, "text": text, "way": way, "secret": word, **more}
        return asyncio.run(self.inbound.ask(question, "netwatch-web"))

    def replies(self) -> list[Reply]:
        return [one for one in self.brought if isinstance(one, Reply)]


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path)


@pytest.mark.parametrize(
    ("text", "hours"),
    [("HOLD", 1), ("hold 2h", 2), ("Hold 90 min please", 1.5), ("HOLD 40d", 24), ("hold 0h", 1)],
)
def test_the_staff_stops_public_words_by_sms(line: Line, text: str, hours: float) -> None:
    line.comes("0048 555 010 001", text)
    (reply,) = line.replies()
    assert (reply.by, reply.meaning) == ("marek", Meaning(hold=timedelta(hours=hours)))


def test_the_staff_stops_public_words_by_a_key(line: Line) -> None:
    line.comes(MAREK, "9", way="voice")
    line.comes(MAREK, "1", way="voice")
    line.comes(MAREK, "resume")
    line.comes(MAREK, "the HOLD of the ship")
    assert [one for one in line.brought if isinstance(one, Hold)] == [line.brought[0]]
    assert [one.meaning.hold for one in line.replies()] == [None, None]


def test_no_customer_and_no_stranger_can_stop_anything(line: Line) -> None:
    for sender in (OLD, TWO_WAY, "+48999999999", ""):
        line.comes(sender, "HOLD 1h")
        line.comes(sender, "9", way="voice")
    stray = Stray(at=NIGHT, by="", channel=ChannelName("sms"), why="unknown-sender")
    assert line.brought == [stray] * 4


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


def test_a_technician_is_understood_and_answered_the_way_they_wrote(line: Line) -> None:
    line.comes(MAREK, "I-12 przecięty kabel 2 h", id="gw-7", channel="duty")
    line.comes(MAREK, "I-12 przecięty kabel 2 h", id="gw-8")
    first, second = line.replies()
    assert first.meaning.cause is Cause.FIBRE
    assert (first.channel, second.channel) == ("duty", "sms")
    assert first.message != second.message
    assert MAREK.removeprefix("+") not in repr(first.message)
    assert first.numbered


def test_who_has_no_role_is_refused_and_told_of(line: Line) -> None:
    line.comes(IDLE_PHONE, "I-12 false alarm")
    assert line.brought == [Stray(at=NIGHT, by="", channel=ChannelName("sms"), why="no-role")]


def test_what_customers_write_alarms_nobody(line: Line) -> None:
    for text in ("ok", "brak prądu", "nie działa od 2 h", "dziękuję", "done"):
        line.comes(OLD, text)
    assert line.brought == []
    line.comes("+48999999999", "I-12 ok")
    assert [type(one) for one in line.brought] == [Stray]


def test_a_guessed_code_is_told_of(line: Line) -> None:
    line.comes(MAREK, "123456")
    assert [type(one) for one in line.brought] == [Stray, Reply]
    assert [one.proved for one in line.replies()] == [False]


def test_a_phone_gone_mad_is_stopped_and_may_still_hold(line: Line) -> None:
    for number in range(60):
        line.comes(MAREK, f"ok {number}")
    assert len(line.replies()) == 30
    assert len(line.brought) == 60
    line.comes(MAREK, "hold")
    assert line.replies()[-1].meaning.hold == timedelta(hours=1)


def test_who_types_a_number_of_the_staff_into_a_form_takes_no_hold_from_it(line: Line) -> None:
    with line.store.changing() as write:
        book = line.store.read()
        typed = Contact(subscriber="F-1", phone=MAREK, consent=False, invited_at=NIGHT)
        write(replace(book, contacts={"F-1": typed} | book.contacts))

    line.comes(MAREK, "HOLD")
    assert [one.meaning.hold for one in line.replies()] == [timedelta(hours=1)]


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
