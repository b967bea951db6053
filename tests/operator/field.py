"""The provider as it is wired: what the lab brings to life, whatever the records say of it."""

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Final

from netwatch.lab.faults import Fault, Kind
from netwatch.lab.scenario import Step
from netwatch.lab.terminals import Terminal
from netwatch.model.names import DeviceId, LinkId, RiskId, SubscriberId
from netwatch.model.network import (
    Device,
    DeviceKind,
    End,
    Link,
    Network,
    Risk,
    RiskKind,
    Subscriber,
)
from tests.operator.homes import Box, Home, Operator
from tests.operator.records import inventory_text, sightings

PROFILES: Final = {"huawei": "huawei-smartax", "vsol": "v-sol", "bdcom": "bdcom"}
ASLEEP: Final = RiskId("asleep")
"""What befell the homes whose ONU is switched off."""
SWITCHED_OFF: Final = Step(at_s=0.0, fault=Fault(element=f"risk:{ASLEEP}", kind=Kind.DEAD))
CREDENTIAL: Final = "access"
OLT_PORT: Final = "25"
"""Of a street's switch: where its OLT is plugged in."""


def feeder(olt: str) -> RiskId:
    """Return the cable that leaves an OLT with the fibres of the first half of its ports."""
    return RiskId(f"feeder-{olt}")


def behind_feeder(operator: Operator, olt: str) -> set[str]:
    """Return the lines whose fibre runs in that cable."""
    ports = _in_feeder(operator, olt)
    return {home.key for home in operator.homes if home.gear == olt and home.port in ports}


def asked_inventory(operator: Operator) -> str:
    """Return what the operator wrote of it: gear that can be asked, no home and no splitter."""
    return inventory_text(operator).replace("uplink:", f"snmp: {CREDENTIAL}, uplink:")


def wired(operator: Operator) -> tuple[Network, dict[DeviceId, Terminal]]:
    """Return the whole network down to each home, and what its OLTs know of the homes."""
    said = {onu.serial: onu.description for onu in sightings(operator).onus}
    devices = {device.id: device for device in (*_gear(operator), *_homes(operator))}
    links = {link.id: link for link in (*_trunks(operator), *_drops(operator))}
    network = Network(
        vantage=DeviceId("core-1"),
        gateways=(DeviceId("core-1"),),
        devices=devices,
        links=links,
        risks={
            ident: Risk(id=ident, kind=RiskKind.OTHER)
            for ident in (ASLEEP, *(feeder(olt.id) for olt in operator.olts))
        },
        subscribers={
            SubscriberId(home.key): Subscriber(id=SubscriberId(home.key), device=home_id(home))
            for home in operator.homes
        },
    )
    terminals = {
        home_id(home): Terminal(
            number=int(home.onu) if home.onu else None,
            description=said.get(home.serial, ""),
            macs=(bytes.fromhex(home.mac.replace(":", "")),),
        )
        for home in operator.homes
    }
    return network, terminals


def home_id(home: Home) -> DeviceId:
    """Return by what name the lab knows a home's ONU, or its router where it has none."""
    return DeviceId(f"{'onu' if home.serial else 'cpe'}-{home.key}")


def _gear(operator: Operator) -> Iterator[Device]:
    for box in operator.boxes:
        yield Device(
            id=DeviceId(box.id),
            kind=DeviceKind(box.kind),
            address=IPv4Address(box.address) if box.address else None,
            snmp=CREDENTIAL if box.kind == "switch" else None,
        )
    for olt in operator.olts:
        yield Device(
            id=DeviceId(olt.id),
            kind=DeviceKind.OLT,
            address=IPv4Address(olt.address),
            snmp=CREDENTIAL,
            profile=PROFILES[olt.make],
        )


def _homes(operator: Operator) -> Iterator[Device]:
    for home in operator.homes:
        risks = () if home.online else (ASLEEP,)
        if home.serial:
            yield Device(
                id=home_id(home),
                kind=DeviceKind.ONU,
                via=DeviceId(home.gear),
                port=home.port,
                serial=home.serial,
                risks=risks,
            )
        else:
            yield Device(id=home_id(home), kind=DeviceKind.CPE, risks=risks)


def _trunks(operator: Operator) -> Iterator[Link]:
    for box in operator.boxes:
        if box.kind == "switch":
            yield _link("core-1", box.up_port, box.id)
    for olt in operator.olts:
        yield _link(f"sw-{olt.id.removeprefix('olt-')}", OLT_PORT, olt.id)


def _drops(operator: Operator) -> Iterator[Link]:
    """Yield the fibres: OLT to splitter to home, straight to it where the port has no splitter."""
    on_port = _splitters(operator)
    cables = {olt.id: _in_feeder(operator, olt.id) for olt in operator.olts}
    for (olt, port), splitters in on_port.items():
        risks = (feeder(olt),) if port in cables[olt] else ()
        for box in splitters:
            yield _link(olt, port, box.id, risks)
    for home in operator.homes:
        here = on_port.get((home.gear, home.port), ()) if home.serial else ()
        if here:
            yield _link(here[int(home.onu) % len(here)].id, "", home_id(home))
        else:
            risks = (feeder(home.gear),) if home.port in cables.get(home.gear, ()) else ()
            yield _link(home.gear, home.port, home_id(home), risks)


def _splitters(operator: Operator) -> dict[tuple[str, str], list[Box]]:
    olts = {olt.key: olt for olt in operator.olts}
    found: dict[tuple[str, str], list[Box]] = defaultdict(list)
    for box in operator.boxes:
        if box.kind == "splitter":
            olt = olts[box.up]
            found[olt.id, olt.ports[int(box.up_port) - 1]].append(box)
    return found


def _in_feeder(operator: Operator, olt: str) -> frozenset[str]:
    known = operator.olt(olt)
    assert known is not None
    return frozenset(known.ports[: len(known.ports) // 2])


def _link(upper: str, port: str, lower: str, risks: tuple[RiskId, ...] = ()) -> Link:
    return Link(
        id=LinkId(f"{upper}--{lower}"),
        ends=(End(device=DeviceId(upper), port=port or None), End(device=DeviceId(lower))),
        risks=risks,
    )
