"""Found gear by whatever others call it: hardware address, IP address, name, names of ports. Pure.

A word that two devices share names neither.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from netwatch.model.network import Address
from netwatch.pollers.discovery.found import Found, Port
from netwatch.pollers.gear.neighbours import Neighbour

_ONE_BOX: Final = 256
"""Hardware addresses of one box lie this close together."""


class Ports:
    """A device's ports, by whatever they may be called, and what is heard on them, by whom."""

    def __init__(self, device: Found) -> None:
        """Sort names and neighbours."""
        self._exact = _single((name, port) for port in device.ports for name in _names(port))
        self._folded = _single(
            (name, port) for port in device.ports for name in _folded_names(port)
        )
        self._hears: dict[str, list[Neighbour]] = {}
        for one in device.neighbours:
            for word in {one.mac, folded(one.device)} - {""}:
                self._hears.setdefault(word, []).append(one)

    def called(self, said: str) -> str:
        """Return a port's own name by whatever it was called; "" where no single port is."""
        if not said:
            return ""
        return self._exact.get(said) or self._folded.get(said.casefold(), "")

    def hearing(self, device: Found) -> list[Neighbour]:
        """Return what is said of a device."""
        words = {*device.chassis, folded(device.name)} - {""}
        return [one for word in sorted(words & self._hears.keys()) for one in self._hears[word]]


@dataclass(slots=True)
class Names:
    """All that was found, by what others may call it."""

    devices: Mapping[Address, Found]
    macs: Mapping[Address, frozenset[str]]
    """Hardware addresses that are a device's alone: its own word, and what routers resolved."""
    by_mac: Mapping[str, Address]
    by_name: Mapping[str, Address]
    by_text: Mapping[str, Address]
    """By address, as text."""
    ports: Mapping[Address, Ports]
    resolved: Mapping[Address, str]
    """The hardware address that answers for an address, as routers tell."""
    back: dict[tuple[Address, Address], dict[str, set[str]]] = field(default_factory=dict)
    """Two devices -> port of the second, "" where unsaid -> ports on which the first hears it."""

    def who(self, neighbour: Neighbour) -> Address | None:
        """Return the device that a neighbour is."""
        if neighbour.mac and neighbour.mac in self.by_mac:
            return self.by_mac[neighbour.mac]
        if neighbour.address in self.by_text:
            return self.by_text[neighbour.address]
        named = self._named(folded(neighbour.device))
        if named is not None and neighbour.mac and not self._may_bear(named, neighbour.mac):
            return None  # gear as shipped bears one name: "Switch"
        return named

    def _named(self, name: str) -> Address | None:
        """Find a name whole, without a serial number in brackets, or without its domain."""
        first = name.partition(".")[0]
        short = "" if first.isdigit() else first
        words = (name, name.partition("(")[0], short)
        return next((self.by_name[word] for word in words if word in self.by_name), None)

    def _may_bear(self, address: Address, mac: str) -> bool:
        """Say whether a hardware address may be one that the device did not tell of."""
        own = self.devices[address].chassis
        return not own or any(abs(_number(mac) - _number(one)) < _ONE_BOX for one in own)


def names_of(found: Sequence[Found], resolved_here: Mapping[str, str] | None = None) -> Names:
    """Sort what was found by what it may be called.

    Args:
        found: who answered.
        resolved_here: IP address -> hardware address of those on our own wire.
    """
    resolved = dict(resolved_here or {})
    resolved.update((ip, mac) for one in found for ip, mac in one.addresses.items() if mac)
    by_text = {str(one.address).partition("%")[0]: one.address for one in found}
    at = {address: resolved[text] for text, address in by_text.items() if text in resolved}
    told = Counter(mac for one in found for mac in one.chassis)
    answering = Counter(at.values())
    own: dict[Address, frozenset[str]] = {}
    for one in found:
        macs = {mac for mac in one.chassis if told[mac] == 1}
        mac = at.get(one.address, "")
        if mac and answering[mac] == 1 and not told[mac]:
            macs.add(mac)
        own[one.address] = frozenset(macs)
    return Names(
        devices={one.address: one for one in found},
        macs=own,
        by_mac={mac: address for address, macs in own.items() for mac in macs},
        by_name=_by_name(found),
        by_text=by_text,
        ports={one.address: Ports(one) for one in found},
        resolved=at,
    )


def _by_name(found: Sequence[Found]) -> dict[str, Address]:
    """Return devices by their names, and by the first part of these where it is theirs alone."""
    words = [(one.address, folded(one.name)) for one in found if folded(one.name)]
    whole = Counter(name for _, name in words)
    short = Counter(name.partition(".")[0] for _, name in words)
    named = {
        name.partition(".")[0]: address
        for address, name in words
        if short[name.partition(".")[0]] == 1
    }
    return named | {name: address for address, name in words if whole[name] == 1}


def folded(name: str) -> str:
    """Return a name as it is compared."""
    return name.strip().casefold()


def _number(mac: str) -> int:
    return int(mac.replace(":", ""), 16) if mac else 0


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
