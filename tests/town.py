"""A small town's network and its weather: values for tests, made without files or wires."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

from netwatch.model.arrivals import Arrival, Outcome, Sample, Tick
from netwatch.model.names import (
    AreaId,
    CheckName,
    DeviceId,
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

EVENING = datetime(2026, 11, 14, 19, 0, tzinfo=UTC)
"""A Saturday."""


def gear(name: str, kind: DeviceKind, number: int | None, **more: object) -> Device:
    address = IPv4Address(0x7F140000 + number) if number is not None else None
    return Device(id=DeviceId(name), kind=kind, address=address, **more)  # type: ignore[arg-type]


def _end(text: str) -> End:
    device, _, port = text.partition(":")
    return End(device=DeviceId(device), port=port or None)


def town() -> Network:
    """Return a core, a ring of three, an OLT with two ports of eight ONUs, a switch with six CPEs.

    core-1 is the vantage. ring: core-1 ag-1 ag-2 ag-3 core-1; olt-1 on ag-2 with splitters s-1
    (0/1/1) and s-2 (0/1/2); sw-1 on ag-3 with cpe-1..6; duct-1 holds l-1 alone, duct-2 holds l-2
    and l-4; grid-1 feeds onu-11..14 and onu-21..24.
    """
    devices = [
        gear("core-1", DeviceKind.ROUTER, 1),
        *(gear(f"ag-{n}", DeviceKind.SWITCH, 10 + n) for n in (1, 2, 3)),
        gear("olt-1", DeviceKind.OLT, 20),
        gear("sw-1", DeviceKind.SWITCH, 30),
        *(gear(f"s-{n}", DeviceKind.SPLITTER, None) for n in (1, 2)),
        *(gear(f"cpe-{n}", DeviceKind.CPE, 40 + n) for n in range(1, 7)),
    ]
    links = [
        Link(id=LinkId("l-1"), ends=(_end("core-1:1"), _end("ag-1:1")), risks=(RiskId("duct-1"),)),
        Link(id=LinkId("l-2"), ends=(_end("ag-1:2"), _end("ag-2:1")), risks=(RiskId("duct-2"),)),
        Link(id=LinkId("l-3"), ends=(_end("ag-2:2"), _end("ag-3:1"))),
        Link(id=LinkId("l-4"), ends=(_end("ag-3:2"), _end("core-1:2")), risks=(RiskId("duct-2"),)),
        Link(id=LinkId("ag-2--olt-1"), ends=(_end("ag-2:3"), _end("olt-1"))),
        Link(id=LinkId("ag-3--sw-1"), ends=(_end("ag-3:3"), _end("sw-1"))),
    ]
    subscribers = []
    for p in (1, 2):
        links.append(
            Link(id=LinkId(f"olt-1--s-{p}"), ends=(_end(f"olt-1:0/1/{p}"), _end(f"s-{p}")))
        )
        for n in range(1, 9):
            name = f"onu-{p}{n}"
            risks = (RiskId("grid-1"),) if n <= 4 else ()
            devices.append(
                gear(
                    name,
                    DeviceKind.ONU,
                    None,
                    via=DeviceId("olt-1"),
                    port=f"0/1/{p}",
                    risks=risks,
                )
            )
            links.append(Link(id=LinkId(f"{name}--s-{p}"), ends=(_end(f"s-{p}"), _end(name))))
            subscribers.append((f"S-{name}", name, f"polna-{p}"))
    for n in range(1, 7):
        links.append(Link(id=LinkId(f"cpe-{n}--sw-1"), ends=(_end("sw-1"), _end(f"cpe-{n}"))))
        subscribers.append((f"S-cpe-{n}", f"cpe-{n}", "krotka"))
    return Network(
        vantage=DeviceId("core-1"),
        gateways=(DeviceId("core-1"),),
        risks={
            RiskId("duct-1"): Risk(id=RiskId("duct-1"), kind=RiskKind.DUCT),
            RiskId("duct-2"): Risk(id=RiskId("duct-2"), kind=RiskKind.DUCT),
            RiskId("grid-1"): Risk(id=RiskId("grid-1"), kind=RiskKind.POWER),
        },
        areas={
            AreaId(a): Area(id=AreaId(a), name=LocalName(a))
            for a in ("polna-1", "polna-2", "krotka")
        },
        devices={d.id: d for d in devices},
        links={x.id: x for x in links},
        subscribers={
            SubscriberId(s): Subscriber(
                id=SubscriberId(s), device=DeviceId(d), area=AreaId(a), language="pl"
            )
            for s, d, a in subscribers
        },
    )


@dataclass
class Weather:
    """What an observer at the vantage sees of a network in which some things have failed."""

    network: Network
    failed: set[str] = field(default_factory=set)
    """Element names, risks left out."""
    says: str = "los"
    """What the ONUs say that are gone."""

    def reached(self) -> set[DeviceId]:
        """Return the devices with a working path to the vantage."""
        vantage = self.network.vantage
        assert vantage is not None
        seen: set[DeviceId] = set()
        stack = [vantage] if f"device:{vantage}" not in self.failed else []
        while stack:
            here = stack.pop()
            if here in seen:
                continue
            seen.add(here)
            for link in self.network.links.values():
                if any(e.device == here for e in link.ends) and self._works(link):
                    stack.extend(e.device for e in link.ends if self._alive(e.device))
        return seen

    def _alive(self, device: DeviceId) -> bool:
        return f"device:{device}" not in self.failed

    def _works(self, link: Link) -> bool:
        ports = {f"port:{e.device}/{e.port}" for e in link.ends}
        return link.element not in self.failed and not ports & self.failed

    def round(self, at: datetime) -> list[Sample]:
        """Return an answer or silence of everything that can be asked, in inventory order."""
        seen, samples = self.reached(), []
        for device in self.network.devices.values():
            if device.address is not None:
                samples.append(echo(at, device.id, device.id in seen))
            if device.via is not None and device.via in seen:
                state = "online" if device.id in seen else self.says
                samples.append(said(at, device.id, "onu.state", state))
        for link in self.network.links.values():
            whole = self._works(link) and all(self._alive(e.device) for e in link.ends)
            for end in link.ends:
                asked = end.port and self.network.devices[end.device].address is not None
                if (
                    asked
                    and end.device in seen
                    and ":" not in (end.port or "")
                    and "/" not in (end.port or "")
                ):
                    samples.append(
                        said(at, end.device, "if.oper", "up" if whole else "down", end.port)
                    )
        return samples


def echo(at: datetime, device: DeviceId, comes: bool = True, poller: str | None = None) -> Sample:
    """Return what came of an echo request: an answer, or nothing."""
    return Sample(
        at=at,
        device=device,
        check=CheckName("icmp"),
        outcome=Outcome.ANSWERED if comes else Outcome.SILENT,
        value=1.5 if comes else None,
        poller=poller,
    )


def said(at: datetime, device: DeviceId, check: str, value: str, part: str | None = None) -> Sample:
    """Return what somebody answered of a port or a home."""
    return Sample(
        at=at,
        device=device,
        check=CheckName(check),
        part=part,
        outcome=Outcome.ANSWERED,
        value=value,
    )


def with_ticks(arrivals: Iterable[Arrival], *, until: datetime) -> Iterator[Arrival]:
    """Yield arrivals in order with a tick for every whole second before the first one after it."""
    second: datetime | None = None
    for arrival in arrivals:
        if second is None:
            second = arrival.at.replace(microsecond=0)
        while second <= arrival.at:
            yield Tick(at=second)
            second += timedelta(seconds=1)
        yield arrival
    while second is not None and second <= until:
        yield Tick(at=second)
        second += timedelta(seconds=1)


def rounds(
    weather: Weather,
    start: datetime,
    times: int,
    *,
    apart: timedelta = timedelta(seconds=10),
    seed: int = 1,
) -> list[Sample]:
    """Return several rounds of samples, each shuffled and spread over four seconds."""
    chance = random.Random(seed)  # noqa: S311 - a test's weather, repeatable by its seed
    samples: list[Sample] = []
    for n in range(times):
        lines = weather.round(start + apart * n)
        chance.shuffle(lines)
        for i, sample in enumerate(lines):
            at = sample.at + timedelta(milliseconds=4000 * i // len(lines))
            samples.append(_at(sample, at))
    return samples


def _at(sample: Sample, at: datetime) -> Sample:
    return Sample(
        at=at,
        device=sample.device,
        check=sample.check,
        part=sample.part,
        outcome=sample.outcome,
        value=sample.value,
    )
