"""Plan and damage -> how everything stands: who answers, which ONUs are dark and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from zlib import crc32

from netwatch.lab.damage import Damage
from netwatch.lab.plan import PASSIVE, Plan, Port
from netwatch.lab.reach import Way, lit, passes, reached
from netwatch.model.names import DeviceId, LinkId, SubscriberId
from netwatch.model.network import DeviceKind

DARKEST_DBM: Final = -28.0
"""Below this an ONU loses the signal (class B+ optics)."""
BRIGHTEST_DBM: Final = -16.0
SPREAD_DB: Final = 7.0


class OnuState(StrEnum):
    """What an OLT knows of an ONU."""

    ONLINE = "online"
    LOS = "los"
    DYING_GASP = "dying-gasp"


@dataclass(frozen=True, slots=True)
class Onu:
    """One ONU as its OLT sees it; ``rx_dbm`` None: no light, or nobody there to measure it."""

    state: OnuState
    rx_dbm: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How everything stands at one moment."""

    damage: Damage
    ways: Mapping[DeviceId, Way]
    """Everything that packets from netwatch reach and that lives."""
    served: frozenset[DeviceId]
    """Everything that service from a gateway reaches."""
    onus: Mapping[DeviceId, Onu]
    dark_links: frozenset[LinkId]
    dark_pon: frozenset[Port]

    def hears(self, device: DeviceId) -> bool:
        """Say whether a device answers ping."""
        return device in self.ways


def likeness(text: str) -> float:
    """Return a number in 0..1 that is always the same for the same text: the lab's only chance."""
    return crc32(text.encode()) / 2**32


def standing_of(plan: Plan, damage: Damage, before: Mapping[DeviceId, Onu]) -> Standing:
    """Work out how everything stands.

    Args:
        plan: the network as wired.
        damage: what does not work.
        before: how the ONUs stood a moment ago: one that was dark already cannot gasp any more.
    """
    network = plan.network
    start = [network.vantage] if network.vantage is not None else list(network.devices)
    gateways = network.gateways or tuple(start)
    onus: dict[DeviceId, Onu] = {}
    for olt in {port.device for port in plan.pon}:
        onus.update(_onus_of(plan, olt, damage, before))
    return Standing(
        damage=damage,
        ways=reached(plan, start, damage) if damage.way_out else {},
        served=frozenset(reached(plan, gateways, damage)),
        onus=onus,
        dark_links=_dark_links(plan, damage),
        dark_pon=frozenset(
            port
            for port, members in plan.pon.items()
            if all(onus[onu].state is not OnuState.ONLINE for onu in members)
        ),
    )


def without_service(plan: Plan, standing: Standing) -> list[SubscriberId]:
    """Return the subscribers whose device is cut off from every gateway, or dead, in id order."""
    return sorted(
        subscriber.id
        for subscriber in plan.network.subscribers.values()
        if subscriber.device is not None and subscriber.device not in standing.served
    )


def _onus_of(
    plan: Plan, olt: DeviceId, damage: Damage, before: Mapping[DeviceId, Onu]
) -> dict[DeviceId, Onu]:
    glass = lit(plan, olt, damage)
    return {
        onu: _onu(onu, None if port in damage.ports else glass.get(onu), damage, before.get(onu))
        for port, members in plan.pon.items()
        if port.device == olt
        for onu in members
    }


def _onu(onu: DeviceId, faded_db: float | None, damage: Damage, before: Onu | None) -> Onu:
    if onu in damage.dead:
        could = before is None or before.state is not OnuState.LOS
        gasps = onu in damage.unpowered and likeness(onu) < damage.gasp_share.get(onu, 0.0)
        return Onu(OnuState.DYING_GASP if could and gasps else OnuState.LOS, None)
    if faded_db is None:
        return Onu(OnuState.LOS, None)
    rx_dbm = BRIGHTEST_DBM - SPREAD_DB * likeness(f"rx {onu}") - faded_db
    if rx_dbm < DARKEST_DBM:
        return Onu(OnuState.LOS, None)
    return Onu(OnuState.ONLINE, round(rx_dbm, 2))


def _dark_links(plan: Plan, damage: Damage) -> frozenset[LinkId]:
    """Return the links over which the two ends do not see each other."""
    devices = plan.network.devices
    silent = {d for d in damage.dead if devices[d].kind not in PASSIVE | {DeviceKind.ONU}}
    return frozenset(
        arm.link
        for device, arms in plan.arms.items()
        for arm in arms
        if device in silent or not passes(arm, damage)
    )
