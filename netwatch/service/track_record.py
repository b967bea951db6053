"""The journal -> how the past year went, read on from where it was read the last time."""

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from netwatch.delivery.page.crowds import Crowds
from netwatch.delivery.page.reliability import WINDOW, Reliability, reliability
from netwatch.journal.journal import Journal
from netwatch.model.names import AreaId, SubscriberId
from netwatch.views.record import FACTS, Record


class TrackRecord:
    """Outages of the past year, as the journal tells of them."""

    def __init__(self, reader: Callable[[], Journal]) -> None:
        self._reader = reader
        self._crowds: Crowds | None = None
        self._record = Record(self._area_of)
        self._read_up_to = 0
        self._began: datetime | None = None
        self._one = threading.Lock()

    def __call__(self, crowds: Crowds, at: datetime) -> Reliability | None:
        """Return how the past year went; None while too little of it was watched.

        Raises:
            NetwatchError: the journal cannot be read.
        """
        with self._one, closing(self._reader()) as journal:
            self._crowds = crowds
            if self._began is None:
                first = journal.first_at()
                self._began = at if first is None else datetime.fromisoformat(first)
            kinds = [kind.__name__ for kind in FACTS]
            news = journal.of_kinds(kinds, since=at - WINDOW, after=self._read_up_to)
            for seq, fact in news:
                self._record.take(fact)
                self._read_up_to = seq
            self._record.forget(at - WINDOW)
            return reliability(self._record.past, crowds, self._began, at)

    def _area_of(self, subscriber: SubscriberId) -> AreaId | None:
        people = self._crowds.network.subscribers if self._crowds else {}
        known = people.get(subscriber)
        return None if known is None else known.area
