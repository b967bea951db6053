"""Bridge tables -> where gear hangs that tells nothing of itself. Pure.

Frames take a tree. A bridge that hears two devices on different ports stands between them, so who
hangs directly on a port is whoever is heard there with nobody standing between. Where that leaves
no single place, nothing is drawn: the places are listed with what speaks for them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.model.network import Address, DeviceKind
from netwatch.pollers.discovery.found import Doubt, Drawn, Found, Place
from netwatch.pollers.discovery.names import Names

_FORWARDING: Final = frozenset(
    {
        DeviceKind.SWITCH,
        DeviceKind.ROUTER,
        DeviceKind.BNG,
        DeviceKind.OLT,
        DeviceKind.RADIO,
        DeviceKind.CPE,
    }
)
_MOST_PLACES: Final = 8

Trunks = Mapping[Place, Address]
"""Ports that have their link already, and who is at its other end."""


@dataclass(slots=True)
class _Hearing:
    """Whom each bridge hears where."""

    at: Mapping[Address, Mapping[Address, str]]
    """Bridge -> device -> port, where it is heard on one port only."""
    on: Mapping[Place, frozenset[Address]]
    """Port of a bridge -> the devices that are heard there."""
    crowd: Mapping[Place, frozenset[str]]
    """Port of a bridge -> all hardware addresses that are heard there."""
    by: Mapping[Address, Sequence[Address]]
    """Device -> the bridges that hear it."""

    def between(self, one: Address, other: Address) -> Address | None:
        """Return a bridge that hears two devices on different ports."""
        for bridge in self.by.get(one, ()):
            ports = self.at[bridge]
            if bridge != other and ports.get(other, ports[one]) != ports[one]:
                return bridge
        return None

    def back(self, device: Address, place: Place) -> str | None:
        """Return the port of a bridge that leads to a port of another; None where none is sure."""
        ports = self.at.get(device, {})
        if place[0] in ports:
            return ports[place[0]]
        back = {port for port in set(ports.values()) if self.leads_back(device, port, place)}
        return back.pop() if len(back) == 1 else None

    def leads_back(self, bridge: Address, port: str, place: Place) -> bool:
        """Say whether a port of one bridge leads to what is not behind a place of another."""
        above, own = place
        if above in self.on.get((bridge, port), ()):
            return True
        ports = self.at[above]
        return any(ports.get(who, own) != own for who in self.on.get((bridge, port), ()))


def separated(names: Names) -> Callable[[Address, Address], bool]:
    """Return what says whether bridge tables show a third one between two devices."""
    hearing = _heard(names)
    return lambda one, other: hearing.between(one, other) is not None


def placed(names: Names, drawn: Sequence[Drawn]) -> tuple[list[Drawn], list[Doubt]]:
    """Return links to gear that has none yet, and who still has none, with what is known of it."""
    hearing = _heard(names)
    trunks = _trunks(names, drawn)
    groups = Groups()
    for link in drawn:
        groups.join(link.ends[0][0], link.ends[1][0])
    links: list[Drawn] = []

    def draw(link: Drawn) -> None:
        links.append(link)
        groups.join(link.ends[0][0], link.ends[1][0])

    joined = {address for link in drawn for address, _ in link.ends}
    for one in names.devices.values():
        if one.learnt or (one.address not in joined and not one.facing):
            for place in _nearest(one, names, hearing, trunks):
                if groups.apart(place[0], one.address):
                    draw(_link(one, place, hearing))
    for router in names.devices.values():
        if router.facing and not router.learnt:
            for link in _beside(router, names, hearing, trunks, groups):
                draw(link)
    joined |= {address for link in links for address, _ in link.ends}
    doubts = [
        _doubt(one, names, hearing)
        for one in names.devices.values()
        if one.address not in joined and len(names.devices) > 1
    ]
    return links, doubts


def _nearest(one: Found, names: Names, hearing: _Hearing, trunks: Trunks) -> list[Place]:
    """Return where a device hangs: a bridge may have several such places, all else has one."""
    places = _places(one, names, hearing, trunks)
    if not one.learnt:
        places = _leaf(places, hearing)
        if len(places) > 1:
            return []
    return [place for place in places if not _crowded(one, place, names, hearing)]


def _heard(names: Names) -> _Hearing:
    at: dict[Address, dict[Address, str]] = {}
    on: dict[Place, set[Address]] = defaultdict(set)
    crowd: dict[Place, set[str]] = defaultdict(set)
    by: dict[Address, list[Address]] = defaultdict(list)
    for bridge in names.devices.values():
        if not bridge.learnt:
            continue
        ports: dict[Address, set[str]] = defaultdict(set)
        for mac, port in bridge.learnt.items():
            crowd[bridge.address, port].add(mac)
            who = names.by_mac.get(mac)
            if who is not None and who != bridge.address:
                ports[who].add(port)
        at[bridge.address] = single = {}
        for who, some in ports.items():
            if len(some) > 1:  # of the ports of many addresses, that of the one it answers by
                some = {bridge.learnt.get(names.resolved.get(who, ""), "")} - {""}  # noqa: PLW2901
            if some:
                single[who] = next(iter(some))
                on[bridge.address, single[who]].add(who)
                by[who].append(bridge.address)
    return _Hearing(
        at=at,
        on={place: frozenset(some) for place, some in on.items()},
        crowd={place: frozenset(some) for place, some in crowd.items()},
        by=by,
    )


def _trunks(names: Names, drawn: Iterable[Drawn]) -> dict[Place, Address]:
    """Return the ports that have their link, aggregates of such ports too, and who is there."""
    trunks: dict[Place, Address] = {}
    for link in drawn:
        for (address, port), (far, _) in (link.ends, link.ends[::-1]):
            if port:
                trunks[address, port] = far
                for over in names.devices[address].over.get(port, ()):
                    trunks[address, over] = far
    return trunks


def _places(one: Found, names: Names, hearing: _Hearing, trunks: Trunks) -> list[Place]:
    """Return the ports on which a device is heard and nothing known stands between."""
    found = []
    for bridge in hearing.by.get(one.address, ()):
        place = (bridge, hearing.at[bridge][one.address])
        if bridge == one.address or place in trunks:
            continue
        if _direct(one, place, names, hearing):
            found.append(place)
    return found


def _direct(one: Found, place: Place, names: Names, hearing: _Hearing) -> bool:
    """Say whether nobody is known to stand between a port and a device.

    A port that hears a router leads up, where a bridge hears by chance; what hangs there is told
    from above, where all that is below must pass.
    """
    if hearing.between(one.address, place[0]) is not None:
        return False
    others = hearing.on[place] - {one.address}
    if not one.facing and any(names.devices[other].facing for other in others):
        return False
    table = hearing.at.get(one.address)
    if table is None:
        return others.isdisjoint(hearing.at)
    back = hearing.back(one.address, place)
    if back is None:
        return False
    return all(table[o] != back if o in table else o not in hearing.at for o in others)


def _crowded(one: Found, place: Place, names: Names, hearing: _Hearing) -> bool:
    """Say whether a device without a readable table, heard on the same port, may carry this one."""
    if one.kind in _FORWARDING:
        return False
    others = (names.devices[who] for who in hearing.on[place] if who != one.address)
    return any(other.kind in _FORWARDING and not other.learnt for other in others)


def _leaf(places: Sequence[Place], hearing: _Hearing) -> list[Place]:
    """Return the place whose crowd is part of the crowds of all others; else all of them."""
    for place in places:
        crowd = hearing.crowd[place]
        if all(crowd < hearing.crowd[other] for other in places if other != place):
            return [place]
    return list(places)


def _link(one: Found, place: Place, hearing: _Hearing) -> Drawn:
    return Drawn(ends=(place, (one.address, hearing.back(one.address, place) or "")), by="bridge")


def _beside(
    router: Found,
    names: Names,
    hearing: _Hearing,
    trunks: Trunks,
    groups: "Groups",
) -> Iterator[Drawn]:
    """Yield what hangs on the ports of a router, as its address table tells.

    All that is resolved on a port must hang together already, so that one of it is the first.
    """
    by_port: dict[str, list[Address]] = defaultdict(list)
    for text, port in router.facing.items():
        who = names.by_text.get(text)
        if who is not None and who != router.address:
            by_port[port].append(who)
    for port, some in by_port.items():
        first = some[0]
        if (router.address, port) in trunks or not groups.apart(router.address, first):
            continue
        if any(groups.apart(first, other) for other in some[1:]):
            continue
        if len(some) == 1 and not hearing.by.get(first):
            own = hearing.at.get(first, {}).get(router.address, "")
            if (first, own) not in trunks:
                yield Drawn(ends=((router.address, port), (first, own)), by="arp")
            continue
        places = [
            place
            for place in _places(router, names, hearing, trunks)
            if not groups.apart(place[0], first)
        ]
        if len(places) == 1:
            yield Drawn(ends=((router.address, port), places[0]), by="bridge")


def _doubt(one: Found, names: Names, hearing: _Hearing) -> Doubt:
    """Say what is known of a device that has no link."""
    mac = names.resolved.get(one.address, "") or min(one.chassis, default="")
    places = [(bridge, hearing.at[bridge][one.address]) for bridge in hearing.by[one.address]]
    text = str(one.address).partition("%")[0]
    routers = [
        (router.address, router.facing[text])
        for router in names.devices.values()
        if text in router.facing
    ]
    if places:
        why = "it is heard on these ports, and which is the nearest cannot be told"
        return Doubt(address=one.address, why=why, places=tuple(places[:_MOST_PLACES]), mac=mac)
    if not mac:
        why = "no device's address table has its hardware address"
    elif mac not in names.by_mac:
        why = f"others answer by its hardware address {mac}, too: other addresses of one device?"
    elif routers:
        why = f"no bridge table has its hardware address {mac}; it is resolved here"
    else:
        why = f"no bridge table has its hardware address {mac}"
    return Doubt(address=one.address, why=why, places=tuple(routers[:_MOST_PLACES]), mac=mac)


class Groups:
    """Who hangs together by links drawn so far."""

    def __init__(self) -> None:
        """Begin with everybody alone."""
        self._above: dict[Address, Address] = {}

    def join(self, one: Address, other: Address) -> None:
        """Note a link."""
        self._above[self._top(one)] = self._top(other)

    def apart(self, one: Address, other: Address) -> bool:
        """Say whether no link so far leads from one to the other."""
        return self._top(one) != self._top(other)

    def _top(self, one: Address) -> Address:
        while (above := self._above.setdefault(one, one)) != one:
            self._above[one] = self._above.setdefault(above, above)
            one = above
        return one
