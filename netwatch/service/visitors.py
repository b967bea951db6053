"""What the page's visitors ask and say <-> what is known: the web process's part of the door."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from netwatch.intake.doorkeeper import Ask
from netwatch.intake.visitors import KEY_OCTETS, mark, marks_of
from netwatch.model.arrivals import Report
from netwatch.model.clock import Clock
from netwatch.model.homes import Home, home_of
from netwatch.model.names import SubscriberId
from netwatch.model.network import Network
from netwatch.model.plain import to_plain
from netwatch.model.spelling import house_key, street_key
from netwatch.response.rules import Mode
from netwatch.service.files import Files
from netwatch.service.loop import Loop
from netwatch.views.board import Board
from netwatch.views.known import Told, sees, told
from netwatch.views.proof import stamp

Plain = dict[str, Any]
LONGEST: Final = 500


class Marks:
    """The marks of every line of a network, made once, beside everything else."""

    def __init__(self, network: Network, key: bytes) -> None:
        self.of: dict[SubscriberId, str] = {}
        """All marks of a line in a row: they are handed over in heaps."""
        self.who: dict[str, SubscriberId] = {}
        """The line of a mark; the first of several of one customer in one house."""
        self._doors: dict[tuple[str, str, str], SubscriberId | None] = {}
        """Town, street and house -> whose door that is; None: of several."""
        for one in network.subscribers.values():
            for place in _places(one.lives):
                self._doors[place] = None if place in self._doors else one.id
            marks = tuple(marks_of(key, one))
            self.of[one.id] = "".join(marks)
            for mark_ in marks:
                self.who.setdefault(mark_, one.id)

        self._joined: dict[str, tuple[frozenset[SubscriberId], str]] = {}

    def at(self, address: str) -> SubscriberId | None:
        """Return whose door an address is; None: nobody's, or several people's."""
        home = home_of(address)
        return next((self._doors.get(place) for place in _places(home, typed=True)), None)

    def among(self, name: str, people: frozenset[SubscriberId]) -> str:
        """Return the marks of these people's lines, in an order that tells nothing.

        Args:
            name: of what takes them: asked again of the same people, it takes no time.
            people: whose lines.
        """
        before = self._joined.get(name)
        if before is None or before[0] is not people:
            before = self._joined[name] = (people, "".join(self.of.get(one, "") for one in people))
        return before[1]

    def forget(self, names: Iterable[str]) -> None:
        """Keep only what these take."""
        self._joined = {name: self._joined[name] for name in names if name in self._joined}


class Visitors:
    """Answers the web process. It is never told who is a customer, nor what became of a report."""

    def __init__(
        self,
        *,
        board: Callable[[], Board],
        files: Callable[[], Files],
        condition: Callable[[], Plain],
        mode: Mode,
        loop: Loop,
        clock: Clock,
    ) -> None:
        """Make a key of this run's own: marks of another run fit nothing any more."""
        self._board, self._files, self._condition = board, files, condition
        self._mode, self._loop, self._clock = mode, loop, clock
        self._key = os.urandom(KEY_OCTETS)
        self._marks: Marks | None = None
        self._marked: Network | None = None
        self._marking = asyncio.Lock()

    @property
    def asks(self) -> Mapping[str, Ask]:
        """Return the questions that are answered here, by name."""
        return {"known": self._known, "visitor": self._visitor}

    async def _known(self, _question: Plain, _who: str) -> Plain:
        """Return what whoever asks about a line may be told; in shadow nothing."""
        board, at, speaks = self._board(), self._clock.now(), self._mode is not Mode.SHADOW
        marks = await self._marks_now()
        rows = [_row(one, marks) for one in told(board, at)] if speaks else []
        marks.forget([row["id"] for row in rows])
        return {
            "as_of": stamp(at),
            "key": self._key.hex(),
            "speaks": speaks,
            "sees": bool(self._condition().get("goes_on", True)) and sees(board),
            "phone": self._files().rulebook.words.operator.phone,
            "told": rows,
        }

    async def _visitor(self, question: Plain, _who: str) -> Plain:
        """Take what a visitor says: a report that it does not work."""
        number, proof, address, text = (
            str(question.get(name, ""))[:LONGEST] for name in ("number", "proof", "address", "text")
        )
        marks = await self._marks_now()
        line = marks.who.get(mark(self._key, number, proof)) or marks.at(address)
        if line is not None:
            self._loop.offer(Report(at=self._clock.now(), subscriber=line, text=text))
        return {"taken": True}

    async def _marks_now(self) -> Marks:
        """Return the marks of the inventory in force; they are made apart from the loop."""
        async with self._marking:
            network = self._files().network
            if self._marks is None or self._marked is not network:
                self._marks = await asyncio.to_thread(Marks, network, self._key)
                self._marked = network
            return self._marks


def _places(home: Home, *, typed: bool = False) -> Iterator[tuple[str, str, str]]:
    """Yield how a door is called: with its town, and as people say it who name no town."""
    street, house, town = street_key(home.street), house_key(home.house), street_key(home.town)
    if street and house:
        yield (town, street, house)
        if town and not typed:
            yield ("", street, house)


def _row(one: Told, marks: Marks) -> Plain:
    return {
        "id": one.id,
        "state": one.state,
        "since": stamp(one.since),
        "expected_end": None if one.expected_end is None else stamp(one.expected_end),
        "public": one.public,
        "stretches": to_plain(one.where)["stretches"],
        "others": one.where.others,
        "lines": marks.among(one.id, one.people),
    }
