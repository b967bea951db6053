"""Nobody took it -> who is called next: each rung once, at its time or at the first look after."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from netwatch.model.facts import Audience, NoticeDue, Phase, Purpose
from netwatch.model.names import ChannelName, PersonId, RoleName
from netwatch.response.cases import RUNG, Case, Life
from netwatch.response.on_duty import standing
from netwatch.response.pacing import batches
from netwatch.response.people import ON_CALL
from netwatch.response.playbooks import About
from netwatch.response.rules import Mode
from netwatch.response.rungs import Ladder, Rung
from netwatch.response.state import State
from netwatch.response.watches import AS_A_WHOLE, own_channel

LAST: Final = "last"
"""What stands beside the minutes when there is nobody above."""
TELLING: Final = "telling"
"""And beside that, when netwatch goes on telling customers by itself: plan B."""


def climbs(state: State, case: Case, now: datetime) -> Iterator[NoticeDue]:
    """Yield the calls of the rungs that fell due, one a person, however many fell due at once."""
    called, looked = case.called_at, case.rung_at
    if called is None or looked is None or case.owner or case.life is not Life.OPEN:
        return
    if not state.rules.people.persons or not state.rules.staff_channels:
        return
    passed, since = looked - called, now - called
    if not state.rules.ladders.wakes(passed, since):
        return
    ladder = ladder_of(state, case, now)
    if ladder is None:
        return
    ways: dict[str, ChannelName] = {}
    is_last = False
    for rung, is_top in ladder.due(passed, since):
        is_last = is_last or is_top
        for one in _called(state, rung, now):
            ways.setdefault(one, _way(state, rung, one))
    tells = state.held is None and state.rules.mode is not Mode.SHADOW and case.concerns_the_public
    minutes = str(max(1, round(since / timedelta(minutes=1))))
    above = (LAST, TELLING) if tells else (LAST,)
    detail = " ".join((minutes, *above)) if is_last else minutes
    yield from _calls(case, ways, now, detail)


def ladder_of(state: State, case: Case, now: datetime) -> Ladder | None:
    """Return the ladder of an incident as it stands; None: it has none, or no people files do."""
    rules = state.rules
    if not rules.ladders.ladders or not rules.people.persons:
        return None
    dark = case.crowd.dark.keys()
    about = About(
        cause=case.cause,
        kind=case.kind,
        people=case.worst,
        critical=len(state.homes.critical & dark),
        since=case.since,
    )
    plans = {plan for one in rules.ladders.ladders for plan in one.plans}
    by_plan = {plan: len(state.homes.plans.get(plan, frozenset()) & dark) for plan in plans}
    return rules.ladders.choose(about, now.astimezone(ZoneInfo(rules.timezone)), by_plan)


def is_climbed(state: State, case: Case | None, now: datetime) -> bool:
    """Say whether a ladder calls people because nobody takes an incident."""
    ladder = None if case is None else ladder_of(state, case, now)
    return ladder is not None and bool(ladder.rungs)


def _calls(
    case: Case, ways: dict[str, ChannelName], now: datetime, detail: str
) -> Iterator[NoticeDue]:
    phase = Phase.CONFIRMED if case.confirmed else Phase.SUSPECTED
    by_channel: dict[ChannelName, list[str]] = defaultdict(list)
    for one, channel in ways.items():
        by_channel[channel].append(one)
    for channel, people in sorted(by_channel.items()):
        for some in batches(tuple(people)):
            yield NoticeDue(
                at=now,
                incident=case.incident,
                audience=Audience.STAFF,
                channel=channel,
                phase=phase,
                purpose=Purpose.UPDATE,
                revision=case.next_revision(Audience.STAFF, channel, phase),
                recipients=some,
                areas=case.areas,
                subject=RUNG,
                detail=detail,
            )


def _called(state: State, rung: Rung, now: datetime) -> Iterable[str]:
    """Return whom a rung calls; roles that no file knows fall to whom late tasks climb to."""
    people = state.rules.people
    known = [role for role in rung.roles if role in people.roles]
    roles = known or [_climbed_to(state)]
    found: dict[str, None] = {}
    for role in roles:
        if rung.everyone:
            able = (one for one in people.roles[role].people if one in people.persons)
            found |= dict.fromkeys(one for one in able if not people.persons[one].is_away(now))
        said = standing(people, tuple(state.overrides.values()), role, now).found
        shared = said.because in AS_A_WHOLE and role in state.rules.staff
        if shared and not rung.everyone and not said.is_machine:
            found[role] = None
        elif not said.is_machine and PersonId(said.who) in people.persons:
            found[said.who] = None
    return found


def _climbed_to(state: State) -> RoleName:
    then = state.rules.tasks.chasing.then
    return then if then in state.rules.people.roles else ON_CALL


def _way(state: State, rung: Rung, one: str) -> ChannelName:
    first = (name for name in rung.by if state.rules.leads_somewhere(name))
    return next(first, None) or own_channel(state.rules, one)
