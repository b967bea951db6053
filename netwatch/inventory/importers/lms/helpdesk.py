"""The helpdesk of LMS -> its new tickets: ids and times. Subjects, words and senders stay there.

Source: tables rttickets and rtqueues of LMS's schema (doc/lms.pgsql, doc/lms.mysql); ``customerid``
is 0, later NULL, where nobody said whose a ticket is; ``deleted`` is younger than 2015.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.databases import (
    Database,
    Query,
    Row,
    columns_here,
    one_moment,
    require_columns,
)
from netwatch.inventory.importers.tickets import Ticket
from netwatch.inventory.near import did_you_mean
from netwatch.model.names import SubscriberId

TICKETS: Final[Mapping[str, tuple[str, ...]]] = {
    "rttickets": ("id", "queueid", "customerid", "createtime")
}
QUEUES: Final[Mapping[str, tuple[str, ...]]] = {"rtqueues": ("id", "name")}
MOST: Final = 500
"""So many tickets at once: a flood beyond it says nothing more."""
LONGEST_MS: Final = 20_000
"""A database that takes longer for so little is as good as away."""


@dataclass(slots=True)
class LmsHelpdesk:
    """One LMS's helpdesk, read by a user who may SELECT a few columns of it."""

    asked: Asked
    database: Database
    queues: tuple[str, ...] = ()
    """Names of queues whose tickets count; none: all."""
    _here: Mapping[str, set[str]] = field(default_factory=dict)

    def tickets(self, since: datetime) -> Sequence[Ticket]:
        """Return the tickets of customers that were opened since then, the oldest first.

        Raises:
            SourceError: the database is away, lacks these tables, or has no such queue.
        """
        with one_moment(self.asked, self.database) as query:
            if self.database.engine == "postgresql":
                query(f"SELECT set_config('statement_timeout', '{LONGEST_MS}', true)")
            self._here = self._here or self._columns(query)
            wanted = self._wanted(query) if self.queues else None
            rows = query(self._question(since))
        told = [_ticket(row) for row in reversed(rows) if _counts(row, wanted)]
        return [ticket for ticket in told if ticket is not None]

    def _columns(self, query: Query) -> Mapping[str, set[str]]:
        here = columns_here(query, self.database)
        needed = {**TICKETS, **(QUEUES if self.queues else {})}
        require_columns(self.asked, here, needed, "LMS")
        return here

    def _question(self, since: datetime) -> str:
        columns = [*TICKETS["rttickets"]]
        if "deleted" in self._here["rttickets"]:
            columns.append("deleted")
        return (
            f"SELECT {', '.join(columns)} FROM rttickets "  # noqa: S608 - our own names and numbers
            f"WHERE createtime >= {int(since.timestamp())} ORDER BY id DESC LIMIT {MOST}"
        )

    def _wanted(self, query: Query) -> set[Any]:
        there = {row["name"]: row["id"] for row in query("SELECT id, name FROM rtqueues")}
        for name in self.queues:
            if name not in there:
                remedy = did_you_mean(name, there, "correct helpdesk_queues")
                raise self.asked.fault(f"its helpdesk has no queue {name!r}", remedy)
        return {there[name] for name in self.queues}


def _counts(row: Row, wanted: set[Any] | None) -> bool:
    return not row.get("deleted") and (wanted is None or row["queueid"] in wanted)


def _ticket(row: Row) -> Ticket | None:
    if not row["customerid"]:
        return None
    at = datetime.fromtimestamp(int(row["createtime"]), UTC)
    return Ticket(id=str(row["id"]), subscriber=SubscriberId(str(row["customerid"])), at=at)
