"""Who is plugged in where, as LLDP, CDP and MNDP tell. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address
from typing import Final

from netwatch.pollers.gear.sensing import IF_DESCR, IF_NAME, Answers, readable
from netwatch.pollers.questions import Value

_LLDP_REM: Final = "1.0.8802.1.1.2.1.4.1.1"
_LLDP_LOC: Final = "1.0.8802.1.1.2.1.3.7.1"
_CDP: Final = "1.3.6.1.4.1.9.9.23.1.2.1.1"
_MNDP: Final = "1.3.6.1.4.1.14988.1.1.11.1.1"
LLDP_LOCAL_ID: Final = f"{_LLDP_LOC}.3"
LLDP_LOCAL_DESCR: Final = f"{_LLDP_LOC}.4"
_REM_CHASSIS_KIND, _REM_CHASSIS, _REM_PORT_KIND, _REM_PORT, _REM_PORT_DESCR, _REM_NAME = (
    f"{_LLDP_REM}.{column}" for column in (4, 5, 6, 7, 8, 9)
)
CDP_DEVICE: Final = f"{_CDP}.6"
CDP_PORT: Final = f"{_CDP}.7"
CDP_ADDRESS: Final = f"{_CDP}.4"
MNDP_ADDRESS: Final = f"{_MNDP}.2"
LLDP_ADDRESS: Final = "1.0.8802.1.1.2.1.4.2.1.3"
"""lldpRemManAddrIfSubtype: of these rows only the indexes tell, and they tell addresses."""
LLDP_DESCR: Final = f"{_LLDP_REM}.10"
CDP_PLATFORM: Final = f"{_CDP}.8"
MNDP_PLATFORM: Final = f"{_MNDP}.5"
FAR_COLUMNS: Final = (
    CDP_ADDRESS, MNDP_ADDRESS, LLDP_ADDRESS, LLDP_DESCR, CDP_PLATFORM, MNDP_PLATFORM,
)  # fmt: skip
"""Where neighbours can be asked, and what they are; kept apart: a recording holds no addresses."""
MNDP_MAC, MNDP_NAME, MNDP_INTERFACE = (f"{_MNDP}.{c}" for c in (3, 6, 8))
NEIGHBOUR_COLUMNS: Final = (
    _REM_CHASSIS_KIND, _REM_CHASSIS, _REM_PORT_KIND, _REM_PORT, _REM_PORT_DESCR, _REM_NAME,
    LLDP_LOCAL_ID, LLDP_LOCAL_DESCR, CDP_DEVICE, CDP_PORT,
    MNDP_MAC, MNDP_NAME, MNDP_INTERFACE,
)  # fmt: skip
_MAC_CHASSIS, _NETWORK_CHASSIS = 4, 5
_MAC_PORT, _NETWORK_PORT = 3, 4
_MAC_OCTETS: Final = 6
_MAC_WRITTEN: Final = re.compile(r"[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}")
_MANAGED_ARCS: Final = 5
"""Of lldpRemManAddrTable's index what comes before the address itself."""
_ADDRESS_OCTETS: Final = (4, 16)
_V4_OCTETS: Final = 5
"""LLDP's network address: a family octet, then the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Somebody at the other end of a port. ``mac`` and ``address`` where that is all it says."""

    part: str
    device: str
    port: str
    by: str
    port_mac: str = ""
    """The hardware address of the port at the other end, where it says that."""
    mac: str = ""
    address: str = ""
    descr: str = ""
    """What it calls itself beyond its name: sysDescr, platform."""


def neighbours(answers: Answers) -> list[Neighbour]:
    """Return everybody that the device hears, by protocol."""
    return [*_lldp(answers), *_cdp(answers), *_mndp(answers)]


def mac_text(raw: str) -> str:
    """Write six octets as people do, in small letters; anything else is no hardware address.

    RouterOS sends such an address as the text that people write.
    """
    if _MAC_WRITTEN.fullmatch(raw):
        return raw.lower().replace("-", ":")
    octets = raw.encode("latin-1", "replace")
    return octets.hex(":") if len(octets) == _MAC_OCTETS else ""


def _lldp(answers: Answers) -> Iterator[Neighbour]:
    names = {*_texts(answers.column(IF_NAME)), *_texts(answers.column(IF_DESCR))}
    managed = _managed(answers.column(LLDP_ADDRESS))
    indexes = dict.fromkeys(
        index for column in (_REM_CHASSIS, _REM_NAME) for index in answers.column(column)
    )
    for index in indexes:
        arcs = index.split(".")
        if len(arcs) < 2:  # noqa: PLR2004 (time mark, local port, number)
            continue
        chassis = answers.column(_REM_CHASSIS).get(index)
        mac, address = "", ""
        kind = answers.column(_REM_CHASSIS_KIND).get(index)
        if isinstance(chassis, str):
            mac = mac_text(chassis) if kind == _MAC_CHASSIS else ""
            address = _v4(chassis) if kind == _NETWORK_CHASSIS else ""
        name = _text(answers.column(_REM_NAME).get(index))
        if not (name or mac or address or _text(chassis)):
            continue  # a row that was begun and never filled
        yield Neighbour(
            part=_local_port(answers, arcs[1], names),
            device=name or mac or address or _text(chassis),
            port=_far_port(answers, index),
            port_mac=_far_port_mac(answers, index),
            by="lldp",
            mac=mac,
            address=address or managed.get(".".join(arcs[:3]), ""),
            descr=_text(answers.column(LLDP_DESCR).get(index)),
        )


