"""Plan and damage -> who can be reached, how lossy and how late. Redundancy is respected."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netwatch.lab.damage import Damage
from netwatch.lab.plan import PASSIVE, Arm, Plan, Port
from netwatch.model.names import DeviceId, device_element, link_element, port_element


@dataclass(frozen=True, slots=True)
class Way:
    """What the shortest living way to a device does to packets."""

    loss: float = 0.0
    delay_s: float = 0.0


CLEAR = Way()


def passes(arm: Arm, damage: Damage) -> bool:
    """Say whether anything gets through a link: the link and both its ports are whole."""
    return not (arm.link in damage.cut or arm.near in damage.ports or arm.far in damage.ports)


def reached(plan: Plan, start: Iterable[DeviceId], damage: Damage) -> dict[DeviceId, Way]:
    """Return every device that a living way leads to, with what that way does to packets."""
    dead = damage.dead
    ways: dict[DeviceId, Way] = {}
    waiting: deque[DeviceId] = deque()
    for device in start:
        if device not in dead:
            ways[device] = _worse(CLEAR, damage, "self", device_element(device))
            waiting.append(device)
    while waiting:
        here = waiting.popleft()
        for arm in plan.arms.get(here, ()):
            if arm.to in ways or arm.to in dead or not passes(arm, damage):
                continue
            ways[arm.to] = _worse(
                ways[here], damage, link_element(arm.link), device_element(arm.to)
            )
            waiting.append(arm.to)
    return ways


def _worse(way: Way, damage: Damage, *elements: str) -> Way:
    if not damage.loss and not damage.delay_ms:
        return way
    loss, delay_s = way.loss, way.delay_s
    for element in elements:
        loss = 1 - (1 - loss) * (1 - damage.loss.get(element, 0.0))
        delay_s += damage.delay_ms.get(element, 0.0) / 1000
    return Way(loss, delay_s) if loss or delay_s else way


def lit(plan: Plan, olt: DeviceId, damage: Damage) -> dict[DeviceId, float]:
    """Return the ONUs whose glass to this OLT is whole, with the dB that the way has lost.

    Power does not matter here: glass passes light without it. An ONU that is reached over two
    feeders counts the better one.
    """
    devices = plan.network.devices
    fading: Mapping[str, float] = damage.fading_db
    best: dict[DeviceId, float] = {olt: 0.0}
    waiting = deque([olt])
    while waiting:
        here = waiting.popleft()
        for arm in plan.arms.get(here, ()):
            onward = devices[arm.to].kind in PASSIVE
            if not passes(arm, damage) or (onward and arm.to in damage.dead):
                continue
            if not onward and devices[arm.to].via != olt:
                continue
            faded = best[here] + _faded(fading, arm)
            if faded < best.get(arm.to, float("inf")):
                best[arm.to] = faded
                if onward:
                    waiting.append(arm.to)
    del best[olt]
    return best


def _faded(fading: Mapping[str, float], arm: Arm) -> float:
    if not fading:
        return 0.0
    near: Port | None = arm.near
    names = [link_element(arm.link), device_element(arm.to)]
    if near is not None:
        names.append(port_element(near.device, near.name))
        card = near.name
        while "/" in card:
            card = card.rpartition("/")[0]
            names.append(port_element(near.device, card))
    return sum(fading.get(name, 0.0) for name in names)
