"""Gear of one place that falls at one moment -> one explanation: the place has lost its mains.

Two devices hardly ever die by themselves within a minute. What hangs on a dead device of the same
place is explained by that; where others of the place answer, a dead device is a dead device.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.correlation.causes import weighed_cause
from netwatch.correlation.court import Court, Guess
from netwatch.correlation.fallen_cards import (
    AT_ONCE_S,
    NEARLY,
    heard_again,
    middle,
    nodes_called,
    on_cards,
)
from netwatch.correlation.likeness import ALIKE, NOTHING, Named
from netwatch.correlation.sites import LEAST, Site
from netwatch.correlation.topology import UNIT
from netwatch.model.evidence import Rival
from netwatch.model.facts import Cause
from netwatch.model.names import ElementName

LOOKED_AT: Final = 32
"""More sites newly in trouble at once are no diagnosis any more."""
OWN: Final = frozenset({Cause.RADIO, Cause.PARTNER})
"""Causes that have nothing to do with where the gear stands."""


_Mine = list[tuple[Guess, tuple[int, ...]]]
"""Explanations, each with the devices that it is about."""


@dataclass(frozen=True, slots=True)
class _Fallen:
    """Devices of a site that fell at one moment, and the explanations that are about them."""

    site: Site
    devices: tuple[int, ...]
    held: frozenset[int]
    """Others of it that an incident blames and that were only just heard again."""
    guesses: tuple[Guess, ...]
    whole: bool
    """Whether nothing of it that needs mains answers."""


def fallen(
    court: Court, guesses: Sequence[Guess], standing: Sequence[Collection[ElementName]] = ()
) -> tuple[list[Guess], list[Named]]:
    """Fold the explanations of what fell together with nearly all else of its site or card.

    What is left of a site stays one while an incident stands that blames these devices.

    Returns:
        The explanations that are about neither, and the sites and cards.
    """
    rest, cards = on_cards(court, guesses, standing)
    blamed = _blamed(court, standing) if court.sites.every else {}
    about = _about(court, guesses)
    every = [p for p in about if p in blamed] + [p for p in about if p not in blamed][:LOOKED_AT]
    found = [
        one
        for place in every
        if (one := _fallen(court, place, about[place], blamed.get(place, frozenset()))) is not None
        and not any(_takes_more(court, card, one) for card in cards)
    ]
    if not found:
        return rest, cards
    folded = {id(g) for one in found for g in one.guesses}
    if any(_shares(court, card, one) for card in cards for one in found):
        guesses = [g for g in guesses if id(g) not in folded]
        rest, cards = on_cards(court, guesses, standing)
    rest = [g for g in rest if id(g) not in folded]
    return rest, [*(_named(court, one) for one in found), *cards]


def _about(court: Court, guesses: Iterable[Guess]) -> dict[int, _Mine]:
    """Return the explanations about devices of one site, and these, where there are several."""
    about: dict[int, _Mine] = defaultdict(list)
    at = court.sites.at
    for guess in guesses if at else ():
        devices = _gear(court, guess)
        places = {at[d][0] for d in devices}
        if len(places) == 1 and court.given.isdisjoint(guess.nodes):
            about[places.pop()].append((guess, devices))
    return {p: mine for p, mine in about.items() if len(mine) > 1 or len(mine[0][1]) > 1}


def _gear(court: Court, guess: Guess) -> tuple[int, ...]:
    """Return the devices that the elements of a guess are or lead to, or that several cut off."""
    at, atoms = court.sites.at, guess.atoms
    if any(a.risk is not None for a in atoms):
        return ()
    if len(atoms) == 1:
        known = at.get(atoms[0].nodes[0])
        return () if known is None else (known[1],)
    if all(n in at for n in guess.nodes):
        return tuple(sorted({at[n][1] for n in guess.nodes}))
    tops = tuple(t for t in guess.tops if t in court.index.kinds)
    return tops if all(t in at for t in tops) else ()


def _blamed(court: Court, standing: Iterable[Collection[ElementName]]) -> dict[int, frozenset[int]]:
    """Return by site the devices that incidents blame already together with others of it."""
    found: dict[int, set[int]] = defaultdict(set)
    at = court.sites.at
    for names in standing:
        nodes = [n for name in names for n in nodes_called(court, name)] if len(names) > 1 else []
        if all(n in at and at[n][1] == n for n in nodes):
            for node in nodes:
                found[at[node][0]].add(node)
    return {place: frozenset(nodes) for place, nodes in found.items() if len(nodes) >= LEAST}


def _fallen(court: Court, place: int, mine: _Mine, blamed: frozenset[int]) -> _Fallen | None:
    """Return what fell of a site at one moment, if that is nearly all or was so when it began."""
    site, own = court.sites.every[place], {d for _, devices in mine for d in devices}
    known = blamed.issuperset(own)
    dark = {} if known else _together(court, own)
    if dark and _nearly_all(court, site, dark):
        every = [one for one in mine if dark.keys() >= set(one[1]) and _as_well(court, *one)]
    else:
        every = [one for one in mine if blamed.issuperset(one[1])]
    devices = tuple(sorted({d for _, some in every for d in some}))
    if len(devices) < LEAST:
        return None
    held = {n for n in blamed.difference(devices) if not heard_again(court.evidence, n)}
    whole = not any(_alive(court, n) for n in site.devices if n not in blamed)
    return _Fallen(site, devices, frozenset(held), tuple(g for g, _ in every), whole)


def _together(court: Court, devices: Iterable[int]) -> dict[int, int]:
    """Return when those of the silent devices fell that fell at one moment: that of most."""
    silent = [d for d in devices if not _alive(court, d)]
    fell = {d: at for d in silent if (at := _fell(court, d)) is not None}
    moment = sorted(fell.values())[len(fell) // 2] if fell else 0
    return {d: at for d, at in fell.items() if abs(at - moment) <= AT_ONCE_S}


def _as_well(court: Court, guess: Guess, devices: Sequence[int]) -> bool:
    """Say whether dead devices explain as much as what was blamed, and neither rain nor partner."""
    if devices != guess.nodes and court.weigh(devices, guess.since)[0] < _told(guess) - ALIKE:
        return False
    return all(weighed_cause(court, court.atom(n), guess)[0] not in OWN for n in devices)


def _told(guess: Guess) -> int:
    """Return what speaks for an explanation, however rare such a thing is."""
    return guess.gain - sum(a.prior for a in guess.atoms)


def _fell(court: Court, node: int) -> int | None:
    """Return when a device fell, with what hangs on it; None where nothing there is silent."""
    rows, e = _rows(court, node), court.evidence
    fell = e.fell[rows][e.run[rows] < 0]
    return middle(fell) if len(fell) else None


def _alive(court: Court, node: int) -> bool:
    """Say whether a device answers; of what is not asked, whether most that hangs on it does."""
    first = court.evidence.layout.first
    own = slice(int(first[node]), int(first[node + 1]))
    run = court.evidence.run[own if own.stop > own.start else _rows(court, node)]
    return node == 0 or int((run > 0).sum()) > int((run < 0).sum())


def _rows(court: Court, node: int) -> slice:
    """Return the sources that hang on a device and below it."""
    first = court.evidence.layout.first
    return slice(int(first[node]), int(first[court.index.last[node]]))


def _nearly_all(court: Court, site: Site, dark: Mapping[int, int]) -> bool:
    """Say whether these are nearly all of a site that worked until they fell.

    What has been silent ever since we look may have been so for years: that is no falling together.
    """
    e, end = court.evidence, court.index.last
    if len(dark) < LEAST or not all(e.ever[_rows(court, d)].any() for d in dark):
        return False
    first, last, gone, alive = min(dark.values()), max(dark.values()), 0, 0
    for node in site.devices:
        if any(d <= node < end[d] for d in dark):
            gone += 1
        elif _alive(court, node):
            alive += 1
        elif (fell := _fell(court, node)) is not None:
            gone += first - AT_ONCE_S <= fell <= last + AT_ONCE_S
    few, many = NEARLY
    return gone * many >= (gone + alive) * few


def _takes_more(court: Court, card: Named, fallen: _Fallen) -> bool:
    """Say whether a card explains these devices, and others besides; mains are lost more often."""
    more = len(card.guess.nodes) - len(fallen.devices)
    return (more > 0 or (more == 0 and not fallen.site.mains)) and _shares(court, card, fallen)


def _shares(court: Court, card: Named, fallen: _Fallen) -> bool:
    """Say whether a card and a site are blamed for the same silence."""
    at = court.sites.at
    return any(n in at and at[n][1] in fallen.devices for n in card.guess.nodes)


def _named(court: Court, fallen: _Fallen) -> Named:
    """Name a site by its devices: those that are dark, and those only just heard again."""
    names, nodes = court.index.names, fallen.devices
    since = min(g.since for g in fallen.guesses)
    gain = sum(map(_told, fallen.guesses)) + round(court.rules.risk_prior * UNIT)
    chosen = tuple(names[n] for n in fallen.site.devices if n in nodes or n in fallen.held)
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
