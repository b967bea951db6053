"""A made-up provider's network of any size, the same for the same seed, and faults for it."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import IPv4Address
from typing import Final

from netwatch.model.arrivals import Outcome, Sample
from netwatch.model.names import (
    AreaId,
    CheckName,
    DeviceId,
    ElementName,
    LinkId,
    RiskId,
    SubscriberId,
)
from netwatch.model.network import (
    Area,
    Device,
    DeviceKind,
    End,
    Link,
    LocalName,
    Network,
    Risk,
    RiskKind,
    Subscriber,
)

_CORE: Final = DeviceId("core")
_PORTS: Final = 4
_ONUS: Final = 32
_OLT_NODES: Final = 1 + _PORTS * (1 + _ONUS)
_OLTS_AT_MOST: Final = 8
_RINGS_AT_LEAST: Final = 3
_SPREAD_S: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An element that fails, and the devices right below it."""

    element: ElementName
    below: tuple[DeviceId, ...]
    """The first devices that are cut off, one for each branch."""


@dataclass
class Province:
    """A tree: core, aggregation switches in shared ducts, OLTs, splitters, ONUs.

    ``beside`` pinged access switches hang on the aggregation switches, too, a business on each.
    """

    size: int
    seed: int = 1
    beside: int = 0
    people: int | None = None
    """How many subscribers there are, the first homes having two; None: one a home."""
    devices: list[Device] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    above: dict[DeviceId, DeviceId] = field(default_factory=dict)
    children: dict[DeviceId, list[DeviceId]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 (repeatable, not secret)
        self._add(_CORE, DeviceKind.ROUTER, None)
        olts = max(_RINGS_AT_LEAST, self.size // _OLT_NODES)
        each = min(_OLTS_AT_MOST, -(-olts // _RINGS_AT_LEAST))
        switches = [DeviceId(f"agg-{number}") for number in range(-(-olts // each))]
        for number, switch in enumerate(switches):
            risks = (RiskId(f"duct-{number // 2}"),)
            self._add(switch, DeviceKind.SWITCH, _CORE, upper=f"{number + 1}", risks=risks)
            self._fault(f"link:{switch}", switch)
        for number in range(olts):
            self._olt(DeviceId(f"olt-{number}"), switches[number // each], number % each + 2)
        for number in range(self.beside):
            above = switches[number % len(switches)]
            self._add(DeviceId(f"sw-{number}"), DeviceKind.SWITCH, above, upper=f"2{number}")
        for number in range(len(switches) // 2):
            self._fault(f"risk:duct-{number}", *switches[2 * number : 2 * number + 2])

    @cached_property
    def network(self) -> Network:
        """Return it as an inventory would be read."""
        people = [d for d in self.devices if d.kind is DeviceKind.ONU or d.id.startswith("sw-")]
        ducts = {risk for link in self.links for risk in link.risks}
        return Network(
            vantage=_CORE,
            gateways=(_CORE,),
            risks={risk: Risk(id=risk, kind=RiskKind.DUCT) for risk in ducts},
            areas={
                AreaId(device.id): Area(id=AreaId(device.id), name=LocalName(str(device.id)))
                for device in self.devices
                if device.kind is DeviceKind.OLT
            },
            devices={device.id: device for device in self.devices},
            links={link.id: link for link in self.links},
            subscribers={
                name: Subscriber(
                    id=name,
                    device=home.id,
                    area=None if home.via is None else AreaId(home.via),
                )
                for name, home in self._households(people)
            },
        )

    def _households(self, homes: list[Device]) -> Iterator[tuple[SubscriberId, Device]]:
        more = 0 if self.people is None else max(self.people - len(homes), 0)
        yield from ((SubscriberId(f"S-{home.id}"), home) for home in homes)
        yield from ((SubscriberId(f"S-{home.id}-2"), home) for home in homes[:more])

    def some_faults(self, count: int) -> list[Fault]:
        """Choose faults, of every kind alike."""
        kinds: dict[str, list[Fault]] = {}
        for fault in self.faults:
            name = fault.element.partition(":")
            kinds.setdefault(f"{name[0]} {fault.below[0].partition('-')[0]}", []).append(fault)
        groups = [kinds[name] for name in sorted(kinds)]
        return [self._chance.choice(groups[turn % len(groups)]) for turn in range(count)]

    def under(self, tops: Iterable[DeviceId]) -> set[DeviceId]:
        """Return these devices and all that hang on them."""
        found: set[DeviceId] = set()
        stack = list(tops)
        while stack:
            here = stack.pop()
            found.add(here)
            stack += self.children.get(here, ())
        return found

    def around(self, fault: Fault) -> list[Device]:
        """Return the core, and all behind the fault's aggregation switches and a healthy one."""
        tops = set()
        for device in fault.below:
            top = device
            while self.above[top] != _CORE:
                top = self.above[top]
            tops.add(top)
        healthy = next(switch for switch in self.children[_CORE] if switch not in tops)
        near = self.under({*tops, healthy}) | {_CORE}
        return [device for device in self.devices if device.id in near]

    def round(
        self, at: datetime, devices: Iterable[Device], fault: Fault | None = None
    ) -> Iterator[Sample]:
        """Yield what one round of questions to these devices brings, over four seconds."""
        dark = self.under(fault.below) if fault is not None else set()
        lines = [line for device in devices for line in self._asked(device, dark)]
        self._chance.shuffle(lines)
        for number, (device, check, value) in enumerate(lines):
            yield Sample(
                at=at + timedelta(seconds=_SPREAD_S * number / len(lines)),
                device=device,
                check=CheckName(check),
                outcome=Outcome.SILENT if value is None else Outcome.ANSWERED,
                value=value,
            )

    def _asked(
        self, device: Device, dark: set[DeviceId]
    ) -> Iterator[tuple[DeviceId, str, float | str | None]]:
        if device.address is not None:
            yield device.id, "icmp", None if device.id in dark else 1.5
        if device.via is not None and device.via not in dark:
            yield device.id, "onu.state", "los" if device.id in dark else "online"

    def _olt(self, olt: DeviceId, switch: DeviceId, port: int) -> None:
        self._add(olt, DeviceKind.OLT, switch, upper=str(port))
        self._fault(f"device:{olt}", olt)
        for number in range(_PORTS):
            splitter = DeviceId(f"s-{olt}-{number}")
            self._add(splitter, DeviceKind.SPLITTER, olt, upper=f"0/{number}")
            self._fault(f"link:{splitter}", splitter)
            for onu in range(_ONUS):
                name = DeviceId(f"onu-{olt}-{number}-{onu}")
                self._add(name, DeviceKind.ONU, splitter, via=olt, port=f"0/{number}")

    def _add(
        self,
        name: DeviceId,
        kind: DeviceKind,
        above: DeviceId | None,
        *,
        upper: str | None = None,
        risks: tuple[RiskId, ...] = (),
        via: DeviceId | None = None,
        port: str | None = None,
    ) -> None:
        passive = kind in (DeviceKind.SPLITTER, DeviceKind.ONU)
        address = None if passive else IPv4Address((127 << 24) + len(self.devices) + 1)
        self.devices.append(Device(id=name, kind=kind, address=address, via=via, port=port))
        if above is not None:
            ends = (End(device=above, port=upper), End(device=name))
            self.links.append(Link(id=LinkId(str(name)), ends=ends, risks=risks))
            self.above[name] = above
            self.children.setdefault(above, []).append(name)

    def _fault(self, element: str, *below: DeviceId) -> None:
        self.faults.append(Fault(element=ElementName(element), below=below))
