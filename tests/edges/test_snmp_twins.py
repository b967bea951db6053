"""The asker in Python and the compiled one are twins: they make the same of whatever agents say.

Each gets an agent of its own that answers alike; a clock that stands still until it is moved makes
their timeouts comparable. Requests must be the same but for their ids, and so must what is told.
"""

import gc
import random
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ctypes import CDLL
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp.asker import Asker
from netwatch.pollers.snmp.compiled import CompiledAsker
from netwatch.pollers.snmp.jobs import Agent
from netwatch.wire.ber import (
    BerError,
    Oid,
    Pdu,
    Tag,
    VarBind,
    decode,
    encode_binds,
    encode_integer,
    encode_oid,
    tlv,
)
from netwatch.wire.scan import open_message, open_pdu, raw_binds

ENTRY: Final[Oid] = (1, 3, 6, 1, 2, 1, 2, 2, 1)
COLUMNS: Final = [encode_oid((*ENTRY, column)) for column in (2, 8, 10)]
_ID_OCTETS: Final = 4
Answer = tuple[int, int, int, bytes]
"""PDU, error status, error index, list of bindings."""


def reply(version: int, community: bytes, request_id: int, answer: Answer) -> bytes:
    pdu, status, index, binds = answer
    numbers = tlv(2, request_id.to_bytes(_ID_OCTETS, "big")) + encode_integer(status)
    body = tlv(pdu, numbers + encode_integer(index) + binds)
    return tlv(0x30, encode_integer(version) + tlv(4, community) + body)


