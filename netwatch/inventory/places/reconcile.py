"""Old places + a new join -> what is taken, and what waits for a person.

Small and sure differences are taken: that is a night's ordinary life. What would change many lines
of one kind at a time, or rests on little, is asked; what is not seen tonight stays where it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import compress
from operator import not_
from typing import Final

from netwatch.inventory.places.descriptions import LineKey
from netwatch.inventory.places.evidence import OF_RECORDS, Spot, Witness
from netwatch.inventory.places.following import UNSAFE, Following
from netwatch.inventory.places.join import Joined
from netwatch.inventory.places.place import Doubt, Place
from netwatch.inventory.places.questions import MOST_EXAMPLES, NO, YES, Owner, Question, digest
from netwatch.inventory.places.strays import events, strays_of, wander

MOST_CHANGED: Final = 0.01
"""The share of lines that may move or be swapped in one go without a person."""
MOST_GONE: Final = 0.01
MOST_NEW: Final = 0.1
MOST_SUSPENDED: Final = 0.1
FEW: Final = 5
"""So many changes of one kind are few, however small the operator."""
FEW_GONE: Final = 0.1
"""But so large a share that is gone is never few, if it is more than a single line."""


class ChangeKind(StrEnum):
    """What became of a line."""

    NEW = "new"
    FOUND = "found"
    """Known before, but not where; or now more exactly."""
    SWAPPED = "swapped"
    """Another ONU on the same port."""
    MOVED = "moved"
    DISPLACED = "displaced"
    """Its ONU serves another household now; its own is not seen."""
    GONE = "gone"
    SUSPENDED = "suspended"
    """Its source still knows it, as not served: it keeps its place, and is told nothing."""
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line that is not where it was."""

    kind: ChangeKind
    source: str
    line: str
    subscriber: str
    before: Spot | None = None
    after: Spot | None = None
    evidence: tuple[Witness, ...] = ()
    """Whose words name ``after``."""
    question: str = ""
    """The one whose answer let it be taken; empty where nobody had to be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """The places that hold from now on, what was taken to reach them, what waits."""

    places: tuple[Place, ...]
    changes: tuple[Change, ...]
    questions: tuple[Question, ...]
    strays: tuple[Spot, ...] = ()
    """ONUs that no line is known to hang on, and where they are."""


def reconcile(
    old: Sequence[Place],
    joined: Joined,
    sources: Iterable[str],
    answers: Mapping[str, str],
    strays: Sequence[Spot] = (),
    *,
    suspended: frozenset[LineKey] = frozenset(),
) -> Reconciled:
    """Return what follows from a new join.

    Args:
        old: the places in force; none at the first run, when all is taken.
        joined: what is said tonight.
        sources: those that were read whole; lines of the others stay as they were.
        answers: by question.
        strays: those of the last night.
        suspended: lines that their source knows and that are not served now.
    """
    before = {place.key: place for place in old}
    after = {place.key: place for place in joined.places}
    read = frozenset(sources)
    follow = Following(old, joined)
    new = {
        key: _held_fast(before.get(key), follow.line(before.get(key), place), joined)
        for key, place in after.items()
    }
    claimed = frozenset(place.spot.serial for place in new.values() if place.spot)
    left = (
        place.spot
        for place in old
        if place.spot and place.spot.serial and place.key not in suspended
    )
    known = (*strays, *(spot for spot in left if spot.serial not in claimed))
    wandered = wander(events(known, joined, claimed), old, new, joined, answers)
    new |= wandered.places
    proposed = [
        change for key in after if (change := _difference(before.get(key), new[key])) is not None
    ]
    paused = {key for key in before if key in suspended and key not in after}
    proposed += [
        _change(ChangeKind.SUSPENDED, before[key], before[key].spot, before[key].spot)
        for key in sorted(paused)
        if not before[key].suspended
    ]
    proposed += [
        _change(ChangeKind.GONE, place, place.spot, None)
        for key, place in before.items()
        if key not in after and key not in paused and place.source in read
    ]
    taken, questions = _sift(proposed, before, new, answers)
    held = {(one.source, one.line) for one in proposed} - {(one.source, one.line) for one in taken}
    new |= {key: replace(before[key], suspended=True) for key in paused}
    places = _in_force(before, new, held, read)
    places, displaced = _without_squatters(places, before)
    places.sort(key=lambda place: place.key)
    return Reconciled(
        places=tuple(places),
        changes=tuple(sorted([*taken, *displaced], key=_order)),
        questions=(*questions, *wandered.questions),
        strays=strays_of(joined, places, strays, wandered.waiting),
    )


def _held_fast(old: Place | None, new: Place, joined: Joined) -> Place:
    """Return the new place, or the old spot where tonight shows less than was known."""
    if old is None or old.spot is None or new.spot == old.spot:
        return new
    stands = not old.spot.serial or old.spot in joined.onus.get(old.spot.serial, ())
    if new.guessed and stands and (new.said, new.witnesses) == (old.said, old.witnesses):
        return _kept(old, new, old.doubts)  # nothing is new of it, only of its neighbours
    if new.spot is not None and new.spot.within(old.spot):
        return new
    if new.spot is not None and _seen_elsewhere(old.spot, joined):
        return new
    shown = not set(new.witnesses) <= OF_RECORDS
    told = new.said != old.said and bool(new.witnesses)
    less = new.spot is None or old.spot.within(new.spot)
    blind = old.spot.device not in joined.seen
    if less or not (shown or (told and not blind)):
        return _kept(old, new, new.doubts)
    return new


def _kept(old: Place, new: Place, doubts: Iterable[Doubt]) -> Place:
    return replace(
        new,
        spot=old.spot,
        permille=old.permille,
        witnesses=old.witnesses,
        doubts=tuple(sorted({*doubts, Doubt.KEPT} - {Doubt.UNDECIDED})),
        said=old.said,
    )


def _seen_elsewhere(spot: Spot, joined: Joined) -> bool:
    """Say whether the ONU of a spot is seen, and on no port but others."""
    seen = joined.onus.get(spot.serial, ()) if spot.serial else ()
    return bool(seen) and all(one.port_alone != spot.port_alone for one in seen)


def _difference(old: Place | None, new: Place) -> Change | None:
    if old is None:
        return _change(ChangeKind.NEW, new, None, new.spot)
    if new.spot is None or new.spot == old.spot:
        if not old.suspended:
            return None
        return _change(ChangeKind.RESUMED, new, old.spot, new.spot or old.spot)
    if old.spot is None or new.spot.within(old.spot):
        same = old.spot is not None and old.spot.within(new.spot)
        return None if same else _change(ChangeKind.FOUND, new, old.spot, new.spot)
    if old.spot.within(new.spot):
        return _change(ChangeKind.DISPLACED, new, old.spot, new.spot)
    here = (old.spot.device, old.spot.port) == (new.spot.device, new.spot.port)
    kind = ChangeKind.SWAPPED if here else ChangeKind.MOVED
    return _change(kind, new, old.spot, new.spot)


def _change(kind: ChangeKind, place: Place, before: Spot | None, after: Spot | None) -> Change:
    return Change(
        kind=kind,
        source=place.source,
        line=place.line,
        subscriber=place.subscriber,
        before=before,
        after=after,
        evidence=place.witnesses if after else (),
    )


def _sift(
    proposed: list[Change],
    before: Mapping[LineKey, Place],
    new: Mapping[LineKey, Place],
    answers: Mapping[str, str],
) -> tuple[list[Change], list[Question]]:
    """Part what is taken from what is asked."""
    taken: list[Change] = []
    asked: list[Question] = []
    by_kind: dict[tuple[ChangeKind, str], list[Change]] = defaultdict(list)
    of_source: dict[str, int] = defaultdict(int)
    for place in before.values():
        of_source[place.source] += 1
    for change in proposed:
        by_kind[change.kind, change.source].append(change)
    for (kind, source), changes in sorted(by_kind.items()):
        sure, unsure = changes, []
        if kind in (ChangeKind.SWAPPED, ChangeKind.MOVED):
            doubts = [not UNSAFE.isdisjoint(new[one.source, one.line].doubts) for one in changes]
            unsure = list(compress(changes, doubts))
            sure = list(compress(changes, map(not_, doubts)))
        if len(sure) > _most(kind, of_source[source]):
            unsure, sure = changes, []
        taken += sure
        for group in _groups(unsure):
            question = _ask(kind, source, group, of_source[source])
            if answers.get(question.id) == YES:
                taken += [replace(one, question=question.id) for one in group]
            elif answers.get(question.id) != NO:
                asked.append(question)
    return taken, asked


def _most(kind: ChangeKind, lines: int) -> float:
    """Return how many changes of a kind are taken without a person, of ``lines`` known before."""
    match kind:
        case ChangeKind.NEW:
            return max(MOST_NEW * lines, FEW) if lines else float("inf")
        case ChangeKind.GONE:
            return max(MOST_GONE * lines, min(FEW, max(1, FEW_GONE * lines)))
        case ChangeKind.SUSPENDED:
            return max(MOST_SUSPENDED * lines, FEW)
        case ChangeKind.SWAPPED | ChangeKind.MOVED:
            return max(MOST_CHANGED * lines, FEW)
        case ChangeKind.FOUND | ChangeKind.DISPLACED | ChangeKind.RESUMED:
            return float("inf")


def _groups(changes: list[Change]) -> list[list[Change]]:
    """Put together what has one reason: the same way from port to port; the rest is one group."""
    ways: dict[tuple[str, ...], list[Change]] = defaultdict(list)
    for one in changes:
        gone = one.kind in (ChangeKind.GONE, ChangeKind.NEW, ChangeKind.SUSPENDED)
        ways[() if gone else (*_port(one.before), *_port(one.after))].append(one)
    large = [group for _, group in sorted(ways.items()) if len(group) >= FEW]
    rest = [one for _, group in sorted(ways.items()) if len(group) < FEW for one in group]
    return [*large, *([rest] if rest else [])]


def _port(spot: Spot | None) -> tuple[str, str]:
    return (spot.device, spot.port) if spot else ("", "")


def _ask(kind: ChangeKind, source: str, group: list[Change], known: int) -> Question:
    lines = sorted(f"{one.source}/{one.line}" for one in group)
    ways = {(*_port(one.before), *_port(one.after)) for one in group}
    way = ""
    if len(ways) == 1 and kind in (ChangeKind.SWAPPED, ChangeKind.MOVED):
        a, b, c, d = ways.pop()
        way = f" from {a} {b} to {c} {d}"
    said = {
        ChangeKind.GONE: f"{len(group)} of {known} lines of {source} are gone. Forget them?",
        ChangeKind.SUSPENDED: f"{len(group)} of {known} lines of {source} are suspended all at "
        "once. Tell them nothing until they are served again?",
        ChangeKind.NEW: f"{source} has {len(group)} new lines, {known} were known. Take them?",
        ChangeKind.MOVED: f"{len(group)} lines of {source} seem to have moved{way}. Take it?",
        ChangeKind.SWAPPED: f"{len(group)} lines of {source} have another ONU{way}. Take it?",
    }
    whole = [f"{one.source}/{one.line}>{one.after}" for one in group]
    return Question(
        id=f"{kind}|{source}|{digest(whole)}",
        owner=Owner.NETWORK if kind in (ChangeKind.SWAPPED, ChangeKind.MOVED) else Owner.OFFICE,
        text=said.get(kind, f"{kind}: {len(group)} lines of {source}. Take it?"),
        lines=len(group),
        answers=(YES, NO),
        examples=tuple(lines[:MOST_EXAMPLES]),
    )


def _in_force(
    before: Mapping[LineKey, Place],
    new: Mapping[LineKey, Place],
    held: set[LineKey],
    read: frozenset[str],
) -> list[Place]:
    places = [place for key, place in new.items() if key not in held]
    for key, place in before.items():
        away = key not in new and place.source not in read
        if key in held or away:
            doubts = place.doubts if away else tuple(sorted({*place.doubts, Doubt.KEPT}))
            served = key in new and not new[key].suspended
            places.append(replace(place, doubts=doubts, suspended=place.suspended and not served))
    return places


def _without_squatters(
    places: list[Place], before: Mapping[LineKey, Place]
) -> tuple[list[Place], list[Change]]:
    """Let lines that only stayed where they were yield to those who are seen there."""
    owners: dict[Spot, list[Place]] = defaultdict(list)
    for place in places:
        if place.spot is not None and place.spot.serial and not _lingers(place):
            owners[place.spot].append(place)
    left: list[Place] = []
    changes: list[Change] = []
    for place in places:
        spot = place.spot
        squats = (
            spot is not None
            and _lingers(place)
            and any(
                one.subscriber != place.subscriber and one.home != place.home
                for one in owners.get(spot, ())
            )
        )
        if not squats or spot is None:
            left.append(place)
            continue
        moved = replace(
            place,
            spot=spot.port_alone,
            doubts=tuple(sorted({*place.doubts, Doubt.CONTESTED, Doubt.PORT_ONLY})),
        )
        left.append(moved)
        if place.key in before:
            changes.append(_change(ChangeKind.DISPLACED, place, spot, spot.port_alone))
    return left, changes


def _lingers(place: Place) -> bool:
    """Say whether a line is where it is only because it was there before."""
    return Doubt.KEPT in place.doubts or place.suspended


def _order(change: Change) -> tuple[str, str, str]:
    return (change.kind, change.source, change.line)
