"""Datagrams as a hostile neighbour sends them: ours and real ones, each changed in one way."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from random import Random
from typing import Final

from netwatch.pollers.snmp.security import Security
from netwatch.wire.ber import (
    Message,
    Pdu,
    Tag,
    TrapV1,
    VarBind,
    encode,
    encode_trap_v1,
    parse_oid,
    tlv,
)
from netwatch.wire.v3 import REPORTABLE, Parameters, close, scoped
from tests.unit.pollers.unasked.sealer import BINDS, Sealer, notification

NOC: Final = Security(
    name="core", user="noc", auth="SHA-256", auth_key="a secret key", priv="AES",
    priv_key="another secret key",
)  # fmt: skip
_KINDS: Final = (
    VarBind(parse_oid("1.3.6.1.2.1.1.3.0"), Tag.TIMETICKS, 4711),
    VarBind(parse_oid("1.3.6.1.6.3.1.1.4.1.0"), Tag.OID, parse_oid("1.3.6.1.6.3.1.1.5.3")),
    VarBind(parse_oid("1.3.6.1.2.1.2.2.1.1.7"), Tag.INTEGER, -7),
    VarBind(parse_oid("1.3.6.1.2.1.31.1.1.1.6.7"), Tag.COUNTER64, 2**63),
    VarBind(parse_oid("1.3.6.1.2.1.2.2.1.2.7"), Tag.OCTETS, b"ge-0/0/7 {{7*7}} <b>"),
    VarBind(parse_oid("1.3.6.1.2.1.4.20.1.1.0"), Tag.IPADDRESS, b"\x7f\0\0\1"),
    VarBind(parse_oid("1.3.6.1.4.1.99999.1.0"), Tag.OPAQUE, b"\x9f\x78\x04\x41\x20\0\0"),
    VarBind(parse_oid("1.3.6.1.4.1.99999.2.0"), Tag.NO_SUCH_INSTANCE, None),
)
_ODD_LENGTHS: Final = (b"\x80", b"\x81\xff", b"\x82\xff\xff", b"\x84\xff\xff\xff\xff", b"\xff")


def shared_folder() -> Path | None:
    """Return the folder of recordings beside the checkout; None where there is none."""
    named = os.environ.get("NETWATCH_SHARED_DATA")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "data"
    return folder if folder.is_dir() else None


def corpus() -> list[bytes]:
    """Return all datagrams there are to change: our own, and the real ones where they lie."""
    real = shared_folder()
    payloads = [] if real is None else sorted((real / "snmp-packets" / "payloads").iterdir())
    return [*own(), *(payload.read_bytes() for payload in payloads)]


def own() -> Iterator[bytes]:
    """Yield datagrams of every kind that SNMP has, made here."""
    for version in (0, 1):
        for pdu in (Pdu.GET, Pdu.GETNEXT, Pdu.RESPONSE, Pdu.GETBULK, Pdu.TRAP_V2, Pdu.INFORM):
            for binds in (_KINDS, _KINDS[:1], _KINDS * 20, ()):
                message = Message(
                    version=version, community=b"public", pdu=pdu, request_id=77, binds=binds
                )
                yield encode(message)
    trap = TrapV1(
        community=b"public",
        enterprise=parse_oid("1.3.6.1.4.1.2011"),
        agent=IPv4Address("192.0.2.1"),
        generic=6,
        specific=42,
        uptime=99,
        binds=_KINDS,
    )
    yield encode_trap_v1(trap)
    yield encode_trap_v1(replace(trap, generic=2, binds=()))
    for user in (NOC, replace(NOC, priv="", priv_key=""), Security(name="core", user="noc")):
        sealer = Sealer(security=user)
        for pdu in (Pdu.TRAP_V2, Pdu.INFORM, Pdu.RESPONSE, Pdu.REPORT):
            yield sealer.seal(notification(pdu, BINDS))
    yield close(1, REPORTABLE, Parameters(), scoped(b"", b"", notification(Pdu.GET)))[0]


def notifications() -> Iterator[bytes]:
    """Yield what is at home at the trap port."""
    for binds in (_KINDS, _KINDS[1:2], _KINDS * 24):
        for pdu in (Pdu.TRAP_V2, Pdu.INFORM):
            message = Message(version=1, community=b"x", pdu=pdu, request_id=7, binds=binds)
            yield encode(message)
    for time_s in range(100, 110):
        yield Sealer(security=NOC).seal(notification(), time_s=time_s)


def changed(datagram: bytes, chance: Random) -> bytes:
    """Return a datagram with one thing wrong in it; about one in eight is left as it is."""
    data = bytearray(datagram or b"\0")
    at = chance.randrange(len(data))
    match chance.randrange(8):
        case 0:
            for _ in range(chance.randrange(1, 6)):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        case 1:
            del data[at:]
        case 2:
            data[at : at + 1] = chance.choice(_ODD_LENGTHS)
        case 3:
            data[at] = chance.choice((0x00, 0x7F, 0x80, 0x30, 0x06, 0x02, 0xA2, 0xA7, 0xFF))
        case 4:
            data[at:at] = data[at : at + 20] * chance.randrange(1, 40)
        case 5:
            return _nested(bytes(data), chance.choice((2, 9, 100, 1500)))
        case 6:
            data += bytes(chance.randrange(256) for _ in range(chance.randrange(1, 50)))
        case _:
            pass
    return bytes(data[:60_000])


def _nested(data: bytes, depth: int) -> bytes:
    for _ in range(depth):
        data = tlv(0x30, data)
        if len(data) > 60_000:
            break
    return data


def hostile(count: int, seed: int, datagrams: Sequence[bytes] = ()) -> Iterator[bytes]:
    """Yield so many changed datagrams, the same ones for the same seed."""
    chance = Random(seed)  # noqa: S311 - the same changes at every run
    some = datagrams or corpus()
    for number in range(count):
        yield changed(some[number % len(some)], chance)
