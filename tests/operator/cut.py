"""A feeder cut under the running service: real packets, and what people were told of it."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Final

from netwatch.intake.door import Door
from netwatch.lab.control import call
from netwatch.model.facts import Audience, Fact, IncidentKind, NoticeDue, Phase, Purpose
from netwatch.service.clock import SteadyClock
from netwatch.views.board import Board, Outage
from tests.bench.run import answering, cpu_s_of, rss_mb_of
from tests.operator.afternoon import places_of
from tests.operator.field import behind_feeder, feeder
from tests.operator.homes import Operator
from tests.operator.office import Office

SETTINGS: Final = '[publishing]\nmode = "full"\n'
LEARNS_S: Final = 150.0
"""After so long each ONU's state is known, and those switched off are lines of their own."""
STANDS_S: Final = 90.0
MENDS_S: Final = 60.0


@dataclass(slots=True, kw_only=True)
class Cut:
    """One cut and its end, as the service lived through it.

    Homes that were switched off before count neither way: they had no service to lose.
    """

    olt: str
    concerned: set[str]
    """Whose fibre was in the cable, and whose place was known."""
    nowhere: set[str]
    """Whose fibre was in the cable, and whose place was not known."""
    off: set[str]
    """Whose ONU was switched off before."""
    at: datetime
    mended_at: datetime
    facts: list[Fact] = field(default_factory=list)
    """What was decided between the cut and the next one."""

    @property
    def outages(self) -> list[Outage]:
        """Return what the public heard of."""
        board = Board()
        for fact in self.facts:
            board.take(fact)
        outages = board.outages.values()
        return [one for one in outages if one.opened_at >= self.at and not _private(one)]

    @property
    def heard(self) -> set[str]:
        """Return who is counted among those without service."""
        heard: set[str] = {person for one in self.outages for person in one.subscribers}
        return heard - self.off

    @property
    def f1(self) -> float:
        """Return how well those who heard are those concerned."""
        heard = self.heard
        hits = len(heard & self.concerned)
        return 2 * hits / max(1, len(heard) + len(self.concerned))

    def after_s(self, phase: Phase) -> list[float]:
        """Return after how many seconds the public heard words of this phase."""
        start = self.mended_at if phase is Phase.RESTORED else self.at
        dues = self._dues(Audience.PUBLIC)
        return [(due.at - start).total_seconds() for due in dues if due.phase is phase]

    @property
    def alerts(self) -> int:
        """Return how often the staff was alerted."""
        return sum(due.purpose is Purpose.ALERT for due in self._dues(Audience.STAFF))

    def _dues(self, audience: Audience) -> list[NoticeDue]:
        dues = (fact for fact in self.facts if isinstance(fact, NoticeDue))
        return [due for due in dues if due.audience is audience and due.at >= self.at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How the service fared meanwhile."""

    ready_s: float
    seconds: float
    cpu_s: float
    rss_mb: float
    cuts: Sequence[Cut]


def live_through(office: Office, operator: Operator, olts: Sequence[str]) -> Watched:
    """Let the service watch, cut a feeder of one OLT after the other, mending each.

    The gear must be switched on, and the places in force.
    """
    began = time.monotonic()
    with _service(office) as (pid, door):
        ready_s, before = time.monotonic() - began, cpu_s_of(pid)
        watched = time.monotonic()
        time.sleep(LEARNS_S)
        cuts = [_cut(office, operator, olt) for olt in olts]
        facts = [fact for _, fact in door.facts()]
        for cut, after in zip_longest(cuts, cuts[1:]):
            cut.facts = [one for one in facts if after is None or one.at < after.at]
        return Watched(
            ready_s=ready_s,
            seconds=time.monotonic() - watched,
            cpu_s=cpu_s_of(pid) - before,
            rss_mb=rss_mb_of(pid),
            cuts=cuts,
        )


def _cut(office: Office, operator: Operator, olt: str) -> Cut:
    lines = behind_feeder(operator, olt)
    behind = [one for one in places_of(office) if one.line in lines]
    off = {home.subscriber for home in operator.homes if not home.online}
    clock, element = SteadyClock(), f"risk:{feeder(olt)}"
    at = clock.now()
    call(office.gear.file.control, "break", element=element, kind="cut")
    time.sleep(STANDS_S)
    mended = clock.now()
    call(office.gear.file.control, "mend", element=element)
    time.sleep(MENDS_S)
    return Cut(
        olt=olt,
        concerned={one.subscriber for one in behind if one.spot is not None} - off,
        nowhere={one.subscriber for one in behind if one.spot is None},
        off=off,
        at=at,
        mended_at=mended,
    )


def _private(outage: Outage) -> bool:
    return outage.kind is IncidentKind.LINE or outage.merged_into is not None


@contextmanager
def _service(office: Office) -> Iterator[tuple[int, Door]]:
    door = Door([office.folder / "state" / "run" / "door.sock"])
    lab = str(office.gear.state)
    with (office.folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "netwatch", "run", "--config", office.config, "--lab", lab],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    with answering(process, door, office.folder / "log"):
        yield process.pid, door
