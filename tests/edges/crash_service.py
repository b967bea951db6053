"""A service that ends itself by SIGKILL at a chosen point, and is started again, by fork.

``python -m tests.edges.crash_service DIRECTORY URL SHARE OF`` lives through a scripted night once
without a crash and counts the points at which a crash would be interesting; then once for each of
its share of the points, killed there and started again. It writes one JSON object a life to
standard output. The script is the one edge that is not real: journal, pipeline, outbox, apprise,
HTTP, website and door are.
"""

import asyncio
import gc
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import apprise.apprise
import structlog

from netwatch.correlation.rules import CorrelationRules
from netwatch.delivery.channels import open_channel
from netwatch.journal.journal import Journal
from netwatch.model.arrivals import Sample, Tick
from netwatch.model.asks import SecondLook
from netwatch.model.clock import Clock
from netwatch.model.facts import IncidentOpened, NoticeDue, Phase, keys_of
from netwatch.model.names import ChannelName, SubscriberId
from netwatch.model.network import Network
from netwatch.pollers.library import Library
from netwatch.pollers.polling import Counts
from netwatch.pollers.questions import Credential
from netwatch.response.rules import Mode, PublicRule, To
from netwatch.response.shipped import shipped_policy
from netwatch.rules import read_rules
from netwatch.service.clock import SteadyClock
from netwatch.service.files import Files
from netwatch.service.live import Service
from netwatch.service.paths import JOURNAL
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Channel, Publishing, Settings, Website
from netwatch.service.wiring import Bring, Edges
from tests.unit.service.story import NIGHT, ROUND, behind, round_of, town

SMS = ChannelName("sms")
READERS = (SubscriberId("S-a0"), SubscriberId("S-b0"))
"""Who is told of an outage by message, and of its end."""


def _with_readers(network: Network) -> Network:
    told = {
        name: replace(network.subscribers[name], critical=True, phone="+48555010101")
        for name in READERS
    }
    return replace(network, subscribers={**network.subscribers, **told})


NETWORK = _with_readers(town(houses=5))
LIT = [""] * 7
DARK = ["", "", *"a" * 12, *LIT, *"b" * 12, *LIT, *"a" * 12, *LIT, *LIT]
"""Which switch is cut off in each round of ten seconds; what a crash made forgotten is seen again
before the cut is mended, and in the end for as long as an "up" waits."""
POLICY = (
    *shipped_policy()[:6],
    PublicRule(channel=SMS, phase=Phase.CONFIRMED, to=To.CRITICAL, least_subscribers=1),
)
MOST_S = 40.0


@dataclass(slots=True)
class Script:
    """The night, round by round; where it stands survives a crash, as the world does."""

    place: Path
    at: datetime = NIGHT
    at_step: int = 0
    lag_s: float = 0.0
    counts: Counts = field(default_factory=Counts)
    service: Service | None = None
    bring: Bring | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        if self.place.exists():
            self.at_step = int(self.place.read_text())
        self.at = NIGHT + self.at_step * ROUND

    def _seconds(self) -> float:
        return self.at.timestamp()

    @property
    def last_progress(self) -> float:
        return self._seconds()

    def clock(self, not_before: datetime | None) -> SteadyClock:
        return SteadyClock(not_before=not_before, wall=lambda: self.at, steady=self._seconds)

    def look(self, ask: SecondLook) -> None: ...

    def know(self, library: Library) -> None: ...

    def refit(self, network: Network, credentials: Mapping[str, Credential]) -> None: ...

    async def run(self) -> None:
        assert self.service is not None
        assert self.bring is not None
        for step in range(self.at_step, len(DARK)):
            self._keep(step)
            silent = behind(NETWORK, DARK[step]) if DARK[step] else frozenset()
            self.at = NIGHT + step * ROUND
            await self.bring(_at_once(NETWORK, self.at, silent))
            await self._settled(self.service)
        self.over.set()
        await asyncio.Event().wait()

    def _keep(self, step: int) -> None:
        new = self.place.with_name("script.new")
        new.write_text(str(step))
        new.replace(self.place)

    async def _settled(self, service: Service) -> None:
        """Let the service finish with this moment before the next one comes."""
        while True:
            thought: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            await service.intray.put(Tick(at=self.at), thought)
            await thought
            if not len(service.outbox):
                return
            await asyncio.sleep(0.001)


def _at_once(network: Network, at: datetime, silent: frozenset[Any]) -> Sequence[Sample]:
    return [replace(sample, at=at) for sample in round_of(network, at, silent)]