def _managed(rows: Collection[str]) -> dict[str, str]:
    """Return the first address of each neighbour: time, port, number, family, length, octets."""
    found: dict[str, str] = {}
    for index in rows:
        arcs = index.split(".")
        row, octets = ".".join(arcs[:3]), arcs[_MANAGED_ARCS:]
        if len(octets) in _ADDRESS_OCTETS and all(arc.isdigit() and len(arc) < 4 for arc in octets):  # noqa: PLR2004
            found.setdefault(row, _address(bytes(int(arc) & 0xFF for arc in octets)))
    return found


def _address(octets: bytes) -> str:
    """Write an address; one that is no host's is none."""
    if len(octets) not in _ADDRESS_OCTETS or not any(octets):
        return ""
    return str(ip_address(octets))


def _dotted(raw: Value) -> str:
    return _address(raw.encode("latin-1", "replace")) if isinstance(raw, str) else ""


def _far_port(answers: Answers, index: str) -> str:
    kind = answers.column(_REM_PORT_KIND).get(index)
    port = answers.column(_REM_PORT).get(index)
    if isinstance(port, str) and kind == _MAC_PORT:
        return _text(answers.column(_REM_PORT_DESCR).get(index)) or mac_text(port)
    if isinstance(port, str) and kind == _NETWORK_PORT:
        return _v4(port)
    return _text(port) or _text(answers.column(_REM_PORT_DESCR).get(index))


def _far_port_mac(answers: Answers, index: str) -> str:
    port = answers.column(_REM_PORT).get(index)
    told = answers.column(_REM_PORT_KIND).get(index) == _MAC_PORT
    return mac_text(port) if told and isinstance(port, str) else ""


def _local_port(answers: Answers, number: str, names: Collection[str]) -> str:
    """Name the port that LLDP numbers: by the interface of that index, else by LLDP's own words."""
    descr = _text(answers.column(LLDP_LOCAL_DESCR).get(number))
    raw = answers.column(LLDP_LOCAL_ID).get(number)
    said = _text(raw)
    for word in (said, descr):
        if word and word in names:
            return word
    mac = mac_text(raw) if isinstance(raw, str) and not raw.isprintable() else ""
    telling = said if said and not said.isdigit() and not mac else descr
    if telling:
        return telling
    named = _interface(answers, number)
    return named if named != number else mac or said or number


def _cdp(answers: Answers) -> Iterator[Neighbour]:
    for index, raw in answers.column(CDP_DEVICE).items():
        yield Neighbour(
            part=_interface(answers, index.partition(".")[0]),
            device=_text(raw),
            port=_text(answers.column(CDP_PORT).get(index)),
            by="cdp",
            address=_dotted(answers.column(CDP_ADDRESS).get(index)),
            descr=_text(answers.column(CDP_PLATFORM).get(index)),
        )


def _mndp(answers: Answers) -> Iterator[Neighbour]:
    rows = dict.fromkeys((*answers.column(MNDP_NAME), *answers.column(MNDP_MAC)))
    for index in rows:
        mac = answers.column(MNDP_MAC).get(index)
        at = answers.column(MNDP_INTERFACE).get(index)
        yield Neighbour(
            part=_interface(answers, str(at)) if isinstance(at, int) else "",
            device=_text(answers.column(MNDP_NAME).get(index)),
            port="",
            by="mndp",
            mac=mac_text(mac) if isinstance(mac, str) else "",
            address=_dotted(answers.column(MNDP_ADDRESS).get(index)),
            descr=f"MikroTik {_text(answers.column(MNDP_PLATFORM).get(index))}".strip(),
        )


def _interface(answers: Answers, index: str) -> str:
    for column in (IF_NAME, IF_DESCR):
        if name := _text(answers.column(column).get(index)):
            return name
    return index


def _v4(raw: str) -> str:
    octets = raw.encode("latin-1", "replace")
    if len(octets) != _V4_OCTETS or octets[0] != 1:
        return ""
    return str(IPv4Address(octets[1:]))


def _texts(column: Mapping[str, Value]) -> Iterator[str]:
    yield from (_text(raw) for raw in column.values())


def _text(value: Value) -> str:
    """Return a text up to its first zero octet: behind it some send what stood there before."""
    return readable(value.partition("\0")[0]) if isinstance(value, str) else ""
