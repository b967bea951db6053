"""FreeRADIUS accounting in SQL (radacct) -> open sessions, and circuits where a column has them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import ConfigDict, with_config

from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.databases import Database, Row, columns_here, one_moment
from netwatch.inventory.places.records import CircuitSeen, SessionSeen
from netwatch.inventory.sightings.words import mac_of

_COLUMNS: Final = (
    "username", "callingstationid", "framedipaddress", "nasipaddress", "nasportid",
    "acctstarttime", "acctupdatetime", "circuitid", "agentcircuitid",
)  # fmt: skip
FORGOTTEN: Final = timedelta(days=7)
"""A session that was updated, and then was not for so long, is none."""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class RadiusKeys(Database):
    """Keys of a source of kind ``radius-sql``."""

    database: str = "radius"


def read(asked: Asked) -> Iterator[CircuitSeen | SessionSeen]:
    """Yield each session that is open now.

    Raises:
        SourceError: the database cannot be read, or holds no radacct.
    """
    keys = asked.fit(RadiusKeys)
    with one_moment(asked, keys) as query:
        there = columns_here(query, keys).get("radacct", set())
        if "username" not in there:
            raise asked.fault("it has no table 'radacct'", "name FreeRADIUS's own database")
        columns = ", ".join(column for column in _COLUMNS if column in there)
        rows = query(f"SELECT {columns} FROM radacct WHERE acctstoptime IS NULL")  # noqa: S608 - our own names
    for row in rows:
        yield from _seen(row, asked.at)


def _seen(row: Row, at: datetime) -> Iterator[CircuitSeen | SessionSeen]:
    login = str(row["username"] or "")
    if not login:
        return
    mac = mac_of(str(row.get("callingstationid") or ""))
    address = str(row.get("framedipaddress") or "").partition("/")[0]
    when = _time(row.get("acctupdatetime") or row.get("acctstarttime"), at)
    if row.get("acctupdatetime") and at - when > FORGOTTEN:
        return  # its gateway fell silent, and nobody closed it
    nas = str(row.get("nasipaddress") or "").partition("/")[0]
    yield SessionSeen(
        login=login, mac=mac, address=address, nas=nas,
        nas_port=str(row.get("nasportid") or ""), seen_at=when,
    )  # fmt: skip
    circuit = str(row.get("circuitid") or row.get("agentcircuitid") or "")
    if circuit:
        yield CircuitSeen(login=login, mac=mac, address=address, circuit=circuit, seen_at=when)


def _time(value: Any, at: datetime) -> datetime:
    if not isinstance(value, datetime):
        return at
    return value if value.tzinfo else value.replace(tzinfo=UTC)
