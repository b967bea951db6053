"""The ear of the company: what is heard of people, and which messages come of it; no others."""

from datetime import timedelta

from netwatch.model.arrivals import Report, Resolve
from netwatch.model.cluster_facts import ClusterConfirmed, ClusterFormed
from netwatch.model.facts import Audience, IncidentOpened, NoticeDue
from netwatch.model.names import ClusterId, DeviceId, IncidentId, SubscriberId
from netwatch.model.voices import ConfirmCluster, DismissCluster, Voice, Way
from netwatch.views.incidents import why
from tests.scenarios.night import MINUTE, NIGHT, SECOND, Night, Told, dolina

LATE = timedelta(seconds=2)


def below(night: Night, *dead: str) -> list[SubscriberId]:
    night.world.dead = {DeviceId(name) for name in dead}
    people = sorted(night.world.without_service())
    night.world.dead = set()
    return people


def a_splitter() -> str:
    return next(d.id for d in dolina().devices.values() if d.kind == "splitter")


def an_olt() -> str:
    return next(d.id for d in dolina().devices.values() if d.kind == "olt")


def call(night: Night, *people: SubscriberId) -> None:
    for who in people:
        night.comes(Report(at=night.at, subscriber=who))


def messages(told: Told) -> list[tuple[int, str, str, str]]:
    """Return who was told what about what, and how many seconds into the night."""
    return [
        (round((due.at - NIGHT) / SECOND), str(due.audience), str(due.purpose), _about(due))
        for due in told.facts(NoticeDue)
    ]


def _about(due: NoticeDue) -> str:
    return f"{due.incident or due.subject} {due.phase}"


def test_a_cluster_with_all_well_is_told_twice_and_dismissed_and_then_quiet() -> None:
    night = Night()
    people = below(night, a_splitter())
    night.passes(MINUTE)
    call(night, *people[:3])
    night.passes(4 * MINUTE)
    night.comes(DismissCluster(at=night.at, cluster=ClusterId("C-1"), by="ewa", note="router"))
    night.passes(20 * MINUTE)
    call(night, *people[3:7])
    night.passes(5 * MINUTE)

    told = night.told()

    assert messages(told) == [
        (61, "staff", "trouble", "C-1 suspected"),
        (106, "staff", "trouble", "C-1 suspected"),
    ]
    first, second = (due.detail for due in told.dues(Audience.STAFF))
    assert first.startswith("3 callers in ")
    assert "no fault seen; we ask their devices now" in first
    assert "answer: no fault seen. netwatch desk cluster confirm C-1" in second
    assert told.incidents == []


def test_a_cluster_finds_a_real_fault_and_is_told_of_no_further() -> None:
    night = Night()
    splitter = a_splitter()
    people = below(night, splitter)
    night.passes(MINUTE)
    call(night, *people[:3])
    night.world.dead = {DeviceId(splitter)}
    night.passes(3 * MINUTE)

    told = night.told()

    (incident,) = told.incidents
    (formed,) = told.facts(ClusterFormed)
    (confirmed,) = told.facts(ClusterConfirmed)
    assert (confirmed.by, confirmed.incident) == ("", incident.incident)
    (cluster_told,) = [m for m in messages(told) if m[3].startswith("C-1")]
    assert cluster_told[0] == 61
    assert formed.at < confirmed.at
    answer = why(told.replayed.board, incident.incident)
    assert answer is not None
    assert answer["reports"] == 3


def test_a_whole_town_that_rings_during_a_known_outage_makes_no_cluster() -> None:
    night = Night()
    olt = an_olt()
    people = below(night, olt)
    night.passes(MINUTE)
    night.world.dead = {DeviceId(olt)}
    night.passes(2 * MINUTE)
    for n, who in enumerate(people):
        night.comes(Report(at=night.at + n * SECOND, subscriber=who))
    for n in range(500):
        area = dolina().subscribers[people[0]].area
        night.comes(Voice(at=night.at + n * SECOND / 10, way=Way.CALL, source=f"n{n}", area=area))
    night.passes(10 * MINUTE)

    told = night.told()

    assert told.facts(ClusterFormed) == []
    assert told.opened() == 1
    assert {m[3].partition(" ")[0] for m in messages(told)} == {"I-1"}


def test_late_callers_after_the_end_of_an_outage_make_no_cluster() -> None:
    night = Night()
    olt = an_olt()
    people = below(night, olt)
    night.passes(MINUTE)
    night.world.dead = {DeviceId(olt)}
    night.passes(3 * MINUTE)
    night.world.dead = set()
    night.passes(2 * MINUTE)
    call(night, *people[:8])
    night.passes(2 * MINUTE)

    assert night.told().facts(ClusterFormed) == []


def test_a_persons_word_goes_the_usual_road_and_ends_by_a_persons_word_alone() -> None:
    night = Night()
    people = below(night, an_olt())
    night.passes(MINUTE)
    call(night, *people[::3])
    night.passes(2 * MINUTE)
    night.comes(ConfirmCluster(at=night.at, cluster=ClusterId("C-1"), by="ewa"))
    night.passes(20 * MINUTE)
    end = night.at
    night.comes(Resolve(at=end, incident=IncidentId("I-1"), by="ewa"))
    night.passes(2 * MINUTE)

    told = night.told()

    (opened,) = told.facts(IncidentOpened)
    assert opened.diagnosis.cause == "unknown"
    assert set(opened.diagnosis.subscribers) == set(people)
    public = told.dues(Audience.PUBLIC)
    assert [due.phase for due in public] == ["confirmed", "restored"]
    assert public[0].at - NIGHT <= 3 * MINUTE + LATE
    assert public[1].at >= end
