"""ONUs that no line is known to hang on, and what becomes of them overnight.

Where only the port of a line is known, its ONU is one of the strays of that port. A stray that
turns up elsewhere, or is exchanged, took such a line along; which one is taken where the line was
seen to go the same way, and asked where nothing tells.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from netwatch.inventory.places.descriptions import LineKey
from netwatch.inventory.places.evidence import Spot, Witness
from netwatch.inventory.places.join import Joined
from netwatch.inventory.places.place import Doubt, Place
from netwatch.inventory.places.questions import KNOWN, MOST_EXAMPLES, NONE, Owner, Question, digest

MOST_ASKED: Final = 12
"""So many strays are asked for one by one; the others are told in one sum."""
FOLLOWED: Final = 990
"""In thousandths: how far a line is where it was seen to go, and a stray with it."""

Way = tuple[Spot, Spot]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What became of one stray."""

    before: Spot
    after: Spot
    """Where it is now; or the one that stands in its slot."""

    @property
    def moved(self) -> bool:
        """Say whether it is on another port; else it was exchanged on its own."""
        return self.before.port_alone != self.after.port_alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Wandered:
    """What strays say of lines."""

    places: Mapping[LineKey, Place]
    """Lines that went along with one."""
    questions: tuple[Question, ...]
    waiting: tuple[Event, ...]
    """Those of which nothing is settled yet."""


def events(last: Sequence[Spot], joined: Joined, claimed: frozenset[str]) -> tuple[Event, ...]:
    """Return what became of last night's strays that are strays still.

    Args:
        last: where they were.
        joined: what is seen tonight.
        claimed: serials that a line is known to hang on.
    """
    known = claimed.union(spot.serial for spot in last)
    found = []
    for spot in last:
        if spot.serial in claimed:
            continue
        seen = joined.onus.get(spot.serial, ())
        if len(seen) == 1 and seen[0].port_alone != spot.port_alone:
            found.append(Event(before=spot, after=seen[0]))
        elif not seen and spot.onu:
            there = joined.slots.get((spot.device, spot.port, spot.onu))
            if there is not None and there.serial not in known:
                found.append(Event(before=spot, after=there))
    return tuple(found)


def wander(
    happened: Sequence[Event],
    old: Iterable[Place],
    new: Mapping[LineKey, Place],
    joined: Joined,
    answers: Mapping[str, str],
) -> Wandered:
    """Say which lines went along with strays, and ask of which nothing tells.

    Args:
        happened: what became of strays.
        old: the places in force.
        new: tonight's, by line.
        joined: what is said tonight, before anything was held fast.
        answers: by question.
    """
    tonight = {place.key: place for place in joined.places}
    on_port: dict[Spot, list[LineKey]] = defaultdict(list)
    for place in old:
        here = new.get(place.key)
        if here is not None and _open(place) and _open(here):
            for spot in {one.spot.port_alone for one in (place, tonight[place.key]) if one.spot}:
                on_port[spot].append(place.key)
    ways: dict[Way, list[Event]] = defaultdict(list)
    for event in happened:
        ways[event.before.port_alone, event.after.port_alone].append(event)
    places: dict[LineKey, Place] = {}
    waiting: list[tuple[Event, tuple[LineKey, ...]]] = []
    for (before, after), group in sorted(ways.items()):
        near = sorted({*on_port[before], *on_port[Spot(before.device)]} - places.keys())
        went = [key for key in near if before != after and _shown_at(tonight[key], after)]
        stayed = {
            key
            for key in near
            if (shown := tonight[key].shown) and shown.port_alone not in (after, *_still(group))
        }
        if went and len(went) <= len(group):
            exact = len(went) == len(group) == 1
            places |= {key: _along(new[key], group[0].after if exact else after) for key in went}
            if len(went) == len(group):
                continue
        left = tuple(key for key in near if key not in stayed)
        waiting += [(event, left) for event in group if left]
    waiting = [one for one in waiting if _question_id(one[0]) not in answers]
    return Wandered(
        places=places,
        questions=tuple(_asked(waiting)),
        waiting=tuple(event for event, _ in waiting),
    )


def strays_of(
    joined: Joined, places: Iterable[Place], last: Sequence[Spot], waiting: Sequence[Event]
) -> tuple[Spot, ...]:
    """Return where ONUs without a line are, to be compared with tomorrow.

    One that still waits for a person, or was not seen, stays where it was last.
    """
    served = {place.spot.serial for place in places if place.spot}
    kept = {event.before.serial: event.before for event in waiting}
    new = {event.after.serial for event in waiting if not event.moved}
    found = {
        serial: kept.get(serial, spots[0])
        for serial, spots in joined.onus.items()
        if len(spots) == 1 and serial not in served | new
    }
    found |= kept
    for spot in last:
        unseen = spot.device not in joined.seen or not joined.onus.get(spot.serial)
        taken = (spot.device, spot.port, spot.onu) in joined.slots
        if unseen and spot.serial not in served and not taken:
            found.setdefault(spot.serial, spot)
    return tuple(sorted(found.values()))


def _still(group: Sequence[Event]) -> tuple[Spot, ...]:
    """Return the port where a line may still be shown although its ONU was exchanged."""
    return tuple({event.before.port_alone for event in group if not event.moved})


def _open(place: Place) -> bool:
    """Say whether the ONU of a line is not known, or but guessed."""
    return place.spot is None or not place.spot.serial or place.guessed


def _shown_at(place: Place, port: Spot) -> bool:
    return place.shown is not None and place.shown.port_alone == port


def _along(place: Place, spot: Spot) -> Place:
    doubts = {Doubt.CONTRADICTED} if place.against else set()
    doubts.add(Doubt.ONE_WITNESS if spot.serial else Doubt.PORT_ONLY)
    return replace(
        place,
        spot=spot,
        permille=FOLLOWED,
        witnesses=tuple(sorted({*place.witnesses, Witness.FOLLOWED})),
        doubts=tuple(sorted(doubts)),
    )


def _question_id(event: Event) -> str:
    return f"onu|{event.after.serial}"


def _asked(waiting: Sequence[tuple[Event, tuple[LineKey, ...]]]) -> Iterable[Question]:
    for event, lines in waiting[:MOST_ASKED]:
        named = tuple(f"{source}/{key}" for source, key in lines)
        after = event.after
        what = (
            f"ONU {after.serial} went from {event.before.device} {event.before.port} to "
            f"{after.device} {after.port}"
            if event.moved
            else f"ONU {event.before.serial} on {after.device} {after.port} was exchanged for "
            f"{after.serial}"
        )
        yield Question(
            id=_question_id(event),
            owner=Owner.NETWORK,
            text=f"{what}. Which line hangs on it? ({NONE}: none of these)",
            lines=1,
            answers=(*named, NONE),
            examples=named[:MOST_EXAMPLES],
        )
    rest = [event for event, _ in waiting[MOST_ASKED:]]
    if rest:
        serials = sorted(event.after.serial for event in rest)
        yield Question(
            id=f"onus|{digest(serials)}",
            owner=Owner.NETWORK,
            text=f"{len(rest)} more ONUs that no line is known to hang on were moved or exchanged: "
            f"{', '.join(serials[:MOST_EXAMPLES])} ... Write their serials into the records.",
            lines=len(rest),
            answers=(KNOWN,),
            examples=tuple(serials[:MOST_EXAMPLES]),
        )
