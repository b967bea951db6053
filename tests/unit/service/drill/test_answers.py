"""Answers of the staff while a drill is on: none of them reaches the real night by mistake."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from netwatch.intake.said import said
from netwatch.model.meaning import Unclear
from netwatch.model.names import ChannelName, PersonId
from netwatch.model.replying import Reply
from netwatch.service.drill.answers import Routed, routed
from tests.unit.service.drill.practice import BEGAN


def answered(
    text: str, drill: str = "DRILL-7", told: Callable[[PersonId], bool] = lambda _: True
) -> Routed:
    meaning = said(text, ("en",), BEGAN, ZoneInfo("UTC"))
    reply = Reply(
        at=BEGAN, by="marek", channel=ChannelName("duty"), message="m", meaning=meaning, text=text
    )
    return routed(reply, drill, told)


def test_what_names_the_drill_is_the_drills() -> None:
    found = answered("DRILL-7-I-4 ok", told=lambda _: False)
    assert found.to_drill
    assert found.reply.meaning.incident == "DRILL-7-I-4"
    assert found.reply.meaning.acknowledge


@pytest.mark.parametrize("drill", ["", "DRILL-8"])
@pytest.mark.parametrize("text", ["DRILL-7-I-4 cable cut 2h", "drill 7 I-4 cable cut 2h"])
def test_what_names_a_drill_that_is_over_says_nothing_of_a_real_incident(
    text: str, drill: str
) -> None:
    found = answered(text, drill)
    assert not found.to_drill
    assert found.reply.meaning.says_nothing
    assert found.reply.meaning.unclear is Unclear.NO_INCIDENT
    assert found.reply.meaning.incident.startswith("DRILL-7")


def test_who_was_told_of_the_drill_and_names_nothing_speaks_of_it() -> None:
    assert answered("on site, cable cut 2h").to_drill
    assert not answered("on site, cable cut 2h", told=lambda _: False).to_drill
    assert not answered("on site, cable cut 2h", drill="").to_drill


def test_what_names_a_real_incident_is_the_real_nights() -> None:
    found = answered("I-4 cable cut 2h")
    assert not found.to_drill
    assert found.reply.meaning.incident == "I-4"
    assert found.reply.meaning.until is not None


@pytest.mark.parametrize("drill", ["", "DRILL-7"])
def test_who_tells_that_somebody_drilled_into_a_cable_is_heard_in_the_real_night(
    drill: str,
) -> None:
    found = answered("I-4 ok, drilling crew hit it, they drilled through, 2h", drill)
    assert not found.to_drill
    assert found.reply.meaning.incident == "I-4"
    assert found.reply.meaning.acknowledge
    assert found.reply.meaning.unclear is None


def test_an_order_to_stop_public_words_is_always_obeyed_for_real() -> None:
    meaning = said("stop", ("en",), BEGAN, ZoneInfo("UTC"))
    reply = Reply(
        at=BEGAN,
        by="marek",
        channel=ChannelName("duty"),
        message="m",
        meaning=type(meaning)(hold=timedelta(hours=1)),
        text="stop public words",
    )
    assert not routed(reply, "DRILL-7", lambda _: True).to_drill
