"""An ONU that went elsewhere, or was exchanged, takes its line with it.

What was known yesterday is evidence too: the ONU that served a line is found by its serial wherever
it is plugged in, and a new one in its very slot on the port took its place.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from netwatch.inventory.places.evidence import OF_RECORDS, Spot, Witness
from netwatch.inventory.places.join import Joined
from netwatch.inventory.places.place import Doubt, Place, Word

UNSAFE: Final = frozenset({Doubt.UNSURE, Doubt.CONTESTED, Doubt.UNDECIDED, Doubt.UNSEEN})
"""Doubts that keep a change from being taken without a person."""
FOLLOWED: Final = 990
"""In thousandths: how far a line is where its own ONU is."""


class Following:
    """Knows last night's ONUs and tonight's."""

    def __init__(self, old: Sequence[Place], joined: Joined) -> None:
        self._joined = joined
        self._served = Counter(place.spot.serial for place in old if place.spot)
        self._claimed = {
            place.spot.serial: place.subscriber
            for place in joined.places
            if place.spot and place.spot.serial and not UNSAFE & {*place.doubts}
            if not place.guessed
        }

    def line(self, old: Place | None, new: Place) -> Place:
        """Return the new place; or where the line's ONU went, if tonight's words tell less."""
        if old is None or old.spot is None or not old.spot.serial:
            return new
        shown = not set(new.witnesses) <= OF_RECORDS
        exact = new.spot is not None and bool(new.spot.serial)
        if exact and shown and not new.guessed and not UNSAFE & {*new.doubts}:
            return new
        if self._overruled(old, new):
            return replace(
                new,
                spot=old.spot,
                permille=old.permille,
                witnesses=old.witnesses,
                against=old.against,
                doubts=old.doubts,
            )
        went = self._moved(old.spot) or self._swapped(old.spot)
        if went is None or self._claimed.get(went.serial, old.subscriber) != old.subscriber:
            return new
        if old.guessed and new.shown is not None and not went.within(new.shown):
            return new  # it was a neighbour's ONU
        against = tuple(word for word in new.against if not went.within(word.spot))
        if new.spot is not None and not went.within(new.spot):
            said = [Word(witness=witness, spot=new.spot) for witness in new.witnesses]
            against = tuple(sorted({*against, *said}, key=lambda one: (one.witness, one.spot)))
        return replace(
            new,
            spot=went,
            permille=min(old.permille, FOLLOWED),
            witnesses=tuple(sorted({*old.witnesses} - OF_RECORDS | {Witness.FOLLOWED})),
            against=against,
            doubts=(Doubt.CONTRADICTED,) if against else (Doubt.ONE_WITNESS,),
        )

    def _overruled(self, old: Place, new: Place) -> bool:
        """Say whether all that draws a line away was known when it was placed where it is."""
        if new.spot is None or not new.witnesses or old.spot is None:
            return False
        known = {(word.witness, word.spot) for word in old.against}
        return old.spot in self._joined.onus.get(old.spot.serial, ()) and all(
            (witness, new.spot) in known for witness in new.witnesses
        )

    def _moved(self, spot: Spot) -> Spot | None:
        seen = self._joined.onus.get(spot.serial, ())
        if len(seen) != 1 or seen[0].within(spot):
            return None
        return seen[0]

    def _swapped(self, spot: Spot) -> Spot | None:
        """Return the ONU that stands where this one stood, if that is new and this one gone."""
        if spot.serial in self._joined.onus or not spot.onu:
            return None
        there = self._joined.slots.get((spot.device, spot.port, spot.onu))
        return None if there is None or self._served[there.serial] else there
