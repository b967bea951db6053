"""When a guess may be spoken of: the odds, a second round, and nothing relevant unasked."""

from math import log

import numpy as np

from netwatch.correlation.court import Guess
from netwatch.correlation.evidence import NEVER, below
from netwatch.correlation.likeness import Named
from netwatch.correlation.losses import moment_s
from netwatch.correlation.reports import backed
from netwatch.correlation.topology import UNIT, Ints
from netwatch.correlation.view import NEIGHBOURHOOD, State, darkens, under

TWICE = 2
STEADY_S = 3
FEW = 10
"""One in so many of what is down may have fallen before, for another reason."""


def mature(state: State, named: Named) -> bool:
    """Say whether a guess may be spoken of: odds, a second round, and nothing relevant unasked.

    It must have lasted a moment too: half a round of answers makes half a fault.
    Nobody waits longer than ``rules.settle`` for second looks that do not come. What is often bad
    for a moment is waited for until this is longer than its moments are.
    """
    guess, rules = named.guess, state.rules
    odds = rules.alert_odds if darkens(state, guess) else rules.degraded_odds
    if backed(state.court, guess) < round(log(odds) * UNIT):
        return False
    begun = onset(state, guess)
    if begun is None or not present(state, guess) or not heard_enough(state, guess, begun):
        return False
    age = state.second - begun
    if age < _moment_s(state, guess):
        return False
    if age >= rules.settle.total_seconds():
        return True
    steady = state.second - state.lasting.get(named.chosen, state.second) >= STEADY_S
    return steady and twice(state, guess, begun) and not unasked(state, guess)


def _moment_s(state: State, guess: Guess) -> float:
    """Return for how long what a guess explains may be down and back as it often was."""
    sources = _bearing(state, guess)
    return moment_s(state.evidence, sources[state.evidence.run[sources] < 0])


def onset(state: State, guess: Guess) -> int | None:
    """Return since when what a guess explains is down as it is now; None where nothing is.

    One home that has been dark since an earlier fault makes this one no older. Where that one was
    mended a moment ago, one lost answer is as young as any, and waits for a second word.
    """
    e = state.evidence
    sources = _bearing(state, guess)
    fell = np.sort(e.fell[sources[e.run[sources] < 0]])
    return max(guess.since, int(fell[len(fell) // FEW])) if len(fell) else None


def present(state: State, guess: Guess) -> bool:
    """Say whether more of what a guess explains is down now than up; else it is mending."""
    e, begun = state.evidence, onset(state, guess)
    if begun is None:
        return False
    sources = _bearing(state, guess)
    lately = e.at[sources].max(axis=1, initial=NEVER) >= begun
    run = e.run[sources]
    return int((run < 0).sum()) >= int(((run > 0) & lately).sum())


def heard_enough(state: State, guess: Guess, since: int) -> bool:
    """Say whether at least as many are known to be down as have not been asked since.

    What lies behind a reporter that fell with them cannot be asked, and is not waited for.
    """
    e = state.evidence
    sources = below(e, guess.tops)
    unheard = (e.slot[sources] > 0) & (e.at[sources].max(axis=1, initial=NEVER) < since)
    hidden = np.zeros(len(sources), dtype=bool)
    for top in guess.tops:
        through = e.through[sources]
        hidden |= (through >= top) & (through < state.index.last[top])
    down = int((e.run[_bearing(state, guess)] < 0).sum())
    return down >= int((unheard & ~hidden).sum())


def _bearing(state: State, guess: Guess) -> Ints:
    """Return the sources that bear on a guess: what hangs below it, and who speaks of it."""
    heard, key = state.court.heard, (guess.tops, guess.nodes)
    found = heard.get(key)
    if found is None:
        told = np.array(sorted(_told(state, guess)), dtype=np.int64)
        found = heard[key] = np.union1d(below(state.evidence, guess.tops), told)
    return found


def _told(state: State, guess: Guess) -> set[int]:
    """Return the link ends outside that speak of what a guess says has failed."""
    told = {s for n in guess.nodes for s in state.court.speakers.get(n, ())}
    tops = list(guess.tops)
    return {s for s in told if not under(state.index, tops, int(state.evidence.owner[s]))}


def confirmed_by_two(state: State, guess: Guess) -> bool:
    """Say whether two kinds of witness agree: silence below, and a port gone down beside it."""
    run = state.evidence.run
    silent = bool((run[below(state.evidence, guess.tops)] < 0).any())
    return silent and any(run[s] < 0 for s in _told(state, guess))


def twice(state: State, guess: Guess, since: int) -> bool:
    """Say whether at least half of the silent sources were silent twice since then."""
    e = state.evidence
    sources = _bearing(state, guess)
    every = sources[e.run[sources] < 0]
    if not len(every):
        return False
    again = ((e.at[every] >= since) & (e.bad[every] > 0)).sum(axis=1) >= TWICE
    return bool(again.sum() * 2 >= len(every))


def unasked(state: State, guess: Guess) -> bool:
    """Say whether something that could tell a better ancestor has not been asked since."""
    top = guess.tops[0]
    above = [a for a in state.index.above(top) if a > 0][:3]
    for ancestor in above:
        if int(state.index.last[ancestor]) - ancestor <= NEIGHBOURHOOD * 2:
            top = ancestor
    sources = below(state.evidence, [top])
    asked = (state.evidence.at[sources] >= guess.since).sum(axis=1)
    ever = state.evidence.slot[sources] > 0
    hidden = state.evidence.through[sources] >= 0
    return bool(((asked == 0) & ever & ~hidden).any())
