"""What follows from a message of the staff: one decision, one answer, nothing twice."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from netwatch.intake.said import said
from netwatch.model.answers import Answer, answer_of
from netwatch.model.facts import (
    Cause,
    CauseNamed,
    EndExpected,
    Fact,
    IncidentAcknowledged,
    IncidentClosed,
    IncidentNoted,
    IncidentOpened,
    NoticeDue,
    PublishHeld,
    Purpose,
)
from netwatch.model.meaning import Unclear
from netwatch.model.names import ChannelName, IncidentId, PersonId, RoleName
from netwatch.model.network import Network
from netwatch.model.reply_facts import CrewMoved, ReplyTaken, StrayRefused
from netwatch.model.replying import Reply, Stray
from netwatch.model.task_facts import Rank, TaskDone, TaskGiven
from netwatch.response import memory
from netwatch.response.people import People, Person, Role
from netwatch.response.rules import Mode, ResponseRules
from netwatch.response.stage import begin
from tests.unit.response.hands import MINUTE, ONE, Hands, diagnosis

TWO = IncidentId("I-2")
MAREK, EWA, JAN = "marek", "ewa", "jan"
SMS = ChannelName("duty")
WARSAW = ZoneInfo("Europe/Warsaw")
ROLES = {
    "on-call": Role(id=RoleName("on-call"), people=(PersonId(MAREK),)),
    "field": Role(id=RoleName("field"), people=(PersonId(EWA),), may=()),
    "desk": Role(id=RoleName("desk"), people=(PersonId(JAN),), may=("hold",)),
}
STAFF = People(
    persons={PersonId(name): Person(id=PersonId(name)) for name in (MAREK, EWA, JAN)},
    roles={RoleName(name): role for name, role in ROLES.items()},
)


class Evening(Hands):
    """An evening on which something is broken, and people write."""

    def __init__(self, *incidents: IncidentId) -> None:
        super().__init__(ResponseRules(mode=Mode.FULL, people=STAFF))
        for incident in incidents:
            opened = IncidentOpened(
                at=self.at, incident=incident, since=self.at, diagnosis=diagnosis()
            )
            self.happen(opened)
        self.move(2 * MINUTE)
        self.number = 0

    def writes(self, text: str, by: str = MAREK, **more: object) -> list[Fact]:
        """Let somebody write a line, and return what followed."""
        self.number += 1
        reply = Reply(
            at=self.at,
            by=by,
            channel=SMS,
            message=f"m-{self.number}",
            meaning=said(text, ["en", "pl"], self.at, WARSAW),
            text=text,
        )
        return self.bring(replace(reply, **more))  # type: ignore[arg-type] - fields by name


def answer(facts: list[Fact]) -> Answer:
    """Return the one answer among facts."""
    (due,) = (fact for fact in facts if isinstance(fact, NoticeDue))
    assert due.purpose is Purpose.ANSWER
    found = answer_of(due.detail)
    assert found is not None
    assert found == answer_of(found.to_text())
    return found


def kinds(facts: list[Fact]) -> list[type[Fact]]:
    return [type(fact) for fact in facts]


def test_one_line_is_note_cause_and_expected_end_under_the_persons_name() -> None:
    evening = Evening(ONE)
    facts = evening.writes("cable cut 2 h")
    assert kinds(facts) == [
        ReplyTaken, IncidentAcknowledged, IncidentNoted, CauseNamed, EndExpected, NoticeDue,
    ]  # fmt: skip
    until = facts[4].until if isinstance(facts[4], EndExpected) else None
    assert until is not None
    assert until >= evening.at + timedelta(hours=2)
    assert {getattr(fact, "by", MAREK) for fact in facts} == {MAREK}
    assert isinstance(facts[0], ReplyTaken)
    assert facts[0].channel == SMS
    assert facts[2] == IncidentNoted(at=evening.at, incident=ONE, by=MAREK, text="cable cut 2 h")
    assert answer(facts) == Answer(
        incident=ONE, taken=True, cause=Cause.FIBRE, until=until, noted=True
    )


def test_ok_takes_it_and_says_so_and_a_second_ok_changes_nothing() -> None:
    evening = Evening(ONE)
    assert kinds(evening.writes("ok")) == [ReplyTaken, IncidentAcknowledged, NoticeDue]
    again = evening.writes("ok")
    assert kinds(again) == [ReplyTaken, NoticeDue]
    assert answer(again).taken


def test_a_technician_who_only_tells_takes_nothing_from_whoever_has_it() -> None:
    evening = Evening(ONE)
    evening.writes("ok", by=MAREK)
    assert IncidentAcknowledged not in kinds(evening.writes("cable cut", by=EWA))
    assert evening.response.cases[ONE].owner == MAREK


def test_with_several_open_ones_it_is_asked_which_and_the_number_alone_completes_it() -> None:
    evening = Evening(ONE, TWO)
    asked = evening.writes("cable cut 2 h")
    assert kinds(asked) == [ReplyTaken, NoticeDue]
    assert answer(asked) == Answer(unclear=Unclear.WHICH_INCIDENT, choices=(ONE, TWO))
    evening.move(MINUTE)
    facts = evening.writes("I-2")
    assert CauseNamed(at=evening.at, incident=TWO, by=MAREK, cause=Cause.FIBRE) in facts
    assert answer(facts).incident == TWO


def test_a_number_too_late_completes_nothing() -> None:
    evening = Evening(ONE, TWO)
    evening.writes("cable cut 2 h")
    evening.move(11 * MINUTE)
    assert CauseNamed not in kinds(evening.writes("I-2"))


def test_with_its_number_it_is_not_asked() -> None:
    evening = Evening(ONE, TWO)
    facts = evening.writes("I-2 ok")
    assert IncidentAcknowledged(at=evening.at, incident=TWO, by=MAREK) in facts
    assert evening.response.cases[ONE].owner == ""


def test_of_several_the_one_that_is_theirs_needs_no_number() -> None:
    evening = Evening(ONE, TWO)
    evening.writes("I-1 ok", by=EWA)
    facts = evening.writes("on site", by=EWA)
    assert CrewMoved(at=evening.at, incident=ONE, by=EWA, there_at=evening.at) in facts


def test_what_is_unclear_is_a_note_and_a_question_and_nothing_else() -> None:
    evening = Evening(ONE)
    for text, why in (
        ("perhaps cable cut 2 h", Unclear.DOUBT),
        ("cable cut, journey of 2 h", Unclear.TIME),
        ("hello there", Unclear.NOTHING),
        ("cable cut, no power", Unclear.SEVERAL),
    ):
        facts = evening.writes(text)
        assert kinds(facts) == [ReplyTaken, IncidentNoted, NoticeDue], text
        assert answer(facts) == Answer(incident=ONE, unclear=why, noted=True)


def test_nothing_open_is_told_and_so_is_a_number_that_is_not() -> None:
    assert answer(Evening().writes("ok")).unclear is Unclear.NO_INCIDENT
    facts = Evening(ONE).writes("I-7 ok")
    assert kinds(facts) == [ReplyTaken, NoticeDue]
    assert answer(facts) == Answer(unclear=Unclear.NO_INCIDENT, choices=(ONE,))


def test_a_message_that_comes_again_is_passed_over() -> None:
    evening = Evening(ONE)
    evening.writes("2 h", message="sms-1")
    assert evening.writes("2 h", message="sms-1") == []
    evening.move(timedelta(hours=30))
    assert evening.writes("2 h", message="sms-1") == []


def test_without_numbers_the_same_words_count_again_after_two_minutes() -> None:
    evening = Evening(ONE)
    evening.writes("2 h", message="h", numbered=False)
    assert evening.writes("2 h", message="h", numbered=False) == []
    evening.move(3 * MINUTE)
    assert EndExpected in kinds(evening.writes("2 h", message="h", numbered=False))


def test_a_seal_proves_one_message_only() -> None:
    evening = Evening(ONE)
    assert evening.writes("ok", seal="s-1")
    assert evening.writes("2 h", seal="s-1") == []
    assert evening.writes("2 h", seal="s-2")


def test_hold_by_message_is_for_roles_that_may() -> None:
    evening = Evening(ONE)
    facts = evening.writes("hold 2h", by=JAN)
    until = evening.at + timedelta(hours=2)
    assert PublishHeld(at=evening.at, by=JAN, until=until) in facts
    assert answer(facts) == Answer(held_until=until)
    assert PublishHeld not in kinds(evening.writes("hold", by=EWA))
    assert answer(evening.writes("hold", by=EWA)).unclear is Unclear.NOT_YOURS


def test_a_false_alarm_needs_the_code_of_our_answer_once() -> None:
    evening = Evening(ONE)
    asked = evening.writes("false alarm")
    assert kinds(asked) == [ReplyTaken, NoticeDue]
    assert answer(asked) == Answer(incident=ONE, unclear=Unclear.CONFIRM)
    assert answer(evening.writes("111111")).unclear is Unclear.WRONG_CODE
    facts = evening.writes("482913", proved=True)
    assert IncidentClosed(at=evening.at, incident=ONE, by=MAREK, mistaken=True) in facts
    assert answer(facts) == Answer(incident=ONE, retracted=True)
    assert answer(evening.writes("482913", proved=True)).unclear is Unclear.WRONG_CODE


def test_after_three_wrong_codes_and_after_ten_minutes_the_right_one_is_too_late() -> None:
    evening = Evening(ONE)
    evening.writes("false alarm")
    for _ in range(3):
        evening.writes("111111")
    assert IncidentClosed not in kinds(evening.writes("482913", proved=True))
    evening.writes("false alarm")
    evening.move(10 * MINUTE)
    assert IncidentClosed not in kinds(evening.writes("482913", proved=True))


def test_roles_that_may_not_take_back_are_told() -> None:
    evening = Evening(ONE)
    assert answer(evening.writes("false alarm", by=EWA)).unclear is Unclear.NOT_YOURS
    assert answer(evening.writes("I-1 false alarm", by=JAN)).unclear is Unclear.NOT_YOURS


def test_done_ends_the_task_that_is_theirs_or_asks_which() -> None:
    evening = Evening(ONE)
    for number, rank in ((1, Rank.CREW), (2, Rank.CREW)):
        given = TaskGiven(
            at=evening.at, task=f"I-1.{90 + number}", incident=ONE, name=f"x{number}",  # type: ignore[arg-type] - a name
            playbook="p", role=RoleName("field"), rank=rank,
        )  # fmt: skip
        evening.happen(given)
    held = evening.writes("done", by=EWA)
    assert answer(held) == Answer(
        incident=ONE, unclear=Unclear.WHICH_TASK, choices=("I-1.91", "I-1.92")
    )
    facts = evening.writes("I-1.92", by=EWA)
    assert [fact.task for fact in facts if isinstance(fact, TaskDone)] == ["I-1.92"]
    facts = evening.writes("done", by=EWA)
    assert [fact.task for fact in facts if isinstance(fact, TaskDone)] == ["I-1.91"]
    assert answer(evening.writes("I-1.91 done", by=EWA)).unclear is Unclear.NO_TASK
    assert answer(evening.writes("done", by=EWA)) == Answer(incident=ONE, noted=True)


def test_strays_are_told_to_whoever_is_on_duty_once_an_hour() -> None:
    evening = Evening(ONE)
    stray = Stray(at=evening.at, by="", channel=SMS, why="unknown-sender")
    first = evening.bring(stray)
    assert kinds(first) == [StrayRefused, NoticeDue]
    assert kinds(evening.bring(stray)) == [StrayRefused]
    evening.move(timedelta(hours=1))
    assert kinds(evening.bring(replace(stray, at=evening.at))) == [StrayRefused, NoticeDue]


def test_two_machines_that_answer_each_other_stop() -> None:
    evening = Evening(ONE)
    answers = [due for _ in range(200) for due in evening.writes("thanks") if _is_answer(due)]
    assert len(answers) == 20


def _is_answer(fact: Fact) -> bool:
    return isinstance(fact, NoticeDue) and fact.purpose is Purpose.ANSWER


def test_what_was_said_survives_a_snapshot() -> None:
    evening = Evening(ONE, TWO)
    evening.writes("cable cut 2 h")
    evening.writes("ok", by=EWA)
    kept = memory.to_plain(evening.response)
    again = begin(Network(), evening.response.rules)
    memory.from_plain(again, kept)
    assert again.replies == evening.response.replies
    before = {name: value for name, value in kept.items() if name != "replies"}
    memory.from_plain(again, before)
    assert again.replies.answers == 0


LINES = st.lists(
    st.tuples(
        st.sampled_from(["ok", "cable cut 2 h", "I-2", "false alarm", "I-1 ok", "done", "hold",
                         "on site", "nonsense", "123456", "until 19:30", "maybe no power"]),
        st.sampled_from([MAREK, EWA, JAN, "nobody"]),
        st.booleans(),
        st.integers(0, 15),
    ),
    max_size=12,
)  # fmt: skip


@given(LINES)
def test_whatever_people_write_folding_the_facts_comes_to_the_same(
    lines: list[tuple[str, str, bool, int]],
) -> None:
    evening = Evening(ONE, TWO)
    for text, by, proved, minutes in lines:
        facts = evening.writes(text, by=by, proved=proved)
        assert sum(map(_is_answer, facts)) <= 1
        for fact in facts:
            if isinstance(fact, EndExpected):
                assert fact.until is not None
                assert fact.until > evening.at
            if isinstance(fact, IncidentClosed):
                assert proved
        evening.at += minutes * MINUTE
    again = Hands(evening.response.rules)
    for fact in evening.story:
        again._evolve(fact)
    assert again.response.replies == evening.response.replies
