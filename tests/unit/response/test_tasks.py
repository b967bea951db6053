"""The plan runs itself: these tasks at these seconds, in this order, each ending exactly once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.model.arrivals import (
    Acknowledge,
    Annotate,
    Expect,
    Receipt,
    Result,
)
from netwatch.model.facts import (
    Audience,
    Cause,
    CauseNamed,
    Fact,
    IncidentClosed,
    IncidentKind,
    IncidentMerged,
    IncidentRelapsed,
    IncidentRestored,
    NoticeDue,
    Purpose,
    keys_of,
)
from netwatch.model.names import ChannelName, IncidentId, PersonId, RoleName, TaskId
from netwatch.model.network import Network
from netwatch.model.task_facts import (
    Dropped,
    Rank,
    TaskAdded,
    TaskDone,
    TaskDropped,
    TaskGiven,
    TaskLate,
    TaskSkipped,
)
from netwatch.model.tasking import AddTask, FinishTask, SkipTask
from netwatch.response.holders import holder_of
from netwatch.response.people import People, Person, Role
from netwatch.response.playbooks import TaskRules
from netwatch.response.rules import Mode, ResponseRules
from netwatch.response.stage import begin, restore, snapshot
from netwatch.rules.reader import read_rules
from tests.unit.response.hands import (
    MINUTE,
    NIGHT,
    ONE,
    SECOND,
    Hands,
    confirmed,
    diagnosis,
    opened,
    revised,
    words,
)

ENDS = (TaskDone, TaskSkipped, TaskDropped)
CREWS = (Rank.CREW, Rank.REPAIR)
MAREK, EWA = "marek", "ewa"
ZOFIA = "zofia"
WAYS = {MAREK: None, EWA: "ewa-sms", ZOFIA: "zofia-sms"}
DUTIES = {"on-call": MAREK, "dispatcher": EWA, "manager": ZOFIA}
STAFF = People(
    persons={
        PersonId(name): Person(id=PersonId(name), channels=(ChannelName(way),) if way else ())
        for name, way in WAYS.items()
    },
    roles={
        RoleName(role): Role(id=RoleName(role), people=(PersonId(name),))
        for role, name in DUTIES.items()
    },
)


def rules(mode: Mode = Mode.FULL, *, staffed: bool = False) -> ResponseRules:
    """Return the rules that ship, with people or without."""
    book = read_rules(None).rulebook
    assert book is not None
    shipped = replace(book.stages.response, mode=mode)
    return replace(shipped, people=STAFF, set_up=tuple(WAYS.values())) if staffed else shipped


class Plan(Hands):
    """Response with a page whose notices are taken, or not, at the second in which they are due."""

    def __init__(self, mode: Mode = Mode.FULL, *, takes: bool = True, staffed: bool = False):
        super().__init__(rules(mode, staffed=staffed))
        self.takes = takes

    def _advance(self, arrival: object, earlier: Sequence[Fact]) -> list[Fact]:
        facts = super()._advance(arrival, earlier)  # type: ignore[arg-type]
        for due in [one for one in facts if isinstance(one, NoticeDue)]:
            if due.audience is Audience.PUBLIC and (self.takes or due.withheld):
                result = Result.ACCEPTED if due.withheld is None else Result.WITHHELD
                for key in keys_of(due):
                    facts += super()._advance(Receipt(at=self.at, key=key, result=result), [])
        return facts

    def fail(self, people: int = 60, cause: Cause = Cause.FIBRE, **more: object) -> list[Fact]:
        """Let something break, and be proven at once."""
        what = diagnosis(cause=cause, people=people, **more)  # type: ignore[arg-type]
        return self.happen(opened(self, what), confirmed(self))

    def task(self, name: str) -> TaskId:
        """Return the number of the last task of a name."""
        return [one.task for one in self.of(TaskGiven) if one.name == name][-1]

    def of(self, kind: type) -> list:  # type: ignore[type-arg]
        """Return the facts of one kind so far."""
        return [fact for fact in self.story if isinstance(fact, kind)]

    def given(self) -> dict[str, int]:
        """Return after how many seconds each task was given."""
        return {one.name: int((one.at - NIGHT) / SECOND) for one in self.of(TaskGiven)}

    def done(self) -> dict[str, str]:
        """Return how netwatch knew of each task that it is done."""
        names = {one.task: one.name for one in self.of(TaskGiven)}
        return {names[one.task]: one.because for one in self.of(TaskDone)}

    def messages(self) -> list[tuple[int, str, str]]:
        """Return when the staff was told of tasks, whom, and of which."""
        return [
            (int((due.at - NIGHT) / SECOND), due.recipients[0], due.detail)
            for due in self.of(NoticeDue)
            if due.purpose is Purpose.TASK
        ]


def test_customers_are_told_then_the_crew_goes_then_it_is_mended() -> None:
    plan = Plan()
    plan.fail()
    plan.move(5 * SECOND)

    assert plan.done() == {"customers-told": "sent:website"}
    first = plan.given()
    assert first["customers-told"] == first["take-it"] == first["brief-desk"] == 0
    assert 0 < first["send-splicers"] <= 2
    assert "find-break" not in first  # the crew has not said that it goes

    plan.bring(FinishTask(at=plan.at, task=plan.task("send-splicers"), by=EWA))
    plan.move(2 * SECOND)
    assert plan.given()["find-break"] == 6
    assert "mend-fibre" not in plan.given()

    plan.bring(FinishTask(at=plan.at, task=plan.task("find-break"), by="jan", note="Polna 4"))
    plan.move(2 * SECOND)
    assert plan.given()["mend-fibre"] == 8


def test_a_dead_gateway_holds_the_crew_for_a_minute_and_then_the_notice_climbs() -> None:
    plan = Plan(takes=False)
    plan.fail()
    plan.move(59 * SECOND)
    assert "send-splicers" not in plan.given()
    assert plan.of(TaskLate) == []

    facts = plan.move(SECOND)
    assert plan.given()["send-splicers"] == 60
    (late,) = plan.of(TaskLate)
    assert "website" in late.waits_for
    (told,) = [f for f in facts if isinstance(f, NoticeDue) and f.purpose is Purpose.TROUBLE]
    assert "website" in told.subject
    assert f"netwatch task done {late.task}" in told.detail

    quiet = plan.move(10 * MINUTE)
    assert not [f for f in quiet if isinstance(f, NoticeDue) and f.purpose is Purpose.TROUBLE]


def test_a_notice_that_leaves_late_ends_the_task_for_good() -> None:
    plan = Plan(takes=False)
    plan.fail()
    plan.move(70 * SECOND)
    due = next(one for one in plan.of(NoticeDue) if one.channel == "website")
    plan.bring(Receipt(at=plan.at, key=keys_of(due)[0], result=Result.ACCEPTED))
    plan.move(SECOND)

    assert plan.done() == {"customers-told": "sent:website"}


def test_where_nothing_is_to_be_published_the_reason_stands_there() -> None:
    for plan, why in ((Plan(Mode.SHADOW), "shadow"), (Plan(), "too-few"), (Plan(), "kind")):
        kind = IncidentKind.DEGRADED if why == "kind" else IncidentKind.OUTAGE
        people = 1 if why == "too-few" else 60
        plan.happen(opened(plan, diagnosis(kind, people=people)), confirmed(plan))
        plan.move(3 * SECOND)
        assert plan.done()["customers-told"] == why


def test_the_staff_hears_nothing_of_tasks_where_no_people_file_names_anybody() -> None:
    plan = Plan()
    plan.fail()
    plan.move(3 * 60 * MINUTE)

    assert plan.of(TaskLate)
    assert plan.messages() == []
    without = Hands(replace(plan.response.rules, tasks=TaskRules()))
    without.happen(opened(without, diagnosis(people=60)), confirmed(without))
    without.move(3 * 60 * MINUTE)
    assert words(plan.story) == words(without.story)


def test_one_message_a_person_and_a_reminder_and_then_somebody_else() -> None:
    plan = Plan(staffed=True)
    plan.fail()
    plan.move(40 * MINUTE)
    crew = plan.task("send-splicers")

    assert plan.messages()[0] == (plan.given()["send-splicers"] + 1, EWA, crew)
    late = [(at, who) for at, who, what in plan.messages() if crew in what.split()]
    assert [(at // 60, who) for at, who in late] == [(0, EWA), (15, EWA), (25, ZOFIA)]
    of_marek = [at for at, who, _ in plan.messages() if who == MAREK]
    assert of_marek[0] >= 5 * 60  # nothing but what is late: the alert is his already
    assert all(b - a >= 60 for a, b in pairwise(of_marek))


def test_an_acknowledgement_without_a_next_step_climbs_after_a_quarter_of_an_hour() -> None:
    plan = Plan(staffed=True)
    plan.fail()
    plan.bring(Acknowledge(at=plan.at, incident=ONE, by=MAREK))
    plan.move(2 * SECOND)
    step = plan.task("next-step")
    assert plan.done()["take-it"] == "acknowledged"
    plan.move(15 * MINUTE)

    assert [one.task for one in plan.of(TaskLate) if one.task == step] == [step]
    assert any(step in what and who == MAREK for _, who, what in plan.messages())
    plan.move(11 * MINUTE)
    assert any(step in what and who == ZOFIA for _, who, what in plan.messages())


@pytest.mark.parametrize("step", ["note", "eta", "task"])
def test_any_step_keeps_an_acknowledgement_from_climbing(step: str) -> None:
    plan = Plan(staffed=True)
    plan.fail()
    plan.bring(Acknowledge(at=plan.at, incident=ONE, by=MAREK))
    plan.move(MINUTE)
    match step:
        case "note":
            plan.bring(Annotate(at=plan.at, incident=ONE, by=MAREK, text="on my way"))
        case "eta":
            until = plan.at + 60 * MINUTE
            plan.bring(Expect(at=plan.at, incident=ONE, by=MAREK, until=until))
        case _:
            plan.bring(FinishTask(at=plan.at, task=plan.task("brief-desk"), by=MAREK))
    plan.move(2 * SECOND)
    assert plan.done()["next-step"] == "stepped"


def test_a_skip_bears_its_reason_and_what_waited_goes_on() -> None:
    plan = Plan()
    plan.fail()
    plan.move(3 * SECOND)
    crew = plan.task("send-splicers")
    (skipped,) = plan.bring(SkipTask(at=plan.at, task=crew, by=EWA, why="Jan is there already"))
    assert skipped == TaskSkipped(
        at=plan.at, task=crew, incident=ONE, by=EWA, why="Jan is there already"
    )
    assert plan.bring(SkipTask(at=plan.at, task=crew, by=EWA, why="again")) == []
    plan.move(2 * SECOND)
    assert "find-break" in plan.given()


def test_a_person_adds_a_task_with_a_deadline() -> None:
    plan = Plan()
    plan.fail()
    plan.move(3 * SECOND)
    order = AddTask(
        at=plan.at,
        incident=ONE,
        by=EWA,
        role=RoleName("field"),
        text="take the generator along",
        within=30 * MINUTE,
    )
    (added,) = plan.bring(order)
    assert isinstance(added, TaskAdded)
    assert added.deadline == plan.at + 30 * MINUTE
    plan.move(31 * MINUTE)
    assert added.task in [one.task for one in plan.of(TaskLate)]
    assert plan.bring(replace(order, incident=IncidentId("I-7"))) == []
    assert plan.bring(replace(order, role=RoleName("fild"))) == []


def test_a_merge_a_mistake_and_a_repair_drop_what_is_left() -> None:
    ends = {
        Dropped.MERGED: IncidentMerged(at=NIGHT, incident=ONE, into=IncidentId("I-2")),
        Dropped.MISTAKEN: IncidentClosed(at=NIGHT, incident=ONE, mistaken=True),
        Dropped.CLOSED: IncidentClosed(at=NIGHT, incident=ONE, by=EWA),
        Dropped.RESTORED: IncidentRestored(at=NIGHT, incident=ONE),
    }
    for why, end in ends.items():
        plan = Plan()
        plan.fail(people=20)
        plan.move(3 * SECOND)
        plan.happen(replace(end, at=plan.at))
        plan.move(2 * SECOND)
        assert {one.because for one in plan.of(TaskDropped)} == {why}
        given = {one.task for one in plan.of(TaskGiven)}
        assert given == {one.task for one in plan.story if isinstance(one, ENDS)}


def test_after_a_repair_comes_what_comes_after_and_outlives_the_incident() -> None:
    plan = Plan()
    plan.fail(people=60)
    plan.move(3 * SECOND)
    plan.happen(IncidentRestored(at=plan.at, incident=ONE))
    plan.move(2 * SECOND)
    assert "write-it-up" in plan.given()
    plan.happen(IncidentClosed(at=plan.at, incident=ONE))
    plan.move(2 * SECOND)
    (done,) = plan.bring(FinishTask(at=plan.at, task=plan.task("write-it-up"), by=EWA))
    assert isinstance(done, TaskDone)
    assert plan.response.plan.sheets == {}


def test_what_is_gone_again_is_planned_anew() -> None:
    plan = Plan()
    plan.fail(people=20)
    plan.move(3 * SECOND)
    first = plan.task("send-splicers")
    plan.happen(IncidentRestored(at=plan.at, incident=ONE))
    plan.move(2 * MINUTE)
    plan.happen(IncidentRelapsed(at=plan.at, incident=ONE))
    plan.move(65 * SECOND)
    assert plan.task("send-splicers") != first


def test_another_cause_brings_another_plan_and_takes_back_what_it_does_not_have() -> None:
    plan = Plan()
    plan.fail(people=60)
    plan.move(3 * SECOND)
    splicers = plan.task("send-splicers")
    cause = CauseNamed(at=plan.at, incident=ONE, by=EWA, cause=Cause.POWER_SITE)
    plan.happen(cause)
    plan.move(30 * SECOND)
    assert plan.of(TaskDropped) == []  # it may be changed back in a moment
    plan.move(40 * SECOND)
    assert (splicers, Dropped.OTHER_PLAN) in [
        (one.task, one.because) for one in plan.of(TaskDropped)
    ]
    assert "ring-grid" in plan.given()
    assert list(plan.given()).count("brief-desk") == 1


def test_one_subscribers_own_line_is_asked_for_in_working_hours_only() -> None:
    plan = Plan(staffed=True)
    plan.at = NIGHT.replace(hour=17, minute=30)
    plan.happen(opened(plan, diagnosis(IncidentKind.LINE, people=1)))
    ring = plan.task("ring-subscriber")
    for hour, days, late in ((21, 0, 0), (3, 1, 0), (8, 1, 1)):
        plan.at = NIGHT.replace(hour=hour, minute=40) + timedelta(days=days)
        plan.move(2 * SECOND)
        assert [one.task for one in plan.of(TaskLate)] == [ring] * late
    assert [who for _, who, _ in plan.messages()] == [MAREK]


def test_what_comes_after_a_repair_is_asked_for_by_day() -> None:
    plan = Plan(staffed=True)
    plan.fail(people=60)
    plan.happen(IncidentRestored(at=plan.at, incident=ONE))
    plan.move(2 * SECOND)
    write = plan.task("write-it-up")
    plan.happen(IncidentClosed(at=plan.at, incident=ONE))
    for hour, late in ((3, 0), (7, 1)):
        plan.at = NIGHT.replace(hour=hour, minute=1) + timedelta(days=3)
        plan.move(2 * SECOND)
        assert [one.task for one in plan.of(TaskLate) if one.task == write] == [write] * late


def test_what_netwatch_does_itself_is_nobodys_task() -> None:
    plan = Plan(staffed=True)

    assert holder_of(plan.response, RoleName("netwatch"), plan.at) is None
    assert holder_of(plan.response, RoleName("field"), plan.at) is not None


def test_big_outages_go_to_the_manager_and_tell_the_desk_how_many_call() -> None:
    plan = Plan()
    plan.fail(people=600)
    plan.move(3 * SECOND)
    desk = next(one for one in plan.of(TaskGiven) if one.name == "brief-desk")
    assert "inform-manager" in plan.given()
    assert desk.calls == 72  # 600 people x 0.08 x 1.5 of an evening


def test_a_deadline_that_passed_while_netwatch_was_down_fires_at_the_start_and_once() -> None:
    plan = Plan()
    plan.fail()
    plan.move(3 * SECOND)
    kept = snapshot(plan.response)
    plan.response = begin(Network(), plan.response.rules)
    restore(plan.response, kept)
    plan.at += 20 * MINUTE
    crew = plan.task("send-splicers")

    def late(facts: list[Fact]) -> list[int]:
        return [one.rung for one in facts if isinstance(one, TaskLate) and one.task == crew]

    assert late(plan.move(SECOND)) == [1]
    assert late(plan.move(9 * MINUTE)) == []


STEPS = st.lists(
    st.sampled_from(
        ["wait", "minute", "take", "finish", "skip", "cause", "restore", "relapse", "ack", "grow"]
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(STEPS, st.booleans(), st.booleans())
def test_no_crew_before_customers_or_a_minute_and_each_task_ends_once(
    steps: list[str], takes: bool, staffed: bool
) -> None:
    plan = Plan(takes=takes, staffed=staffed)
    plan.fail()
    for step in steps:
        _do(plan, step)
    _law(plan)
    folded = begin(Network(), plan.response.rules)
    from netwatch.response.stage import evolve  # noqa: PLC0415

    for fact in plan.story:
        evolve(folded, fact)
    assert folded.plan == plan.response.plan
    plan.happen(IncidentClosed(at=plan.at, incident=ONE, mistaken=True))
    plan.move(2 * SECOND)
    given = [one.task for one in plan.story if isinstance(one, TaskGiven | TaskAdded)]
    ended = [one.task for one in plan.story if isinstance(one, ENDS)]
    assert sorted(given) == sorted(ended)
    assert len(set(given)) == len(given)


def _do(plan: Plan, step: str) -> None:
    sheet = plan.response.plan.sheets.get(ONE)
    left = [one.task for one in sheet.open] if sheet else []
    match step:
        case "wait":
            plan.move(7 * SECOND)
        case "minute":
            plan.move(61 * SECOND)
        case "take":
            plan.takes = True
        case "finish" if left:
            plan.bring(FinishTask(at=plan.at, task=left[-1], by=EWA))
        case "skip" if left:
            plan.bring(SkipTask(at=plan.at, task=left[0], by=EWA, why="not needed"))
        case "cause":
            plan.happen(revised(plan, diagnosis(cause=Cause.DEVICE, people=60)))
        case "grow":
            plan.happen(revised(plan, diagnosis(people=700)))
        case "ack":
            plan.bring(Acknowledge(at=plan.at, incident=ONE, by=MAREK))
        case "restore" if sheet:
            plan.happen(IncidentRestored(at=plan.at, incident=ONE))
        case "relapse" if sheet:
            plan.happen(IncidentRelapsed(at=plan.at, incident=ONE))
        case _:
            plan.move(SECOND)


def _law(plan: Plan) -> None:
    told_given: dict[TaskId, TaskGiven] = {}
    open_since = None
    for fact in plan.story:
        if isinstance(fact, TaskGiven) and fact.name == "customers-told":
            told_given[fact.task], open_since = fact, fact.at
        elif isinstance(fact, ENDS) and fact.task in told_given:
            open_since = None
        elif isinstance(fact, TaskGiven) and fact.rank in CREWS:
            assert told_given
            assert open_since is None or fact.at - open_since >= timedelta(seconds=60)
