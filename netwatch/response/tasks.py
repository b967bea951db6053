"""Incident -> Task: what the plan asks of whom now.

Customers come first: no task of a crew is given before they were told or need not be, and none
waits for that longer than a minute; then the notice that does not leave is the staff's to mend.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from netwatch.model.arrivals import Arrival, Tick
from netwatch.model.facts import Fact, IncidentKind, NoticeDue, Purpose
from netwatch.model.names import IncidentId, SubscriberId, TaskId
from netwatch.model.task_facts import Dropped, Rank, TaskDropped, TaskGiven
from netwatch.response.order import PUBLIC_KINDS
from netwatch.response.playbooks import (
    CUSTOMERS_TOLD,
    NETWATCH,
    About,
    Known,
    Playbook,
    TaskRule,
    applies,
)
from netwatch.response.sheets import BY_HAND, Sheet
from netwatch.response.staffing import calls, learnt
from netwatch.response.state import State
from netwatch.response.task_ends import crew_waits, done, dropped, forgotten_at, late, late_at
from netwatch.response.task_words import said_next, task_words

SETTLES: Final = timedelta(minutes=1)
"""Sooner than this a plan is not changed for another one."""
MOST_SUBSCRIBERS: Final = 50
SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
TOLD: Final = TaskRule(id=CUSTOMERS_TOLD, role=NETWATCH, rank=Rank.CUSTOMERS)
"""What netwatch does itself, where the rules have no words for it."""


def tasks(state: State, arrival: Arrival, decided: Sequence[Fact]) -> Iterator[Fact]:
    """Yield what becomes of tasks at this second; ``decided`` is what response decided just now."""
    if not isinstance(arrival, Tick):
        return
    now = arrival.at
    alerted = {
        fact.incident
        for fact in decided
        if isinstance(fact, NoticeDue) and fact.purpose is Purpose.ALERT
    }
    for sheet in state.plan.sheets.values():
        if sheet.incident not in alerted and sheet.quiet_until and now < sheet.quiet_until:
            continue
        facts = list(_turn(state, sheet, now, alerted))
        sheet.quiet_until = None if facts else _until(state, sheet, now)
        yield from facts


def _turn(
    state: State, sheet: Sheet, now: datetime, alerted: Collection[IncidentId | None]
) -> Iterator[Fact]:
    ended: list[Fact] = [*dropped(state, sheet, now)]
    gone = {fact.task for fact in ended if isinstance(fact, TaskDropped)}
    for fact in done(state, sheet, now, gone):
        ended.append(fact)
        gone.add(fact.task)
    yield from ended
    yield from late(state, sheet, now, gone)
    at_the_desk = sheet.kind is IncidentKind.LINE or not state.rules.staff_channels
    if sheet.over is None and (sheet.alerted or at_the_desk or sheet.incident in alerted):
        yield from _given(state, sheet, now, gone)
    yield from task_words(state, sheet, now)


def _given(
    state: State, sheet: Sheet, now: datetime, gone: Collection[TaskId]
) -> Iterator[TaskGiven | TaskDropped]:
    """Yield the tasks that are given now, and those of a plan that is not the one any more."""
    rules, zone = state.rules.tasks, ZoneInfo(state.rules.timezone)
    critical = _critical(state, sheet)
    about = About(
        cause=sheet.cause,
        kind=sheet.kind,
        people=sheet.people,
        critical=len(critical),
        known=sheet.known,
        told_on=frozenset(sheet.told_on),
        since=sheet.since,
    )
    book = rules.choose(about, (sheet.alerted or now).astimezone(zone))
    if book is None:
        return
    if book.id != sheet.playbook and sheet.playbook:
        if now - _last_given(sheet) < SETTLES:
            return
        yield from _other_plan(sheet, book, now, gone)
    local = now.astimezone(zone)
    numbers = count(sheet.numbers + 1)
    own = (task for task in rules.of(book) if task.id != CUSTOMERS_TOLD)
    fit = [task for task in own if applies(task, about, now, local)]
    for task in (*_told_first(state, sheet, book), *fit):
        if sheet.named(task.id) is None and _may_be_given(state, sheet, task, fit, now):
            yield TaskGiven(
                at=now,
                task=TaskId(f"{sheet.incident}.{next(numbers)}"),
                incident=sheet.incident,
                name=task.id,
                playbook=book.id,
                role=task.role,
                rank=task.rank,
                deadline=_deadline(state, sheet, task, now),
                people=sheet.people,
                calls=_calls(state, sheet, local),
                subscribers=critical if task.when.least_critical else (),
            )


def _told_first(state: State, sheet: Sheet, book: Playbook) -> tuple[TaskRule, ...]:
    """Return the task of netwatch itself, before those of any crew."""
    rules = state.rules.tasks
    crewed = any(task.rank in (Rank.CREW, Rank.REPAIR) for task in rules.of(book))
    told = rules.tasks.get(CUSTOMERS_TOLD, TOLD)
    return (told,) if crewed and Known.RESTORED not in sheet.marks else ()


def _may_be_given(
    state: State, sheet: Sheet, task: TaskRule, fit: Sequence[TaskRule], now: datetime
) -> bool:
    """Say whether all that comes before a task is done, or has waited long enough."""
    if (task.rank is Rank.AFTERCARE) is not (Known.RESTORED in sheet.marks):
        return False
    if task.done_when and sheet.known.issuperset(task.done_when):
        return False
    if not all(_is_met(sheet, need, fit) for need in task.needs):
        return False
    if task.rank not in (Rank.CREW, Rank.REPAIR):
        return True
    if not _gate_is_open(state, sheet, now):
        return False
    return task.rank is Rank.CREW or not any(_holds_up(sheet, other) for other in fit)


def _is_met(sheet: Sheet, need: str, fit: Sequence[TaskRule]) -> bool:
    """Say whether a task that another one needs has ended, or is not to be done here at all."""
    errand = sheet.named(need)
    return errand.ended if errand else all(need != task.id for task in fit)


def _gate_is_open(state: State, sheet: Sheet, now: datetime) -> bool:
    """Say whether customers come before a crew no longer: they know, or it took too long."""
    told = sheet.named(CUSTOMERS_TOLD)
    if told is None:
        return False
    return told.ended or told.late > 0 or now >= told.given_at + crew_waits(state)


def _holds_up(sheet: Sheet, task: TaskRule) -> bool:
    """Say whether a crew's task keeps the repair waiting: for as long as it is not late."""
    if task.rank is not Rank.CREW or task.within is None:
        return False
    errand = sheet.named(task.id)
    return errand is None or not (errand.ended or errand.late)


