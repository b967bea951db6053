"""Found gear -> the links between it. Pure.

What two devices say of each other is one link. LLDP is believed first, then CDP and MNDP; gear
that answers echoes only is placed behind the port on which a bridge hears it and hears the fewest
others.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    by_text: dict[str, Address] = field(default_factory=dict)
    """By address, as text."""
    ports: dict[Address, "_Ports"] = field(default_factory=dict)
    back: dict[tuple[Address, Address], dict[str, set[str]]] = field(default_factory=dict)
    """Two devices -> port of the second, "" where unsaid -> ports on which the first hears it."""


class _Ports:
    """A device's ports, by whatever they may be called, and what is heard on them, by whom."""

    def __init__(self, device: Found) -> None:
        self._exact = _single((name, port) for port in device.ports for name in _names(port))
        self._folded = _single(
            (name, port) for port in device.ports for name in _folded_names(port)
        )
        self._hears: dict[str, list[Neighbour]] = {}
        for one in device.neighbours:
            for word in {one.mac, _folded(one.device)} - {""}:
                self._hears.setdefault(word, []).append(one)

    def called(self, said: str) -> str:
        """Return a port's own name by whatever it was called; "" where no single port is."""
        if not said:
            return ""
        return self._exact.get(said) or self._folded.get(said.casefold(), "")

    def hearing(self, device: Found) -> list[Neighbour]:
        """Return what is said of a device."""
        words = {*device.chassis, _folded(device.name)} - {""}
        return [one for word in sorted(words & self._hears.keys()) for one in self._hears[word]]


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
    known.by_text = {str(one.address): one.address for one in found}
    known.ports = {one.address: _Ports(one) for one in found}
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
    near_end = (here.address, known.ports[here.address].called(neighbour.part))
    far_end = (there, _far_port(known, there, here, near_end[1], neighbour))
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
    if neighbour.address in known.by_text:
        return known.by_text[neighbour.address]
    return known.by_name.get(_folded(neighbour.device))


def _far_port(known: _Field, far: Address, here: Found, near: str, neighbour: Neighbour) -> str:
    """Name the port at the far end: as our neighbour said it, else as the far end itself says."""
    said = known.ports[far].called(neighbour.port)
    if said:
        return said
    back = known.back.get((far, here.address))
    if back is None:
        back = known.back[far, here.address] = _back(
            known.ports[far], known.ports[here.address], here
        )
    heard = back.get("", set())
    if near and len(heard) < 2:  # noqa: PLR2004 (one is enough, two are too many)
        heard = heard | back.get(near, set())
    return next(iter(heard)) if len(heard) == 1 else ""


def _back(far: _Ports, ours: _Ports, here: Found) -> dict[str, set[str]]:
    back: dict[str, set[str]] = {}
    for one in far.hearing(here):
        back.setdefault(ours.called(one.port), set()).add(far.called(one.part))
    return back


def _single(named: Iterable[tuple[str, Port]]) -> dict[str, str]:
    """Return the port's own name by each word that a single port bears."""
    found: dict[str, Port | None] = {}
    for name, port in named:
        if found.setdefault(name, port) is not port:
            found[name] = None
    return {name: port.part for name, port in found.items() if port is not None}


def _names(port: Port) -> set[str]:
    return {port.part, *port.names}


def _folded_names(port: Port) -> set[str]:
    return {name.casefold() for name in port.names} | ({port.mac} if port.mac else set())


def _behind_ports(
    found: Sequence[Found], joined: set[Address], trunks: set[tuple[Address, str]]
) -> Iterator[Drawn]:
    """Yield where gear that tells nothing itself hangs, as bridges hear it."""
    at = {ip: mac for one in found for ip, mac in one.addresses.items()}
    single = {one.address for one in found} - joined
    macs = {
        one.address: {*one.chassis, at.get(str(one.address), "")} - {""}
        for one in found
        if one.address in single
    }
    sought = {mac for some in macs.values() for mac in some}
    heard: dict[str, list[tuple[int, str, Address, str]]] = {}
    for bridge in found:
        crowd = Counter(bridge.learnt.values())
        for mac in sought & bridge.learnt.keys():
            port = bridge.learnt[mac]
            if (bridge.address, port) not in trunks:
                place = (crowd[port], str(bridge.address), bridge.address, port)
                heard.setdefault(mac, []).append(place)
    for address, some in macs.items():
        places = [place for mac in some for place in heard.get(mac, ()) if place[2] != address]
        if places:
            _, _, bridge_at, port = min(places, key=lambda place: (*place[:2], place[3]))
            yield Drawn(ends=((bridge_at, port), (address, "")), by="bridge")


def _folded(name: str) -> str:
    return name.strip().casefold()
