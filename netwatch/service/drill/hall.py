"""Drills of a running service: one at a time, begun and stopped by people, ended by the real night.

A drill does not outlive the service: what it made people believe was made second by second, and a
gap in it would be scored as theirs. So a start finds what was left open, writes down that it ended
and tells those who had heard of it. A second pair of eyes that says "over" beats one that goes on.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, Protocol

import structlog
from pydantic import ValidationError

from netwatch.delivery.channels import Channel
from netwatch.intake.doorkeeper import About, Brought, RefusedError
from netwatch.model.arrivals import Command
from netwatch.model.drills import Scenario
from netwatch.model.facts import (
    Audience,
    Fact,
    IncidentKind,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRevised,
    NoticeDue,
)
from netwatch.model.faults import NetwatchError
from netwatch.model.names import ChannelName, IncidentId
from netwatch.rules.rulebook import Rulebook
from netwatch.rules.schemas_drills import DrillEntry
from netwatch.service import wiring
from netwatch.service.channel_ways import used
from netwatch.service.chores import Chores
from netwatch.service.clock import SteadyClock
from netwatch.service.drill.course import Course, course_of
from netwatch.service.drill.farewell import farewell
from netwatch.service.drill.field import Field
from netwatch.service.drill.life import Crew, Drill, named, staff_only
from netwatch.service.drill.paper import (
    BOOK,
    HEAD,
    REPORT,
    Shelf,
    ended,
    facts_in,
    head_of,
    head_plain,
)
from netwatch.service.drill.sealed import lent
from netwatch.service.files import Files
from netwatch.service.judgement import stage_rules
from netwatch.service.mind import Mind
from netwatch.service.settings import Settings
from netwatch.views.board import Board
from netwatch.views.drill_score import Head, score
from netwatch.views.proof import stamp

RESTARTED: Final = "netwatch was restarted"
BUG: Final = "a bug met it"
IS_OVER: Final = "no drill is on: it is over, and nothing of it was real"
STOPPED: Final = "netwatch was stopped"
Plain = dict[str, Any]
HURTS: Final = frozenset({IncidentKind.OUTAGE, IncidentKind.PARTIAL})
GRAVE: Final = frozenset(IncidentKind) - {IncidentKind.LINE}

log = structlog.get_logger(__name__)


class Running(Protocol):
    """The service, as drills need it."""

    settings: Settings
    clock: SteadyClock
    board: Board
    mind: Mind
    channels: list[Channel]


class Drills:
    """Holds drills beside the real night, and ends them for it."""

    def __init__(
        self, service: Running, files: Callable[[], Files], chance: Callable[[], float]
    ) -> None:
        self._service, self._files, self._chance = service, files, chance
        self.shelf = Shelf.of(service.settings.state)
        self.drill: Drill | None = None
        self._head: Head | None = None
        self._running: asyncio.Task[None] | None = None
        self._life: asyncio.Task[None] | None = None
        """Sees to what follows when the one before has ended, however that came."""
        self._incident = ""
        self._why: str | None = None
        self._starting = False
        self._over = asyncio.Event()
        self._farewells: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Say of drills that the last end of the service cut off that they are over; then wait.

        Cancelled, it ends the drill that is on.
        """
        for name in self.shelf.unended():
            with suppress(OSError):  # while the disk is full the next start does it
                await self._recover(name)
        try:
            await asyncio.Event().wait()
        finally:
            if self._running is not None and self._life is not None:
                self._running.cancel()
                await self._life
            for task in self._farewells:
                task.cancel()

    def real(self, facts: Sequence[Fact]) -> None:
        """Look at what was decided of the real night: an incident there ends the drill at once."""
        if self.drill is None:
            return
        found = next((name for fact in facts if (name := _incident_of(fact))), None)
        if found is not None:
            self._end(f"real incident {found}", found)

    # --- what people ask ------------------------------------------------------------------------

    async def ask(self, question: Plain, who: str) -> Plain:
        """Begin, show or stop a drill.

        Raises:
            RefusedError: it cannot be done, and why.
        """
        match question.get("do"):
            case "start":
                return await self._start(question, who)
            case "stop":
                return await self._stop(who)
            case "status":
                return self.status()
            case _:
                raise RefusedError("a drill is started, stopped, or asked for its status")

    def status(self) -> Plain:
        """Return how the drill that is on goes; ``drill`` is None where none is on."""
        drill, head = self.drill, self._head
        if drill is None or head is None:
            return {"drill": None}
        now = self._service.clock.now()
        return {
            **score(head, drill.facts),
            "drill": drill.name,
            "now": stamp(now),
            "since_fault_s": round(drill.since().total_seconds(), 1),
            "lasts_s": drill.course.scenario.lasts.total_seconds(),
            "down": len(drill.course.down(drill.since()).nodes),
            "faults": [stamp(one) for one in head.faults],
            "desk": drill.desk_words(),
        }

    async def tasks(self, question: Plain, who: str) -> Plain:
        """Return the tasks of a drill, as the service returns its own."""
        if self.drill is None:
            raise RefusedError("no drill is on")
        renderer = self.drill.renderer
        return await Chores(self.drill, lambda: renderer).ask(question, who)

    async def bring(self, command: Command) -> Brought:
        """Let a command about a drill in."""
        drill, over = self.drill, self._over
        if drill is None:
            return Brought(refused=IS_OVER)
        taken = asyncio.ensure_future(drill.bring(command))
        ends = asyncio.ensure_future(over.wait())
        try:  # what comes in while it ends is thought about by nobody any more
            await asyncio.wait({taken, ends}, return_when=asyncio.FIRST_COMPLETED)
            return taken.result() if taken.done() else Brought(refused=IS_OVER)
        finally:
            taken.cancel()
            ends.cancel()

    async def about(self, incident: IncidentId) -> About:
        """Return what was decided of an incident of the drill that is on."""
        if self.drill is None:
            raise RefusedError("no drill is on; see past ones with: netwatch drill report")
        return await self.drill.rooms.about(incident)

    # --- beginning ------------------------------------------------------------------------------

    async def _start(self, question: Plain, who: str) -> Plain:
        if self.drill is not None or self._starting:
            raise RefusedError("a drill is on already; see it with: netwatch drill status")
        self._refuse_in_a_real_night()
        self._starting = True
        try:
            name, course, crew = await self._prepared(question)
        finally:
            self._starting = False
        self._refuse_in_a_real_night()
        try:
            self._begin(name, course, crew, who)
        except (OSError, NetwatchError) as fault:
            raise RefusedError(f"its journal cannot be begun: {fault}") from None
        return self.status()

    def _refuse_in_a_real_night(self) -> None:
        for outage in self._service.board.outages.values():
            if outage.is_open and outage.kind in HURTS:
                raise RefusedError(f"{outage.incident} is open: this is no time for a drill")

    async def _prepared(self, question: Plain) -> tuple[str, Course, Crew]:
        files = self._files()
        scenario = _scenario(question, files.rulebook)
        name = self.shelf.next_name()
        try:
            crew = self._crew(files, name)
            field = await asyncio.to_thread(Field, files.network, crew.rules)
            return name, course_of(scenario, field, str(question.get("at") or "")), crew
        except NetwatchError as fault:
            raise RefusedError(str(fault)) from None

    def _crew(self, files: Files, name: str) -> Crew:
        """Return what a drill is given: of all channels those to the staff, and no settings."""
        settings = self._service.settings
        rules = named(stage_rules(settings, files), name)
        spoken = wiring.voice(settings, files)
        helped = [one for one, channel in settings.channels.items() if channel.by_hand]
        return Crew(
            ways=lent(self._service.channels, rules.response, helped),
            staff_channels=spoken.staff_channels,
            recipients=staff_only(spoken.recipients),
            renderer=spoken.renderer,
            rules=rules,
            pace={way: replace(one, then=()) for way, one in used(settings.channels).items()},
            overrides=tuple(self._service.mind.pipeline.response.overrides.values()),
            clock=self._service.clock,
            chance=self._chance,
        )

    def _begin(self, name: str, course: Course, crew: Crew, who: str) -> None:
        drill = Drill(name, course, crew, self.shelf.folder(name))
        response = crew.rules.response
        self._head = Head(
            drill=name,
            scenario=course.scenario.id,
            title=course.scenario.title,
            at=course.at,
            by=who,
            began=drill.began,
            faults=tuple(drill.faults_at + after for after in course.falls()),
            injects=tuple(str(one.kind) for one in course.scenario.injects),
            alerted=response.staff,
            people={role.id: role.people for role in response.people.roles.values()},
        )
        self.shelf.put(name, HEAD, head_plain(self._head))
        self._why, self._incident, self.drill = None, "", drill
        self._over = asyncio.Event()
        self._running = asyncio.create_task(drill.run(), name=name)
        self._life = asyncio.create_task(self._live(drill, crew, self._running), name=name)
        log.info("a drill begins", drill=name, scenario=course.scenario.id, at=course.at, by=who)

    # --- ending ---------------------------------------------------------------------------------

    async def _stop(self, who: str) -> Plain:
        drill = self.drill
        if drill is None:
            raise RefusedError("no drill is on")
        self._end(f"stopped by {who}")
        await self._over.wait()
        return {"stopped": drill.name}

    def _end(self, why: str, incident: str = "") -> None:
        if self._why is None and self._running is not None:
            self._why, self._incident = why, incident
            self._running.cancel()

    async def _live(self, drill: Drill, crew: Crew, running: asyncio.Task[None]) -> None:
        """See a drill end; what is told then depends on why."""
        await asyncio.wait({running})
        why = self._why or ("" if not running.cancelled() else STOPPED)
        if not running.cancelled() and (fault := running.exception()) is not None:
            # A drill is an exercise: the real night does not end with it.
            log.error("a bug met a drill", drill=drill.name, exc_info=fault)
            why = BUG
        self.drill = None
        try:
            if why != STOPPED:
                told = {channel: tuple(who) for channel, who in drill.told.items()}
                self._write(drill, why)
                self._say_over(drill.name, told, crew, self._incident)
            await drill.close()
        finally:
            self._over.set()
        log.info("a drill is over", drill=drill.name, why=why or "it ran to its end")

    def _write(self, drill: Drill, why: str) -> None:
        """Keep how it went; while the disk is full the next start does it."""
        if self._head is None:
            return
        head = ended(self._head, self._service.clock.now(), why)
        try:
            self.shelf.put(drill.name, REPORT, score(head, drill.facts))
            self.shelf.put(drill.name, HEAD, {**head_plain(head), "incident": self._incident})
        except OSError as fault:
            log.warning("the end of a drill cannot be kept", drill=drill.name, why=str(fault))

    async def _recover(self, name: str) -> None:
        """End a drill that the service left open, and say so."""
        head, path = self.shelf.get(name, HEAD), self.shelf.folder(name) / BOOK
        facts = await asyncio.to_thread(facts_in, path)
        now = self._service.clock.now()
        found = head_of(name, head)
        told: dict[ChannelName, dict[str, None]] = {}
        for fact in facts:
            if isinstance(fact, NoticeDue) and fact.audience is Audience.STAFF:
                told.setdefault(fact.channel, {}).update(dict.fromkeys(fact.recipients))
        if not head.get("ended"):
            if found is not None:
                self.shelf.put(name, REPORT, score(ended(found, now, RESTARTED), facts))
            self.shelf.put(name, HEAD, {**head, "ended": stamp(now), "why": RESTARTED})
        with suppress(NetwatchError):
            whom = {channel: tuple(people) for channel, people in told.items()}
            incident = str(head.get("incident", ""))
            self._say_over(name, whom, self._crew(self._files(), name), incident)

    def _say_over(
        self, name: str, told: Mapping[ChannelName, tuple[str, ...]], crew: Crew, incident: str
    ) -> None:
        """Tell everybody who heard of it that it is over."""
        task = asyncio.create_task(self._part(name, told, crew, incident), name=f"{name} over")
        self._farewells.add(task)
        task.add_done_callback(self._farewells.discard)

    async def _part(
        self, name: str, told: Mapping[ChannelName, tuple[str, ...]], crew: Crew, incident: str
    ) -> None:
        """Send the last words, and note that they were sent: else the next start does it."""
        if told:
            await farewell(name, told, crew, incident)
        with suppress(OSError):
            self.shelf.put(name, HEAD, {**self.shelf.get(name, HEAD), "told_over": True})


def _scenario(question: Plain, book: Rulebook) -> Scenario:
    if "story" in question:
        try:
            return DrillEntry.model_validate(question["story"]).scenario()
        except ValidationError as fault:
            raise RefusedError(f"this is no drill: {fault.errors()[0]['msg']}") from None
    name = str(question.get("scenario", ""))
    found = book.drills.get(name)
    if found is None:
        known = " ".join(sorted(book.drills)) or "none"
        raise RefusedError(f"there is no drill {name!r}; there are: {known}")
    return found


def _incident_of(fact: Fact) -> str:
    """Return the real incident that ends a drill by this; empty: it does not."""
    match fact:
        case IncidentOpened() if fact.diagnosis.kind in GRAVE:
            return fact.incident
        case IncidentRevised() if fact.diagnosis.kind in HURTS:
            return fact.incident
        case IncidentRelapsed():
            return fact.incident
        case _:
            return ""