class Twin:
    """One of the two: an asker, and the socket on which its agents are."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self.now = 5000.0
        self.told: list[tuple[int, int, float, object, str]] = []
        self.asker = make(lambda *what: self.told.append(what), lambda: self.now)
        self.agent_side = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.agent_side.bind(("127.0.0.1", 0))
        self.agents: dict[int, Agent] = {}

    def agent(self, version: int) -> Agent:
        if version not in self.agents:
            port = self.agent_side.getsockname()[1]
            self.agents[version] = Agent("127.0.0.1", port, version, b"public")
        return self.agents[version]

    def requests(self) -> list[tuple[bytes, Any]]:
        """Send what is ready; return what came to the agent."""
        self.asker.pump(self.now)
        came = []
        while True:
            try:
                came.append(self.agent_side.recvfrom(65536))
            except BlockingIOError:
                return came

    def answer(self, octets: bytes, where: Any) -> None:
        self.agent_side.sendto(octets, where)
        self.asker.drain()

    def wait(self, seconds: float) -> None:
        self.now += seconds
        if self.asker.drain():
            self.asker.judge(self.now)

    def close(self) -> None:
        for sock in (self.agent_side, *self.asker.sockets()):
            sock.close()


class Twins:
    """Both, side by side."""

    def __init__(self, core: CDLL) -> None:
        self.both = [Twin(Asker), Twin(lambda *how: CompiledAsker(core, *how))]
        self._number = 0

    def walk(self, rows: int = 50, version: int = 1, retries: int = 0) -> None:
        self._number += 1
        for twin in self.both:
            patience = Patience(1.0, retries)
            twin.asker.walk(self._number, twin.agent(version), patience, COLUMNS, rows)

    def get(self, names: Sequence[bytes], version: int = 1, retries: int = 0) -> None:
        self._number += 1
        for twin in self.both:
            twin.asker.get(self._number, twin.agent(version), Patience(1.0, retries), names)

    def exchange(self, words: Callable[[int, Any], bytes | None]) -> int:
        """Let both send, and answer what came; return how many requests that were."""
        pure, compiled = [twin.requests() for twin in self.both]
        assert [_unnumbered(one) for one, _ in pure] == [_unnumbered(one) for one, _ in compiled]
        for twin, came in zip(self.both, (pure, compiled), strict=True):
            for octets, where in came:
                asked = decode(octets)
                said = words(asked.request_id, asked)
                if said is not None:
                    twin.answer(said, where)
        return len(pure)

    def wait(self, seconds: float) -> None:
        for twin in self.both:
            twin.wait(seconds)

    def same(self) -> list[tuple[int, int, float, object, str]]:
        """Hold them against each other; return what was told since the last time."""
        pure, compiled = self.both
        assert _plain(pure.told) == _plain(compiled.told)
        for count in ("requests", "varbinds", "strays"):
            assert getattr(pure.asker, count) == getattr(compiled.asker, count), count
        for version, agent in pure.agents.items():
            assert agent.version == version
        told = list(pure.told)
        pure.told.clear()
        compiled.told.clear()
        return told

    def to_the_end(self, words: Callable[[int, Any], bytes | None]) -> None:
        """Go on until everything that was asked is told."""
        for _ in range(200):
            if not self.exchange(words):
                self.wait(1.1)
            if all(len(twin.told) for twin in self.both):
                return
        raise AssertionError("asked for ever")


def _plain(told: Sequence[Sequence[Any]]) -> Any:
    """Return what was told as the service hears it, times to the microsecond."""
    rows = [[number, outcome, round(at, 6), *what] for number, outcome, at, *what in told]
    return orjson.loads(orjson.dumps(rows))


def _unnumbered(request: bytes) -> bytes:
    _, _, _, at, _ = open_message(request)
    return request[: at + 2] + request[at + 2 + _ID_OCTETS :]


@pytest.fixture
def twins(compiled_core: CDLL) -> Iterator[Twins]:
    with both_askers(compiled_core) as both:
        yield both


@contextmanager
def both_askers(core: CDLL) -> Iterator[Twins]:
    both = Twins(core)
    try:
        yield both
    finally:
        for twin in both.both:
            twin.close()


def bulk(tree: dict[Oid, tuple[int, Any]], asked: Any, request_id: int) -> bytes:
    """Answer as an honest agent with these objects does."""
    ordered = sorted(tree)
    cursors = [bind.oid for bind in asked.binds]
    binds: list[VarBind] = []
    for _ in range(asked.error_index if asked.pdu is Pdu.GETBULK else 1):
        for place, cursor in enumerate(cursors):
            after = next((oid for oid in ordered if oid > cursor), None)
            if after is None:
                binds.append(VarBind(cursor, Tag.END_OF_MIB, None))
            else:
                cursors[place] = after
                binds.append(VarBind(after, *tree[after]))
    answer = (Pdu.RESPONSE, 0, 0, encode_binds(tuple(binds)))
    return reply(asked.version, asked.community, request_id, answer)


VALUES = st.one_of(
    st.tuples(st.just(int(Tag.INTEGER)), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just(int(Tag.COUNTER64)), st.integers(0, 2**64 - 1)),
    st.tuples(st.just(int(Tag.GAUGE32)), st.integers(0, 2**32 - 1)),
    st.tuples(st.just(int(Tag.OCTETS)), st.binary(max_size=40)),
    st.tuples(st.just(int(Tag.IPADDRESS)), st.binary(min_size=4, max_size=4)),
    st.tuples(st.just(int(Tag.OID)), st.sampled_from([(0, 0), (1, 3, 6, 1, 4, 1, 9), (2, 999, 3)])),
    st.tuples(st.just(int(Tag.NULL)), st.none()),
)
INDEXES = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4)
FREELY = settings(max_examples=60, deadline=None)


@FREELY
@given(
    st.dictionaries(st.tuples(st.sampled_from([2, 8, 10, 11]), INDEXES.map(tuple)), VALUES),
    st.sampled_from([0, 1]),
    st.sampled_from([5, 50]),
)
def test_walks_of_all_kinds_of_tables(
    compiled_core: CDLL, table: dict[tuple[int, Oid], tuple[int, Any]], version: int, rows: int
) -> None:
    tree = {(*ENTRY, column, *index): value for (column, index), value in table.items()}
    with both_askers(compiled_core) as twins:
        twins.walk(rows, version)
        twins.to_the_end(lambda request_id, asked: bulk(tree, asked, request_id))
        ((_, outcome, _, payload, _),) = twins.same()
    assert outcome == 0
    assert isinstance(payload, dict)
    assert len(payload) <= rows


NAMES = st.sampled_from([(*ENTRY, c, i) for c in (2, 8, 10, 11) for i in (0, 1, 2, 128, 70000)])
BINDS = st.lists(st.builds(lambda oid, value: VarBind(oid, *value), NAMES, VALUES), max_size=12)
SAID = st.tuples(
    st.sampled_from([int(Pdu.RESPONSE)] * 9 + [int(Pdu.GET)]),
    st.sampled_from([0] * 6 + [1, 2, 5, 6, 99, -1]),
    st.integers(-1, 5),
    BINDS.map(lambda binds: encode_binds(tuple(binds))),
)


@FREELY
@given(
    st.lists(st.one_of(st.none(), SAID), min_size=1, max_size=12),
    st.sampled_from([0, 1]),
    st.integers(0, 2),
)
def test_answers_of_agents_that_say_what_comes_to_their_mind(
    compiled_core: CDLL, answers: list[Answer | None], version: int, retries: int
) -> None:
    """Wrong objects, refusals, backward steps, silence: in any order, to a walk and to a get."""
    for kind in ("walk", "get"):
        said: list[int] = []

        def words(request_id: int, asked: Any, said: list[int] = said) -> bytes | None:
            answer = answers[len(said) // 2 % len(answers)]
            said.append(request_id)
            return answer and reply(asked.version, asked.community, request_id, answer)

        with both_askers(compiled_core) as twins:
            if kind == "walk":
                twins.walk(4, version, retries)
            else:
                names = [encode_oid((*ENTRY, 2, 1)), encode_oid((*ENTRY, 8, 1))] * 2
                twins.get(names, version, retries)
            twins.to_the_end(words)
            assert len(twins.same()) == 1


def test_an_honest_get_is_answered_by_both(twins: Twins) -> None:
    names = [encode_oid((*ENTRY, 8, port)) for port in (1, 2, 1)]
    twins.get(names)

    def words(request_id: int, asked: Any) -> bytes:
        binds = tuple(VarBind(bind.oid, Tag.INTEGER, 7) for bind in asked.binds)
        answer = (Pdu.RESPONSE, 0, 0, encode_binds(binds))
        return reply(1, b"public", request_id, answer)

    twins.to_the_end(words)
    ((_, outcome, _, payload, _),) = twins.same()
    assert (outcome, payload) == (0, [7, 7, 7])


def test_stalls_are_no_silence_for_either(twins: Twins) -> None:
    twins.walk(retries=1)
    for _ in range(6):
        twins.exchange(lambda _id, _asked: None)
        for twin in twins.both:
            twin.asker.stalled()
    ((_, outcome, _, _, detail),) = twins.same()
    assert outcome == 2
    assert "too much to do" in detail


def test_an_agent_that_labours_is_given_a_rest_by_both(twins: Twins) -> None:
    tree = {(*ENTRY, column, row): (2, row) for column in (2, 8, 10) for row in range(1, 60)}
    pace: list[float] = []
    twins.walk(rows=100, retries=1)
    for turn in range(40):
        pure, compiled = [twin.requests() for twin in twins.both]
        assert len(pure) == len(compiled)
        sent = len(pure)
        pace.append(sent)
        if sent:
            took = 0.02 if turn == 0 else 0.45
            for twin, came in zip(twins.both, (pure, compiled), strict=True):
                twin.now += took
                asked = decode(came[0][0])
                twin.answer(bulk(tree, asked, asked.request_id), came[0][1])
        else:
            twins.wait(0.1)
        if twins.both[0].told:
            break
    ((_, outcome, _, payload, _),) = twins.same()
    assert (outcome, len(payload)) == (0, 59)  # type: ignore[arg-type]
    assert pace.count(0) >= 4  # it was left in peace between its later answers


def mutations(octets: bytes, chance: random.Random) -> bytes:
    """Flip bits, cut off, lie about lengths, nest."""
    rotten = bytearray(octets or b"\0")
    for _ in range(chance.choice((0, 1, 1, 1, 2, 4))):
        at = chance.randrange(len(rotten))
        match chance.randrange(6):
            case 0:
                rotten[at] ^= 1 << chance.randrange(8)
            case 1:
                del rotten[at + 1 :]
            case 2:
                rotten[at] = chance.choice((0x80, 0x81, 0x82, 0x84, 0x85, 0xFF, 0x30, 0x06, 0x00))
            case 3:
                rotten[at:at] = rotten[at : at + 20] * chance.randrange(1, 30)
            case 4:
                rotten[at:at] = b"\x30\x82\x10\x00" * chance.randrange(1, 400)
            case _:
                rotten[at : at + 1] = bytes(chance.randrange(256) for _ in range(3))
    return bytes(rotten[:9000])


def try_rotten(twins: Twins, bodies: Sequence[bytes], rounds: int, seed: int) -> int:
    """Answer walks and gets with mutated lists of bindings; return how many were believed."""
    chance = random.Random(seed)  # noqa: S311 (rot, no secret)
    believed = 0
    for _ in range(rounds):
        body = chance.choice(bodies)
        outside = chance.random() < 0.2
        name = _first_name(body)
        if chance.random() < 0.5:
            twins.get([name] if chance.random() < 0.5 else _names(body))
        else:
            twins.walk(rows=chance.choice((2, 50)))
        dice = chance.random()

        def words(request_id: int, asked: Any, body: bytes = body, dice: float = dice,
                  outside: bool = outside) -> bytes:  # fmt: skip
            same = random.Random(dice)  # noqa: S311 (both are answered alike)
            answer = (Pdu.RESPONSE, 0, 0, body if outside else mutations(body, same))
            whole = reply(1, b"public", request_id, answer)
            if not outside:
                return whole
            at = whole.index(request_id.to_bytes(_ID_OCTETS, "big"))
            before = whole[:at] if same.random() < 0.5 else mutations(whole[:at], same)
            after = mutations(whole[at + _ID_OCTETS :], same)
            return before + whole[at : at + _ID_OCTETS] + after

        twins.exchange(words)
        while not all(twin.told for twin in twins.both):
            twins.wait(1.1)
            twins.exchange(lambda _id, _asked: None)
        believed += sum(outcome == 0 for _, outcome, *_ in twins.same())
    return believed


def _names(body: bytes) -> list[bytes]:
    try:
        return [name for name, _, _ in raw_binds(body, 0, len(body))] or [COLUMNS[0]]
    except BerError:
        return [COLUMNS[0]]


def _first_name(body: bytes) -> bytes:
    return _names(body)[0]


def own_bodies() -> list[bytes]:
    rows = [VarBind((*ENTRY, c, row), Tag.COUNTER64, 2**63) for row in (1, 2) for c in (2, 8, 10)]
    return [
        encode_binds(tuple(rows)),
        encode_binds((VarBind((*ENTRY, 2, 1), Tag.OID, (1, 3, 6, 1, 99999)),)),
        encode_binds((VarBind((*ENTRY, 2, 1), Tag.OCTETS, bytes(range(256))),)),
        encode_binds(()),
    ]


def test_rotten_answers_are_the_same_rot_to_both(twins: Twins) -> None:
    assert try_rotten(twins, own_bodies(), 1500, 1) > 100


def real_bodies(shared_data: Path) -> list[bytes]:
    """Return the lists of bindings of all real datagrams that can be read so far."""
    bodies = []
    for path in sorted((shared_data / "snmp-packets" / "payloads").iterdir()):
        octets = path.read_bytes()
        try:
            _, _, _, at, end = open_message(octets)
            _, _, _, at = open_pdu(octets, at, end)
        except BerError:
            bodies.append(octets)
        else:
            bodies.append(octets[at:end])
    return bodies


def test_real_datagrams_whole_and_rotten_are_the_same_to_both(
    twins: Twins, shared_data: Path
) -> None:
    bodies = real_bodies(shared_data)
    assert len(bodies) > 100
    assert try_rotten(twins, bodies, 3000, 2) > 100


def test_an_agent_outlives_the_compiled_asker_that_still_had_questions_for_it(
    compiled_core: CDLL,
) -> None:
    def make(*how: Any) -> CompiledAsker:
        return CompiledAsker(compiled_core, *how)

    first, second = Twin(make), Twin(make)
    agent = first.agent(1)
    for number in range(3):
        first.asker.get(number, agent, Patience(1.0, 0), COLUMNS[:1])
    assert len(first.requests()) == 1
    first.close()
    del first.asker
    gc.collect()

    second.asker.get(7, agent, Patience(1.0, 0), COLUMNS[:1])
    second.asker.pump(second.now)
    second.wait(1.1)

    assert [number for number, *_ in second.told] == [7]
    second.close()
