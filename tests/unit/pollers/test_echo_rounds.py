"""Echo rounds end, however many are silent at a time: sequences are fewer than patience."""

import errno
from collections.abc import Sequence
from typing import Any

import pytest

from netwatch.pollers import echo
from netwatch.pollers.echo import ANSWERED, SILENT, Echoes
from netwatch.pollers.echo_wire import Host, Received
from netwatch.pollers.questions import Patience

ROOM = 128
TURN_S = 0.06
NOBODY: Received = ((), (), ())
HOST = Host("192.0.2.1")


class Wire:
    """A wire with few sequences, to a network where nobody answers unless told to."""

    def __init__(self) -> None:
        self.sock: Any = None
        self.awaited: dict[int, int] = {}
        self.replies: list[tuple[int, int, float]] = []

    def send(self, names: Sequence[bytes], numbers: Sequence[int]) -> list[int]:
        if len(self.awaited) + len(names) > ROOM:
            raise BlockingIOError(errno.EAGAIN, "as many as can be told apart are awaited")
        free = [sequence for sequence in range(ROOM) if sequence not in self.awaited]
        sequences = free[: len(names)]
        self.awaited.update(zip(sequences, numbers, strict=True))
        return sequences

    def receive(self) -> tuple[Received, bool]:
        replies, self.replies = self.replies, []
        return (tuple(zip(*replies, strict=True)) if replies else NOBODY), True  # type: ignore[return-value]

    def forget(self, sequence: int) -> None:
        self.awaited.pop(sequence, None)

    def answer_all(self) -> None:
        self.replies = [(number, sequence, 0.0) for sequence, number in self.awaited.items()]
        self.awaited.clear()


class Bench:
    """Echoes over such a wire, and a clock that is turned by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.wire = Wire()
        self.told: list[tuple[int, int, float]] = []
        monkeypatch.setattr(echo, "open_icmp", lambda _family: None)
        monkeypatch.setattr(echo, "dropped", lambda _sock: 0)
        monkeypatch.setattr(echo, "_MOST_KEPT", ROOM * 3 // 4)
        self.echoes = Echoes(self._tell, lambda: self.now, lambda: 0)
        self.echoes._wires[0] = self.wire

    def _tell(self, number: int, outcome: int, at: float, _payload: object, _detail: str) -> None:
        self.told.append((number, outcome, at))

    def turn(self) -> None:
        self.now += TURN_S
        if self.echoes.drain(self.now):
            self.echoes.judge(self.now)
        self.echoes.pump(self.now)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


@pytest.mark.parametrize(("count", "retries"), [(50, 4), (ROOM, 1), (3 * ROOM, 3), (14, 10)])
def test_a_network_that_is_silent_all_at_once_is_told_as_silent(
    bench: Bench, count: int, retries: int
) -> None:
    for number in range(count):
        bench.echoes.ask(number, HOST, Patience(1.0, retries))
    for _ in range(2000):
        bench.turn()

    assert sorted(number for number, _, _ in bench.told) == list(range(count))
    assert {outcome for _, outcome, _ in bench.told} == {SILENT}
    assert not bench.wire.awaited
    if count < ROOM:  # since when it is silent is since it was asked first
        assert max(at for _, _, at in bench.told) < 1000.0 + 1.0


def test_who_answers_at_last_is_heard_and_every_request_before_counts_as_lost(
    bench: Bench,
) -> None:
    for number in range(50):
        bench.echoes.ask(number, HOST, Patience(1.0, 4))
    for _ in range(500):
        if bench.echoes.sent < 200:
            bench.turn()
    bench.wire.answer_all()
    bench.turn()

    numbers, _, _, sends = bench.echoes.take_echoed()
    assert sorted(numbers) == list(range(50))
    assert set(sends) == {4}
    assert ANSWERED not in {outcome for _, outcome, _ in bench.told}
    assert not bench.wire.awaited


def test_with_room_enough_a_late_reply_still_counts(bench: Bench) -> None:
    bench.echoes.ask(7, HOST, Patience(1.0, 1))
    for _ in range(30):
        bench.turn()
    assert bench.echoes.sent == len(bench.wire.awaited) == 2
    bench.wire.replies = [(7, min(bench.wire.awaited), 0.0)]
    bench.turn()

    assert bench.echoes.take_echoed()[0] == [7]
    assert bench.told == []
