"""A drill held under moved hands, with real channels: what leaves is counted at the sockets."""

import asyncio
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from netwatch.delivery.channels import Address, Channel, Sleep
from netwatch.delivery.channels.apprise import AppriseChannel
from netwatch.delivery.render import Text
from netwatch.model.diagnosis import Diagnosis
from netwatch.model.evidence import Proof
from netwatch.model.facts import Cause, IncidentKind, IncidentOpened
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, ElementName, IncidentId, NoticeKey
from netwatch.model.network import Network
from netwatch.pipeline import Pipeline
from netwatch.response.rules import Mode
from netwatch.rules import read_rules
from netwatch.rules.rulebook import Rulebook
from netwatch.service.channel_settings import Channel as Written
from netwatch.service.clock import SteadyClock
from netwatch.service.drill.hall import Drills
from netwatch.service.files import Files
from netwatch.service.judgement import stage_rules
from netwatch.service.mind import Mind
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Publishing, Settings, Website
from netwatch.views.board import Board
from tests.scenarios.moved_hands import Hands
from tests.unit.service.story import NIGHT, town

CUSTOMERS = ("sms", "facebook", "mail", "webpush", "hook")
STAFF = """\
people:
  - {id: marek, language: en}
  - {id: ewa, language: pl, channels: [ewa-phone]}
  - {id: ola, language: cs, channels: [sms, duty]}
roles:
  - {id: on-call, people: [marek, ewa]}
  - {id: dispatcher, people: [ewa]}
  - {id: desk, people: [ola]}
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message to the staff."""

    at: datetime
    channel: str
    recipient: str
    title: str
    body: str


class Pager:
    """A channel to the staff: it keeps what it is given, while it works."""

    width = 2
    longest_s = 5.0

    def __init__(self, name: str, now: Callable[[], datetime], heard: list[Heard]) -> None:
        self.name = ChannelName(name)
        self._now, self._heard = now, heard

    async def tend(self, _sleep: Sleep) -> None:
        """Need nothing."""

    async def send(self, to: Address, text: Text, _key: NoticeKey) -> str:
        """Keep it."""
        if not text.body:
            raise DeliveryError(Retry.PERMANENT, "there is nothing to read")
        at = self._now()
        self._heard.append(Heard(at, self.name, to.recipient, text.title, text.body))
        return "ok"

    async def close(self) -> None:
        """Hold nothing."""


class Ears:
    """A far end that counts whatever arrives, and answers nothing."""

    def __init__(self) -> None:
        self._listens = socket.create_server(("127.0.0.1", 0))
        self._listens.settimeout(0.1)
        self.port: int = self._listens.getsockname()[1]
        self.visits = 0
        self.octets = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                visitor, _ = self._listens.accept()
            except TimeoutError:
                continue
            self.visits += 1
            with visitor, suppress(OSError):
                visitor.settimeout(0.5)
                self.octets += len(visitor.recv(65536))

    def close(self) -> None:
        """Listen no more."""
        self._over.set()
        self._thread.join()
        self._listens.close()


CALLED: list[Any] = []
_WATCHED: list[bool] = []


def _note(event: str, given: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        CALLED.append(given[1] if len(given) > 1 else None)


def watch_sockets() -> list[Any]:
    """Return a list that grows by the address whenever this process calls anybody from now on."""
    if not _WATCHED:
        sys.addaudithook(_note)
        _WATCHED.append(True)
    CALLED.clear()
    return CALLED


@dataclass(slots=True)
class Office:
    """An installation in which a drill is held: what ``Drills`` needs of a service."""

    settings: Settings
    files: Files
    clock: SteadyClock
    channels: list[Channel]
    mind: Mind
    heard: list[Heard]
    board: Board = field(default_factory=Board.empty)
    drills: Drills = field(init=False)

    def __post_init__(self) -> None:
        self.drills = Drills(self, lambda: self.files, lambda: 0.5)

    async def start(
        self, scenario: str = "fibre-cut", at: str = "device:sw-a"
    ) -> Mapping[str, Any]:
        """Begin a drill."""
        return await self.drills.ask({"do": "start", "scenario": scenario, "at": at}, "marek")

    async def stop(self) -> None:
        """End it."""
        await self.drills.ask({"do": "stop"}, "marek")

    async def ended(self) -> None:
        """Wait until it is over by itself."""
        for _ in range(400):
            if self.drills.drill is None:
                return
            await asyncio.sleep(10)
        raise AssertionError

    def real(self, kind: IncidentKind = IncidentKind.OUTAGE) -> IncidentOpened:
        """Let a real incident open."""
        at = self.clock.now()
        found = Diagnosis(
            kind=kind,
            cause=Cause.FIBRE,
            root_cause=(ElementName("device:sw-b"),),
            confidence=1.0,
            proof=Proof(silent=1, asked=2, answering=1),
        )
        fact = IncidentOpened(at=at, incident=IncidentId("I-77"), since=at, diagnosis=found)
        self.board.take(fact)
        self.drills.real([fact])
        return fact

    def to(self, recipient: str) -> list[Heard]:
        """Return what one of the staff heard."""
        return [one for one in self.heard if one.recipient == recipient]


def ruled(folder: Path, network: Network, people: str = STAFF, drills: str = "") -> Rulebook:
    """Return the rules that ship with a staff, and drills of its own."""
    for name, text in (("people", people), ("drills", drills)):
        if text:
            own = folder / "rules" / name / "own.yaml"
            own.parent.mkdir(parents=True, exist_ok=True)
            own.write_text(text)
    book = read_rules(folder / "rules", network).rulebook
    assert book is not None
    return book


def office(
    folder: Path,
    hands: Hands,
    *,
    ears: Ears | None = None,
    book: Rulebook | None = None,
    network: Network | None = None,
    mode: Mode = Mode.FULL,
    staff: tuple[str, ...] = ("duty", "ewa-phone"),
) -> Office:
    """Return an installation whose customers' channels are real, and lead to ``ears``."""
    network = network or town()
    book = book or ruled(folder, network)
    names = (*staff, *(CUSTOMERS if ears is not None else ()))
    urls = {name: f"json://127.0.0.1:{ears.port if ears else 9}/{name}" for name in names}
    settings = Settings(
        name="Dolina",
        inventory=folder / "none",
        state=folder,
        languages=("en", "pl"),
        channels={name: Written(url=Secret(url)) for name, url in urls.items()},
        publishing=Publishing(mode=mode),
        website=Website(directory=folder / "website"),
    )

    def wall() -> datetime:
        return NIGHT + timedelta(seconds=hands.time())

    clock = SteadyClock(wall=wall, steady=hands.time)
    heard: list[Heard] = []
    channels: list[Channel] = [Pager(name, clock.now, heard) for name in staff]
    customers = [name for name in names if name not in staff]
    channels += [AppriseChannel(ChannelName(name), urls[name]) for name in customers]
    files = Files(network=network, rulebook=book)
    pipeline = Pipeline(network, stage_rules(settings, files))
    mind = Mind(pipeline, remember=lambda _: pipeline, version="test")
    return Office(settings, files, clock, channels, mind, heard)


@contextmanager
def listening() -> Iterator[Ears]:
    """Listen for as long as the test lasts."""
    ears = Ears()
    try:
        yield ears
    finally:
        ears.close()
