"""What to ask a stranger to find out who and where it is. Pure: yields questions, takes answers."""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import Final

from netwatch.model.network import Address
from netwatch.pollers.discovery.found import Found, Onu, Port
from netwatch.pollers.gear.document import identity
from netwatch.pollers.gear.document import onus as listed_onus
from netwatch.pollers.gear.interfaces import IF_ALIAS, IF_DESCR, IF_NAME, Interface, interfaces
from netwatch.pollers.gear.neighbours import (
    FAR_COLUMNS,
    LLDP_LOCAL_ID,
    mac_text,
    neighbours,
)
from netwatch.pollers.gear.sensing import Answers, readable
from netwatch.pollers.gear.survey import (
    MOST_ROWS,
    Steps,
    Survey,
    asked_columns,
    asked_objects,
    introduced,
)
from netwatch.pollers.onu_table import learnt_columns

IF_PHYS: Final = "1.3.6.1.2.1.2.2.1.6"
_BRIDGE_ADDRESS: Final = "1.3.6.1.2.1.17.1.1.0"
_BRIDGE_PORT_INDEX: Final = "1.3.6.1.2.1.17.1.4.1.2"
_FDB_PORT: Final = "1.3.6.1.2.1.17.4.3.1.2"
_Q_FDB_PORT: Final = "1.3.6.1.2.1.17.7.1.2.2.1.2"
_ARP: Final = "1.3.6.1.2.1.4.22.1.2"
_RESOLVED: Final = "1.3.6.1.2.1.4.35.1.4"
"""ipNetToPhysicalPhysAddress (RFC 4293): IPv6, too, and on newer gear instead of the former."""
_AGGREGATE: Final = "1.2.840.10006.300.43.1.2.1.1.13"
"""dot3adAggPortAttachedAggID (IEEE8023-LAG-MIB): ifIndex of a member -> ifIndex of its LAG."""
_STACK: Final = "1.3.6.1.2.1.31.1.2.1.3"
"""ifStackStatus (IF-MIB): the index tells what lies over what, 0 is nothing."""
_LLDP_CHASSIS: Final = "1.0.8802.1.1.2.1.3.2.0"
_COLUMNS: Final = (
    IF_PHYS, _BRIDGE_PORT_INDEX, _FDB_PORT, _Q_FDB_PORT, _ARP, _RESOLVED, _AGGREGATE, _STACK,
    LLDP_LOCAL_ID, *FAR_COLUMNS,
)  # fmt: skip
_TABLES: Final = {
    _FDB_PORT: "bridge table", _Q_FDB_PORT: "bridge table", _ARP: "address table",
    _RESOLVED: "address table",
}  # fmt: skip
_MAC_ARCS: Final = 6
_V4_ARCS, _V6_ARCS = 4, 16


def looking(survey: Survey, *, onus: bool = False) -> Steps:
    """Ask who it is, which ports it has, and whom it hears on them; where wanted, its ONUs too."""
    yield from introduced(survey)
    if survey.answered:
        yield from asked_objects(survey, (_BRIDGE_ADDRESS, _LLDP_CHASSIS))
        yield from asked_columns(survey, _COLUMNS)
        for table in survey.onu_tables if onus else ():
            wanted = [table.status, *learnt_columns(table), *table.description]
            yield from asked_columns(survey, wanted)
        survey.whole = True


def found_of(survey: Survey, address: Address, snmp: str) -> Found:
    """Return what a survey found out."""
    said = survey.answers
    known = identity(survey)
    own = survey.own
    ports = interfaces(said, survey.ports)
    parts = {str(one.index): one.part for one in ports}
    resolved = list(_resolved(said, parts))
    return Found(
        address=address,
        snmp=snmp,
        name=readable(survey.seen.name),
        vendor=known["vendor"],
        model=known["model"],
        serial=known["serial"],
        profile=own.id if own else None,
        kind=own.kind if own else None,
        chassis=frozenset(_macs(said)),
        ports=tuple(_ports(said, ports)),
        neighbours=tuple(neighbours(said)),
        learnt=_learnt(said, parts),
        addresses={text: mac for text, mac, _ in resolved},
        facing={text: part for text, _, part in resolved if part},
        over=_over(said, parts),
        onus=tuple(_onus(survey)),
        cut=tuple(_cut(survey)),
    )


