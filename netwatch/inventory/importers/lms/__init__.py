"""LMS (LAN Management System), in its own PostgreSQL or MySQL -> Extract."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import ConfigDict, with_config

from netwatch.inventory.importers import Asked, CountryCode
from netwatch.inventory.importers.databases import (
    Database,
    Query,
    columns_here,
    one_moment,
    read_tables,
    require_columns,
    require_rows,
)
from netwatch.inventory.importers.lms.ends import Onus
from netwatch.inventory.importers.lms.helpdesk import LmsHelpdesk
from netwatch.inventory.importers.lms.people import People
from netwatch.inventory.importers.lms.rows import Tables, text
from netwatch.inventory.importers.lms.shapes import Shaper
from netwatch.inventory.importers.lms.tables import (
    FILLED,
    HOSTS,
    NETWORK,
    PEOPLE,
    PLUGIN,
    PRESENT,
    plugin_tables,
)
from netwatch.inventory.near import did_you_mean
from netwatch.inventory.places.records import ContactRecord, Extract

_ADDRESSES: Final = {"addresses": ("id",), "customer_addresses": ("customer_id", "address_id")}
_CONSENTS: Final = {"customerconsents": ("customerid", "type")}
_CONTACTS: Final = {"customers": ("id",), "customercontacts": ("customerid", "contact", "type")}


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class LmsKeys(Database):
    """Keys of a section of kind ``lms``."""

    critical_groups: tuple[str, ...] = ()
    """Groups of customers who must not be without service: hospitals, the fire brigade."""
    country: CountryCode = "+48"
    consents: bool = True
    """Whether only those are told of outages who agreed there to messages."""
    helpdesk: bool = False
    """Whether new tickets are read every minute as customers' reports: ids and times only."""
    helpdesk_queues: tuple[str, ...] = ()
    """Names of the queues whose tickets count; none: all."""


@dataclass(frozen=True, slots=True)
class Lms:
    """One LMS, read by a user who may SELECT."""

    asked: Asked
    keys: LmsKeys

    def read(self) -> Extract:
        """Return its devices, links and nodes, all of one moment.

        Raises:
            SourceError: it cannot be read whole.
        """
        with one_moment(self.asked, self.keys) as query:
            here = columns_here(query, self.keys)
            kept = _ADDRESSES if "address_id" in here.get("nodes", ()) else {}
            require_columns(self.asked, here, {**FILLED, **PRESENT, **kept}, "LMS")
            tables = read_tables(query, here, NETWORK)
            require_rows(self.asked, tables, FILLED)
            onus = _onus(self.asked, query, here)
        groups = self._critical(tables)
        return Shaper(tables, self.asked.at, groups, onus).extract(self.asked.name)

    def _critical(self, tables: Tables) -> frozenset[str]:
        there = [text(row, "name") for row in tables["customergroups"]]
        for name in self.keys.critical_groups:
            if name not in there:
                remedy = did_you_mean(name, there, "correct critical_groups, or grant SELECT on it")
                raise self.asked.fault(f"it has no group of customers {name!r}", remedy)
        return frozenset(self.keys.critical_groups)

    def contacts(self) -> Iterator[ContactRecord]:
        """Yield its customers' contacts; those that are marked for notices come first.

        Raises:
            SourceError: it cannot be read whole, or does not tell who agreed: where nobody did,
                it is not used for that, and nobody would be told.
        """
        with one_moment(self.asked, self.keys) as query:
            here = columns_here(query, self.keys)
            kept = self.keys.consents and "mailingnotice" not in here.get("customers", ())
            needed = {**_CONTACTS, **(_CONSENTS if kept else {})}
            require_columns(self.asked, here, needed, "LMS")
            tables = read_tables(query, here, PEOPLE)
            require_rows(self.asked, tables, _CONTACTS)
        people = tuple(People(tables, self.keys.country, self.keys.consents).contacts())
        if people and not any(one.consent for one in people):
            raise self.asked.fault(
                "nobody in it agreed to messages by SMS or mail, so nobody would be told",
                "if it is not used for that: consents = false in its section",
            )
        yield from people


def _onus(asked: Asked, query: Query, here: Mapping[str, set[str]]) -> Onus:
    onus = Onus()
    for plugin, named in plugin_tables(here):
        needed = {table: PLUGIN[ours] for ours, table in named.items()}
        require_columns(asked, here, needed, f"LMS with the tables {plugin}")
        found = read_tables(query, here, {**needed, named["onus"]: (*PLUGIN["onus"], *HOSTS)})
        onus.add({ours: found[table] for ours, table in named.items()})
    return onus


def lms_helpdesk(asked: Asked) -> LmsHelpdesk:
    """Return what reads the helpdesk of this section.

    Raises:
        SourceError: a key of the section is wrong.
    """
    keys = asked.fit(LmsKeys)
    return LmsHelpdesk(asked, keys, keys.helpdesk_queues)


def importer(asked: Asked) -> Lms:
    """Return the importer of this section.

    Raises:
        SourceError: a key of the section is wrong.
    """
    return Lms(asked, asked.fit(LmsKeys))
