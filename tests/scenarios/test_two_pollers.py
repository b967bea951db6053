"""Two pollers in two cities: each is believed of what it sees, and not of its own misfortune."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address

import pytest

from netwatch.model.facts import IncidentKind, NoticeDue
from netwatch.model.names import AreaId, DeviceId, LinkId, SubscriberId
from netwatch.model.network import End, Link, Subscriber
from tests.scenarios.night import Told
from tests.scenarios.two_pollers import EAST, MAIN, Cities, two_cities

MINUTE = timedelta(minutes=1)
OUTAGE = ["suspected", "confirmed", "restored"]
BETWEEN = LinkId("core-west--core-east")
OWN_CITY = {MAIN: "west", EAST: "east"}
EVERYTHING = {MAIN: "", EAST: ""}
EASTERNERS = 18
Verdict = tuple[str, tuple[str, ...], int]
"""Kind, root cause, and how many are without service."""


def summary(told: Told) -> list[Verdict]:
    return [(one.kind, one.root_cause, len(one.subscribers)) for one in told.incidents]


@pytest.mark.parametrize("asks", [OWN_CITY, EVERYTHING])
def test_a_quiet_night_says_nothing(asks: dict[str, str]) -> None:
    cities = Cities(asks=asks)
    cities.passes(5 * MINUTE)

    assert summary(cities.told()) == []


@pytest.mark.parametrize("asks", [OWN_CITY, EVERYTHING])
def test_a_dead_switch_is_one_incident_whoever_sees_it(asks: dict[str, str]) -> None:
    cities = Cities(asks=asks)
    cities.passes(2 * MINUTE)
    cities.dead.add(DeviceId("sw-east-1"))
    cities.passes(4 * MINUTE)
    cities.dead.clear()
    cities.passes(4 * MINUTE)

    told = cities.told()

    ((kind, root, people),) = summary(told)
    assert (kind, people) == (IncidentKind.OUTAGE, 6)
    assert root[0] in ("device:sw-east-1", "link:core-east--sw-east-1")
    assert told.public() == OUTAGE
    assert told.accounted()


def test_a_poller_that_falls_silent_is_isolated_and_its_city_is_not_down() -> None:
    cities = Cities(asks=OWN_CITY)
    cities.passes(2 * MINUTE)
    cities.hushed.add(EAST)
    cities.passes(5 * MINUTE)
    cities.hushed.clear()
    cities.passes(12 * MINUTE)

    told = cities.told()

    assert summary(told) == [(IncidentKind.BLIND, ("self:poller-2",), 0)]
    assert told.public() == []
    assert told.staff()[0] == "alert"
    assert told.alerts() == 1
    assert told.incidents[0].closed_at is not None


@pytest.mark.parametrize("poller", [MAIN, EAST])
def test_a_poller_that_hears_nothing_is_isolated_while_the_other_hears_all(poller: str) -> None:
    cities = Cities()
    cities.passes(2 * MINUTE)
    cities.deaf.add(poller)
    cities.passes(5 * MINUTE)
    cities.deaf.clear()
    cities.passes(8 * MINUTE)

    told = cities.told()

    assert summary(told) == [(IncidentKind.BLIND, (f"self:{poller}",), 0)]
    assert told.public() == []
    assert told.alerts() == 1


def test_an_isolated_main_poller_does_not_hold_back_what_the_other_sees() -> None:
    cities = Cities(asks=OWN_CITY)
    cities.passes(2 * MINUTE)
    cities.hushed.add(MAIN)
    cities.passes(4 * MINUTE)
    cities.dead.add(DeviceId("sw-east-1"))
    cities.passes(4 * MINUTE)

    told = cities.told()

    assert summary(told)[0][1] == ("self:poller-1",)
    assert summary(told)[1][2] == 6
    assert told.public() == OUTAGE[:2]


def test_when_no_poller_hears_anything_it_is_our_own_way_out_and_nothing_is_published() -> None:
    cities = Cities()
    cities.passes(2 * MINUTE)
    cities.deaf |= {MAIN, EAST}
    cities.passes(5 * MINUTE)

    told = cities.told()

    assert summary(told) == [(IncidentKind.BLIND, ("self",), 0)]
    assert told.public() == []
    assert told.alerts() == 1


@pytest.mark.parametrize("asks", [EVERYTHING, {MAIN: "", EAST: "east"}])
def test_the_fibre_between_two_cities_is_blamed_though_both_hear_their_own(
    asks: dict[str, str],
) -> None:
    cities = Cities(asks=asks)
    cities.passes(2 * MINUTE)
    cities.cut.add(BETWEEN)
    cities.passes(4 * MINUTE)
    cities.cut.clear()
    cities.passes(4 * MINUTE)

    told = cities.told()

    assert summary(told) == [(IncidentKind.OUTAGE, (f"link:{BETWEEN}",), EASTERNERS)]
    assert told.public() == OUTAGE


def test_what_one_poller_hears_is_up_and_the_other_ones_path_is_suspected() -> None:
    cities = Cities()
    cities.passes(2 * MINUTE)
    gone = [d for d in cities.network.devices if d.startswith(("sw-east-1", "cpe-east-1"))]
    cities.unheard |= {(MAIN, device) for device in gone}
    cities.passes(5 * MINUTE)

    told = cities.told()

    path = ("link:core-east--sw-east-1",)
    assert summary(told) == [(IncidentKind.DEGRADED, path, 0)]
    assert told.public() == []
    assert told.replayed.board.alarms.accounting()["signals"] == 0


def test_what_one_poller_alone_hears_is_out_when_that_one_falls_silent() -> None:
    """A switch at the end of a link is judged anew, though nothing new is heard of it itself."""
    network, leaf = two_cities(), DeviceId("leaf")
    switch = replace(
        network.devices[DeviceId("sw-east-0")], id=leaf, address=ip_address("127.31.0.1")
    )
    link = Link(id=LinkId("l-leaf"), ends=(End(device=DeviceId("core-east")), End(device=leaf)))
    person = Subscriber(id=SubscriberId("S-leaf"), device=leaf, area=AreaId("east"))
    cities = Cities(
        replace(
            network,
            devices={**network.devices, leaf: switch},
            links={**network.links, link.id: link},
            subscribers={**network.subscribers, person.id: person},
        )
    )
    cities.passes(2 * MINUTE)
    cities.unheard.add((MAIN, leaf))
    cities.passes(4 * MINUTE)
    assert summary(cities.told()) == [(IncidentKind.DEGRADED, ("link:l-leaf",), 0)]

    cities.hushed.add(EAST)
    cities.passes(4 * MINUTE)
    assert summary(cities.told())[0] == (IncidentKind.OUTAGE, ("link:l-leaf",), 1)


@pytest.mark.parametrize(("core", "people"), [("core-west", 36), ("core-east", EASTERNERS)])
def test_a_dead_vantage_is_an_outage_when_the_other_one_sees_it(core: str, people: int) -> None:
    cities = Cities()
    cities.passes(2 * MINUTE)
    cities.dead.add(DeviceId(core))
    cities.passes(4 * MINUTE)

    told = cities.told()

    assert summary(told) == [(IncidentKind.OUTAGE, (f"device:{core}",), people)]
    assert told.alerts() == 1


LOST: dict[str, tuple[set[LinkId], set[str], list[Verdict]]] = {
    "fibre": ({BETWEEN}, set(), [(IncidentKind.OUTAGE, (f"link:{BETWEEN}",), EASTERNERS)]),
    "one poller": (set(), {EAST}, [(IncidentKind.BLIND, ("self:poller-2",), 0)]),
    "both pollers": (set(), {MAIN, EAST}, [(IncidentKind.BLIND, ("self",), 0)]),
    "nothing": (set(), set(), []),
}


@pytest.mark.parametrize(("cut", "deaf", "expected"), LOST.values(), ids=LOST)
def test_one_answer_in_twenty_being_wrong_changes_no_verdict(
    cut: set[LinkId], deaf: set[str], expected: list[Verdict]
) -> None:
    cities = Cities(wrong=0.05)
    cities.passes(MINUTE)
    cities.cut |= cut
    cities.deaf |= deaf
    cities.passes(3 * MINUTE)

    told = cities.told()

    assert [one for one in summary(told) if one[0] != IncidentKind.LINE] == expected


def test_who_asks_from_nowhere_known_stands_at_the_main_vantage() -> None:
    cities = Cities(asks={MAIN: "", "poller-9": ""})
    cities.passes(2 * MINUTE)
    cities.dead.add(DeviceId("sw-west-0"))
    cities.passes(3 * MINUTE)

    assert len(summary(cities.told())) == 1


def test_with_one_vantage_it_makes_no_difference_who_asked() -> None:
    cities = Cities(asks={MAIN: ""})
    cities.passes(2 * MINUTE)
    cities.dead.add(DeviceId("sw-west-0"))
    cities.passes(3 * MINUTE)
    cities.hushed.add(MAIN)
    one = two_cities(several=False)

    assert cities.told(one).replayed.facts == cities.told(one, name_pollers=False).replayed.facts


def test_the_same_night_is_told_the_same_way_again() -> None:
    cities = Cities()
    cities.passes(2 * MINUTE)
    cities.cut.add(BETWEEN)
    cities.dead.add(DeviceId("sw-west-1"))
    cities.passes(4 * MINUTE)

    assert cities.told().facts(NoticeDue) == cities.told().facts(NoticeDue)
