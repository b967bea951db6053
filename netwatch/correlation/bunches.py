"""Lone homes of one port -> those that fell together, for a reason that no record names.

A home that has been off since noon says nothing about eight that lose the light at night. Of
homes that fell in a row the light tells most; then that they are a known part of the port; then
that they are all there is at their distance. Homes are switched off every evening, too.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import isfinite
from typing import Final

import numpy as np

from netwatch.correlation.branches import FELLOWS, Branch
from netwatch.correlation.court import Court, Guess
from netwatch.correlation.evidence import HOMES, Word, below
from netwatch.correlation.likeness import Named
from netwatch.model.arrivals import Readings
from netwatch.model.evidence import Unrecorded
from netwatch.model.names import DeviceId, ElementName

TOGETHER_S: Final = 60
"""What falls no longer than this after another fell with it: a slow OLT tells of minutes."""
LATE_S: Final = 600
"""So long after the others a home of a known part may be seen to have fallen with them."""
AT_ONCE_S: Final = 12
"""So far apart within one round the homes of one part are seen to fall."""
TWICE: Final = 2
MANY: Final = 5
"""So many are not switched off within minutes by chance."""
MOST_OF: Final = (2, 3)
GAP_M: Final = 300
"""Drops of one splitter differ by less, as a rule."""
FARTHEST_M: Final = 80_000


def ranged(court: Court, readings: Readings) -> None:
    """Keep how far the ONUs of an OLT are, in metres, as it measured by the light's way."""
    column = readings.columns.get("distance_m")
    if column is None:
        return
    for part, metres in zip(readings.parts, column, strict=False):
        device = court.network.devices.get(DeviceId(part))
        node = court.index.device.get(DeviceId(part))
        if node is None or device is None or device.via != readings.device or metres is None:
            continue
        if isfinite(metres) and 0 < metres <= FARTHEST_M:
            every = court.index.twins.get(node, (node,))
            court.metres.update(dict.fromkeys(every, round(metres)))


def bunches(court: Court, holder: int, lone: Sequence[Guess]) -> Iterator[list[Guess]]:
    """Yield the guesses about single homes of one holder, those that fell together as one list."""
    if not lone:
        return
    known = court.branches.of(court.index.names[holder])
    rows = _joined(court, _in_a_row(lone), known)
    begun = max(g.since for g in lone) - min(g.since for g in lone)
    if len(lone) >= FELLOWS and begun <= TOGETHER_S:
        rows = [list(lone)]
    for row in rows:
        strays = _strays(court, holder, row)
        rest = [g for g in row if home_of(court, g) not in strays]
        yield from ([g] for g in row if home_of(court, g) in strays)
        at_once = begun <= TOGETHER_S and len(rest) >= FELLOWS
        if at_once or _sure(court, holder, rest, known):
            yield [*rest, *_pending(court, holder, rest, {home_of(court, g) for g in lone})]
        else:
            yield from ([g] for g in rest)


def _pending(court: Court, holder: int, row: Sequence[Guess], named: set[int]) -> list[Guess]:
    """Return the homes that fell with these, but of which one word more is wanted if alone."""
    e = court.evidence
    sources = below(e, [holder])
    sources = sources[(e.run[sources] <= -TWICE) & e.home[sources] & (e.weight[sources] > 0)]
    if e.muted is not None:
        sources = sources[~e.muted[sources]]
    fell = e.fell[sources]
    first, last = min(g.since for g in row), max(g.since for g in row)
    found = sources[(fell >= first - AT_ONCE_S) & (fell <= last + AT_ONCE_S)]
    nodes = [n for n in e.pos[found].tolist() if n not in named]
    gains = court.lone(np.array(nodes, dtype=np.int64), first) if nodes else ()
    return [
        Guess((court.atom(n),), first, int(gain) + court.atom(n).prior, (n,))
        for n, gain in zip(nodes, gains, strict=True)
    ]


def home_of(court: Court, guess: Guess) -> int:
    """Return the home that a guess about a home or its drop is about."""
    node = guess.atoms[0].nodes[0]
    return node if node in court.index.kinds else node + 1


def _in_a_row(lone: Sequence[Guess]) -> list[list[Guess]]:
    """Part guesses where no home fell for a minute."""
    ordered = sorted(lone, key=lambda g: (g.since, g.nodes))
    rows = [[ordered[0]]]
    for before, guess in pairwise(ordered):
        if guess.since - before.since > TOGETHER_S:
            rows.append([])
        rows[-1].append(guess)
    return rows


