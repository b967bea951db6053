"""An OLT is asked port first: what did not change is not read again, what did is not missed."""

import pytest

from netwatch.model.arrivals import Readings, Sample
from netwatch.model.names import DeviceId
from netwatch.model.network import Device as Element
from netwatch.model.network import DeviceKind
from netwatch.pollers.acquaintance import Acquaintance
from netwatch.pollers.conversation import metrics, pon
from netwatch.pollers.questions import Value, Walk
from tests.unit.pollers.device import Device
from tests.unit.pollers.test_conversation import HUAWEI, IF_NAME, IN, OPER, OUT, SYSTEM, known

PORTS, ON_EACH = 8, 80
SERIAL, STATUS, CAUSE, COUNT = (
    f"{HUAWEI}.{c}" for c in ("43.1.3", "46.1.15", "46.1.24", "21.1.16")
)


def olt(*, counted: bool = True) -> tuple[Acquaintance, Device]:
    objects: dict[str, Value] = SYSTEM | {"1.3.6.1.2.1.1.2.0": (1, 3, 6, 1, 4, 1, 2011, 2, 123)}
    onus = []
    for port in range(1, PORTS + 1):
        objects |= {f"{IF_NAME}.{port}": f"GPON 0/1/{port}", f"{OPER}.{port}": 1}
        if counted:
            objects[f"{COUNT}.{port}"] = ON_EACH - 1
        for onu in range(ON_EACH):
            objects |= {
                f"{SERIAL}.{port}.{onu}": f"HWTC\x00\x00{chr(port)}{chr(onu)}",
                f"{STATUS}.{port}.{onu}": 2 if onu == 0 else 1,
                f"{CAUSE}.{port}.{onu}": 13,
                f"{HUAWEI}.51.1.4.{port}.{onu}": -2150,
            }
            serial = f"HWTC0000{port:02X}{onu:02X}"
            onus.append(Element(id=DeviceId(f"o{port}-{onu}"), kind=DeviceKind.ONU, serial=serial))
    box = known(DeviceKind.OLT, *(f"0/1/{port}" for port in range(1, PORTS + 1)))
    box.onus = tuple(onus)
    return box, Device(objects)


def read_ports(device: Device) -> set[str]:
    walks = [one for one in device.asked if isinstance(one, Walk)]
    columns = [column for one in walks for column in one.columns if column.startswith(STATUS)]
    return {column.removeprefix(f"{STATUS}.") for column in columns}


def states(box: Acquaintance, device: Device, now: float) -> dict[str, object]:
    arrivals = device.talk(pon(box, now), now)
    told = [one for one in arrivals if isinstance(one, Sample) and one.check == "onu.state"]
    return {one.device: one.value for one in told}


def test_a_quiet_round_reads_one_port_and_tells_of_all_onus() -> None:
    box, device = olt()
    first = states(box, device, 0.0)
    assert len(first) == PORTS * ON_EACH
    assert first["o1-0"] == "dying-gasp"
    device.asked.clear()

    assert states(box, device, 30.0) == first
    assert len(read_ports(device)) == 1


def test_a_port_whose_count_moved_is_read_at_once() -> None:
    box, device = olt()
    states(box, device, 0.0)
    device.objects |= {f"{STATUS}.6.7": 2, f"{CAUSE}.6.7": 1, f"{COUNT}.6": ON_EACH - 2}
    device.asked.clear()

    told = device.talk(pon(box, 30.0), 30.0)

    assert "6" in read_ports(device)
    assert len(read_ports(device)) <= 2
    found = {(one.device, one.value) for one in told if isinstance(one, Sample)}
    assert ("o6-7", "los") in found
    assert ("box", float(ON_EACH - 2)) in found


def test_a_table_that_lags_behind_the_count_is_read_until_they_agree() -> None:
    box, device = olt()
    states(box, device, 0.0)
    device.objects[f"{COUNT}.6"] = ON_EACH - 2
    for now in (30.0, 60.0):
        assert states(box, device, now)["o6-7"] == "online"
    device.objects[f"{STATUS}.6.7"] = 2

    assert states(box, device, 90.0)["o6-7"] == "dying-gasp"


def test_an_exchange_that_leaves_the_count_alone_is_found_in_its_turn() -> None:
    box, device = olt()
    states(box, device, 0.0)
    device.objects |= {f"{STATUS}.4.9": 2, f"{STATUS}.4.0": 1}

    seen = [states(box, device, 30.0 * turn)["o4-9"] for turn in range(1, PORTS + 2)]
    assert seen[-1] == "dying-gasp"


@pytest.mark.parametrize("count", [-1, 65535, 0x7FFFFFFF])
def test_a_count_that_no_port_can_have_is_no_count(count: int) -> None:
    box, device = olt()
    states(box, device, 0.0)
    device.objects |= {f"{STATUS}.6.7": 2, f"{CAUSE}.6.7": 1, f"{COUNT}.6": count}

    told = device.talk(pon(box, 30.0), 30.0)

    assert count not in [one.value for one in told if isinstance(one, Sample)]


def test_a_count_of_all_onus_is_never_taken_for_one_of_those_online() -> None:
    box, device = olt()
    device.objects |= {f"{COUNT}.{port}": ON_EACH for port in range(1, PORTS + 1)}
    states(box, device, 0.0)
    device.objects[f"{STATUS}.6.7"] = 2

    assert states(box, device, 30.0)["o6-7"] == "dying-gasp"


