"""The draft of a review: what was told when, what was late, what was lacking; nobody is blamed."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from netwatch.model.arrivals import Result
from netwatch.model.facts import (
    ApprovalLapsed,
    Audience,
    Cause,
    EndExpected,
    Fact,
    IncidentAcknowledged,
    NoticeRefused,
    NoticeSent,
    keys_of,
)
from netwatch.model.lesson_facts import LessonDone, LessonLearnt
from netwatch.model.names import ApprovalId, ChannelName, LessonId, RoleName, TaskId
from netwatch.model.task_facts import Rank, TaskDone, TaskGiven
from netwatch.views.board import Board
from netwatch.views.review import Review, review
from netwatch.views.review_page import markdown, review_page
from tests.unit.views.tales import MINUTE, NIGHT, ONE, alert, due, opened, restored, revised

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = NIGHT + 60 * MINUTE


def draft(*facts: Fact) -> Review:
    whole = [opened(), *facts]
    return review(Board.of(whole), whole, ONE, NOW)


def given(deadline: int) -> TaskGiven:
    return TaskGiven(
        at=NIGHT,
        task=TaskId("I-1.4"),
        incident=ONE,
        name="send-splicers",
        playbook="fibre",
        role=RoleName("dispatcher"),
        rank=Rank.CREW,
        deadline=NIGHT + deadline * MINUTE,
    )


def taken(minutes: int) -> IncidentAcknowledged:
    return IncidentAcknowledged(at=NIGHT + minutes * MINUTE, incident=ONE, by="marek")


def lacks(answer: Review) -> list[str]:
    return [one["kind"] for one in answer["lacked"]]


def test_it_says_when_whom_was_told_counted_from_the_first_sign() -> None:
    page = due(at=NIGHT + MINUTE)
    sent = NoticeSent(at=NIGHT + 2 * MINUTE, keys=keys_of(page), result=Result.ACCEPTED)

    answer = draft(alert(), page, sent, taken(3), restored())

    heard = {(row["audience"], row["what"]): row["after_s"] for row in answer["told"]}
    assert heard == {("staff", "alert"): 9.0, ("public", "confirmed"): 129.0}


def test_what_was_late_is_held_against_the_plan() -> None:
    done = TaskDone(at=NIGHT + 25 * MINUTE, task=TaskId("I-1.4"), incident=ONE, by="ewa")

    (late,) = draft(alert(), taken(3), given(15), done, restored())["late"]

    assert late["late_s"] == 600
    assert late["text"] == "I-1.4 send-splicers (dispatcher): 10 min late"


def test_what_nobody_did_yet_is_late_until_now() -> None:
    (late,) = draft(alert(), taken(3), given(15))["late"]

    assert late["late_s"] == 45 * 60
    assert "not done yet" in late["text"]


def test_a_message_that_its_channel_took_late_is_late() -> None:
    page = due(at=NIGHT)
    sent = NoticeSent(at=NIGHT + 10 * MINUTE, keys=keys_of(page), result=Result.ACCEPTED)

    (late,) = draft(alert(), given(30), taken(1), page, sent, restored())["late"][:1]

    assert late["what"] == "confirmed message to public by website"


def test_nobody_answered_and_no_playbook_was_there() -> None:
    assert lacks(draft(alert(), restored())) == ["no-playbook", "nobody-answered"]


def test_an_end_that_passed_in_silence_and_words_nobody_approved_are_told() -> None:
    end = EndExpected(at=NIGHT, incident=ONE, by="marek", until=NIGHT + 10 * MINUTE)
    lapsed = ApprovalLapsed(at=NIGHT + 15 * MINUTE, incident=ONE, approval=ApprovalId("A-1"))

    answer = draft(alert(), given(90), taken(1), end, lapsed, restored())

    assert lacks(answer) == ["end-passed", "nobody-approved"]
    assert "20 min" in answer["lacked"][0]["text"]


def test_a_first_guess_that_was_another_is_told_and_one_that_was_possible_is_not() -> None:
    other = revised(at=NIGHT + MINUTE, root=("device:sw-9",), cause=Cause.DEVICE)

    assert "wrong-first-guess" in lacks(draft(alert(), other))
    assert "wrong-first-guess" not in lacks(draft(alert(), revised(at=NIGHT + MINUTE)))


def test_lessons_stand_in_it_until_they_are_done() -> None:
    learnt = LessonLearnt(
        at=NIGHT,
        lesson=LessonId("L-1"),
        incident=ONE,
        by="ewa",
        text="a second duct",
        owner="jan",
        due=NIGHT + timedelta(minutes=30),
    )
    done = LessonDone(at=NOW, lesson=LessonId("L-1"), incident=ONE, by="jan")

    assert [row["state"] for row in draft(learnt)["lessons"]] == ["late"]
    assert [row["state"] for row in draft(learnt, done)["lessons"]] == ["done"]


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", "a | b <b>x</b>", "=1+1"])
def test_what_people_wrote_stays_text_on_the_page_and_in_markdown(evil: str) -> None:
    learnt = LessonLearnt(
        at=NIGHT, lesson=LessonId("L-1"), incident=ONE, by="ewa", text=evil, owner="jan", due=NOW
    )
    answer = draft(alert(), taken(2), learnt, restored())

    page, text = review_page(answer, WARSAW), markdown(answer, WARSAW)

    assert "<script>alert" not in page
    assert "<b>" not in text
    row = next(line for line in text.splitlines() if line.startswith("| L-1"))
    assert row.replace("\\|", "").count("|") == 6


def test_the_page_draws_each_stage_and_says_in_words_what_is_drawn() -> None:
    page = review_page(draft(alert(), taken(2), restored()), WARSAW)

    assert page.count("<rect") == 4
    assert 'role="img" aria-label="The time line: detected from 11-14 20:02:11' in page


def test_a_slow_or_dead_gateway_is_one_line_and_not_one_for_each_of_thousands_of_customers() -> (
    None
):
    dues = [
        due(
            at=NIGHT + MINUTE,
            audience=Audience.SUBSCRIBERS,
            channel=ChannelName("sms"),
            recipients=(f"S-{number}",),
        )
        for number in range(3000)
    ]
    settled: list[Fact] = []
    for number, one in enumerate(dues):
        at = NIGHT + 3 * MINUTE + number * timedelta(milliseconds=100)
        if number < 2000:
            settled.append(NoticeSent(at=at, keys=keys_of(one), result=Result.ACCEPTED))
        else:
            settled.append(NoticeRefused(at=at, keys=keys_of(one), detail=f"500 no. {number}"))

    answer = draft(alert(), *dues, taken(3), *settled)

    (late,) = answer["late"]
    assert late["text"].startswith("confirmed message to subscribers by sms, the latest of 2000: 5")
    (lack,) = [one for one in answer["lacked"] if one["kind"] == "not-taken"]
    assert lack["text"] == "sms did not take 1000 messages, of the first: 500 no. 2000"
