"""A channel that refuses for good is told to the staff once, by another one where there is one."""

import pytest

from netwatch.model.arrivals import Receipt, Result
from netwatch.model.facts import (
    Audience,
    Fact,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Purpose,
    TroubleBegan,
    TroubleEnded,
    keys_of,
)
from netwatch.model.names import ChannelName, NoticeKey
from netwatch.response.receipts import IN_PLACE
from netwatch.response.rules import Mode, ResponseRules
from tests.unit.response.hands import ONE, Hands, confirmed, opened

TWO_WAYS = ResponseRules(mode=Mode.FULL, staff_channels=(ChannelName("duty"), ChannelName("mail")))
ONE_WAY = ResponseRules(mode=Mode.FULL)


def dues(facts: list[Fact], audience: Audience) -> list[NoticeDue]:
    return [due for due in facts if isinstance(due, NoticeDue) and due.audience is audience]


def answered(hands: Hands, due: NoticeDue, result: Result, detail: str = "") -> list[Fact]:
    (key,) = keys_of(due)
    return hands.bring(Receipt(at=hands.at, key=key, result=result, detail=detail))


@pytest.mark.parametrize("audience", [Audience.STAFF, Audience.PUBLIC])
def test_a_refusal_is_a_trouble_told_by_another_channel(audience: Audience) -> None:
    hands = Hands(TWO_WAYS)
    (due,) = dues(hands.happen(opened(hands)), audience)

    refused, began, told = answered(hands, due, Result.REFUSED, "HTTP 404")

    assert isinstance(refused, NoticeRefused)
    assert isinstance(began, TroubleBegan)
    assert (began.where, "HTTP 404" in began.what) == (f"channel:{due.channel}", True)
    assert isinstance(told, NoticeDue)
    assert (told.purpose, told.channel) == (
        Purpose.TROUBLE,
        "mail" if due.channel == "duty" else "duty",
    )


def test_it_is_told_once_and_over_when_that_channel_takes_something() -> None:
    hands = Hands(TWO_WAYS)
    (page,) = dues(hands.happen(opened(hands)), Audience.PUBLIC)
    answered(hands, page, Result.REFUSED, "HTTP 404")
    (again,) = dues(hands.happen(confirmed(hands)), Audience.PUBLIC)
    assert [type(fact) for fact in answered(hands, again, Result.REFUSED)] == [NoticeRefused]

    (other,) = dues(hands.happen(opened(hands, name=ONE)), Audience.PUBLIC)
    taken = answered(hands, other, Result.ACCEPTED)
    assert [type(fact) for fact in taken] == [NoticeSent, TroubleEnded]


def test_what_came_too_late_to_be_sent_ends_no_trouble() -> None:
    hands = Hands(TWO_WAYS)
    (page,) = dues(hands.happen(opened(hands)), Audience.PUBLIC)
    answered(hands, page, Result.REFUSED, "HTTP 404")
    (again,) = dues(hands.happen(confirmed(hands)), Audience.PUBLIC)

    assert [type(fact) for fact in answered(hands, again, Result.EXPIRED)] == [NoticeExpired]


def test_what_another_channel_took_in_its_place_says_nothing_of_the_first() -> None:
    hands = Hands(TWO_WAYS)
    (alert,) = dues(hands.happen(opened(hands)), Audience.STAFF)
    (trouble,) = dues(answered(hands, alert, Result.REFUSED), Audience.STAFF)
    taken = answered(hands, trouble, Result.ACCEPTED, f"by duty2 {IN_PLACE} mail; HTTP 200")

    assert [type(fact) for fact in taken] == [NoticeSent]
    assert list(hands.response.troubles) == ["channel:duty"]


def test_with_one_channel_alone_its_own_refusal_makes_no_endless_talk() -> None:
    hands = Hands(ONE_WAY)
    (alert,) = dues(hands.happen(opened(hands)), Audience.STAFF)
    (trouble,) = dues(answered(hands, alert, Result.REFUSED), Audience.STAFF)

    assert [type(fact) for fact in answered(hands, trouble, Result.REFUSED)] == [NoticeRefused]


@pytest.mark.parametrize("result", [Result.DELIVERED, Result.UNDELIVERED])
def test_what_a_stranger_reports_of_no_notice_of_ours_changes_nothing(result: Result) -> None:
    hands = Hands(ONE_WAY)
    assert hands.bring(Receipt(at=hands.at, key=NoticeKey("x/y"), result=result)) == []
