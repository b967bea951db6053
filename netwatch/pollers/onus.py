"""Rows of an OLT's table -> ONUs of the inventory: by serial, else by port if alone on it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.model.names import DeviceId
from netwatch.model.network import Device
from netwatch.pollers.ports import match_ports

_OCTETS: Final = 8
_MAC_OCTETS: Final = 6
_HEX: Final = re.compile(r"[0-9A-F]{16}")
_MARKS: Final = str.maketrans("", "", " :-.\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Which row is which ONU, and how many of either are left over."""

    devices: Mapping[str, DeviceId]
    """Row index -> ONU."""
    unknown_rows: int
    missing: int


def serial_of(raw: object) -> str | None:
    """Write a serial as people do: ``HWTC1A2B3C4D``.

    OLTs send 8 octets (four letters, four octets), 16 hexadecimal digits, or text; some put a
    number and a comma before it. EPON has a MAC address instead: 6 octets, or text with colons.
    """
    if not isinstance(raw, str):
        return None
    if len(raw) == _OCTETS and raw[:4].isascii() and raw[:4].isalnum():
        return raw[:4].upper() + raw[4:].encode("latin-1", "replace").hex().upper()
    if len(raw) == _MAC_OCTETS and not raw.isprintable():
        return raw.encode("latin-1", "replace").hex().upper()
    text = raw.rpartition(",")[2].translate(_MARKS).upper()
    if _HEX.fullmatch(text):
        octets = bytes.fromhex(text).decode("latin-1")
        return serial_of(octets) if octets[:4].isascii() and octets[:4].isalnum() else text
    return text or None


def before_last(index: str) -> str:
    """Return the port of a row where its index ends with the ONU's number."""
    return index.rpartition(".")[0]


def place(
    onus: Iterable[Device],
    serials: Mapping[str, object],
    port_names: Mapping[str, Sequence[object]],
    port_of: Callable[[str], str] = before_last,
) -> Placing:
    """Find the inventory's ONU of each row.

    Args:
        onus: the ONUs that the inventory hangs on this OLT.
        serials: row index -> serial as the OLT sends it.
        port_names: index of a port -> what the OLT calls it.
        port_of: row index -> index of its port.
    """
    onus = tuple(onus)
    by_row = {index: serial_of(raw) for index, raw in serials.items()}
    twice = Counter(filter(None, by_row.values()))
    rows = {serial: index for index, serial in by_row.items() if serial and twice[serial] == 1}
    placed = {rows[serial]: onu.id for onu in onus if (serial := serial_of(onu.serial)) in rows}
    alone = _alone_on_port([onu for onu in onus if onu.serial is None])
    row_of_port = _single_rows(set(by_row) - set(placed), port_of)
    ports = match_ports(alone, {port: port_names.get(port, ()) for port in row_of_port})
    for name, port in ports.items():
        placed[row_of_port[port]] = alone[name]
    return Placing(
        devices=placed, unknown_rows=len(by_row) - len(placed), missing=len(onus) - len(placed)
    )


def _alone_on_port(onus: Iterable[Device]) -> dict[str, DeviceId]:
    onus = [onu for onu in onus if onu.port is not None]
    count = Counter(onu.port for onu in onus)
    return {onu.port: onu.id for onu in onus if onu.port is not None and count[onu.port] == 1}


def _single_rows(indexes: Iterable[str], port_of: Callable[[str], str]) -> dict[str, str]:
    """Return the ports on which exactly one row stands: port index -> row index."""
    by_port = [(port_of(index), index) for index in indexes]
    count = Counter(port for port, _ in by_port)
    return {port: index for port, index in by_port if count[port] == 1}
