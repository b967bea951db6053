"""UPS-MIB (RFC 1628): mains or battery, and how long the battery lasts."""

from collections.abc import Callable, Iterator

from netwatch.lab.objects.tree import Column, Now, constant, scalar
from netwatch.lab.plan import UPS_MINUTES
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.wire.ber import Tag

UPS = (1, 3, 6, 1, 2, 1, 33, 1)
BATTERY_NORMAL, BATTERY_LOW = 2, 3
SOURCE_NORMAL, SOURCE_BATTERY = 3, 5
LOW_SHARE = 0.2
LOW_MINUTES = 2
MAINS_VOLTS = 230
FULL_DECIVOLTS, EMPTY_DECIVOLTS = 544, 430


def minutes_left(world: World, device: DeviceId, now: float) -> float:
    """Return how long the battery would last from now on."""
    standing = world.standing.damage
    if device not in standing.on_battery_since:
        return world.plan.battery_minutes.get(device, UPS_MINUTES)
    spent_s = now - world.settled_at
    return max(0.0, standing.battery_s[device] - spent_s) / 60


def seconds_on_battery(world: World, device: DeviceId, now: float) -> int:
    """Return for how long it has run on the battery; 0 on mains."""
    since = world.standing.damage.on_battery_since.get(device)
    return 0 if since is None else int(now - since)


def ups(world: World, device: DeviceId, now: Now) -> Iterator[Column]:
    """Yield the objects of one UPS with one input and one output line."""
    full = world.plan.battery_minutes.get(device, UPS_MINUTES) or UPS_MINUTES

    def left() -> float:
        return minutes_left(world, device, now())

    def charge() -> float:
        return min(1.0, left() / full)

    def on_battery() -> bool:
        return device in world.standing.damage.on_battery_since

    def decivolts() -> int:
        return int(EMPTY_DECIVOLTS + (FULL_DECIVOLTS - EMPTY_DECIVOLTS) * charge())

    def status() -> int:
        return BATTERY_LOW if on_battery() and charge() < LOW_SHARE else BATTERY_NORMAL

    yield constant((*UPS, 1, 1), Tag.OCTETS, b"Multimatic")
    yield constant((*UPS, 1, 2), Tag.OCTETS, b"Upscale")
    yield constant((*UPS, 1, 5), Tag.OCTETS, device.encode())
    yield scalar((*UPS, 2, 1), Tag.INTEGER, status)
    yield scalar((*UPS, 2, 2), Tag.INTEGER, lambda: seconds_on_battery(world, device, now()))
    yield scalar((*UPS, 2, 3), Tag.INTEGER, lambda: int(left()))
    yield scalar((*UPS, 2, 4), Tag.INTEGER, lambda: round(charge() * 100))
    yield scalar((*UPS, 2, 5), Tag.INTEGER, decivolts)
    yield constant((*UPS, 2, 7), Tag.INTEGER, 25)
    yield constant((*UPS, 3, 2), Tag.INTEGER, 1)
    yield _line((*UPS, 3, 3, 1, 2), lambda: 0 if on_battery() else 500)
    yield _line((*UPS, 3, 3, 1, 3), lambda: 0 if on_battery() else MAINS_VOLTS)
    yield scalar(
        (*UPS, 4, 1), Tag.INTEGER, lambda: SOURCE_BATTERY if on_battery() else SOURCE_NORMAL
    )
    yield constant((*UPS, 4, 2), Tag.INTEGER, 500)
    yield constant((*UPS, 4, 3), Tag.INTEGER, 1)
    yield _line((*UPS, 4, 4, 1, 2), lambda: MAINS_VOLTS)
    yield _line((*UPS, 4, 4, 1, 5), lambda: 18)
    yield scalar((*UPS, 6, 1), Tag.GAUGE32, lambda: int(on_battery()))
    yield constant((*UPS, 9, 7), Tag.INTEGER, LOW_MINUTES)


def _line(prefix: tuple[int, ...], read: Callable[[], int]) -> Column:
    return Column(prefix, Tag.INTEGER, lambda: ((1,),), lambda _row: read())