def _macs(said: Answers) -> set[str]:
    raw = [said.objects.get(_BRIDGE_ADDRESS), said.objects.get(_LLDP_CHASSIS)]
    raw += said.column(IF_PHYS).values()
    found = {mac_text(one) for one in raw if isinstance(one, str)}
    return {mac for mac in found if mac and mac != "00:00:00:00:00:00"}


def _ports(said: Answers, named: Iterable[Interface]) -> list[Port]:
    ports = []
    for one in named:
        index = str(one.index)
        raw = (said.column(column).get(index) for column in (IF_NAME, IF_DESCR, IF_ALIAS))
        names = {readable(name) for name in raw if isinstance(name, str)}
        local = said.column(LLDP_LOCAL_ID).get(index)
        if isinstance(local, str) and local.isprintable():
            names.add(readable(local))
        mac = said.column(IF_PHYS).get(index)
        ports.append(
            Port(
                part=one.part,
                index=index,
                names=frozenset(name for name in names if name),
                mac=mac_text(mac) if isinstance(mac, str) else "",
            )
        )
    return ports


def _learnt(said: Answers, parts: Mapping[str, str]) -> Mapping[str, str]:
    """Return the bridge table, by the names of the ports (BRIDGE-MIB, Q-BRIDGE-MIB).

    What is heard on several ports, in one VLAN here and in another there, is told by none.
    """
    places = said.column(_BRIDGE_PORT_INDEX)
    learnt: dict[str, str] = {}
    twice: set[str] = set()
    for column in (_FDB_PORT, _Q_FDB_PORT):
        for index, port in said.column(column).items():
            arcs = index.split(".")[-_MAC_ARCS:]
            part = parts.get(str(places.get(str(port), port)))
            if len(arcs) == _MAC_ARCS and part:
                mac = _mac(arcs)
                if learnt.setdefault(mac, part) != part:
                    twice.add(mac)
    return {mac: part for mac, part in learnt.items() if mac not in twice}


def _resolved(said: Answers, parts: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield address, hardware address and port of the address tables (IP-MIB).

    The old one is indexed by ifIndex and the four octets; the new one by ifIndex, kind of address
    (1: IPv4, 2: IPv6), number of octets, and these.
    """
    for column in (_ARP, _RESOLVED):
        for index, raw in said.column(column).items():
            mac = mac_text(raw) if isinstance(raw, str) else ""
            port, *arcs = index.split(".")
            octets = arcs if column == _ARP else arcs[2:]
            if mac and len(octets) in (_V4_ARCS, _V6_ARCS):
                address = ip_address(bytes(int(arc) & 0xFF for arc in octets))
                yield str(address), mac, parts.get(port, "")


def _over(said: Answers, parts: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """Return what lies over each port, layer by layer to the top."""
    pairs = [(str(high), low) for low, high in said.column(_AGGREGATE).items()]
    pairs += [
        (high, low) for index in said.column(_STACK) for high, _, low in [index.partition(".")]
    ]
    above: dict[str, set[str]] = {}
    for high, low in pairs:
        if high in parts and low in parts and high != low:
            above.setdefault(parts[low], set()).add(parts[high])
    return {port: frozenset(_layers(port, above)) for port in above}


def _layers(port: str, above: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = {port}
    while waiting:
        new = {high for low in waiting for high in above.get(low, ())} - found
        found |= new
        waiting = new
    return found - {port}


def _onus(survey: Survey) -> Iterator[Onu]:
    """Yield the ONUs that bear a serial number, each once."""
    seen: set[str] = set()
    for one in listed_onus(survey):
        serial = one["serial"]
        if serial and serial not in seen:
            seen.add(serial)
            port, _, number = one["part"].rpartition(":")
            yield Onu(
                port=port,
                serial=serial,
                number=number,
                state=one["state"] or "",
                description=one.get("description", ""),
            )


def _cut(survey: Survey) -> Iterator[str]:
    """Say which tables are larger than what is read of them, and whether answers broke off."""
    said = survey.answers
    if survey.broken:
        yield "it did not answer all that it was asked"
    large = {what for oid, what in _TABLES.items() if len(said.column(oid)) >= MOST_ROWS}
    for what in sorted(large):
        yield f"of its {what} only the first {MOST_ROWS} rows were read"


def _mac(arcs: list[str]) -> str:
    return ":".join(f"{int(arc) & 0xFF:02x}" for arc in arcs)
