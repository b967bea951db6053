"""Homes -> words that people know them by: an estate, a street, a range of house numbers.

Nobody is pointed at: a name is used only where enough homes go by it, else the wider name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.inventory.places.place import Home
from netwatch.inventory.places.spelling import Nearby, house_key, street_key

FEWEST_HOMES: Final = 5
"""k-anonymity: no words for fewer homes than this."""
LEAST_NAME: Final = 5
RARE: Final = 0.1
"""A street with at most this share of the homes of one a slip away is taken for a slip."""
RUN: Final = 3
"""So many numbers in a row make a range worth its dash."""
_HOUSE: Final = re.compile(r"([0-9]+)([a-z]*)")

Key = tuple[str, str]
"""Town and street, as ``street_key`` writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """A town, a street of it, numbers of that street; what is empty means all of it."""

    town: str
    street: str = ""
    numbers: str = ""
    homes: int
    """How many homes affected these words stand for."""

    def words(self) -> str:
        """Return the words: ``Polna 1-19, 21``."""
        return f"{self.street} {self.numbers}".strip() or self.town


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Every home, by street and number; slips of the pen already put right."""

    homes: Mapping[Key, Counter[str]]
    names: Mapping[Key, str]
    towns: Mapping[str, str]
    slips: Mapping[Key, Key]

    def key_of(self, home: Home) -> Key:
        """Return the street of a home, a slip in its name put right."""
        key = (street_key(home.town), street_key(home.street))
        return self.slips.get(key, key)

    def homes_in(self, town: str) -> int:
        """Return how many homes a town has."""
        return sum(one.total() for key, one in self.homes.items() if key[0] == town)


def gazetteer(everyone: Iterable[Home]) -> Gazetteer:
    """Learn all streets; a rare name one slip away from a common one of the town is that one."""
    written: dict[Key, Counter[str]] = defaultdict(Counter)
    towns: dict[str, Counter[str]] = defaultdict(Counter)
    numbers: dict[Key, Counter[str]] = defaultdict(Counter)
    for home in everyone:
        key = (street_key(home.town), street_key(home.street))
        written[key][home.street.strip()] += 1
        towns[key[0]][home.town.strip()] += 1
        numbers[key][house_key(home.house)] += 1
    slips = _slips({key: one.total() for key, one in written.items()})
    homes: dict[Key, Counter[str]] = defaultdict(Counter)
    names: dict[Key, Counter[str]] = defaultdict(Counter)
    for key, count in numbers.items():
        homes[slips.get(key, key)].update(count)
        names[slips.get(key, key)].update(written[key])
    return Gazetteer(
        homes=homes,
        names={key: _usual(count) for key, count in names.items()},
        towns={key: _usual(count) for key, count in towns.items()},
        slips=slips,
    )


def whereabouts(affected: Iterable[Home], everyone: Gazetteer) -> tuple[Whereabouts, ...]:
    """Name the places of those affected, the largest first.

    A whole street goes by its name; a part of it by its numbers, if at least ``FEWEST_HOMES`` homes
    have these numbers; fewer go by the street, else by the town. Without a town that has so many
    there are no words at all.
    """
    hit: dict[Key, Counter[str]] = defaultdict(Counter)
    for home in affected:
        hit[everyone.key_of(home)][house_key(home.house)] += 1
    found: list[Whereabouts] = []
    by_town: Counter[str] = Counter()
    for (town, street), numbers in hit.items():
        here = _on_street((town, street), numbers, everyone) if street else None
        if here is None:
            by_town[town] += numbers.total()
        else:
            found.append(here)
    for town, homes in by_town.items():
        if town and everyone.homes_in(town) >= FEWEST_HOMES:
            found.append(Whereabouts(town=everyone.towns[town], homes=homes))
    return tuple(sorted(found, key=lambda one: (-one.homes, one.town, one.street)))


def _on_street(key: Key, numbers: Counter[str], everyone: Gazetteer) -> Whereabouts | None:
    known = everyone.homes.get(key, Counter())
    if known.total() < FEWEST_HOMES:
        return None
    named = {number for number in numbers if number in known and _HOUSE.fullmatch(number)}
    covered = sum(known[number] for number in named)
    whole = all(number in numbers for number in known)
    part = not whole and len(named) == len(numbers) and covered >= FEWEST_HOMES
    return Whereabouts(
        town=everyone.towns.get(key[0], ""),
        street=everyone.names[key],
        numbers=in_words(named, known) if part else "",
        homes=numbers.total(),
    )


def in_words(numbers: Iterable[str], known: Iterable[str] = ()) -> str:
    """Return house numbers as ranges: ``1-19, 21``, ``2-18`` for one side of the street.

    A range joins numbers between which no other number is ``known``: 1, 3 and 5 are ``1-5`` if
    nobody lives at 2 or 4 or if these are meant too. With an even number known and not meant,
    the range of odd ones is told apart as ``1-5 (odd)``.
    """
    meant = {_parts(number) for number in numbers if _HOUSE.fullmatch(number)}
    others = {_parts(number) for number in known if _HOUSE.fullmatch(number)} - meant
    runs: list[str] = []
    left = sorted(meant)
    while left:
        run, side = _longest(left, others)
        runs.append(_written(run, side))
        left = [one for one in left if one not in run]
    return ", ".join(runs)


def _longest(
    left: Sequence[tuple[int, str]], others: set[tuple[int, str]]
) -> tuple[list[tuple[int, str]], str]:
    """Return the longest run from the first number on, and the side of the street it keeps to."""
    first = left[0]
    plain = _run(left, others)
    side = "odd" if first[0] % 2 else "even"
    own = [one for one in left if one[0] % 2 == first[0] % 2]
    aside = _run(own, {one for one in others if one[0] % 2 == first[0] % 2})
    return (aside, side) if len(aside) >= RUN and len(aside) > len(plain) else (plain, "")


def _run(left: Sequence[tuple[int, str]], others: set[tuple[int, str]]) -> list[tuple[int, str]]:
    first = left[0]
    stop = min((one for one in others if one > first), default=None)
    return [one for one in left if stop is None or one < stop]


def _written(run: list[tuple[int, str]], side: str) -> str:
    first, last = (f"{number}{letter}" for number, letter in (run[0], run[-1]))
    if len(run) < RUN:
        return ", ".join(f"{number}{letter}" for number, letter in run)
    return f"{first}-{last} ({side})" if side else f"{first}-{last}"


def _parts(number: str) -> tuple[int, str]:
    found = _HOUSE.fullmatch(number)
    return (int(found[1][:9]), found[2]) if found else (0, "")


def _slips(homes: Mapping[Key, int]) -> dict[Key, Key]:
    by_town: dict[str, list[str]] = defaultdict(list)
    for town, street in homes:
        by_town[town].append(street)
    slips: dict[Key, Key] = {}
    for town, streets in by_town.items():
        near = Nearby(streets, LEAST_NAME)
        for street in streets:
            rare = homes[town, street]
            common = [one for one in near.around(street) if rare <= RARE * homes[town, one]]
            if len(common) == 1:
                slips[town, street] = (town, common[0])
    return slips


def _usual(count: Counter[str]) -> str:
    return min(count.items(), key=lambda one: (-one[1], one[0]))[0]
