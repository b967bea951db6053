"""A provider that runs: its gear in a lab, the service beside it, and trials played on both."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from netwatch.intake.door import Door
from netwatch.inventory.reader import read_inventory
from netwatch.lab.lab import Lab
from netwatch.model.clock import Clock
from netwatch.model.diagnosis import Diagnosis
from netwatch.model.facts import (
    Fact,
    IncidentClosed,
    IncidentMerged,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    NoticeDue,
)
from netwatch.model.names import IncidentId
from netwatch.model.network import Network
from netwatch.model.terms import IncidentKind, Purpose
from netwatch.service.clock import SteadyClock
from netwatch.service.demo_phone import telephone
from netwatch.service.demo_programs import free_ports, settings
from tests.bench.measure import NotMeasuredError
from tests.bench.run import answers
from tests.bench.trials import FELT, Trial, Wanted

LOOK_EVERY_S: Final = 0.5
WHOLE_S: Final = 14.0
"""One round of pings and one of PON tables, so that the network is known whole."""
FOUND_S: Final = 75.0
"""Not found by then: a miss."""
WATCHED_S: Final = 12.0
"""So long is watched on after all was found, for what should not be there besides."""
QUIET_S: Final = 35.0
"""So long is waited where nothing must be said."""
BACK_S: Final = 240.0
"""What flapped must have been quiet for three minutes before it is over."""
END_S: Final = 15.0
WAKING: Final = frozenset({IncidentKind.OUTAGE, IncidentKind.PARTIAL, IncidentKind.BLIND})


@dataclass(slots=True)
class Told:
    """What the service decided of one incident."""

    opened_at: datetime
    thought: list[tuple[datetime, Diagnosis]]
    alerts: int = 0
    over: bool = False
    merged: bool = False

    @property
    def last(self) -> Diagnosis:
        """Return what is thought of it now."""
        return self.thought[-1][1]

    def right_since(self, wanted: Wanted) -> datetime | None:
        """Return since when what is thought has been right, without change; None: it is wrong."""
        since = None
        for at, diagnosis in reversed(self.thought):
            if not wanted.is_met_by(diagnosis):
                break
            since = at
        return since


@dataclass(slots=True)
class Ledger:
    """All incidents since a moment, made of the service's facts."""

    known: dict[IncidentId, Diagnosis]
    """What was thought last of every incident, those of earlier trials too."""
    told: dict[IncidentId, Told] = field(default_factory=dict)

    def take(self, fact: Fact) -> None:
        """Take one decision."""
        if isinstance(fact, IncidentOpened | IncidentRevised):
            self.known[fact.incident] = fact.diagnosis
        match fact:
            case IncidentOpened():
                self.told[fact.incident] = Told(fact.at, [(fact.at, fact.diagnosis)])
            case IncidentRevised() if fact.incident in self.told:
                thought = self.told[fact.incident].thought
                if thought[-1][0] == fact.at:  # of a relapse: what was thought of it long ago
                    thought.pop()
                thought.append((fact.at, fact.diagnosis))
            case IncidentRestored() | IncidentClosed() if fact.incident in self.told:
                self.told[fact.incident].over = True
            case IncidentRelapsed():
                self._relapsed(fact)
            case IncidentMerged() if fact.incident in self.told:
                self.told[fact.incident].over = self.told[fact.incident].merged = True
            case NoticeDue(purpose=Purpose.ALERT) if fact.incident in self.told:
                assert fact.incident is not None
                self.told[fact.incident].alerts += 1

    def _relapsed(self, fact: IncidentRelapsed) -> None:
        if fact.incident in self.told:
            self.told[fact.incident].over = False
        elif fact.incident in self.known:
            thought = [(fact.at, self.known[fact.incident])]
            self.told[fact.incident] = Told(fact.at, thought, alerts=1)

    @property
    def standing(self) -> list[Told]:
        """Return the incidents that did not go on in another one."""
        return [one for one in self.told.values() if not one.merged]

    def found(self, wanted: Wanted) -> Told | None:
        """Return the incident in which this was found."""
        return next((one for one in self.standing if one.right_since(wanted) is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a trial went."""

    trial: Trial
    seconds: float | None
    """From the first lost ping, or from the break where none was lost; None: never found."""
    first_s: float | None
    """The same, to the first word about it, right or wrong."""
    without: int
    """Subscribers without service."""
    named: int
    """Of these, named in the incidents."""
    besides: int
    """Named there, though they had service."""
    incidents: int
    alerts: tuple[int, ...]
    restored_s: float | None
    """From the mending until all of it was told to be over; None: it was not."""
    said: tuple[str, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """Return all that is not as it must be, in a word each."""
        wanted = len(self.trial.wanted)
        wrong = {
            "not found": self.seconds is None and wanted > 0,
            "too many incidents": self.incidents > wanted,
            "wrong subscribers": self.trial.felt and self.named < self.without,
            "subscribers besides": self.trial.felt and self.besides > 0,
            "not one alert each": any(count != 1 for count in self.alerts),
            "not restored": self.restored_s is None,
        }
        return tuple(name for name, is_so in wrong.items() if is_so)


@dataclass(slots=True)
class LiveHouse:
    """A lab and a service that watches it."""

    lab: Lab
    door: Door
    log: Path
    clock: Clock
    watched_s: float = WATCHED_S
    known: dict[IncidentId, Diagnosis] = field(default_factory=dict)
    seq: int = 0

    async def play(self, trial: Trial) -> Result:
        """Break, wait until it is found, mend, and wait until all of it is over."""
        await self.look(Ledger(self.known))
        ledger, lost = Ledger(self.known), set[str]()
        broken_at = self.clock.now()
        for one in trial.breaks:
            await self.lab.break_(one.element, one.kind, **one.options)
        first_lost: datetime | None = None

        async def look() -> None:
            nonlocal first_lost
            await self.look(ledger)
            status = await self.lab.status()
            lost.update(status["without_service"])
            if first_lost is None and status["lost_ping"] is not None:
                ago = timedelta(seconds=status["lost_ping"]["ago_s"])
                first_lost = self.clock.now() - ago

        def found() -> bool:
            return bool(trial.wanted) and all(ledger.found(one) for one in trial.wanted)

        await until(look, found, FOUND_S if trial.wanted else QUIET_S)
        await until(look, lambda: False, self.watched_s)
        at_worst = [(one, one.last) for one in ledger.standing]
        times = [
            one.right_since(wanted)
            for wanted in trial.wanted
            if (one := ledger.found(wanted)) is not None
        ]
        await self.lab.mend()
        mended_at = self.clock.now()
        over = await until(look, lambda: all(one.over for one in ledger.standing), BACK_S)
        restored_s = (self.clock.now() - mended_at).total_seconds() if over else None
        named = {
            str(name)
            for one in ledger.standing
            for _, diagnosis in one.thought
            if diagnosis.kind in FELT
            for name in diagnosis.subscribers
        }
        began = first_lost or broken_at
        waits = [(at - began).total_seconds() for at in times if at is not None]
        first = [(one.opened_at - began).total_seconds() for one in ledger.standing]
        return Result(
            trial=trial,
            seconds=max(waits) if waits and len(waits) == len(trial.wanted) else None,
            first_s=min(first, default=None),
            without=len(lost),
            named=len(lost & named),
            besides=len(named - lost),
            incidents=len(ledger.standing),
            alerts=tuple(one.alerts for one in ledger.standing if _wakes(one)),
            restored_s=restored_s,
            said=tuple(_in_words(diagnosis) for _, diagnosis in at_worst),
        )

    def answers(self) -> bool:
        """Say whether the service's door is open."""
        return answers(self.door)

    async def look(self, ledger: Ledger) -> None:
        """Let a ledger take what was decided since the last look."""
        for seq, fact in await asyncio.to_thread(lambda: list(self.door.facts(self.seq))):
            self.seq = seq
            ledger.take(fact)


@asynccontextmanager
async def live_house(
    home: Path, inventory: Path, rules: Path | None, tape: Path | None = None, more: str = ""
) -> AsyncIterator[LiveHouse]:
    """Run a lab, a service and a receiver of traps in a folder whose path is short.

    Args:
        home: where both keep what they know.
        inventory: of whom; the lab simulates it and the service watches it.
        rules: of the service.
        tape: a recording of what the service sees, for whoever looks into a miss.
        more: settings besides those of the demo.

    Raises:
        NotMeasuredError: the service does not start.
    """
    network = read_inventory(inventory).network
    assert network is not None, inventory
    clock = SteadyClock()
    with telephone(clock) as (_, port):
        async with Lab.start(network, home / "lab") as lab:
            config = _configure(home, network, inventory, rules, port)
            with config.open("a") as settings_file:
                settings_file.write(more)
            record = () if tape is None else ("--tape", str(tape))
            service = program(home, "run", config, *record)
            async with service, program(home, "traps", config):
                house = LiveHouse(
                    lab=lab,
                    door=Door([home / "state" / "run" / "door.sock"]),
                    log=home / "run.log",
                    clock=clock,
                )
                if not await until(_nothing, house.answers, FOUND_S):
                    said = house.log.read_text(errors="replace")[-2000:]
                    raise NotMeasuredError(f"the service did not start; it said:\n{said}")
                await asyncio.sleep(WHOLE_S)
                yield house


def _configure(
    home: Path, network: Network, inventory: Path, rules: Path | None, port: int
) -> Path:
    """Write the settings of the demo, with the lab's traps besides."""
    page, console = free_ports(0, 0)
    text = settings(
        home, network, inventory=inventory, rules=rules, phone=port, page=page, console=console
    )
    state = home / "lab"
    config = home / "netwatch.toml"
    config.write_text(f'{text}[lab]\nstate = "{state}"\n[traps]\nlisten = "0.0.0.0:162"\n')
    return config


@asynccontextmanager
async def program(
    home: Path, name: str, config: Path, *words: str, through: Sequence[str] = ()
) -> AsyncIterator[None]:
    """Run a netwatch command while the block lasts.

    Args:
        home: where its log is written.
        name: of the command.
        config: its ``netwatch.toml``.
        words: what else it is told.
        through: a command line that runs another one, say in another network.
    """
    left_out = ("RUNTIME_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_USEC", "NETWATCH_CONFIG")
    environment = {key: text for key, text in os.environ.items() if key not in left_out}
    with (home / f"{name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(*through, sys.executable, "-m", "netwatch", name, "--config", str(config), *words),
            stdout=log, stderr=log, env=environment,
        )  # fmt: skip
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            async with asyncio.timeout(END_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def until(
    look: Callable[[], Awaitable[None]], enough: Callable[[], bool], limit_s: float
) -> bool:
    """Look again and again until it is enough; say whether it became so in time."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit_s
    await look()
    while not enough():
        if loop.time() > end:
            return False
        await asyncio.sleep(LOOK_EVERY_S)
        await look()
    return True


async def _nothing() -> None:
    """Look at nothing."""


def _wakes(one: Told) -> bool:
    """Say whether somebody must have been woken: a line of one's own, or what flaps, wakes none."""
    return one.last.kind in WAKING


def _in_words(diagnosis: Diagnosis) -> str:
    also = f" or {', '.join(diagnosis.also_possible[:3])}" if diagnosis.also_possible else ""
    return f"{diagnosis.kind}: {', '.join(diagnosis.root_cause)}{also} ({diagnosis.cause})"
