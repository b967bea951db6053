"""The provider as its records and its network show it: with the mess of life, and the truth."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime

from netwatch.inventory.places.place import Place
from netwatch.inventory.places.records import (
    CircuitSeen,
    ContactRecord,
    Extract,
    GearRecord,
    LineRecord,
    MacSeen,
    OnuSeen,
    SessionSeen,
    Sightings,
    WireRecord,
)
from netwatch.inventory.places.spelling import port_key
from netwatch.model.names import DeviceId
from tests.operator.homes import Box, Home, Olt, Operator, chance

EVENING = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
MODELS = {"huawei": "MA5608T", "vsol": "V1600D8", "bdcom": "P3616-2TE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Where one line really ends."""

    line: str
    gear: str
    port: str
    serial: str = ""
    onu: str = ""


def truth(operator: Operator) -> dict[str, Truth]:
    """Return where each line really ends, by its key."""
    return {
        home.key: Truth(
            line=home.key, gear=home.gear, port=home.port, serial=home.serial, onu=home.onu
        )
        for home in operator.homes
    }


def right(place: Place, true: Truth) -> bool:
    """Say whether a line is placed where it is; its port or device alone is right too."""
    spot = place.spot
    return (
        spot is not None
        and spot.device == true.gear
        and (not spot.port or port_key(spot.port) == port_key(true.port))
        and spot.serial in ("", true.serial)
    )


def extract(operator: Operator, *, source: str = "lms", at: datetime = EVENING) -> Extract:
    """Return what the billing system says: 3 % wrong ports, 2 % stale ONUs, typos, twins."""
    olts = {olt.id: olt for olt in operator.olts}
    boxes = {box.id: box for box in operator.boxes}
    return Extract(
        source=source,
        taken_at=at,
        gear=(
            *(_olt_gear(olt) for olt in operator.olts),
            *(_box_gear(box) for box in operator.boxes),
        ),
        wires=tuple(_wires(operator)),
        lines=tuple(line_of(operator, home, olts, boxes) for home in operator.homes),
    )


def line_of(
    operator: Operator, home: Home, olts: dict[str, Olt], boxes: dict[str, Box]
) -> LineRecord:
    """Return one line as the billing system has it."""
    seed, key = operator.seed, home.key
    olt = olts.get(home.gear)
    said_port = home.was_port or home.port
    knows_serial = chance(seed, key, "serial") < 0.45
    return LineRecord(
        key=key,
        subscriber=home.subscriber,
        gear=olt.key if olt else boxes[home.gear].key,
        port=str(olt.ports.index(said_port) + 1) if olt else home.port,
        onu_serial=(home.was_serial or home.serial) if knows_serial else "",
        logins=(_login(operator, home),),
        macs=(home.mac.upper(),) if chance(seed, key, "mac") < 0.6 else (),
        addresses=(home.address,),
        street=typo(home.street, f"{seed}/{key}")
        if chance(seed, key, "typo") < 0.03
        else home.street,
        house=home.house,
        town=home.town,
        plan=home.plan,
    )


def sightings(operator: Operator, *, at: datetime = EVENING) -> Sightings:
    """Return what ONU tables, bridge tables, circuit ids and sessions would show."""
    olts = {olt.id: olt for olt in operator.olts}
    fibre = [(home, olts[home.gear]) for home in operator.homes if home.gear in olts]
    awake = [home for home in operator.homes if home.online]
    seed = operator.seed
    return Sightings(
        onus=tuple(_onu(operator, home) for home, _ in fibre),
        macs=tuple(
            MacSeen(device=DeviceId(home.gear), port=_bridge_port(home, olts), mac=home.mac)
            for home in awake
            if chance(seed, home.key, "bridge") < 0.9
        ),
        circuits=tuple(
            CircuitSeen(mac=home.mac, address=home.address, circuit=circuit, seen_at=at)
            for home, olt in fibre
            if home.online and chance(seed, home.key, "circuit") < 0.6
            if (circuit := _circuit(home, olt))
        ),
        sessions=tuple(
            SessionSeen(
                login=home.login, mac=home.mac, address=home.address, nas="10.20.0.1", seen_at=at
            )
            for home in awake
            if chance(seed, home.key, "session") < 0.97
        ),
        taken_at=at,
    )


