"""Two standings -> what happened between them: what devices would say unasked."""

from collections.abc import Iterator
from dataclasses import dataclass

from netwatch.lab.plan import Plan, Port
from netwatch.lab.standing import OnuState, Standing
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import DeviceKind


@dataclass(frozen=True, slots=True)
class LinkTurned:
    """A device saw a link, or one of its PON ports, go down or come up."""

    device: DeviceId
    what: LinkId | Port
    up: bool


@dataclass(frozen=True, slots=True)
class OnuGasped:
    """An OLT heard an ONU say that it dies; ``over``: it is back."""

    olt: DeviceId
    onu: DeviceId
    over: bool


@dataclass(frozen=True, slots=True)
class OnBattery:
    """A UPS runs on its battery. It says so again and again, and never that it is over."""

    device: DeviceId


Happening = LinkTurned | OnuGasped | OnBattery


def between(plan: Plan, before: Standing, after: Standing) -> list[Happening]:
    """Return what happened, in the order in which it would be said."""
    return [
        *_gasps(plan, before, after),
        *_links(plan, before, after),
        *_batteries(plan, after),
    ]


def _gasps(plan: Plan, before: Standing, after: Standing) -> Iterator[Happening]:
    for port, members in sorted(plan.pon.items()):
        for onu in members:
            was, now = before.onus[onu].state, after.onus[onu].state
            if was is not now and OnuState.DYING_GASP in (was, now):
                yield OnuGasped(port.device, onu, over=now is not OnuState.DYING_GASP)


def _links(plan: Plan, before: Standing, after: Standing) -> Iterator[Happening]:
    turned: list[LinkId | Port] = sorted(before.dark_links ^ after.dark_links)
    for what in turned:
        for end in plan.network.links[LinkId(str(what))].ends:
            yield LinkTurned(end.device, what, up=what not in after.dark_links)
    for port in sorted(before.dark_pon ^ after.dark_pon):
        yield LinkTurned(port.device, port, up=port not in after.dark_pon)


def _batteries(plan: Plan, after: Standing) -> Iterator[Happening]:
    for device in sorted(after.damage.on_battery_since):
        if plan.network.devices[device].kind is DeviceKind.UPS:
            yield OnBattery(device)
