"""Homes -> streets: one of many spellings, slips of the pen put right, shown as it is usual."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from netwatch.model.homes import Home
from netwatch.model.spelling import Nearby, house_key, street_key

FEWEST: Final = 5
"""k-anonymity: nothing is said of a place where fewer subscribers live."""
LEAST_NAME: Final = 5
RARE: Final = 0.1
"""A street with at most this share of the homes of one a slip away is taken for a slip."""

Key = tuple[str, str]
"""Town and street, as ``street_key`` writes them."""


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
