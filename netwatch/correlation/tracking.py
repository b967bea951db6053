"""This second's explanations against the incidents that stand: open, revise, confirm, restore."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log
from typing import Any, Final

import numpy as np

from netwatch.correlation.by_hand import as_said, is_shaped, spoken_for
from netwatch.correlation.court import DROP, Guess
from netwatch.correlation.ending import apart_back, closing, ending, lines_out, quiet_s
from netwatch.correlation.evidence import below
from netwatch.correlation.flapping import Unstable
from netwatch.correlation.flocks import flocks
from netwatch.correlation.incidents import Open
from netwatch.correlation.likeness import Named, name
from netwatch.correlation.matching import Standing, kinship, match, nested, told_alike
from netwatch.correlation.maturity import STEADY_S, confirmed_by_two, mature, present
from netwatch.correlation.naming import diagnose, renamed
from netwatch.correlation.reports import backed, callers
from netwatch.correlation.steady import as_before, keep
from netwatch.correlation.topology import UNIT
from netwatch.correlation.unplanned import left_behind, since, unplanned
from netwatch.correlation.view import (
    State,
    blames_us,
    cut_off,
    darkens,
    deaf_to,
    homes_only,
    tops_of,
    under,
    width,
    witnesses_of,
    working,
)
from netwatch.model.facts import (
    Diagnosis,
    Fact,
    IncidentConfirmed,
    IncidentKind,
    IncidentMerged,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRevised,
    SubscribersBack,
)
from netwatch.model.maintenance_facts import MaintenanceOverran
from netwatch.model.names import SubscriberId

CALM: Final = timedelta(seconds=5)
"""An incident is revised no oftener than this."""
CERTAIN_FALLS: Final = 5
"""A link that carries nobody alone has two witnesses at most: one wrong word is half of them."""
FAR: Final = 1 << 40
STAYS_S: Final = 180
"""What flapped and has been down or up for so long does so no more."""
LOOKED_AT: Final = 40
"""So many explanations are held against the incidents in one second."""
STILL_S: Final = 60
"""What has been down for so long below what flaps is down by itself."""
SHAKY: Final = 32
SWAYING: Final = (IncidentKind.FLAPPING, IncidentKind.OUTAGE)
"""What does this to devices does something to the links beside them, too."""
LAST_WORD_S: Final = 70
"""So long after the last thing heard, time alone changes nothing but the end of what is over."""


def track(state: State, at: datetime) -> list[Fact]:
    """Return what changed about incidents by this second."""
    if not (state.named or state.decided.incidents or state.unstable or state.decided.apart):
        return []
    if not state.heard and state.second - state.heard_at > LAST_WORD_S:
        return [f for i in state.decided.incidents.values() for f in closing(state, i, at)]
    facts: list[Fact] = list(apart_back(state, at)) if state.heard else []
    opened = 0
    standing = Standing(state)
    taken, merged = match(state, standing)
    silenced = _held_back(state)
    for loser, winner in sorted(merged.items()):
        facts.append(IncidentMerged(at=at, incident=loser, into=winner))
    turn = _in_turn(state, taken)
    for i, named in enumerate(state.named):
        held = taken.get(i)
        if i not in turn:
            continue
        if held is not None:
            facts.extend(_go_on(state, held, named, at))
        elif mature(state, named) and _may_open(state, named, standing, silenced=silenced):
            opened += 1
            facts.extend(_open(state, named, at, opened))
    facts.extend(_unstable(state, at, opened))
    busy = {
        h.id
        for i, h in taken.items()
        if i not in turn
        or (present(state, state.named[i].guess) and not nested(state, state.named[i], h))
    }
    lines = lines_out(state)
    for held in state.decided.incidents.values():
        if held.id not in merged and held.id not in busy:
            facts.extend(ending(state, held, at, lines))
    return facts


def _may_open(state: State, named: Named, standing: Standing, *, silenced: bool) -> bool:
    """Say whether an explanation may become an incident: not while blind, not while one mends."""
    if 0 in named.guess.tops:
        return True
    if silenced or any(nested(state, named, h) for h in standing.candidates(named)):
        return False
    if spoken_for(state, named):
        return False
    every = state.decided.incidents.values()
    if any(_swings_below(state, h, named) for h in every):
        return False
    home = _home(state, named)
    if home and any(_owns(state, h, named, home) for h in every):
        return False
    return darkens(state, named.guess) or not any(_sways(state, h, named) for h in every)


def _home(state: State, named: Named) -> set[SubscriberId]:
    """Return who lives in the one home that an explanation is about; nobody where it is wider."""
    homes = set(below(state.evidence, named.guess.tops).tolist())
    if len(homes) > 1 or not homes_only(state, homes):
        return set()
    return {p for s in homes for p in state.index.people.get(int(state.evidence.pos[s]), ())}


def _owns(state: State, held: Open, named: Named, home: set[SubscriberId]) -> bool:
    """Say whether an incident has taken this home already, which is recorded in another place."""
    if held.restored_at is not None or not home or not home <= held.subscribers:
        return False
    tops = tops_of(state, held)
    return not any(under(state.index, tops, t) for t in named.guess.tops)


def _swings_below(state: State, held: Open, named: Named) -> bool:
    """Say whether an explanation may be no more than one swing of what flaps above it."""
    if held.kind is not IncidentKind.FLAPPING or held.restored_at is not None:
        return False
    tops = tops_of(state, held)
    steady = state.second - state.lasting.get(named.chosen, state.second)
    return steady < STILL_S and all(under(state.index, tops, t) for t in named.guess.tops)


def _sways(state: State, held: Open, named: Named) -> bool:
    """Say whether an explanation is only what a failed or flapping element does to its links."""
    return (
        held.restored_at is None
        and held.kind in SWAYING
        and told_alike(state, named, tops_of(state, held))
    )


def _held_back(state: State) -> bool:
    """Say whether we are cut off ourselves: then nothing is said about anybody else.

    A few devices that cannot be asked are no such thing: the others are still seen.
    """
    if cut_off(state):
        return True
    deaf, addressed = len(deaf_to(state)), state.addressed
    standing = any(blames_us(i) and i.restored_at is None for i in state.decided.incidents.values())
    return standing and (not deaf or deaf * 2 >= addressed)


def _go_on(state: State, held: Open, named: Named, at: datetime) -> Iterator[Fact]:
    """Yield what an explanation changes about the incident that it continues."""
    if nested(state, named, held) or not _steadily_down(state, held):
        return
    if held.kind in (IncidentKind.LINE, IncidentKind.PARTIAL) and not state.heard:
        return
    if not mature(state, named):
        return
    if held.restored_at is not None:
        yield IncidentRelapsed(at=at, incident=held.id)
    diagnosis = _steady(held, named, unplanned(state, named, diagnose(state.court, named)))
    diagnosis = as_said(state, held, named, diagnosis)
    found = diagnosis
    diagnosis = _still_without(state, held, found)
    calm = held.revised_at is None or at - held.revised_at >= CALM
    if (calm or held.restored_at is not None) and _differs(held, diagnosis):
        back = held.subscribers.difference(diagnosis.subscribers, _misplaced(state, diagnosis))
        if back and held.restored_at is None:
            yield SubscribersBack(at=at, incident=held.id, subscribers=tuple(sorted(back)))
        yield IncidentRevised(at=at, incident=held.id, diagnosis=diagnosis)
    elif found is diagnosis and not _differs(held, diagnosis):
        keep(state, held, named)
    if not held.confirmed and diagnosis.kind in (IncidentKind.OUTAGE, IncidentKind.PARTIAL):
        over = _proven(state, named, diagnosis)
        if over is not None:
            odds = round(named.guess.gain / UNIT, 3)
            yield IncidentConfirmed(at=at, incident=held.id, odds=odds, over=over)
            for part in state.decided.split_off:
                if part.out_of == held.id and not part.confirmed:
                    yield IncidentConfirmed(at=at, incident=part.id, odds=odds, over=over)


def _in_turn(state: State, taken: dict[int, Open]) -> set[int]:
    """Return which of today's explanations are looked at now: those of which there may be news.

    Of more than a second has time for each has its turn within the next seconds.
    """
    news = [
        i
        for i, named in enumerate(state.named)
        if (held := taken.get(i)) is None or not as_before(state, held, named)
    ]
    return set(_some(news, LOOKED_AT, state.second))


def _misplaced(state: State, diagnosis: Diagnosis) -> set[SubscriberId]:
    """Return whose records do not fit: who is left out for that never was without service."""
    nodes = [state.index.node(name) for name in diagnosis.proof.suspects]
    return {s for n in nodes if n is not None for s in state.index.people.get(n, ())}


def _steadily_down(state: State, held: Open) -> bool:
    """Say whether an incident is no flapping, or flaps no more and is down: that is told too."""
    return held.kind is not IncidentKind.FLAPPING or quiet_s(state, held) >= STAYS_S


def _steady(held: Open, named: Named, diagnosis: Diagnosis) -> Diagnosis:
    """Keep the root that was named first while the observations still allow it."""
    single = len(held.root_cause) == 1 and len(diagnosis.root_cause) == 1
    if (
        not single
        or held.kind is not diagnosis.kind
        or held.root_cause == diagnosis.root_cause
        or held.root_cause[0] not in named.names
    ):
        return diagnosis
    others = [
        n for n in (*diagnosis.root_cause, *diagnosis.also_possible) if n != held.root_cause[0]
    ]
    return replace(diagnosis, root_cause=held.root_cause, also_possible=tuple(others[:6]))


def _still_without(state: State, held: Open, diagnosis: Diagnosis) -> Diagnosis:
    """Keep in an incident everybody it took who has not been seen working since."""
    if diagnosis.kind is IncidentKind.BLIND:
        return diagnosis
    gone = held.subscribers.difference(diagnosis.subscribers)
    if not gone:
        return diagnosis
    after = held.since.timestamp()
    witnesses = {s: witnesses_of(state, s) for s in gone}
    fine = working(state, {w for told in witnesses.values() for w in told}, after)
    kept = {s for s, told in witnesses.items() if not fine.issuperset(told)}
    people = tuple(sorted(kept.union(diagnosis.subscribers)))
    areas = tuple(sorted({state.index.area[s] for s in people if s in state.index.area}))
    return replace(diagnosis, subscribers=people, areas=areas)


def _differs(held: Open, diagnosis: Diagnosis) -> bool:
    return (
        held.root_cause != diagnosis.root_cause
        or held.kind is not diagnosis.kind
        or held.cause != diagnosis.cause
        or set(held.also_possible) != set(diagnosis.also_possible)
        or held.subscribers != frozenset(diagnosis.subscribers)
    )


def _proven(state: State, named: Named, diagnosis: Diagnosis) -> timedelta | None:
    """Return how long the silence has been seen when that is proof enough for customers."""
    rules, guess, e = state.rules, named.guess, state.evidence
    odds = backed(state.court, guess)
    if odds < round(log(rules.confirm_odds) * UNIT) or not diagnosis.subscribers:
        return None
    sources = below(e, guess.tops)
    silent = sources[e.run[sources] < 0]
    if not len(silent) or diagnosis.proof.rounds < rules.confirm_rounds:
        return None
    falls = np.where((e.at[silent] >= guess.since) & (e.bad[silent] > 0), e.at[silent], FAR)
    first = int(np.median(falls.min(axis=1)))
    seen, age = int(e.at[silent].max()) - first, state.second - first
    wide = len(silent) >= rules.few or confirmed_by_two(state, guess)
    wide = wide or callers(state.court, guess) >= rules.reports_confirm
    enough = rules.confirm_over if wide else rules.confirm_over_few
    wanted = enough.total_seconds()
    if age < wanted or seen < wanted * 2 / 3:
        return None
    return timedelta(seconds=seen)


def _open(state: State, named: Named, at: datetime, nth: int) -> Iterator[Fact]:
    incident = state.rules.number(state.decided.number + nth)
    yield IncidentOpened(
        at=at,
        incident=incident,
        since=min(since(state, named), at),
        diagnosis=unplanned(state, named, diagnose(state.court, named)),
    )
    for late in left_behind(state, named):
        yield MaintenanceOverran(at=at, maintenance=late.id, incident=incident)


def _some(every: list[Any], most: int, second: int) -> list[Any]:
    """Return as many as a second has time for, others in each second."""
    if len(every) <= most:
        return every
    start = second * most % len(every)
    return (every[start:] + every[:start])[:most]


def _unstable(state: State, at: datetime, opened: int) -> Iterator[Fact]:
    """Yield what flapping elements change: one incident, however often they fall."""
    if _held_back(state):
        return
    every = flocks(state.court, state.swings, state.unstable)
    for shaky, several in _some(every, SHAKY, state.second):
        if not STEADY_S <= state.second - shaky.last_fall <= STAYS_S:
            continue
        named = several or _shaky(state, shaky)
        guess = named.guess
        if shaky.node == 0 or guess.gain < round(log(state.rules.alert_odds) * UNIT):
            continue
        kin = [h for h in state.decided.incidents.values() if kinship(state, named, h) > 0]
        held = min(kin, key=lambda h: (h.opened_at, h.id), default=None)
        if held is not None and is_shaped(state, held):
            continue  # one of several faults: that it comes and goes makes not all of it flap
        if held is not None and held.kind is IncidentKind.FLAPPING:
            yield from _rerooted(state, held, named, at)
            continue
        if shaky.falls < CERTAIN_FALLS and not darkens(state, guess):
            continue
        if held is None and any(_sways(state, h, named) for h in state.decided.incidents.values()):
            continue
        homes = set(below(state.evidence, guess.tops).tolist())
        small = bool(homes) and width(state, guess) <= DROP and homes_only(state, homes)
        diagnosis = diagnose(
            state.court, named, IncidentKind.LINE if small else IncidentKind.FLAPPING
        )
        if held is None:
            opened += 1
            number = state.rules.number(state.decided.number + opened)
            since = datetime.fromtimestamp(shaky.since, UTC)
            yield IncidentOpened(at=at, incident=number, since=since, diagnosis=diagnosis)
        elif not small:
            if held.restored_at is not None:
                yield IncidentRelapsed(at=at, incident=held.id)
            yield IncidentRevised(at=at, incident=held.id, diagnosis=diagnosis)


def _shaky(state: State, shaky: Unstable) -> Named:
    """Name an element that flaps by itself."""
    guess = Guess((state.court.atom(shaky.node),), shaky.since, shaky.gain, (shaky.node,))
    named = name(state.court, replace(guess, since=shaky.last_fall))
    alike = [(state.index.names[n], state.court.atom(n), shaky.gain) for n in shaky.alike]
    return renamed(state.court, replace(named, guess=guess, alike=tuple(alike)), None)


def _rerooted(state: State, held: Open, named: Named, at: datetime) -> Iterator[Fact]:
    """Yield that not one branch flaps but what all of it hangs on, where that was seen later."""
    calm = held.revised_at is None or at - held.revised_at >= CALM
    wider = all(under(state.index, list(named.guess.tops), t) for t in tops_of(state, held))
    if calm and wider and held.restored_at is None and not named.names.issuperset(held.root_cause):
        diagnosis = diagnose(state.court, named, IncidentKind.FLAPPING)
        yield IncidentRevised(at=at, incident=held.id, diagnosis=diagnosis)
