"""World -> the answer of `lab status`."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from netwatch.lab.field import silent
from netwatch.lab.responder import Traffic
from netwatch.lab.standing import without_service
from netwatch.lab.world import World


def report(world: World, traffic: Traffic, now: float) -> dict[str, Any]:
    """Say how everything stands, as plain JSON values."""
    standing = world.standing
    devices = world.plan.network.devices.values()
    return {
        "running_s": round(now, 3),
        "devices": len(devices),
        "addresses": sum(device.address is not None for device in devices),
        "silent": silent(world),
        "faults": [
            {"element": fault.element, "kind": fault.kind, "since_s": round(now - since, 3)}
            for fault, since in world.faults.values()
        ],
        "onus": Counter(onu.state.value for onu in standing.onus.values()),
        "dark_links": sorted(standing.dark_links),
        "on_battery": {
            device: round(left / 60, 2) for device, left in standing.damage.battery_s.items()
        },
        "subscribers": len(world.plan.network.subscribers),
        "without_service": without_service(world.plan, standing),
        "traffic": asdict(traffic),
    }
