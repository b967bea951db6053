"""Ports of one card that go dark at one moment -> one explanation: the card.

A port hardly ever fails by itself: that most ports of a card fall together is the card's doing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from netwatch.correlation.cards import LEAST, Card, Cards
from netwatch.correlation.causes import gasping
from netwatch.correlation.court import Court, Guess
from netwatch.correlation.evidence import Evidence, below
from netwatch.correlation.likeness import ALIKE, NOTHING, Named
from netwatch.correlation.topology import UNIT, Ints
from netwatch.model.evidence import Rival
from netwatch.model.facts import Cause
from netwatch.model.names import ElementName, RiskId

NEARLY: Final = (3, 4)
"""So many of the ports in service are nearly all."""
AT_ONCE_S: Final = 60
"""Within one poll of a slow agent all ports that fell together are seen to fall."""
LOOKED_AT: Final = 256
"""More ports in trouble at once are no card, and no diagnosis any more."""
MOST_NAMES: Final = 8
"""More ports than this are called by their card, or by the device where that has no name."""
PRIOR: Final = round(-9.5 * UNIT)


@dataclass(frozen=True, slots=True)
class _Dark:
    """One port that is dark as a whole, when it fell, and the explanations that are about it."""

    node: int
    fell: int
    guesses: tuple[Guess, ...]


def nodes_called(court: Court, element: ElementName) -> list[int]:
    """Return the nodes of an element by its name in answers, in each vantage's tree."""
    index = court.index
    kind, _, rest = element.partition(":")
    if kind == "risk":
        group = index.risks.get(RiskId(rest))
        return list(group.nodes) if group else []
    node = index.node(element)
    if node is None:
        return list(court.cards.called.get(element, ()))
    return list(index.twins.get(node, (node,)))


def on_cards(
    court: Court, guesses: Sequence[Guess], standing: Sequence[Collection[ElementName]] = ()
) -> tuple[list[Guess], list[Named]]:
    """Fold the explanations of ports that fell together with nearly all others of their card.

    What is left of a card stays one while an incident stands that blames these ports.

    Returns:
        The explanations that are about no card, and the cards.
    """
    cards = court.cards
    dark = _dark(court, guesses, standing)
    if len(dark) < LEAST:
        return list(guesses), []
    found: list[Named] = []
    places = sorted({p for n in dark for p in cards.of[n]}, key=lambda p: _widest(cards, p))
    for place in places:
        card = cards.every[place]
        mine = [dark[n] for n in card.members if n in dark]
        if len(mine) < LEAST:
            continue
        blamed, together = _blamed(court, card, standing), _together(mine)
        if not _nearly_all(court, card, together):
            together = [one for one in mine if court.index.names[one.node] in blamed]
        if len(together) >= LEAST and any(one.guesses for one in together):
            found.append(_named(court, card, together, blamed))
            for one in together:
                del dark[one.node]
    if not found:
        return list(guesses), []
    taken = {n for named in found for n in named.guess.nodes}
    rest = [g for g in guesses if not _within(court, g, taken)]
    return rest, found


def _widest(cards: Cards, place: int) -> tuple[int, int]:
    return -len(cards.every[place].members), place


def _dark(
    court: Court, guesses: Iterable[Guess], standing: Sequence[Collection[ElementName]]
) -> dict[int, _Dark]:
    """Return the ports of cards that are dark as a whole.

    Where very many are in trouble, those alone that incidents blame already as one card.
    """
    about: dict[int, list[Guess]] = defaultdict(list)
    for guess in guesses if court.cards.every else ():
        node = _member(court, guess)
        if node is None or any(a.risk is not None for a in guess.atoms) or gasping(court, guess):
            continue
        about[node].append(guess)
    cards = {p for node in about for p in court.cards.of[node]}
    nodes = sorted({n for p in cards for n in court.cards.every[p].members})
    worse = [n for n in nodes if court.evidence.score[n] > 0]
    if len(worse) > LOOKED_AT:
        blamed = {n for names in standing for n in _of_cards(court, names)}
        worse = [n for n in worse if n in blamed]
    found = {n: _if_dark(court, n, about.get(n, ())) for n in worse[:LOOKED_AT]}
    return {node: one for node, one in found.items() if one is not None}


def _of_cards(court: Court, names: Collection[ElementName]) -> Iterator[int]:
    """Yield the ports that an incident blames as one card, by its name or by theirs."""
    for name in names:
        if name in court.cards.called:
            yield from court.cards.called[name]
        elif len(names) >= LEAST:
            yield from nodes_called(court, name)


