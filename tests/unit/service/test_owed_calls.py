"""An incident of which somebody waits for a call stays open, and the desk is reminded."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.inventory.contact_store.wishes import done, wished
from netwatch.model.arrivals import Trouble
from netwatch.model.contacts import Wish
from netwatch.model.facts import IncidentClosed, TroubleBegan
from netwatch.model.voices import CallbacksWait
from netwatch.service.owed_calls import OwedCalls, owed
from netwatch.views.board import Board
from tests.unit.views.tales import MINUTE, NIGHT, ONE, confirmed, opened, people, restored

WISH = Wish(id="", at=NIGHT + MINUTE, phone="+48555010100", subscriber="S-1")
OUTAGE = (opened(subscribers=people(3)), confirmed())


def book_of(*wishes: Wish) -> Book:
    book = Book()
    for wish in wishes:
        book, _ = wished(book, wish)
    return book


def test_a_callback_belongs_to_the_outage_that_took_the_line_when_it_was_asked_for() -> None:
    board, at = Board.of([*OUTAGE, restored()]), NIGHT + 40 * MINUTE
    before = replace(WISH, at=NIGHT - 60 * MINUTE)
    other = replace(WISH, subscriber="S-99")

    assert owed(book_of(WISH), board, at) == {ONE: 1}
    for nobodys in (before, other, replace(WISH, subscriber="")):
        assert owed(book_of(nobodys), board, at) == {}
    assert owed(book_of(WISH), board, NIGHT + timedelta(days=15)) == {}
    board.take(IncidentClosed(at=at, incident=ONE))
    assert owed(book_of(WISH), board, at) == {}


class Hands:
    def __init__(self) -> None:
        self.at = NIGHT + 40 * MINUTE

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


def test_it_is_told_once_the_staff_is_reminded_after_an_hour_and_told_when_all_were_called(
    tmp_path: Path,
) -> None:
    store = ContactStore(tmp_path, lambda: "a secret that is long enough")
    with store.changing() as write:
        write(book_of(WISH))
    board, hands = Board.of([*OUTAGE, restored()]), Hands()
    told: list[CallbacksWait | Trouble] = []
    calls = OwedCalls(store, lambda: board, told.append, hands)

    asyncio.run(calls.look())
    asyncio.run(calls.look())
    assert told == [CallbacksWait(at=hands.at, incidents=(ONE,))]

    hands.at = NIGHT + 95 * MINUTE
    asyncio.run(calls.look())
    (reminder,) = told[1:]
    assert isinstance(reminder, Trouble)
    assert reminder.what.startswith("1 customer waits for a call")
    board.take(TroubleBegan(at=hands.at, where=reminder.where, what=reminder.what))
    asyncio.run(calls.look())
    assert len(told) == 2

    with store.changing() as write:
        write(done(store.read(), "B-1")[0])
    asyncio.run(calls.look())
    assert told[2] == CallbacksWait(at=hands.at, incidents=())
    assert isinstance(told[3], Trouble)
    assert told[3].over
