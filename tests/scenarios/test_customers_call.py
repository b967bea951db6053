"""Customers call: the same fault is named, sooner sure; calls alone lead to no public word."""

from datetime import timedelta

from netwatch.model.arrivals import Report
from netwatch.model.cluster_facts import ClusterFormed, ClusterLooked
from netwatch.model.names import DeviceId, SubscriberId
from netwatch.model.report_facts import CustomerReported
from tests.scenarios.night import MINUTE, SECOND, Night, dolina


def below(night: Night, *dead: str) -> list[SubscriberId]:
    """Return who would be without service if these died."""
    night.world.dead = {DeviceId(name) for name in dead}
    people = sorted(night.world.without_service())
    night.world.dead = set()
    return people


def any_olt() -> str:
    return next(d.id for d in dolina().devices.values() if d.kind == "olt")


def an_olt_dies(night: Night) -> tuple[str, list[SubscriberId]]:
    """Return which one, and who is without service; it has been dead for twenty seconds."""
    olt = any_olt()
    people = below(night, olt)
    night.passes(MINUTE)
    night.world.dead = {DeviceId(olt)}
    night.passes(20 * SECOND)
    return olt, people


def call(night: Night, who: SubscriberId) -> None:
    night.comes(Report(at=night.at, subscriber=who, text="canary 600 700 800"))


def test_ten_thousand_calls_of_one_estate_where_all_answers_make_a_hint_and_nothing_else() -> None:
    night = Night()
    people = below(night, any_olt())
    night.passes(MINUTE)
    for n in range(10_000):
        call(night, people[n % len(people)])
    night.passes(10 * MINUTE)

    told = night.told()

    assert told.incidents == []
    assert told.public() == []
    assert len(told.facts(CustomerReported)) <= 60
    assert len(told.facts(ClusterFormed)) == len(told.facts(ClusterLooked)) == 1
    assert told.staff() == ["trouble", "trouble"]
    assert "canary" not in repr(told.replayed.facts)


def test_customers_who_call_during_an_outage_are_counted_in_why() -> None:
    night = Night()
    olt, people = an_olt_dies(night)
    for who in people[:3]:
        call(night, who)
    night.passes(3 * MINUTE)
    call(night, people[3])
    night.passes(MINUTE)

    (incident,) = night.told().incidents

    assert f"device:{olt}" in {*incident.root_cause, *incident.also_possible}
    assert incident.proof.reports == 4


def test_an_outage_is_confirmed_no_later_because_customers_called() -> None:
    confirmed = []
    for calls in (0, 5):
        night = Night()
        _, people = an_olt_dies(night)
        for who in people[:calls]:
            call(night, who)
        night.passes(4 * MINUTE)
        (incident,) = night.told().incidents
        assert incident.confirmed_at is not None
        confirmed.append(incident.confirmed_at)

    assert timedelta(0) <= confirmed[0] - confirmed[1]
