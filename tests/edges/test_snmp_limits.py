"""No agent, and no stall of ours, can keep a question open for ever."""

import itertools
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from netwatch.pollers.echo import ANSWERED, BLIND, Echoes
from netwatch.pollers.echo_wire import Host
from netwatch.pollers.frames import pack
from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp.asker import Asker
from netwatch.pollers.snmp.jobs import Agent
from netwatch.pollers.snmp.seam import open_asker
from netwatch.wire.ber import BerError, Message, Oid, Pdu, Tag, VarBind, decode, encode, encode_oid

COLUMN: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1, 8)
usual = pytest.mark.usefixtures("asking")
Told = list[tuple[int, int, float, object, str]]


class Tarpit:
    """An agent that gives one row at a time, and the clock of whoever asks it."""

    def __init__(self, make: Callable[..., Any] = open_asker) -> None:
        self.now = 1000.0
        self.told: Told = []
        self.asker = make(lambda *what: self.told.append(what), lambda: self.now)
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.settimeout(5)
        self.row = 0

    @property
    def agent(self) -> Agent:
        return Agent("127.0.0.1", self.sock.getsockname()[1], 1, b"public")

    def answer(self, **other: Any) -> None:
        self.asker.pump(self.now)
        datagram, source = self.sock.recvfrom(9000)
        asked = decode(datagram)
        self.row += 1
        said = {"binds": (VarBind((*COLUMN, self.row), Tag.INTEGER, 1),), **other}
        self.sock.sendto(
            encode(
                Message(
                    version=1,
                    community=b"public",
                    pdu=Pdu.RESPONSE,
                    request_id=asked.request_id,
                    **said,
                )
            ),
            source,
        )
        self.asker.drain()


@contextmanager
def tarpit(make: Callable[..., Any] = open_asker) -> Iterator[Tarpit]:
    pit = Tarpit(make)
    try:
        yield pit
    finally:
        for sock in (pit.sock, *pit.asker.sockets()):
            sock.close()


@usual
def test_an_agent_that_dribbles_is_cut_short_after_half_a_minute_with_what_it_gave() -> None:
    with tarpit() as pit:
        pit.asker.walk(7, pit.agent, Patience(1.0, 1), [encode_oid(COLUMN)], 20_000)
        while not pit.told:
            pit.now += 0.9
            pit.answer()

    ((number, outcome, _, rows, detail),) = pit.told
    assert (number, outcome, detail) == (7, ANSWERED, "no end after 30 s")
    assert isinstance(rows, dict)
    assert 30 < len(rows) < 40


@usual
def test_an_agent_that_is_waited_for_long_may_take_longer_over_the_whole() -> None:
    with tarpit() as pit:
        pit.asker.walk(7, pit.agent, Patience(60.0, 0), [encode_oid(COLUMN)], 20_000)
        for _ in range(10):
            pit.now += 40.0
            pit.answer()
        assert not pit.told
        while not pit.told:
            pit.now += 40.0
            pit.answer()

    assert pit.told[0][4] == "no end after 600 s"


@usual
def test_why_an_answer_was_not_believed_is_told_with_the_silence() -> None:
    with tarpit() as pit:
        pit.asker.walk(7, pit.agent, Patience(1.0, 0), [encode_oid(COLUMN)], 20_000)
        pit.answer(binds=(VarBind((1, 3), Tag.INTEGER, 1),) * 201)
        pit.now += 1.1
        pit.asker.judge(pit.now)
        pit.asker.pump(pit.now)

    assert "201 bindings" in pit.told[0][4]


@usual
def test_a_machine_that_stalls_again_and_again_is_blind_and_does_not_ask_for_ever() -> None:
    with tarpit() as pit:
        pit.asker.walk(7, pit.agent, Patience(1.0, 1), [encode_oid(COLUMN)], 20_000)
        for _ in range(10):
            pit.asker.pump(pit.now)
            pit.asker.stalled()

    assert [(number, outcome) for number, outcome, *_ in pit.told] == [(7, BLIND)]
    assert "too much to do" in pit.told[0][4]


@pytest.mark.needs("raw-sockets")
def test_pings_of_a_machine_that_stalls_again_and_again_are_blind_too() -> None:
    told: Told = []
    now = itertools.count(1000)
    echoes = Echoes(lambda *what: told.append(what), lambda: next(now), lambda: 0)
    try:
        echoes.ask(7, Host("127.0.0.9"), Patience(100.0, 1))
        for _ in range(10):
            echoes.pump(next(now))
            echoes.stalled()
    finally:
        for sock in echoes.sockets():
            sock.close()

    assert [(number, outcome) for number, outcome, *_ in told] == [(7, BLIND)]


