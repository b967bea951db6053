"""A network's subscribers -> its streets, each cut into cells in which enough people live.

A cell is a run of house numbers on one side of a street (on both, where one side has too few
homes), cut once for the inventory in force whoever is out, and never with fewer than ``FEWEST``
subscribers. Homes of streets too small for a cell are told with the rest of their town.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from netwatch.model.gazetteer import FEWEST, Key, gazetteer
from netwatch.model.homes import Home
from netwatch.model.names import AreaId, SubscriberId
from netwatch.model.network import DeviceKind, Network, Subscriber
from netwatch.model.spelling import house_key

NO_CELL: Final = -1
"""Of a home whose street has too few homes, or which has no number on a street of numbers."""
BOTH: Final = -1
LONGEST_NAME: Final = 120
HOMES: Final = frozenset({DeviceKind.ONU, DeviceKind.CPE})
_HOUSE: Final = re.compile(r"([0-9]{1,9})([a-z]*)")

Number = tuple[int, str]
"""A house number and its letter."""


@dataclass(frozen=True, slots=True)
class Cell:
    """So many homes that are told of together."""

    numbers: tuple[Number, ...]
    """In order; empty: homes of the street without a number, or all of it."""
    side: int
    """0 even, 1 odd, ``BOTH``."""
    people: int
    drawn: bool
    """All of them live in areas that the operator drew."""


@dataclass(frozen=True, slots=True)
class Street:
    """A street, and the cells it is cut into; none: too few live there."""

    key: Key
    name: str
    cells: tuple[Cell, ...]
    dark: frozenset[int]
    """Cells of whose people nobody knows what they hang on: told with the rest of the street."""
    grid: str
    """Changes with the cut."""


@dataclass(frozen=True, slots=True)
class StreetMap:
    """All streets of a network, and who lives where."""

    streets: tuple[Street, ...]
    towns: Mapping[str, str]
    """Their names, by key."""
    streets_in: Mapping[str, int]
    """How many streets of a town have cells."""
    spots: Mapping[SubscriberId, tuple[int, int]]
    """Street and cell of everybody whose address is known."""
    rest: Mapping[str, tuple[int, bool]]
    """By town: how many live outside all cells, and whether all of them in drawn areas."""
    unplaced: Mapping[int, Mapping[int, int]]
    """By street and cell: subscribers of whom it is not known what they hang on."""
    by_area: Counter[AreaId]
    """The same of those whose address is not known either, by area."""
    upper: bool
    """The operator writes 12A, not 12a."""


class Streets:
    """The streets of a network, cut when they are first asked for: a start does not wait."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._map: StreetMap | None = None

    def map(self) -> StreetMap:
        """Return the map; whichever thread asks first makes it."""
        if self._map is None:
            self._map = street_map(self._network)
        return self._map


def street_map(network: Network) -> StreetMap:
    """Cut the streets of a network into cells. Takes some 10 us a subscriber."""
    homes = {
        one.id: home
        for one in network.subscribers.values()
        if (home := one.lives).street or (home.town and home.house)
    }
    known = gazetteer(homes.values())
    lodgers: dict[Key, list[SubscriberId]] = defaultdict(list)
    for one, home in homes.items():
        lodgers[known.key_of(home)].append(one)
    draft = _Draft(network, homes)
    streets = tuple(
        draft.street(number, key, known.names[key][:LONGEST_NAME], people)
        for number, (key, people) in enumerate(sorted(lodgers.items()))
    )
    letters = Counter(
        letter.isupper()
        for home in homes.values()
        if (letter := home.house[-1:]).isalpha() and home.house[:1].isdigit()
    )
    return StreetMap(
        streets=streets,
        towns={key: name[:LONGEST_NAME] for key, name in known.towns.items()},
        streets_in=Counter(street.key[0] for street in streets if street.cells),
        spots=draft.spots,
        rest=draft.rest,
        unplaced=draft.unplaced,
        by_area=Counter(
            one.area
            for one in network.subscribers.values()
            if one.device is None and one.area is not None and one.id not in homes
        ),
        upper=letters[True] > letters[False],
    )


