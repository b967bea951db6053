"""LibreNMS -> gear and wires.

Source: LibreNMS' API v0: /devices, /ports, /resources/links.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.gear_words import kind_of
from netwatch.inventory.importers.rest import Rest, RestKeys, Row, open_rest, word
from netwatch.inventory.places.records import ContactRecord, Extract, GearRecord, WireRecord

_NONE: Final = 404
"""How it answers where it saw no link."""


@dataclass(frozen=True, slots=True)
class LibreNms:
    """One LibreNMS."""

    asked: Asked
    keys: RestKeys

    def read(self) -> Extract:
        """Return its devices, and the links that it saw between them."""
        rest = open_rest(self.asked, self.keys, lambda token: {"X-Auth-Token": token})
        rows = rest.listed(rest.get("/api/v0/devices"), "devices")
        return Extract(
            source=self.asked.name,
            taken_at=self.asked.at,
            gear=tuple(_gear(row) for row in rows),
            wires=tuple(_wires(rest)),
        )

    def contacts(self) -> Iterator[ContactRecord]:
        """Yield nothing: customers are not here."""
        return iter(())


def _gear(row: Row) -> GearRecord:
    name = word(row, "sysName") or word(row, "hostname")
    return GearRecord(
        key=word(row, "device_id"),
        name=name,
        kind=kind_of(word(row, "hardware"), name, word(row, "type")),
        model=word(row, "hardware"),
        serial=word(row, "serial"),
        address=_address(word(row, "ip")) or _address(word(row, "hostname")),
        location=word(row, "location"),
    )


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def _wires(rest: Rest) -> Iterator[WireRecord]:
    answer = rest.get("/api/v0/resources/links", nothing=(_NONE,))
    links = rest.listed(answer, "links") if answer is not None else []
    if not links:
        return
    ports = rest.listed(rest.get("/api/v0/ports", {"columns": "port_id,ifName"}), "ports")
    names = {word(row, "port_id"): word(row, "ifName") for row in ports}
    for row in links:
        a, b = word(row, "local_device_id"), word(row, "remote_device_id")
        if a and b and b != "0":
            yield WireRecord(
                a=a,
                a_port=names.get(word(row, "local_port_id"), ""),
                b=b,
                b_port=names.get(word(row, "remote_port_id"), "") or word(row, "remote_port"),
            )


def importer(asked: Asked) -> LibreNms:
    """Return the importer of this section.

    Raises:
        SourceError: a key of the section is wrong.
    """
    return LibreNms(asked, asked.fit(RestKeys))
