"""Where something is, by whichever way a release of LMS keeps addresses. Pure."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

from netwatch.inventory.importers.databases import Row
from netwatch.inventory.importers.lms.rows import Rows, degrees, text
from netwatch.inventory.importers.lms.tables import LOCATION_FIRST

_UL: Final = re.compile(r"^(ul|ulica)(\.\s*|\s+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where something is."""

    town: str = ""
    street: str = ""
    house: str = ""
    lat: float | None = None
    """In degrees, where this release keeps coordinates with addresses."""
    lon: float | None = None

    @property
    def text(self) -> str:
        """Return it in one line."""
        return ", ".join(
            part for part in (self.town, f"{self.street} {self.house}".strip()) if part
        )


@dataclass(slots=True)
class Addresses:
    """Looks up addresses: in the table of that name, or (before 2017) in the row itself."""

    rows: Rows
    _homes: dict[Any, Any] | None = field(default=None, init=False)

    def of(self, row: Row) -> Address:
        """Return the address that a row names itself; an empty one where it names none."""
        if row.get("address_id"):
            return self._listed(row["address_id"])
        return self._taken(
            "",
            row.get("location_city"),
            "",
            row.get("location_street"),
            text(row, "location_house"),
        )

    def home_of(self, customer: Row) -> Address:
        """Return where a customer lives: the location before the billing and postal address."""
        if self._homes is None:
            self._homes = self._best()
        number = self._homes.get(customer.get("id"))
        if number is not None:
            return self._listed(number)
        return self._taken(
            text(customer, "city"), None, text(customer, "street"), None, text(customer, "building")
        )

    def _listed(self, number: Any) -> Address:
        row = self.rows.one("addresses", number)
        lat, lon = degrees(row)
        taken = self._taken(
            text(row, "city"),
            row.get("city_id"),
            text(row, "street"),
            row.get("street_id"),
            text(row, "house"),
        )
        return replace(taken, lat=lat, lon=lon)

    def _taken(self, city: str, city_id: Any, street: str, street_id: Any, house: str) -> Address:
        """Return an address; where only its TERYT places are given, their names."""
        place = self.rows.one("location_streets", street_id)
        named = f"{text(place, 'name2')} {text(place, 'name')}".strip()
        return Address(
            town=city or text(self.rows.one("location_cities", city_id), "name"),
            street=_UL.sub("", street or named),
            house=house,
        )

    def _best(self) -> dict[Any, Any]:
        best: dict[Any, tuple[int, Any]] = {}
        for row in self.rows.all("customer_addresses"):
            kind = row.get("type")
            rank = LOCATION_FIRST.index(kind) if kind in LOCATION_FIRST else len(LOCATION_FIRST)
            known = best.get(row["customer_id"])
            if row["address_id"] is not None and (known is None or rank < known[0]):
                best[row["customer_id"]] = (rank, row["address_id"])
        return {customer: address for customer, (_, address) in best.items()}
