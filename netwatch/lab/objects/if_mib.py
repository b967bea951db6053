"""ifTable and ifXTable. Counters grow while the link carries, and stand still while it is dark."""

from collections.abc import Callable, Iterator, Sequence

from netwatch.lab.objects.interfaces import Interface
from netwatch.lab.objects.system import ticks
from netwatch.lab.objects.tree import Column, Now, constant
from netwatch.lab.standing import likeness
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.wire.ber import Oid, Tag, Value

INTERFACES = (1, 3, 6, 1, 2, 1, 2)
IF_ENTRY = (*INTERFACES, 2, 1)
IFX_ENTRY = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
UP, DOWN, YES = 1, 2, 1
COUNTER32 = 1 << 32
COUNTER64 = 1 << 64
OCTETS_A_PACKET = 800
BUSIEST_SHARE = 0.4
STARTED_WITH_S = 86_400
"""Counters look as if the gear had run for a day before the lab began."""

Of = Callable[[Interface], Value]


def if_mib(
    world: World, device: DeviceId, interfaces: Sequence[Interface], now: Now
) -> Iterator[Column]:
    """Yield the columns of both tables."""
    rows: tuple[Oid, ...] = tuple((interface.index,) for interface in interfaces)
    by_row = dict(zip(rows, interfaces, strict=True))

    def column(prefix: Oid, tag: Tag, of: Of) -> Column:
        return Column(prefix, tag, lambda: rows, lambda row: of(by_row[row]))

    def octets(interface: Interface, way: str) -> int:
        rate = interface.mbps * 125_000 * BUSIEST_SHARE
        rate *= likeness(f"{device} {interface.name} {way}")
        element = interface.pon or interface.links[0]
        return int(rate * (STARTED_WITH_S + world.light_seconds(element, now())))

    def state(interface: Interface) -> int:
        return UP if interface.up(world.standing) else DOWN

    mac = int(likeness(device) * (1 << 24))
    yield constant((*INTERFACES, 1), Tag.INTEGER, len(interfaces))
    for sub, tag, of in _if_columns(octets, state, mac):
        yield column((*IF_ENTRY, sub), tag, of)
    for sub, tag, of in _ifx_columns(octets):
        yield column((*IFX_ENTRY, sub), tag, of)


def _if_columns(
    octets: Callable[[Interface, str], int], state: Callable[[Interface], int], mac: int
) -> Iterator[tuple[int, Tag, Of]]:
    yield 1, Tag.INTEGER, lambda interface: _signed(interface.index)
    yield 2, Tag.OCTETS, lambda interface: interface.descr.encode()
    yield 3, Tag.INTEGER, lambda interface: interface.type
    yield 4, Tag.INTEGER, lambda _: 1500
    yield 5, Tag.GAUGE32, lambda interface: min(interface.mbps * 1_000_000, COUNTER32 - 1)
    yield 6, Tag.OCTETS, lambda interface: _mac(mac, interface.index)
    yield 7, Tag.INTEGER, lambda _: UP
    yield 8, Tag.INTEGER, state
    yield 9, Tag.TIMETICKS, lambda _: ticks(0)
    yield 10, Tag.COUNTER32, lambda interface: octets(interface, "in") % COUNTER32
    yield 11, Tag.COUNTER32, lambda interface: _packets(octets(interface, "in")) % COUNTER32
    yield 13, Tag.COUNTER32, lambda _: 0
    yield 14, Tag.COUNTER32, lambda _: 0
    yield 16, Tag.COUNTER32, lambda interface: octets(interface, "out") % COUNTER32
    yield 17, Tag.COUNTER32, lambda interface: _packets(octets(interface, "out")) % COUNTER32
    yield 19, Tag.COUNTER32, lambda _: 0
    yield 20, Tag.COUNTER32, lambda _: 0


def _ifx_columns(octets: Callable[[Interface, str], int]) -> Iterator[tuple[int, Tag, Of]]:
    yield 1, Tag.OCTETS, lambda interface: interface.name.encode()
    yield 2, Tag.COUNTER32, lambda _: 0
    yield 3, Tag.COUNTER32, lambda _: 0
    yield 4, Tag.COUNTER32, lambda _: 0
    yield 5, Tag.COUNTER32, lambda _: 0
    yield 6, Tag.COUNTER64, lambda interface: octets(interface, "in") % COUNTER64
    yield 7, Tag.COUNTER64, lambda interface: _packets(octets(interface, "in"))
    yield 8, Tag.COUNTER64, lambda _: 0
    yield 9, Tag.COUNTER64, lambda _: 0
    yield 10, Tag.COUNTER64, lambda interface: octets(interface, "out") % COUNTER64
    yield 11, Tag.COUNTER64, lambda interface: _packets(octets(interface, "out"))
    yield 12, Tag.COUNTER64, lambda _: 0
    yield 13, Tag.COUNTER64, lambda _: 0
    yield 15, Tag.GAUGE32, lambda interface: interface.mbps
    yield 17, Tag.INTEGER, lambda _: YES
    yield 18, Tag.OCTETS, lambda interface: interface.alias.encode()
    yield 19, Tag.TIMETICKS, lambda _: ticks(0)


def _packets(octets: int) -> int:
    return octets // OCTETS_A_PACKET


def _mac(device: int, index: int) -> bytes:
    return bytes((2, 0x4E)) + device.to_bytes(3, "big") + bytes((index * 37 >> 3 & 0xFF,))


def _signed(index: int) -> int:
    """Return a number above 2^31 as the 32-bit INTEGER that such agents send: below zero."""
    return index - COUNTER32 if index >= 1 << 31 else index