class _Draft:
    """Streets as they are cut."""

    def __init__(self, network: Network, homes: Mapping[SubscriberId, Home]) -> None:
        self.network, self.homes = network, homes
        self._first: dict[str, SubscriberId] = {}
        for one in network.subscribers.values():
            self._first.setdefault(one.person, one.id)
        self.spots: dict[SubscriberId, tuple[int, int]] = {}
        self.rest: dict[str, tuple[int, bool]] = {}
        self.unplaced: dict[int, Counter[int]] = defaultdict(Counter)

    def street(self, index: int, key: Key, name: str, people: Sequence[SubscriberId]) -> Street:
        """Cut one street."""
        doors: dict[Number | None, list[SubscriberId]] = defaultdict(list)
        for one in people:
            doors[_number(self.homes[one])].append(one)
        counts = {door: self._households(living) for door, living in doors.items()}
        lines = {door: self._line(living) for door, living in doors.items()}
        cells: list[Cell] = []
        cell_of: dict[Number | None, int] = {}
        for side, numbers in cut(counts, lines):
            living = [one for number in numbers for one in doors[number]]
            cell_of.update(dict.fromkeys(numbers, len(cells)))
            whole = len(numbers) == len(counts) or None in numbers
            cells.append(
                Cell(
                    numbers=() if whole else tuple(n for n in numbers if n is not None),
                    side=side,
                    people=sum(counts[number] for number in numbers),
                    drawn=self._drawn(living),
                )
            )
        placed: set[int] = set()
        outside = []
        for door, living in doors.items():
            cell = cell_of.get(door, NO_CELL)
            for one in living:
                self.spots[one] = (index, cell)
                if self.network.subscribers[one].device is None:
                    self.unplaced[index][cell] += 1
                else:
                    placed.add(cell)
            outside += living if cell == NO_CELL else []
        self._leave(key[0], outside)
        dark = frozenset(range(len(cells))) - placed
        grid = sha256(repr([cell.numbers for cell in cells]).encode()).hexdigest()
        return Street(key, name, tuple(cells), dark, grid[:8])

    def _leave(self, town: str, outside: Sequence[SubscriberId]) -> None:
        if outside:
            people, drawn = self.rest.get(town, (0, True))
            people += self._households(outside)
            self.rest[town] = (people, drawn and self._drawn(outside))

    def _households(self, people: Iterable[SubscriberId]) -> int:
        """Count people; several lines of one customer are one."""
        known = self.network.subscribers
        return sum(
            one.rpartition(".")[0] not in known and self._first[known[one].person] == one
            for one in people
        )

    def _line(self, people: Iterable[SubscriberId]) -> str:
        """Return what most of these hang on: an OLT's port, a switch; empty: nobody knows."""
        known = self.network
        hung = Counter(
            f"{device.via} {device.port}" if device.via else device.id
            for one in people
            if (at := known.subscribers[one].device) is not None
            and (device := known.devices.get(at)) is not None
            and (device.via is not None or device.kind not in HOMES)
        )
        return min(hung, key=lambda line: (-hung[line], line), default="")

    def _drawn(self, people: Iterable[SubscriberId]) -> bool:
        return all(self._in_drawn_area(self.network.subscribers[one]) for one in people)

    def _in_drawn_area(self, one: Subscriber) -> bool:
        area = self.network.areas.get(one.area) if one.area else None
        return area is not None and not area.derived


def cut(
    counts: Mapping[Number | None, int], lines: Mapping[Number | None, str] | None = None
) -> list[tuple[int, tuple[Number | None, ...]]]:
    """Cut a street's numbers into cells of at least ``FEWEST`` people.

    Where it can, a cell ends where the line ends that serves it: so an outage of that line fills
    its cells.

    Args:
        counts: how many live at each number; None: without a number.
        lines: what they hang on, by number; empty: nobody knows.

    Returns:
        Side and numbers of each cell. None where too few live in the whole street; where too few
        have a number, one cell of all. Those without a number are a cell of their own, or in none.
    """
    numbers = sorted(number for number in counts if number is not None)
    numbered = sum(counts[number] for number in numbers)
    without = counts.get(None, 0)
    if numbered < FEWEST:
        everybody = (*numbers, *([None] if None in counts else []))
        return [(BOTH, everybody)] if numbered + without >= FEWEST else []
    odd = [number for number in numbers if number[0] % 2]
    even = [number for number in numbers if not number[0] % 2]
    sides = [(0, even), (1, odd)]
    if any(sum(counts[number] for number in side) < FEWEST for _, side in sides):
        sides = [(BOTH, numbers)]
    cells: list[tuple[int, tuple[Number | None, ...]]] = []
    for side, doors in sides:
        cells += [(side, tuple(piece)) for piece in _pieces(doors, counts, lines or {})]
    if without >= FEWEST:
        cells.append((BOTH, (None,)))
    return cells


def _pieces(
    numbers: Sequence[Number],
    counts: Mapping[Number | None, int],
    lines: Mapping[Number | None, str],
) -> list[list[Number]]:
    pieces: list[list[Number]] = []
    left = _left(numbers, counts, lines)
    people = FEWEST
    for number in numbers:
        if not pieces or (people >= FEWEST and not 0 < left[number] < FEWEST):
            pieces.append([])
            people = 0
        pieces[-1].append(number)
        people += counts[number]
    if people < FEWEST and len(pieces) > 1:
        rest = pieces.pop()
        pieces[-1] += rest
    return pieces


def _left(
    numbers: Sequence[Number],
    counts: Mapping[Number | None, int],
    lines: Mapping[Number | None, str],
) -> dict[Number, int]:
    """Return how many, from each number on, hang on the line that served the number before.

    A number whose line nobody knows hangs on its neighbour's.
    """
    run: list[Number] = []
    line = ""
    left: dict[Number, int] = {}
    for number in [*numbers, None]:
        here = lines.get(number, "") or line
        if number is None or (line and here != line):
            people = 0
            for one in reversed(run):
                people += counts[one]
                left[one] = people
            if run:
                left[run[0]] = 0
            run = []
        line = here
        if number is not None:
            run.append(number)
    return left


def _number(home: Home) -> Number | None:
    found = _HOUSE.fullmatch(house_key(home.house))
    return (int(found[1]), found[2]) if found else None
