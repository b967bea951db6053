"""Gear that answers echoes only, and whose lines would make it talk."""

from ipaddress import ip_address

from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network
from netwatch.pollers.discovery.found import Found
from netwatch.pollers.gear.neighbours import Neighbour
from netwatch.pollers.silent.lines import voices
from netwatch.service.silent import Silent, silent

SWITCH, BY_PROFILE, HEARD, BY_MAKER, UNKNOWN = (ip_address(f"192.0.2.{n}") for n in range(1, 6))
MACS = {
    str(HEARD): "06:00:00:00:00:03",
    str(BY_MAKER): "48:8f:5a:00:00:04",
    str(UNKNOWN): "06:00:00:00:00:05",
}
TELLER = Found(
    address=SWITCH,
    snmp="access",
    addresses=MACS,
    neighbours=(
        Neighbour(
            part="1",
            device="cam",
            port="",
            by="lldp",
            mac=MACS[str(HEARD)],
            descr="Juniper Networks, Inc. ex2300",
        ),
    ),
)
FOUND = [TELLER, *(Found(address=one) for one in (BY_PROFILE, HEARD, BY_MAKER, UNKNOWN))]
PROFILED = Device(
    id=DeviceId("olt-1"), kind=DeviceKind.OLT, address=BY_PROFILE, profile="huawei-smartax"
)


def families(gear: list[Silent]) -> list[list[str]]:
    return [[voice.id for voice in one.voices] for one in gear]


def test_a_family_is_told_by_profile_by_neighbours_and_by_the_hardware_address() -> None:
    said = silent(FOUND, Network(devices={PROFILED.id: PROFILED}))

    assert [one.address for one in said] == [BY_PROFILE, HEARD, BY_MAKER, UNKNOWN]
    assert families(said) == [
        ["huawei-smartax"],
        ["juniper-junos"],
        ["mikrotik-routeros", "mikrotik-swos"],
        [],
    ]
    assert [one.because for one in said] == [
        "its profile in the inventory is huawei-smartax",
        "its neighbour hears it call itself 'Juniper Networks, Inc. ex2300 cam'",
        "its hardware address 48:8f:5a:00:00:04 is of Routerboard.com",
        "nothing tells its family",
    ]


def test_what_a_person_names_is_taken_for_all() -> None:
    chosen = (voices()["linux"],)

    assert families(silent(FOUND, None, chosen)) == [["linux"]] * 4
