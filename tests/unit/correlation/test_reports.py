"""Customers' reports: they make netwatch look, and surer of what it sees; they prove nothing."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.correlation import stage
from netwatch.correlation.reports import A_MINUTE, A_MINUTE_HERE, Reported, reported_from
from netwatch.correlation.rules import CorrelationRules
from netwatch.model.arrivals import Arrival, Report, Sample, Started
from netwatch.model.cluster_facts import ClusterFormed, ClusterLooked
from netwatch.model.facts import (
    IncidentConfirmed,
    IncidentOpened,
)
from netwatch.model.names import ElementName, SubscriberId
from netwatch.model.report_facts import CustomerReported, ReportsUnexplained
from netwatch.views.board import Board
from netwatch.views.incidents import why
from netwatch.views.why_words import because
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life

APART = timedelta(seconds=10)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOMES = [f"S-onu-{p}{n}" for p in (1, 2) for n in range(1, 9)]


def call(who: str, at: datetime, text: str = "") -> Report:
    return Report(at=at, subscriber=SubscriberId(who), text=text)


def lived(samples: Iterable[Sample], *calls: Report, until: datetime | None = None) -> Life:
    """Let a network live through what was seen and who called, in order of time."""
    arrivals: list[Arrival] = sorted([*samples, *calls], key=lambda one: one.at)
    end = until or arrivals[-1].at + 2 * MINUTE
    return Life(town()).live(with_ticks(arrivals, until=end))


def evening(*failed: str, healthy: int = 3, broken: int = 6) -> list[Sample]:
    well = rounds(Weather(town()), EVENING, healthy)
    away = Weather(town(), set(failed))
    return well + rounds(away, EVENING + healthy * APART, broken)


def test_a_report_is_a_fact_without_its_words_and_asks_the_line_and_what_is_above_it() -> None:
    life = lived(evening(), call("S-onu-11", EVENING + 25 * SECOND, "nie dziala, dzwonic 600"))

    (fact,) = life.of(CustomerReported)
    assert isinstance(fact, CustomerReported)
    assert (fact.subscriber, fact.element, fact.incident) == ("S-onu-11", "device:s-1", None)
    assert "600" not in repr(life.facts)
    asked = {device for ask in life.asks for device in ask.devices}
    assert {"onu-11", "olt-1"} <= asked
    assert "onu-12" not in asked


def test_two_reports_ask_all_that_hangs_on_what_they_have_in_common() -> None:
    at = EVENING + 25 * SECOND
    life = lived(evening(), call("S-onu-11", at), call("S-onu-25", at + 30 * SECOND))

    asked = set(life.asks[-1].devices)
    assert {f"onu-{p}{n}" for p in (1, 2) for n in range(1, 9)} <= asked
    assert "cpe-1" not in asked


def test_strangers_and_the_same_subscriber_within_the_hour_count_for_nothing() -> None:
    at = EVENING + 25 * SECOND
    again = [call("S-onu-11", at + n * MINUTE) for n in (0, 1, 59)]
    late = call("S-onu-11", at + 60 * MINUTE)
    life = lived(evening(), call("nobody", at), *again, late)

    assert [fact.at for fact in life.of(CustomerReported)] == [at, late.at]


def test_a_flood_is_cut_off_by_element_and_in_all() -> None:
    reported = Reported()
    counted = 0
    for n in range(10_000):
        element, who = ElementName(f"device:s-{n % 100}"), SubscriberId(f"S-{n}")
        if reported.counts(who, element, EVENING):
            reported.take(CustomerReported(at=EVENING, subscriber=who, element=element))
            counted += 1
    assert counted == A_MINUTE
    at = EVENING + MINUTE
    for n in range(100):
        element, who = ElementName("device:s-1"), SubscriberId(f"T-{n}")
        if reported.counts(who, element, at):
            reported.take(CustomerReported(at=at, subscriber=who, element=element))
            counted += 1
    assert counted == A_MINUTE + A_MINUTE_HERE


def test_the_staff_hears_once_of_what_nothing_seen_explains() -> None:
    at = EVENING + 30 * SECOND
    calls = [call(who, at + n * 20 * SECOND) for n, who in enumerate(HOMES[:5])]
    life = lived(evening(broken=30), *calls)

    (formed,), (looked,) = life.of(ClusterFormed), life.of(ClusterLooked)
    assert isinstance(formed, ClusterFormed)
    assert isinstance(looked, ClusterLooked)
    assert formed.piece == "device:s-1"
    assert len(formed.subscribers) == 3
    assert looked.answering == looked.asked == 8
    assert life.of(IncidentOpened, ReportsUnexplained) == []


def test_two_callers_are_no_hint() -> None:
    at = EVENING + 30 * SECOND
    life = lived(evening(broken=30), call(HOMES[0], at), call(HOMES[1], at + SECOND))

    assert life.of(ReportsUnexplained) == []


def test_who_reports_an_outage_is_counted_with_it_and_no_hint_follows() -> None:
    at = EVENING + 40 * SECOND
    before = [call(who, at) for who in HOMES[:3]]
    after = call(HOMES[4], EVENING + 85 * SECOND)
    life = lived(evening("device:s-1", broken=20), *before, after)

    (opened,) = life.of(IncidentOpened)
    assert isinstance(opened, IncidentOpened)
    assert opened.diagnosis.proof.reports == 3
    facts = [fact for fact in life.of(CustomerReported) if isinstance(fact, CustomerReported)]
    assert facts[-1].incident == opened.incident
    assert life.of(ReportsUnexplained) == []
    board = Board.of(life.facts)
    answer = why(board, opened.incident)
    assert answer is not None
    assert answer["reports"] == 4
    assert "4 customers reported it" in answer["because"]
    proof, root = board.outages[opened.incident].proof, board.outages[opened.incident].root_cause
    assert "4 klientów" in because(proof, root, "pl")
    assert "zákazníků, kteří to nahlásili: 4" in because(proof, root, "cs")


def test_reports_shorten_the_confirmation_of_what_few_elements_tell_of() -> None:
    seen = evening("device:sw-1", broken=20)
    unasked = ("cpe-3", "cpe-4", "cpe-5", "cpe-6")
    seen = [s for s in seen if s.device not in unasked and s.check != "if.oper"]
    calls = [call(f"S-cpe-{n}", EVENING + 45 * SECOND) for n in (1, 2, 3)]
    alone, backed = lived(seen), lived(seen, *calls)

    (late,), (early,) = alone.of(IncidentConfirmed), backed.of(IncidentConfirmed)
    assert timedelta(0) < late.at - early.at <= 30 * SECOND
    (opened,) = backed.of(IncidentOpened)
    assert early.at - opened.at >= timedelta(0)


def test_who_reported_is_remembered_over_a_restart_and_in_a_snapshot() -> None:
    at = EVENING + 20 * SECOND
    life = lived(evening(), call(HOMES[0], at))
    restored = stage.begin(town(), CorrelationRules())
    stage.restore(restored, stage.snapshot(life.state))

    assert restored.decided.reported.last == {SubscriberId(HOMES[0]): at}
    again = life.live([Started(at=at + 5 * MINUTE, version="1"), call(HOMES[0], at + 6 * MINUTE)])
    assert len(again.of(CustomerReported)) == 1
    plain = life.state.decided.reported.to_plain()
    assert reported_from(plain).to_plain() == plain


CALLS = st.lists(
    st.tuples(st.sampled_from([*HOMES, *(f"S-cpe-{n}" for n in range(1, 7))]), st.integers(0, 150)),
    max_size=40,
)


@given(CALLS)
@settings(max_examples=25, deadline=None)
def test_reports_alone_never_open_an_incident(calls: list[tuple[str, int]]) -> None:
    reports = [call(who, EVENING + second * SECOND) for who, second in calls]

    life = lived(evening(broken=12), *reports)

    assert life.of(IncidentOpened, IncidentConfirmed) == []


@given(CALLS, st.sampled_from(["device:s-1", "device:sw-1", "device:olt-1", "link:olt-1--s-2"]))
@settings(max_examples=25, deadline=None)
def test_reports_take_no_incident_away_that_was_seen(
    calls: list[tuple[str, int]], failed: str
) -> None:
    reports = [call(who, EVENING + second * SECOND) for who, second in calls]
    seen = evening(failed, broken=12)

    alone, told = lived(seen), lived(seen, *reports)

    assert {d.root_cause for d in alone.last().values()} == {
        d.root_cause for d in told.last().values()
    }
    assert [d.subscribers for d in alone.last().values()] == [
        d.subscribers for d in told.last().values()
    ]
    assert len(told.of(IncidentConfirmed)) >= len(alone.of(IncidentConfirmed))


@given(CALLS)
@settings(max_examples=10, deadline=None)
def test_the_same_reports_give_the_same_facts(calls: list[tuple[str, int]]) -> None:
    reports = [call(who, EVENING + second * SECOND) for who, second in calls]
    seen = evening("device:s-2", broken=8)

    assert lived(seen, *reports).facts == lived(seen, *reports).facts
