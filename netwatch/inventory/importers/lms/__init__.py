"""LMS (LAN Management System), in its own PostgreSQL or MySQL -> Extract."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ConfigDict, with_config

from netwatch.inventory.contacts import e164
from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.databases import Database, Row, one_moment, read_tables
from netwatch.inventory.importers.lms.shapes import Shaper
from netwatch.inventory.importers.lms.tables import (
    DISABLED,
    LANDLINE,
    MAIL,
    MOBILE,
    NEEDED,
    NETWORK,
    NOTIFICATIONS,
    PEOPLE,
)
from netwatch.inventory.places.records import ContactRecord, Extract


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class LmsKeys(Database):
    """Keys of a section of kind ``lms``."""

    critical_groups: tuple[str, ...] = ()
    """Groups of customers who must not be without service: hospitals, the fire brigade."""
    country: str = "+48"
    """Put before telephone numbers that are written without one."""


@dataclass(frozen=True, slots=True)
class Lms:
    """One LMS, read by a user who may SELECT."""

    asked: Asked
    keys: LmsKeys

    def read(self) -> Extract:
        """Return its devices, links and nodes, all of one moment."""
        with one_moment(self.asked, self.keys) as query:
            tables = read_tables(query, self.asked, self.keys, wanted=NETWORK, needed=NEEDED)
        groups = frozenset(self.keys.critical_groups)
        return Shaper(tables, self.asked.at, groups).extract(self.asked.name)

    def contacts(self) -> Iterator[ContactRecord]:
        """Yield its customers' contacts; those that are marked for notices come first."""
        with one_moment(self.asked, self.keys) as query:
            tables = read_tables(query, self.asked, self.keys, wanted=PEOPLE, needed=("customers",))
        ways: dict[Any, list[Row]] = {}
        for row in tables["customercontacts"]:
            if not row["type"] & DISABLED:
                ways.setdefault(row["customerid"], []).append(row)
        for customer in tables["customers"]:
            if not customer.get("deleted"):
                yield self._contact(customer, ways.get(customer["id"], []))

    def _contact(self, customer: Row, ways: list[Row]) -> ContactRecord:
        ways = sorted(ways, key=lambda way: not way["type"] & NOTIFICATIONS)
        name = f"{customer.get('name') or ''} {customer.get('lastname') or ''}".strip()
        agreed = [customer[key] for key in ("mailingnotice", "smsnotice") if key in customer]
        return ContactRecord(
            subscriber=str(customer["id"]),
            name=name,
            phone=self._phone(ways, MOBILE) or self._phone(ways, LANDLINE),
            email=next((str(way["contact"]).strip() for way in ways if way["type"] & MAIL), ""),
            consent=any(agreed) if agreed else True,
        )

    def _phone(self, ways: list[Row], kind: int) -> str:
        for way in ways:
            if way["type"] & kind and not way["type"] & MAIL:
                number = str(way["contact"]).strip()
                known = e164(number) or e164(f"{self.keys.country}{number.lstrip('0')}")
                if known:
                    return known
        return ""


def importer(asked: Asked) -> Lms:
    """Return the importer of this section.

    Raises:
        SourceError: a key of the section is wrong.
    """
    return Lms(asked, asked.fit(LmsKeys))
