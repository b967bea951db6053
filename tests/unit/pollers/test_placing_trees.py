"""Trees of switches, some speaking LLDP: all is placed right, or not at all."""

import random
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.network import DeviceKind
from netwatch.pollers.discovery.drawing import drawing
from netwatch.pollers.discovery.found import Found, Port
from netwatch.pollers.gear.neighbours import Neighbour

FIRST = 0x0A000001


def address(number: int) -> IPv4Address:
    return IPv4Address(FIRST + number)


def mac(number: int) -> str:
    return f"02:00:00:00:{number >> 8:02x}:{number & 255:02x}"


@dataclass
class Tree:
    """A router (0), switches below it, and quiet gear on these."""

    dice: random.Random
    switches: int
    quiet: int
    chance: float
    """Of a switch to hear what is not below it, in its own branch."""
    above: dict[int, int] = field(default_factory=dict)
    ports: dict[tuple[int, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count: dict[int, int] = {}
        for one in range(1, self.switches + self.quiet):
            low, high = (max(0, one - 6), one) if one < self.switches else (1, self.switches)
            self.above[one] = there = self.dice.randrange(low, high)
            for near, far in ((there, one), (one, there)):
                count[near] = count.get(near, 0) + 1
                self.ports[near, far] = f"p{count[near]}"
        self.speaks = {n for n in range(self.switches) if n == 0 or self.dice.random() < 0.4}

    def way(self, one: int) -> list[int]:
        """Return who stands on the way to the router, from the device itself on."""
        return [one, *self.way(self.above[one])] if one else [0]

    def towards(self, here: int, there: int) -> str:
        way = self.way(there)
        if here in way:
            return self.ports[here, way[way.index(here) - 1]]
        return self.ports[here, self.above[here]]

    def hears(self, here: int, there: int) -> bool:
        if there == 0 or here in self.way(there):
            return True
        return self.way(here)[-2] == self.way(there)[-2] and self.dice.random() < self.chance

    def found(self) -> list[Found]:
        everybody = range(self.switches + self.quiet)
        said = [self._device(one, everybody) for one in everybody]
        self.dice.shuffle(said)
        return said

    def _device(self, one: int, everybody: range) -> Found:
        if one >= self.switches:
            return Found(address=address(one))
        others = [other for other in everybody if other != one]
        known = {str(address(other)): other for other in others if one == 0}
        return Found(
            address=address(one),
            snmp="access",
            name=f"n{one}",
            kind=DeviceKind.SWITCH if one else DeviceKind.ROUTER,
            chassis=frozenset({mac(one)}),
            ports=tuple(
                Port(part=port, index=port, names=frozenset({port}))
                for (near, _), port in self.ports.items()
                if near == one
            ),
            neighbours=tuple(self._neighbours(one)),
            learnt={mac(o): self.towards(one, o) for o in others if one and self.hears(one, o)},
            addresses={text: mac(other) for text, other in known.items()},
            facing={text: self.towards(0, other) for text, other in known.items()},
        )

    def _neighbours(self, one: int) -> list[Neighbour]:
        return [
            Neighbour(
                part=port, device=f"n{far}", port=self.ports[far, one], by="lldp", mac=mac(far)
            )
            for (near, far), port in self.ports.items()
            if near == one and {near, far} <= self.speaks
        ]

    def true(self) -> set[frozenset[tuple[int, str]]]:
        return {
            frozenset({(one, self.ports[one, other]), (other, self.ports[other, one])})
            for one, other in self.above.items()
        }


@given(
    dice=st.randoms(use_true_random=False),
    switches=st.integers(2, 25),
    quiet=st.integers(0, 40),
    chance=st.sampled_from([0.0, 0.2, 0.6, 1.0]),
)
def test_every_link_of_a_tree_is_drawn_and_no_other(
    dice: random.Random, switches: int, quiet: int, chance: float
) -> None:
    tree = Tree(dice, switches, quiet, chance)

    drawn = drawing(tree.found()).links

    number = {address(n): n for n in range(switches + quiet)}
    true = tree.true()
    named = [[(number[end], port) for end, port in link.ends] for link in drawn]
    wrong = [
        ends
        for ends in named
        if not any(
            all((n, port) in one or (not port and n in dict(one)) for n, port in ends)
            for one in true
        )
    ]
    assert wrong == []
    assert len(named) == len(true)
