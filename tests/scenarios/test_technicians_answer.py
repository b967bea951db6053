"""People answer from the field: these messages at these times, these words in public, no others."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from netwatch.intake.said import said
from netwatch.model.answers import Answer, answer_of
from netwatch.model.facts import (
    Audience,
    Cause,
    CauseNamed,
    EndExpected,
    IncidentAcknowledged,
    IncidentClosed,
    IncidentNoted,
    NoticeDue,
    Phase,
    PublishHeld,
    Purpose,
)
from netwatch.model.meaning import Unclear
from netwatch.model.names import ChannelName, IncidentId, LinkId, PersonId, RoleName
from netwatch.model.replying import Reply, Stray
from netwatch.response.people import People, Person, Role
from netwatch.response.rules import Mode, ResponseRules
from netwatch.rules.reader import read_rules
from tests.scenarios.night import MINUTE, Night, Told

WARSAW = ZoneInfo("Europe/Warsaw")
MAREK, EWA = PersonId("marek"), PersonId("ewa")
PHONE = ChannelName("ewa-phone")
ONE = IncidentId("I-1")
STAFF = People(
    persons={MAREK: Person(id=MAREK), EWA: Person(id=EWA, channels=(PHONE,))},
    roles={
        RoleName("on-call"): Role(id=RoleName("on-call"), people=(MAREK,)),
        RoleName("field"): Role(id=RoleName("field"), people=(EWA,), may=()),
    },
)


def rules() -> ResponseRules:
    book = read_rules(None).rulebook
    assert book is not None
    shipped = replace(book.stages.response, mode=Mode.FULL, timezone="Europe/Warsaw")
    return replace(shipped, people=STAFF, set_up=(PHONE,))


class Evening(Night):
    """A night in which people write."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[datetime] = []

    def writes(self, who: PersonId, text: str, *, again: bool = False) -> None:
        number = len(self.written) - (1 if again else 0)
        self.written.append(self.at)
        meaning = said(text, ["pl", "en"], self.at, WARSAW)
        self.comes(
            Reply(
                at=self.at, by=who, channel=PHONE, message=f"sms-{number}", text=text,
                meaning=meaning,
            )
        )  # fmt: skip


def answers(told: Told) -> list[tuple[datetime, str, Answer]]:
    """Return what people were answered: when, who, and what."""
    dues = [due for due in told.dues(Audience.STAFF) if due.purpose is Purpose.ANSWER]
    return [(due.at, due.recipients[0], answer_of(due.detail) or Answer()) for due in dues]


def test_a_cut_cable_told_from_the_ditch() -> None:
    night = Evening()
    night.passes(MINUTE)
    night.world.cut.add(LinkId("f-dabrowa"))
    night.passes(4 * MINUTE)
    night.writes(EWA, "jadę")
    night.passes(6 * MINUTE)
    night.writes(EWA, "na miejscu")
    night.passes(2 * MINUTE)
    night.writes(EWA, "przecięty kabel 2 h, studzienka przy dębie")
    told_at = night.at
    night.writes(EWA, "przecięty kabel 2 h, studzienka przy dębie", again=True)
    night.passes(2 * MINUTE)
    night.writes(EWA, "może trochę dłużej")
    night.passes(MINUTE)
    told = night.told(rules())

    assert [(at, who) for at, who, _ in answers(told)] == [
        (at, EWA) for n, at in enumerate(night.written) if n != 3
    ]
    first, there, cut, unclear = (answer for _, _, answer in answers(told))
    assert first == Answer(incident=ONE, taken=True)
    assert there.there_at == night.written[1]
    assert (cut.cause, cut.noted) == (Cause.FIBRE, True)
    assert cut.until is not None
    assert told_at + timedelta(hours=2) <= cut.until <= told_at + timedelta(hours=2, minutes=15)
    assert unclear.unclear is not None
    assert [fact.by for fact in told.facts(IncidentAcknowledged)] == [EWA]
    assert [fact.until for fact in told.facts(EndExpected)] == [cut.until]
    assert [fact.cause for fact in told.facts(CauseNamed)] == [Cause.FIBRE]
    notes = [fact.text for fact in told.facts(IncidentNoted)]
    assert notes == ["na miejscu", "przecięty kabel 2 h, studzienka przy dębie",
                     "może trochę dłużej"]  # fmt: skip
    after = [due for due in told.dues(Audience.PUBLIC) if due.at > told_at]
    assert after
    assert {due.phase for due in after} <= {Phase.UPDATE}
    assert min(due.at for due in after) - told_at <= timedelta(seconds=5)
    for due in told.facts(NoticeDue):
        assert "studzienka" not in f"{due.subject}{due.detail}"


def test_nobody_but_the_staff_changes_anything_and_that_is_told_once() -> None:
    quiet, night = Evening(), Evening()
    for one in (quiet, night):
        one.passes(MINUTE)
        one.world.cut.add(LinkId("f-dabrowa"))
        one.passes(4 * MINUTE)
        if one is night:
            for _ in range(5):
                one.comes(Stray(at=one.at, by="", channel=PHONE, why="unknown-sender"))
        one.passes(4 * MINUTE)
    told, calm = night.told(rules()), quiet.told(rules())

    more = [due for due in told.facts(NoticeDue) if due not in calm.facts(NoticeDue)]
    assert [(due.audience, due.purpose, due.recipients) for due in more] == [
        (Audience.STAFF, Purpose.TROUBLE, ("on-call",))
    ]
    assert told.facts(IncidentClosed) == calm.facts(IncidentClosed)


def test_hold_by_sms_stops_public_words_for_who_may() -> None:
    night = Evening()
    night.passes(MINUTE)
    night.writes(EWA, "wstrzymaj")
    night.writes(MAREK, "wstrzymaj 2 h")
    night.world.cut.add(LinkId("f-dabrowa"))
    night.passes(6 * MINUTE)
    told = night.told(rules())

    assert [(held.by, held.until) for held in told.facts(PublishHeld)] == [
        (MAREK, night.written[1] + timedelta(hours=2))
    ]
    assert [answer.unclear for _, _, answer in answers(told)] == [Unclear.NOT_YOURS, None]
    assert [due for due in told.dues(Audience.PUBLIC) if due.withheld is None] == []
