"""A second look asks what can confirm what was said, and no more than that."""

from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from netwatch.model.asks import Confirm, SecondLook
from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network
from netwatch.pollers.polling import asked_for
from netwatch.pollers.schedule import Errand, Kind

OLT = DeviceId("olt-1")
ONU = DeviceId("onu-1")
TOWN = Network(
    devices={
        OLT: Device(id=OLT, kind=DeviceKind.OLT, address=ip_address("192.0.2.1"), snmp="public"),
        ONU: Device(id=ONU, kind=DeviceKind.ONU, via=OLT),
    }
)


def asked(device: DeviceId, confirm: Confirm) -> tuple[list[Errand], list[Errand]]:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return asked_for(SecondLook(at=at, devices=(device,), confirm=confirm), TOWN)


@pytest.mark.parametrize("confirm", [Confirm.MAINS, Confirm.SENSORS])
def test_what_is_measured_is_measured_once_beside_the_checks(confirm: Confirm) -> None:
    again, once = asked(OLT, confirm)

    assert again == [Errand(Kind.ICMP, OLT), Errand(Kind.STATUS, OLT)]
    assert once == [Errand(Kind.METRICS, OLT)]


@pytest.mark.parametrize("confirm", [Confirm.REACH, Confirm.PORT, Confirm.ONU])
def test_ports_and_onus_are_asked_of_the_device_and_of_its_olt(confirm: Confirm) -> None:
    again, once = asked(ONU, confirm)

    assert {Errand(kind, OLT) for kind in (Kind.STATUS, Kind.PON)} < set(again)
    assert Errand(Kind.ICMP, ONU) in again
    assert once == []


def test_nobody_is_asked_about_a_device_that_nobody_knows() -> None:
    assert asked(DeviceId("nobody"), Confirm.SENSORS) == ([], [])
