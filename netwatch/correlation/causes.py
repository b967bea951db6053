"""Why it failed: gasps, lost light, the mains, a change, and what kind of thing it is."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from netwatch.correlation.court import Atom, Court, Guess
from netwatch.correlation.evidence import HOMES, Word
from netwatch.correlation.sectors import faded, is_whole, sector_of
from netwatch.correlation.topology import UNIT
from netwatch.correlation.unasked import TOLD, both_ends_told, gasps_told
from netwatch.model.arrivals import Change
from netwatch.model.evidence import Changed
from netwatch.model.facts import Cause
from netwatch.model.names import DeviceId
from netwatch.model.network import DeviceKind, Network, RiskKind

CHANGED_S: Final = 600
"""What fails so soon after somebody changed it fails because of that."""
LATE_S: Final = 30
"""A log may tell of a change a little after its effect was seen."""
TELLING: Final = 5 * UNIT
"""How much likelier the mains or a change make a fault than it is at any other time."""
LONGEST: Final = 80
"""Of what was changed so many characters are kept with an incident."""
RISK_CAUSES: Final = {
    RiskKind.DUCT: Cause.FIBRE,
    RiskKind.CHASSIS: Cause.CARD,
    RiskKind.CARD: Cause.CARD,
    RiskKind.LINE: Cause.UPLINK,
    RiskKind.OTHER: Cause.UNKNOWN,
}

GIVEN: Final = frozenset({Cause.POWER_HOMES, Cause.POWER_SITE, Cause.RADIO, Cause.PARTNER})
"""Causes that say more than that somebody worked there."""
POWER: Final = frozenset({Cause.POWER_HOMES, Cause.POWER_SITE})
DEVICE_CAUSES: Final = {DeviceKind.PARTNER: Cause.PARTNER, DeviceKind.UPS: Cause.POWER_SITE}


def weighed_cause(court: Court, atom: Atom, guess: Guess) -> tuple[Cause, int]:
    """Return the cause if this atom failed, and how much likelier what was seen beside makes it."""
    cause = cause_of(court, atom, guess)
    sector = sector_of(court, guess) is not None
    if len(guess.atoms) > 1 and not sector and court.index.kinds.get(atom.nodes[0]) in HOMES:
        cause = _of_passive(court, guess, atom.nodes[0])
    devices = list(_devices(court, atom))
    if cause not in GIVEN and any(_changed(court, d, guess.since) for d in devices):
        return Cause.CHANGE, TELLING
    if cause not in POWER and faded(court, atom, guess) is not None:
        return Cause.RADIO, TELLING
    own = court.index.kinds.get(atom.nodes[0]) if atom.risk is None else None
    if cause is Cause.DEVICE and own:
        if any(_unpowered(court, d, court.mains_off) for d in devices):
            return Cause.POWER_SITE, TELLING
        said = court.unasked.without_power(guess.since)
        if any(_unpowered(court, d, said) for d in devices):
            return Cause.POWER_SITE, TOLD
    return cause, both_ends_told(court, atom, guess)


def cause_of(court: Court, atom: Atom, guess: Guess) -> Cause:
    """Say what kind of fault it is when this atom failed."""
    index, network = court.index, court.network
    if atom.risk is not None:
        return _of_risk(court, network.risks[atom.risk].kind, atom, guess)
    if (radio := sector_of(court, guess)) is not None:
        return Cause.RADIO if is_whole(court, guess, radio) else Cause.UNKNOWN
    node = atom.nodes[0]
    named = index.names[node]
    if named.startswith("port:"):
        return Cause.POWER_HOMES if gasping(court, guess) else Cause.CARD
    passive = named.startswith("link:") or index.kinds.get(node) in (
        DeviceKind.SPLITTER,
        DeviceKind.CABINET,
    )
    if passive:
        return _of_passive(court, guess, node)
    kind = index.kinds.get(node)
    if kind in HOMES:
        return _of_home(court, node)
    return DEVICE_CAUSES.get(kind, Cause.DEVICE) if kind else Cause.DEVICE


def _of_risk(court: Court, kind: RiskKind, atom: Atom, guess: Guess) -> Cause:
    if kind is RiskKind.DUCT and gasping(court, guess):
        return Cause.POWER_HOMES  # fibres that lie together: no more of them is cut than of one
    if kind is not RiskKind.POWER:
        return RISK_CAUSES[kind]
    homes = sum(court.index.kinds.get(n) in HOMES for n in atom.nodes)
    return Cause.POWER_HOMES if homes * 2 > len(atom.nodes) else Cause.POWER_SITE


def _of_passive(court: Court, guess: Guess, node: int) -> Cause:
    if _by_air(court, node):
        return Cause.RADIO
    if gasping(court, guess):
        return Cause.POWER_HOMES
    gasps, los, off = _words(court, guess)
    if off > los + gasps:
        return Cause.POWER_HOMES if gasps_told(court, guess) else Cause.UNKNOWN
    return Cause.FIBRE


def _by_air(court: Court, node: int) -> bool:
    """Say whether a link goes by air; where one radio alone is drawn, it stands for its hop."""
    air, ends = court.sectors, court.index.near[node]
    drawn = {*air.holder, *air.stations}
    radios = [n for n in ends if court.index.kinds.get(n) is DeviceKind.RADIO]
    return node in air.links or any(n not in drawn for n in radios)


def _of_home(court: Court, node: int) -> Cause:
    words = {w: court.said((node,), w) for w in (Word.GASP, Word.LOS)}
    if words[Word.GASP]:
        return Cause.POWER_HOMES
    return Cause.FIBRE if words[Word.LOS] else Cause.UNKNOWN


def gasping(court: Court, guess: Guess) -> bool:
    """Say whether the ONUs that a guess darkens gasped for power before they went.

    Some ONUs go before they can gasp, and gasps are lost; but no cut fibre makes one gasp.
    """
    if not court.said(guess.tops, Word.GASP):  # that of all times costs nothing to count
        return False
    gasps, los, off = _words(court, guess)
    return gasps > los and gasps >= off


def _words(court: Court, guess: Guess) -> tuple[int, int, int]:
    """Return how many ONUs gasped, lost their light, or went without a reason when it began."""
    gasps, los, off = (
        court.said(guess.tops, word, guess.since) for word in (Word.GASP, Word.LOS, Word.OFF)
    )
    return gasps, los, off


def changed_before(court: Court, guess: Guess) -> Changed | None:
    """Return the last change to what a guess blames, if it came shortly before."""
    devices = {d for atom in guess.atoms for d in _devices(court, atom)}
    found = [c for d in devices if (c := _changed(court, d, guess.since)) is not None]
    if not found:
        return None
    last = max(found, key=lambda c: (c.at, c.device))
    before = max(datetime.fromtimestamp(guess.since, UTC) - last.at, timedelta(0))
    return Changed(
        device=last.device, by=last.by[:LONGEST], what=last.what[:LONGEST], before=before
    )


def _changed(court: Court, device: DeviceId, since: int) -> Change | None:
    change = court.changes.get(device)
    if change is None:
        return None
    at = change.at.timestamp()
    return change if since - CHANGED_S <= at <= since + LATE_S else None


def _devices(court: Court, atom: Atom) -> Iterator[DeviceId]:
    """Yield the device that an atom is, or those beside the link or port that it is."""
    if atom.risk is not None:
        return
    index, node = court.index, atom.nodes[0]
    for n in (node,) if node in index.kinds else (node, *index.near[node]):
        if n in index.kinds and index.kinds[n] not in HOMES:
            yield DeviceId(index.names[n].partition(":")[2])


def _unpowered(court: Court, device: DeviceId, off: Collection[DeviceId]) -> bool:
    """Say whether the mains are off, by one of these, where a device stands, or on its feed."""
    if not off:
        return False
    own, network = network_place(court.network, device), court.network
    return any(
        other == device or own & network_place(network, other)
        for other in off
        if other in network.devices
    )


def network_place(network: Network, device: DeviceId) -> frozenset[str]:
    """Return the site of a device and the feed it hangs on."""
    known = network.devices[device]
    site = network.sites.get(known.site) if known.site else None
    power = known.power or (site.power if site else None)
    feed = f"risk:{power.feed}" if power and power.feed else None
    return frozenset(x for x in (feed, f"site:{known.site}" if known.site else None) if x)