def contacts(operator: Operator) -> tuple[ContactRecord, ...]:
    """Return how to reach each customer: plainly made up."""
    return tuple(
        ContactRecord(
            subscriber=home.subscriber,
            name=f"Przykład {home.subscriber}",
            phone=f"+4855{int(home.subscriber):07d}",
            email=f"k{home.subscriber}@example.com",
            language="pl",
            consent=chance(operator.seed, home.key, "consent") < 0.95,
        )
        for home in operator.homes
    )


def typo(word: str, key: str) -> str:
    """Return a word as a tired clerk types it: two letters swapped, or one lost."""
    dice = random.Random(key)  # noqa: S311 - no secret
    at = dice.randrange(1, len(word) - 2)
    if dice.random() < 0.5:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :]


def _login(operator: Operator, home: Home) -> str:
    return operator.twins.get(home.key, home.login)


def _onu(operator: Operator, home: Home) -> OnuSeen:
    return OnuSeen(
        olt=DeviceId(home.gear),
        port=home.port,
        serial=home.serial,
        description=_description(operator, home),
        state="online" if home.online else "offline",
        onu=home.onu,
    )


def _description(operator: Operator, home: Home) -> str:
    dice = chance(operator.seed, home.key, "description")
    where = f"{home.street} {home.house}" + (f"/{home.flat}" if home.flat else "")
    if dice < 0.35:
        return home.login
    if dice < 0.55:
        return f"ID{home.subscriber}"
    if dice < 0.70:
        return where.upper()
    if dice < 0.80:
        return f"{typo(home.street, home.key)} {home.house}"
    return "" if dice < 0.95 else "nowy klient"


def _bridge_port(home: Home, olts: dict[str, Olt]) -> str:
    """A V-SOL's bridge table names the PON port alone, the others' the ONU as well."""
    olt = olts.get(home.gear)
    if olt is None or olt.make == "vsol":
        return home.port
    return f"{home.port}:{home.onu}"


def _circuit(home: Home, olt: Olt) -> str:
    if olt.make == "huawei":
        return f"{olt.id} xpon {home.port}:{home.onu}.1.1"
    if olt.make == "bdcom":
        return f"{home.port}:{home.onu}"
    return ""


def _olt_gear(olt: Olt) -> GearRecord:
    return GearRecord(
        key=olt.key, name=olt.id.upper(), kind="olt", model=MODELS[olt.make], address=olt.address,
        location=olt.town, ports=len(olt.ports),
    )  # fmt: skip


def _box_gear(box: Box) -> GearRecord:
    return GearRecord(
        key=box.key, name=box.id.upper(), kind=box.kind, address=box.address, ports=box.ports,
        location=f"{box.town}, {box.street}" if box.street else box.town,
    )  # fmt: skip


def _wires(operator: Operator) -> list[WireRecord]:
    wires = [
        WireRecord(a=box.up, a_port=box.up_port, b=box.key) for box in operator.boxes if box.up
    ]
    wires += [
        WireRecord(a=str(300 + int(olt.key) - 100), a_port="24", b=olt.key) for olt in operator.olts
    ]
    return wires


def inventory_text(operator: Operator) -> str:
    """Return the inventory that stands beside it: what can be pinged, and how it hangs together."""
    lines = ["vantage: core-1", "devices:"]
    for box in operator.boxes:
        if box.kind == "router":
            lines.append(f"  - {{id: {box.id}, kind: router, address: {box.address}}}")
        if box.kind == "switch":
            lines.append(
                f"  - {{id: {box.id}, kind: switch, address: {box.address}, uplink: [core-1]}}"
            )
    for olt in operator.olts:
        switch = f"sw-{olt.id.removeprefix('olt-')}"
        lines.append(f"  - {{id: {olt.id}, kind: olt, address: {olt.address}, uplink: [{switch}]}}")
    return "\n".join(lines) + "\n"