def _member(court: Court, guess: Guess) -> int | None:
    """Return the port of a card below which, or at which, a fault is."""
    first, end = guess.tops[0], court.index.last
    for node in (first, *court.index.above(first)):
        if node in court.cards.of and all(node <= t < end[node] for t in guess.tops):
            return node
    return None


def _if_dark(court: Court, node: int, guesses: Sequence[Guess]) -> _Dark | None:
    """Say that a port is dark as a whole, if it is: as well as by all that is below it."""
    e = court.evidence
    rows, ends = below(e, [node]), np.array(court.speakers.get(node, ()), dtype=np.int64)
    silent = rows[e.run[rows] < 0]
    if not len(silent):
        silent = ends[e.run[ends] < 0]
    if not len(silent):
        return None
    fell = middle(e.fell[silent])
    if not guesses:
        well = (e.run[rows] > 0) & (e.at[rows].max(axis=1, initial=0) >= fell)
        return None if well.any() else _Dark(node, fell, ())
    since = min(g.since for g in guesses)
    told = int(court.lone(np.array([node]), since)[0])
    parts = sum(court.weigh(g.nodes, g.since)[0] for g in guesses)
    return _Dark(node, fell, tuple(guesses)) if told >= parts - ALIKE * len(guesses) else None


def middle(falls: Ints) -> int:
    """Return the median of some seconds, whole; ``np.median`` takes ten times as long."""
    ordered = np.sort(falls)
    return int(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2


def _together(dark: Sequence[_Dark]) -> list[_Dark]:
    """Return those that fell at one moment: that of most."""
    middle = sorted(one.fell for one in dark)[len(dark) // 2]
    return [one for one in dark if abs(one.fell - middle) <= AT_ONCE_S]


def _nearly_all(court: Court, card: Card, dark: Sequence[_Dark]) -> bool:
    """Say whether these are nearly all ports of a card that were in service, on all its parts."""
    gone = {one.node for one in dark}
    fell = min((one.fell for one in dark), default=0)
    alive = [n for n in card.members if n not in gone and _served(court.evidence, n, fell)]
    few, many = NEARLY
    if len(gone) < LEAST or len(gone) * many < (len(gone) + len(alive)) * few:
        return False
    parts = {p for n in card.members for p in court.cards.of[n]}
    inside = (court.cards.every[p].members for p in parts)
    return all(gone.intersection(m) for m in inside if set(m) < set(card.members))


def _served(e: Evidence, node: int, fell: int) -> bool:
    """Say whether anything below a port worked until that moment, or still does."""
    rows = below(e, [node])
    return bool(((e.run[rows] > 0) | ((e.run[rows] < 0) & (e.fell[rows] >= fell))).any())


def _blamed(
    court: Court, card: Card, standing: Iterable[Collection[ElementName]]
) -> set[ElementName]:
    """Return the ports of a card that incidents blame already, together with others of it."""
    every = {court.index.names[n] for n in card.members}
    found: set[ElementName] = set()
    for names in standing:
        if card.element in names:
            return every
        if len(names) >= LEAST and every.issuperset(names):
            found.update(names)
    return found


def _named(
    court: Court, card: Card, dark: Sequence[_Dark], blamed: Collection[ElementName]
) -> Named:
    """Name a card by its ports: those that are dark, and those only just heard again."""
    index = court.index
    nodes = tuple(sorted(one.node for one in dark))
    since = min([g.since for one in dark for g in one.guesses])
    gain = court.weigh(nodes, since)[0] + PRIOR
    called = {n: index.names[n] for n in card.members}
    held = [
        n for n, name in called.items() if name in blamed and not heard_again(court.evidence, n)
    ]
    chosen = tuple(name for n, name in called.items() if n in nodes or n in held)
    if len(chosen) > MOST_NAMES:
        chosen = (card.element,)
    device, whole = index.names[card.device], court.atom(card.device)
    alike = ((device, whole, court.score((whole,), since)),) if device not in chosen else ()
    rival = Rival(root_cause=(NOTHING,), log_odds=-gain / UNIT)
    guess = Guess(tuple(court.atom(n) for n in nodes), since, gain, nodes)
    return Named(guess, chosen, alike, rival, cause=Cause.CARD)


def heard_again(e: Evidence, node: int) -> bool:
    """Say whether most of what hangs on a port was heard well twice in a row."""
    run = e.run[below(e, [node])]
    return bool((run >= LEAST).sum() * 2 > (run != 0).sum())


def _within(court: Court, guess: Guess, nodes: Collection[int]) -> bool:
    node = _member(court, guess)
    return node is not None and node in nodes and all(a.risk is None for a in guess.atoms)
