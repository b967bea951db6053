"""What must hold for every night, drawn at random against the real stages."""

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netwatch.journal.codec import decode, encode
from netwatch.model.arrivals import (
    Acknowledge,
    Annotate,
    Arrival,
    Assign,
    Attribute,
    Change,
    Expect,
    Hold,
    Loaded,
    Outcome,
    Readings,
    Receipt,
    Report,
    Resolve,
    Result,
    Resume,
    Sample,
    Started,
    Syslog,
    Trap,
    Trouble,
)
from netwatch.model.facts import Fact, NoticeDue, keys_of
from netwatch.model.names import CheckName, DeviceId, IncidentId, NoticeKey, SubscriberId
from netwatch.model.terms import Cause
from netwatch.pipeline import Pipeline
from netwatch.service.mind import Mind
from tests.unit.service.story import NIGHT, RULES, SECOND, behind, round_of, town

NETWORK = town(houses=4)
DEVICES = st.sampled_from([*NETWORK.devices, DeviceId("not-in-the-inventory")])
INCIDENTS = st.sampled_from([IncidentId(name) for name in ("I-1", "I-2", "I-3", "", "I-99")])
EVERYTHING = frozenset(NETWORK.devices)
PEOPLE = st.sampled_from(["ewa", "marek", ""])
WORDS = st.text(max_size=8)
INFINITE = float("inf")
CHECKS = st.sampled_from([CheckName(n) for n in ("icmp", "if.oper", "onu.state", "mains", "huh")])
VALUES = st.sampled_from([None, "up", "down", "online", "los", "off", "", 1.5, -1e300, INFINITE])
AT = st.just(NIGHT)

SAMPLES = st.builds(
    Sample,
    at=AT,
    device=DEVICES,
    check=CHECKS,
    outcome=st.sampled_from(Outcome),
    part=st.sampled_from([None, "0/1", "x"]),
    value=VALUES,
    normal=st.none() | st.floats(allow_nan=True),
)
READINGS = st.builds(
    Readings,
    at=AT,
    device=DEVICES,
    check=CHECKS,
    parts=st.just(("0/1", "x")),
    columns=st.dictionaries(
        st.sampled_from(["rx_dbm", "huh"]),
        st.tuples(st.none() | st.floats(), st.none()),
        max_size=2,
    ),
)
COMMANDS = st.one_of(
    st.builds(Acknowledge, at=AT, incident=INCIDENTS, by=PEOPLE, note=WORDS),
    st.builds(Assign, at=AT, incident=INCIDENTS, by=PEOPLE, to=PEOPLE),
    st.builds(Expect, at=AT, incident=INCIDENTS, by=PEOPLE, until=st.just(NIGHT) | st.none()),
    st.builds(
        Attribute, at=AT, incident=INCIDENTS, by=PEOPLE, cause=st.none() | st.sampled_from(Cause)
    ),
    st.builds(Annotate, at=AT, incident=INCIDENTS, by=PEOPLE, text=WORDS),
    st.builds(Resolve, at=AT, incident=INCIDENTS, by=PEOPLE, note=WORDS),
    st.builds(Hold, at=AT, by=PEOPLE, lasts=st.none() | st.just(timedelta(minutes=1))),
    st.builds(Resume, at=AT, by=PEOPLE),
)
OTHERS = st.one_of(
    st.builds(Trap, at=AT, device=DEVICES, oid=WORDS),
    st.builds(Syslog, at=AT, device=DEVICES, severity=st.integers(), text=WORDS),
    st.builds(Change, at=AT, device=DEVICES),
    st.builds(Report, at=AT, subscriber=st.sampled_from([SubscriberId("S-a1"), SubscriberId("")])),
    st.builds(Started, at=AT, version=WORDS),
    st.builds(Loaded, at=AT, inventory=WORDS, rules=WORDS),
    st.builds(Trouble, at=AT, where=PEOPLE, what=WORDS, over=st.booleans()),
    st.builds(
        Receipt,
        at=AT,
        key=st.sampled_from([NoticeKey("I-1/public/website/public/suspected/1"), NoticeKey("")]),
        result=st.sampled_from(Result),
    ),
)
DARK = st.sampled_from([frozenset(), behind(NETWORK, "a"), behind(NETWORK, "b"), EVERYTHING])
PAUSES = st.sampled_from([timedelta(0), timedelta(milliseconds=300), 10 * SECOND, 75 * SECOND])

Night = list[tuple[timedelta, list[Arrival]]]


def act(dark: frozenset[DeviceId], rounds: int, extra: list[Arrival], pause: timedelta) -> Night:
    """Some rounds in which the same devices are dark, then whatever comes on top."""
    quiet = [(10 * SECOND, list(round_of(NETWORK, NIGHT, dark))) for _ in range(rounds)]
    return [*quiet, (pause, extra)]


EXTRA = st.lists(SAMPLES | READINGS | COMMANDS | OTHERS, max_size=6)
ACTS = st.builds(act, DARK, st.integers(1, 9), EXTRA, PAUSES)
NIGHTS = st.lists(ACTS, min_size=1, max_size=8).map(lambda acts: [step for a in acts for step in a])
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Life:
    """A service on paper: what it was told, and everything that it decided."""

    def __init__(self) -> None:
        self.mind = Mind(Pipeline(NETWORK, RULES), remember=_no_bug, version="1")
        self.facts: list[Fact] = []
        self.arrivals = 0

    def live(self, night: Night) -> "Life":

        at = NIGHT
        for pause, arrivals in night:
            at += pause
            for arrival in arrivals:
                self._take(replace(arrival, at=at))
        return self

    def _take(self, arrival: Arrival) -> None:
        self.arrivals += 1
        new = self.mind.think(arrival, list).facts
        self.facts.extend(new)
        for due in new:
            if isinstance(due, NoticeDue):
                for key in keys_of(due):
                    self._take(Receipt(at=arrival.at, key=key, result=Result.ACCEPTED))


def _no_bug(_: object) -> Pipeline:
    raise AssertionError("an arrival met a bug: see the log above")


@given(NIGHTS)
@MANY
def test_folding_the_journal_equals_having_lived_it(
    night: Night,
) -> None:
    life = Life().live(night)
    rows = [encode(fact) for fact in life.facts]
    restarted = Pipeline(NETWORK, RULES)
    restarted.evolve(decode(row.kind, row.body) for row in rows)
    lived = json.dumps(life.mind.pipeline.snapshot(), sort_keys=True)
    assert json.dumps(restarted.snapshot(), sort_keys=True) == lived


@given(NIGHTS)
@MANY
def test_a_snapshot_taken_back_is_the_same_snapshot(
    night: Night,
) -> None:
    plain = json.dumps(Life().live(night).mind.pipeline.snapshot(), sort_keys=True)
    restored = Pipeline(NETWORK, RULES)
    assert restored.restore(json.loads(plain))
    assert json.dumps(restored.snapshot(), sort_keys=True) == plain


@given(NIGHTS)
@MANY
def test_the_same_arrivals_give_the_same_facts_byte_for_byte(
    night: Night,
) -> None:
    rows = [encode(fact) for fact in Life().live(night).facts]
    assert [encode(fact) for fact in Life().live(night).facts] == rows


def test_ten_thousand_random_arrivals_never_break_the_pipeline() -> None:
    met = 0

    @given(NIGHTS)
    @settings(
        max_examples=80,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def some(night: Night) -> None:
        nonlocal met
        met += Life().live(night).arrivals

    some()
    assert met >= 10_000
