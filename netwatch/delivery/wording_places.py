"""Where it is out: names of areas as their people say them, few enough to be read."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from netwatch.delivery.wording_values import harmless
from netwatch.model.names import AreaId
from netwatch.model.network import Network

MOST_NAMED: Final = 3
"""More are counted, unless there is just one more: "and 1 more place" is longer than its name."""
DEEPEST: Final = 16


def named(
    areas: Sequence[AreaId], network: Network, language: str, longest: int
) -> tuple[str, list[str], int]:
    """Choose which names to give.

    Up to three areas are named, and a fourth rather than "and 1 more place". Of more, the area
    that they lie in is named: alone when it is out as a whole, else with the first of them.

    Returns:
        The name of the area they all lie in (or an empty text), the names to list, and how many
        more there are.
    """
    known = [area for area in dict.fromkeys(areas) if area in network.areas]
    names = [harmless(network.areas[area].name.in_language(language), longest) for area in known]
    if len(names) <= MOST_NAMED:
        return "", names, 0
    around = common(known, network)
    listed = names if len(names) == MOST_NAMED + 1 else names[:MOST_NAMED]
    more = len(names) - len(listed)
    if around is None:
        return "", listed, more
    parent = harmless(network.areas[around].name.in_language(language), longest)
    if around in known or covers(known, around, network):
        return "", [parent], 0
    return parent, listed, more


def names_in(areas: Sequence[AreaId], network: Network, language: str) -> list[str]:
    """Return the names as after "in", with that word; none unless each area has it."""
    known = [area for area in dict.fromkeys(areas) if area in network.areas]
    found = [dict(network.areas[area].name.inside).get(language, "") for area in known]
    names = [harmless(name) for name in found]
    return names if len(names) <= MOST_NAMED and all(names) else []


def common(areas: Sequence[AreaId], network: Network) -> AreaId | None:
    """Return the smallest area that all of these lie in, themselves included."""
    first, *others = (list(upwards(area, network)) for area in areas)
    shared = set(first).intersection(*others)
    return next((area for area in first if area in shared), None)


def covers(areas: Collection[AreaId], around: AreaId, network: Network) -> bool:
    """Say whether ``areas`` are all that lies in ``around``."""
    parents = {area.within for area in network.areas.values()}
    given = set(areas)
    return all(
        not given.isdisjoint(upwards(area, network))
        for area in network.areas
        if area not in parents and around in upwards(area, network)
    )


def upwards(area: AreaId, network: Network) -> Iterator[AreaId]:
    """Yield the area, the one it lies in, and so on."""
    here: AreaId | None = area
    for _ in range(DEEPEST):
        if here is None or here not in network.areas:
            return
        yield here
        here = network.areas[here].within
