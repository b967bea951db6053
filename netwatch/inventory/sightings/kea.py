"""Kea's memfile of IPv4 leases (kea-leases4.csv) -> circuits.

Option 82 stands there when Kea is told ``"store-extended-info": true``. The file is a journal: the
last row of an address counts. Source: Kea Administrator Reference Manual, lease expiration and
"Store Extended Lease Information".
"""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from netwatch.inventory.importers import Asked
from netwatch.inventory.places.records import CircuitSeen
from netwatch.inventory.sightings.words import circuit_in, mac_of, text_of


def read(asked: Asked) -> Iterator[CircuitSeen]:
    """Yield the circuit of each lease that is held now.

    Raises:
        SourceError: it cannot be read, or is no file of Kea's.
    """
    lines = text_of(asked).splitlines()
    head = lines[0].split(",")
    if not {"address", "hwaddr", "expire", "valid_lifetime"} <= set(head):
        raise asked.fault("it is no lease file of Kea", "name kea-leases4.csv")
    leases: dict[str, dict[str, str]] = {}
    for cells in csv.reader(lines[1:]):
        if len(cells) >= len(head) and cells[0] != "address":
            leases[cells[0]] = dict(zip(head, cells, strict=False))
    for address, lease in leases.items():
        circuit = _circuit(lease.get("user_context", ""))
        ends, lasts = _number(lease["expire"]), _number(lease["valid_lifetime"])
        if circuit and lasts and lease.get("state", "0") == "0" and 0 < ends - lasts < 2**33:
            yield CircuitSeen(
                mac=mac_of(lease["hwaddr"]),
                address=address,
                circuit=circuit,
                seen_at=datetime.fromtimestamp(ends - lasts, UTC),
            )


def _circuit(context: str) -> str:
    try:
        said: Any = json.loads(context.replace("&#x2c", ",")) if context else {}
        info = said["ISC"]["relay-agent-info"]
        option = info["sub-options"] if isinstance(info, dict) else info
        return circuit_in(bytes.fromhex(option.removeprefix("0x")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 12 else 0  # noqa: PLR2004 - longer than any time
