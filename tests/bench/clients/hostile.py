"""What hostile datagrams do to those who read them: one at a time, metered, in this process.

``python -m tests.bench.clients.hostile traps|python|compiled COUNT``
"""

import gc
import json
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from netwatch.model.names import DeviceId
from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp import library
from netwatch.pollers.snmp.asker import Asker
from netwatch.pollers.snmp.compiled import CompiledAsker
from netwatch.pollers.snmp.jobs import Agent
from netwatch.pollers.snmp.known import Known
from netwatch.pollers.snmp.session import Session
from netwatch.pollers.unasked.allowance import Allowance
from netwatch.pollers.unasked.engine import our_engine
from netwatch.pollers.unasked.speakers import Speaker
from netwatch.pollers.unasked.traps import TrapDesk
from netwatch.pollers.unasked.v3 import Opener
from netwatch.wire.ber import BerError, Pdu, Tag, encode_integer, encode_oid, parse_oid, tlv
from netwatch.wire.scan import open_message, open_pdu, raw_binds
from netwatch.wire.v3 import is_v3, open_v3
from tests.hostile import NOC, changed, corpus, hostile, notifications
from tests.unit.pollers.unasked.sealer import ENGINE, Sealer

SEED: Final = 20261114
SLOW_S: Final = 0.005
_SWEEP_EVERY: Final = 5000
_NOON: Final = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
_NAMES: Final = [encode_oid(parse_oid(f"1.3.6.1.2.1.2.2.1.{n}.1")) for n in (2, 8, 10)]
_COLUMNS: Final = [encode_oid(parse_oid(f"1.3.6.1.2.1.2.2.1.{n}")) for n in (2, 8, 10)]


@dataclass(slots=True)
class Meter:
    """How long each datagram took of this thread's processor time."""

    tried: int = 0
    slow: int = 0
    slowest_s: float = 0.0
    spent_s: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)

    def run(self, read: Callable[[], object], again: bool) -> None:
        """Let one datagram be read; a slow one is read again, where that is the same work."""
        began = time.thread_time()
        read()
        took = time.thread_time() - began
        if took > SLOW_S and again:
            took = min(took, *(_timed(read) for _ in range(3)))
        self.tried += 1
        self.spent_s += took
        self.slow += took > SLOW_S
        self.slowest_s = max(self.slowest_s, took)
        if self.tried % _SWEEP_EVERY == 0:
            gc.collect()


def _timed(read: Callable[[], object]) -> float:
    began = time.thread_time()
    read()
    return time.thread_time() - began


def main(job: str, count: int) -> None:
    """Read hostile datagrams and print what that did, as one JSON document."""
    gc.disable()
    if job == "compiled" and library.load() is None:
        print(json.dumps({"missing": "no compiled core here"}))  # noqa: T201
        return
    meter = traps(count) if job == "traps" else answers(job, count)
    print(  # noqa: T201
        json.dumps(
            {
                "tried": meter.tried,
                "slow": meter.slow,
                "slowest_ms": 1000 * meter.slowest_s,
                "mean_us": 1e6 * meter.spent_s / max(1, meter.tried),
                "outcomes": meter.outcomes,
            }
        )
    )


def traps(count: int) -> Meter:
    """Give them to the desk that reads the trap port, from a device that may say all it wants."""
    endless = dict.fromkeys(("per_second", "burst", "all_per_second", "all_burst"), 1000000000.0)
    desk = TrapDesk(
        speakers={"192.0.2.1": Speaker(DeviceId("sw-1"), "core")},
        opener=Opener(engine=our_engine("bench", _NOON, 0.0), users={"snmp.core": NOC}),
        allowance=Allowance(**endless),
    )
    meter, now = Meter(), 0.0
    desk.take(Sealer(security=NOC).seal(b"\xa7\0"), "192.0.2.1", _NOON, now)  # OpenSSL warms up
    for datagram in hostile(count, SEED, [*corpus(), *notifications(), *notifications()]):
        now += 0.001
        meter.run(lambda d=datagram, n=now: desk.take(d, "192.0.2.1", _NOON, n), again=True)
    counts = desk.counts
    meter.outcomes.update(
        accepted=counts.accepted, malformed=counts.malformed, wrong_keys=counts.wrong_keys,
        replayed=counts.replayed, greetings=counts.v3_greetings,
    )  # fmt: skip
    return meter


