"""Gear that stands at one place and falls at one moment is one fault; other gear is not."""

from dataclasses import replace

import pytest

from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.sites import sites_of
from netwatch.correlation.topology import build
from netwatch.model.asks import SecondLook
from netwatch.model.facts import Cause, Diagnosis, IncidentMerged, IncidentOpened
from netwatch.model.names import DeviceId, LinkId, SiteId
from netwatch.model.network import DeviceKind, End, Link, Network, Power, Site
from tests.town import town
from tests.unit.correlation.lived import Life, night

HUT = SiteId("hut")


def hut(*devices: str, power: Power | None = None, far: bool = True) -> Network:
    """Return the town with two more switches, these devices in one hut.

    sw-2 hangs on the same ring switch as sw-1 and carries cpe-4..6; sw-3 hangs on sw-2, with nobody
    on it. ``far``: sw-2 hangs on another one.
    """
    plain = town()
    every = dict(plain.devices)
    for n in (2, 3):
        name = DeviceId(f"sw-{n}")
        address = plain.devices[DeviceId("sw-1")].address
        assert address is not None
        every[name] = replace(plain.devices[DeviceId("sw-1")], id=name, address=address + n)
    for name in map(DeviceId, devices):
        every[name] = replace(every[name], site=HUT)
    links = dict(plain.links)
    for home in map(DeviceId, ("cpe-4", "cpe-5", "cpe-6")):
        old = LinkId(f"{home}--sw-1")
        links[old] = Link(id=old, ends=(End(device=DeviceId("sw-2")), End(device=home)))
    above = DeviceId("ag-1" if far else "ag-3")
    for id_, holder, below in (("up-2", above, "sw-2"), ("up-3", DeviceId("sw-2"), "sw-3")):
        ends = (End(device=holder, port="7"), End(device=DeviceId(below), port="1"))
        links[LinkId(id_)] = Link(id=LinkId(id_), ends=ends)
    place = Site(id=HUT, power=power)
    return replace(plain, devices=every, links=links, sites={HUT: place})


def boxes(count: int) -> Network:
    """Return the hut with sw-1 and so many more, each on a port of one of two ring switches."""
    plain = hut("sw-1")
    switch = plain.devices[DeviceId("sw-1")]
    assert switch.address is not None
    devices, links = dict(plain.devices), dict(plain.links)
    for n in range(count):
        name, link = DeviceId(f"box-{n}"), LinkId(f"to-box-{n}")
        devices[name] = replace(switch, id=name, address=switch.address + 1000 + n)
        above = DeviceId(f"ag-{n % 2 + 1}")
        ends = (End(device=above, port=f"9/{n}"), End(device=name))
        links[link] = Link(id=link, ends=ends)
    return replace(plain, devices=devices, links=links)


def found(life: Life) -> list[Diagnosis]:
    return list(life.last().values())


def roots(life: Life) -> list[set[str]]:
    return [set(one.root_cause) for one in found(life)]


@pytest.mark.parametrize("far", [True, False])
def test_what_falls_together_at_one_place_has_lost_its_mains(far: bool) -> None:
    life = night(hut("sw-1", "sw-2", far=far), "device:sw-1", "device:sw-2")

    (one,) = found(life)
    assert set(one.root_cause) == {"device:sw-1", "device:sw-2"}
    assert one.cause is Cause.POWER_SITE
    assert len(one.subscribers) == 6


def test_without_a_common_place_they_are_two_faults() -> None:
    life = night(hut("sw-1"), "device:sw-1", "device:sw-2")

    assert len(found(life)) == 2


def test_a_switch_below_a_dead_one_is_no_root_and_counts_with_it() -> None:
    life = night(hut("sw-1", "sw-2", "sw-3"), "device:sw-1", "device:sw-2", "device:sw-3")

    assert roots(life) == [{"device:sw-1", "device:sw-2"}]
    assert found(life)[0].cause is Cause.POWER_SITE


def test_a_dead_switch_is_a_dead_switch_while_others_beside_it_answer() -> None:
    life = night(hut("sw-1", "sw-2"), "device:sw-1")

    (one,) = found(life)
    assert "device:sw-2" not in one.root_cause
    assert one.cause is not Cause.POWER_SITE


def test_two_dead_switches_are_no_place_while_as_many_there_answer() -> None:
    network = hut("sw-1", "sw-2", "ag-2", "olt-1")
    life = night(network, "device:sw-1", "device:sw-2")

    assert len(found(life)) == 2


def test_nearly_all_of_a_place_is_one_fault_whose_cause_is_open() -> None:
    network = hut("sw-1", "sw-2", "sw-3", "ag-2")
    life = night(network, "device:sw-1", "device:sw-2", "device:sw-3")

    (one,) = found(life)
    assert set(one.root_cause) == {"device:sw-1", "device:sw-2"}
    assert one.cause is Cause.UNKNOWN


def test_a_battery_makes_the_cable_that_all_share_as_likely() -> None:
    backed = Power(backed=True)
    shared = night(hut("sw-1", "sw-2", power=backed, far=False), "device:sw-1", "device:sw-2")
    apart = night(hut("sw-1", "sw-2", power=backed), "device:sw-1", "device:sw-2")

    assert [one.cause for one in found(shared)] == [Cause.UNKNOWN]
    assert [one.cause for one in found(apart)] == [Cause.POWER_SITE]


def test_switches_of_a_ring_that_fall_together_are_their_place() -> None:
    life = night(hut("ag-1", "ag-2"), "device:ag-1", "device:ag-2")

    (one,) = found(life)
    assert set(one.root_cause) == {"device:ag-1", "device:ag-2"}
    assert one.cause is Cause.POWER_SITE
    assert len(one.subscribers) == 16 + 3


def test_splitters_of_one_cabinet_that_go_dark_together_are_one_fault_of_fibre() -> None:
    network = hut("s-1", "s-2")
    (one,) = found(night(network, "device:s-1", "device:s-2"))

    assert one.cause in (Cause.CARD, Cause.FIBRE, Cause.UNKNOWN)
    assert len(one.subscribers) == 16


def test_homes_are_no_gear_and_a_place_with_everything_is_none() -> None:
    def places(network: Network) -> int:
        return len(sites_of(network, build(network, CorrelationRules())).every)

    assert places(hut("sw-1", "sw-2")) == 1
    assert places(hut("sw-1", "cpe-1", "onu-11")) == 0
    gear = [d.id for d in hut().devices.values() if d.kind not in (DeviceKind.ONU, DeviceKind.CPE)]
    assert places(hut(*gear)) == 0


@pytest.mark.parametrize(("beside", "asked"), [(20, True), (400, False)])
def test_who_stands_beside_what_falls_is_asked_again_unless_that_is_too_many(
    beside: int, asked: bool
) -> None:
    life = night(boxes(beside), "device:sw-1")

    looks = [one.devices for one in life.asks if isinstance(one, SecondLook)]
    assert any("sw-1" in devices for devices in looks)
    assert any("box-7" in devices for devices in looks) is asked
    assert max(map(len, looks)) < 100


def test_what_looked_like_cards_before_all_of_the_place_was_asked_is_of_the_place() -> None:
    life = night(boxes(12), "device:sw-1", *(f"device:box-{n}" for n in range(12)))

    opened = {one.incident for one in life.facts if isinstance(one, IncidentOpened)}
    merged = {one.incident for one in life.facts if isinstance(one, IncidentMerged)}
    (left,) = opened - merged
    assert len(life.last()[left].root_cause) == 13
    assert life.last()[left].cause is Cause.POWER_SITE
