"""Who is without service -> where, as people say it: streets and ranges of house numbers.

What is said depends on nothing but which cells are hit (see ``street_map``), and in each cell at
least ``FEWEST`` subscribers live. So whatever lists are held against each other, of one outage as
it shrinks or of two outages, they tell of a cell as a whole, never of one home.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from netwatch.model.gazetteer import FEWEST
from netwatch.model.names import AreaId, SubscriberId
from netwatch.model.spelling import street_key
from netwatch.model.street_map import NO_CELL, Number, Street, StreetMap

MOST_STRETCHES: Final = 60
"""More streets than this are counted, not named."""
MOST_SPANS: Final = 4
"""A street with more ranges than this goes by its name alone."""
FEW_STREETS: Final = 3
"""A town of so few streets is told by its streets even where all of it is out."""
RUN: Final = 3
"""So many numbers in a row make a range worth its dash."""
COARSE: Final = "*"
"""Of a street that was cut anew while an incident lasted: no numbers of it are said any more."""
SIDES: Final = ("even", "odd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """House numbers from ``first`` to ``last``, on one side of the street or on both."""

    first: str
    last: str
    side: str = ""
    """``odd``, ``even``; empty: all numbers between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A town, a street of it, numbers of that street; what is empty means all of it."""

    town: str = ""
    street: str = ""
    spans: tuple[Span, ...] = ()
    rest: bool = False
    """Not all of the town: those of its streets in which too few live for them to be named."""
    drawn: bool = False
    """All who live there live in areas that the operator drew; these say it better."""
    grid: str = ""
    """By which cut of the street this was said; ``COARSE`` where it changed meanwhile."""

    @property
    def key(self) -> str:
        """Return what the street is known by, in whatever spelling."""
        return _key(self.town, self.street)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where it is out, the most people first."""

    stretches: tuple[Stretch, ...] = ()
    others: int = 0
    """How many stretches more there are."""
    possibly: int = 0
    """Subscribers on these streets of whom it is not known what they hang on."""


NOWHERE: Final = Where()


def whereabouts(
    known: StreetMap,
    people: Iterable[SubscriberId],
    areas: Iterable[AreaId] = (),
    before: Mapping[str, str] | None = None,
) -> Where:
    """Say where these people live.

    Args:
        known: the streets.
        people: those without service.
        areas: theirs; who is placed by such an area alone may be without service too.
        before: by which cut each street was said in the same incident, by ``Stretch.key``.
    """
    hits: dict[int, set[int]] = defaultdict(set)
    for street, cell in {known.spots[one] for one in people if one in known.spots}:
        hits[street].add(cell)
    said: dict[str, list[tuple[int, Stretch]]] = defaultdict(list)
    rest: set[str] = set()
    possibly = sum(known.by_area[area] for area in set(areas))
    for number, cells in hits.items():
        here = known.streets[number]
        unplaced = known.unplaced.get(number, {})
        if NO_CELL in cells:  # whatever else is out in their street, or it would tell them apart
            rest.add(here.key[0])
        if cells == {NO_CELL}:
            possibly += unplaced.get(NO_CELL, 0)
            continue
        told = cells.union(here.dark) - {NO_CELL}
        possibly += sum(unplaced.get(cell, 0) for cell in (*told, NO_CELL))
        weight = sum(here.cells[cell].people for cell in told)
        said[here.key[0]].append((weight, _stretch(known, here, told, before or {})))
    ranked: list[tuple[int, Stretch]] = []
    for town in {*said, *rest}:
        ranked += _town(known, town, said[town], rest=town in rest)
    ranked.sort(key=lambda one: (-one[0], one[1].town, one[1].street))
    return Where(
        stretches=tuple(stretch for _, stretch in ranked[:MOST_STRETCHES]),
        others=max(0, len(ranked) - MOST_STRETCHES),
        possibly=possibly,
    )


def _stretch(known: StreetMap, here: Street, told: set[int], before: Mapping[str, str]) -> Stretch:
    town = known.towns[here.key[0]]
    coarse = bool(before) and before.get(_key(town, here.name), here.grid) != here.grid
    numbered = all(here.cells[cell].numbers for cell in told)
    whole = coarse or not numbered or len(told) == len(here.cells)
    spans = () if whole else _spans(here, told, upper=known.upper)
    return Stretch(
        town=town,
        street=here.name,
        spans=spans if len(spans) <= MOST_SPANS else (),
        drawn=all(here.cells[cell].drawn for cell in told),
        grid=COARSE if coarse else here.grid,
    )


def _key(town: str, street: str) -> str:
    return f"{street_key(town)}|{street_key(street)}"


def _town(
    known: StreetMap, town: str, found: list[tuple[int, Stretch]], *, rest: bool
) -> list[tuple[int, Stretch]]:
    """Return what is said of a town: its streets, and all of it in one word where all is out."""
    others, drawn = known.rest.get(town, (0, True))
    rest = rest and others >= FEWEST
    streets = known.streets_in[town]
    whole = len(found) == streets > FEW_STREETS and not any(one.spans for _, one in found)
    if town and whole and (rest or others < FEWEST):
        drawn = drawn and all(one.drawn for _, one in found)
        people = sum(weight for weight, _ in found)
        return [(people, Stretch(town=known.towns[town], drawn=drawn))]
    if rest:
        return [*found, (others, Stretch(town=known.towns[town], rest=True, drawn=drawn))]
    return found


def _spans(street: Street, told: set[int], *, upper: bool) -> tuple[Span, ...]:
    """Return the numbers of these cells as ranges; a side of the street only where it matters."""
    unhit = sorted(
        number
        for index, cell in enumerate(street.cells)
        if index not in told
        for number in cell.numbers
    )
    joined: list[tuple[list[Number], int]] = []
    for run, side in sorted(_runs(street, told)):
        if joined:
            last, _ = joined[-1]
            both = sorted([*last, *run])
            if _clear(unhit, both[0], both[-1]):
                joined[-1] = (both, -1)
                continue
        joined.append((run, side))
    return tuple(
        span
        for run, side in joined
        for span in _said(run, "" if _clear(unhit, run[0], run[-1]) else SIDES[side], upper)
    )


def _runs(street: Street, told: set[int]) -> Iterable[tuple[list[Number], int]]:
    """Yield the numbers of cells that follow one another on their side."""
    run: list[Number] = []
    side = -1
    for index, cell in enumerate(street.cells):
        if run and (index not in told or cell.side != side):
            yield run, side
            run = []
        if index in told:
            run, side = [*run, *cell.numbers], cell.side
    if run:
        yield run, side


def _clear(unhit: list[Number], first: Number, last: Number) -> bool:
    """Say whether nobody between these numbers has service."""
    at = bisect_left(unhit, first)
    return at == len(unhit) or unhit[at] > last


def _said(run: list[Number], side: str, upper: bool) -> list[Span]:
    texts = [f"{number}{letter.upper() if upper else letter}" for number, letter in run]
    if len(run) < RUN:
        return [Span(first=text, last=text) for text in texts]
    return [Span(first=texts[0], last=texts[-1], side=side)]
