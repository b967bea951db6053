"""A directory, and the few lines of which contacts changed since it was made."""

from collections.abc import Collection, Mapping
from typing import Final

from netwatch.inventory.callers.directory import ID, LOGIN, MOST, PHONE, Directory, Found
from netwatch.model.contacts import Contact
from netwatch.model.names import SubscriberId
from netwatch.model.network import Network

EXACT: Final = (ID, LOGIN, PHONE)
"""Ways to be found by which nobody else is meant."""


class Amended:
    """Finds lines as one directory: of those that changed, the newer one tells."""

    def __init__(
        self,
        whole: Directory,
        network: Network,
        changed: Collection[SubscriberId],
        contacts: Mapping[str, Contact],
        forgotten: Collection[str],
    ) -> None:
        """Read the changed lines anew.

        Args:
            whole: of all lines, as they were.
            network: whose lines.
            changed: the lines of which something is known now that was not, or the other way.
            contacts: all, as they are now.
            forgotten: customers who asked to be.
        """
        self._whole, self._changed = whole, frozenset(changed)
        few = {one: network.subscribers[one] for one in sorted(self._changed)}
        self._few = Directory(Network(subscribers=few), contacts, forgotten)

    def find(self, text: str) -> Found:
        """Return whose lines somebody may mean who types this."""
        old, new = self._whole.find(text, self._changed), self._few.find(text)
        if not new.lines or (old.by in EXACT and new.by not in EXACT):
            return old if old.lines else Found(in_street=old.in_street + new.in_street)
        if not old.lines or (new.by in EXACT and old.by not in EXACT):
            return new
        lines = (*new.lines, *old.lines)
        more = old.more + new.more + max(0, len(lines) - MOST)
        return Found(by=old.by, lines=lines[:MOST], more=more)

    def by_phone(self, text: str) -> tuple[SubscriberId, ...]:
        """Return the lines of whoever calls from a number."""
        before = (one for one in self._whole.by_phone(text) if one not in self._changed)
        return (*before, *self._few.by_phone(text))
