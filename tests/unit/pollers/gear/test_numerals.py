"""What a device sends in place of a number ends nobody's look at it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.gear.document import Cost, document
from netwatch.pollers.gear.files import known_gear
from netwatch.pollers.gear.numerals import identifier, whole_number
from netwatch.pollers.gear.recognition import impression
from netwatch.pollers.gear.rules import SensorRule, State
from netwatch.pollers.gear.sensing import Answers, sense
from netwatch.pollers.gear.survey import SYS_OBJECT_ID, SYS_UP_TIME, Survey, surveying
from netwatch.pollers.onu_table import OnuTable
from netwatch.pollers.profile import shipped
from netwatch.pollers.questions import Answer, Get, Next, Outcome, Target
from netwatch.wire.oid import parse_oid

NO_NUMBERS = ["", "-", "--5", "²", "1²", "1 2", "0x1f", "9" * 5000, "1_0"]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_whole_number_is_none(text: str) -> None:
    assert whole_number(text) is None


@given(st.integers(-(1 << 63), (1 << 64) - 1))
def test_every_number_of_64_bits_is_read_from_its_digits(number: int) -> None:
    assert whole_number(f" {number}\0") == number


@given(st.text(alphabet="0123456789.²-_ a") | st.text())
def test_an_identifier_can_be_asked_for_or_is_none(text: str) -> None:
    said = identifier(text)
    assert not said or parse_oid(said)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_a_state_that_is_no_number_is_no_state(text: str) -> None:
    rule = SensorRule(check="state", object="1.3.6.1.9.0", states={1: State.OK})

    assert sense([rule], Answers(objects={rule.object: text})) == []


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_an_onu_whose_state_is_no_number_has_none(text: str) -> None:
    table = OnuTable(status="1.3.6.1.9.1", states={1: "online"})

    assert table.state(text, None) is None


@pytest.mark.parametrize("text", ["--5", "²"])
@pytest.mark.parametrize("family", sorted(known_gear()))
def test_a_device_that_answers_all_with_such_text_is_surveyed_to_its_end(
    family: str, text: str
) -> None:
    survey = Survey(Target("192.0.2.1", 161, 1, "x"), known_gear(), shipped(), chosen=family)
    steps = surveying(survey)
    question = next(steps)
    try:
        while True:
            match question:
                case Get():
                    said = {SYS_OBJECT_ID: f"1.3.6.1.4.1.99999.{text}.a.b.c.d", SYS_UP_TIME: text}
                    values = tuple(said.get(oid, text) for oid in question.oids)
                    answer = Answer(Outcome.ANSWERED, values=values)
                case Next():
                    binds = tuple((f"{oid}.1", text) for oid in question.oids)
                    answer = Answer(Outcome.ANSWERED, binds=binds)
                case _:
                    row = (text,) * len(question.columns)
                    answer = Answer(Outcome.ANSWERED, rows={"1": row, "1.2.3.4": row})
            for oid in getattr(question, "oids", None) or question.columns:  # type: ignore[union-attr]
                parse_oid(oid)
            question = steps.send(answer)
    except StopIteration:
        pass

    cost = Cost(requests=0, varbinds=0, seconds=0.0)
    said = document(survey, address="x", rtt_ms=None, reachable=True, cost=cost)
    assert said["whole"]


def test_an_identifier_that_comes_as_text_is_read_and_rubbish_is_not() -> None:
    assert impression(".1.3.6.1.4.1.9.1\0", None, None).object_id == "1.3.6.1.4.1.9.1"
    assert impression("1.3.6.1.4.1.²", None, None).object_id == ""
