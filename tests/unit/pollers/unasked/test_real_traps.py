"""Every trap that makers define comes out with the name and the objects it was sent with."""

import csv
import re
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path

from netwatch.model.names import DeviceId
from netwatch.pollers.unasked.allowance import Allowance
from netwatch.pollers.unasked.engine import our_engine
from netwatch.pollers.unasked.speakers import Speaker
from netwatch.pollers.unasked.traps import TrapDesk
from netwatch.pollers.unasked.v3 import Opener
from netwatch.wire.ber import (
    Message,
    Pdu,
    Tag,
    TrapV1,
    VarBind,
    encode,
    encode_trap_v1,
    parse_oid,
)

NOON = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
TRAP_OID = parse_oid("1.3.6.1.6.3.1.1.4.1.0")
STANDARD = parse_oid("1.3.6.1.6.3.1.1.5")
NUMERIC = re.compile(r"\.?\d+(\.\d+)+")


def desk() -> TrapDesk:
    endless = Allowance(per_second=1e9, burst=1e9, all_per_second=1e9, all_burst=1e9)
    return TrapDesk(
        speakers={"192.0.2.1": Speaker(DeviceId("olt-1"))},
        opener=Opener(engine=our_engine("x", NOON, 0.0), users={}),
        allowance=endless,
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_defined_trap_is_read_with_its_objects(shared_data: Path) -> None:
    here, read = desk(), 0
    for row in rows(shared_data / "traps" / "traps.csv"):
        if not NUMERIC.fullmatch(row["trap_oid"]):
            continue
        objects = re.findall(r"=(\d+(?:\.\d+)+)", row["varbinds"])
        binds = [VarBind(TRAP_OID, Tag.OID, parse_oid(row["trap_oid"]))]
        binds += [VarBind(parse_oid(f"{name}.7"), Tag.OCTETS, b"x") for name in objects]
        datagram = encode(
            Message(version=1, community=b"x", pdu=Pdu.TRAP_V2, request_id=1, binds=tuple(binds))
        )
        trap, _ = here.take(datagram, "192.0.2.1", NOON, 0.0)
        assert trap is not None, row
        assert trap.oid == row["trap_oid"].lstrip(".")
        assert [bind[0] for bind in trap.varbinds] == [f"{name}.7" for name in objects]
        read += 1
    assert read > 1000


def test_each_v1_trap_that_operators_know_bears_the_name_of_v2(shared_data: Path) -> None:
    here, read = desk(), 0
    for row in rows(shared_data / "traps" / "opennms_events.csv"):
        numbers = (row["generic"], row["specific"])
        if not (NUMERIC.fullmatch(row["enterprise"]) and all(map(str.isdigit, numbers))):
            continue
        generic, specific = map(int, numbers)
        enterprise = parse_oid(row["enterprise"])
        datagram = encode_trap_v1(
            TrapV1(
                community=b"x",
                enterprise=enterprise,
                agent=IPv4Address("192.0.2.1"),
                generic=generic,
                specific=specific,
                uptime=1,
                binds=(),
            )
        )
        trap, _ = here.take(datagram, "192.0.2.1", NOON, 0.0)
        assert trap is not None, row
        if generic == 6 and row["oid_v2"]:
            expected = row["oid_v2"].lstrip(".")
            assert trap.oid in {expected, expected.replace(".0.0.", ".0.")}, row
        read += 1
    assert read > 500


def test_notifications_of_captures_are_read(shared_data: Path) -> None:
    here, heard = desk(), 0
    for payload in sorted((shared_data / "snmp-packets" / "payloads").glob("*trap*")):
        trap, _ = here.take(payload.read_bytes(), "192.0.2.1", NOON, 0.0)
        assert trap is not None, payload.name
        heard += 1
    assert heard
