"""A made-up operator: who truly hangs where, what its records say, and what its network shows."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import IPv4Address
from random import Random

from netwatch.inventory.places.evidence import Spot
from netwatch.inventory.places.records import (
    Extract,
    GearRecord,
    LineRecord,
    MacSeen,
    OnuSeen,
    SessionSeen,
    Sightings,
)
from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network

NIGHT = datetime(2026, 11, 14, 2, 0, tzinfo=UTC)
STREETS = ("Polna", "Krótka", "Długa", "Źródlana", "Lipowa", "Ogrodowa", "Szkolna", "Leśna")
SOURCE = "billing"


@dataclass(slots=True)
class Home:
    """A customer's line as it truly is."""

    number: int
    olt: int
    port: int
    onu: int
    serial: str
    mac: str
    street: str
    house: str

    @property
    def key(self) -> tuple[str, str]:
        return SOURCE, f"N{self.number:05d}"

    @property
    def login(self) -> str:
        return f"user{self.number:05d}"

    @property
    def truth(self) -> tuple[str, str, str]:
        return f"olt-{self.olt}", f"0/1/{self.port}", self.serial


@dataclass(slots=True)
class Operator:
    """Homes, and what is wrong with the papers about them."""

    homes: list[Home] = field(default_factory=list)
    records: dict[int, LineRecord] = field(default_factory=dict)
    onus: dict[int, OnuSeen] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    """Homes without session and MAC tonight."""

    def extract(self) -> Extract:
        gear = {f"G{home.olt}": home.olt for home in self.homes}
        return Extract(
            source=SOURCE,
            taken_at=NIGHT,
            gear=tuple(
                GearRecord(key=key, name=f"OLT {olt}", address=str(address(olt)))
                for key, olt in sorted(gear.items())
            ),
            lines=tuple(self.records[number] for number in sorted(self.records)),
        )

    def sightings(self) -> Sightings:
        lit = [home for home in self.homes if home.number not in self.silent]
        return Sightings(
            taken_at=NIGHT,
            onus=tuple(self.onus[number] for number in sorted(self.onus)),
            macs=tuple(
                seen
                for home in lit
                for seen in (
                    MacSeen(device=DeviceId(home.truth[0]), port=home.truth[1], mac=home.mac),
                    MacSeen(device=DeviceId("sw-1"), port="24", mac=home.mac),
                )
            ),
            sessions=tuple(
                SessionSeen(login=home.login, mac=home.mac, seen_at=NIGHT) for home in lit
            ),
        )

    def network(self) -> Network:
        olts = sorted({home.olt for home in self.homes})
        devices = [Device(id=DeviceId("sw-1"), kind=DeviceKind.SWITCH)]
        devices += [
            Device(id=DeviceId(f"olt-{olt}"), kind=DeviceKind.OLT, address=address(olt))
            for olt in olts
        ]
        return Network(devices={device.id: device for device in devices})

    def truth(self) -> dict[tuple[str, str], tuple[str, str, str]]:
        return {home.key: home.truth for home in self.homes}

    def add(self, home: Home) -> None:
        """Let a home be built, recorded and lit without a mistake."""
        self.homes.append(home)
        self.records[home.number] = LineRecord(
            key=home.key[1],
            subscriber=f"S{home.number:05d}",
            gear=f"G{home.olt}",
            port=f"0/1/{home.port}",
            onu_serial=home.serial,
            logins=(home.login,),
            street=f"ul. {home.street}",
            house=home.house,
            town="Dolina",
        )
        self.seen(home)

    def seen(self, home: Home) -> None:
        """Let the OLT's table show the home as it truly is."""
        self.onus[home.number] = OnuSeen(
            olt=DeviceId(home.truth[0]),
            port=home.truth[1],
            serial=home.serial,
            description=f"{home.login} {home.street} {home.house}",
            state="online",
            onu=str(home.onu),
        )

    def amend(self, number: int, **change: object) -> None:
        """Change a record."""
        self.records[number] = replace(self.records[number], **change)  # type: ignore[arg-type] - a test


def address(olt: int) -> IPv4Address:
    """Return an OLT's address."""
    return IPv4Address("127.20.0.0") + olt


def build(lines: int, olts: int = 4, ports: int = 8, seed: int = 1) -> Operator:
    """Build a clean operator of ``lines`` homes."""
    chance = Random(seed)
    operator = Operator()
    for number in range(lines):
        port = number // olts
        operator.add(
            Home(
                number=number,
                olt=number % olts + 1,
                port=port % ports,
                onu=port // ports + 1,
                serial=f"HWTC{chance.randrange(1 << 32):08X}",
                mac=f"02{chance.randrange(1 << 40):010X}",
                street=STREETS[number // 40 % len(STREETS)] + ("" if number < 320 else f" {'abcdefghij'[number // 320 % 10]}{'klmnopqrst'[number // 3200 % 10]}"),
                house=str(number % 40 + 1),
            )
        )
    return operator


def mess_up(operator: Operator, seed: int = 2) -> None:
    """Let life happen: wrong ports, stale serials, shared logins, typos, lines without ONU."""
    chance = Random(seed)
    for home in operator.homes:
        number, dice = home.number, chance.random()
        record = operator.records[number]
        if dice < 0.03:
            operator.amend(number, port=f"0/1/{(home.port + 1 + chance.randrange(6)) % 8}")
        elif dice < 0.05:
            operator.amend(number, onu_serial=f"HWTC{chance.randrange(1 << 32):08X}")
        elif dice < 0.06:
            other = operator.homes[chance.randrange(len(operator.homes))]
            operator.amend(number, logins=(other.login,))
        elif dice < 0.09:
            operator.amend(number, street=record.street[:-1] + "x")
        elif dice < 0.14:
            operator.amend(number, onu_serial="")
            del operator.onus[number]
        elif dice < 0.16:
            operator.amend(number, onu_serial="")
            operator.onus[number] = replace(operator.onus[number], description="")
        if chance.random() < 0.2:
            operator.silent.add(number)


def right(spot: Spot | None, truth: tuple[str, str, str]) -> bool:
    """Say whether a place is true as far as it goes."""
    return spot is not None and all(
        said in ("", real)
        for said, real in zip((spot.device, spot.port, spot.serial), truth, strict=True)
    )
