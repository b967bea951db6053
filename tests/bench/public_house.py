"""A town whose people are told: receivers that stand where Facebook and the SMS gateway do."""

import json
import random
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from netwatch.model.clock import Clock
from netwatch.model.names import (
    DeviceId,
    ElementName,
    SubscriberId,
    device_element,
    link_element,
    port_element,
)
from netwatch.model.network import Network
from netwatch.views.below import cut_off

LOCAL: Final = "127.0.0.1"
FELT_BY: Final = 5
"""Fewer people than this are nobody the public hears of."""
DOWN: Final = frozenset({"suspected", "confirmed", "update"})
LARGEST_BODY: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Handed:
    """One message as it was handed to a gateway."""

    at: datetime
    channel: str
    incident: str
    recipient: str
    phase: str
    to: str
    text: str

    @property
    def is_down(self) -> bool:
        """Say whether its reader believes after it that something is broken."""
        return self.phase in DOWN


@dataclass(slots=True)
class Gateway:
    """Takes messages; one that bears a key it knows is a repetition and is counted as such."""

    clock: Clock
    handed: list[Handed] = field(default_factory=list)
    repeated: int = 0
    _keys: set[str] = field(default_factory=set)

    def take(self, channel: str, to: str, key: str, text: str) -> None:
        """Take one message, as apprise's json:// brings it."""
        if key in self._keys:
            self.repeated += 1
            return
        self._keys.add(key)
        incident, _, _, recipient, phase, _ = key.split("/")
        one = Handed(self.clock.now(), channel, incident, recipient, phase, to, text)
        self.handed.append(one)


class _Door(BaseHTTPRequestHandler):
    def __init__(self, gateway: Gateway, *args: Any) -> None:
        self._gateway = gateway
        super().__init__(*args)

    def do_POST(self) -> None:
        """Take a message; the path names the channel, the query who it is for."""
        url = urlsplit(self.path)
        size = min(int(self.headers.get("Content-Length") or 0), LARGEST_BODY)
        said = json.loads(self.rfile.read(size))
        to = parse_qs(url.query).get("to", [self.headers.get("X-To", "")])[0]
        key = self.headers.get("Idempotency-Key", "")
        self._gateway.take(url.path.strip("/"), to, key, str(said.get("message", "")))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def gateway(clock: Clock) -> Iterator[tuple[Gateway, int]]:
    """Take messages on loopback while the block lasts."""
    taker = Gateway(clock)
    server = ThreadingHTTPServer((LOCAL, 0), partial(_Door, taker))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield taker, server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One element to break, and who has no service then."""

    element: ElementName
    kind: str
    dark: frozenset[SubscriberId]
    one_witness: bool
    """All that is silent is told of by one OLT that still answers."""


def faults(network: Network, seed: int, count: int) -> list[Fault]:
    """Draw faults of what carries enough people, as many with one witness as with several.

    Neighbours do not follow each other.
    """
    every = list(_every(network))
    by_witness = [[one for one in every if one.one_witness is few] for few in (False, True)]
    chance = random.Random(seed)  # noqa: S311 - the same faults each time
    drawn: list[Fault] = []
    while len(drawn) < count:
        one = chance.choice(by_witness[len(drawn) % 2])
        if drawn and one.dark & drawn[-1].dark:
            continue
        drawn.append(one)
    return drawn


def _every(network: Network) -> Iterator[Fault]:
    for element, kind in _breakable(network):
        gone = cut_off(network, [element])
        dark = frozenset(s.id for s in network.subscribers.values() if s.device in gone)
        if len(dark) >= FELT_BY:
            heard = any(network.devices[one].address is not None for one in gone)
            yield Fault(element=element, kind=kind, dark=dark, one_witness=not heard)


def _breakable(network: Network) -> Iterator[tuple[ElementName, str]]:
    for device in network.devices.values():
        if device.id != network.vantage:
            yield device_element(device.id), "dead"
    for link in network.links.values():
        yield link_element(link.id), "cut"
    for device, port in sorted(_pon_ports(network)):
        yield port_element(device, port), "dead"


def _pon_ports(network: Network) -> set[tuple[DeviceId, str]]:
    return {
        (one.via, one.port)
        for one in network.devices.values()
        if one.via is not None and one.port is not None
    }


def with_telephones(inventory: Path, into: Path) -> None:
    """Copy an inventory and give every subscriber a number of its own."""
    shutil.copytree(inventory, into)
    table = into / "subscribers.csv"
    head, *rows = table.read_text().splitlines()
    lines = [f"{head},phone", *(f"{row},+48555{at:06}" for at, row in enumerate(rows))]
    table.write_text("\n".join(lines) + "\n")


def at_once(rules: Path, into: Path, channels: Sequence[str] = ("facebook", "sms")) -> None:
    """Copy rules and let every public channel speak at once, whatever the hour."""
    shutil.copytree(rules, into)
    table = "\n".join(
        f"  - {{id: {name}-{phase}, channel: {name}, phase: {phase}, to: {to}, "
        "least_subscribers: 1, after: 0s}"
        for name in channels
        for phase, to in _PHASES[name].items()
    )
    (into / "notices" / "at-once.yaml").write_text(
        f"policy:\n{table}\nsituation: {{incidents: 1000, within: 60m}}\n"
    )


_PHASES: Final[Mapping[str, Mapping[str, str]]] = {
    "facebook": {
        "confirmed": "public",
        "update": "public",
        "restored": "public",
        "corrected": "public",
    },
    "sms": {"confirmed": "everyone", "restored": "told", "corrected": "told"},
}
