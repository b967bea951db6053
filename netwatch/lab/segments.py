"""Plan and damage -> whom each bridge has heard on which link, and each router's address table.

Frames take the shortest living way to netwatch. A bridge learns whom it forwards, and the router
that answers them; a router ends the segment and keeps the addresses of all in it. Pure.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from netwatch.lab.damage import Damage
from netwatch.lab.plan import PASSIVE, Plan
from netwatch.lab.reach import passes
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import DeviceKind

ROUTING: Final = frozenset({DeviceKind.ROUTER, DeviceKind.BNG})
"""What frames do not pass; the vantage is one, whatever its kind."""

Heard = Mapping[DeviceId, LinkId]


@dataclass(frozen=True, slots=True)
class Segments:
    """Who was heard where, each by the link that it came in on."""

    learnt: Mapping[DeviceId, Heard] = field(default_factory=dict)
    """Bridge -> who is heard."""
    addresses: Mapping[DeviceId, Heard] = field(default_factory=dict)
    """Router -> whose address it has resolved."""


def segments_of(plan: Plan, damage: Damage) -> Segments:
    """Work out who has heard whom. Without a vantage nothing is said to anybody."""
    root = plan.network.vantage
    if root is None or root in damage.dead:
        return Segments()
    devices = plan.network.devices
    up = _tree(plan, root, damage)
    learnt: dict[DeviceId, dict[DeviceId, LinkId]] = {}
    addresses: dict[DeviceId, dict[DeviceId, LinkId]] = {}
    for name in up:
        if devices[name].address is None and not _speaks(plan, name):
            continue
        here = name
        bridges = [] if devices[name].kind in ROUTING else [name]
        while here in up:
            above, link = up[here]
            if above == root or devices[above].kind in ROUTING:
                addresses.setdefault(above, {})[name] = link
                for bridge in bridges:
                    learnt.setdefault(bridge, {})[above] = up[bridge][1]
                break
            if devices[above].kind not in PASSIVE:
                learnt.setdefault(above, {})[name] = link
                bridges.append(above)
            here = above
    return Segments(learnt, addresses)


def _speaks(plan: Plan, home: DeviceId) -> bool:
    return home in plan.terminals and bool(plan.terminals[home].macs)


def _tree(plan: Plan, root: DeviceId, damage: Damage) -> dict[DeviceId, tuple[DeviceId, LinkId]]:
    """Return the way up from every device that is reached: the next device, and over which link."""
    up: dict[DeviceId, tuple[DeviceId, LinkId]] = {}
    waiting = deque([root])
    while waiting:
        here = waiting.popleft()
        for arm in plan.arms.get(here, ()):
            new = arm.to != root and arm.to not in up and arm.to not in damage.dead
            if new and passes(arm, damage):
                up[arm.to] = (here, arm.link)
                waiting.append(arm.to)
    return up
