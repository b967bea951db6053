"""Splynx -> gear, lines and contacts.

Source: Splynx' API 2.0: admin/customers/customer, customer/0/internet-services (0: of all),
admin/networking/routers; a key with its secret as "KEY:SECRET", by HTTP basic authentication.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from netwatch.inventory.contacts import e164
from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.gear_words import kind_of
from netwatch.inventory.importers.rest import Rest, RestKeys, Row, open_rest, word
from netwatch.inventory.places.records import ContactRecord, Extract, GearRecord, LineRecord

_API: Final = "/api/2.0/admin"
_ACTIVE: Final = ("active", "blocked")
"""A blocked customer hangs where an active one does; only the active are told of outages."""


@dataclass(frozen=True, slots=True)
class Splynx:
    """One Splynx."""

    asked: Asked
    keys: RestKeys

    def read(self) -> Extract:
        """Return its routers and internet services."""
        rest = self._open()
        customers = {word(row, "id"): row for row in self._rows(rest, "/customers/customer")}
        services = self._rows(rest, "/customers/customer/0/internet-services")
        return Extract(
            source=self.asked.name,
            taken_at=self.asked.at,
            gear=tuple(_gear(row) for row in self._rows(rest, "/networking/routers")),
            lines=tuple(
                _line(row, customers.get(word(row, "customer_id"), {}))
                for row in services
                if word(row, "status") in _ACTIVE
            ),
        )

    def contacts(self) -> Iterator[ContactRecord]:
        """Yield its customers' contacts."""
        for row in self._rows(self._open(), "/customers/customer"):
            numbers = (e164(one.strip()) for one in word(row, "phone").split(","))
            yield ContactRecord(
                subscriber=word(row, "id"),
                name=word(row, "name"),
                phone=next(filter(None, numbers), ""),
                email=word(row, "email").split(",")[0].strip(),
            )

    def _open(self) -> Rest:
        secret = b64encode(self.asked.reveal(self.keys.token).encode()).decode()
        return open_rest(self.asked, self.keys, {"Authorization": f"Basic {secret}"})

    def _rows(self, rest: Rest, path: str) -> list[Row]:
        answer: Any = rest.get(f"{_API}{path}")
        return rest.listed({"rows": answer}, "rows")


def _gear(row: Row) -> GearRecord:
    name = word(row, "title")
    return GearRecord(
        key=word(row, "id"),
        name=name,
        kind=kind_of(name, word(row, "model")) or "router",
        model=word(row, "model"),
        address=word(row, "ip"),
        location=word(row, "address"),
    )


def _line(row: Row, customer: Mapping[str, Any]) -> LineRecord:
    street, _, house = word(customer, "street_1").rpartition(" ")
    numbered = house[:1].isdigit()
    return LineRecord(
        key=word(row, "id"),
        subscriber=word(row, "customer_id"),
        gear=word(row, "router_id"),
        logins=tuple(filter(None, [word(row, "login")])),
        macs=tuple(filter(None, word(row, "mac").replace(",", " ").split())),
        addresses=tuple(filter(None, [word(row, "ipv4")])),
        street=street if numbered else word(customer, "street_1"),
        house=house if numbered else "",
        town=word(customer, "city"),
        plan=word(row, "description"),
        active=word(row, "status") == "active",
    )


def importer(asked: Asked) -> Splynx:
    """Return the importer of this section.

    Raises:
        SourceError: a key of the section is wrong.
    """
    return Splynx(asked, asked.fit(RestKeys))
