"""What the public is promised is kept, or the staff is told that it was not."""

from datetime import datetime, timedelta

import pytest

from netwatch.model.arrivals import Expect
from netwatch.model.facts import (
    EndExpected,
    Fact,
    IncidentKind,
    IncidentRelapsed,
    IncidentRestored,
    NoticeDue,
)
from netwatch.response import stage
from netwatch.response.cases import PROMISE
from netwatch.response.promises import promised
from netwatch.response.rules import Mode, ResponseRules
from tests.unit.response.hands import (
    MINUTE,
    NIGHT,
    ONE,
    SECOND,
    Hands,
    confirmed,
    diagnosis,
    opened,
    words,
)

HOUR = 60 * MINUTE
PROMISED = NIGHT.replace(hour=20, minute=0)
"""Confirmed at 19:03, news within an hour, on a round time."""


def told(mode: Mode = Mode.FULL, kind: IncidentKind = IncidentKind.OUTAGE) -> Hands:
    """Return a night in which an outage is confirmed at 19:03."""
    hands = Hands(ResponseRules(mode=mode))
    hands.happen(opened(hands, diagnosis(kind)))
    hands.move(MINUTE)
    hands.happen(confirmed(hands))
    return hands


def reminders(facts: list[Fact]) -> list[datetime]:
    """Return the promises of whose passing the staff was told."""
    return [
        datetime.fromisoformat(due.detail)
        for due in facts
        if isinstance(due, NoticeDue) and due.subject == PROMISE
    ]


def test_a_promise_that_passes_in_silence_is_told_to_the_staff_once() -> None:
    hands = told()
    assert hands.move(PROMISED - hands.at - SECOND) == []

    assert reminders(hands.move(SECOND)) == [PROMISED]

    assert words(hands.move(3 * HOUR)) == []


def test_news_in_time_keeps_the_promise_and_gives_the_next() -> None:
    hands = told()
    hands.move(30 * MINUTE)
    end = hands.at + 2 * HOUR
    hands.bring(Expect(at=hands.at, incident=ONE, by="marek", until=end))

    assert words(hands.move(2 * HOUR - SECOND)) == [("public", "update", "")]


def test_an_expected_end_that_passes_is_news_for_the_public_and_the_staff() -> None:
    hands = told()
    end = hands.at + 30 * MINUTE
    hands.bring(Expect(at=hands.at, incident=ONE, by="marek", until=end))
    hands.move(end - hands.at - SECOND)

    late = hands.move(SECOND)
    assert words(late) == [("public", "update", ""), ("staff", "update", "")]
    assert reminders(late) == [end]

    again = promised(end, HOUR)
    assert reminders(hands.move(3 * HOUR)) == [again]


def test_nothing_was_promised_in_shadow() -> None:
    assert reminders(told(Mode.SHADOW).move(3 * HOUR)) == []


def test_nothing_was_promised_to_customers_who_are_not_down() -> None:
    assert reminders(told(kind=IncidentKind.DEGRADED).move(3 * HOUR)) == []


def test_what_works_again_needs_no_news() -> None:
    hands = told()
    hands.happen(IncidentRestored(at=hands.at, incident=ONE))

    assert reminders(hands.move(3 * HOUR)) == []


def test_what_fails_again_has_no_expected_end_left() -> None:
    hands = told()
    hands.happen(EndExpected(at=hands.at, incident=ONE, by="m", until=hands.at + 5 * MINUTE))
    hands.move(MINUTE)
    hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    hands.happen(IncidentRelapsed(at=hands.at, incident=ONE))
    hands.move(MINUTE)

    assert reminders(hands.move(10 * MINUTE)) == []


def test_a_restart_does_not_remind_again() -> None:
    hands = told()
    hands.move(HOUR)
    plain = stage.snapshot(hands.response)
    stage.restore(hands.response, plain)

    assert reminders(hands.move(HOUR)) == []


@pytest.mark.parametrize(
    ("minute", "span", "by"), [(2, 15, 15), (4, 15, 15), (2, 60, 60), (14, 45, 45), (2, 2, 4)]
)
def test_news_is_promised_on_a_round_time_and_always_to_come(
    minute: int, span: int, by: int
) -> None:
    at = NIGHT.replace(minute=minute)

    assert promised(at, timedelta(minutes=span)) == NIGHT.replace(minute=0) + by * MINUTE
