"""Nothing that a stranger sends does more than be refused, and at once."""

import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.wire.ber import BerError, Message, Pdu, Tag, VarBind, decode, decode_trap, encode, tlv
from netwatch.wire.screen import screen
from netwatch.wire.v3 import open_scoped, open_v3


def _decode_v3(datagram: bytes) -> object:
    opened = open_v3(datagram)
    return open_scoped(datagram, opened.at, opened.end, 16)


READERS: list[Callable[[bytes], object]] = [decode, decode_trap, screen, _decode_v3]
ANSWER = encode(
    Message(
        version=1,
        community=b"public",
        pdu=Pdu.TRAP_V2,
        request_id=7,
        binds=tuple(
            VarBind((1, 3, 6, 1, 4, 1, 2011, 6, number), tag, value)  # type: ignore[arg-type]
            for number, (tag, value) in enumerate(
                [
                    (Tag.INTEGER, -5),
                    (Tag.OCTETS, b"olt-polna"),
                    (Tag.OID, (1, 3, 6, 1, 99999)),
                    (Tag.COUNTER64, 2**63),
                    (Tag.IPADDRESS, b"\x7f\0\0\1"),
                    (Tag.NULL, None),
                ]
            )
        ),
    )
)


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    for read in READERS:
        _try(read, noise)


@given(st.lists(st.tuples(st.integers(0, len(ANSWER) - 1), st.integers(0, 255)), max_size=6))
def test_changed_octets_are_refused_or_read(changes: list[tuple[int, int]]) -> None:
    datagram = bytearray(ANSWER)
    for at, octet in changes:
        datagram[at] = octet
    for read in READERS:
        _try(read, bytes(datagram))


@given(st.integers(0, len(ANSWER)))
def test_a_datagram_cut_off_anywhere_is_refused(size: int) -> None:
    for read in READERS:
        if size < len(ANSWER):
            with pytest.raises(BerError):
                read(ANSWER[:size])


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "datagram",
    [
        b"\x30\x80" * 4000,
        b"\x30\x84\xff\xff\xff\xff" * 1000,
        tlv(0x30, b"\x02\x01\x01\x04\x00" + b"\xa2" + b"\x30" * 8000)[:8192],
        tlv(0x30, b"\x02\x01\x01" + b"\x1f" + b"\xff" * 8000),
        tlv(0x30, b"\x02\x01\x01\x04\x00" + tlv(0xA7, b"\x02\x82\x1f\x00" + b"\xff" * 7936)),
        b"",
        b"\x30",
        b"\x30\x00",
        bytes(100_000),
    ],
)
def test_shapes_that_broke_other_decoders_are_refused_at_once(
    read: Callable[[bytes], object], datagram: bytes
) -> None:
    started = time.process_time()
    with pytest.raises(BerError):
        read(datagram)
    assert time.process_time() - started < 0.5


def test_a_name_of_thousands_of_arcs_and_a_deep_nest_are_refused() -> None:
    long_name = tlv(0x30, tlv(0x06, b"\x2b" + b"\x01" * 5000) + b"\x05\x00")
    nested = b"\x05\x00"
    for _ in range(1200):
        nested = tlv(0x30, nested)
    for inside in (long_name, nested):
        body = tlv(0xA7, bytes.fromhex("020101 020100 020100") + tlv(0x30, inside))
        datagram = tlv(0x30, b"\x02\x01\x01" + tlv(0x04, b"public") + body)
        for read in READERS:
            with pytest.raises(BerError):
                read(datagram)


def test_the_screen_lets_through_what_is_right_and_tells_its_version() -> None:
    assert screen(ANSWER) == 1


def _cpu_s(read: Callable[[bytes], object], datagram: bytes) -> float:
    """Return what reading it costs; a search for garbage that meets it once does not count."""
    spent = []
    for _ in range(2):
        started = time.process_time()
        _try(read, datagram)
        spent.append(time.process_time() - started)
        if spent[0] < 0.005:
            break
    return min(spent)


def test_mutated_real_datagrams_are_refused_or_read_quickly(shared_data: Path) -> None:
    chance = random.Random(20261114)  # noqa: S311 - the same mutations at every run
    slowest = 0.0
    tried = 0
    for payload in _real_payloads(shared_data):
        for datagram in (payload, *_mutations(payload, chance, 60)):
            for read in READERS:
                slowest = max(slowest, _cpu_s(read, datagram))
                tried += 1
    assert tried > 10_000
    assert slowest < 0.05  # 5 ms is the bar; a shared test machine may pause us for longer


def test_the_screen_passes_every_real_datagram_of_good_standing(shared_data: Path) -> None:
    index = json.loads((shared_data / "snmp-packets" / "index.json").read_text())
    for packet in index["packets"]:
        if packet["from_malformed_set"] or not packet["outer_length_ok"]:
            continue
        payload = (shared_data / "snmp-packets" / packet["file"]).read_bytes()
        assert screen(payload) in (0, 1, 3), packet["file"]


def _try(read: Callable[[bytes], object], datagram: bytes) -> None:
    try:
        read(datagram)
    except BerError:
        return


def _real_payloads(shared_data: Path) -> Iterator[bytes]:
    for path in sorted((shared_data / "snmp-packets" / "payloads").iterdir()):
        yield path.read_bytes()


def _mutations(payload: bytes, chance: random.Random, count: int) -> Iterator[bytes]:
    for _ in range(count):
        data = bytearray(payload or b"\0")
        match chance.randrange(4):
            case 0:
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            case 1:
                del data[chance.randrange(len(data)) :]
            case 2:
                data[chance.randrange(len(data))] = chance.choice((0x80, 0x84, 0xFF, 0x30, 0x00))
            case _:
                at = chance.randrange(len(data))
                data[at:at] = data[at : at + 20] * chance.randrange(1, 30)
        yield bytes(data)
