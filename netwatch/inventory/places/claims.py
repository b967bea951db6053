"""A line, the source's names and the network's word -> what each witness claims of the line."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from netwatch.inventory.places.descriptions import LineKey, Reader
from netwatch.inventory.places.evidence import RELIABILITY, SHARED_LOGIN, Claim, Spot, Witness
from netwatch.inventory.places.gear import Names
from netwatch.inventory.places.ground import Ground
from netwatch.inventory.places.records import CircuitSeen, LineRecord
from netwatch.inventory.places.spelling import Nearby, mac_key, serial_key
from netwatch.model.names import DeviceId
from netwatch.model.network import DeviceKind

MOST_SPOTS: Final = 8
"""A word that fits more spots says too little to be counted."""
LEAST_SERIAL: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All that the network showed, ready to be looked up."""

    ground: Ground
    descriptions: Mapping[LineKey, Mapping[Witness, set[Spot]]]
    sessions: Mapping[str, str]
    """MAC by login."""
    circuits: Mapping[str, CircuitSeen]
    bearers: Counter[str]
    """How many lines bear a login."""
    near_serials: Nearby
    reader: Reader


def of_network(line: LineRecord, key: LineKey, shown: Shown) -> list[Claim]:
    """Return what the network says of a line."""
    claims = _by_serial(line, shown)
    for witness, spots in shown.descriptions.get(key, {}).items():
        if witness is not Witness.ADDRESS:
            _add(claims, witness, tuple(sorted(spots)))
    macs = {mac_key(mac): RELIABILITY[Witness.MAC] for mac in line.macs if mac_key(mac)}
    for login in line.logins:
        mac = shown.sessions.get(login.lower())
        if mac and mac not in macs:
            macs[mac] = _trust(login, Witness.MAC, shown)
    for mac, trust in sorted(macs.items()):
        _add(claims, Witness.MAC, shown.ground.by_mac.get(mac, ()), trust)
    return claims


def of_circuit(
    line: LineRecord, claims: list[Claim], hint: DeviceId | None, shown: Shown
) -> list[Claim]:
    """Return what circuit ids say; ``claims`` and ``hint`` tell which OLT if they do not."""
    hints = {spot.device for claim in claims for spot in claim.spots}
    hints |= {hint} if hint else set()
    found: list[Claim] = []
    trusted = {f"l:{login.lower()}": _trust(login, Witness.CIRCUIT, shown) for login in line.logins}
    for key in (
        *trusted,
        *(f"m:{mac_key(mac)}" for mac in line.macs),
        *(f"a:{address}" for address in line.addresses),
    ):
        seen = shown.circuits.get(key)
        if seen is not None:
            spots = shown.ground.circuit(seen.circuit, tuple(sorted(hints)))
            _add(found, Witness.CIRCUIT, spots, trusted.get(key, RELIABILITY[Witness.CIRCUIT]))
    if line.circuit:
        _add(found, Witness.CIRCUIT, shown.ground.circuit(line.circuit, tuple(sorted(hints))))
    return found


def of_address(line: LineRecord, key: LineKey, claims: list[Claim], shown: Shown) -> list[Claim]:
    """Return what descriptions say by the address, on gear that others name if any do.

    The same street is in many a town, and many homes are in one house.
    """
    spots = shown.descriptions.get(key, {}).get(Witness.ADDRESS, set())
    devices = {spot.device for claim in claims for spot in claim.spots}
    near = tuple(sorted(spot for spot in spots if not devices or spot.device in devices))
    found: list[Claim] = []
    trust = RELIABILITY[Witness.ADDRESS] / shown.reader.neighbours(line)
    _add(found, Witness.ADDRESS, near, trust)
    return found


def of_person(
    onus: Mapping[LineKey, frozenset[str]], hung: Mapping[LineKey, DeviceId], ground: Ground
) -> dict[LineKey, tuple[Claim, ...]]:
    """Return what people said: which line hangs on which ONU, or device."""
    found: dict[LineKey, tuple[Claim, ...]] = {}
    for key, serials in onus.items():
        claims: list[Claim] = []
        for serial in sorted(serials):
            _add(claims, Witness.PERSON, tuple(sorted(ground.by_serial.get(serial, ()))))
        found[key] = tuple(claims)
    for key, device in hung.items():
        spots = _spots_of(device, ground) or (Spot(device),)
        trust = RELIABILITY[Witness.PERSON]
        found[key] = (*found.get(key, ()), Claim(Witness.PERSON, spots, trust))
    return found


def _spots_of(device: DeviceId, ground: Ground) -> tuple[Spot, ...]:
    """Return the spots that an ONU or passive plant stands for; none for other gear."""
    known = ground.devices.get(device)
    if known is not None and known.kind is DeviceKind.ONU:
        return tuple(ground.by_serial.get(serial_key(known.serial or ""), ()))
    return (ground.upstream[device],) if device in ground.upstream else ()


def of_record(line: LineRecord, source: str, names: Names, ground: Ground) -> list[Claim]:
    """Return what the source says of gear and port."""
    device = names.devices.get((source, line.gear)) if line.gear else None
    if device is None:
        return []
    known = ground.devices.get(device)
    if known is not None and known.kind is DeviceKind.ONU:
        spots = ground.by_serial.get(serial_key(known.serial or ""), [])
        return [Claim(Witness.RECORD, tuple(spots), RELIABILITY[Witness.RECORD])] if spots else []
    if device in ground.upstream:
        return [Claim(Witness.RECORD, (ground.upstream[device],), RELIABILITY[Witness.RECORD])]
    other = names.ports.get((source, device, line.port))
    learnt = (source, line.gear) in names.learnt or other
    witness = Witness.RENAMED if learnt else Witness.RECORD
    spot = Spot(device, other) if other else ground.spot(device, line.port)
    return [Claim(witness, (spot,), RELIABILITY[witness])]


def _by_serial(line: LineRecord, shown: Shown) -> list[Claim]:
    serial = serial_key(line.onu_serial)
    if not serial:
        return []
    witness, ground = Witness.SERIAL, shown.ground
    if serial not in ground.by_serial:
        witness = Witness.SERIAL_NEAR
        serial = shown.near_serials.of(serial) if len(serial) >= LEAST_SERIAL else ""
    spots = ground.by_serial.get(serial, [])
    working = [spot for spot in spots if spot in ground.working]
    claims: list[Claim] = []
    _add(claims, witness, tuple(sorted(working or spots)))
    return claims


def _add(
    claims: list[Claim], witness: Witness, spots: tuple[Spot, ...], trust: float | None = None
) -> None:
    if 0 < len(spots) <= MOST_SPOTS:
        claims.append(Claim(witness, spots, RELIABILITY[witness] if trust is None else trust))


def _trust(login: str, witness: Witness, shown: Shown) -> float:
    return RELIABILITY[witness] * (SHARED_LOGIN if shown.bearers[login.lower()] > 1 else 1.0)
