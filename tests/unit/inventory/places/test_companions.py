"""Gear that only answers pings is put to what it falls and rises with; chance misleads nobody."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.places.companions import BY_SILENCE, Candidate, companions, grouped
from netwatch.inventory.places.falls import Falls, Spell
from netwatch.inventory.places.place import LIKELY, SURE
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import Device, DeviceKind, End, Link, Network

CORE = DeviceId("core-1")
DAY_S = 86_400


@dataclass
class Town:
    """Switches on a core, gear without a link, and what became of them."""

    switches: int = 20
    each: int = 10
    kind: DeviceKind = DeviceKind.CPE
    seed: int = 1
    truth: dict[DeviceId, DeviceId] = field(default_factory=dict)
    spells: dict[str, list[Spell]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - a seeded truth
        gear = [DeviceId(f"cpe-{n:03}") for n in range(self.switches * self.each)]
        self.random.shuffle(gear)  # neither names nor order tell anything
        self.truth = {one: self.switch(n % self.switches) for n, one in enumerate(gear)}

    def switch(self, number: int) -> DeviceId:
        return DeviceId(f"sw-{number:02}")

    def near(self, at: int) -> int:
        """Return a second near a moment: each is asked in its own time."""
        return at + self.random.randrange(60)

    def cut(self, switch: DeviceId, at: int, length: int = 1200) -> None:
        """Cut the power of a switch: all that hangs on it falls, and rises after it."""
        self.fall(switch, at, at + length)
        for one, parent in self.truth.items():
            if parent == switch:
                self.fall(one, at, at + length + self.random.randrange(300))

    def fall(self, name: str, fell: int, rose: int) -> None:
        spells = self.spells[name]
        if not spells or spells[-1][1] < fell:
            spells.append((self.near(fell), self.near(rose)))

    def falls(self) -> Falls:
        return Falls(of={name: tuple(sorted(spells)) for name, spells in self.spells.items()})

    def network(self) -> Network:
        switches = [self.switch(n) for n in range(self.switches)]
        devices = {CORE: _device(CORE, DeviceKind.ROUTER, 0)}
        devices |= {one: _device(one, DeviceKind.SWITCH, n + 1) for n, one in enumerate(switches)}
        devices |= {one: _device(one, self.kind, n + 500) for n, one in enumerate(self.truth)}
        links = {
            LinkId(f"l-{one}"): Link(
                id=LinkId(f"l-{one}"), ends=(End(device=CORE), End(device=one, port="uplink"))
            )
            for one in switches
        }
        return Network(vantage=CORE, gateways=(CORE,), devices=devices, links=links)

    def found(self) -> dict[DeviceId, tuple[Candidate, ...]]:
        return companions(self.falls(), [*self.truth], self.network())


def _device(ident: DeviceId, kind: DeviceKind, number: int) -> Device:
    return Device(id=ident, kind=kind, address=ip_address("10.0.0.0") + number)


def _right(town: Town, found: dict[DeviceId, tuple[Candidate, ...]]) -> float:
    first = {one: candidates[0].parent for one, candidates in found.items()}
    return sum(first.get(one) == parent for one, parent in town.truth.items()) / len(town.truth)


def _cuts(town: Town, times: int = 3) -> None:
    """Cut each switch so often, no two within ten minutes."""
    moments = [(switch, time) for time in range(times) for switch in range(town.switches)]
    for order, (switch, time) in enumerate(moments):
        at = DAY_S * (1 + time) + 600 * order + town.random.randrange(300)
        town.cut(town.switch(switch), at, 300 + town.random.randrange(3000))


def _alone(town: Town, times: int) -> None:
    """Let gear fall for reasons of its own: somebody pulls a plug."""
    for one in town.truth:
        for _ in range(times):
            at = town.random.randrange(DAY_S, 60 * DAY_S)
            town.spells[one].append((at, at + town.random.randrange(60, 7200)))
    for one, spells in town.spells.items():
        kept: list[Spell] = []
        for spell in sorted(spells):
            if not kept or kept[-1][1] < spell[0]:
                kept.append(spell)
        town.spells[one] = kept


@pytest.mark.parametrize("kind", [DeviceKind.CPE, DeviceKind.SWITCH])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_three_power_cuts_of_each_switch_the_right_one_comes_first(
    seed: int, kind: DeviceKind
) -> None:
    town = Town(seed=seed, kind=kind)
    _cuts(town)
    _alone(town, 4)

    found = town.found()

    assert _right(town, found) >= 0.95
    for one, candidates in found.items():
        for candidate in candidates:
            assert candidate.parent == town.truth[one] or candidate.permille < LIKELY
            assert candidate.permille <= BY_SILENCE < SURE


def test_a_storm_that_takes_everything_says_nothing() -> None:
    town = Town()
    for number in range(3):
        for switch in range(town.switches):
            town.cut(town.switch(switch), DAY_S * (number + 1))

    assert town.found() == {}


@pytest.mark.parametrize("seed", range(5))
def test_two_switches_that_fail_at_once_are_told_apart_by_what_each_does_alone(seed: int) -> None:
    town = Town(seed=seed)
    for pair in range(0, town.switches, 2):
        for time in range(3):
            at = DAY_S * (1 + time) + 3600 * pair
            town.cut(town.switch(pair), at)
            town.cut(town.switch(pair + 1), at)
    together = town.found()
    for one, candidates in together.items():
        assert candidates[0].permille <= 550, (one, candidates)

    for switch in range(town.switches):
        town.cut(town.switch(switch), DAY_S * 9 + 3600 * switch)

    assert _right(town, town.found()) >= 0.95


@pytest.mark.parametrize("seed", range(5))
def test_gear_that_falls_with_strangers_by_chance_is_not_put_to_them(seed: int) -> None:
    town = Town(seed=seed)
    homeless = [one for one, parent in town.truth.items() if parent == "sw-00"]
    _cuts(town)
    for one in homeless:  # what they hang on is in no inventory, and never fell
        town.spells.pop(one, None)
    _alone(town, 24)

    found = town.found()

    for one in homeless:
        best = found.get(one, ())
        assert not best or best[0].permille < LIKELY, best


def test_one_common_fall_is_a_hint_and_never_a_likely_parent_of_a_few() -> None:
    town = Town(switches=40, each=5)
    town.cut(town.switch(3), DAY_S)

    found = town.found()

    assert {candidates[0].parent for candidates in found.values()} == {"sw-03"}
    assert all(candidates[0].permille <= 800 for candidates in found.values())


def test_what_went_on_answering_does_not_hang_there() -> None:
    town = Town()
    one, parent = next(iter(town.truth.items()))
    _cuts(town)
    before = {c.parent: c for c in town.found()[one]}[parent]
    for number in range(4):
        town.fall(parent, 20 * DAY_S + 7200 * number, 20 * DAY_S + 7200 * number + 900)

    after = {c.parent: c for c in town.found().get(one, ())}.get(parent)

    assert before.apart == 0
    assert after is None or (after.apart == 4 and after.permille < before.permille)


def test_falls_from_before_a_device_was_known_do_not_speak_against_it() -> None:
    town = Town()
    for number in range(10):  # before any gear was there
        town.fall("sw-00", DAY_S + 7200 * number, DAY_S + 7200 * number + 900)
    for number in range(3):
        town.cut(town.switch(0), 30 * DAY_S + 7200 * number)
    newcomers = [one for one, parent in town.truth.items() if parent == "sw-00"]

    found = town.found()
    known = companions(town.falls().knowing(newcomers, 0), newcomers, town.network())

    for one in newcomers:
        assert (found[one][0].parent, found[one][0].apart) == ("sw-00", 0)
        assert one not in known, "it was there, and went on answering"


def test_what_was_heard_while_the_parent_was_silent_does_not_hang_there() -> None:
    town = Town(switches=4, each=10)
    one = next(one for one, parent in town.truth.items() if parent == "sw-00")
    for number in range(3):
        at = DAY_S * (number + 1)
        town.fall("sw-00", at, at + 7200)
        town.fall(one, at, at + 300)

    assert town.found() == {}


def test_a_port_that_fell_with_it_alone_is_where_it_hangs() -> None:
    town = Town()
    one, parent = next(iter(town.truth.items()))
    _cuts(town)
    for number in range(3):  # its own power fails, so the port goes down
        at = 30 * DAY_S + 7200 * number
        town.fall(one, at, at + 900)
        town.fall(f"{parent}:ge-0/0/7", at, at + 900)
        town.fall(f"{parent}:uplink", at, at + 900)

    best = town.found()[one][0]

    assert (best.parent, best.port, best.apart) == (parent, "ge-0/0/7", 0)
    assert best.permille >= SURE


def test_what_may_be_either_of_two_is_one_question() -> None:
    one, other, third = DeviceId("a"), DeviceId("b"), DeviceId("c")

    def may(permille: int, parent: DeviceId) -> Candidate:
        return Candidate(parent=parent, permille=permille, times=(1, 2))

    found = {
        DeviceId("x"): (may(480, one), may(470, other)),
        DeviceId("y"): (may(490, one), may(480, other)),
        DeviceId("z"): (may(900, third), may(50, one)),
        DeviceId("w"): (may(300, third),),
    }

    assert grouped(found, LIKELY) == {(one, other): ["x", "y"], (third,): ["z"]}


SPELLS = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 2000)), max_size=6).map(
    lambda raw: tuple(_apart(sorted(raw)))
)


def _apart(raw: Iterable[tuple[int, int]]) -> Iterable[Spell]:
    last = -1
    for fell, length in raw:
        if fell > last:
            last = fell + length
            yield fell, last


@given(st.lists(SPELLS, min_size=6, max_size=6), st.integers(0, 10**9))
def test_neither_when_it_was_nor_the_order_of_devices_changes_the_odds(
    spells: list[tuple[Spell, ...]], later: int
) -> None:
    town = Town(switches=2, each=2)
    names = ["sw-00", "sw-01", *town.truth]
    plain = Falls(of=dict(zip(names, spells, strict=True)))
    moved = Falls(
        of={
            name: tuple((fell + later, rose + later) for fell, rose in own)
            for name, own in reversed(list(plain.of.items()))
        }
    )

    one = companions(plain, [*town.truth], town.network())
    other = companions(moved, [*reversed(town.truth)], town.network())

    def odds(found: dict[DeviceId, tuple[Candidate, ...]]) -> dict[DeviceId, list[object]]:
        return {d: [(c.parent, c.permille, c.apart) for c in all_] for d, all_ in found.items()}

    assert odds(one) == odds(other)
    assert all(0 < c.permille <= 990 for all_ in one.values() for c in all_)
    assert all(sum(c.permille for c in all_) <= 1000 for all_ in one.values())
