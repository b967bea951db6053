"""Who is back, whether all are, and the end: nothing is over before it was seen working."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from netwatch.correlation.agents import heard_again
from netwatch.correlation.by_hand import of_its_own
from netwatch.correlation.evidence import below
from netwatch.correlation.incidents import Open
from netwatch.correlation.isolation import of_poller
from netwatch.correlation.placing import blind_diagnosis
from netwatch.correlation.view import (
    HANDFUL,
    SETTLED_S,
    State,
    blames_us,
    blinded,
    cut_off,
    deaf_to,
    homes_only,
    tops_of,
    under,
    witnesses_of,
    working,
)
from netwatch.model.facts import (
    Fact,
    IncidentClosed,
    IncidentKind,
    IncidentRestored,
    IncidentRevised,
    SubscribersBack,
)
from netwatch.model.names import SubscriberId

FEW_LEFT: Final = timedelta(minutes=1)
"""Who still cannot be asked so long after the last of the others could has a reason of its own."""
ONCE_BITTEN_S: Final = 120
"""What was called restored too soon once is not called so again before this."""
STRAGGLE: Final = timedelta(minutes=10)
"""After this, a handful of homes that stay dark become lines of their own."""


def ending(
    state: State, held: Open, at: datetime, lines: Mapping[SubscriberId, datetime]
) -> Iterator[Fact]:
    """Yield who is back, whether all are, and the end of what nothing explains any more."""
    if held.restored_at is not None:
        yield from closing(state, held, at)
        return
    if held.mute:
        yield from heard_again(state, held, at)
    if not state.heard or held.mute or held.said or of_poller(held):
        return
    if held.kind is IncidentKind.FLAPPING and not _calm(state, held):
        return
    if held.kind is IncidentKind.BLIND:
        yield from _sighted(state, held, at)
        return
    if held.relapses and quiet_s(state, held) < ONCE_BITTEN_S:
        return
    after = held.since.timestamp()
    witnesses = _witnesses(state, held)
    dark = of_its_own(state, held, witnesses - working(state, witnesses, after))
    still = {p for s in dark for p in _people(state, s)}
    back = sorted(held.subscribers - still)
    own = {p for p in still if p in lines and lines[p] < held.since}  # it did not take these
    mine = {s for s in dark if own.isdisjoint(_people(state, s))}
    if not mine or _stragglers(state, held, mine, still - own, at):
        if held.subscribers:
            yield SubscribersBack(at=at, incident=held.id, subscribers=tuple(back))
        yield IncidentRestored(at=at, incident=held.id, apart=tuple(sorted(still - own)))
    elif back and still and _seen_working(state, held, back):
        yield SubscribersBack(at=at, incident=held.id, subscribers=tuple(back))


def _people(state: State, source: int) -> Collection[SubscriberId]:
    """Return the people at the node of which a source tells."""
    return state.index.people.get(int(state.evidence.pos[source]), ())


def lines_out(state: State) -> dict[SubscriberId, datetime]:
    """Return whose own line is out, and since when."""
    found: dict[SubscriberId, datetime] = {}
    for other in state.decided.incidents.values():
        if other.kind is IncidentKind.LINE and other.restored_at is None:
            for person in other.subscribers:
                found[person] = min(found.get(person, other.since), other.since)
    return found


def _stragglers(
    state: State, held: Open, dark: set[int], still: set[SubscriberId], at: datetime
) -> bool:
    """Say whether the few homes that are dark still have lines of their own to mend."""
    if len(still) >= HANDFUL or not homes_only(state, dark):
        return False
    mended = held.back_at is not None or len(held.subscribers - still) > len(still)
    return mended and at - held.opened_at >= STRAGGLE


def _sighted(state: State, held: Open, at: datetime) -> Iterator[Fact]:
    """Yield the end of blindness: everything can be asked, and most of what was lost answers."""
    e = state.evidence
    lost = state.lost.get(held.id, set())
    if not lost and state.woke > held.opened_at.timestamp():
        lost = set(np.flatnonzero((e.pos >= 0) & (e.slot > 0)).tolist())
    back = len(working(state, lost, held.since.timestamp()))
    deaf = deaf_to(state)
    if back * 2 < len(lost):
        return
    if not deaf:
        yield IncidentRestored(at=at, incident=held.id)
    elif _only_these(state, held, at):
        diagnosis = blind_diagnosis(state, sorted(deaf))
        yield IncidentRevised(at=at, incident=held.id, diagnosis=diagnosis)


def _only_these(state: State, held: Open, at: datetime) -> bool:
    """Say whether it has become, for a while now, the matter of a few devices and not ours."""
    if not blames_us(held) or blinded(state) or cut_off(state):
        return False
    return held.back_at is None or at - held.back_at >= FEW_LEFT


def closing(state: State, held: Open, at: datetime) -> Iterator[Fact]:
    """Yield the end of an incident that has been over for long enough, all callbacks paid."""
    if held.id in state.decided.ear.callbacks:
        return
    if held.restored_at is not None and at - held.restored_at >= state.rules.close_after:
        yield IncidentClosed(at=at, incident=held.id)


def apart_back(state: State, at: datetime) -> Iterator[SubscribersBack]:
    """Yield who was dark still when all others were back, and is seen working at last."""
    for incident, people in sorted(state.decided.apart.items()):
        back = tuple(sorted(s for s in people if _works_again(state, s)))
        if back:
            yield SubscribersBack(at=at, incident=incident, subscribers=back)


def _works_again(state: State, subscriber: SubscriberId) -> bool:
    """Say whether a home works; one that the inventory does not know any more waits for nothing."""
    if subscriber not in state.home:
        return True
    sources = witnesses_of(state, subscriber)
    return bool(sources) and working(state, sources, 0).issuperset(sources)


def _calm(state: State, held: Open) -> bool:
    """Say whether a flapping element has been quiet long enough to speak of its true state."""
    return quiet_s(state, held) >= state.rules.flap_calm.total_seconds()


def quiet_s(state: State, held: Open) -> float:
    """Return for how many seconds nothing below an incident's root has fallen."""
    recent = [
        falls[-1]
        for node, falls in state.swings.falls.items()
        if under(state.index, tops_of(state, held), node)
    ]
    return state.second - max([state.woke, *recent])


def _witnesses(state: State, held: Open) -> set[int]:
    """Return the sources that must be seen working before the incident is over."""
    e, index = state.evidence, state.index
    if held.kind is IncidentKind.DEGRADED:
        nodes = [n for n in (index.node(x) for x in held.root_cause) if n is not None]
        told = {s for n in nodes for s in state.court.speakers.get(n, ())}
        young = state.second - state.woke < SETTLED_S
        return told if young else {s for s in told if e.slot[s] > 0}
    lost = set(state.lost.get(held.id, ()))
    lost.update(w for s in held.subscribers for w in witnesses_of(state, s))
    if not lost:
        lost = {s for s in below(e, tops_of(state, held)).tolist() if e.through[s] < 0}
    return lost


def _seen_working(state: State, held: Open, back: Sequence[SubscriberId]) -> bool:
    """Say whether those who are back were heard themselves, not merely no longer explained."""
    sources = {w for s in back for w in witnesses_of(state, s)}
    return bool(sources) and len(working(state, sources, held.since.timestamp())) == len(sources)
