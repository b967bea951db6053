"""A device tells which one it is, and another one in its place is a fact of its own."""

import pytest

from netwatch.detection import stage
from netwatch.detection.rules import DetectionRules
from netwatch.model.arrivals import Sample
from netwatch.model.facts import DeviceMet, DeviceSwapped, Fact
from netwatch.model.names import DeviceId
from netwatch.model.network import Device as Element
from netwatch.model.network import DeviceKind, Network
from netwatch.pollers.conversation import metrics, status
from netwatch.pollers.questions import Get, Value
from tests.unit.pollers.device import Device
from tests.unit.pollers.test_conversation import known

SERIAL = "1.3.6.1.4.1.14988.1.1.7.3.0"
UP = "1.3.6.1.2.1.1.3.0"
ROUTER: dict[str, Value] = {"1.3.6.1.2.1.1.2.0": (1, 3, 6, 1, 4, 1, 14988, 1), UP: 9000}
HOUSE = Network(devices={DeviceId("box"): Element(id=DeviceId("box"), kind=DeviceKind.ROUTER)})


def serials(arrivals: object) -> list[object]:
    assert isinstance(arrivals, list)
    told = (one for one in arrivals if isinstance(one, Sample))
    return [one.value for one in told if one.check == "serial"]


def test_a_serial_number_is_told_once_a_day_and_after_each_start() -> None:
    box, router = known(DeviceKind.ROUTER), Device(ROUTER | {SERIAL: "HC508A \0"})
    assert serials(router.talk(metrics(box, 0.0), 0.0)) == ["HC508A"]
    assert serials(router.talk(metrics(box, 300.0), 300.0)) == []
    router.talk(status(box, 310.0), 310.0)
    router.objects |= {UP: 100, SERIAL: "HC777B"}
    router.talk(status(box, 330.0), 330.0)
    assert serials(router.talk(metrics(box, 600.0), 600.0)) == ["HC777B"]
    router.asked.clear()
    assert serials(router.talk(metrics(box, 600.0 + 86_400), 600.0 + 86_400)) == ["HC777B"]
    assert sum(SERIAL in one.oids for one in router.asked if isinstance(one, Get)) == 1


@pytest.mark.parametrize("nothing", ["", " ", "N/A", "none", "0000", "Not Specified", None, "0x00"])
def test_what_stands_there_where_nobody_wrote_one_is_none(nothing: Value) -> None:
    box, router = known(DeviceKind.ROUTER), Device(ROUTER | {SERIAL: nothing})
    assert serials(router.talk(metrics(box, 0.0), 0.0)) == []


def sees(state: stage.State, *numbers: str) -> list[Fact]:
    """Let a stage hear these serial numbers, one a question."""
    facts: list[Fact] = []
    for turn, number in enumerate(numbers):
        router = Device(ROUTER | {SERIAL: number})
        told = router.talk(metrics(known(DeviceKind.ROUTER), 60.0 * turn), 60.0 * turn)
        for sample in (one for one in told if isinstance(one, Sample) and one.check == "serial"):
            stage.observe(state, sample)
            new = stage.decide(state, sample, ()).facts
            for fact in new:
                stage.evolve(state, fact)
            facts += new
    return facts


def test_a_swap_is_a_fact_and_the_same_device_again_is_none() -> None:
    state = stage.begin(HOUSE, DetectionRules())
    met, swapped = sees(state, "A1", "A1", "B2", "B2")

    assert isinstance(met, DeviceMet)
    assert met.serial == "A1"
    assert isinstance(swapped, DeviceSwapped)
    assert (swapped.device, swapped.before, swapped.serial) == ("box", "A1", "B2")


def test_a_swap_while_netwatch_was_away_is_found_by_what_it_wrote_down() -> None:
    before = stage.begin(HOUSE, DetectionRules())
    sees(before, "A1")
    after = stage.begin(HOUSE, DetectionRules())
    stage.restore(after, stage.snapshot(before))

    (swapped,) = sees(after, "B2")
    assert isinstance(swapped, DeviceSwapped)
    assert swapped.before == "A1"


def test_a_snapshot_of_an_older_netwatch_knows_no_serials_and_is_taken_all_the_same() -> None:
    state = stage.begin(HOUSE, DetectionRules())
    stage.restore(state, {"alarms": []})
    assert state.serials == {}
