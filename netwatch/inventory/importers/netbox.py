"""NetBox -> gear and wires.

Source: NetBox's REST API: /api/dcim/devices/ and /api/dcim/cables/, paged by limit and offset.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.gear_words import kind_of
from netwatch.inventory.importers.rest import Rest, RestKeys, Row, open_rest, word
from netwatch.inventory.places.records import ContactRecord, Extract, GearRecord, WireRecord


@dataclass(frozen=True, slots=True)
class NetBox:
    """One NetBox."""

    asked: Asked
    keys: RestKeys

    def read(self) -> Extract:
        """Return its devices, and the cables between them."""
        rest = open_rest(self.asked, self.keys, {"Authorization": "Token {token}"})
        gear = tuple(_gear(row) for row in rest.pages("/api/dcim/devices/"))
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
        name=word(row, "name"),
        kind=kind_of(role, model, word(row, "name")),
        model=model,
        serial=word(row, "serial"),
        address=word(row, "primary_ip", "address").partition("/")[0],
        location=word(row, "site", "name"),
    )


def _wires(rest: Rest) -> Iterator[WireRecord]:
    for row in rest.pages("/api/dcim/cables/"):
        a, b = (_end(row.get(side)) for side in ("a_terminations", "b_terminations"))
        if a and b:
            yield WireRecord(a=a[0], a_port=a[1], b=b[0], b_port=b[1])


def _end(terminations: object) -> tuple[str, str] | None:
    first = terminations[0] if isinstance(terminations, list) and terminations else {}
    device = word(first, "object", "device", "id")
    return (device, word(first, "object", "name")) if device else None


def importer(asked: Asked) -> NetBox:
    """Return the importer of this section.

    Raises:
        SourceError: a key of the section is wrong.
    """
    return NetBox(asked, asked.fit(RestKeys))
