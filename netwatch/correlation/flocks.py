"""What keeps falling and rising together, on one card or at one site -> one that flaps."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from netwatch.correlation.court import Court, Guess
from netwatch.correlation.fallen_cards import AT_ONCE_S, MOST_NAMES, NEARLY
from netwatch.correlation.flapping import Swings, Unstable
from netwatch.correlation.likeness import NOTHING, Named
from netwatch.correlation.sites import LEAST
from netwatch.correlation.topology import UNIT
from netwatch.model.evidence import Rival
from netwatch.model.facts import Cause
from netwatch.model.names import ElementName

LOOKED_AT: Final = 256
"""Where more than this flaps nothing is in step."""
OUT_OF_STEP: Final = 1
"""By so many falls may what falls together differ: one answer is lost, or comes late."""

_Member = tuple[int, Unstable]
_Holder = tuple[bool, int]
"""Whether it is a card and no site, and which."""


def flocks(
    court: Court, swings: Swings, unstable: Sequence[Unstable]
) -> list[tuple[Unstable, Named | None]]:
    """Fold what flaps in step with nearly all else of its card or site.

    Returns:
        All that flaps, what was folded with its name.
    """
    if not LEAST <= len(unstable) <= LOOKED_AT:
        return [(one, None) for one in unstable]
    held: dict[_Holder, list[_Member]] = defaultdict(list)
    for one in unstable:
        for holder, member in _holders(court, one.node):
            held[holder].append((member, one))
    found: list[tuple[Unstable, Named | None]] = []
    taken: set[int] = set()
    for holder in sorted(held, key=lambda holder: (-len(held[holder]), holder)):
        mine = _in_step([(n, one) for n, one in held[holder] if one.node not in taken])
        if len(mine) < LEAST:
            continue
        still = _still(court, swings, holder, mine)
        if len(mine) * NEARLY[1] >= (len(mine) + still) * NEARLY[0]:
            taken.update(one.node for one in mine.values())
            found.append(_flock(court, holder, mine, whole=not still))
    return [*((one, None) for one in unstable if one.node not in taken), *found]


def _holders(court: Court, node: int) -> Iterator[tuple[_Holder, int]]:
    """Yield the cards and the site that an element is of, with the port or device that it is."""
    if node in court.sites.at:
        place, device = court.sites.at[node]
        yield (False, place), device
    for above in (node, *court.index.above(node)):
        for place in court.cards.of.get(above, ()):
            yield (True, place), above
        if above in court.cards.of or (above != node and above in court.index.kinds):
            return


def _in_step(mine: Sequence[_Member]) -> dict[int, Unstable]:
    """Return those that fell last when most did, and as often."""
    ordered = sorted(mine, key=lambda member: member[1].last_fall)
    if not ordered:
        return {}
    middle = ordered[len(ordered) // 2][1]
    return {
        n: one
        for n, one in mine
        if abs(one.last_fall - middle.last_fall) <= AT_ONCE_S
        and abs(one.falls - middle.falls) <= OUT_OF_STEP
    }


def _still(court: Court, swings: Swings, holder: _Holder, mine: Mapping[int, Unstable]) -> int:
    """Count what works on a card or at a site and stands still meanwhile."""
    card, place = holder
    members = court.cards.every[place].members if card else court.sites.every[place].devices
    first, end, run = court.evidence.layout.first, court.index.last, court.evidence.run
    last = max((one.last_fall for one in mine.values()), default=0)
    still = 0
    for node in members:
        falls = swings.falls.get(node)
        in_step = falls is not None and len(falls) >= LEAST and last - falls[-1] <= AT_ONCE_S
        if not in_step and not any(n <= node < end[n] for n in mine):
            still += bool((run[first[node] : first[end[node]]] > 0).any())
    return still


def _flock(
    court: Court, holder: _Holder, mine: Mapping[int, Unstable], *, whole: bool
) -> tuple[Unstable, Named]:
    """Name what flaps together as what lies dark together is named."""
    card, place = holder
    nodes = tuple(sorted(mine))
    chosen: tuple[ElementName, ...] = tuple(court.index.names[n] for n in nodes)
    if card and len(nodes) > MOST_NAMES:
        chosen = (court.cards.every[place].element,)
    gain = sum(one.gain - court.index.prior[one.node] for one in mine.values())
    one = replace(
        max(mine.values(), key=lambda one: (one.last_fall, -one.node)),
        since=min(one.since for one in mine.values()),
        falls=max(one.falls for one in mine.values()),
        gain=int(gain) + round(court.rules.risk_prior * UNIT),
        alike=(),
    )
    guess = Guess(tuple(map(court.atom, nodes)), one.since, one.gain, nodes)
    rival = Rival(root_cause=(NOTHING,), log_odds=-one.gain / UNIT)
    mains = not card and court.sites.every[place].mains
    of_site = (Cause.POWER_SITE if whole else Cause.UNKNOWN) if mains else None
    return one, Named(guess, chosen, (), rival, cause=Cause.CARD if card else of_site)
