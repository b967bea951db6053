"""Answers are gathered without losing or changing one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.arrivals import Answered, Outcome, Sample
from netwatch.model.names import CheckName, DeviceId
from netwatch.pollers.gathering import Gathering

NOON = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
SAMPLES = st.builds(
    Sample,
    at=st.integers(0, 2500).map(lambda ms: NOON + timedelta(milliseconds=ms)),
    device=st.sampled_from([DeviceId("a"), DeviceId("b")]),
    check=st.sampled_from([CheckName("icmp"), CheckName("if.oper")]),
    outcome=st.sampled_from(Outcome),
    part=st.sampled_from([None, "1"]),
    value=st.none() | st.sampled_from(["up", "down", 1.5]),
    normal=st.sampled_from([None, 2.0]),
    detail=st.sampled_from([None, "odd"]),
)


def gathered(samples: list[Sample]) -> list[Sample]:
    gathering = Gathering(None)
    for sample in samples:
        gathering.add(sample)
    out: list[Sample] = []
    for arrival in gathering.take():
        if isinstance(arrival, Answered):
            out.extend(arrival.samples())
        else:
            assert isinstance(arrival, Sample)
            out.append(arrival)
    assert not gathering
    return out


def key(sample: Sample) -> tuple[object, ...]:
    second = sample.at.replace(microsecond=0)
    words = (sample.device, sample.check, sample.part, sample.outcome, sample.value)
    return (second, *map(str, (*words, sample.normal, sample.detail)))


@given(st.lists(SAMPLES, max_size=40))
def test_every_sample_comes_out_in_its_own_second(samples: list[Sample]) -> None:
    assert sorted(map(key, gathered(samples)), key=str) == sorted(map(key, samples), key=str)


@given(st.lists(SAMPLES, max_size=40))
def test_what_one_question_was_answered_stays_in_order(samples: list[Sample]) -> None:
    plain = [s for s in samples if s.outcome is Outcome.ANSWERED and not (s.normal or s.detail)]
    for question in {(s.device, s.check, s.part) for s in plain}:
        mine = [s.value for s in plain if (s.device, s.check, s.part) == question]
        out = [s.value for s in gathered(plain) if (s.device, s.check, s.part) == question]
        assert out == mine


def test_nothing_gathered_is_nothing_to_bring() -> None:
    assert list(Gathering(None).take()) == []
