"""Splynx -> gear, lines and contacts.

Source: Splynx' API 2.0: admin/customers/customer, customer/0/internet-services (0: of all),
admin/networking/routers and admin/networking/monitoring, each cut by limit and offset; a key with
its secret as "KEY:SECRET", by HTTP basic authentication. A service's ``access_device`` is the id of
monitored gear that it hangs on, ``router_id`` the router that lets it in.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from netwatch.inventory.contacts import dialled
from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.gear_words import kind_of
from netwatch.inventory.importers.rest import Rest, RestKeys, Row, open_rest, word
from netwatch.inventory.places.records import (
    ContactRecord,
    Extract,
    GearRecord,
    LineRecord,
    WireRecord,
)

_API: Final = "/api/2.0/admin"
_ACTIVE: Final = ("active", "blocked")
"""A blocked customer hangs where an active one does; only the active are told of outages."""
_WATCHED: Final = "device-"
"""Before ids of monitored gear, which are counted apart from those of routers."""
_NONE: Final = ("", "0")
_CLOSED: Final = (403, 404)
"""Where this key may not see monitored gear, lines are placed by what is seen of them."""


@dataclass(frozen=True, slots=True)
class Splynx:
    """One Splynx."""

    asked: Asked
    keys: RestKeys

    def read(self) -> Extract:
        """Return its routers and internet services."""
        rest = self._open()
        customers = {word(row, "id"): row for row in self._rows(rest, "/customers/customer")}
        services = list(self._rows(rest, "/customers/customer/0/internet-services"))
        watched = list(self._rows(rest, "/networking/monitoring", nothing=_CLOSED))
        return Extract(
            source=self.asked.name,
            taken_at=self.asked.at,
            gear=(
                *(_gear(row) for row in self._rows(rest, "/networking/routers")),
                *(_gear(row, _WATCHED) for row in watched),
            ),
            wires=tuple(_wires(watched)),
            lines=tuple(
                _line(row, customers.get(word(row, "customer_id"), {}))
                for row in services
                if word(row, "status") in _ACTIVE
            ),
        )

    def contacts(self) -> Iterator[ContactRecord]:
        """Yield its customers' contacts."""
        for row in self._rows(self._open(), "/customers/customer"):
            told = word(row, "phone").split(",")
            numbers = (dialled(one.strip(), self.keys.country) for one in told)
            yield ContactRecord(
                subscriber=word(row, "id"),
                name=word(row, "name"),
                phone=next(filter(None, numbers), ""),
                email=word(row, "email").split(",")[0].strip(),
            )

    def _open(self) -> Rest:
        return open_rest(
            self.asked,
            self.keys,
            lambda token: {"Authorization": f"Basic {b64encode(token.encode()).decode()}"},
        )

    def _rows(self, rest: Rest, path: str, nothing: tuple[int, ...] = ()) -> Iterator[Row]:
        return rest.windows(f"{_API}{path}", {"order[id]": "ASC"}, nothing=nothing)


def _gear(row: Row, prefix: str = "") -> GearRecord:
    name = word(row, "title")
    return GearRecord(
        key=f"{prefix}{word(row, 'id')}",
        name=name,
        kind=kind_of(name, word(row, "model")) or ("" if prefix else "router"),
        model=word(row, "model"),
        address=word(row, "ip"),
        location=word(row, "address"),
    )


def _wires(watched: list[Row]) -> Iterator[WireRecord]:
    there = {word(row, "id") for row in watched}
    for row in watched:
        if word(row, "parent_id") in there:
            yield WireRecord(a=_WATCHED + word(row, "parent_id"), b=_WATCHED + word(row, "id"))


def _line(row: Row, customer: Mapping[str, Any]) -> LineRecord:
    street, _, house = word(customer, "street_1").rpartition(" ")
    numbered = house[:1].isdigit()
    access, router = word(row, "access_device"), word(row, "router_id")
    return LineRecord(
        key=word(row, "id"),
        subscriber=word(row, "customer_id"),
        gear=_WATCHED + access if access not in _NONE else router if router not in _NONE else "",
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
