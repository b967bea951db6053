"""New tickets of somebody's helpdesk: who has one and since when, and nothing else of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from netwatch.model.names import SubscriberId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A customer asked for help. What they wrote, and who they are, is not read."""

    id: str
    """The source's own id of it."""
    subscriber: SubscriberId
    at: datetime


class Helpdesk(Protocol):
    """Reads the tickets of one source. It never writes there."""

    def tickets(self, since: datetime) -> Sequence[Ticket]:
        """Return the tickets of customers that were opened since then, the oldest first.

        Raises:
            SourceError: the source is away, or cannot be read.
        """
        ...