class Field:
    """An asker whose clock stands still until it is moved, and the socket of its agents."""

    def __init__(self, job: str) -> None:
        self.now = 5000.0
        self.told: Counter[int] = Counter()
        self.outcomes: Counter[str] = Counter()
        core = library.load() if job == "compiled" else None
        self.asker: Any = (
            Asker(self._take, lambda: self.now)
            if core is None
            else CompiledAsker(core, self._take, lambda: self.now)
        )
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.sock.bind(("127.0.0.1", 0))
        port = self.sock.getsockname()[1]
        self.agents = [Agent("127.0.0.1", port, version, b"public") for version in (0, 1)]
        if core is None:
            known = Known(ENGINE, 5, 100, self.now)
            self.agents.append(Agent("127.0.0.1", port, 3, b"", Session(NOC, known)))

    def _take(self, number: int, outcome: int, _at: float, _said: object, _why: str) -> None:
        self.told[number] += 1
        self.outcomes[("answered", "silent", "blind")[outcome]] += 1

    def requests(self) -> Iterator[tuple[bytes, Any]]:
        """Send what is ready; yield what came to the agents."""
        self.asker.pump(self.now)
        while True:
            try:
                yield self.sock.recvfrom(65536)
            except BlockingIOError:
                return


def answers(job: str, count: int) -> Meter:
    """Answer questions with them: ids fitted, so that they are read as far as they go."""
    field_, meter = Field(job), Meter()
    chance, number = Random(SEED), 0  # noqa: S311 - the same changes at every run
    replies = [one for one in corpus() if len(one) > 20]
    while meter.tried < count:
        number += 1
        agent = field_.agents[number % len(field_.agents)]
        if number % 2:
            field_.asker.get(number, agent, Patience(1.0, 0), _NAMES)
        else:
            field_.asker.walk(number, agent, Patience(1.0, 0), _COLUMNS, 50)
        for _ in range(6):
            for request, where in list(field_.requests()):
                reply = _reply(request, replies[chance.randrange(len(replies))], chance)
                if len(reply) < 60_000:
                    field_.sock.sendto(reply, where)
                    meter.run(field_.asker.drain, again=False)
        for seconds in (2.0, 40.0):
            field_.now += seconds
            if field_.asker.drain():
                field_.asker.judge(field_.now)
        if field_.told[number] != 1:
            raise AssertionError(f"question {number} was told {field_.told[number]} times")
    meter.outcomes = field_.outcomes
    return meter


def _reply(request: bytes, other: bytes, chance: Random) -> bytes:
    """Return an answer to this very request with something wrong in it, or another one's."""
    if is_v3(request):
        opened = open_v3(request)
        pdu = _response(opened.msg_id, b"", chance)
        sealer = Sealer(security=NOC, msg_id=opened.msg_id)
        return changed(sealer.seal(pdu, time_s=100), chance)
    version, community, _, at, end = open_message(request)
    request_id, _, _, at = open_pdu(request, at, end)
    names = b"".join(tlv(0x30, tlv(0x06, name) + b"\x02\x01\x01")
                     for name, *_ in raw_binds(request, at, end))  # fmt: skip
    whole = encode_integer(version) + tlv(Tag.OCTETS, community)
    if chance.randrange(2):
        return changed(tlv(0x30, whole + _response(request_id, names, chance)), chance)
    try:
        _, _, _, at, end = open_message(other)
        _, _, _, binds_at = open_pdu(other, at, end)
    except BerError:
        return changed(other, chance)
    fine = encode_integer(request_id) + encode_integer(0) * 2
    return changed(tlv(0x30, whole + tlv(Pdu.RESPONSE, fine + other[binds_at:end])), chance)


def _response(request_id: int, binds: bytes, chance: Random) -> bytes:
    status = encode_integer(chance.choice((0, 0, 0, 1, 2, 5, 16, 2**31 - 1, -1)))
    index = encode_integer(chance.choice((0, 1, 99, 2**31 - 1)))
    return tlv(Pdu.RESPONSE, encode_integer(request_id) + status + index + tlv(0x30, binds))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
