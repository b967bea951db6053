"""Several report out of one place: it is asked at once, the staff hears of it; a person decides."""

from datetime import timedelta

from netwatch.correlation import stage
from netwatch.correlation.ear import Stand
from netwatch.model.arrivals import Arrival, Report, Sample, Tick
from netwatch.model.cluster_facts import (
    ClusterConfirmed,
    ClusterDismissed,
    ClusterFormed,
    ClusterGrew,
    ClusterLooked,
    VoiceHeard,
)
from netwatch.model.facts import Fact, IncidentConfirmed, IncidentOpened, IncidentRestored
from netwatch.model.names import AreaId, ClusterId, SubscriberId
from netwatch.model.report_facts import ReportsUnexplained
from netwatch.model.voices import ConfirmCluster, DismissCluster, Voice, Way
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
APART = timedelta(seconds=10)
AT = EVENING + 30 * SECOND
HOMES = [f"S-onu-{p}{n}" for p in (1, 2) for n in range(1, 9)]
FORMED = (ClusterFormed, ClusterGrew, ClusterLooked, ClusterConfirmed, ClusterDismissed)


def well(minutes: int = 5) -> list[Sample]:
    return rounds(Weather(town()), EVENING, 6 * minutes)


def call(who: str, at: object = AT, source: str = "") -> Report:
    return Report(at=at, subscriber=SubscriberId(who), source=source)  # type: ignore[arg-type]


def anybody(n: int, area: str = "polna-1") -> Voice:
    return Voice(at=AT, way=Way.COMMENT, source=f"net-{n}", area=AreaId(area))


def lived(samples: list[Sample], *others: Arrival, minutes: int = 5) -> Life:
    arrivals: list[Arrival] = sorted([*samples, *others], key=lambda one: one.at)
    return Life(town()).live(with_ticks(arrivals, until=EVENING + minutes * MINUTE))


def turns(life: Life) -> list[str]:
    return [type(fact).__name__ for fact in life.of(*FORMED)]


def test_three_below_one_splitter_are_a_cluster_and_everything_there_is_asked_at_once() -> None:
    life = lived(well(), *(call(who) for who in HOMES[:3]))

    formed, looked = life.of(*FORMED)
    assert isinstance(formed, ClusterFormed)
    assert (formed.piece, formed.lines, formed.cluster) == ("device:s-1", 8, "C-1")
    assert formed.subscribers == ("S-onu-11", "S-onu-12", "S-onu-13")
    assert formed.at == AT + SECOND or formed.at == AT
    (ask,) = [one for one in life.asks if one.at == formed.at]
    assert {*(f"onu-1{n}" for n in range(1, 9)), "olt-1"} <= set(ask.devices)
    assert isinstance(looked, ClusterLooked)
    assert looked.asked == looked.answering == 8
    assert life.of(IncidentOpened, ReportsUnexplained) == []


def test_two_who_report_are_no_cluster() -> None:
    assert turns(lived(well(), *(call(who) for who in HOMES[:2]))) == []


def test_many_out_of_several_places_are_one_cluster_of_what_they_hang_on() -> None:
    life = lived(well(), *(call(who) for who in (*HOMES[:3], *HOMES[8:11])))

    formed = life.of(ClusterFormed)
    assert [getattr(fact, "piece", "") for fact in formed] == ["device:olt-1"]


def test_a_second_place_beside_the_first_widens_the_cluster_and_is_asked_too() -> None:
    later = [call(who, AT + 2 * MINUTE) for who in HOMES[8:11]]
    life = lived(well(), *(call(who) for who in HOMES[:3]), *later)

    assert turns(life) == ["ClusterFormed", "ClusterLooked", "ClusterGrew", "ClusterLooked"]
    (grew,) = life.of(ClusterGrew)
    assert isinstance(grew, ClusterGrew)
    assert grew.piece == "device:olt-1"
    assert set(life.asks[-1].devices) >= {"onu-11", "onu-21", "olt-1"}


def test_more_of_the_same_place_are_counted_once_a_minute_at_most() -> None:
    more = [call(who, AT + n * 20 * SECOND) for n, who in enumerate(HOMES[3:8], start=1)]
    life = lived(well(), *(call(who) for who in HOMES[:3]), *more)

    assert len(life.of(ClusterGrew)) <= 2
    (cluster,) = life.state.decided.ear.clusters.values()
    assert len(cluster.subscribers) == 8


def test_a_cluster_over_a_real_fault_is_confirmed_by_what_is_seen() -> None:
    samples = rounds(Weather(town()), EVENING, 3)
    samples += rounds(Weather(town(), {"device:s-1"}), AT + 10 * SECOND, 18)
    life = lived(samples, *(call(who) for who in HOMES[:3]))

    (opened,) = life.of(IncidentOpened)
    assert isinstance(opened, IncidentOpened)
    confirmed = life.of(ClusterConfirmed)
    assert [(f.by, f.incident) for f in confirmed if isinstance(f, ClusterConfirmed)] == [
        ("", opened.incident)
    ]


