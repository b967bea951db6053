"""The small town of the other tests with agents, batteries and an address of IPv6, for the lab."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address

from netwatch.lab.faults import fault_of
from netwatch.lab.happenings import Happening
from netwatch.lab.plan import plan_of
from netwatch.lab.world import World
from netwatch.model.names import DeviceId, LinkId, RiskId, SiteId
from netwatch.model.network import (
    Device,
    DeviceKind,
    End,
    Link,
    Network,
    Power,
    Risk,
    RiskKind,
    Site,
)
from tests.town import town


def field() -> Network:
    """Return the town with SNMP on all that has an address, and a cellar on a battery.

    site cellar (grid-2, backed, 30 minutes): ag-1 and ups-1; server-6 hangs on core-1 by IPv6;
    olt-2 is a ZTE with two ONUs, on ag-3; ONU serials are HWTC000000NN.
    """
    whole = town()
    devices = {
        name: replace(
            device,
            snmp="access" if device.address is not None else None,
            serial=f"HWTC000000{name[-2:]}" if device.kind is DeviceKind.ONU else None,
        )
        for name, device in whole.devices.items()
    }
    devices[DeviceId("ag-1")] = replace(devices[DeviceId("ag-1")], site=SiteId("cellar"))
    extra = [
        _device("ups-1", DeviceKind.UPS, IPv4Address("127.20.0.60"), site=SiteId("cellar")),
        _device("server-6", DeviceKind.SERVER, IPv6Address("fd00::6")),
        _device("olt-2", DeviceKind.OLT, IPv4Address("127.20.0.61"), profile="zte-c3xx"),
        *(
            Device(
                id=DeviceId(f"zonu-{n}"),
                kind=DeviceKind.ONU,
                via=DeviceId("olt-2"),
                port="1/2/1",
            )
            for n in (1, 2)
        ),
    ]
    links = [
        _link("core-1--server-6", "core-1", "server-6"),
        _link("ag-1--ups-1", "ag-1:47", "ups-1"),
        _link("ag-3--olt-2", "ag-3:4", "olt-2:1/4/1"),
        *(_link(f"olt-2--zonu-{n}", "olt-2:1/2/1", f"zonu-{n}") for n in (1, 2)),
    ]
    grid = Risk(id=RiskId("grid-2"), kind=RiskKind.POWER)
    cellar = Site(id=SiteId("cellar"), power=Power(feed=RiskId("grid-2"), backed=True, minutes=30))
    return replace(
        whole,
        devices=devices | {device.id: device for device in extra},
        links={**whole.links, **{link.id: link for link in links}},
        risks={**whole.risks, grid.id: grid},
        sites={cellar.id: cellar},
    )


def _device(name: str, kind: DeviceKind, address: IPv4Address | IPv6Address, **more: str) -> Device:
    return Device(
        id=DeviceId(name),
        kind=kind,
        address=address,
        snmp="access",
        site=SiteId(more["site"]) if "site" in more else None,
        profile=more.get("profile"),
    )


def _link(name: str, one: str, other: str) -> Link:
    def end(text: str) -> End:
        device, _, port = text.partition(":")
        return End(device=DeviceId(device), port=port or None)

    return Link(id=LinkId(name), ends=(end(one), end(other)))


class Hammer:
    """A world, and short words to break it with."""

    def __init__(self, network: Network | None = None) -> None:
        self.world = World(plan_of(network or field()))
        self.now = 0.0
        self.world.settle(0.0)

    def breaks(self, element: str, kind: str | None = None, **numbers: float) -> list[Happening]:
        """Break something now; return what happened."""
        fault = fault_of(element, kind, self.world.plan.elements, numbers)
        self.world.break_(fault, self.now)
        return self.world.settle(self.now)

    def mends(self, element: str = "all") -> list[Happening]:
        """Mend something now; return what happened."""
        self.world.mend(element)
        return self.world.settle(self.now)

    def waits(self, seconds: float) -> list[Happening]:
        """Let time pass, with all that happens by itself on the way."""
        until, happened = self.now + seconds, []
        while self.world.next_change <= until:
            self.now = self.world.next_change
            happened += self.world.settle(self.now)
        self.now = until
        return happened

    def silent(self) -> set[str]:
        """Return the devices with an address that do not answer."""
        devices = self.world.plan.network.devices.values()
        return {
            device.id
            for device in devices
            if device.address is not None and not self.world.standing.hears(device.id)
        }

    def onu(self, name: str) -> str:
        """Return an ONU's state as its OLT knows it."""
        return self.world.standing.onus[DeviceId(name)].state
