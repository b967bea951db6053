"""ISC dhcpd's lease file (dhcpd.leases) -> circuits. The last lease of an address counts.

Source: dhcpd.leases(5); ``option agent.circuit-id`` stands there with ``stash-agent-options``.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from netwatch.inventory.importers import Asked
from netwatch.inventory.places.records import CircuitSeen
from netwatch.inventory.sightings.words import circuit_of, mac_of, text_of

_LEASE: Final = re.compile(r"^lease (\S+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_CIRCUIT: Final = re.compile(
    r'^\s*option agent\.circuit-id (?:"((?:[^"\\]|\\.)*)"|([0-9a-fA-F:]+));', re.MULTILINE
)
_MAC: Final = re.compile(r"^\s*hardware ethernet ([0-9a-fA-F:]+);", re.MULTILINE)
_STATE: Final = re.compile(r"^\s*binding state (\w+);", re.MULTILINE)
_SINCE: Final = re.compile(
    r"^\s*(?:cltt|starts) (?:\d (\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)|epoch (\d{1,11}))", re.MULTILINE
)
_ESCAPE: Final = re.compile(r"\\([0-7]{3}|.)")


def read(asked: Asked) -> Iterator[CircuitSeen]:
    """Yield the circuit of each lease that is held now.

    Raises:
        SourceError: it cannot be read, or holds no lease.
    """
    leases = {found[1]: found[2] for found in _LEASE.finditer(text_of(asked))}
    if not leases:
        raise asked.fault("it holds no lease", "name dhcpd.leases")
    for address, body in leases.items():
        circuit, state = _CIRCUIT.search(body), _STATE.search(body)
        if circuit is None or (state is not None and state[1] != "active"):
            continue
        mac = _MAC.search(body)
        yield CircuitSeen(
            mac=mac_of(mac[1]) if mac else "",
            address=address,
            circuit=circuit_of(_quoted(circuit[1]) if circuit[2] is None else _octets(circuit[2])),
            seen_at=max(map(_time, _SINCE.finditer(body)), default=asked.at),
        )


def _quoted(text: str) -> bytes:
    def plain(found: re.Match[str]) -> str:
        return chr(int(found[1], 8)) if found[1].isdecimal() else found[1]

    return _ESCAPE.sub(plain, text).encode("latin-1", errors="replace")


def _octets(text: str) -> bytes:
    return bytes(int(part, 16) & 0xFF for part in text.split(":") if part)


def _time(found: re.Match[str]) -> datetime:
    if found[1] is None:
        return datetime.fromtimestamp(int(found[2]), UTC)
    try:
        return datetime.strptime(found[1], "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
