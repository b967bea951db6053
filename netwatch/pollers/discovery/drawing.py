"""Found gear -> the links between it. Pure.

What two devices say of each other is one link. LLDP is believed first, then CDP and MNDP; gear
that answers echoes only is placed behind the port on which a bridge hears it and hears the fewest
others.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from netwatch.model.network import Address
from netwatch.pollers.discovery.found import Drawn, Found, Port
from netwatch.pollers.gear.neighbours import Neighbour

_ORDER: Final = ("lldp", "cdp", "mndp")


@dataclass(slots=True)
class _Field:
    """All that was found, by what others may call it."""

    devices: Mapping[Address, Found]
    by_mac: dict[str, Address] = field(default_factory=dict)
    by_name: dict[str, Address] = field(default_factory=dict)


@dataclass(slots=True)
class _Sketch:
    """What was drawn so far."""

    drawn: list[Drawn] = field(default_factory=list)
    ends: set[tuple[Address, str]] = field(default_factory=set)
    """Ports that have their link."""
    pairs: set[frozenset[Address]] = field(default_factory=set)


def links(found: Sequence[Found]) -> list[Drawn]:
    """Return every link that the devices tell of, each once."""
    known = _known(found)
    sketch = _Sketch()
    for protocol in _ORDER:
        for one in found:
            for neighbour in one.neighbours:
                if neighbour.by == protocol:
                    _take(known, one, neighbour, sketch)
    joined = {end[0] for link in sketch.drawn for end in link.ends}
    return [*sketch.drawn, *_behind_ports(found, joined, sketch.ends)]


def _known(found: Sequence[Found]) -> _Field:
    known = _Field({one.address: one for one in found})
    macs = Counter(mac for one in found for mac in one.chassis)
    names = Counter(_folded(one.name) for one in found if one.name)
    for one in found:
        known.by_mac.update((mac, one.address) for mac in one.chassis if macs[mac] == 1)
        if one.name and names[_folded(one.name)] == 1:
            known.by_name[_folded(one.name)] = one.address
    return known


def _take(known: _Field, here: Found, neighbour: Neighbour, sketch: _Sketch) -> None:
    """Draw what one device says of one of its ports, unless it was drawn already."""
    there = _who(known, neighbour)
    if there is None or there == here.address:
        return
    far = known.devices[there]
    near_end = (here.address, _port_of(here, neighbour.part))
    far_end = (there, _far_port(far, here, near_end[1], neighbour))
    pair = frozenset((here.address, there))
    blurred = not near_end[1] or not far_end[1]
    if near_end in sketch.ends or far_end in sketch.ends or (blurred and pair in sketch.pairs):
        return
    sketch.ends.update(end for end in (near_end, far_end) if end[1])
    sketch.pairs.add(pair)
    ends = (near_end, far_end) if str(near_end) <= str(far_end) else (far_end, near_end)
    sketch.drawn.append(Drawn(ends=ends, by=neighbour.by))


def _who(known: _Field, neighbour: Neighbour) -> Address | None:
    if neighbour.mac and neighbour.mac in known.by_mac:
        return known.by_mac[neighbour.mac]
    for device in known.devices:
        if neighbour.address and str(device) == neighbour.address:
            return device
    return known.by_name.get(_folded(neighbour.device))


def _far_port(far: Found, here: Found, near: str, neighbour: Neighbour) -> str:
    """Name the port at the far end: as our neighbour said it, else as the far end itself says."""
    said = _port_of(far, neighbour.port)
    if said:
        return said
    back = [
        _port_of(far, one.part)
        for one in far.neighbours
        if (one.mac and one.mac in here.chassis) or _folded(one.device) == _folded(here.name)
        if not one.port or _port_of(here, one.port) in ("", near)
    ]
    return back[0] if len(back) == 1 else ""


def _port_of(device: Found, said: str) -> str:
    """Return a port's own name by whatever it was called; "" where no single port is called so."""
    if not said:
        return ""
    exact = [port.part for port in device.ports if said in port.names or said == port.part]
    if len(exact) != 1:
        folded = said.casefold()
        exact = [port.part for port in device.ports if folded in _folded_names(port)]
    return exact[0] if len(exact) == 1 else ""


def _folded_names(port: Port) -> set[str]:
    return {name.casefold() for name in port.names} | ({port.mac} if port.mac else set())


def _behind_ports(
    found: Sequence[Found], joined: set[Address], trunks: set[tuple[Address, str]]
) -> Iterator[Drawn]:
    """Yield where gear that tells nothing itself hangs, as bridges hear it."""
    at = {ip: mac for one in found for ip, mac in one.addresses.items()}
    for one in found:
        if one.address in joined:
            continue
        macs = set(one.chassis) | ({at[str(one.address)]} if str(one.address) in at else set())
        places = [
            (_heard_there(bridge, port), str(bridge.address), bridge.address, port)
            for bridge in found
            if bridge.address != one.address
            for mac in macs
            if (port := bridge.learnt.get(mac)) and (bridge.address, port) not in trunks
        ]
        if places:
            _, _, bridge, port = min(places, key=lambda place: place[:2])
            yield Drawn(ends=((bridge, port), (one.address, "")), by="bridge")


def _heard_there(bridge: Found, port: str) -> int:
    return sum(behind == port for behind in bridge.learnt.values())


def _folded(name: str) -> str:
    return name.strip().casefold()
