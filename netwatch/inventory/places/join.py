"""Lines x sightings x gear x inventory -> where each line hangs, and what a person must say."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from netwatch.inventory.places import claims as claiming
from netwatch.inventory.places.claims import Shown
from netwatch.inventory.places.contest import settle
from netwatch.inventory.places.descriptions import LineKey, Reader, by_line
from netwatch.inventory.places.evidence import (
    OF_LOGINS,
    OF_RECORDS,
    WEAK,
    Candidate,
    Claim,
    Spot,
    Witness,
    permille,
    weigh,
)
from netwatch.inventory.places.gear import GearKey, Names, learn, resolve
from netwatch.inventory.places.ground import Ground, latest_circuits, latest_sessions, survey
from netwatch.inventory.places.place import LIKELY, SURE, Doubt, Home, Place, Word
from netwatch.inventory.places.records import Extract, LineRecord, Sightings
from netwatch.inventory.places.spelling import Nearby, house_key, serial_key, street_key
from netwatch.model.names import DeviceId
from netwatch.model.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What people answered that bears on the join."""

    gear: Mapping[GearKey, DeviceId] = field(default_factory=dict)
    ignored: frozenset[GearKey] = frozenset()
    believed: Mapping[frozenset[Witness], Witness] = field(default_factory=dict)
    """Of two witnesses that differ, the one to believe."""
    not_renamed: frozenset[tuple[str, DeviceId, str]] = frozenset()
    onus: Mapping[LineKey, frozenset[str]] = field(default_factory=dict)
    """Serials of the ONUs that a line hangs on, as somebody said."""
    hung: Mapping[LineKey, DeviceId] = field(default_factory=dict)
    """The device that a line hangs on, as somebody said after an outage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Every active line, once, in the order of keys; and what stands in the way."""

    places: tuple[Place, ...]
    unknown_gear: Mapping[GearKey, int]
    """Gear that is not in the inventory, and how many lines name it."""
    learnt_gear: Mapping[GearKey, DeviceId]
    renamed: Mapping[tuple[str, DeviceId, str], tuple[str, int]]
    """Ports by another name in a source: the network's name, and how many lines say so."""
    shared_logins: Mapping[str, int]
    tied: Mapping[Spot, tuple[LineKey, ...]]
    seen: frozenset[DeviceId] = frozenset()
    """Devices that showed anything."""
    onus: Mapping[str, tuple[Spot, ...]] = field(default_factory=dict)
    """Where each ONU is seen, by serial."""
    slots: Mapping[tuple[DeviceId, str, str], Spot] = field(default_factory=dict)
    """Which ONU is seen at each OLT, port and number."""


def join(
    extracts: Sequence[Extract], sightings: Sightings, network: Network, trust: Trust | None = None
) -> Joined:
    """Place every active line by all that is said of it.

    Pure, and blind to the order of its input: the same words in another order place the same.
    """
    trust = trust or Trust()
    lines = _lines(extracts)
    shown = _shown(lines, sightings, network)
    gear = [(extract.source, one) for extract in extracts for one in extract.gear]
    used = Counter((key[0], line.gear) for key, line in lines.items() if line.gear)
    names = resolve(gear, used, shown.ground, trust.gear)
    seen = {key: claiming.of_network(line, key, shown) for key, line in lines.items()}
    learn(names, _seen_at(lines, seen, shown.ground), shown.ground)
    for wrong in trust.not_renamed:
        names.ports.pop(wrong, None)
    told = claiming.of_person(trust.onus, trust.hung, shown.ground)
    said = {
        key: _believed(
            (*told.get(key, ()), *_all_claims(line, key, seen[key], names, shown)), trust
        )
        for key, line in lines.items()
    }
    twins = frozenset(
        key
        for key, line in lines.items()
        if any(shown.bearers[login.lower()] > 1 for login in line.logins)
    )
    places, tied = _place_all(lines, said, shown.ground, twins)
    return Joined(
        places=places,
        unknown_gear={
            key: count
            for key, count in sorted(used.items())
            if key not in names.devices and key not in trust.ignored
        },
        learnt_gear={key: names.devices[key] for key in sorted(names.learnt)},
        renamed=_renamed(lines, names),
        shared_logins={login: n for login, n in sorted(shown.bearers.items()) if n > 1},
        tied={spot: tuple(sorted(who)) for spot, who in sorted(tied.items())},
        seen=shown.ground.seen,
        onus={serial: tuple(spots) for serial, spots in sorted(shown.ground.by_serial.items())},
        slots=dict(sorted(shown.ground.by_number.items())),
    )


