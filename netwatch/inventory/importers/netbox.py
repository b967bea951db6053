"""NetBox -> gear and wires.

Source: NetBox's REST API: /api/dcim/devices/ and /api/dcim/cables/, paged by limit and offset, as
its releases 2.10 to 4.6 answer. Tokens since 4.5 begin with ``nbt_`` and are sent as bearer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.gear_words import kind_of
from netwatch.inventory.importers.rest import Rest, RestKeys, Row, open_rest, word
from netwatch.inventory.places.records import ContactRecord, Extract, GearRecord, WireRecord

_NOT_THERE: Final = ("planned", "inventory")
"""States of devices that stand nowhere yet."""
_NO_DATA: Final = ("dcim.power", "dcim.console")
"""Beginnings of the types of ends that carry no data."""


@dataclass(frozen=True, slots=True)
class NetBox:
    """One NetBox."""

    asked: Asked
    keys: RestKeys

    def read(self) -> Extract:
        """Return its devices, and the cables between them."""
        rest = open_rest(
            self.asked, self.keys, lambda token: {"Authorization": _authorization(token)}
        )
        rows = rest.pages("/api/dcim/devices/", {"ordering": "id", "exclude": "config_context"})
        gear = tuple(_gear(row) for row in rows if word(row, "status", "value") not in _NOT_THERE)
        return Extract(
            source=self.asked.name,
            taken_at=self.asked.at,
            gear=gear,
            wires=tuple(_wires(rest)),
        )

    def contacts(self) -> Iterator[ContactRecord]:
        """Yield nothing: customers are not here."""
        return iter(())


def _gear(row: Row) -> GearRecord:
    role = word(row, "role", "name") or word(row, "device_role", "name")
    model = word(row, "device_type", "model")
    return GearRecord(
        key=word(row, "id"),
        name=word(row, "name") or word(row, "display"),
        kind=kind_of(role, model, word(row, "name")),
        model=model,
        serial=word(row, "serial"),
        address=word(row, "primary_ip", "address").partition("/")[0],
        location=word(row, "site", "name"),
    )


def _wires(rest: Rest) -> Iterator[WireRecord]:
    for row in rest.pages("/api/dcim/cables/", {"ordering": "id"}):
        for a, b in product(_ends(row, "a"), _ends(row, "b")):
            yield WireRecord(a=a[0], a_port=a[1], b=b[0], b_port=b[1])


def _ends(row: Row, side: str) -> Iterator[tuple[str, str]]:
    """Yield device and port of one side: several where a cable fans out, one before 3.3."""
    several = row.get(f"{side}_terminations")
    single = {
        "object_type": row.get(f"termination_{side}_type"),
        "object": row.get(f"termination_{side}"),
    }
    for end in several if isinstance(several, list) else [single]:
        device = word(end, "object", "device", "id")
        if device and not word(end, "object_type").startswith(_NO_DATA):
            yield device, word(end, "object", "name")


def _authorization(token: str) -> str:
    """Return how a token is sent; people also copy it with the word before it."""
    bare = token.removeprefix("Bearer ").removeprefix("Token ").strip()
    return f"Bearer {bare}" if bare.startswith("nbt_") else f"Token {bare}"


def importer(asked: Asked) -> NetBox:
    """Return the importer of this section.

    Raises:
        SourceError: a key of the section is wrong.
    """
    return NetBox(asked, asked.fit(RestKeys))
