"""Who really hangs where: 40 OLTs and 18,000 homes, the same for the same seed."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

MAKES: Final = ("huawei", "vsol", "bdcom")
STREETS: Final = (
    "Polna", "Krótka", "Leśna", "Ogrodowa", "Lipowa", "Brzozowa", "Akacjowa", "Słoneczna",
    "Kwiatowa", "Dębowa", "Łąkowa", "Sportowa", "Szkolna", "Kościelna", "Parkowa", "Wiśniowa",
    "Zielona", "Klonowa", "Świerkowa", "Górna", "Dolna", "Młyńska", "Rzeczna", "Cicha",
)  # fmt: skip
TOWNS: Final = (
    "Dolina", "Górki Małe", "Zalesie Nowe", "Brzegowo", "Wólka Cicha", "Sosnowiczki", "Łęg Dolny",
    "Kamionka Stara",
)  # fmt: skip
PLANS: Final = ("Internet 300", "Internet 600", "Internet 1000")
HOMES_A_SPLITTER: Final = 40
PREFIXES: Final = {"huawei": "HWTC", "vsol": "VSOL", "bdcom": "BDCM"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the provider is."""

    olts: int
    devices: int
    """All gear, splitters included."""
    lines: int


SMALL: Final = Size(olts=4, devices=40, lines=400)
FULL: Final = Size(olts=40, devices=600, lines=18_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Olt:
    """An OLT; ``id`` is its name in the inventory, ``key`` its number in the billing system."""

    id: str
    key: str
    make: str
    address: str
    town: str
    ports: tuple[str, ...]
    """PON ports as its own tables name them; the billing system counts them from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A switch, a router or a splitter."""

    id: str
    key: str
    kind: str
    address: str = ""
    up: str = ""
    """Key of what it hangs on."""
    up_port: str = ""
    town: str = ""
    street: str = ""
    ports: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One line as it really is."""

    key: str
    """The node in the billing system."""
    subscriber: str
    login: str
    mac: str
    address: str
    town: str
    street: str
    house: str
    flat: str
    plan: str
    gear: str
    """Inventory id of the OLT, or of the switch where there is no ONU."""
    port: str
    onu: str = ""
    """Its number on the port."""
    serial: str = ""
    """Empty: no ONU, the line ends on a switch."""
    was_serial: str = ""
    """The ONU that stood here before, where the records still have it."""
    was_port: str = ""
    online: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """The whole provider, as it is."""

    seed: int
    size: Size
    olts: tuple[Olt, ...]
    boxes: tuple[Box, ...]
    homes: tuple[Home, ...]
    twins: Mapping[str, str] = field(default_factory=dict)
    """Lines that bear another line's login in the billing system, and which."""

    def olt(self, gear: str) -> Olt | None:
        return next((olt for olt in self.olts if olt.id == gear), None)


def make_operator(size: Size = SMALL, seed: int = 1) -> Operator:
    """Return the provider of this size and seed."""
    olts = tuple(_olts(size))
    boxes = tuple(_boxes(size, olts))
    homes = tuple(_homes(size, seed, olts, boxes))
    dice = random.Random(f"{seed}/twins")  # noqa: S311 - the same provider for the same seed
    chosen = dice.sample(range(size.lines), max(2, size.lines // 900))
    twins = {homes[at].key: homes[at - 1].login for at in chosen}
    return Operator(seed=seed, size=size, olts=olts, boxes=boxes, homes=homes, twins=twins)


def chance(seed: int, key: str, what: str) -> float:
    """Return a number in 0..1 that hangs on nothing but its names."""
    return random.Random(f"{seed}/{key}/{what}").random()  # noqa: S311 - no secret


def serial_of(make: str, number: int) -> str:
    """Return an ONU's serial as this make's tables write it."""
    return f"{PREFIXES[make]}{number * 2_654_435_761 % 2**32:08X}"


def mac_of(number: int) -> str:
    """Return a locally administered MAC: 02:..., no maker's."""
    raw = f"02{number * 40_503 % 2**40:010x}"
    return ":".join(raw[at : at + 2] for at in range(0, 12, 2))


def _olts(size: Size) -> Iterator[Olt]:
    for number in range(1, size.olts + 1):
        make = MAKES[number % len(MAKES)]
        yield Olt(
            id=f"olt-{number:02d}",
            key=str(100 + number),
            make=make,
            address=f"10.20.{number}.2",
            town=TOWNS[number % len(TOWNS)],
            ports=ports_of(make),
        )


def ports_of(make: str) -> tuple[str, ...]:
    """Return the PON ports of one OLT, by the names that its tables use."""
    if make == "huawei":
        return tuple(f"0/{slot}/{port}" for slot in (1, 2) for port in range(8))
    if make == "vsol":
        return tuple(f"0/{port}" for port in range(1, 9))
    return tuple(f"epon0/{port}" for port in range(1, 17))


def _boxes(size: Size, olts: tuple[Olt, ...]) -> Iterator[Box]:
    yield Box(id="core-1", key="1", kind="router", address="10.20.0.1", town="Dolina")
    for olt in olts:
        number = int(olt.key) - 100
        yield Box(
            id=f"sw-{number:02d}", key=str(300 + number), kind="switch", up="1", town=olt.town,
            up_port=str(number), address=f"10.20.{number}.1",
        )  # fmt: skip
    left = size.devices - 1 - 2 * len(olts)
    for number in range(left):
        olt = olts[number % len(olts)]
        turn = number // len(olts)
        yield Box(
            id=f"spl-{number:03d}",
            key=str(1000 + number),
            kind="splitter",
            up=olt.key,
            up_port=str(turn % len(olt.ports) + 1),
            town=olt.town,
            street=STREETS[(number * 7) % len(STREETS)],
            ports=64,
        )


def _homes(size: Size, seed: int, olts: tuple[Olt, ...], boxes: tuple[Box, ...]) -> Iterator[Home]:
    switches = [box for box in boxes if box.kind == "switch"]
    each = size.lines // len(olts)
    used: dict[tuple[str, str], int] = {}
    for number in range(size.lines):
        olt = olts[min(number // each, len(olts) - 1)]
        turn = number % each
        at = turn * len(olt.ports) // each % len(olt.ports)
        yield home_at(seed, number, olt, olt.ports[at], turn, used, switches)


def home_at(  # noqa: PLR0917 - called in two places, with all of them
    seed: int, number: int, olt: Olt, port: str, turn: int, used: dict[tuple[str, str], int],
    switches: list[Box],
) -> Home:  # fmt: skip
    """Return the home of this number: its street follows its port, as cables do."""
    key = str(20_000 + number)
    wired = chance(seed, key, "switch") < 0.05
    switch = switches[(int(olt.key) - 101) % len(switches)]
    gear = switch.id if wired else olt.id
    at = str(used.get((switch.id, ""), 0) + 1) if wired else port
    used[(switch.id, "")] = used.get((switch.id, ""), 0) + wired
    onu = used.get((olt.id, port), 0) + 1
    used[(olt.id, port)] = onu
    stale = chance(seed, key, "stale") < 0.02
    street = STREETS[(int(olt.key) * 5 + olt.ports.index(port)) % len(STREETS)]
    return Home(
        key=key,
        subscriber=str(5_000 + number),
        login=f"u{5_000 + number}",
        mac=mac_of(number + 1),
        address=f"100.{64 + number // 65_536}.{number // 256 % 256}.{number % 256}",
        town=olt.town,
        street=street,
        house=str(1 + turn // 3 * 2 % 120),
        flat=str(1 + number % 12) if chance(seed, key, "flat") < 0.4 else "",
        plan=PLANS[number % len(PLANS)],
        gear=gear,
        port=at,
        onu="" if wired else str(onu),
        serial="" if wired else serial_of(olt.make, number + 1),
        was_serial=serial_of(olt.make, number + 900_001) if stale and not wired else "",
        was_port=_another(olt, port, number) if chance(seed, key, "port") < 0.03 else "",
        online=chance(seed, key, "online") < 0.97,
    )


def _another(olt: Olt, port: str, number: int) -> str:
    others = [other for other in olt.ports if other != port]
    return others[number % len(others)]
