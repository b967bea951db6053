"""The service as it lives: built from the journal, run, stopped."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from netwatch import __version__
from netwatch.delivery.outbox import Outbox
from netwatch.intake.arrivals import Foreign
from netwatch.intake.doorkeeper import Doorkeeper
from netwatch.inventory.places.store import PlaceStore
from netwatch.model.arrivals import (
    Arrival,
    Change,
    Loaded,
    Started,
    Syslog,
    Trap,
    Trouble,
)
from netwatch.model.asks import Ask, Confirm, SecondLook
from netwatch.model.facts import Fact, IncidentClosed
from netwatch.model.faults import Finding
from netwatch.pollers.library import library
from netwatch.pollers.questions import Credential
from netwatch.pollers.unasked.trap_table import shipped_traps
from netwatch.service import wiring
from netwatch.service.channel_ways import used
from netwatch.service.chores import Chores
from netwatch.service.condition import Condition, note_notices
from netwatch.service.drill.doors import Reception, with_drills
from netwatch.service.drill.hall import Drills
from netwatch.service.files import Files
from netwatch.service.gate import Gate, Gated
from netwatch.service.house import Rooms
from netwatch.service.housekeeping import Housekeeping
from netwatch.service.intray import Intray, Item
from netwatch.service.judgement import stage_rules
from netwatch.service.keeping import Copies, last_at, open_journal
from netwatch.service.ledger import Ledger, Numbered
from netwatch.service.loop import Loop, Outlets
from netwatch.service.mind import Mind
from netwatch.service.notify import Systemd
from netwatch.service.paths import JOURNAL, door_path
from netwatch.service.place_news import PlaceNews
from netwatch.service.receiver_watch import ReceiverWatch
from netwatch.service.recording import Recorder
from netwatch.service.reels import BUDGET
from netwatch.service.reload import FILES, Reloader
from netwatch.service.remembering import Memory
from netwatch.service.rights import RIGHTS, TRUSTED
from netwatch.service.settings import Settings
from netwatch.service.standing import KEPT_AFTER_CLOSING
from netwatch.service.visitors import visitors_of
from netwatch.service.watchdog import Watchdog
from netwatch.service.wiring import Brought, Edges, Voice
from netwatch.service.works_told import works_told_asks
from netwatch.telemetry.vital_signs import Vitals
from netwatch.views.below import Ways
from netwatch.views.board import Board

if TYPE_CHECKING:
    from netwatch.pollers.ssh.accounts import Account

SENDS_END_S: Final = 2.0
LAST_FACTS_S: Final = 2.0
FED_EVERY_S: Final = 5.0
COLLECT_AFTER: Final = (50_000, 20, 20)
"""Garbage is looked for so seldom: of 20,000 devices much is held and nearly all goes by itself."""

log = structlog.get_logger(__name__)


class Service:
    """All parts of a running netwatch, and how they hang together."""

    def __init__(
        self,
        settings: Settings,
        files: Files,
        edges: Edges,
        *,
        config: Path | None = None,
        tape: Path | None = None,
        tape_budget: int = BUDGET,
        stale: Sequence[Finding] = (),
        systemd: Systemd | None = None,
    ) -> None:
        """Build everything from files and journal; nothing runs and nothing leaves yet.

        Args:
            settings: what netwatch.toml says.
            files: inventory and rules.
            edges: what stands at the two ends.
            config: the file that the settings came from.
            tape: where to record what comes in.
            tape_budget: how many bytes that may take.
            stale: why the files are the last good ones and not those that were asked for.
            systemd: the supervisor.
        """
        self.settings, self.systemd = settings, systemd or Systemd()
        opened = open_journal(settings.state / JOURNAL, edges.checkpoint)
        journal, self._numbers_spent = opened.journal, opened.numbers_spent
        self._stale = bool(stale)
        self._at_start = [*_troubles(stale, opened.damage)]
        self._copies = Copies(journal)
        self.memory = Memory(journal, files.network, stage_rules(settings, files))
        self.clock = edges.clock(last_at(journal))
        self.vitals = Vitals()
        self.intray = Intray()
        self.board = Board.empty()
        self.gate = Gate()
        self._recorder = Recorder(tape, tape_budget)
        self._files, self._ways = files, Ways(files.network)
        self._website, self._far = wiring.website(
            settings, files, edges, board=self.board, journal=journal, clock=self.clock
        )
        self.channels = wiring.channels(self.settings, edges)
        self.outbox = self._outbox(files, edges)
        self.outbox.notify(fact for _, fact in self.memory.standing_facts())
        self.ledger = Ledger(journal, self.vitals, self.clock.monotonic)
        self.mind = Mind(
            self.memory.remembered(),
            remember=self.memory.remembered,
            version=__version__,
            record=self._record,
        )
        self.source = edges.source(settings, files.network, self.clock, self._bring)
        self.source.know(library(files.rulebook.families))
        self.second = edges.second(settings, files.network, self.clock, self._bring)
        self.loop = Loop(
            clock=self.clock,
            intray=self.intray,
            mind=self.mind,
            ledger=self.ledger,
            outlets=Outlets(
                committed=self._committed,
                act=self._act,
                look=self._look,
                flush_tape=self._recorder.flush,
            ),
            snapshot=lambda: self.memory.snapshot(self.mind.pipeline),
            vitals=self.vitals,
        )
        self.watchdog = Watchdog(
            {
                "polling": lambda: self.source.last_progress,
                "correlation": lambda: self.loop.last_progress,
                "outbox": lambda: self.outbox.last_progress,
            },
            self.clock,
        )
        self._news = PlaceNews(PlaceStore(settings.state), journal.last_place())
        self.reloader = Reloader(
            settings,
            files,
            config=config,
            prepare=self._prepared,
            news=self._news.take,
            intray=self.intray,
            clock=self.clock,
            systemd=self.systemd,
        )
        self.condition = Condition(self)
        self.outward = wiring.outward(
            settings, files.network, self.vitals, self.clock, look=self.condition.look
        )
        self.receiver = ReceiverWatch(
            clock=self.clock,
            vitals=self.vitals,
            expected=settings.traps.listen is not None or settings.syslog.listen is not None,
        )
        self.drills = Drills(self, lambda: self.reloader.in_force, edges.chance.random)
        self.rooms: Rooms = Reception(
            self.drills,
            intray=self.intray,
            loop=self.loop,
            journal=journal,
            board=lambda: self.board,
            status=self.condition.plain,
            reload=self.reloader.reload,
            ways=lambda: self._ways,
            receiver=self.receiver,
            renderer=lambda: self._renderer,
            provoked=self._look_at_who_spoke,
        )
        self.visitors = visitors_of(self, lambda: self._files)

    async def run(self, stop: asyncio.Event) -> None:
        """Live until ``stop`` is set, then end within a few seconds with everything written."""
        shipped_traps()  # read now, not when the first trap waits
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)
        await self.loop.digest([Item(arrival) for arrival in self._first_arrivals()])
        self._hear_hangups()
        told = works_told_asks(lambda: self.mind.pipeline.response, self.clock)
        chores = Chores(self, self.rooms.renderer, self.visitors.contact)
        asks = with_drills(self.drills, {**self.visitors.asks, **told, "tasks": chores.ask})
        door = Doorkeeper(self.rooms, self.clock, trusted=TRUSTED, rights=RIGHTS, more=asks)
        async with asyncio.TaskGroup() as tasks:
            consumer = tasks.create_task(self.loop.run(), name="consumer")
            sources = [
                tasks.create_task(self.source.run(), name="source"),
                *([tasks.create_task(self.second.run(), name="second")] if self.second else []),
                tasks.create_task(self.loop.tick(), name="ticks"),
                tasks.create_task(self.visitors.run(), name="callers"),
                tasks.create_task(self._housekeeping().run(), name="housekeeping"),
                tasks.create_task(self._copies.run(), name="hourly copy"),
                tasks.create_task(self.drills.run(), name="drills"),
                *(tasks.create_task(one.run(asyncio.sleep)) for one in self._far),
            ]
            streets = asyncio.to_thread(self.mind.pipeline.correlation.streets.map)
            tasks.create_task(streets, name="streets")
            outbox = tasks.create_task(self.outbox.run(), name="outbox")
            outward = tasks.create_task(self.outward.run(), name="measurements")
            if not self._stale:
                tasks.create_task(self.reloader.keep(), name="keep last good")
            await door.open(door_path(self.settings.state))
            self.systemd.ready(self.condition.line())
            supervision = tasks.create_task(self._supervise(), name="supervision")
            log.info("netwatch runs", door=str(door.path), **self.condition.summary())
            await stop.wait()
            self.systemd.stopping()
            for task in sources:
                task.cancel()
            await door.close()
            await self.gate.shut(SENDS_END_S)
            self.loop.stop()
            await asyncio.wait({consumer}, timeout=LAST_FACTS_S)
            for task in (outbox, supervision, consumer, outward):
                task.cancel()
        await self._close()

    async def _close(self) -> None:
        await self.rooms.close()
        await self.ledger.close()
        self._recorder.close()

    # --- what happens while it runs -------------------------------------------------------------

    def _first_arrivals(self) -> list[Arrival]:
        at = self.clock.now()
        network, book = self._files.network, self._files.rulebook
        over = [
            Trouble(at=at, where=where, what="", over=True)
            for where in self.board.troubles
            if not Housekeeping.minds(where)
        ]
        begun = [Trouble(at=at, where=where, what=what) for where, what in self._at_start]
        return [
            Started(at=at, version=__version__, numbers_spent=self._numbers_spent),
            Loaded(
                at=at,
                inventory=network.digest,
                rules=book.digest,
                places=self._news.take(at),
            ),
            *(trouble for trouble in over if trouble.where not in dict(self._at_start)),
            *begun,
        ]

    async def _bring(self, arrivals: Sequence[Brought]) -> None:
        for arrival in arrivals:
            await self.intray.put(arrival)

    def _record(self, arrival: Arrival) -> None:
        self._recorder.record(arrival)
        self.outward.telemetry.take(arrival)

    def _committed(self, committed: Sequence[Numbered]) -> None:
        self.memory.take(committed)
        self.rooms.announce(committed)

    def _act(self, facts: Sequence[Fact]) -> None:
        self.outbox.notify(facts)
        self.drills.real(facts)
        for closed in (fact for fact in facts if isinstance(fact, IncidentClosed)):
            self.board.forget(closed.at - KEPT_AFTER_CLOSING)
        note_notices(facts, self.board, self.vitals)

    def _look(self, asks: Sequence[Ask]) -> None:
        for ask in asks:
            self.source.look(ask)

    def _look_at_who_spoke(self, arrival: Foreign) -> None:
        """Ask a device that said something unasked: that is all that a trap can bring about."""
        if not isinstance(arrival, Trap | Syslog | Change):
            return
        confirm = Confirm.REACH
        if isinstance(arrival, Trap):
            confirm = shipped_traps().confirm(arrival.oid)
        if confirm is not Confirm.NOTHING:
            ask = SecondLook(at=arrival.at, devices=(arrival.device,), confirm=confirm)
            self.source.look(ask)

    def _prepared(self, files: Files) -> Callable[[], None]:
        """Make all that other files call for; return what puts it into force.

        Raises:
            ConfigError: a secret is not where its reference points any more.
        """
        rules = stage_rules(self.settings, files)
        credentials, accounts = wiring.credentials(self.settings), wiring.accounts(self.settings)
        spoken = wiring.voice(self.settings, files)
        families = library(files.rulebook.families)
        prepared = self.mind.pipeline.prepared(files.network, rules)

        def put_into_force() -> None:
            self.source.know(families)
            self.memory.network, self.memory.rules = files.network, rules
            self.mind.pipeline.refit(files.network, rules, prepared)
            self._swap(files, credentials, accounts, spoken)

        return put_into_force

    def _swap(
        self,
        files: Files,
        credentials: Mapping[str, Credential],
        accounts: "Sequence[Account]",
        spoken: Voice,
    ) -> None:
        """Put other files into force, between two arrivals."""
        self._files, self._ways = files, Ways(files.network)
        self.source.refit(files.network, credentials)
        if self.second is not None:
            self.second.refit(files.network, accounts)
        self.outward.telemetry.refit(files.network)
        self.outbox.refit(spoken.scribe, spoken.recipients, spoken.staff_channels)
        self._website.refit(spoken.site, files.network, spoken.renderer)
        self._renderer = spoken.renderer
        gc.collect()
        gc.freeze()

    async def _supervise(self) -> None:
        """Feed the watchdog while polling, correlation and outbox go on."""
        while True:
            stuck = self.watchdog.stuck()
            if stuck:
                log.error("does not go on", parts=stuck, ages_s=self.watchdog.ages_s())
            else:
                self.systemd.alive(self.condition.line())
            await asyncio.sleep(FED_EVERY_S)

    def _hear_hangups(self) -> None:
        with contextlib.suppress(ValueError, RuntimeError):  # not in the main thread: a test
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.reloader.on_hangup)

    # --- how it is put together -----------------------------------------------------------------

    def _outbox(self, files: Files, edges: Edges) -> Outbox:
        spoken = wiring.voice(self.settings, files)
        self._renderer = spoken.renderer
        ways = [self._website, *self.channels]
        return Outbox(
            board=self.board,
            clock=self.clock,
            channels=[Gated(way, self.gate) for way in ways],
            scribe=spoken.scribe,
            recipients=spoken.recipients,
            staff_channels=spoken.staff_channels,
            deliver=self.intray.put,
            chance=edges.chance.random,
            checkpoint=edges.checkpoint,
            ways=used(self.settings.channels),
        )

    def _housekeeping(self) -> Housekeeping:
        return Housekeeping(
            intray=self.intray,
            clock=self.clock,
            vitals=self.vitals,
            state=self.settings.state,
            channels=self.outbox.health,
            owed=lambda: len(self.outbox),
            lag_s=lambda: self.source.lag_s,
            receiver=self.receiver,
            website=lambda: self._website.trouble,
            pushes=lambda: wiring.lagging(self._far),
            copies=lambda: self._copies.trouble,
            telemetry=self.outward.troubles,
            open={where for where in self.board.troubles if Housekeeping.minds(where)},
        )


def _troubles(stale: Sequence[Finding], damage: str) -> list[tuple[str, str]]:
    troubles = []
    if damage:
        troubles.append(("journal file", damage))
    if stale:
        more = f" (and {len(stale) - 1} more)" if len(stale) > 1 else ""
        troubles.append((FILES, f"the last good files are used: {stale[0]}{more}"))
    return troubles