class Crash:
    """Counts the points passed; at the chosen one the process is no more."""

    def __init__(self, at_point: int | None) -> None:
        self.passed: list[str] = []
        self._at_point = at_point

    def __call__(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) == self._at_point:
            os.kill(os.getpid(), signal.SIGKILL)


def settings_in(folder: Path, url: str) -> Settings:
    return Settings(
        name="Dolina",
        inventory=folder / "none",
        state=folder,
        channels={"duty": Channel(url=Secret(url)), SMS: Channel(url=Secret(url))},
        publishing=Publishing(mode=Mode.FULL),
        website=Website(directory=folder / "website"),
    )


def files() -> Files:
    book = read_rules(None, NETWORK).rulebook
    assert book is not None
    correlation = CorrelationRules(close_after=timedelta(seconds=20))
    response = replace(book.stages.response, policy=POLICY)
    stages = replace(book.stages, correlation=correlation, response=response)
    return Files(network=NETWORK, rulebook=replace(book, stages=stages))


def live(folder: Path, url: str, with_files: Files, crash: Crash) -> dict[str, Any]:
    """Live from where the script stands to its end; return what the journal holds then."""
    began = time.monotonic()
    script = Script(folder / "script")

    def source(_: Settings, __: Network, ___: Clock, bring: Bring) -> Script:
        script.bring = bring
        return script

    edges = Edges(source=source, channel=open_channel, checkpoint=crash, clock=script.clock)
    service = Service(settings_in(folder, url), with_files, edges)
    script.service = service
    ready_s = time.monotonic() - began

    async def until_over() -> None:
        async with asyncio.timeout(MOST_S):
            await service.run(script.over)

    asyncio.run(until_over())
    return {"ready_s": ready_s, "points": crash.passed, **outcome(folder)}


def outcome(folder: Path) -> dict[str, Any]:
    """Return what the journal holds at the end."""
    book = Journal.open(folder / JOURNAL)
    (verdict,) = book._db.execute("PRAGMA integrity_check").fetchone()
    facts = [fact for _, fact in book.read()]
    book.close()
    dues = [fact for fact in facts if isinstance(fact, NoticeDue) and fact.withheld is None]
    return {
        "integrity": verdict,
        "incidents": [fact.incident for fact in facts if isinstance(fact, IncidentOpened)],
        "owed": sorted(key for due in dues if due.channel in ("duty", SMS) for key in keys_of(due)),
        "said": sorted(
            f"{due.incident} {due.channel} {due.phase} {due.purpose}"
            for due in dues
            if due.phase is not Phase.UPDATE
        ),
        "page": json.loads((folder / "website" / "outages.json").read_text())["outages"],
    }


def in_a_fork(folder: Path, url: str, with_files: Files, point: int | None) -> dict[str, Any]:
    """Live in a child; return what it says, or by which signal it ended."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        code = 1
        try:
            said = json.dumps(live(folder, url, with_files, Crash(point)))
            os.write(writer, said.encode())
            code = 0
        except BaseException:  # noqa: BLE001 - a fork must never return into its parent's code
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"killed": os.WTERMSIG(status)}
    return json.loads(said) if said else {"failed": os.waitstatus_to_exitcode(status)}


def lives(root: Path, url: str, share: int, of: int) -> Iterator[dict[str, Any]]:
    """Yield the night as it is without a crash, then for each point: killed, started again."""
    with_files = files()
    # The first life is lived here: what it warms (templates, apprise) the forks need not warm.
    whole = live(_folder(root, f"whole-{share}"), f"{url}/whole-{share}", with_files, Crash(None))
    yield {"point": 0, "name": "", **whole}
    _wait_for_threads()
    gc.freeze()  # else each fork would look through all of it for garbage
    for point, name in enumerate(whole["points"], start=1):
        if point % of == share:
            folder, there = _folder(root, str(point)), f"{url}/{point}"
            first = in_a_fork(folder, there, with_files, point)
            again = in_a_fork(folder, there, with_files, None)
            yield {"point": point, "name": name, "first": first, **again}


def _wait_for_threads() -> None:
    """A process with threads must not be forked; those of the first life are ending."""
    for pool in ("_shared_executor", "_coordinator_executor"):
        if (executor := getattr(apprise.apprise, pool)) is not None:
            executor.shutdown()
            setattr(apprise.apprise, pool, None)
    until = time.monotonic() + 10
    while threading.active_count() > 1:
        if time.monotonic() > until:
            raise TimeoutError(f"these threads do not end: {threading.enumerate()}")
        time.sleep(0.01)


def _folder(root: Path, name: str) -> Path:
    folder = root / name
    folder.mkdir()
    return folder


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    for life in lives(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])):
        sys.stdout.write(json.dumps(life) + "\n")
        sys.stdout.flush()
