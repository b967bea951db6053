"""Network + accounts + time -> arrivals: visits command lines round after round."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from netwatch.model.arrivals import Change, Outcome, Readings, Sample, Trouble
from netwatch.model.clock import Clock
from netwatch.model.names import DeviceId
from netwatch.model.network import Network
from netwatch.pollers.namespaces import Namespace
from netwatch.pollers.ssh.accounts import Account, Assignment, assignments, by_python, to_say
from netwatch.pollers.ssh.pins import Key, Pins
from netwatch.pollers.ssh.telling import changed, identity, told
from netwatch.pollers.ssh.visitor import VisitorProcess
from netwatch.pollers.ssh.visits import Visited

WHERE: Final = "command lines"
_FIRST_WITHIN_S: Final = 60.0
_LOOK_AGAIN_S: Final = 5.0
_BLIND_AT_MOST_S: Final = 3600.0
"""Whoever refuses us is asked less and less often: wrong passwords lock accounts."""
_SHOWN: Final = 3

Bring = Callable[[Sequence[Sample | Readings | Change | Trouble]], Awaitable[None]]


@dataclass(slots=True)
class _Course:
    """How the visits to one device stand."""

    one: Assignment
    task: asyncio.Task[None] | None = None
    who: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    """Commands that the device does not know."""
    who_at: float = float("-inf")
    refused: int = 0
    """Rounds in a row in which we could not ask."""
    pins: tuple[Key, ...] = ()
    stranger: bool = False
    """It showed a key that is not pinned: nothing was said to it."""


class Rounds:
    """Visits every device that an account is for, for as long as `run` runs.

    Args:
        network: whom there is.
        accounts: as whom to log in, and where.
        pins: which host keys are whose.
        inventory_s: how often is asked who a device is.
        clock: dates the arrivals.
        bring: takes arrivals.
        namespace: a lab's network namespace to ask from.
    """

    def __init__(
        self,
        network: Network,
        accounts: Sequence[Account],
        *,
        pins: Pins,
        inventory_s: float,
        clock: Clock,
        bring: Bring,
        namespace: Namespace | None = None,
    ) -> None:
        self._network, self._accounts = network, accounts
        self._pins, self._inventory_s = pins, inventory_s
        self._clock, self._bring = clock, bring
        self._visitors = {
            python: VisitorProcess(
                self._heard, python=python, sessions=sessions, namespace=namespace
            )
            for python, sessions in by_python(accounts).items()
        }
        self._turns = {one.name: asyncio.Semaphore(one.sessions) for one in accounts}
        self._courses: dict[DeviceId, _Course] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._died: str = ""
        self._blind: dict[str, dict[DeviceId, str]] = {one.name: {} for one in accounts}
        self._told: set[str] = set()
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Visit until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            for visitor in self._visitors.values():
                tasks.create_task(visitor.run())
            tasks.create_task(self._tell_of_visitors())
            self.refit(self._network, self._accounts)

    def refit(self, network: Network, accounts: Sequence[Account]) -> None:
        """Go on with another inventory; who stays the same keeps its turn."""
        self._network, self._accounts = network, accounts
        if self._tasks is None:
            return
        wanted = assignments(network, accounts)
        for name in [*self._courses]:
            if wanted.get(name) != self._courses[name].one:
                course = self._courses.pop(name)
                self._blind[course.one.account.name].pop(name, None)
                if course.task is not None:
                    course.task.cancel()
        for name, one in wanted.items():
            if name not in self._courses:
                course = self._courses[name] = _Course(one)
                course.task = self._tasks.create_task(self._round_after_round(course))

    @property
    def visited(self) -> int:
        """Return how many devices are visited."""
        return len(self._courses)

    async def _round_after_round(self, course: _Course) -> None:
        account = course.one.account
        phase = zlib.crc32(f"ssh/{course.one.device.id}".encode()) / 2**32
        await asyncio.sleep(min(account.every_s, _FIRST_WITHIN_S) * phase)
        while True:
            begun = self._clock.monotonic()
            await self._round(course, begun)
            rest_s = account.every_s * 2 ** min(course.refused, 10)
            rest_s = max(account.every_s, min(rest_s, _BLIND_AT_MOST_S))
            spent_s = self._clock.monotonic() - begun
            await self._rest(course, max(account.every_s / 10, rest_s - spent_s))

    async def _rest(self, course: _Course, seconds: float) -> None:
        """Wait for the next round; whose key is not the pinned one, until a person pins it."""
        until = self._clock.monotonic() + seconds
        while course.stranger and (left_s := until - self._clock.monotonic()) > 0:
            await asyncio.sleep(min(_LOOK_AGAIN_S, left_s))
            with suppress(OSError):
                if self._pins_of(course.one) != course.pins:
                    return
        await asyncio.sleep(max(0.0, until - self._clock.monotonic()))

    async def _round(self, course: _Course, now: float) -> None:
        one = course.one
        who = now - course.who_at >= self._inventory_s
        if who:
            course.unknown.clear()
        say = [said for said in to_say(one, inventory=who) if said not in course.unknown]
        if not say:
            return
        async with self._turns[one.account.name]:
            came = await self._visit(course, say)
        at = self._clock.now()
        course.unknown.update(said.command for said in came.said if said.unknown)
        arrivals: list[Sample | Readings | Change | Trouble] = [*told(one, came, at)]
        if who and came.outcome is Outcome.ANSWERED:
            course.who_at = now
            found = identity(came)
            arrivals += changed(one.device.id, course.who, found, at)
            course.who = {**course.who, **found}
        course.stranger = bool(came.key_trouble)
        refused = came.outcome is Outcome.BLIND and not course.stranger
        course.refused = course.refused + 1 if refused else 0
        await self._bring([*arrivals, *self._troubles(one, came)])

    async def _visit(self, course: _Course, say: Sequence[str]) -> Visited:
        one = course.one
        try:
            course.pins = self._pins_of(one)
        except OSError as fault:
            why = f"{self._pins.path} cannot be read: {fault.strerror}"
            return Visited(outcome=Outcome.BLIND, detail=why)
        return await self._visitors[one.account.python].visit(one.visit(say, course.pins))

    def _pins_of(self, one: Assignment) -> tuple[Key, ...]:
        return self._pins.of(str(one.device.address), one.account.port)

    def _troubles(self, one: Assignment, came: Visited) -> list[Trouble]:
        """Return what the staff must know: that devices cannot be asked; a changed key by itself.

        What becomes of one account is told once, not once for each device.
        """
        blind, device = self._blind[one.account.name], one.device.id
        if came.outcome is Outcome.BLIND:
            blind[device] = came.detail
        else:
            blind.pop(device, None)
        some = [f"{name}: {why}" for name, why in list(blind.items())[:_SHOWN]]
        more = f" (and {len(blind) - _SHOWN} more)" if len(blind) > _SHOWN else ""
        what = f"{len(blind)} cannot be asked: {'; '.join(some)}{more}" if blind else ""
        found = {f"{WHERE}: {one.account.name}": what}
        changed_key = came.detail if came.key_trouble == "changed" else ""
        found[f"host key of {device}"] = changed_key
        return self._told_once(found)

    def _told_once(self, found: Mapping[str, str]) -> list[Trouble]:
        at, troubles = self._clock.now(), []
        for where, what in found.items():
            if bool(what) != (where in self._told):
                troubles.append(Trouble(at=at, where=where, what=what, over=not what))
                self._told ^= {where}
        return troubles

    def _heard(self, what: str, over: bool) -> None:
        """Hear what became of a visitor."""
        self._died = "" if over else what
        self._news.set()

    async def _tell_of_visitors(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            troubles = self._told_once({WHERE: self._died})
            if troubles:
                await self._bring(troubles)
