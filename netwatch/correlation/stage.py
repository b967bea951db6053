"""Alarm -> Incident. Observes every sample; decides when a second has passed."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

from netwatch.correlation import air, incidents
from netwatch.correlation.branches import learnt
from netwatch.correlation.bunches import ranged
from netwatch.correlation.by_hand import shaped
from netwatch.correlation.clusters import clustered, voiced
from netwatch.correlation.evidence import ICMP, ONU_STATE
from netwatch.correlation.habits import seen
from netwatch.correlation.hearing import gather, heard, listen, puzzles
from netwatch.correlation.incidents import from_plain, to_plain
from netwatch.correlation.isolation import of_poller, overruled, told, vouch
from netwatch.correlation.judged import judged
from netwatch.correlation.phone import told_by_phone
from netwatch.correlation.placing import blindness, place
from netwatch.correlation.planning import planned, time_passes
from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.second_looks import provoke
from netwatch.correlation.tracking import track
from netwatch.correlation.view import State, cut_off, settle, tops_of, under
from netwatch.correlation.view import begin as _begin
from netwatch.model.arrivals import (
    Answered,
    Arrival,
    Change,
    Outcome,
    Planning,
    Readings,
    Report,
    Sample,
    Started,
    Syslog,
    Tick,
    Trap,
)
from netwatch.model.asks import SecondLook
from netwatch.model.cluster_facts import CallbacksHeld
from netwatch.model.facts import (
    Fact,
    HabitsSeen,
    IncidentClosed,
    IncidentKind,
    IncidentMerged,
    IncidentOpened,
    IncidentRestored,
    IncidentRevised,
)
from netwatch.model.names import CheckName, DeviceId, IncidentId
from netwatch.model.network import Network
from netwatch.model.person_facts import ShapedByHand
from netwatch.model.shaping import Merge, Shaping, Split
from netwatch.model.stages import NOTHING, Decision
from netwatch.model.voices import (
    CallbacksWait,
    ConfirmCluster,
    DismissCluster,
    Judging,
    PhoneCounts,
    Voice,
)
from netwatch.model.whereabouts import whereabouts

MAINS = CheckName("mains")
GAP = timedelta(seconds=4)
COMMANDS = (*get_args(Planning), *get_args(Shaping), *get_args(Judging))
FROM_POLLERS = (Sample, Answered, Readings, Trap, Syslog)
GOOD_WORDS = frozenset({"online", "up", "on", "disabled"})


def begin(network: Network, rules: CorrelationRules) -> State:
    """Know nothing yet of this network."""
    return _begin(network, rules)


def observe(state: State, arrival: Arrival) -> None:
    """Keep what is learnt: who answered, who did not, since when."""
    state.look = None
    if state.pollers.several and isinstance(arrival, FROM_POLLERS):
        state.pollers.speaks(arrival.poller, int(arrival.at.timestamp()))
    match arrival:
        case Sample():
            if arrival.check == MAINS:
                _power(state, arrival)
            if state.pollers.several:
                vouch(state.pollers, state.evidence, arrival)
                arrival = _as_drawn(state, arrival)
            _look_again(state, arrival)
            state.evidence.hear(arrival)
        case Change() if arrival.device in state.network.devices:
            state.court.changes[arrival.device] = arrival
            state.steady.clear()
        case Report() | PhoneCounts():
            _hear_people(state, arrival)
        case Trap():
            if state.court.unasked.hear(arrival, state.rules.means, state.evidence):
                state.steady.clear()
        case Readings():
            ranged(state.court, arrival)
            air.hear(state, arrival)
        case Tick():
            gather(state, int(arrival.at.timestamp()))
            settle(state, int(arrival.at.timestamp()))
        case Started():
            _forget(state)
        case _:
            pass


def _hear_people(state: State, arrival: Report | PhoneCounts) -> None:
    if isinstance(arrival, Report):
        listen(state, arrival)
    else:
        state.phone.count(arrival)


def _power(state: State, sample: Sample) -> None:
    before = sample.device in state.court.mains_off
    if sample.value == "off":
        state.court.mains_off.add(sample.device)
    elif sample.value == "on":
        state.court.mains_off.discard(sample.device)
    if before != (sample.device in state.court.mains_off):
        state.steady.clear()


def unstirred(state: State, sample: Sample) -> bool:
    """Take a good answer in where it was to be expected; False: it may ask for a second look."""
    check, good = sample.check, sample.check == ICMP or sample.value in GOOD_WORDS
    if sample.check == MAINS or state.pollers.several:
        return False
    if not state.evidence.take_good(sample.device, check, sample.part, sample.value, good):
        return False
    state.look = None
    return True


def stirs(state: State, answered: Answered) -> Iterator[int]:
    """Yield the rows that may ask for a second look: what comes back, and what is no good news."""
    rows = zip(answered.devices, answered.checks, answered.parts, answered.values, strict=True)
    if state.pollers.several:
        yield from range(len(answered))
        return
    sources, down = state.evidence.sources, state.evidence.down
    for row, (device, check, part, value) in enumerate(rows):
        source = sources.get((device, check, None if check == ONU_STATE else part))
        if source is not None and (source in down or not (check == ICMP or value in GOOD_WORDS)):
            yield row


def overrules(state: State, sample: Sample) -> bool:
    """Say whether a sample is bad news of what another vantage hears well: no alarm follows."""
    if not state.pollers.several or (
        sample.outcome is Outcome.ANSWERED and (sample.check == ICMP or sample.value in GOOD_WORDS)
    ):
        return False
    return overruled(state.pollers, state.evidence, sample)


def _cut_off(state: State) -> list[str]:
    """Return the pollers whose vantage an outage cuts off from all others."""
    index, held = state.index, state.decided.incidents.values()
    if cut_off(state):
        return list(index.stands.values())
    outages = [i for i in held if i.kind is IncidentKind.OUTAGE and i.restored_at is None]
    tops = [top for one in outages for top in tops_of(state, one)]
    return [
        poller
        for stand, poller in index.stands.items()
        if any(under(index, tops, n) for n in index.twins.get(stand, ()) if n != stand)
    ]


def _as_drawn(state: State, sample: Sample) -> Sample:
    """Return a sample as one of the element in the tree of the vantage it was made from."""
    mark = state.pollers.stands.of(sample.poller).mark
    return replace(sample, device=DeviceId(sample.device + mark)) if mark else sample


def refresh(state: State, answered: Answered, stirring: Container[int]) -> None:
    """Keep of all other rows what ``observe`` would keep of their samples."""
    state.evidence.refresh(answered, stirring)


def decide(state: State, arrival: Arrival, earlier: Sequence[Fact]) -> Decision:
    """Return what changed about incidents, and whom to ask again."""
    match arrival:
        case Tick():
            return _second(state, arrival.at)
        case Sample(outcome=Outcome.BLIND) if earlier:
            return Decision(tuple(blindness(state, arrival.at, earlier)))
        case Sample() if state.look is not None:
            return Decision((), (state.look,))
        case Report() | Voice() | CallbacksWait():
            return _said(state, arrival)
        case _ if isinstance(arrival, COMMANDS):
            return Decision(tuple(_commanded(state, arrival)))
        case _:
            return NOTHING


def _said(state: State, arrival: Report | Voice | CallbacksWait) -> Decision:
    match arrival:
        case Report():
            return heard(state, arrival)
        case Voice():
            return voiced(state, arrival)
        case CallbacksWait():
            known = state.decided.ear.callbacks == frozenset(arrival.incidents)
            held = CallbacksHeld(at=arrival.at, incidents=arrival.incidents)
            return NOTHING if known else Decision((held,))


def _second(state: State, at: datetime) -> Decision:
    """Return what a second that is over changed."""
    facts = [_located(state, fact) for fact in track(state, at)]
    opened = [f for f in facts if isinstance(f, IncidentOpened)]
    facts.extend(place(state, at, opened))
    opened = [f for f in facts if isinstance(f, IncidentOpened)]
    facts.extend(time_passes(state, at))
    number = state.decided.number + len(opened)
    held, cut = state.decided.incidents, _cut_off(state)
    facts.extend(told(state.pollers, held, cut, number, at))
    facts.extend(seen(state, at))
    facts.extend(state.court.air.seen(at))
    facts.extend(learnt(state, at, facts))
    facts.extend(told_by_phone(state, at))
    together, asks = clustered(state, at)
    facts.extend(together)
    facts.extend(puzzles(state, at))
    return Decision(facts, asks) if facts else NOTHING


def _commanded(state: State, command: Planning | Shaping | Judging) -> Iterator[Fact]:
    match command:
        case ConfirmCluster() | DismissCluster():
            yield from (_located(state, fact) for fact in judged(state, command))
        case Merge() | Split():
            yield from (_located(state, fact) for fact in shaped(state, command))
        case _:
            yield from planned(state, command)


def evolve(state: State, fact: Fact) -> None:
    """Remember what was decided."""
    blind = isinstance(fact, IncidentRestored) and _was_blind(state, fact.incident)
    incidents.evolve(state.decided, fact)
    if isinstance(fact, HabitsSeen):
        state.decided.habits.take(fact)
        state.strolls.pop(int(fact.hour.timestamp()) // 3600, None)
    if blind:
        state.evidence.forget()
        state.book.names.clear()
    if isinstance(fact, IncidentMerged | IncidentClosed):
        for kept in (state.lost, state.tops, state.steady):
            kept.pop(fact.incident, None)
    if isinstance(fact, ShapedByHand):
        state.steady.clear()


def _located(state: State, fact: Fact) -> Fact:
    """Return a fact of who is without service with the streets in it."""
    if not isinstance(fact, IncidentOpened | IncidentRevised):
        return fact
    held, found = state.decided.incidents.get(fact.incident), fact.diagnosis
    before = held.grids if held else None
    where = whereabouts(state.streets.map(), found.subscribers, found.areas, before)
    return replace(fact, diagnosis=replace(found, where=where))


def _was_blind(state: State, incident: IncidentId) -> bool:
    held = state.decided.incidents.get(incident)
    return (
        held is not None and held.kind is IncidentKind.BLIND and not (of_poller(held) or held.mute)
    )


def refit(
    state: State, network: Network, rules: CorrelationRules, fresh: State | None = None
) -> None:
    """Go on with another inventory: open incidents are kept, what was learnt is learnt again.

    ``fresh`` is what ``begin`` made of both beforehand: it takes seconds for a large network.
    """
    if fresh is None:
        fresh = _begin(network, rules)
    fresh.decided, fresh.second = state.decided, state.second
    _replace(state, fresh)


def snapshot(state: State) -> dict[str, Any]:
    """Return what was decided as plain JSON values."""
    return to_plain(state.decided)


def restore(state: State, plain: Mapping[str, Any]) -> None:
    """Take a snapshot back."""
    state.decided = from_plain(dict(plain))


def _forget(state: State) -> None:
    refit(state, state.network, state.rules)


def _replace(state: State, fresh: State) -> None:
    for name in State.__slots__:
        setattr(state, name, getattr(fresh, name))


def _look_again(state: State, sample: Sample) -> None:
    """Ask for a second look at the neighbourhood when a source fails or is back for the first time.

    Back counts too: what hung on it is asked again before anything is called restored.
    """
    if sample.outcome is Outcome.BLIND:
        return
    good = sample.outcome is Outcome.ANSWERED and (
        sample.check == ICMP or sample.value in GOOD_WORDS
    )
    part = None if sample.check == ONU_STATE else sample.part
    source = state.evidence.sources.get((sample.device, sample.check, part))
    if source is None:
        return
    run = state.evidence.run[source]
    if (run >= 0) if good else (run < 0):
        return
    second = int(sample.at.timestamp())
    devices = provoke(state, source, second)
    if devices:
        state.looked.update(dict.fromkeys(devices, second))
        state.look = SecondLook(at=sample.at, devices=devices, rounds=2, gap=GAP)
