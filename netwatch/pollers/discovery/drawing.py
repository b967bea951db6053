"""Found gear -> the links between it, and what could not be placed. Pure.

What two devices say of each other is one link. LLDP is believed first, then CDP and MNDP. A port
that hears several at once has something between them that passes the protocol on: then only the
one is believed that hears this port, too. What no protocol places is placed by bridge tables.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from netwatch.model.network import Address
from netwatch.pollers.discovery.bridges import placed, separated
from netwatch.pollers.discovery.found import Doubt, Drawing, Drawn, Found, Place, Stranger
from netwatch.pollers.discovery.names import Names, Ports, names_of
from netwatch.pollers.gear.neighbours import Neighbour

_ORDER: Final = ("lldp", "cdp", "mndp")
_MOST: Final = 8
_FLOODED: Final = frozenset({"cdp", "mndp"})
"""What bridges of other makers pass on, so that it is heard from afar."""


@dataclass(slots=True)
class _Heard:
    """Who is heard by one protocol."""

    on: dict[Place, set[Address]] = field(default_factory=dict)
    """A port, by its own name or as it was called -> who is heard on it."""
    by: dict[Address, set[Address]] = field(default_factory=dict)
    """Who is heard -> who hears it."""
    back: dict[tuple[Address, Address], set[Place]] = field(default_factory=dict)
    """Who hears and who is heard -> the ports on which."""

    def add(self, place: Place, there: Address) -> None:
        """Note that a device is heard on a port."""
        self.on.setdefault(place, set()).add(there)
        self.by.setdefault(there, set()).add(place[0])
        self.back.setdefault((place[0], there), set()).add(place)

    def alone(self, near: Place, there: Address) -> bool:
        """Say whether nobody else stands between a port and the device that it hears."""
        here, port = near
        if port and self._believed(near) != {there}:
            return False
        back = self.back.get((there, here), ())
        return not back or any(self._believed(place) == {here} for place in back)

    def crowds(self, drawn: Container[Place]) -> Iterator[Doubt]:
        """Yield the ports that hear several devices which all hear them, and have no link."""
        for place, some in self.on.items():
            if place not in drawn and len(self._believed(place)) > 1:
                near, port = place
                why = f"{port} hears {len(some)} at once: something between passes it on"
                back = (min(self.back[who, near]) for who in some if (who, near) in self.back)
                yield Doubt(address=near, why=why, places=tuple(sorted(back, key=str)[:_MOST]))

    def _believed(self, place: Place) -> set[Address]:
        """Return whom a port hears: of several only those that hear its device, if any do."""
        some = self.on[place]
        return some if len(some) == 1 else some & self.by.get(place[0], set()) or some


@dataclass(slots=True)
class _Sketch:
    """What was drawn so far."""

    drawn: list[Drawn] = field(default_factory=list)
    ends: set[Place] = field(default_factory=set)
    """Ports that have their link."""
    pairs: set[frozenset[Address]] = field(default_factory=set)


def links(found: Sequence[Found]) -> list[Drawn]:
    """Return every link that the devices tell of, each once."""
    return list(drawing(found).links)


def drawing(found: Sequence[Found], resolved_here: Mapping[str, str] | None = None) -> Drawing:
    """Return every link that the devices tell of, each once, and who has none.

    ``resolved_here`` is IP address -> hardware address of those on our own wire.
    """
    names = names_of(found, resolved_here)
    sketch = _Sketch()
    crowds: list[Doubt] = []
    for protocol in _ORDER:
        heard = _draw(names, protocol, sketch)
        if protocol not in _FLOODED:
            crowds += heard.crowds(sketch.ends)
    more, doubts = placed(names, sketch.drawn)
    return Drawing(
        links=(*sketch.drawn, *more),
        doubts=(*doubts, *crowds),
        strangers=tuple(_strangers(names)),
    )


def _strangers(names: Names) -> Iterator[Stranger]:
    """Yield whom somebody hears and nobody found, once for each port and name."""
    seen: set[tuple[Place, str]] = set()
    for one in names.devices.values():
        for neighbour in one.neighbours:
            if names.who(neighbour) is None:
                place = _near(names, one, neighbour)
                word = neighbour.mac or neighbour.device
                if word and (place, word) not in seen:
                    seen.add((place, word))
                    yield Stranger(place=place, neighbour=neighbour)


def _draw(names: Names, protocol: str, sketch: _Sketch) -> _Heard:
    said = list(_said(names, protocol))
    heard = _Heard()
    for here, neighbour, there in said:
        near = _near(names, here, neighbour)
        if near[1]:
            heard.add(near, there)
    between = separated(names) if protocol in _FLOODED and said else None
    for here, neighbour, there in said:
        apart = between is not None and between(here.address, there)
        if not apart and heard.alone(_near(names, here, neighbour), there):
            _take(names, here, neighbour, there, sketch)
    return heard


def _said(names: Names, protocol: str) -> Iterator[tuple[Found, Neighbour, Address]]:
    for one in names.devices.values():
        for neighbour in one.neighbours:
            if neighbour.by == protocol:
                there = names.who(neighbour)
                if there is not None and there != one.address:
                    yield one, neighbour, there


def _near(names: Names, here: Found, neighbour: Neighbour) -> Place:
    part = names.ports[here.address].called(neighbour.part) or neighbour.part
    return (here.address, part)


def _take(names: Names, here: Found, neighbour: Neighbour, there: Address, sketch: _Sketch) -> None:
    """Draw what one device says of one of its ports, unless it was drawn already."""
    near_end = (here.address, names.ports[here.address].called(neighbour.part))
    far_end = (there, _far_port(names, there, here, near_end[1], neighbour))
    pair = frozenset((here.address, there))
    blurred = not near_end[1] or not far_end[1]
    if near_end in sketch.ends or far_end in sketch.ends or (blurred and pair in sketch.pairs):
        return
    sketch.ends.update(end for end in (near_end, far_end) if end[1])
    sketch.pairs.add(pair)
    ends = (near_end, far_end) if str(near_end) <= str(far_end) else (far_end, near_end)
    sketch.drawn.append(Drawn(ends=ends, by=neighbour.by))


def _far_port(names: Names, far: Address, here: Found, near: str, neighbour: Neighbour) -> str:
    """Name the port at the far end: as our neighbour said it, else as the far end itself says."""
    known = names.ports[far]
    said = known.called(neighbour.port) or known.called(neighbour.port_mac)
    if said:
        return said
    back = names.back.get((far, here.address))
    if back is None:
        back = names.back[far, here.address] = _back(
            names.ports[far], names.ports[here.address], here
        )
    heard = back.get("", set())
    if near and len(heard) < 2:  # noqa: PLR2004 (one is enough, two are too many)
        heard = heard | back.get(near, set())
    return next(iter(heard)) if len(heard) == 1 else ""


def _back(far: Ports, ours: Ports, here: Found) -> dict[str, set[str]]:
    back: dict[str, set[str]] = {}
    for one in far.hearing(here):
        back.setdefault(ours.called(one.port), set()).add(far.called(one.part))
    return back
