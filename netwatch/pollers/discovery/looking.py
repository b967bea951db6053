"""What to ask a stranger to find out who and where it is. Pure: yields questions, takes answers."""

from collections.abc import Mapping
from typing import Final

from netwatch.model.network import Address
from netwatch.pollers.discovery.found import Found, Port
from netwatch.pollers.gear.document import identity
from netwatch.pollers.gear.interfaces import IF_ALIAS, IF_DESCR, IF_NAME, interfaces
from netwatch.pollers.gear.neighbours import LLDP_LOCAL_ID, mac_text, neighbours
from netwatch.pollers.gear.sensing import Answers, readable
from netwatch.pollers.gear.survey import Steps, Survey, asked_columns, asked_objects, introduced

IF_PHYS: Final = "1.3.6.1.2.1.2.2.1.6"
_BRIDGE_ADDRESS: Final = "1.3.6.1.2.1.17.1.1.0"
_BRIDGE_PORT_INDEX: Final = "1.3.6.1.2.1.17.1.4.1.2"
_FDB_PORT: Final = "1.3.6.1.2.1.17.4.3.1.2"
_Q_FDB_PORT: Final = "1.3.6.1.2.1.17.7.1.2.2.1.2"
_ARP: Final = "1.3.6.1.2.1.4.22.1.2"
_LLDP_CHASSIS: Final = "1.0.8802.1.1.2.1.3.2.0"
_COLUMNS: Final = (IF_PHYS, _BRIDGE_PORT_INDEX, _FDB_PORT, _Q_FDB_PORT, _ARP, LLDP_LOCAL_ID)
_MAC_ARCS: Final = 6
_V4_ARCS: Final = 4


def looking(survey: Survey) -> Steps:
    """Ask who it is, which ports it has, and whom it hears on them."""
    yield from introduced(survey)
    if survey.answered:
        yield from asked_objects(survey, (_BRIDGE_ADDRESS, _LLDP_CHASSIS))
        yield from asked_columns(survey, _COLUMNS)
        survey.whole = True


def found_of(survey: Survey, address: Address, snmp: str) -> Found:
    """Return what a survey found out."""
    said = survey.answers
    known = identity(survey)
    own = survey.own
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
        ports=tuple(_ports(said)),
        neighbours=tuple(neighbours(said)),
        learnt=_learnt(said),
        addresses=_addresses(said),
    )


def _macs(said: Answers) -> set[str]:
    raw = [said.objects.get(_BRIDGE_ADDRESS), said.objects.get(_LLDP_CHASSIS)]
    raw += said.column(IF_PHYS).values()
    found = {mac_text(one) for one in raw if isinstance(one, str)}
    return {mac for mac in found if mac and mac != "00:00:00:00:00:00"}


def _ports(said: Answers) -> list[Port]:
    ports = []
    for one in interfaces(said):
        index = str(one.index)
        raw = (said.column(column).get(index) for column in (IF_NAME, IF_DESCR, IF_ALIAS))
        names = {readable(name) for name in raw if isinstance(name, str)}
        local = said.column(LLDP_LOCAL_ID).get(index)
        if isinstance(local, str):
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


def _learnt(said: Answers) -> Mapping[str, str]:
    """Return the bridge table, by the names of the ports (BRIDGE-MIB, Q-BRIDGE-MIB)."""
    names = {str(one.index): one.part for one in interfaces(said)}
    places = said.column(_BRIDGE_PORT_INDEX)
    learnt: dict[str, str] = {}
    for column in (_FDB_PORT, _Q_FDB_PORT):
        for index, port in said.column(column).items():
            arcs = index.split(".")[-_MAC_ARCS:]
            part = names.get(str(places.get(str(port), port)))
            if len(arcs) == _MAC_ARCS and part:
                learnt[_mac(arcs)] = part
    return learnt


def _addresses(said: Answers) -> Mapping[str, str]:
    """Return the address table (IP-MIB ipNetToMediaPhysAddress: ifIndex, then the address)."""
    table: dict[str, str] = {}
    for index, raw in said.column(_ARP).items():
        arcs = index.split(".")[-_V4_ARCS:]
        mac = mac_text(raw) if isinstance(raw, str) else ""
        if mac and len(arcs) == _V4_ARCS:
            table[".".join(arcs)] = mac
    return table


def _mac(arcs: list[str]) -> str:
    return ":".join(f"{int(arc) & 0xFF:02x}" for arc in arcs)
