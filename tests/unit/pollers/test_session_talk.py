"""How many sessions a BNG has is told by one object; of what never had one nothing is told."""

import pytest

from netwatch.model.arrivals import Sample
from netwatch.model.network import DeviceKind
from netwatch.pollers.acquaintance import Acquaintance
from netwatch.pollers.conversation import inventory, status
from netwatch.pollers.crowds import is_crowd, sessions
from netwatch.pollers.questions import Get, Value
from tests.unit.pollers.device import Device
from tests.unit.pollers.test_conversation import known

UP = "1.3.6.1.2.1.1.3.0"
PPPOE, AAA = "1.3.6.1.4.1.9.9.194.1.1.1.0", "1.3.6.1.4.1.9.9.150.1.1.1.0"
CISCO: dict[str, Value] = {
    "1.3.6.1.2.1.1.1.0": "Cisco IOS Software, ASR1000 Software",
    "1.3.6.1.2.1.1.2.0": (1, 3, 6, 1, 4, 1, 9, 1, 924),
    UP: 5000,
}


def counts(box: Acquaintance, device: Device, now: float = 0.0) -> list[object]:
    told = (one for one in device.talk(status(box, now), now) if isinstance(one, Sample))
    return [one.value for one in told if one.check == "sessions.count"]


def test_the_first_way_that_answers_counts_and_what_does_not_is_asked_no_more() -> None:
    box, device = known(DeviceKind.BNG), Device(CISCO | {AAA: 812})
    assert counts(box, device) == [812.0]
    device.asked.clear()

    assert counts(box, device, 30.0) == [812.0]
    assert [one.oids for one in device.asked if isinstance(one, Get)] == [(UP, AAA)]


def test_a_bng_that_lost_all_its_sessions_says_none() -> None:
    box, device = known(DeviceKind.BNG), Device(CISCO | {PPPOE: 0, AAA: 4})
    assert counts(box, device) == [0.0]


def test_a_router_that_never_had_a_session_tells_of_none_and_one_that_had_does() -> None:
    box, device = known(DeviceKind.ROUTER), Device(CISCO | {PPPOE: 0})
    assert counts(box, device) == []
    device.objects[PPPOE] = 3
    assert counts(box, device, 30.0) == [3.0]
    device.objects[PPPOE] = 0
    assert counts(box, device, 60.0) == [0.0]


def test_a_daily_look_tries_all_ways_again() -> None:
    box, device = known(DeviceKind.BNG), Device(dict(CISCO))
    assert counts(box, device) == []
    device.objects[PPPOE] = 7
    assert counts(box, device, 30.0) == []
    device.talk(inventory(box, 60.0), 60.0)
    assert counts(box, device, 60.0) == [7.0]


@pytest.mark.parametrize("rubbish", [-1, 4_294_967_295, "many", (1, 3), None])
def test_what_cannot_be_a_number_of_sessions_is_none(rubbish: Value) -> None:
    assert sessions([("1",)], {"1": rubbish}) is None
    assert sessions([("1", "2")], {"1": rubbish, "2": 5}) == (("2",), 5)
    assert not is_crowd([rubbish])