def _lines(extracts: Sequence[Extract]) -> dict[LineKey, LineRecord]:
    """Return active lines by key; of two with one key the lesser in text, whatever the order."""
    found: dict[LineKey, LineRecord] = {}
    for extract in extracts:
        for line in extract.lines:
            key = (extract.source, line.key)
            if line.active and (key not in found or repr(line) < repr(found[key])):
                found[key] = line
    return dict(sorted(found.items()))


def _shown(lines: Mapping[LineKey, LineRecord], sightings: Sightings, network: Network) -> Shown:
    ground = survey(sightings, network)
    reader = Reader.of(lines.items())
    return Shown(
        ground=ground,
        descriptions=by_line(ground.descriptions, reader),
        sessions=latest_sessions(sightings),
        circuits=latest_circuits(sightings),
        bearers=Counter(login.lower() for line in lines.values() for login in set(line.logins)),
        near_serials=Nearby(ground.by_serial, claiming.LEAST_SERIAL),
        reader=reader,
    )


def _seen_at(
    lines: Mapping[LineKey, LineRecord], seen: Mapping[LineKey, list[Claim]], ground: Ground
) -> Iterable[tuple[GearKey, str, Spot]]:
    """Yield, of lines that the network shows at one spot, what the record says of gear and port."""
    for key, line in lines.items():
        if not line.gear or not seen[key]:
            continue
        best = weigh(tuple(seen[key]), ground.places)
        if permille(best[0], best, ground.places) >= LIKELY:
            yield (key[0], line.gear), line.port, best[0].spot


def _all_claims(
    line: LineRecord, key: LineKey, seen: list[Claim], names: Names, shown: Shown
) -> tuple[Claim, ...]:
    of_record = claiming.of_record(line, key[0], names, shown.ground)
    hint = names.devices.get((key[0], line.gear))
    circuits = claiming.of_circuit(line, seen, hint, shown)
    found = [*seen, *circuits, *of_record]
    return (*found, *claiming.of_address(line, key, found, shown))


def _believed(claims: tuple[Claim, ...], trust: Trust) -> tuple[Claim, ...]:
    """Leave out the words that a person said not to believe against others, or denied."""
    told = [claim for claim in claims if claim.witness is Witness.PERSON]
    if told:
        claims = tuple(
            claim
            for claim in claims
            if claim.witness not in OF_RECORDS | WEAK
            or any(not claim.denies(spot) for one in told for spot in one.spots)
        )
    if not trust.believed:
        return claims
    dropped = {
        claim
        for claim in claims
        for other in claims
        if trust.believed.get(frozenset({claim.witness, other.witness})) is other.witness
        and other.witness is not claim.witness
        and all(other.denies(spot) for spot in claim.spots)
    }
    return tuple(claim for claim in claims if claim not in dropped)


def _place_all(
    lines: Mapping[LineKey, LineRecord],
    said: Mapping[LineKey, tuple[Claim, ...]],
    ground: Ground,
    twins: Container[LineKey],
) -> tuple[tuple[Place, ...], dict[Spot, set[LineKey]]]:
    places = ground.places
    wishes = {key: weigh(claims, places) for key, claims in said.items()}

    def together(one: LineKey, other: LineKey, spot: Spot) -> bool:
        return _one_home(lines[one], lines[other], spot)

    got, lost, tied = settle(wishes, together)
    placed = []
    for key, line in lines.items():
        left = tuple(one for one in wishes[key] if one.spot not in lost.get(key, ()))
        chosen, odds = _choose(got.get(key), left, places)
        if chosen is None and key in lost:  # all it had was an ONU that several claim alike
            shared = [spot for spot in sorted(lost[key]) if key in tied.get(spot, ())]
            chosen = shared[0].port_alone if shared else None
        placed.append(
            _place(
                key,
                line,
                spot=chosen,
                odds=odds,
                claims=said[key],
                lost=any(claim.names(one) for one in lost.get(key, ()) for claim in said[key]),
                ground=ground,
                twin=key in twins,
            )
        )
    earnest = {
        spot: who
        for spot, who in tied.items()
        if any(claim.names(spot) for key in who for claim in said[key])
    }
    return tuple(placed), earnest


