"""Incident -> Notice: the third stage. It says what is owed to whom; it sends nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any, Final

from netwatch.model.arrivals import (
    Arrival,
    Change,
    Readings,
    Report,
    Result,
    Sample,
    Syslog,
    Tick,
    Trap,
)
from netwatch.model.cluster_facts import ClusterConfirmed
from netwatch.model.duty_facts import DutyFact, DutyOverridden, DutyOverrideEnded
from netwatch.model.facts import (
    AlarmCleared,
    AlarmPlaced,
    ApprovalAsked,
    ApprovalGiven,
    ApprovalLapsed,
    ApprovalRefused,
    Audience,
    CauseNamed,
    EndExpected,
    Fact,
    FollowerJoined,
    FollowerLeft,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentClosed,
    IncidentConfirmed,
    IncidentMerged,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Phase,
    PublishHeld,
    PublishResumed,
    ServiceStarted,
    SituationBegan,
    SituationChanged,
    SituationEnded,
    SituationOver,
    SubscribersBack,
    TroubleBegan,
    TroubleEnded,
    keys_of,
)
from netwatch.model.maintenance_facts import MaintenanceFact, MaintenanceOverran
from netwatch.model.names import IncidentId, MaintenanceId, SituationId
from netwatch.model.network import Network
from netwatch.model.person_facts import SplitByHand
from netwatch.model.stages import NOTHING, Decision
from netwatch.model.voices import CallbacksWait, PhoneCounts, Voice
from netwatch.response import lessons_open, memory, overrides, planned, reply_memory, sheets, signs
from netwatch.response.alerts import staff_words
from netwatch.response.approvals import answered, lapsed
from netwatch.response.cases import Case, IncidentFact, open_case
from netwatch.response.circles import Circles
from netwatch.response.climbing import climbs
from netwatch.response.commands import carried_out
from netwatch.response.consent import asked
from netwatch.response.crowds import moved, part, told, unsaid
from netwatch.response.followers import (
    commanded,
    follower_words,
    is_letter,
    joined_or_left,
    passed_on,
    written,
)
from netwatch.response.hints import hints
from netwatch.response.lessons import reminders
from netwatch.response.notices import public_words
from netwatch.response.publishing import switched
from netwatch.response.receipts import noted
from netwatch.response.replies import replied
from netwatch.response.rules import ResponseRules
from netwatch.response.situation import evolve as evolve_situation
from netwatch.response.situation import forget_when_settled, situations
from netwatch.response.staff_pace import count_sent, paced
from netwatch.response.state import EVERYWHERE, State
from netwatch.response.subscribers import Moment, subscriber_words
from netwatch.response.task_commands import ordered
from netwatch.response.tasks import tasks
from netwatch.response.trouble import of_netwatch, troubles
from netwatch.response.works import works_words
from netwatch.response.works_told import letters, letters_unsaid


def begin(network: Network, rules: ResponseRules) -> State:
    """Return the state in which nobody was told anything."""
    state = State(rules)
    state.fit(network, rules)
    state.circles = Circles.of(network)
    return state


def observe(state: State, arrival: Arrival) -> None:
    """Learn nothing: all that response knows was decided."""


def decide(state: State, arrival: Arrival, earlier: Sequence[Fact]) -> Decision:
    """Say what is owed to whom after this arrival; decides, changes nothing.

    Time alone can make words due (a policy that waits, a hold that ended, updates kept apart), so
    every Tick looks at every incident somebody was or should be told of. Words come first: what a
    command changes is news for the next Tick.
    """
    if not earlier and isinstance(arrival, _NO_CONCERN_OF_RESPONSE):
        return NOTHING
    numbers = count(state.approvals_asked + 1)
    moment = Moment()
    facts = [
        *_words(state, arrival, earlier, numbers, moment),
        *_situations(state, arrival, numbers),
        *carried_out(state, arrival),
        *replied(state, arrival),
        *commanded(state, arrival),
        *switched(state, arrival),
        *overrides.rostered(state, arrival),
        *answered(state, arrival),
        *noted(state, arrival),
        *troubles(state, arrival),
        *works_words(state, arrival, earlier),
        *_letters(state, arrival, numbers, moment),
        *hints(state, earlier),
        *reminders(state, arrival),
        *of_netwatch(arrival),
    ]
    facts += follower_words(state, arrival, facts)
    facts += ordered(state, arrival)
    said = [*paced(state, arrival, (*facts, *tasks(state, arrival, facts)))]
    return Decision(said) if said else NOTHING


def evolve(state: State, fact: Fact) -> None:  # noqa: PLR0912, PLR0915 - one line a kind of fact
    """Remember what was decided; decides nothing."""
    state.seen_blinded = None
    sheets.evolve(state.plan, fact)
    lessons_open.evolve(state.lessons, fact)
    reply_memory.evolve(state.replies, fact)
    count_sent(state, fact)
    _said_by_people(state, fact)
    match fact:
        case IncidentOpened():
            state.cases[fact.incident] = open_case(fact.incident, fact.since, fact.diagnosis)
            moved(state, state.cases[fact.incident], fact)
        case (
            IncidentRevised()
            | IncidentConfirmed()
            | IncidentRestored()
            | IncidentRelapsed()
            | IncidentMerged()
            | IncidentClosed()
            | SubscribersBack()
            | EndExpected()
            | CauseNamed()
        ):
            if (case := state.cases.get(fact.incident)) is not None:
                case.turn(fact)
                _pass_on(state, case, fact.at)
                if isinstance(fact, IncidentConfirmed) or case.over:
                    signs.forget(state, case)
                moved(state, case, fact)
                _forget_when_settled(state, case)
            evolve_situation(state, fact)
        case NoticeDue():
            _remember(state, fact)
            if fact.incident is None and fact.phase is Phase.PLANNED:
                _works_moved(state, fact)
        case NoticeSent() | NoticeRefused() | NoticeExpired():
            state.owed.difference_update(fact.keys)
            if not isinstance(fact, NoticeSent) or fact.result is Result.UNDELIVERED:
                unsaid(state, fact)
                letters_unsaid(state, fact)
        case PublishHeld():
            state.held = fact
            state.look_again()
        case PublishResumed():
            state.held = None
            state.look_again()
        case ServiceStarted(numbers_spent=spent) if spent:
            _spend(state, spent)
        case TroubleBegan():
            state.troubles[fact.where] = fact.at
            state.trouble_counts[fact.where] += 1
        case TroubleEnded():
            state.troubles.pop(fact.where, None)
        case AlarmPlaced() | AlarmCleared() | ClusterConfirmed():
            signs.evolve(state, fact)
        case SituationBegan() | SituationChanged() | SituationEnded() | SituationOver():
            evolve_situation(state, fact)
        case FollowerJoined() | FollowerLeft():
            _follow(state, fact)
        case DutyOverridden() | DutyOverrideEnded() | IncidentAcknowledged() | IncidentAssigned():
            _staffed(state, fact)
        case _:
            if isinstance(fact, MaintenanceFact):
                _works_moved(state, fact)
                _overran(state, fact)


def _staffed(state: State, fact: DutyFact | IncidentAcknowledged | IncidentAssigned) -> None:
    if isinstance(fact, DutyFact):
        overrides.evolve(state, fact)
    elif (case := state.cases.get(fact.incident)) is not None:
        case.owner = fact.to if isinstance(fact, IncidentAssigned) else fact.by


def _spend(state: State, numbers: int) -> None:
    """Give none of these numbers again: the journal that knew them was lost."""
    state.trouble_counts[EVERYWHERE] = numbers
    state.approvals_asked = max(state.approvals_asked, numbers)
    state.situations_begun = max(state.situations_begun, numbers)
    state.overrides_made = max(state.overrides_made, numbers)
    state.lessons.learnt = max(state.lessons.learnt, numbers)


def _said_by_people(state: State, fact: Fact) -> None:
    match fact:
        case SplitByHand():
            part(state, fact)
        case ApprovalAsked():
            number = fact.approval.rpartition("-")[2]
            state.approvals_asked = max(state.approvals_asked, int(number))
            umbrella = state.umbrellas.get(fact.situation) if fact.situation else None
            about = umbrella.case if umbrella else state.cases.get(fact.incident or NOBODY)
            works = state.promised.get(fact.maintenance) if fact.maintenance else None
            if about is not None:
                about.approvals[fact.approval] = asked(fact)
            elif works is not None:
                works.crowd.approvals[fact.approval] = asked(fact)
        case ApprovalGiven() | ApprovalRefused() | ApprovalLapsed():
            state.look_again()
            about = state.case_of(fact.approval)
            if about is None:
                if (works := state.promise_of(fact.approval)) is not None:
                    answered_one = works.crowd.approvals[fact.approval].answered(fact)
                    works.crowd.approvals[fact.approval] = answered_one
                    _settle_works(state, works.maintenance)
                return
            about.approvals[fact.approval] = about.approvals[fact.approval].answered(fact)
            if about.situation is None:
                _forget_when_settled(state, about)
            elif about.situation in state.umbrellas:
                forget_when_settled(state, state.umbrellas[about.situation])
        case _:
            return


def _pass_on(state: State, case: Case, at: datetime) -> None:
    """Let the incident that another one turned out to be have what was told and spent on it."""
    if case.merged_into in state.cases:
        state.cases[case.merged_into].inherit(case, at)
        state.spending.pass_on(case.incident, case.merged_into)
        passed_on(state, case.incident, case.merged_into)


def _works_moved(state: State, fact: MaintenanceFact | NoticeDue) -> None:
    """Remember what became of works; of those nothing is left to be told of, nothing is kept."""
    before = set(state.promised)
    planned.evolve(state.promised, fact, state.ending)
    if isinstance(fact, MaintenanceFact):
        state.works_told.clear()
    for gone in before - state.promised.keys():
        state.spending.forget(IncidentId(gone))


def _settle_works(state: State, name: MaintenanceId) -> None:
    planned.settle(state.promised, name)
    if name not in state.promised:
        state.spending.forget(IncidentId(name))


def _overran(state: State, fact: MaintenanceFact) -> None:
    if isinstance(fact, MaintenanceOverran) and fact.incident in state.cases:
        state.cases[fact.incident].overran = True


def refit(state: State, network: Network, rules: ResponseRules) -> None:
    """Go on with other rules; what was told stays told."""
    state.fit(network, rules)
    state.circles = Circles.of(network)


def snapshot(state: State) -> dict[str, Any]:
    """Return what was decided as plain JSON values."""
    return memory.to_plain(state)


def restore(state: State, plain: Mapping[str, Any]) -> None:
    """Take a snapshot back."""
    memory.from_plain(state, plain)


NOBODY: Final = IncidentId("")
_NO_CONCERN_OF_RESPONSE: Final = (
    Sample,
    Readings,
    Trap,
    Syslog,
    Change,
    Report,
    Voice,
    PhoneCounts,
    CallbacksWait,
)
"""What devices and customers say is for the stages before; only their facts come here."""


def _words(
    state: State,
    arrival: Arrival,
    earlier: Sequence[Fact],
    numbers: Iterator[int],
    moment: Moment,
) -> Iterator[Fact]:
    for case in _in_question(state, arrival, earlier):
        yield from lapsed(state, case, arrival.at)
        yield from public_words(state, case, arrival.at, numbers)
        yield from staff_words(state, case, arrival.at)
        if isinstance(arrival, Tick):
            yield from climbs(state, case, arrival.at)
            yield from subscriber_words(state, case, arrival.at, moment, numbers)


def _letters(
    state: State, arrival: Arrival, numbers: Iterator[int], moment: Moment
) -> Iterator[Fact]:
    if isinstance(arrival, Tick):
        yield from letters(state, arrival.at, moment, numbers)


def _situations(state: State, arrival: Arrival, numbers: Iterator[int]) -> Iterator[Fact]:
    yield from situations(state, arrival)
    if isinstance(arrival, Tick):
        for umbrella in state.umbrellas.values():
            yield from lapsed(state, umbrella.case, arrival.at)
            yield from public_words(state, umbrella.case, arrival.at, numbers)


def _in_question(state: State, arrival: Arrival, earlier: Iterable[Fact]) -> Iterator[Case]:
    if isinstance(arrival, Tick):
        yield from state.told_of()
        return
    touched = {fact.incident for fact in earlier if isinstance(fact, IncidentFact)}
    if touched:
        yield from (case for case in state.told_of() if case.incident in touched)


def _remember(state: State, due: NoticeDue) -> None:
    state.owed.update(keys_of(due))
    case = None if due.incident is None else state.cases.get(due.incident)
    if is_letter(due):
        written(state, due)
        if case is not None:
            _forget_when_settled(state, case)
        return
    umbrella = state.umbrellas.get(SituationId(due.subject))
    if umbrella is not None and due.audience is not Audience.STAFF:
        umbrella.case.remember(due)
        forget_when_settled(state, umbrella)
        return
    if case is not None:
        case.remember(due)
        told(state, due)
        _forget_when_settled(state, case)


def _forget_when_settled(state: State, case: Case) -> None:
    if case.over and case.settled and case.incident not in state.letters:
        del state.cases[case.incident]
        state.spending.forget(case.incident)


def _follow(state: State, fact: FollowerJoined | FollowerLeft) -> None:
    joined_or_left(state, fact)
    if isinstance(fact, FollowerLeft):
        for works in list(state.promised.values()):
            works.crowd.leaves(fact.follower)
            planned.settle(state.promised, works.maintenance)
    state.works_told.clear()
    for case in list(state.cases.values()):
        _forget_when_settled(state, case)
