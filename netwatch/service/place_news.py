"""Changes of places that were taken -> the facts that the journal does not hold yet.

Whoever reconciles writes no journal: that is the running service's alone. What was taken lies in
the state, counted; the service tells it at its start and at each reload, when it comes into force.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

import structlog

from netwatch.inventory.places.evidence import Spot
from netwatch.inventory.places.spread import subscriber_id
from netwatch.inventory.places.store import PlaceStore, Taken
from netwatch.model.faults import ConfigError
from netwatch.model.place_facts import Hanging, PlaceChanged, PlacesChanged

MOST_SINGLY: Final = 1000
"""More changes of one run are told as sums."""

PlaceFact = PlaceChanged | PlacesChanged

log = structlog.get_logger(__name__)


class PlaceNews:
    """Knows how far the journal is."""

    def __init__(self, store: PlaceStore, told: int) -> None:
        """Begin after the change of this number."""
        self._store, self._told = store, told

    def take(self, at: datetime) -> tuple[PlaceFact, ...]:
        """Return what was taken since the last time, as facts of this moment."""
        try:
            taken = self._store.changes()
        except ConfigError as fault:
            log.warning("changes of places cannot be told", why=str(fault))
            return ()
        if self._told > len(taken):  # the file was begun anew
            self._told = 0
        found = tuple(facts_of(taken[self._told :], self._told, at))
        self._told = len(taken)
        return found


def facts_of(taken: Sequence[Taken], told: int, at: datetime) -> Iterator[PlaceFact]:
    """Yield the facts of changes that follow the one with the number ``told``."""
    numbered = enumerate(taken, told + 1)
    for (taken_at, by), run in groupby(numbered, key=lambda one: (one[1].at, one[1].by)):
        group = list(run)
        if len(group) <= MOST_SINGLY:
            yield from (_fact(number, one, at) for number, one in group)
            continue
        for kind, lines in sorted(Counter(one.change.kind for _, one in group).items()):
            yield PlacesChanged(
                at=at, change=kind, lines=lines, by=by, taken_at=taken_at, number=group[-1][0]
            )


def _fact(number: int, one: Taken, at: datetime) -> PlaceChanged:
    change = one.change
    return PlaceChanged(
        at=at,
        subscriber=subscriber_id(change.subscriber),
        change=change.kind,
        before=_hanging(change.before),
        after=_hanging(change.after),
        evidence=change.evidence,
        by=one.by,
        taken_at=one.at,
        number=number,
    )


def _hanging(spot: Spot | None) -> Hanging | None:
    if spot is None:
        return None
    return Hanging(device=spot.device, port=spot.port, serial=spot.serial)