def _choose(
    best: Candidate | None, left: tuple[Candidate, ...], places: int
) -> tuple[Spot | None, int]:
    """Return the best spot, or the port or device that all good ones share, and its odds."""
    if best is None:
        return None, 0
    odds = permille(best, left, places)
    for spot in (best.spot.port_alone, Spot(best.spot.device)):
        if odds >= LIKELY:
            break
        best = replace(best, spot=spot)
        odds = permille(best, left, places)
    return (best.spot, odds) if odds >= LIKELY else (None, odds)


def _place(
    key: LineKey,
    line: LineRecord,
    *,
    spot: Spot | None,
    odds: int,
    claims: tuple[Claim, ...],
    lost: bool,
    ground: Ground,
    twin: bool,
) -> Place:
    named = {one for claim in claims for one in claim.spots if claim.names(one)}
    differ = spot is not None and not spot.serial and len(named) > 1
    against = {
        Word(witness=claim.witness, spot=one)
        for claim in claims
        for one in claim.spots
        if spot is None or claim.denies(spot) or (differ and one in named)
    }
    witnesses = {claim.witness for claim in claims if spot and claim.supports(spot)}
    witnesses |= {
        claim.witness
        for claim in claims
        if spot and not spot.serial and any(one.within(spot) for one in claim.spots)
    }
    return Place(
        source=key[0],
        line=key[1],
        subscriber=line.subscriber,
        spot=spot,
        permille=odds,
        witnesses=tuple(sorted(witnesses)),
        against=tuple(sorted(against, key=lambda word: (word.witness, word.spot))),
        doubts=_doubts(
            claims,
            spot=spot,
            odds=odds,
            witnesses=witnesses,
            denied=bool(against),
            lost=lost,
            ground=ground,
            twin=twin,
        ),
        said=(line.gear, line.port, serial_key(line.onu_serial)),
        home=Home(street=line.street, house=line.house, town=line.town),
        login=min(line.logins, default=""),
        plan=line.plan,
        services=line.services,
        critical=line.critical,
        language=line.language,
        lat=line.lat,
        lon=line.lon,
    )


def _doubts(
    claims: tuple[Claim, ...],
    *,
    spot: Spot | None,
    odds: int,
    witnesses: set[Witness],
    denied: bool,
    lost: bool,
    ground: Ground,
    twin: bool,
) -> tuple[Doubt, ...]:
    doubts = [Doubt.CONTESTED] if lost else []
    if spot is None:
        return (*doubts, Doubt.UNDECIDED) if denied else tuple(doubts)
    if witnesses <= OF_RECORDS:
        doubts.append(Doubt.UNSEEN)
    elif (
        len(witnesses) == 1
        or (spot.serial and not any(claim.names(spot) for claim in claims))
        or (spot.serial and twin and witnesses <= OF_LOGINS | OF_RECORDS | WEAK)
    ):
        doubts.append(Doubt.ONE_WITNESS)
    if denied:
        doubts.append(Doubt.CONTRADICTED)
    if not spot.serial and ground.has_onus(spot):
        doubts.append(Doubt.PORT_ONLY)
    if odds < SURE:
        doubts.append(Doubt.UNSURE)
    return tuple(sorted(doubts))


def _renamed(
    lines: Mapping[LineKey, LineRecord], names: Names
) -> dict[tuple[str, DeviceId, str], tuple[str, int]]:
    count: Counter[tuple[str, DeviceId, str]] = Counter()
    for (source, _), line in lines.items():
        device = names.devices.get((source, line.gear))
        if device is not None:
            count[source, device, line.port] += 1
    return {key: (port, count[key]) for key, port in sorted(names.ports.items())}


def _one_home(one: LineRecord, other: LineRecord, spot: Spot) -> bool:
    """Say whether a source lets two lines share an ONU: one customer, or one address and serial."""
    if one.subscriber == other.subscriber:
        return True
    home, same = (
        (street_key(line.street), house_key(line.house), line.house) for line in (one, other)
    )
    return (
        home == same
        and all(home)
        and serial_key(one.onu_serial) == serial_key(other.onu_serial) == spot.serial
    )
