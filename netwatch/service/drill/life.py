"""A drill as it lives: a pipeline, a journal, an outbox of its own, and only the staff to tell."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from netwatch import __version__
from netwatch.delivery.detours import Way
from netwatch.delivery.outbox import Outbox
from netwatch.delivery.recipients import Recipients
from netwatch.delivery.render import Renderer
from netwatch.delivery.words import DESK
from netwatch.intake.doorkeeper import Brought, RefusedError
from netwatch.journal.journal import Journal
from netwatch.model.arrivals import Acknowledge, Arrival, Command, Loaded, Receipt, Result, Started
from netwatch.model.asks import Ask
from netwatch.model.backoff import Chance
from netwatch.model.drills import Hindrance
from netwatch.model.duty_facts import DutyOverridden
from netwatch.model.facts import Audience, Fact, NoticeDue, Phase, keys_of
from netwatch.model.faults import NetwatchError
from netwatch.model.names import ChannelName, PersonId, RoleName, SubscriberId
from netwatch.pipeline import StageRules
from netwatch.service.clock import SteadyClock
from netwatch.service.drill.course import ROUND, WARMED_UP, Course
from netwatch.service.drill.marks import Marking, mark, marked
from netwatch.service.drill.paper import BOOK
from netwatch.service.drill.sealed import StaffOnly, StaffWay, hindered
from netwatch.service.house import Rooms
from netwatch.service.intray import Intray, Item
from netwatch.service.ledger import Ledger, Numbered
from netwatch.service.loop import Loop, Outlets
from netwatch.service.mind import Mind
from netwatch.service.receiver_watch import ReceiverWatch
from netwatch.service.remembering import Memory
from netwatch.service.saying import Sayings
from netwatch.telemetry.vital_signs import Vitals
from netwatch.views.below import Ways
from netwatch.views.board import Board
from netwatch.views.desk import AFFECTED, Lines

CUSTOMERS: Final = (Audience.PUBLIC, Audience.SUBSCRIBERS)
LONGEST_WORDS: Final = 1000
LOOK_AFTER_S: Final = 1.0
BEAT_S: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """What a drill is given of the service: no settings, no secrets, no way to customers."""

    ways: Sequence[StaffWay]
    staff_channels: tuple[ChannelName, ...]
    recipients: StaffOnly
    renderer: Renderer
    rules: StageRules
    pace: Mapping[ChannelName, Way]
    """How fast each channel may be sent by."""
    overrides: tuple[DutyOverridden, ...]
    """Who took over a duty by command: the same people are on duty here."""
    clock: SteadyClock
    chance: Chance


def staff_only(recipients: Recipients) -> StaffOnly:
    """Return who knows where the staff is, and nobody else."""
    return StaffOnly(
        network=recipients.network,
        languages=recipients.languages,
        staff_language=recipients.staff_language,
        staff_contact=recipients.staff_contact,
        staff_ways=recipients.staff_ways,
        contact=recipients.contact,
        asleep=recipients.asleep,
    )


def named(rules: StageRules, name: str) -> StageRules:
    """Return the same judgement, under which all numbers begin with the name of a drill."""
    series = f"{name}-"
    return replace(
        rules,
        correlation=replace(rules.correlation, series=series),
        response=replace(rules.response, series=series),
    )


class Drill:
    """One drill, from its first round of answers to its end."""

    def __init__(self, name: str, course: Course, crew: Crew, folder: Path) -> None:
        """Build it; nothing runs and nothing leaves yet.

        Args:
            name: ``DRILL-7``.
            course: what happens where; its field was made with rules ``named`` like the drill.
            crew: what it is given of the running service.
            folder: where its journal lies.
        """
        self.name, self.course, self.clock = name, course, crew.clock
        self._crew = crew
        folder.mkdir(parents=True, exist_ok=True)
        journal = Journal.open(folder / BOOK)
        self.memory = Memory(journal, course.field.network, crew.rules)
        self.board = Board.empty()
        self.intray = Intray()
        self.vitals = Vitals()
        self.ledger = Ledger(journal, self.vitals, self.clock.monotonic)
        self.mind = Mind(
            course.field.pipeline, remember=self.memory.remembered, version=__version__
        )
        self.outbox = self._outbox()
        self.loop = Loop(
            clock=self.clock,
            intray=self.intray,
            mind=self.mind,
            ledger=self.ledger,
            outlets=Outlets(committed=self._committed, act=self._act, look=self._look),
            snapshot=lambda: self.memory.snapshot(self.mind.pipeline),
            vitals=self.vitals,
        )
        self._ways = ways = Ways(course.field.network)
        self.rooms = Rooms(
            intray=self.intray,
            loop=self.loop,
            journal=journal,
            board=lambda: self.board,
            status=dict,
            reload=_nothing_to_reload,
            ways=lambda: ways,
            receiver=ReceiverWatch(clock=self.clock, vitals=self.vitals),
            renderer=lambda: crew.renderer,
        )
        self.began = self.clock.now()
        self.faults_at = self.began + WARMED_UP
        """The moment of its first fault."""
        self.told: dict[ChannelName, dict[str, None]] = {}
        """Whom of the staff it told something, by which channel."""
        self.facts: list[Fact] = []
        self._sealed: asyncio.Queue[NoticeDue] = asyncio.Queue()
        self._looks: list[Ask] = []

    @property
    def renderer(self) -> Renderer:
        """Return what makes words here."""
        return self._crew.renderer

    def is_told(self, person: PersonId) -> bool:
        """Say whether somebody was told anything in it, by name or by their role."""
        roles = self._crew.rules.response.people.roles
        told = {one for some in self.told.values() for one in some}
        shared = (role for name in told if (role := roles.get(RoleName(name))) is not None)
        return person in told or any(person in role.people for role in shared)

    def desk_words(self) -> list[dict[str, str]]:
        """Return what the desk would say of each incident that is open, in each language."""
        now = self.clock.now()
        rows = []
        for outage in self.board.outages.values():
            for language in self._crew.recipients.languages if outage.is_open else ():
                phase = Phase.CONFIRMED if outage.confirmed_at else Phase.SUSPECTED
                with suppress(NetwatchError):
                    text = marked(
                        self.renderer.notice(outage, phase, DESK, language, now), language
                    )
                    said = f"{text.title}\n{text.body}".strip()
                    rows.append({"incident": outage.incident, "language": language, "say": said})
        return rows

    def says(self, subscriber: SubscriberId, language: str) -> str | None:
        """Return what the desk would say to somebody; None: the drill is not about them."""
        ways = self._ways
        if subscriber not in ways.network.subscribers:
            return None
        line = Lines(self.board, ways, asked_again=False).of(subscriber)
        if line.state not in AFFECTED:
            return None
        said = Sayings().of(line, self.renderer, language, self.clock.now())
        return f"{mark(language)}: {said['phone']}" if "phone" in said else None

    def since(self) -> timedelta:
        """Return how long ago its first fault was; less than nothing before it."""
        return self.clock.now() - self.faults_at

    async def run(self) -> None:
        """Live until its time is over or everything that fell was closed, or until cancelled."""
        at = self.clock.now()
        first: list[Arrival] = [
            Started(at=at, version=__version__),
            Loaded(at=at, inventory=self.course.field.network.digest, rules=""),
        ]
        await self._take_over(self._crew.overrides)
        await self.loop.digest([Item(arrival) for arrival in first])
        async with asyncio.TaskGroup() as tasks:
            others = [
                tasks.create_task(self.loop.run(), name=f"{self.name} consumer"),
                tasks.create_task(self.loop.tick(), name=f"{self.name} ticks"),
                tasks.create_task(self.outbox.run(), name=f"{self.name} outbox"),
                tasks.create_task(self._seal(), name=f"{self.name} sealed"),
                tasks.create_task(self._answer_looks(), name=f"{self.name} looks"),
            ]
            await self._feed()
            for task in others:
                task.cancel()

    async def close(self) -> None:
        """Close its books."""
        await self.rooms.close()
        await self.ledger.close()

    async def bring(self, command: Command) -> Brought:
        """Let a command of one of the staff in.

        Raises:
            RefusedError: the drill does not let them be heard for a while.
        """
        if isinstance(command, Acknowledge) and (until := self._unheard(command.by)):
            raise RefusedError(
                f"this is a drill in which nobody hears you until {until:%H:%M:%S} UTC: "
                "go on as if your phone was off"
            )
        return await self.rooms.bring(command)

    async def _take_over(self, overrides: Sequence[Fact]) -> None:
        """Know who took over a duty by command: it is the same people who are on duty here."""
        self.mind.pipeline.evolve(overrides)
        for fact in overrides:
            self.board.take(fact)
        if overrides:
            self._committed((await self.ledger.enter(overrides)).committed)

    # --- what it does -------------------------------------------------------------------------

    async def _feed(self) -> None:
        """Make the answers of devices, round by round."""
        next_s = self.clock.monotonic()
        while not self._is_over():
            now_s = self.clock.monotonic()
            if now_s >= next_s:
                next_s = now_s + ROUND.total_seconds()
                for arrival in self.course.round(self.clock.now(), self.since()):
                    await self.intray.put(arrival)
            await asyncio.sleep(min(BEAT_S, max(next_s - now_s, 0.01)))

    async def _answer_looks(self) -> None:
        """Answer what the pipeline wants to see once more."""
        while True:
            await asyncio.sleep(LOOK_AFTER_S)
            looks, self._looks = self._looks, []
            devices = dict.fromkeys(one for ask in looks for one in ask.devices)
            arrivals = self.course.looked_at(devices, self.clock.now(), self.since())
            for arrival in arrivals:
                await self.intray.put(arrival)

    async def _seal(self) -> None:
        """Say of words to customers that they were taken: here their road ends."""
        while True:
            due = await self._sealed.get()
            result = Result.ACCEPTED if due.withheld is None else Result.WITHHELD
            words = self._worded(due)
            for place, key in enumerate(keys_of(due)):
                detail = words if place == 0 else ""
                at = self.clock.now()
                await self.intray.put(Receipt(at=at, key=key, result=result, detail=detail))

    def _worded(self, due: NoticeDue) -> str:
        """Return what customers would have read, for who looks at the drill."""
        scribe = Marking(self._crew.renderer)
        language = self._crew.recipients.languages[0]
        try:
            text = scribe.text(due, self.board, language, self.clock.now())
        except NetwatchError as fault:
            return f"there are no words: {fault}"[:LONGEST_WORDS]
        return f"{text.title}\n{text.body}".strip()[:LONGEST_WORDS]

    def _is_over(self) -> bool:
        opened = bool(self.board.outages)
        still = any(outage.is_open for outage in self.board.outages.values())
        mended = not self.course.down(self.since()).nodes
        last = max((turn.after for turn in self.course.turns), default=timedelta(0))
        done = self.since() > last and mended and opened and not still and self._all_closed()
        return done or self.course.is_over(self.since())

    def _all_closed(self) -> bool:
        return all(one.state == "closed" for one in self.board.outages.values())

    # --- what follows from facts --------------------------------------------------------------

    def _committed(self, committed: Sequence[Numbered]) -> None:
        self.memory.take(committed)
        self.rooms.announce(committed)

    def _act(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            self.facts.append(fact)
            if isinstance(fact, NoticeDue) and fact.audience in CUSTOMERS:
                self.board.take(fact)
                self._sealed.put_nowait(fact)
                continue
            if isinstance(fact, NoticeDue):
                self.told.setdefault(fact.channel, {}).update(dict.fromkeys(fact.recipients))
            self.outbox.notify([fact])

    def _look(self, asks: Sequence[Ask]) -> None:
        self._looks += asks

    def _is_down(self, channel: ChannelName) -> bool:
        down = self.course.holding(Hindrance.GATEWAY_DOWN, self.since())
        first = self._crew.ways[0].name
        return any(channel == (one.whom or first) for one in down)

    def _unheard(self, by: str) -> datetime | None:
        """Return until when somebody is not heard; None: they are."""
        for one in self.course.holding(Hindrance.NOBODY_ANSWERS, self.since()):
            role = self._crew.rules.response.people.roles.get(RoleName(one.whom))
            if not one.whom or by == one.whom or (role and PersonId(by) in role.people):
                return self.faults_at + one.after + one.lasts
        return None

    def _outbox(self) -> Outbox:
        crew = self._crew
        return Outbox(
            board=self.board,
            clock=self.clock,
            channels=hindered(crew.ways, self._is_down),
            scribe=Marking(crew.renderer),
            recipients=crew.recipients,
            staff_channels=crew.staff_channels,
            deliver=self.intray.put,
            chance=crew.chance,
            ways=crew.pace,
        )


async def _nothing_to_reload(_allow_removal: bool) -> dict[str, Any]:
    raise RefusedError("a drill goes on with the files it began with")
