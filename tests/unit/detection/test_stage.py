"""Each raise has its clear, each clear was seen, and silence of ours is not silence of theirs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.detection import stage
from netwatch.detection.rules import DetectionRules, LimitRule
from netwatch.model.arrivals import Loaded, Outcome, Readings, Sample, Started
from netwatch.model.evidence import Crossed, Said, Silence, Unseeing
from netwatch.model.facts import AlarmCleared, AlarmRaised, Fact
from netwatch.model.names import CheckName, DeviceId
from netwatch.model.network import Device, DeviceKind, Network

NIGHT = datetime(2026, 11, 14, 19, 0, tzinfo=UTC)
STEP = timedelta(seconds=10)
SWITCH = Device(id=DeviceId("sw-1"), kind=DeviceKind.SWITCH)
HOUSE = Network(devices={SWITCH.id: SWITCH})
RULES = DetectionRules(
    limits=(
        LimitRule(
            id="hot",
            check=CheckName("temperature"),
            column="value",
            above=60.0,
            hysteresis=5.0,
            unit="Cel",
        ),
    )
)


def watch(rules: DetectionRules = RULES) -> stage.State:
    return stage.begin(HOUSE, rules)


def tell(state: stage.State, arrival: Sample | Readings | Started | Loaded) -> list[Fact]:
    stage.observe(state, arrival)
    facts = list(stage.decide(state, arrival, ()).facts)
    for fact in facts:
        stage.evolve(state, fact)
    return facts


def sample(
    n: int, outcome: Outcome, value: float | str | None = None, check: str = "icmp"
) -> Sample:
    return Sample(
        at=NIGHT + n * STEP,
        device=DeviceId("sw-1"),
        check=CheckName(check),
        outcome=outcome,
        value=value,
    )


def heat(n: int, degrees: float | None) -> Readings:
    return Readings(
        at=NIGHT + n * STEP,
        device=DeviceId("sw-1"),
        check=CheckName("temperature"),
        parts=("board",),
        columns={"value": (degrees,)},
    )


def test_two_lost_pings_are_weather_and_the_third_is_an_alarm() -> None:
    state = watch()

    assert tell(state, sample(0, Outcome.SILENT)) == []
    assert tell(state, sample(1, Outcome.SILENT)) == []
    (alarm,) = tell(state, sample(2, Outcome.SILENT))

    assert isinstance(alarm, AlarmRaised)
    assert alarm.because == Silence(probes=3, over=2 * STEP)
    assert tell(state, sample(3, Outcome.SILENT)) == []


def test_two_answers_clear_it_and_one_does_not() -> None:
    state = watch()
    for n in range(3):
        tell(state, sample(n, Outcome.SILENT))

    assert tell(state, sample(3, Outcome.ANSWERED, 1.0)) == []
    (clear,) = tell(state, sample(4, Outcome.ANSWERED, 1.0))

    assert clear == AlarmCleared(
        at=NIGHT + 4 * STEP, device=DeviceId("sw-1"), check=CheckName("icmp")
    )


def test_what_we_cannot_ask_is_an_alarm_about_us_and_ends_with_the_first_probe_that_goes_out() -> (
    None
):
    state = watch()
    for n in range(2):
        assert tell(state, sample(n, Outcome.BLIND)) == []
    (alarm,) = tell(state, sample(2, Outcome.BLIND))

    assert isinstance(alarm, AlarmRaised)
    assert isinstance(alarm.because, Unseeing)
    assert alarm.check == "blind:icmp"
    (clear,) = tell(state, sample(3, Outcome.SILENT))
    assert isinstance(clear, AlarmCleared)


@pytest.mark.parametrize("word", ["los", "dying-gasp", "offline"])
def test_an_onu_that_is_gone_says_why_in_the_alarm(word: str) -> None:
    state = watch()
    tell(state, sample(0, Outcome.ANSWERED, word, "onu.state"))
    (alarm,) = tell(state, sample(1, Outcome.ANSWERED, word, "onu.state"))

    assert isinstance(alarm, AlarmRaised)
    assert alarm.because == Said(value=word, times=2)


def test_an_onu_that_its_owner_disabled_is_no_alarm() -> None:
    state = watch()

    assert [
        f
        for n in range(5)
        for f in tell(state, sample(n, Outcome.ANSWERED, "disabled", "onu.state"))
    ] == []


def test_a_measurement_raises_above_its_limit_and_clears_only_well_below() -> None:
    state = watch()

    assert tell(state, heat(0, 61.0)) == []
    (alarm,) = tell(state, heat(1, 62.0))
    assert isinstance(alarm, AlarmRaised)
    assert alarm.because == Crossed(value=62.0, limit=60.0, unit="Cel")
    assert tell(state, heat(2, 58.0)) == []
    assert tell(state, heat(3, 54.0)) == []
    (clear,) = tell(state, heat(4, 54.0))
    assert isinstance(clear, AlarmCleared)


@pytest.mark.parametrize(
    ("limit", "just_beyond", "nearly_back", "just_back"),
    [({"above": 60.0}, 60.1, 55.1, 55.0), ({"below": 10.0}, 9.9, 14.9, 15.0)],
)
def test_a_limit_itself_is_inside_and_so_is_what_is_back_by_the_whole_hysteresis(
    limit: dict[str, float], just_beyond: float, nearly_back: float, just_back: float
) -> None:
    (edge,) = limit.values()
    (rule,) = RULES.limits
    state = watch(replace(RULES, limits=(replace(rule, **{"above": None} | limit),)))

    assert [f for n in range(4) for f in tell(state, heat(n, edge))] == []
    told = [tell(state, heat(4 + n, just_beyond)) for n in range(2)]
    assert [len(facts) for facts in told] == [0, 1]
    assert [f for n in range(6, 9) for f in tell(state, heat(n, nearly_back))] == []
    told = [tell(state, heat(9 + n, just_back)) for n in range(2)]
    assert [len(facts) for facts in told] == [0, 1]
    assert isinstance(told[1][0], AlarmCleared)


def test_what_leaves_the_inventory_takes_its_alarms_along_and_nothing_else() -> None:
    state = watch()
    for n in range(3):
        tell(state, sample(n, Outcome.SILENT))
    loaded = Loaded(at=NIGHT + 3 * STEP, inventory="sha256:1", rules="sha256:2")

    stage.refit(state, HOUSE, RULES)
    assert tell(state, loaded) == []

    stage.refit(state, Network(devices={}), RULES)
    (clear,) = tell(state, loaded)
    assert clear == AlarmCleared(at=loaded.at, device=DeviceId("sw-1"), check=CheckName("icmp"))
    assert tell(state, sample(4, Outcome.SILENT)) == []


def test_a_reading_without_value_says_nothing() -> None:
    state = watch()

    assert [f for n in range(4) for f in tell(state, heat(n, None))] == []


def test_a_start_forgets_streaks_and_keeps_alarms() -> None:
    state = watch()
    for n in range(3):
        tell(state, sample(n, Outcome.SILENT))
    tell(state, Started(at=NIGHT + 3 * STEP, version="1"))

    assert stage.snapshot(state)["alarms"] == [["sw-1", "icmp", None]]
    assert tell(state, sample(4, Outcome.ANSWERED, 1.0)) == []
    assert len(tell(state, sample(5, Outcome.ANSWERED, 1.0))) == 1


@given(st.lists(st.sampled_from([Outcome.ANSWERED, Outcome.SILENT, Outcome.BLIND]), max_size=60))
def test_raises_and_clears_of_one_check_take_turns_and_fold_to_what_was_lived(
    story: list[Outcome],
) -> None:
    state, facts = watch(), list[Fact]()
    for n, outcome in enumerate(story):
        facts += tell(state, sample(n, outcome, 1.0 if outcome is Outcome.ANSWERED else None))

    for check in ("icmp", "blind:icmp"):
        kinds = [
            type(f) for f in facts if isinstance(f, AlarmRaised | AlarmCleared) and f.check == check
        ]
        assert kinds == [AlarmRaised, AlarmCleared] * (len(kinds) // 2) + [AlarmRaised] * (
            len(kinds) % 2
        )
    folded = watch()
    for fact in facts:
        stage.evolve(folded, fact)
    assert stage.snapshot(folded) == stage.snapshot(state)
