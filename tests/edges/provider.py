"""A provider of any size, made from a seed: rings, parallel links, PON, gear of every manner."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address

FIRST = IPv4Address("127.30.0.1")
TONGUES = {
    "huawei-s": {"lldp"},
    "cisco-ios": {"cdp"},
    "mikrotik": {"lldp", "cdp", "mndp"},
    "dlink": set[str](),
    "junos": {"lldp"},
    "smartax": {"lldp"},
    "ups": {"lldp"},
}
"""What the lab's gear speaks, by profile; gear without an agent that is no network gear is mute."""
QUIET = ("cpe", "sensor", "server", "other", "ups")


@dataclass
class Provider:
    """What was made: the inventory's lines, and what is true of it."""

    seed: int
    devices: dict[str, dict[str, str]] = field(default_factory=dict)
    links: list[tuple[tuple[str, str], tuple[str, str]]] = field(default_factory=list)
    passive: list[str] = field(default_factory=list)
    _ports: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Throw the dice."""
        self.dice = random.Random(self.seed)  # noqa: S311 - a seed, no secret

    def add(self, name: str, kind: str, profile: str = "", *, agent: bool = True) -> str:
        """Add a device with the next address."""
        said = {"id": name, "kind": kind, "address": str(FIRST + len(self.devices))}
        if agent:
            said["snmp"] = "access"
        if profile:
            said["profile"] = profile
        self.devices[name] = said
        return name

    def port(self, device: str) -> str:
        """Take the next port of a device."""
        self._ports[device] = number = self._ports.get(device, 0) + 1
        shape = {"junos": "ge-0/0/{}", "cisco-ios": "GigabitEthernet0/{}", "mikrotik": "ether{}"}
        profile = self.devices[device].get("profile", "")
        return shape.get(profile, "GigabitEthernet0/0/{}").format(number)

    def wire(self, one: str, other: str) -> None:
        """Lay a link; gear without an agent has no ports that anybody could name."""
        ends = [
            (name, self.port(name) if "snmp" in self.devices[name] else "") for name in (one, other)
        ]
        self.links.append((ends[0], ends[1]))

    def speaks(self, device: str) -> set[str]:
        """Return the protocols of a device."""
        said = self.devices[device]
        return TONGUES[said["profile"]] if "snmp" in said else set()

    def told(self) -> list[tuple[tuple[str, str], tuple[str, str]]]:
        """Return the links of which both ends speak, in a protocol that both understand."""
        return [link for link in self.links if self.speaks(link[0][0]) & self.speaks(link[1][0])]

    def quiet(self) -> list[str]:
        """Return the gear that answers echoes only."""
        return [name for name, said in self.devices.items() if "snmp" not in said]

    def yaml(self) -> str:
        """Return the inventory as a person would have written it."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield "vantage: core-1"
        yield "devices:"
        for said in self.devices.values():
            yield f"  - {{{', '.join(f'{key}: {value}' for key, value in said.items())}}}"
        yield from self.passive
        yield "links:"
        for ends in self.links:
            said = ", ".join(f'"{name}:{port}"' if port else f'"{name}"' for name, port in ends)
            yield f"  - {{ends: [{said}]}}"


def provider(seed: int, size: int = 300) -> Provider:
    """Make a provider with ``size`` devices that have an address."""
    made = Provider(seed)
    dice = made.dice
    cores = [made.add(f"core-{n}", "router", "junos") for n in (1, 2)]
    made.wire(*cores)
    made.wire(*cores)  # parallel members
    rings: list[str] = []
    while len(made.devices) < size * 0.3:
        rings += _ring(made, cores, dice.choice(("huawei-s", "huawei-s", "cisco-ios", "mikrotik")))
    edges = list(rings)
    while len(made.devices) < size * 0.55:
        edges += _below(made, edges)
    while len(made.devices) < size:
        on = dice.choice(edges)
        made.wire(on, made.add(f"quiet-{len(made.devices)}", dice.choice(QUIET), agent=False))
    return made


def _ring(made: Provider, cores: list[str], profile: str) -> list[str]:
    first = len(made.devices)
    ring = [made.add(f"agg-{first + n}", "switch", profile) for n in range(made.dice.randint(2, 7))]
    for one, other in zip([cores[0], *ring], [*ring, cores[1]], strict=True):
        made.wire(one, other)
        if made.dice.random() < 0.2 and one in ring and other in ring:
            made.wire(one, other)
    return ring


def _below(made: Provider, edges: list[str]) -> list[str]:
    """Hang an OLT, a UPS, or a chain of access switches on something."""
    on, number = made.dice.choice(edges), len(made.devices)
    match made.dice.choice(("olt", "ups", "chain", "chain", "chain")):
        case "olt":
            olt = made.add(f"olt-{number}", "olt", "smartax")
            made.wire(on, olt)
            if made.dice.random() < 0.5 and made.speaks(on) & made.speaks(olt):
                made.wire(on, olt)
            for port in range(2):
                name, at = f"{olt}-s{port}", f"0/1/{port}"
                made.passive.append(f'  - {{id: {name}, kind: splitter, uplink: ["{olt}:{at}"]}}')
                onu = f"kind: onu, via: {olt}, port: {at}, uplink: [{name}]"
                made.passive += [f"  - {{id: {name}-{n}, {onu}}}" for n in range(4)]
            return []
        case "ups":
            made.wire(on, made.add(f"ups-{number}", "ups", "ups"))
            return []
        case _:
            profile = made.dice.choice(("dlink", "dlink", "huawei-s", "mikrotik", "cisco-ios"))
            chain = []
            for n in range(made.dice.randint(1, 3)):
                below = made.add(f"sw-{number + n}", "switch", profile)
                made.wire(on, below)
                chain.append(below)
                on = below
            return chain
