"""CDP and MNDP, and who hears whom at all: both ends speak the protocol, and the link carries."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from netwatch.lab.makes import Tongue, make_of, tongues
from netwatch.lab.objects.interfaces import Interface
from netwatch.lab.objects.tree import Column, Rows
from netwatch.lab.plan import PASSIVE, Arm
from netwatch.lab.standing import likeness
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.model.network import Address
from netwatch.wire.ber import Oid, Tag, Value

CDP = (1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1)
MNDP = (1, 3, 6, 1, 4, 1, 14988, 1, 1, 11, 1, 1)
CDP_IPV4 = 1


def hardware_address(device: DeviceId) -> bytes:
    """Return the address by which a device is known on the wire: a MAC address of nobody's."""
    return bytes((2, 0x4E)) + int(likeness(device) * (1 << 32)).to_bytes(4, "big")


def hears(
    world: World, device: DeviceId, ports: Sequence[Interface], tongue: Tongue
) -> Mapping[Oid, Arm]:
    """Return who would be heard by ifIndex and number, were all links whole."""
    devices = world.plan.network.devices
    if tongue not in tongues(devices[device]):
        return {}
    arms = world.plan.arms.get(device, ())
    heard: dict[Oid, Arm] = {}
    for port in ports:
        speaking = [
            arm
            for arm in arms
            if arm.link in port.links
            and devices[arm.to].kind not in PASSIVE
            and tongue in tongues(devices[arm.to])
        ]
        heard.update({(port.index, n): arm for n, arm in enumerate(speaking, 1)})
    return heard


def cdp(world: World, device: DeviceId, interfaces: Sequence[Interface]) -> Iterator[Column]:
    """Yield the columns of cdpCacheTable (CISCO-CDP-MIB)."""
    devices = world.plan.network.devices
    column = columns(world, CDP, hears(world, device, interfaces, Tongue.CDP))
    yield column(3, Tag.INTEGER, lambda _: CDP_IPV4)
    yield column(4, Tag.OCTETS, lambda arm: _v4(devices[arm.to].address))
    yield column(6, Tag.OCTETS, lambda arm: arm.to.encode())
    yield column(7, Tag.OCTETS, lambda arm: (arm.far.name if arm.far else "eth").encode())
    yield column(8, Tag.OCTETS, lambda arm: make_of(devices[arm.to]).descr.split(",")[0].encode())


def mndp(world: World, device: DeviceId, interfaces: Sequence[Interface]) -> Iterator[Column]:
    """Yield the columns of mtxrNeighborTable (MIKROTIK-MIB), which numbers its rows from 1."""
    devices = world.plan.network.devices
    heard = hears(world, device, interfaces, Tongue.MNDP)
    rows: dict[Oid, Arm] = {(n,): arm for n, arm in enumerate(heard.values(), 1)}
    ports = {arm.link: row[0] for row, arm in heard.items()}
    column = columns(world, MNDP, rows)
    yield column(2, Tag.IPADDRESS, lambda arm: _v4(devices[arm.to].address))
    yield column(3, Tag.OCTETS, lambda arm: hardware_address(arm.to))
    yield column(6, Tag.OCTETS, lambda arm: arm.to.encode())
    yield column(8, Tag.INTEGER, lambda arm: ports[arm.link])


def columns(
    world: World, prefix: Oid, heard: Mapping[Oid, Arm]
) -> Callable[[int, Tag, Callable[[Arm], Value]], Column]:
    """Make columns over the neighbours whose links carry now."""

    def rows() -> Rows:
        dark = world.standing.dark_links
        return [row for row, arm in heard.items() if arm.link not in dark]

    def column(sub: int, tag: Tag, of: Callable[[Arm], Value]) -> Column:
        return Column((*prefix, sub), tag, rows, lambda row: of(heard[row]))

    return column


def _v4(address: Address | None) -> bytes:
    return address.packed if address is not None and address.version == 4 else bytes(4)  # noqa: PLR2004
