"""Bridge tables (BRIDGE-MIB, RFC 4188) and address tables (IP-MIB, RFC 4293)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from netwatch.lab.objects.interfaces import Interface
from netwatch.lab.objects.neighbouring import hardware_address
from netwatch.lab.objects.tree import Column, Rows, constant
from netwatch.lab.segments import Heard, Segments
from netwatch.lab.world import World
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import DeviceKind
from netwatch.wire.ber import Oid, Tag, Value

BRIDGE: Final = (1, 3, 6, 1, 2, 1, 17)
NET_TO_MEDIA: Final = (1, 3, 6, 1, 2, 1, 4, 22, 1)
NET_TO_PHYSICAL: Final = (1, 3, 6, 1, 2, 1, 4, 35, 1)
BRIDGING: Final = frozenset({DeviceKind.SWITCH, DeviceKind.OLT, DeviceKind.RADIO})
LEARNED, DYNAMIC = 3, 3
_V4, _V6 = 4, 6
_IPV6 = 2

Entries = Mapping[Oid, tuple[int, bytes]]
"""Row -> the port's number and the hardware address there."""


def bridge(world: World, device: DeviceId, interfaces: Sequence[Interface]) -> Iterator[Column]:
    """Yield who is heard on which port; ports are numbered from 1."""
    if world.plan.network.devices[device].kind not in BRIDGING:
        return
    ports: dict[Oid, int] = {(n,): one.index for n, one in enumerate(interfaces, 1)}
    by_link = {link: n for n, one in enumerate(interfaces, 1) for link in one.links}
    by_link.update(_by_pon(world, interfaces))
    by_onu = {one.onu: n for n, one in enumerate(interfaces, 1) if one.onu is not None}
    numbers = sorted(ports)
    yield constant((*BRIDGE, 1, 1), Tag.OCTETS, hardware_address(device))
    yield constant((*BRIDGE, 1, 2), Tag.INTEGER, len(ports))
    yield Column((*BRIDGE, 1, 4, 1, 2), Tag.INTEGER, lambda: numbers, lambda row: ports[row])

    def learnt(segments: Segments) -> Entries:
        heard = _placed(segments.learnt.get(device, {}), by_link)
        return {
            tuple(address): (by_onu.get(who, port), address)
            for who, port in heard
            for address in _behind(world, who)
        }

    column = _columns(world, (*BRIDGE, 4, 3, 1), learnt)
    yield column(1, Tag.OCTETS, lambda _, address: address)
    yield column(2, Tag.INTEGER, lambda port, _: port)
    yield column(3, Tag.INTEGER, lambda _port, _address: LEARNED)


def addresses(world: World, device: DeviceId, interfaces: Sequence[Interface]) -> Iterator[Column]:
    """Yield whose address a router has resolved: the old table for IPv4, the new one for IPv6."""
    by_link = {link: one.index for one in interfaces for link in one.links}

    def resolved(version: int) -> Callable[[Segments], Entries]:
        def entries(segments: Segments) -> Entries:
            found: dict[Oid, tuple[int, bytes]] = {}
            for who, index in _placed(segments.addresses.get(device, {}), by_link):
                address = world.plan.network.devices[who].address
                if address is not None and address.version == version:
                    typed = () if version == _V4 else (_IPV6, len(address.packed))
                    found[(index, *typed, *address.packed)] = (index, hardware_address(who))
            return found

        return entries

    old = _columns(world, NET_TO_MEDIA, resolved(_V4))
    yield old(1, Tag.INTEGER, lambda index, _: index)
    yield old(2, Tag.OCTETS, lambda _, address: address)
    yield old(4, Tag.INTEGER, lambda _index, _address: DYNAMIC)
    new = _columns(world, NET_TO_PHYSICAL, resolved(_V6))
    yield new(4, Tag.OCTETS, lambda _, address: address)
    yield new(6, Tag.INTEGER, lambda _index, _address: DYNAMIC)


def _behind(world: World, who: DeviceId) -> tuple[bytes, ...]:
    """Return what is heard of a device: of a home what is plugged in there."""
    terminal = world.plan.terminals.get(who)
    return terminal.macs if terminal and terminal.macs else (hardware_address(who),)


def _by_pon(world: World, interfaces: Sequence[Interface]) -> Iterator[tuple[LinkId, int]]:
    """Yield the links that leave through a PON port."""
    ports = {one.pon: n for n, one in enumerate(interfaces, 1) if one.pon is not None}
    for port, number in ports.items():
        for arm in world.plan.arms.get(port.device, ()):
            if arm.near == port:
                yield arm.link, number


def _placed(heard: Heard, by_link: Mapping[LinkId, int]) -> Iterator[tuple[DeviceId, int]]:
    for who, link in heard.items():
        if link in by_link:
            yield who, by_link[link]


def _columns(
    world: World, prefix: Oid, of: Callable[[Segments], Entries]
) -> Callable[[int, Tag, Callable[[int, bytes], Value]], Column]:
    """Make columns over entries that are worked out once for each way that things stand."""
    known: Segments | None = None
    entries: Entries = {}
    order: Rows = ()

    def fresh() -> Entries:
        nonlocal known, entries, order
        if known is not world.segments:
            known = world.segments
            entries = of(known)
            order = sorted(entries)
        return entries

    def rows() -> Rows:
        fresh()
        return order

    def column(sub: int, tag: Tag, value: Callable[[int, bytes], Value]) -> Column:
        return Column((*prefix, sub), tag, rows, lambda row: value(*fresh()[row]))

    return column
