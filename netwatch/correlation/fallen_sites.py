"""Gear of one place that falls at one moment -> one explanation: the place has lost its mains.

Two devices hardly ever die by themselves within a minute. What hangs on a dead device of the same
place is explained by that; where others of the place answer, a dead device is a dead device.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from netwatch.correlation.causes import weighed_cause
from netwatch.correlation.court import Court, Guess
from netwatch.correlation.evidence import Evidence, below
from netwatch.correlation.fallen_cards import AT_ONCE_S, NEARLY, heard_again, middle, on_cards
from netwatch.correlation.likeness import ALIKE, NOTHING, Named
from netwatch.correlation.sites import LEAST, Site
from netwatch.correlation.topology import UNIT
from netwatch.model.evidence import Rival
from netwatch.model.facts import Cause
from netwatch.model.names import ElementName

OWN: Final = frozenset({Cause.RADIO, Cause.PARTNER})
"""Causes that have nothing to do with where the gear stands."""


@dataclass(frozen=True, slots=True)
class _Fallen:
    """Devices of a site that fell at one moment, and the explanations that are about them."""

    site: Site
    devices: tuple[int, ...]
    guesses: tuple[Guess, ...]
    whole: bool
    """Whether nothing of it that needs mains answers."""


def at_sites(
    court: Court, guesses: Sequence[Guess], standing: Sequence[Collection[ElementName]] = ()
) -> tuple[list[Guess], list[Named]]:
    """Fold the explanations of gear that fell together with nearly all else of its site.

    What is left of a site stays one while an incident stands that blames these devices.

    Returns:
        The explanations that are about no site, and the sites.
    """
    about = _about(court, guesses)
    found = [
        fallen
        for place, mine in about.items()
        if (fallen := _fallen(court, court.sites.every[place], mine, standing)) is not None
    ]
    if not found:
        return list(guesses), []
    _, cards = on_cards(court, guesses, standing)
    found = [one for one in found if not any(_takes_more(court, card, one) for card in cards)]
    folded = {id(g) for one in found for g in one.guesses}
    rest = [g for g in guesses if id(g) not in folded]
    return rest, [_named(court, one, standing) for one in found]


def _about(court: Court, guesses: Iterable[Guess]) -> dict[int, dict[Guess, tuple[int, ...]]]:
    """Return the explanations about devices of one site, and these, where there are several."""
    about: dict[int, dict[Guess, tuple[int, ...]]] = defaultdict(dict)
    at = court.sites.at
    for guess in guesses if at else ():
        devices = _gear(court, guess)
        places = {at[d][0] if d in at else None for d in devices}
        place = places.pop() if len(places) == 1 else None
        risky = any(a.risk is not None for a in guess.atoms)
        if place is not None and not risky and court.given.isdisjoint(guess.nodes):
            about[place][guess] = devices
    return {place: mine for place, mine in about.items() if sum(map(len, mine.values())) > 1}


def _gear(court: Court, guess: Guess) -> tuple[int, ...]:
    """Return the devices that the elements of a guess are or lead to, or that several cut off."""
    at = court.sites.at
    if all(n in at for n in guess.nodes):
        return tuple(sorted({at[n][1] for n in guess.nodes}))
    return tuple(t for t in guess.tops if t in court.index.kinds) if len(guess.atoms) > 1 else ()


def _fallen(
    court: Court,
    site: Site,
    mine: Mapping[Guess, tuple[int, ...]],
    standing: Iterable[Collection[ElementName]],
) -> _Fallen | None:
    """Return what fell of a site at one moment, if that is nearly all or was so when it began."""
    blamed = _blamed(court, site, standing)
    dark = _together(court, chain(*mine.values()))
    if _nearly_all(court, site, dark):
        every = [
            g for g, own in mine.items() if dark.keys() >= set(own) and _as_well(court, g, own)
        ]
    else:
        every = [g for g, own in mine.items() if blamed.issuperset(own)]
    devices = tuple(sorted({d for g in every for d in mine[g]}))
    if len(devices) < LEAST:
        return None
    whole = not any(_alive(court, n) for n in site.devices if n not in blamed)
    return _Fallen(site, devices, tuple(every), whole)


def _together(court: Court, devices: Iterable[int]) -> dict[int, int]:
    """Return when those of the silent devices fell that fell at one moment: that of most."""
    silent = [d for d in devices if not _alive(court, d)]
    fell = {d: at for d in silent if (at := _fell(court.evidence, d)) is not None}
    moment = sorted(fell.values())[len(fell) // 2] if fell else 0
    return {d: at for d, at in fell.items() if abs(at - moment) <= AT_ONCE_S}


def _as_well(court: Court, guess: Guess, devices: Sequence[int]) -> bool:
    """Say whether dead devices explain as much as what was blamed, and neither rain nor partner."""
    told = court.weigh(devices, guess.since)[0]
    if told < court.weigh(guess.nodes, guess.since)[0] - ALIKE:
        return False
    return all(weighed_cause(court, court.atom(n), guess)[0] not in OWN for n in devices)


def _fell(e: Evidence, node: int) -> int | None:
    """Return when a device fell, with what hangs on it; None where nothing there is silent."""
    rows = below(e, [node])
    silent = rows[e.run[rows] < 0]
    return middle(e.fell[silent]) if len(silent) else None


def _alive(court: Court, node: int) -> bool:
    """Say whether a device answers; of what is not asked, whether most that hangs on it does."""
    e = court.evidence
    rows = below(e, [node])
    own = rows[e.pos[rows] == node]
    run = e.run[own if len(own) else rows]
    return node == 0 or int((run > 0).sum()) > int((run < 0).sum())


def _nearly_all(court: Court, site: Site, dark: Mapping[int, int]) -> bool:
    """Say whether these are nearly all of a site that worked until they fell.

    What has been silent ever since we look may have been so for years: that is no falling together.
    """
    e, end = court.evidence, court.index.last
    if len(dark) < LEAST or not all(e.ever[below(e, [d])].any() for d in dark):
        return False
    first, last, gone, alive = min(dark.values()), max(dark.values()), 0, 0
    for node in site.devices:
        if any(d <= node < end[d] for d in dark):
            gone += 1
        elif _alive(court, node):
            alive += 1
        elif (fell := _fell(e, node)) is not None:
            gone += first - AT_ONCE_S <= fell <= last + AT_ONCE_S
    few, many = NEARLY
    return gone * many >= (gone + alive) * few


def _blamed(
    court: Court, site: Site, standing: Iterable[Collection[ElementName]]
) -> frozenset[int]:
    """Return the devices of a site that incidents blame already, together with others of it."""
    every = {court.index.names[n]: n for n in site.devices}
    found = (names for names in standing if len(names) >= LEAST and every.keys() >= set(names))
    return frozenset(every[name] for names in found for name in names)


def _takes_more(court: Court, card: Named, fallen: _Fallen) -> bool:
    """Say whether a card explains these devices, and others besides; mains are lost more often."""
    at, nodes = court.sites.at, card.guess.nodes
    if not any(n in at and at[n][1] in fallen.devices for n in nodes):
        return False
    more = len(nodes) - len(fallen.devices)
    return more > 0 or (more == 0 and not fallen.site.mains)


def _named(court: Court, fallen: _Fallen, standing: Iterable[Collection[ElementName]]) -> Named:
    """Name a site by its devices: those that are dark, and those only just heard again."""
    names, nodes, e = court.index.names, fallen.devices, court.evidence
    since = min(g.since for g in fallen.guesses)
    told = sum(court.weigh(g.nodes, g.since)[0] for g in fallen.guesses)
    gain = told + round(court.rules.risk_prior * UNIT)
    blamed = _blamed(court, fallen.site, standing)
    held = {n for n in blamed if not heard_again(e, n)}
    chosen = tuple(names[n] for n in fallen.site.devices if n in nodes or n in held)
    guess = Guess(tuple(map(court.atom, nodes)), since, gain, tuple(court.tops(nodes)))
    rival = Rival(root_cause=(NOTHING,), log_odds=-gain / UNIT)
    return Named(guess, chosen, (), rival, cause=_cause(court, fallen, guess))


def _cause(court: Court, fallen: _Fallen, guess: Guess) -> Cause | None:
    """Say what took the gear of a site: its mains, unless something there answers.

    A battery makes a cable that all of them share as likely.
    """
    if not fallen.site.mains:
        return None
    causes = {weighed_cause(court, atom, guess)[0] for atom in guess.atoms}
    if Cause.POWER_SITE in causes:
        return Cause.POWER_SITE
    doubtful = not fallen.whole or (fallen.site.backed and _one_way(court, fallen))
    return Cause.UNKNOWN if doubtful else Cause.POWER_SITE


def _one_way(court: Court, fallen: _Fallen) -> bool:
    """Say whether all links of this gear lead to one other place."""
    near, last, at = court.index.near, court.index.last, court.sites.at
    links = {n for d in fallen.devices for n in near[d] if not d < n < last[d]}
    ends = {m for link in links for m in near[link]}.difference(fallen.site.devices)
    return len({at[m][0] if m in at else -1 - m for m in ends}) == 1