@pytest.mark.needs("raw-sockets")
@pytest.mark.parametrize(("room", "at_once"), [(16 << 20, 300), (425_984, 125)])
def test_who_is_in_a_hurry_sends_no_more_than_there_is_room_for_replies(
    monkeypatch: pytest.MonkeyPatch, room: int, at_once: int
) -> None:
    monkeypatch.setattr("netwatch.pollers.echo.receive_room", lambda _sock: room)
    echoes = Echoes(lambda *_what: None, lambda: 1000.0, lambda: 0, hurried=True)
    try:
        for number in range(1000):
            echoes.ask(number, Host("127.0.0.9"), Patience(100.0, 1))
        echoes.pump(1001.0)
    finally:
        for sock in echoes.sockets():
            sock.close()

    assert echoes.sent == at_once


@usual
def test_with_too_much_outstanding_there_is_nothing_to_hurry_for() -> None:
    with tarpit() as pit:
        for number in range(70_000):
            agent = Agent("127.0.0.1", pit.sock.getsockname()[1], 1, b"public")
            pit.asker.get(number, agent, Patience(60.0, 1), [encode_oid(COLUMN)])
        for _ in range(120):
            pit.asker.pump(pit.now)
            pit.now += 0.3

        assert not pit.asker.waiting()


@usual
@pytest.mark.needs("root")  # others get smaller buffers, and with them a smaller window
def test_thousands_of_dead_agents_hold_up_a_live_one_for_half_a_second_and_then_never() -> None:
    with tarpit() as pit:
        dead = [Agent(f"127.9.{n >> 8}.{n & 0xFF}", 9, 1, b"public") for n in range(5000)]
        waited = []
        for _ in range(2):
            for number, agent in enumerate(dead):
                pit.asker.get(number, agent, Patience(1.0, 1), [encode_oid(COLUMN)])
            pit.asker.get(-1, pit.agent, Patience(1.0, 1), [encode_oid(COLUMN)])
            began = pit.now
            waited.append(until_asked(pit) - began)
            for _ in range(60):
                pit.now += 0.1
                if pit.asker.drain():
                    pit.asker.judge(pit.now)
                pit.asker.pump(pit.now)

    assert len(pit.told) == 2 * 5001
    assert waited[0] <= 0.5
    assert waited[1] == 0


def until_asked(pit: Tarpit) -> float:
    """Turn until the live agent is asked; return when that was."""
    pit.sock.setblocking(False)
    while True:
        for _ in range(10):  # as many turns as it takes to send all, without time passing
            pit.asker.pump(pit.now)
        with suppress(BlockingIOError):
            pit.sock.recvfrom(9000)
            return pit.now
        pit.now += 0.05


def mutated(datagram: bytes, chance: random.Random) -> bytes:
    """Return an answer with its envelope whole, so that it is looked into, and rot inside."""
    rotten = bytearray(datagram)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(30, len(rotten))
        rotten[place] = chance.choice((0, 0x7F, 0x80, 0x82, 0x84, 0xFF, chance.randrange(256)))
    return bytes(rotten)


def test_rotten_answers_neither_crash_nor_stop_nor_outgrow_the_engine() -> None:
    chance = random.Random(2026)  # noqa: S311 (rot, no secret)
    slowest = 0.0
    with tarpit(Asker) as pit:
        for number in range(3000):
            pit.asker.walk(number, pit.agent, Patience(1.0, 0), [encode_oid(COLUMN)], 100)
            pit.asker.pump(pit.now)
            (asking,) = pit.asker._awaited.values()
            answer = Message(
                version=1,
                community=b"public",
                pdu=Pdu.RESPONSE,
                request_id=asking.request_id,
                binds=tuple(VarBind((*COLUMN, row), Tag.INTEGER, row) for row in range(1, 25)),
            )
            began = time.process_time()
            with suppress(BerError):
                pit.asker._take(mutated(encode(answer), chance), pit.agent.where)
            slowest = max(slowest, time.process_time() - began)
            pit.now += 1.1
            pit.asker.judge(pit.now)
            while pit.asker._awaited or pit.asker._ready:
                pit.asker.pump(pit.now)
                pit.now += 1.1
                pit.asker.judge(pit.now)

    assert [number for number, *_ in pit.told] == list(range(3000))
    assert len(pack({"answers": pit.told})) < 1 << 22
    assert slowest < 0.5
