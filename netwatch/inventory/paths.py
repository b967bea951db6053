"""What a finished network says of itself: islands, doubtful ports, gear that nobody can ask."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from netwatch.inventory.build import Draft
from netwatch.inventory.findings import Findings
from netwatch.model.names import DeviceId
from netwatch.model.network import Address, Device, DeviceKind, End, Link, Network

Ends = set[tuple[DeviceId, str | None]]


def warn_of_network(network: Network, drafts: list[Draft], findings: Findings) -> None:
    """Tell what is written correctly and will hardly work as it was meant."""
    near = _neighbours(network.links.values())
    by_id = {DeviceId(draft.id): draft for draft in drafts if draft.id is not None}
    _warn_of_islands(network, near, by_id, findings)
    reached = _Reached(network.devices, near)
    for device in network.devices.values():
        _warn_of_port(device, reached, by_id[device.id], findings)
        _warn_of_unaskable(device, network.devices, by_id[device.id], findings)


def warn_of_same_addresses(drafts: list[Draft], findings: Findings) -> None:
    """Tell addresses that stand twice."""
    first: dict[Address, Draft] = {}
    for draft in drafts:
        address = draft.values.get("address")
        if address is None:
            continue
        other = first.setdefault(address, draft)
        if other is not draft:
            findings.warn(
                draft.mark("address"),
                f"{draft.name()} has the address {address} of {other.name()} "
                f"({other.mark('address').place})",
                "give one of them its own; two devices behind one address cannot be told apart",
            )


def _neighbours(links: Iterable[Link]) -> dict[DeviceId, list[End]]:
    near: dict[DeviceId, list[End]] = defaultdict(list)
    for link in links:
        one, other = link.ends
        near[one.device].append(other)
        near[other.device].append(one)
    return near


def _warn_of_islands(
    network: Network,
    near: Mapping[DeviceId, list[End]],
    drafts: Mapping[DeviceId, Draft],
    findings: Findings,
) -> None:
    begin = {*network.vantages.values()} | ({network.vantage} if network.vantage else set())
    if not begin:
        return
    seen, ahead = set(begin), list(begin)
    while ahead:
        for end in near.get(ahead.pop(), ()):
            if end.device not in seen:
                seen.add(end.device)
                ahead.append(end.device)
    for device in network.devices:
        if device not in seen:
            findings.warn(
                drafts[device].mark("id"),
                f"{drafts[device].name()} has no path to the vantage {network.vantage!r}",
                "give it an uplink, or a link to something that has one",
            )


class _Reached:
    """Which ports of active gear lie at the far end of a piece of passive plant."""

    def __init__(
        self, devices: Mapping[DeviceId, Device], near: Mapping[DeviceId, list[End]]
    ) -> None:
        self._devices = devices
        self._near = near
        self._of_plant: dict[DeviceId, Ends] = {}

    def ports(self, device: Device) -> Ends:
        """Return the ends that the links of ``device`` reach, through splitters and cabinets."""
        ends: Ends = set()
        for end in self._near.get(device.id, ()):
            if self._is_plant(end.device):
                ends |= self._plant(end.device)
            else:
                ends.add((end.device, end.port))
        return ends

    def _is_plant(self, device: DeviceId) -> bool:
        return self._devices[device].kind in (DeviceKind.SPLITTER, DeviceKind.CABINET)

    def _plant(self, start: DeviceId) -> Ends:
        if start in self._of_plant:
            return self._of_plant[start]
        ends: Ends = set()
        plant, ahead = {start}, [start]
        while ahead:
            for end in self._near.get(ahead.pop(), ()):
                if not self._is_plant(end.device):
                    if self._devices[end.device].via is None:
                        ends.add((end.device, end.port))
                elif end.device not in plant:
                    plant.add(end.device)
                    ahead.append(end.device)
        self._of_plant.update(dict.fromkeys(plant, ends))
        return ends


def _warn_of_port(device: Device, reached: _Reached, draft: Draft, findings: Findings) -> None:
    if device.port is None or "uplink" not in draft.values:
        return
    ends = reached.ports(device)
    if device.via is None:
        ports = {port for _, port in ends if port is not None}
        where = ""
    else:
        ports = {port for upper, port in ends if upper == device.via and port is not None}
        where = f" {device.via!r} at"
        if ends and all(upper != device.via for upper, _ in ends):
            others = ", ".join(sorted({repr(str(upper)) for upper, _ in ends}))
            findings.warn(
                draft.mark("via"),
                f"{draft.name()} is read through {device.via!r}, but its uplink leads to {others}",
                "correct the one that is wrong",
            )
    if ports and device.port not in ports:
        findings.warn(
            draft.mark("port"),
            f"{draft.name()} is written on port {device.port!r}, but its uplink reaches"
            f"{where} port {', '.join(repr(port) for port in sorted(ports))}",
            "correct the one that is wrong",
        )


def _warn_of_unaskable(
    device: Device, devices: Mapping[DeviceId, Device], draft: Draft, findings: Findings
) -> None:
    if device.via is not None and devices[device.via].address is None:
        findings.warn(
            draft.mark("via"),
            f"{draft.name()} is read through {device.via!r}, which has no address",
            f"give {device.via!r} an address, or the state is never known",
        )
    if device.snmp is not None and device.address is None:
        findings.warn(
            draft.mark("snmp"),
            f"{draft.name()} has a credential but no address, so it is never asked",
            "give it an address, or remove 'snmp'",
        )
    if device.kind is DeviceKind.ONU and device.via is None and device.address is None:
        findings.warn(
            draft.mark("id"),
            f"{draft.name()} has neither 'via' nor an address, so its state is never known",
            "write via: OLT and port: PORT",
        )