def _joined(court: Court, rows: list[list[Guess]], known: Sequence[Branch]) -> list[list[Guess]]:
    """Join what was seen to fall one after the other, but is known to be one part."""
    for branch in known:
        homes = branch.homes
        mine = [row for row in rows if sum(_device(court, g) in homes for g in row) * 2 > len(row)]
        if len(mine) < 2 or mine[-1][0].since - mine[0][-1].since > LATE_S:  # noqa: PLR2004
            continue
        rows = [row for row in rows if row not in mine]
        rows.append([g for row in mine for g in row])
    return rows


def _sure(court: Court, holder: int, row: Sequence[Guess], known: Sequence[Branch]) -> bool:
    """Say whether homes that fell in a row fell for one reason."""
    if _met_before(court, row, known):
        return True
    if len(row) < FELLOWS:
        return False
    dark = [court.said([home_of(court, g)], Word.LOS) for g in row]
    return len(row) >= MANY or sum(dark) * 2 > len(row) or _all_there(court, holder, row)


def recognised(court: Court, guess: Guess, holder: ElementName) -> bool:
    """Say whether homes that may all be switched off are a part, by distance or as before."""
    row = [Guess((atom,), guess.since, 0, atom.nodes) for atom in guess.atoms]
    node = court.index.node(holder)
    if node is None or len(row) == 1:
        return False
    return _met_before(court, row, court.branches.of(holder)) or _all_there(court, node, row)


def _met_before(court: Court, row: Sequence[Guess], known: Sequence[Branch]) -> bool:
    """Say whether most of these and of a known part are the same homes."""
    homes = {_device(court, g) for g in row}
    parts = [branch.homes for branch in known] if len(homes) > 1 else []
    return any(len(homes & p) * MOST_OF[1] >= len(homes | p) * MOST_OF[0] for p in parts)


def _all_there(court: Court, holder: int, row: Sequence[Guess]) -> bool:
    """Say whether these are most of the homes at their distance, and other homes are not there."""
    metres = {n: court.metres[n] for g in row if (n := home_of(court, g)) in court.metres}
    if len(metres) < FELLOWS or len(metres) < len(row):
        return False
    low, high = min(metres.values()), max(metres.values())
    every = _metres(court, holder)
    there = [m for m in every.values() if low <= m <= high]
    narrow = (high - low) * 2 < max(every.values()) - min(every.values())
    return narrow and len(metres) * MOST_OF[1] >= len(there) * MOST_OF[0]


def _strays(court: Court, holder: int, row: Sequence[Guess]) -> set[int]:
    """Return the few homes that fell with the others, but are elsewhere, with light between."""
    metres = {n: court.metres[n] for g in row if (n := home_of(court, g)) in court.metres}
    if len(metres) <= FELLOWS or len(metres) * 2 < len(row):
        return set()
    mine = {home_of(court, g) for g in row}
    lit = sorted(m for n, m in _metres(court, holder).items() if n not in mine)
    ordered = sorted(metres, key=lambda n: (metres[n], n))
    parts: list[list[int]] = [[ordered[0]]]
    for before, node in pairwise(ordered):
        low, high = metres[before], metres[node]
        if high - low > GAP_M and any(low < m < high for m in lit):
            parts.append([])
        parts[-1].append(node)
    widest = max(parts, key=len)
    if len(widest) < FELLOWS:
        return set()
    return {n for part in parts if part is not widest and len(part) < FELLOWS for n in part}


def _metres(court: Court, holder: int) -> dict[int, int]:
    """Return how far each home of a holder is, as far as it was measured."""
    span = range(holder, int(court.index.last[holder]))
    return {n: court.metres[n] for n in span if n in court.metres}


def _device(court: Court, guess: Guess) -> DeviceId:
    return DeviceId(court.index.names[home_of(court, guess)].partition(":")[2])


def unrecorded(court: Court, named: Named) -> Unrecorded | None:
    """Return what is known of the part that an explanation made of several homes is about."""
    atoms = named.guess.atoms
    if len(atoms) < 2 or len(named.chosen) != 1:  # noqa: PLR2004
        return None
    holder = court.index.node(named.chosen[0])
    if holder is None or holder in named.guess.nodes:
        return None
    nodes = {home_of(court, Guess((a,), 0, 0, a.nodes)) for a in atoms}
    names = {n: court.index.names[n] for n in nodes if court.index.kinds.get(n) in HOMES}
    if len(names) < len(atoms):
        return None
    homes = frozenset(DeviceId(name.partition(":")[2]) for name in names.values())
    before = court.branches.same(ElementName(named.chosen[0]), homes)
    span = range(holder, int(court.index.last[holder]))
    metres = [court.metres[n] for n in nodes if n in court.metres]
    return Unrecorded(
        homes=len(homes),
        of=sum(court.index.kinds.get(n) in HOMES for n in span),
        before=before.times if before else 0,
        nearest_m=min(metres, default=None),
        farthest_m=max(metres, default=None),
    )
