"""FreeRADIUS accounting detail files -> sessions, and circuits where the gateway tells them.

Source: rlm_detail: a date, a line for each attribute, a blank line. Circuit ids: RFC 4679
(ADSL-Agent-Circuit-Id), and the names that dictionaries of makers give the same.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from netwatch.inventory.importers import Asked
from netwatch.inventory.places.records import CircuitSeen, SessionSeen
from netwatch.inventory.sightings.words import circuit_of, mac_of, text_of

CIRCUITS: Final = (
    "ADSL-Agent-Circuit-Id", "Agent-Circuit-Id", "DHCP-Agent-Circuit-Id", "Alc-Agent-Circuit-Id",
    "Huawei-Agent-Circuit-Id", "ERX-Dhcp-Option-82",
)  # fmt: skip
_LINE: Final = re.compile(r"^\s+([A-Za-z0-9.-]+)(?::\d+)? :?= (.*)$")


def read(asked: Asked) -> Iterator[CircuitSeen | SessionSeen]:
    """Yield what each accounting packet tells; of ended sessions too: it was there.

    Raises:
        SourceError: it cannot be read.
    """
    said: dict[str, str] = {}
    for line in text_of(asked).splitlines():
        if not line.strip():
            yield from seen_in(said, asked.at)
            said = {}
        elif found := _LINE.match(line):
            said[found[1]] = found[2].strip().strip('"')


def seen_in(said: Mapping[str, str], at: datetime) -> Iterator[CircuitSeen | SessionSeen]:
    """Yield what one packet's attributes tell; nothing without a user."""
    login = said.get("User-Name", "")
    if not login:
        return
    moment = said.get("Timestamp", "")
    when = (
        datetime.fromtimestamp(int(moment), UTC)
        if moment.isascii() and moment.isdecimal() and len(moment) <= 10  # noqa: PLR2004 - until 2286
        else at
    )
    mac = mac_of(said.get("Calling-Station-Id", ""))
    address = said.get("Framed-IP-Address", "")
    yield SessionSeen(
        login=login,
        mac=mac,
        address=address,
        nas=said.get("NAS-IP-Address", "") or said.get("NAS-Identifier", ""),
        nas_port=said.get("NAS-Port-Id", ""),
        seen_at=when,
    )
    for name in CIRCUITS:
        if told := _circuit(said.get(name, "")):
            yield CircuitSeen(login=login, mac=mac, address=address, circuit=told, seen_at=when)
            return


def _circuit(word: str) -> str:
    if not word.startswith("0x"):
        return word
    try:
        return circuit_of(bytes.fromhex(word[2:]))
    except ValueError:
        return word
