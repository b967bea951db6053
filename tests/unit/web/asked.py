"""A town with an outage in it, and the service's end of what its visitors ask."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from netwatch.intake.doorkeeper import Ask
from netwatch.inventory.contact_store.store import ContactStore
from netwatch.model.arrivals import Arrival
from netwatch.model.facts import Fact, Phase
from netwatch.model.homes import Home
from netwatch.model.names import DeviceId, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.model.street_map import street_map
from netwatch.model.whereabouts import whereabouts
from netwatch.response.rules import Mode
from netwatch.rules import read_rules
from netwatch.service.files import Files
from netwatch.service.visitors import Visitors
from netwatch.service.wishes import Changes
from netwatch.views.board import Board
from netwatch.web.lookup import Known, known_from
from tests.unit.views.tales import MINUTE, NIGHT, confirmed, due, opened

ODD, EVEN = range(1, 40, 2), range(2, 41, 2)


def subscriber(number: int, street: str, house: str, **more: Any) -> Subscriber:
    home = Home(street=street, house=house, town="Dolina")
    given = {"id": SubscriberId(f"S-{number}"), "device": DeviceId("olt-1"), "home": home} | more
    return Subscriber(**given)


PEOPLE = [
    *(subscriber(1000 + house, "ul. Polna", str(house)) for house in (*ODD, *EVEN)),
    *(subscriber(2000 + house, "Leśna", f"{house}A", phone="+48 555 010 123") for house in EVEN),
]
OUT = tuple(one.id for one in PEOPLE[: len(ODD)])


@dataclass
class Tray:
    """Takes what visitors say."""

    said: list[Arrival] = field(default_factory=list)

    def offer(self, arrival: Arrival) -> bool:
        self.said.append(arrival)
        return True


@dataclass
class Hands:
    """A clock that stands still."""

    at: datetime = NIGHT + 2 * MINUTE

    def now(self) -> datetime:
        return self.at


@dataclass
class Town:
    """A network, what was decided of it, and how its visitors are answered."""

    people: Iterable[Subscriber] = tuple(PEOPLE)
    mode: Mode = Mode.WEBSITE
    goes_on: bool = True
    tray: Tray = field(default_factory=Tray)
    store: ContactStore | None = None
    more: Mapping[str, Ask] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.network = Network(subscribers={one.id: one for one in self.people}, digest="x")
        book = read_rules(None, None).rulebook
        assert book is not None
        self.board = Board.empty()
        self.visitors = Visitors(
            board=lambda: self.board,
            files=lambda: Files(network=self.network, rulebook=book),
            condition=lambda: {"goes_on": self.goes_on},
            mode=self.mode,
            loop=self.tray,
            clock=Hands(),
            changes=Changes(self.store),
            more=self.more,
        )

    def happens(self, *facts: Fact) -> "Town":
        for fact in facts:
            self.board.take(fact)
        return self

    def outage(self, people: Iterable[SubscriberId] = OUT) -> "Town":
        """Let these be without service, confirmed and on the page."""
        people = tuple(people)
        where = whereabouts(street_map(self.network), people)
        return self.happens(
            opened(subscribers=people, where=where), confirmed(), due(Phase.CONFIRMED)
        )

    def ask(self, name: str, **question: Any) -> dict[str, Any]:
        async def asked() -> dict[str, Any]:
            return await self.visitors.asks[name](question, "netwatch-web")

        return asyncio.run(asked())

    def known(self) -> Known:
        return known_from(self.ask("known"))
