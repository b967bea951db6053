"""What a telephone system is told of a caller, and what it hands in of those who called in vain."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from netwatch.delivery.render import Renderer
from netwatch.delivery.words import ANNOUNCEMENT
from netwatch.intake.doorkeeper import RefusedError
from netwatch.inventory.callers.numbers import number_of
from netwatch.inventory.contact_store.store import Book
from netwatch.inventory.contact_store.wishes import wished
from netwatch.model.clock import Clock
from netwatch.model.contacts import Wish
from netwatch.model.names import SubscriberId
from netwatch.model.network import Subscriber
from netwatch.model.voices import Heard, PhoneCounts, Voice, Way
from netwatch.response.rules import Mode
from netwatch.service.callers import Callers
from netwatch.service.saying import announced_as
from netwatch.service.secrets import Secret
from netwatch.service.wishes import Changes
from netwatch.views.below import Ways
from netwatch.views.board import Board
from netwatch.views.desk import AFFECTED, Lines
from netwatch.views.proof import stamp

MOST_MISSED: Final = 5000
"""So many of those who called in vain and are not known wait at a time."""
MOST_CALLS: Final = 1000
LONGEST_PHONE: Final = 32
MOST_COUNTED: Final = 100_000
LONGEST_COUNT_S: Final = 3600
"""Counts of more than an hour tell nothing of this moment."""
MISSED: Final = "missed call"

Plain = dict[str, Any]


class Switchboard:
    """Answers a telephone system that knows the secret. A number may be forged: no name is said."""

    def __init__(
        self,
        *,
        secret: Secret | None,
        board: Callable[[], Board],
        ways: Callable[[], Ways],
        renderer: Callable[[], Renderer],
        callers: Callers,
        changes: Changes,
        languages: Sequence[str],
        clock: Clock,
        mode: Mode,
        heard: Callable[[Heard], object] = lambda _: None,
    ) -> None:
        self._heard = heard
        self._mode = mode
        self._secret, self._board, self._ways = secret, board, ways
        self._renderer, self._callers, self._changes = renderer, callers, changes
        self._languages, self._clock = tuple(languages), clock

    async def call(self, question: Plain, _who: str) -> Plain:
        """Say what somebody hears who calls: of an outage or works on their line, else nothing.

        Raises:
            RefusedError: the secret is not that of the settings, or they name none.
        """
        self._check(question)
        caller, at = str(question.get("caller", ""))[: LONGEST_PHONE * 2], self._clock.now()
        found = (await self._callers.now()).by_phone(caller)
        ways, renderer = self._ways(), self._renderer()
        people = [ways.network.subscribers[one] for one in found if one in ways.network.subscribers]
        answer: Plain = {
            "known": bool(people), "announce": False, "state": None, "language": None, "say": "",
            "incident": None, "since": None, "expected_end": None,
        }  # fmt: skip
        if not people:
            return answer
        lines = Lines(self._board(), ways, asked_again=False)
        stand = [(one, lines.of(one.id)) for one in people]
        one, line = next((each for each in stand if each[1].state in AFFECTED), stand[0])
        language = self._language(one)
        held = self._board().is_held(at)
        shadow = self._mode is Mode.SHADOW
        said = line.state in AFFECTED and not held and not shadow
        return answer | {
            "announce": said,
            "state": line.state,
            "language": language,
            "say": announced_as(line, renderer, ANNOUNCEMENT, language, at) if said else "",
            "incident": line.outage.incident if line.outage else None,
            "since": _time(line.since),
            "expected_end": _time(line.expected_end),
        }

    async def missed(self, question: Plain, _who: str) -> Plain:
        """Note who called in vain, each once, however often they called.

        Raises:
            RefusedError: the secret is not right, or it cannot be kept: hand it in again.
        """
        self._check(question)
        given = question.get("callers")
        callers = (
            [str(one)[:LONGEST_PHONE] for one in given[:MOST_CALLS]]
            if isinstance(given, list)
            else []
        )
        numbers = [one for one in callers if number_of(one) is not None]
        finder, at = await self._callers.now(), self._clock.now()
        wishes = []
        for number in numbers:
            lines = finder.by_phone(number)
            one = self._ways().network.subscribers.get(lines[0]) if lines else None
            speaks = "" if one is None else self._language(one)
            who = "" if one is None else one.id
            wishes.append(
                Wish(id="", at=at, phone=number, subscriber=who, text=MISSED, language=speaks)
            )
        kept: list[str] = []

        def change(book: Book) -> Book:
            kept.clear()
            for wish in wishes:
                book, one = wished(book, wish, MOST_MISSED)
                if one is not None:
                    kept.append(one.id)
            return book

        for who in dict.fromkeys(wish.subscriber for wish in wishes if wish.subscriber):
            self._heard(Voice(at=at, way=Way.CALL, source="", subscriber=SubscriberId(who)))
        if wishes and not await self._changes.make(change):
            raise RefusedError("it cannot be kept just now; hand it in again")
        return {
            "calls": len(callers),
            "noted": len(kept),
            "callbacks": len(set(kept)),
            "withheld": len(callers) - len(numbers),
            "no_room": len(numbers) - len(kept),
        }

    async def counts(self, question: Plain, _who: str) -> Plain:
        """Take what a telephone system counted since it counted last.

        Raises:
            RefusedError: the secret is not right, or these are no counts.
        """
        self._check(question)
        offered, answered, lost, waiting, seconds = (
            _count(question.get(name, otherwise), most)
            for name, otherwise, most in (
                ("offered", None, MOST_COUNTED),
                ("answered", 0, MOST_COUNTED),
                ("lost", 0, MOST_COUNTED),
                ("waiting", 0, MOST_COUNTED),
                ("seconds", 60, LONGEST_COUNT_S),
            )
        )
        over = timedelta(seconds=max(seconds, 1))
        at = self._clock.now()
        self._heard(
            PhoneCounts(
                at=at, offered=offered, answered=answered, lost=lost, waiting=waiting, over=over
            )
        )
        return {"taken": True}

    def _language(self, one: Subscriber) -> str:
        contact = self._callers.contact(one.person, one.id)
        return (contact.language if contact else "") or one.language or self._languages[0]

    def _check(self, question: Plain) -> None:
        given = str(question.get("secret", ""))
        if self._secret is None or not self._secret.is_said(given):
            raise RefusedError("the secret is not right")


def _count(given: object, most: int) -> int:
    """Return a number that a telephone system counted; forms have them as text.

    Raises:
        RefusedError: it is none, or of nothing that one system could count.
    """
    text = str(given).strip() if isinstance(given, int | str) else ""
    if (
        isinstance(given, bool)
        or not (text.isascii() and text.isdigit())
        or len(text) > len("999999")
    ):
        raise RefusedError("counts are whole numbers: offered, answered, lost, waiting, seconds")
    if int(text) > most:
        raise RefusedError(f"{text} is more than anybody counts at a time: at most {most}")
    return int(text)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)
