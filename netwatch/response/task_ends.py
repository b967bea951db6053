"""What becomes of tasks that were given: done as seen, late, or not to be done any more."""

from collections.abc import Collection, Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from netwatch.model.facts import Fact, IncidentKind, Phase
from netwatch.model.names import ChannelName, TaskId
from netwatch.model.task_facts import Dropped, Rank, TaskDone, TaskDropped, TaskLate
from netwatch.response.alerts import beside
from netwatch.response.holders import then_role
from netwatch.response.order import need_not, told, waits_for
from netwatch.response.playbooks import CUSTOMERS_TOLD, LONGEST_WAIT, Known
from netwatch.response.policy import Hours
from netwatch.response.sheets import BY_HAND, Errand, Sheet
from netwatch.response.state import State

AFTER_THE_END = (Dropped.CLOSED, Dropped.RESTORED)
LAST_RUNG = 2
BY_DAY = Hours(time(7), time(22))
"""When people are asked for what can wait."""
NOT_DUE_YET = "not-due-yet"


def dropped(state: State, sheet: Sheet, now: datetime) -> Iterator[TaskDropped]:
    """Yield the tasks that nobody has to do: it works again, it never was, or it is long ago.

    What comes after a repair, and what a person asked for, outlives it.
    """
    over = sheet.over or (Dropped.RESTORED if Known.RESTORED in sheet.marks else None)
    for errand in sheet.open:
        outlives = errand.rank is Rank.AFTERCARE or errand.name == BY_HAND
        if over is None or (outlives and over in AFTER_THE_END):
            forgotten = now >= forgotten_at(state, errand)
            because = Dropped.EXPIRED if forgotten else None
        else:
            because = over
        if because is not None:
            yield TaskDropped(at=now, task=errand.task, incident=sheet.incident, because=because)


def forgotten_at(state: State, errand: Errand) -> datetime:
    """Return when nobody asks for a task any more."""
    return (errand.deadline or errand.given_at) + state.rules.tasks.chasing.forgotten_after


def done(state: State, sheet: Sheet, now: datetime, gone: Collection[TaskId]) -> Iterator[TaskDone]:
    """Yield the tasks that netwatch sees to be done."""
    rules = state.rules.tasks.tasks
    for errand in sheet.open:
        if errand.task in gone:
            continue
        if errand.name == CUSTOMERS_TOLD:
            because = _told(state, sheet, errand, now)
        else:
            wanted = rules[errand.name].done_when if errand.name in rules else ()
            because = ",".join(wanted) if sheet.known.issuperset(wanted) else ""
        if because:
            yield TaskDone(at=now, task=errand.task, incident=sheet.incident, because=because)


def _told(state: State, sheet: Sheet, errand: Errand, now: datetime) -> str:
    because = told(sheet) or need_not(state, sheet, now)
    if because or now < errand.given_at + crew_waits(state):
        return because
    return "" if waits_for(sheet) else NOT_DUE_YET


def crew_waits(state: State) -> timedelta:
    """Return how long at most a crew waits for customers to be told: a minute, or less."""
    return min(state.rules.tasks.chasing.crew_waits, LONGEST_WAIT)


def late(state: State, sheet: Sheet, now: datetime, gone: Collection[TaskId]) -> Iterator[Fact]:
    """Yield the tasks whose time is over: whoever has one is reminded, then another is told."""
    for errand in sheet.open:
        if errand.task in gone:
            continue
        if errand.name == CUSTOMERS_TOLD:
            if errand.late == 0 and now >= errand.given_at + crew_waits(state):
                yield from _untold(state, sheet, errand, now)
        elif (
            (due := late_at(state, errand)) is not None
            and now >= due
            and _may_be_asked(state, sheet, errand, now)
        ):
            rung = errand.late + 1
            role = errand.role if rung == 1 else then_role(state, errand)
            yield TaskLate(at=now, task=errand.task, incident=sheet.incident, role=role, rung=rung)


def _may_be_asked(state: State, sheet: Sheet, errand: Errand, now: datetime) -> bool:
    """Say whether it is the hour to ask for a task: what can wait for the day wakes nobody.

    That is what comes after a repair, and what the plan has for one subscriber's own line.
    """
    rule = state.rules.tasks.tasks.get(errand.name)
    can_wait = errand.rank is Rank.AFTERCARE or sheet.kind is IncidentKind.LINE
    if rule is None or not can_wait:
        return True
    local = now.astimezone(ZoneInfo(state.rules.timezone))
    return BY_DAY.hold(local) and rule.when.is_time(local)


def late_at(state: State, errand: Errand) -> datetime | None:
    """Return when somebody is to be told next that a task is late; None: nobody is any more."""
    if errand.late == 0:
        return errand.deadline
    if errand.late >= LAST_RUNG or errand.late_at is None:
        return None
    return errand.late_at + state.rules.tasks.chasing.climbs_after


def _untold(state: State, sheet: Sheet, errand: Errand, now: datetime) -> Iterator[Fact]:
    """Yield that customers were not told in time, and the message to whoever can mend that."""
    channels = waits_for(sheet)
    yield TaskLate(
        at=now,
        task=errand.task,
        incident=sheet.incident,
        role=errand.role,
        waits_for=",".join(channels),
    )
    if any(f"channel:{channel}" in state.troubles for channel in channels):
        return  # the staff knows that already, and what to do
    yield from beside(
        state,
        now,
        f"the notice of {sheet.incident} by {' and '.join(channels)}",
        _remedy(sheet, errand, channels),
        phase=Phase.CONFIRMED,
        revision=int(now.timestamp()),
    )


def _remedy(sheet: Sheet, errand: Errand, channels: tuple[ChannelName, ...]) -> str:
    name = " and ".join(channels)
    return (
        f"{name} did not take it within a minute, so the crew is sent before customers are told. "
        f"Mend {name}, or tell them another way and say so: netwatch task done {errand.task}. "
        f"What became of it: netwatch incident proof {sheet.incident}"
    )
