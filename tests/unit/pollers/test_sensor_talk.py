"""The sensors of a family are polled by the same rules that probe goes by, and cheaply."""

import pytest

from netwatch.model.arrivals import Readings
from netwatch.model.network import DeviceKind
from netwatch.pollers.acquaintance import Acquaintance
from netwatch.pollers.conversation import inventory, metrics, status
from netwatch.pollers.crowds import CROWD
from netwatch.pollers.library import library
from netwatch.pollers.questions import Get, Question, Value, Walk
from tests.unit.pollers.device import Device
from tests.unit.pollers.test_conversation import IF_NAME, IN, OPER, OUT, known

MIKROTIK: dict[str, Value] = {
    "1.3.6.1.2.1.1.1.0": "RouterOS RB4011",
    "1.3.6.1.2.1.1.2.0": (1, 3, 6, 1, 4, 1, 14988, 1),
    "1.3.6.1.2.1.1.3.0": 5000,
    "1.3.6.1.4.1.14988.1.1.3.10.0": 415,
    "1.3.6.1.4.1.14988.1.1.3.8.0": 2147483647,
    "1.3.6.1.4.1.9.9.150.1.1.1.0": 3120,
    f"{IF_NAME}.7": "sfp1",
    "1.3.6.1.4.1.14988.1.1.19.1.1.10.7": -5673,
    "1.3.6.1.4.1.14988.1.1.19.1.1.3.7": 2,
}


def readings(device: Device, box: Acquaintance, now: float) -> dict[str, Readings]:
    told = device.talk(metrics(box, now), now)
    return {one.check: one for one in told if isinstance(one, Readings)}


def test_sensors_are_readings_with_their_parts_and_nothing_is_made_of_no_reading() -> None:
    said = readings(Device(dict(MIKROTIK)), known(DeviceKind.ROUTER), 0.0)

    assert said["temperature"].parts == ("board",)
    assert said["temperature"].columns == {"value": (41.5,)}
    assert (said["dbm"].parts, said["dbm"].columns) == (("sfp1 rx",), {"value": (-5.673,)})
    assert said["clients"].columns == {"value": (3120.0,)}
    assert "voltage" not in said


@pytest.mark.parametrize(("raw", "number"), [(0, 2.0), (1, 0.0)])
def test_a_state_is_a_number_that_is_above_zero_while_it_works(raw: int, number: float) -> None:
    device = Device(MIKROTIK | {"1.3.6.1.4.1.14988.1.1.19.1.1.3.7": raw})
    states = readings(device, known(DeviceKind.ROUTER), 0.0)["state"]
    told = dict(zip(states.parts, states.columns["value"], strict=True))
    assert told["sfp1 light received"] == number


def test_what_is_learnt_anew_while_it_was_being_asked_is_tried_by_the_new_rules() -> None:
    box, device = known(DeviceKind.ROUTER), Device(dict(MIKROTIK))
    rule = {"check": "temperature", "object": "1.3.6.1.4.1.14988.1.1.3.10.0", "part": "mine"}
    way = {"object_id": "1.3.6.1.4.1.14988", "rank": 20}
    words = {"id": "mine", "title": "Mine", "recognise": [way], "sensors": [{**rule, "scale": 0.1}]}
    mine = library({"mine.yaml": words})

    def reloaded_meanwhile(question: Question) -> bool:
        if isinstance(question, Get) and rule["object"] in question.oids:
            box.read_anew(mine)
        return False

    device.mute = reloaded_meanwhile
    readings(device, box, 0.0)

    assert readings(device, box, 300.0)["temperature"].parts == ("mine",)


def test_only_rules_that_found_something_are_asked_again_until_all_are_tried_anew() -> None:
    box, device = known(DeviceKind.ROUTER), Device(dict(MIKROTIK))
    readings(device, box, 0.0)
    first = len(device.asked)
    device.asked.clear()

    again = readings(device, box, 300.0)
    assert again["temperature"].columns == {"value": (41.5,)}
    assert len(device.asked) < first / 2

    device.objects["1.3.6.1.4.1.14988.1.1.3.8.0"] = 241
    assert "voltage" not in readings(device, box, 600.0)
    assert readings(device, box, 7 * 3600.0)["voltage"].columns == {"value": (24.1,)}


def test_thousands_of_sessions_are_never_walked() -> None:
    sessions: dict[str, Value] = {}
    for index in range(1, CROWD + 500):
        name = f"sfp{index}" if index < 9 else f"<pppoe-{index}>"
        sessions |= {f"{IF_NAME}.{index}": name, f"{OPER}.{index}": 1}
        sessions |= {f"{IN}.{index}": 10, f"{OUT}.{index}": 20}
    box, device = known(DeviceKind.ROUTER, "sfp1", "sfp2"), Device(MIKROTIK | sessions)
    device.limited = True
    device.talk(status(box, 0.0))
    said = readings(device, box, 0.0)

    assert set(said["port.octets"].parts) == {"sfp1", "sfp2"}
    assert said["port.octets"].columns["in_octets"] == (10.0, 10.0)
    assert said["clients"].columns == {"value": (3120.0,)}
    walks = [one for one in device.asked if isinstance(one, Walk)]
    assert all(one.rows <= CROWD for one in walks if IF_NAME in one.columns)
    assert not any(column in (IN, OPER) for one in walks for column in one.columns)


def test_a_device_of_another_family_has_other_sensors() -> None:
    box, device = known(DeviceKind.ROUTER), Device(dict(MIKROTIK))
    readings(device, box, 0.0)
    device.objects = {
        "1.3.6.1.2.1.1.2.0": (1, 3, 6, 1, 4, 1, 318, 1, 3, 27),
        "1.3.6.1.2.1.33.1.2.4.0": 80,
    }
    device.talk(inventory(box, 400.0), 400.0)
    device.asked.clear()

    assert "temperature" not in readings(device, box, 600.0)
    assert any(isinstance(one, Get) for one in device.asked)


def test_rows_of_onus_are_no_sensors_of_the_olt_that_are_read_all_at_once() -> None:
    levels = "1.3.6.1.4.1.37950.1.1.6.1.1.3.1"
    olt: dict[str, Value] = {
        "1.3.6.1.2.1.1.1.0": "V1600G1",
        "1.3.6.1.2.1.1.2.0": (1, 3, 6, 1, 4, 1, 37950, 1, 1, 5),
        "1.3.6.1.2.1.1.3.0": 5000,
        "1.3.6.1.4.1.37950.1.1.5.10.12.5.9.0": "41",
        f"{levels}.3.1.7": "38.2",
        f"{levels}.7.1.7": "-21.30",
    }
    box, device = known(DeviceKind.OLT), Device(olt)
    device.talk(inventory(box, 0.0))
    device.asked.clear()
    said = readings(device, box, 0.0)

    assert said["temperature"].parts == ("system",)
    assert "dbm" not in said
    walks = [one for one in device.asked if isinstance(one, Walk)]
    assert not any(column.startswith(levels) for one in walks for column in one.columns)
