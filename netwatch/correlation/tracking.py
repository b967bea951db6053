"""This second's explanations against the incidents that stand: open, revise, confirm, restore."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log
from typing import Final

import numpy as np

from netwatch.correlation.evidence import below
from netwatch.correlation.incidents import Open
from netwatch.correlation.infer import Guess
from netwatch.correlation.naming import DROP, Named, diagnose, name
from netwatch.correlation.topology import UNIT
from netwatch.correlation.view import (
    State,
    confirmed_by_two,
    homes_only,
    mature,
    present,
    tops_of,
    under,
    width,
    witnesses_of,
    works,
)
from netwatch.model.facts import (
    Diagnosis,
    Fact,
    IncidentClosed,
    IncidentConfirmed,
    IncidentKind,
    IncidentMerged,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    SubscribersBack,
)
from netwatch.model.names import IncidentId, SubscriberId

CALM: Final = timedelta(seconds=5)
"""An incident is revised no oftener than this."""
FAR: Final = 1 << 40
PROVEN_S: Final = 60
SETTLED_S: Final = 120
"""What a mended fault leaves dark for so long is a fault of its own."""
YOUNG: Final = timedelta(minutes=2)
STRAGGLE: Final = timedelta(minutes=10)
"""After this, a handful of homes that stay dark become lines of their own."""
HANDFUL: Final = 5
LAST_WORD_S: Final = 70
"""So long after the last thing heard, time alone changes nothing but the end of what is over."""


def track(state: State, at: datetime) -> list[Fact]:
    """Return what changed about incidents by this second."""
    if not state.named and not state.decided.incidents and not state.unstable:
        return []
    if not state.heard and state.second - state.heard_at > LAST_WORD_S:
        return [f for i in state.decided.incidents.values() for f in _closing(state, i, at)]
    facts: list[Fact] = []
    opened = 0
    taken, merged = _match(state)
    for loser, winner in sorted(merged.items()):
        facts.append(IncidentMerged(at=at, incident=loser, into=winner))
    for i, named in enumerate(state.named):
        held = taken.get(i)
        if held is not None:
            facts.extend(_go_on(state, held, named, at))
        elif not _may_open(state, named):
            continue
        elif mature(state, named):
            opened += 1
            facts.append(_open(state, named, at, opened))
    facts.extend(_unstable(state, at, opened))
    busy = {
        h.id
        for i, h in taken.items()
        if present(state, state.named[i].guess) and not _nested(state, state.named[i], h)
    }
    for held in state.decided.incidents.values():
        if held.id not in merged:
            facts.extend(_ending(state, held, held.id in busy, at))
    return facts


def _may_open(state: State, named: Named) -> bool:
    """Say whether an explanation may become an incident: not while blind, not while one mends."""
    if 0 in named.guess.tops:
        return True
    standing = state.decided.incidents.values()
    return not _held_back(state) and not any(_nested(state, named, h) for h in standing)


def _nested(state: State, named: Named, held: Open) -> bool:
    """Say whether an explanation is what a proven, wider fault has left dark so far."""
    if held.restored_at is not None or held.kind is not IncidentKind.OUTAGE:
        return False
    proven = held.confirmed or state.second - held.opened_at.timestamp() >= PROVEN_S
    settled = state.second - named.guess.since >= SETTLED_S
    tops, inside = tops_of(state, held), named.guess.tops
    if settled or not proven or held.names & named.names or set(tops) & set(inside):
        return False
    return all(under(state.index, tops, t) for t in inside)


def _held_back(state: State) -> bool:
    """Say whether we are cut off ourselves: then nothing is said about anybody else."""
    return any(
        i.kind is IncidentKind.BLIND and i.restored_at is None and 0 in tops_of(state, i)
        for i in state.decided.incidents.values()
    ) or any(0 in n.guess.tops for n in state.named)


def _match(state: State) -> tuple[dict[int, Open], dict[IncidentId, IncidentId]]:
    """Return which incident each explanation continues, and which incidents turn out to be one."""
    taken: dict[int, Open] = {}
    merged: dict[IncidentId, IncidentId] = {}
    used: set[IncidentId] = set()
    pairs = sorted(
        (
            (-_kinship(state, named, held), held.opened_at, held.id, i)
            for i, named in enumerate(state.named)
            for held in state.decided.incidents.values()
            if _kinship(state, named, held) > 0
        ),
        key=lambda p: (p[0], p[1], p[2], p[3]),
    )
    for _, _, incident, i in pairs:
        held = state.decided.incidents[incident]
        if i not in taken and incident not in used:
            taken[i] = held
            used.add(incident)
    for _, _, incident, i in pairs:
        if incident not in used and incident not in merged and i in taken:
            held = state.decided.incidents[incident]
            swallowed = held.kind in (IncidentKind.OUTAGE, IncidentKind.PARTIAL)
            if swallowed and held.restored_at is None and mature(state, state.named[i]):
                merged[incident] = taken[i].id
    return taken, merged


def _kinship(state: State, named: Named, held: Open) -> int:
    """Return how surely an explanation continues an incident; 0 when it does not."""
    if held.kind is IncidentKind.BLIND or 0 in named.guess.tops:
        return 9 if held.kind is IncidentKind.BLIND and 0 in named.guess.tops else 0
    if set(held.root_cause) & set(named.chosen):
        return 8
    if held.names & named.names:
        return 6
    return _kin_by_place(state, named, held)


def _kin_by_place(state: State, named: Named, held: Open) -> int:
    tops = tops_of(state, held)
    young = state.second - held.opened_at.timestamp() < YOUNG.total_seconds()
    if held.kind is IncidentKind.DEGRADED and young and _told_alike(state, named, tops):
        return 5
    inside = any(under(state.index, tops, t) for t in named.guess.tops)
    around = any(under(state.index, list(named.guess.tops), t) for t in tops)
    if (held.restored_at is not None and not around) or not (inside or around):
        return 0
    if held.kind in (IncidentKind.LINE, IncidentKind.DEGRADED) and not young:
        return 0
    return 4 if around else 3


def _told_alike(state: State, named: Named, nodes: list[int]) -> bool:
    """Say whether the same link ends speak of both: a dead device and its links look alike."""
    speakers = state.court.speakers
    ours = {s for n in named.guess.nodes for s in speakers.get(n, ())}
    return any(s in ours for n in nodes for s in speakers.get(n, ()))


def _go_on(state: State, held: Open, named: Named, at: datetime) -> Iterator[Fact]:
    """Yield what an explanation changes about the incident that it continues."""
    if held.kind is IncidentKind.FLAPPING or _nested(state, named, held):
        return
    if not mature(state, named):
        return
    if held.restored_at is not None:
        yield IncidentRelapsed(at=at, incident=held.id)
    diagnosis = _steady(held, named, diagnose(state.court, named))
    diagnosis = _still_without(state, held, diagnosis)
    calm = held.revised_at is None or at - held.revised_at >= CALM
    if (calm or held.restored_at is not None) and _differs(held, diagnosis):
        yield IncidentRevised(at=at, incident=held.id, diagnosis=diagnosis)
    if not held.confirmed and diagnosis.kind in (IncidentKind.OUTAGE, IncidentKind.PARTIAL):
        over = _proven(state, named, diagnosis)
        if over is not None:
            odds = named.guess.gain / UNIT
            yield IncidentConfirmed(at=at, incident=held.id, odds=round(odds, 3), over=over)


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
    kept = {s for s in gone if not all(works(state, w, after) for w in witnesses_of(state, s))}
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
    if guess.gain < round(log(rules.confirm_odds) * UNIT) or not diagnosis.subscribers:
        return None
    sources = below(e, guess.tops)
    silent = sources[e.run[sources] < 0]
    if not len(silent) or diagnosis.proof.rounds < rules.confirm_rounds:
        return None
    falls = np.where((e.at[silent] >= guess.since) & (e.bad[silent] > 0), e.at[silent], FAR)
    first = int(np.median(falls.min(axis=1)))
    seen, age = int(e.at[silent].max()) - first, state.second - first
    wide = len(silent) >= rules.few or confirmed_by_two(state, guess)
    enough = rules.confirm_over if wide else rules.confirm_over_few
    wanted = enough.total_seconds()
    if age < wanted or seen < wanted * 2 / 3:
        return None
    return timedelta(seconds=seen)


def _open(state: State, named: Named, at: datetime, nth: int) -> IncidentOpened:
    diagnosis = diagnose(state.court, named)
    return IncidentOpened(
        at=at,
        incident=IncidentId(f"I-{state.decided.number + nth}"),
        since=min(datetime.fromtimestamp(named.guess.since, UTC), at),
        diagnosis=diagnosis,
    )


def _unstable(state: State, at: datetime, opened: int) -> Iterator[Fact]:
    """Yield what flapping elements change: one incident, however often they fall."""
    if _held_back(state):
        return
    for shaky in state.unstable:
        guess = Guess((state.court.atom(shaky.node),), shaky.since, shaky.gain, (shaky.node,))
        if shaky.node == 0 or guess.gain < round(log(state.rules.alert_odds) * UNIT):
            continue
        named = name(state.court, replace(guess, since=shaky.last_fall))
        alike = [(state.index.names[n], state.court.atom(n), shaky.gain) for n in shaky.alike]
        named = replace(named, guess=guess, alike=tuple(alike))
        kin = [h for h in state.decided.incidents.values() if _kinship(state, named, h) > 0]
        held = min(kin, key=lambda h: (h.opened_at, h.id), default=None)
        if held is not None and held.kind is IncidentKind.FLAPPING:
            continue
        small = width(state, guess) <= DROP and homes_only(
            state, set(below(state.evidence, guess.tops).tolist())
        )
        diagnosis = diagnose(
            state.court, named, IncidentKind.LINE if small else IncidentKind.FLAPPING
        )
        if held is None:
            opened += 1
            number = IncidentId(f"I-{state.decided.number + opened}")
            since = datetime.fromtimestamp(shaky.since, UTC)
            yield IncidentOpened(at=at, incident=number, since=since, diagnosis=diagnosis)
        elif not small:
            if held.restored_at is not None:
                yield IncidentRelapsed(at=at, incident=held.id)
            yield IncidentRevised(at=at, incident=held.id, diagnosis=diagnosis)


def _ending(state: State, held: Open, explained: bool, at: datetime) -> Iterator[Fact]:
    """Yield who is back, whether all are, and the end."""
    if held.restored_at is not None:
        if not explained:
            yield from _closing(state, held, at)
        return
    if explained or not state.heard:
        return
    if held.kind is IncidentKind.FLAPPING and not _calm(state, held):
        return
    if held.kind is IncidentKind.BLIND:
        yield from _sighted(state, held, at)
        return
    after = held.since.timestamp()
    dark = {s for s in _witnesses(state, held) if not works(state, s, after)}
    nodes = {int(state.evidence.pos[s]) for s in dark}
    still = {p for n in nodes for p in state.index.people.get(n, ())}
    back = sorted(held.subscribers - still)
    few = len(still) < HANDFUL and homes_only(state, dark) and at - held.opened_at >= STRAGGLE
    if not dark or (few and len(back) > len(still)):
        if held.subscribers:
            yield SubscribersBack(at=at, incident=held.id, subscribers=tuple(back))
        yield IncidentRestored(at=at, incident=held.id)
    elif back and still and _seen_working(state, held, back):
        yield SubscribersBack(at=at, incident=held.id, subscribers=tuple(back))


def _sighted(state: State, held: Open, at: datetime) -> Iterator[Fact]:
    """Yield the end of blindness: everything can be asked, and most of what was lost answers."""
    lost = state.lost.get(held.id, set())
    back = sum(works(state, s, held.since.timestamp()) for s in lost)
    if not state.decided.blind and back * 2 >= len(lost):
        yield IncidentRestored(at=at, incident=held.id)


def _closing(state: State, held: Open, at: datetime) -> Iterator[Fact]:
    """Yield the end of an incident that has been over for long enough."""
    if held.restored_at is not None and at - held.restored_at >= state.rules.close_after:
        yield IncidentClosed(at=at, incident=held.id)


def _calm(state: State, held: Open) -> bool:
    """Say whether a flapping element has been quiet long enough to speak of its true state."""
    recent = [
        falls[-1]
        for node, falls in state.swings.falls.items()
        if under(state.index, tops_of(state, held), node)
    ]
    return not recent or state.second - max(recent) >= state.rules.flap_calm.total_seconds()


def _witnesses(state: State, held: Open) -> set[int]:
    """Return the sources that must be seen working before the incident is over."""
    e, index = state.evidence, state.index
    if held.kind is IncidentKind.DEGRADED:
        nodes = [n for n in (index.node(x) for x in held.root_cause) if n is not None]
        return {s for n in nodes for s in state.court.speakers.get(n, ()) if e.slot[s] > 0}
    tops = tops_of(state, held)
    lost = set(state.lost.get(held.id, ()))
    every = below(e, tops)
    people = (
        {n for n, p in index.people.items() if any(s in held.subscribers for s in p)}
        if held.subscribers
        else set()
    )
    lost.update(s for s in every.tolist() if int(e.pos[s]) in people)
    if not lost:
        lost = {s for s in every.tolist() if e.through[s] < 0}
    return lost


def _seen_working(state: State, held: Open, back: Sequence[SubscriberId]) -> bool:
    """Say whether those who are back were heard themselves, not merely no longer explained."""
    nodes = {n for n, people in state.index.people.items() if any(s in people for s in back)}
    sources = [
        s
        for s in below(state.evidence, tops_of(state, held)).tolist()
        if int(state.evidence.pos[s]) in nodes
    ]
    return bool(sources) and all(works(state, s, held.since.timestamp()) for s in sources)
