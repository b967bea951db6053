"""What response remembers of the tasks of one incident: given, late, ended; and what is known."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from netwatch.model.arrivals import Result
from netwatch.model.facts import (
    Audience,
    Cause,
    CauseNamed,
    EndExpected,
    Fact,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentClosed,
    IncidentConfirmed,
    IncidentKind,
    IncidentMerged,
    IncidentNoted,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Purpose,
    keys_of,
)
from netwatch.model.names import ChannelName, IncidentId, NoticeKey, RoleName, TaskId
from netwatch.model.report_facts import CustomerReported
from netwatch.model.task_facts import (
    Dropped,
    Rank,
    TaskAdded,
    TaskDone,
    TaskDropped,
    TaskFact,
    TaskGiven,
    TaskLate,
    TaskSkipped,
)
from netwatch.response.playbooks import Known

BY_HAND: Final = ""
"""The name of tasks that a person added."""
BEFORE: Final = "/"
"""The name of tasks that ended in a course that is over: they may have to be done again."""


@dataclass(slots=True)
class Errand:
    """One task, as it stands with whoever has it."""

    task: TaskId
    name: str
    role: RoleName
    rank: Rank
    given_at: datetime
    deadline: datetime | None = None
    late: int = 0
    """How often somebody was to be told that it is late."""
    late_at: datetime | None = None
    told: int = -1
    """Up to which ``late`` whoever has it was sent a message; -1: of nothing."""
    ended: bool = False


@dataclass(slots=True)
class Sheet:
    """The tasks of one incident."""

    incident: IncidentId
    since: datetime
    kind: IncidentKind
    cause: Cause
    people: int
    alone: bool = True
    """Nothing else is possible but the cause that was named."""
    thought: Cause = Cause.UNKNOWN
    alerted: datetime | None = None
    """When the staff was told of the incident."""
    owner: str = ""
    marks: set[Known] = field(default_factory=set)
    playbook: str = ""
    numbers: int = 0
    errands: dict[TaskId, Errand] = field(default_factory=dict)
    told_on: set[ChannelName] = field(default_factory=set)
    """Which public channels took a notice of it."""
    owed: set[NoticeKey] = field(default_factory=set)
    """Public notices of which no channel has said what became."""
    failed: set[ChannelName] = field(default_factory=set)
    """Public channels that will not take one."""
    reports: int = 0
    expected_calls: int = 0
    over: Dropped | None = None
    said: dict[str, datetime] = field(default_factory=dict)
    """When each person was last sent a message about their tasks."""
    quiet_until: datetime | None = field(default=None, init=False, compare=False)
    """Nothing was to do, and time alone changes nothing before; forgotten with each fact."""

    @property
    def known(self) -> frozenset[Known]:
        """Return what is known of it now."""
        sure = Known.CAUSE_KNOWN in self.marks or (Known.CONFIRMED in self.marks and self.alone)
        more = {Known.TOLD: bool(self.told_on), Known.CAUSE_SURE: sure}
        return frozenset(self.marks).union(known for known, so in more.items() if so)

    @property
    def open(self) -> list[Errand]:
        """Return the tasks that somebody has to do."""
        return [one for one in self.errands.values() if not one.ended]

    def named(self, name: str) -> Errand | None:
        """Return the latest task of a name."""
        found = [one for one in self.errands.values() if one.name == name]
        return found[-1] if found else None

    @property
    def settled(self) -> bool:
        """Say whether nothing of it can matter any more."""
        return self.over is not None and not self.open


Sheets = dict[IncidentId, Sheet]


@dataclass(slots=True)
class Plan:
    """The tasks of all incidents, and what earlier outages taught of calls."""

    sheets: Sheets = field(default_factory=dict)
    expected: int = 0
    """Calls that were expected of outages in which customers reported anything."""
    reported: int = 0
    """Those that came."""

    def sheet_of(self, task: TaskId) -> Sheet | None:
        """Return where a task stands; its number begins with that of its incident."""
        return self.sheets.get(IncidentId(task.rpartition(".")[0]))


def evolve(plan: Plan, fact: Fact) -> None:
    """Remember one fact."""
    match fact:
        case IncidentOpened():
            plan.sheets[fact.incident] = _opened(fact)
        case NoticeSent() | NoticeRefused() | NoticeExpired():
            _settle(plan, fact)
        case _:
            sheet = plan.sheets.get(getattr(fact, "incident", None) or IncidentId(""))
            if sheet is None:
                return
            sheet.quiet_until = None
            if isinstance(fact, TaskFact):
                _task(sheet, fact)
            elif isinstance(fact, NoticeDue):
                _due(sheet, fact)
            else:
                _course(sheet, fact)
            if sheet.over is not None and sheet.expected_calls and sheet.reports:
                _learn(plan, sheet)
            if sheet.settled:
                del plan.sheets[sheet.incident]


def _opened(fact: IncidentOpened) -> Sheet:
    said = fact.diagnosis
    return Sheet(
        incident=fact.incident,
        since=fact.since,
        kind=said.kind,
        cause=said.cause,
        thought=said.cause,
        people=len(said.subscribers),
        alone=not said.also_possible,
    )


def _course(sheet: Sheet, fact: Fact) -> None:  # noqa: PLR0912 - a line a kind of fact
    match fact:
        case IncidentRevised():
            said = fact.diagnosis
            sheet.kind, sheet.thought = said.kind, said.cause
            sheet.alone = not said.also_possible
            sheet.people = max(sheet.people, len(said.subscribers))
            if Known.CAUSE_KNOWN not in sheet.marks:
                sheet.cause = said.cause
        case IncidentConfirmed():
            sheet.marks.add(Known.CONFIRMED)
        case IncidentAcknowledged():
            sheet.owner = fact.by
            sheet.marks.add(Known.ACKNOWLEDGED)
            sheet.marks.discard(Known.STEPPED)
        case IncidentAssigned():
            sheet.owner = fact.to
            sheet.marks |= {Known.ACKNOWLEDGED, Known.STEPPED}
        case IncidentNoted():
            sheet.marks.add(Known.STEPPED)
        case EndExpected():
            _mark(sheet, Known.ETA_KNOWN, on=fact.until is not None)
            sheet.marks.add(Known.STEPPED)
        case CauseNamed():
            sheet.cause = fact.cause or sheet.thought
            _mark(sheet, Known.CAUSE_KNOWN, on=fact.cause is not None)
            sheet.marks.add(Known.STEPPED)
        case CustomerReported():
            sheet.reports += 1
            sheet.marks.add(Known.REPORTED)
        case IncidentRestored():
            sheet.marks.add(Known.RESTORED)
        case IncidentRelapsed():
            _again(sheet)
        case IncidentMerged():
            sheet.over = Dropped.MERGED
        case IncidentClosed():
            sheet.over = Dropped.MISTAKEN if fact.mistaken else Dropped.CLOSED
        case _:
            return


def _mark(sheet: Sheet, known: Known, *, on: bool) -> None:
    if on:
        sheet.marks.add(known)
    else:
        sheet.marks.discard(known)


def _again(sheet: Sheet) -> None:
    """Begin anew: what was done the first time is to be done again."""
    sheet.marks -= {Known.RESTORED, Known.ETA_KNOWN}
    sheet.told_on.clear()
    for errand in sheet.errands.values():
        if errand.ended:
            errand.name = BEFORE


def _due(sheet: Sheet, due: NoticeDue) -> None:
    if due.audience is Audience.PUBLIC and due.withheld is None:
        sheet.owed.update(keys_of(due))
    if due.audience is not Audience.STAFF:
        return
    if due.purpose is Purpose.TASK:
        for task in due.detail.split():
            if (errand := sheet.errands.get(TaskId(task))) is not None:
                errand.told = errand.late
        sheet.said.update(dict.fromkeys(due.recipients, due.at))
    elif due.purpose is Purpose.ALERT and sheet.alerted is None:
        sheet.alerted = due.at


def _settle(plan: Plan, fact: NoticeSent | NoticeRefused | NoticeExpired) -> None:
    sent = isinstance(fact, NoticeSent) and fact.result in (Result.ACCEPTED, Result.DELIVERED)
    for key in fact.keys:
        about, _, rest = key.partition("/")
        sheet = plan.sheets.get(IncidentId(about))
        if sheet is None or not rest.startswith(f"{Audience.PUBLIC}/"):
            continue
        channel = ChannelName(rest.split("/")[1])
        sheet.quiet_until = None
        sheet.owed.discard(key)
        if sent:
            sheet.told_on.add(channel)
            sheet.failed.discard(channel)
        elif isinstance(fact, NoticeRefused):
            sheet.failed.add(channel)


def _task(sheet: Sheet, fact: TaskFact) -> None:
    match fact:
        case TaskGiven() | TaskAdded():
            _begin(sheet, fact)
        case TaskLate():
            errand = sheet.errands.get(fact.task)
            if errand is not None:
                errand.late, errand.late_at = fact.rung, fact.at
        case TaskDone() | TaskSkipped() | TaskDropped():
            errand = sheet.errands.get(fact.task)
            if errand is not None:
                errand.ended = True
                if isinstance(fact, TaskDropped) and fact.because is Dropped.OTHER_PLAN:
                    errand.name = BEFORE
            if not isinstance(fact, TaskDropped) and fact.by:
                sheet.marks.add(Known.STEPPED)


def _begin(sheet: Sheet, fact: TaskGiven | TaskAdded) -> None:
    sheet.numbers += 1
    sheet.errands[fact.task] = Errand(
        task=fact.task,
        name=fact.name if isinstance(fact, TaskGiven) else BY_HAND,
        role=fact.role,
        rank=fact.rank if isinstance(fact, TaskGiven) else Rank.REPAIR,
        given_at=fact.at,
        deadline=fact.deadline,
    )
    if isinstance(fact, TaskGiven):
        sheet.playbook = fact.playbook
        sheet.expected_calls = sheet.expected_calls or fact.calls
    else:
        sheet.marks.add(Known.STEPPED)


def _learn(plan: Plan, sheet: Sheet) -> None:
    plan.expected += sheet.expected_calls
    plan.reported += sheet.reports
    sheet.expected_calls = 0
