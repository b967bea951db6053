"""New tickets of sources that have a helpdesk -> customers' reports, every minute. Read only."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Final

from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.lms import lms_helpdesk
from netwatch.inventory.importers.tickets import Helpdesk, Ticket
from netwatch.inventory.places.records import SourceError
from netwatch.model.arrivals import Report, Trouble
from netwatch.model.clock import Clock
from netwatch.model.faults import ConfigError
from netwatch.model.network import Network
from netwatch.service.importing import asked_of
from netwatch.service.settings import Settings
from netwatch.service.wiring import Bring

EVERY_S: Final = 60.0
PATIENCE_S: Final = 40.0
BACK: Final = timedelta(minutes=15)
"""So old a ticket may be: somebody may say only later whose it is."""
FAILURES: Final = 3
"""A database that is away so often in a row is told of: one that starts anew is not."""
KINDS: Final[Mapping[str, Callable[[Asked], Helpdesk]]] = {"lms": lms_helpdesk}
"""Kinds of sources whose helpdesk can be read."""


@dataclass(slots=True)
class _Desk:
    """One helpdesk, and how reading it goes."""

    name: str
    asked: Asked
    open: Callable[[Asked], Helpdesk]
    desk: Helpdesk | None = None
    reading: asyncio.Future[Sequence[Ticket]] | None = None
    seen: set[str] = field(default_factory=set)
    failures: int = 0
    told: bool = False

    @property
    def where(self) -> str:
        """Return how troubles name it."""
        return f"helpdesk {self.name}"


class Tickets:
    """Reads every helpdesk that the settings name, in a thread that nobody waits for at the end."""

    def __init__(
        self, settings: Settings, config: Path | None, clock: Clock, bring: Bring,
        *, every_s: float = EVERY_S,
    ) -> None:  # fmt: skip
        """Open nothing yet."""
        self._clock, self._bring, self._every_s = clock, bring, every_s
        self._desks = [
            _Desk(name, asked, KINDS[kind])
            for name in helpdesks(settings)
            for kind, asked in [asked_of(settings.sources, "sources", config, name, clock.now())]
        ]

    def refit(self, network: Network, accounts: object) -> None:
        """Go on with another inventory: whose a ticket is, the pipeline knows."""

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            for desk in self._desks:
                await self._read(desk)
            await asyncio.sleep(self._every_s)

    async def _read(self, desk: _Desk) -> None:
        now = self._clock.now()
        since = now - BACK
        if desk.reading is None:
            desk.reading = asyncio.wrap_future(_apart(lambda: _tickets(desk, since)))
        try:
            async with asyncio.timeout(PATIENCE_S):
                tickets = await asyncio.shield(desk.reading)
        except TimeoutError:
            await self._failed(desk, f"it does not answer within {PATIENCE_S:.0f} s")
            return
        except (SourceError, ConfigError) as fault:
            desk.reading = None
            await self._failed(desk, getattr(fault, "wrong", str(fault)))
            return
        desk.reading, desk.failures = None, 0
        if desk.told:
            desk.told = False
            await self._bring([Trouble(at=now, where=desk.where, what="", over=True)])
        fresh = [one for one in tickets if one.id not in desk.seen]
        desk.seen = {one.id for one in tickets}
        reports = [Report(at=min(one.at, now), subscriber=one.subscriber) for one in fresh]
        if reports:
            await self._bring(reports)

    async def _failed(self, desk: _Desk, wrong: str) -> None:
        desk.failures += 1
        if desk.failures == FAILURES:
            desk.told = True
            what = f"new tickets cannot be read: {wrong}; all else goes on"
            await self._bring([Trouble(at=self._clock.now(), where=desk.where, what=what)])


def helpdesks(settings: Settings) -> list[str]:
    """Return the sources whose helpdesk is to be read: those of which the settings say so."""
    return [
        name
        for name, section in settings.sources.items()
        if section.get("helpdesk") and section["kind"] in KINDS
    ]


def _tickets(desk: _Desk, since: datetime) -> Sequence[Ticket]:
    desk.desk = desk.desk or desk.open(desk.asked)
    return desk.desk.tickets(since)


def _apart(act: Callable[[], Sequence[Ticket]]) -> Future[Sequence[Ticket]]:
    """Do this in a thread of its own, which keeps no process alive."""
    done: Future[Sequence[Ticket]] = Future()

    def work() -> None:
        try:
            done.set_result(act())
        except BaseException as fault:  # noqa: BLE001 - whoever waits gets it
            done.set_exception(fault)

    Thread(target=work, name="helpdesk", daemon=True).start()
    return done