def test_whoever_calls_of_a_known_outage_makes_no_cluster() -> None:
    samples = rounds(Weather(town()), EVENING, 3)
    samples += rounds(Weather(town(), {"device:olt-1"}), EVENING + 3 * APART, 30)
    town_rings = [call(who, EVENING + 2 * MINUTE) for who in HOMES]
    strangers = [
        Voice(at=EVENING + 2 * MINUTE, way=Way.FORM, source=f"n{n}", area=AreaId("polna-1"))
        for n in range(200)
    ]
    life = lived(samples, *town_rings, *strangers)

    assert len(life.of(IncidentOpened)) == 1
    assert turns(life) == []


def test_ten_thousand_of_whom_nobody_knows_the_line_move_nothing() -> None:
    flood = [anybody(n) for n in range(10_000)]
    life = lived(well(3), *flood, minutes=3)

    assert turns(life) == []
    assert len(life.of(VoiceHeard)) <= 30


def test_one_source_that_names_every_line_counts_as_one() -> None:
    life = lived(well(3), *(call(who, source="n1") for who in HOMES), minutes=3)
    assert turns(life) == []

    six = lived(well(3), *(call(who, source=who) for who in HOMES[:6]), minutes=3)
    assert turns(six)[0] == "ClusterFormed"


def test_strangers_add_to_customers_of_an_area_but_no_more_than_one_customer_would() -> None:
    area = [call("S-cpe-1"), call("S-cpe-2")]
    few = [anybody(n, "krotka") for n in range(4)]
    assert turns(lived(well(3), *area, *few, minutes=3)) == []
    many = [anybody(n, "krotka") for n in range(20)]

    (formed, *_) = lived(well(3), *area, *many, minutes=3).of(ClusterFormed)

    assert isinstance(formed, ClusterFormed)
    assert (formed.piece, formed.others) == ("area:krotka", 20)


def test_a_dismissed_place_is_quiet_for_two_hours_and_may_speak_again_after() -> None:
    calls = [call(who) for who in HOMES[:3]]
    no = DismissCluster(at=AT + 2 * MINUTE, cluster=ClusterId("C-1"), by="ewa", note="router")
    soon = [call(who, AT + 61 * MINUTE) for who in HOMES[:4]]
    late = [call(who, AT + 125 * MINUTE) for who in HOMES[:4]]
    life = lived(well(), *calls, no, *soon, *late, minutes=128)

    formed = life.of(ClusterFormed)
    assert [fact.at > AT + 120 * MINUTE for fact in formed] == [False, True]
    (dismissed,) = life.of(ClusterDismissed)
    assert isinstance(dismissed, ClusterDismissed)
    assert (dismissed.by, dismissed.quiet_until) == ("ewa", no.at + 120 * MINUTE)


def test_a_cluster_to_which_nobody_is_added_is_over_after_half_an_hour() -> None:
    life = lived(well(), *(call(who) for who in HOMES[:3]), minutes=40)

    over = life.of(ClusterDismissed)
    assert [(f.by, f.at - AT <= 31 * MINUTE) for f in over if isinstance(f, ClusterDismissed)] == [
        ("", True)
    ]
    (cluster,) = life.state.decided.ear.clusters.values()
    assert cluster.stand is Stand.OVER


def test_a_person_makes_an_incident_of_it_that_lasts_until_a_person_ends_it() -> None:
    calls = [call(who) for who in HOMES[:3]]
    yes = ConfirmCluster(at=AT + 2 * MINUTE, cluster=ClusterId("C-1"), by="ewa")
    life = lived(well(12), *calls, yes, yes, minutes=12)

    (opened,) = life.of(IncidentOpened)
    assert isinstance(opened, IncidentOpened)
    assert opened.since == AT
    assert opened.diagnosis.cause == "unknown"
    assert opened.diagnosis.root_cause == ("device:s-1",)
    assert len(opened.diagnosis.subscribers) == 8
    assert opened.diagnosis.proof.reports == 3
    assert len(life.of(IncidentConfirmed)) == len(life.of(ClusterConfirmed)) == 1
    assert life.of(IncidentRestored) == []


def test_what_was_heard_survives_a_snapshot_and_a_fold_of_the_facts() -> None:
    calls = [call(who) for who in HOMES[:3]]
    yes = ConfirmCluster(at=AT + 2 * MINUTE, cluster=ClusterId("C-1"), by="ewa")
    life = lived(well(), *calls, *(anybody(n) for n in range(3)), yes)
    plain = stage.snapshot(life.state)

    again = Life(town())
    stage.restore(again.state, plain)
    folded = Life(town())
    for fact in life.facts:
        stage.evolve(folded.state, fact)

    assert stage.snapshot(again.state) == plain == stage.snapshot(folded.state)


def test_what_fell_due_while_netwatch_was_down_is_said_once_when_it_is_back() -> None:
    life = lived(rounds(Weather(town()), EVENING, 3), *(call(who) for who in HOMES[:3]), minutes=1)
    assert turns(life) == ["ClusterFormed"]
    back = Life(town())
    for fact in life.facts:
        stage.evolve(back.state, fact)

    later = [Tick(at=EVENING + 5 * MINUTE + n * SECOND) for n in range(120)]
    facts: list[Fact] = back.live(later).facts

    assert [type(f).__name__ for f in facts if isinstance(f, FORMED)] == ["ClusterLooked"]