def test_without_a_count_every_port_is_read_each_time() -> None:
    box, device = olt(counted=False)
    states(box, device, 0.0)
    device.asked.clear()
    states(box, device, 30.0)
    assert len(read_ports(device)) == PORTS


def test_an_onu_that_was_taken_out_of_the_table_is_told_no_more() -> None:
    box, device = olt()
    states(box, device, 0.0)
    gone = [oid for oid in device.objects if oid.endswith(".6.7") and HUAWEI in oid]
    for oid in gone:
        del device.objects[oid]
    device.objects[f"{COUNT}.6"] = ON_EACH - 2

    assert "o6-7" not in states(box, device, 30.0)


def test_levels_of_many_onus_are_measured_some_ports_at_a_time() -> None:
    box, device = olt()

    def measured() -> set[str]:
        readings = [one for one in device.talk(metrics(box, 0.0)) if one.check == "onu.optics"]
        return {part for one in readings if isinstance(one, Readings) for part in one.parts}

    first, second = measured(), measured()
    assert len(first) == len(second) == PORTS * ON_EACH / 2
    assert len(first | second) == PORTS * ON_EACH


def test_what_went_down_is_read_once_more_the_next_time_and_not_told_twice_of_one_reading() -> None:
    box, device = olt()
    states(box, device, 0.0)
    device.objects |= {f"{STATUS}.6.7": 2, f"{COUNT}.6": ON_EACH - 2}
    states(box, device, 15.0)
    device.asked.clear()

    assert states(box, device, 30.0)["o6-7"] == "dying-gasp"
    assert "6" in read_ports(device)


def test_ports_that_stand_still_are_told_again_twice_a_minute_not_each_time() -> None:
    box, device = olt()
    states(box, device, 0.0)
    told = [len(states(box, device, 15.0 * turn)) for turn in range(1, 5)]
    assert told == [ON_EACH, PORTS * ON_EACH, ON_EACH, PORTS * ON_EACH]


def pon_port(box: Acquaintance) -> None:
    box.pon_ports = tuple(f"0/1/{port}" for port in range(1, PORTS + 1))


def test_a_port_that_went_down_is_read_though_the_count_has_not_moved_yet() -> None:
    box, device = olt()
    pon_port(box)
    states(box, device, 0.0)
    device.objects |= {f"{OPER}.6": 2, f"{STATUS}.6.7": 2}
    device.asked.clear()

    arrivals = device.talk(pon(box, 15.0), 15.0)

    assert "6" in read_ports(device)
    told = {(one.check, one.part, one.value) for one in arrivals if isinstance(one, Sample)}
    assert ("if.oper", "0/1/6", "down") in told


def test_a_port_through_which_nothing_comes_any_more_is_read_at_once() -> None:
    box, device = olt()
    pon_port(box)
    for turn in range(4):
        device.objects |= {
            f"{octets}.{port}": 1000 * (min(turn, 2) if port == PORTS else turn) + 1
            for port in range(1, PORTS + 1)
            for octets in (IN, OUT)
        }
        device.asked.clear()
        states(box, device, 15.0 * turn)

    assert str(PORTS) in read_ports(device)
    assert len(read_ports(device)) <= 2


def test_octets_of_pon_ports_come_with_their_states_in_few_questions() -> None:
    box, device = olt()
    pon_port(box)
    device.objects |= {f"{IN}.{port}": 5 for port in range(1, PORTS + 1)}
    device.talk(pon(box, 0.0), 0.0)
    device.asked.clear()

    arrivals = device.talk(pon(box, 15.0), 15.0)

    (octets,) = (one for one in arrivals if isinstance(one, Readings))
    assert octets.check == "port.octets"
    assert octets.parts == tuple(f"GPON 0/1/{port}" for port in range(1, PORTS + 1))
    assert octets.columns["in_octets"] == (5,) * PORTS
    assert len(device.asked) <= 4


def test_an_olt_that_started_anew_is_believed_only_when_its_rows_were_learnt_again() -> None:
    box, device = olt()
    pon_port(box)
    states(box, device, 0.0)
    device.objects |= {"1.3.6.1.2.1.1.3.0": 100, f"{OPER}.6": 2}

    first = [one for one in device.talk(pon(box, 15.0), 15.0) if isinstance(one, Sample)]
    assert [(one.check, one.part) for one in first] == [("snmp", "onus")]
    assert len(states(box, device, 30.0)) == PORTS * ON_EACH


def test_a_clock_of_497_days_that_began_again_is_no_restart() -> None:
    box, device = olt()
    device.objects["1.3.6.1.2.1.1.3.0"] = 2**32 - 500
    states(box, device, 0.0)
    device.objects["1.3.6.1.2.1.1.3.0"] = 1000

    assert states(box, device, 15.0)


def test_what_an_olt_said_before_a_request_was_lost_is_kept() -> None:
    box, device = olt()
    lost = iter((False,) * 2 + (True,) * 100)
    device.mute = lambda one: (
        isinstance(one, Walk) and one.columns[0].startswith(f"{STATUS}.") and next(lost)
    )
    some = states(box, device, 0.0)
    device.mute = lambda _one: False
    device.asked.clear()

    assert 0 < len(some) < PORTS * ON_EACH
    assert len(states(box, device, 15.0)) == PORTS * ON_EACH