def _other_plan(
    sheet: Sheet, book: Playbook, now: datetime, gone: Collection[TaskId]
) -> Iterator[TaskDropped]:
    for errand in sheet.open:
        stays = errand.name in (*book.tasks, CUSTOMERS_TOLD, BY_HAND) or errand.task in gone
        if not stays:
            yield TaskDropped(
                at=now, task=errand.task, incident=sheet.incident, because=Dropped.OTHER_PLAN
            )


def _last_given(sheet: Sheet) -> datetime:
    return max((one.given_at for one in sheet.errands.values() if one.name), default=sheet.since)


def _deadline(state: State, sheet: Sheet, task: TaskRule, now: datetime) -> datetime | None:
    if task.id == CUSTOMERS_TOLD:
        return now + crew_waits(state)
    if task.within is None:
        return None
    return (sheet.alerted or now if task.from_start else now) + task.within


def _critical(state: State, sheet: Sheet) -> tuple[SubscriberId, ...]:
    case = state.cases.get(sheet.incident)
    if case is None or not state.homes.critical:
        return ()
    return tuple(sorted(state.homes.critical & case.crowd.dark.keys()))[:MOST_SUBSCRIBERS]


def _calls(state: State, sheet: Sheet, local: datetime) -> int:
    if sheet.kind not in PUBLIC_KINDS:
        return 0
    factor = learnt(state.plan.expected, state.plan.reported)
    return calls(state.rules.tasks.staffing, sheet.people, local, factor)


def _until(state: State, sheet: Sheet, now: datetime) -> datetime:
    """Return before when time alone changes nothing: at most to the next whole minute."""
    minute = now.replace(second=0, microsecond=0) + MINUTE
    told = sheet.named(CUSTOMERS_TOLD)
    if told is not None and not told.ended:
        return now + SECOND  # what the policy lets out does not depend on this sheet alone
    moments = [minute, *_moments(state, sheet)]
    return min(moment for moment in moments if moment > now)


def _moments(state: State, sheet: Sheet) -> Iterator[datetime]:
    for errand in sheet.open:
        yield forgotten_at(state, errand)
        if (due := late_at(state, errand)) is not None:
            yield due
    rules = state.rules.tasks
    yield from (sheet.since + task.after for task in rules.tasks.values() if task.after)
    yield _last_given(sheet) + SETTLES
    yield from said_next(sheet)
