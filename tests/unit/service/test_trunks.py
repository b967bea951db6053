"""Where a bridge hears other gear no line ends."""

from ipaddress import IPv4Address

from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import Device, DeviceKind, End, Link, Network
from netwatch.pollers.discovery.found import Found, Port
from netwatch.pollers.gear.neighbours import Neighbour
from netwatch.service.trunks import Gear

SWITCH, OLT = DeviceId("sw-1"), DeviceId("olt-1")
NETWORK = Network(
    devices={
        SWITCH: Device(id=SWITCH, kind=DeviceKind.SWITCH, address=IPv4Address("192.0.2.1")),
        OLT: Device(
            id=OLT, kind=DeviceKind.OLT, name="OLT Polna", address=IPv4Address("192.0.2.2")
        ),
        DeviceId("cpe-1"): Device(id=DeviceId("cpe-1"), kind=DeviceKind.CPE),
    },
    links={
        LinkId("a"): Link(
            id=LinkId("a"), ends=(End(device=SWITCH, port="ge-0/0/9"), End(device=OLT))
        )
    },
)


def trunks(*neighbours: Neighbour, **more: dict[str, frozenset[str]]) -> frozenset[str]:
    ports = (Port(part="9", index="9", names=frozenset({"ge-0/0/9"})),)
    found = Found(address=IPv4Address("192.0.2.1"), neighbours=neighbours, ports=ports, **more)  # type: ignore[arg-type]
    return Gear(NETWORK).trunks(SWITCH, found)


def hears(part: str, device: str = "", address: str = "") -> Neighbour:
    return Neighbour(part=part, device=device, port="", by="lldp", address=address)


def test_a_port_leads_to_gear_that_says_its_name_or_its_address_there() -> None:
    assert trunks(hears("1", "olt polna"), hears("2", "?", "192.0.2.2")) == {"1", "2", "9"}


def test_a_port_leads_to_gear_to_which_a_link_was_written() -> None:
    assert trunks() == {"9"}


def test_a_customers_router_is_no_gear_of_the_inventory() -> None:
    assert trunks(hears("3", "MikroTik"), hears("4", "cpe-1"), hears("5")) == {"9"}


def test_what_lies_over_a_port_that_leads_to_gear_leads_there_too() -> None:
    over = {"1": frozenset({"trunk1"}), "7": frozenset({"trunk2"})}
    assert trunks(hears("1", "OLT-1"), over=over) == {"1", "trunk1", "9"}
