"""Faults at a moment -> damage: which elements do not work, apart from what hangs behind them."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from netwatch.lab.faults import Fault, Kind
from netwatch.lab.plan import HOME, Plan, Port
from netwatch.model.names import AreaId, DeviceId, LinkId, RiskId, SiteId
from netwatch.model.network import RiskKind

FADING_EVERY_S: Final = 2.0
"""How often fading light is looked at anew."""


class Broken(NamedTuple):
    """A fault and since when, in the lab's seconds."""

    fault: Fault
    since: float


@dataclass(slots=True)
class Damage:
    """What does not work at one moment."""

    dead: set[DeviceId] = field(default_factory=set)
    unpowered: set[DeviceId] = field(default_factory=set)
    """Without mains; ``dead`` too unless a battery carries them."""
    gasp_share: dict[DeviceId, float] = field(default_factory=dict)
    battery_s: dict[DeviceId, float] = field(default_factory=dict)
    """Seconds of battery left, of those that run on it."""
    on_battery_since: dict[DeviceId, float] = field(default_factory=dict)
    cut: set[LinkId] = field(default_factory=set)
    ports: set[Port] = field(default_factory=set)
    hanging: set[DeviceId] = field(default_factory=set)
    slow_s: dict[DeviceId, float] = field(default_factory=dict)
    """How long an agent takes over an answer, at least."""
    stale_s: dict[DeviceId, float] = field(default_factory=dict)
    """How old an agent lets its tables become."""
    loss: dict[str, float] = field(default_factory=dict)
    """By element: the share of packets lost in it."""
    delay_ms: dict[str, float] = field(default_factory=dict)
    fading_db: dict[str, float] = field(default_factory=dict)
    way_out: bool = True
    plugged: bool = True
    next_change: float = math.inf
    """When this changes by itself: a flap turns, a battery runs out, light fades on."""


def assess(plan: Plan, broken: Iterable[Broken], now: float) -> Damage:
    """Work out what does not work at ``now``."""
    damage = Damage()
    for fault, since in broken:
        match fault.kind:
            case Kind.DEAD | Kind.CUT:
                _break(plan, fault.element, damage)
            case Kind.FLAP:
                turns, into = divmod(now - since, fault.period_s)
                _wake(damage, now + fault.period_s - into)
                if turns % 2 == 0:
                    _break(plan, fault.element, damage)
            case Kind.POWER | Kind.BATTERY:
                _darken(plan, fault, since, now, damage)
            case Kind.LOSS:
                damage.loss[fault.element] = fault.share
            case Kind.LATENCY:
                damage.delay_ms[fault.element] = fault.ms
            case Kind.OPTICS:
                damage.fading_db[fault.element] = fault.db_per_minute * (now - since) / 60
                _wake(damage, now + FADING_EVERY_S)
            case Kind.HANG:
                damage.hanging.add(DeviceId(_id(fault.element)))
            case Kind.SLOW:
                damage.slow_s[DeviceId(_id(fault.element))] = fault.ms / 1000
            case Kind.STALE:
                damage.stale_s[DeviceId(_id(fault.element))] = fault.period_s
            case Kind.UNPLUGGED:
                damage.plugged = damage.way_out = False
    return damage


def _id(element: str) -> str:
    return element.partition(":")[2]


def _wake(damage: Damage, at: float) -> None:
    damage.next_change = min(damage.next_change, at)


def _break(plan: Plan, element: str, damage: Damage) -> None:
    name = _id(element)
    match element.partition(":")[0]:
        case "device":
            damage.dead.add(DeviceId(name))
        case "link":
            damage.cut.add(LinkId(name))
        case "port":
            damage.ports.update(ports_under(plan.ports, name))
        case "risk":
            damage.dead |= plan.bearing.get(RiskId(name), frozenset())
            damage.cut |= plan.carried.get(RiskId(name), frozenset())
        case _:
            damage.way_out = False


def ports_under(ports: Iterable[Port], name: str) -> list[Port]:
    """Return the port ``DEVICE/PORT``, or all ports of the card ``DEVICE/CARD``."""
    return [
        port
        for port in ports
        if (whole := f"{port.device}/{port.name}") == name or whole.startswith(f"{name}/")
    ]


def _darken(plan: Plan, fault: Fault, since: float, now: float, damage: Damage) -> None:
    for device in _fed(plan, fault.element):
        damage.unpowered.add(device)
        if plan.network.devices[device].kind in HOME:
            damage.gasp_share[device] = fault.share
        minutes = _minutes(plan.battery_minutes, device, fault)
        empty_at = since + minutes * 60
        if minutes and now < empty_at:
            left = empty_at - now
            damage.battery_s[device] = min(left, damage.battery_s.get(device, math.inf))
            begun = damage.on_battery_since.get(device, math.inf)
            damage.on_battery_since[device] = min(since, begun)
            _wake(damage, empty_at)
        else:
            damage.dead.add(device)


def _minutes(batteries: Mapping[DeviceId, float], device: DeviceId, fault: Fault) -> float:
    own = batteries.get(device, 0.0)
    return own if fault.minutes is None or not own else fault.minutes


def _fed(plan: Plan, element: str) -> Iterable[DeviceId]:
    name = _id(element)
    match element.partition(":")[0]:
        case "risk":
            risk = plan.network.risks[RiskId(name)]
            if risk.kind is not RiskKind.POWER:
                return plan.bearing.get(risk.id, frozenset())
            return [device for device, feeds in plan.feeds.items() if risk.id in feeds]
        case "site":
            return plan.at_site.get(SiteId(name), ())
        case "area":
            return plan.homes_in.get(AreaId(name), frozenset())
        case _:
            return (DeviceId(name),)
