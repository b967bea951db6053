"""What goes by air: which radios hear which, and what of an explanation their sinking speaks of.

A radio with several others or homes below it is a sector. All of them silent while the radio
itself answers is its sector, whatever else the same silence could be; so are several of them that
sank together. One alone is a line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Final

from netwatch.correlation.evidence import HOMES, ICMP
from netwatch.correlation.topology import Index
from netwatch.model.evidence import Faded
from netwatch.model.names import DeviceId, ElementName
from netwatch.model.network import DeviceKind

if TYPE_CHECKING:
    from netwatch.correlation.court import Atom, Court, Guess

SECTOR: Final = 2
"""A radio with fewer below it is one end of a hop."""
SURELY_UP: Final = 2
"""So many good answers in a row: it is not the radio itself."""


@dataclass(frozen=True, slots=True)
class Sectors:
    """Who hears whom by air, in nodes of the index."""

    holder: Mapping[int, int] = field(default_factory=dict)
    """The radio above each station: another radio, or a home."""
    stations: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    links: Mapping[int, int] = field(default_factory=dict)
    """The station at the lower end of each link that goes by air."""
    devices: frozenset[DeviceId] = frozenset()

    def station(self, node: int) -> int | None:
        """Return the station that a node is or whose link it is."""
        return node if node in self.holder else self.links.get(node)


def survey(index: Index) -> Sectors:
    """Find what goes by air: between radios, and from a radio to homes where it is no station."""
    holder: dict[int, int] = {}
    links: dict[int, int] = {}
    for radio in sorted(n for n, kind in index.kinds.items() if kind is DeviceKind.RADIO):
        for link, other in _below(index, radio):
            kind = index.kinds[other]
            if kind is DeviceKind.RADIO or (kind in HOMES and radio not in holder):
                holder[other], links[link] = radio, other
    stations: dict[int, list[int]] = {}
    for station, radio in sorted(holder.items()):
        stations.setdefault(radio, []).append(station)
    names = {index.names[n].partition(":")[2] for n in (*holder, *stations)}
    return Sectors(
        holder,
        {radio: tuple(found) for radio, found in stations.items()},
        links,
        frozenset(map(DeviceId, names)),
    )


def _below(index: Index, radio: int) -> Iterator[tuple[int, int]]:
    for link in index.near[radio]:
        for other in index.near[link]:
            if other in index.kinds and radio < other < index.last[radio]:
                yield link, other


def sector_of(court: "Court", guess: "Guess") -> int | None:
    """Return the radio whose sector an explanation is about; None where it is about none."""
    sectors, atoms = court.sectors, guess.atoms
    if not sectors.holder or any(atom.risk is not None for atom in atoms):
        return None
    if len(atoms) > 1:
        return _common(sectors, atoms)
    node = atoms[0].nodes[0]
    last = court.index.last
    radio = node if node in sectors.stations else node + 1
    whole = radio in sectors.stations and last[radio] == last[node] and guess.tops == (node,)
    if not whole or len(sectors.stations[radio]) < SECTOR or sectors.links.get(node) == radio:
        return None
    return radio if _answers(court, radio, guess.since) else None


def _common(sectors: Sectors, atoms: "Sequence[Atom]") -> int | None:
    found = {sectors.station(atom.nodes[0]) for atom in atoms}
    above = {sectors.holder[one] if one is not None else None for one in found}
    return above.pop() if len(above) == 1 else None


def _answers(court: "Court", radio: int, since: int) -> bool:
    """Say whether a radio itself has answered twice in a row since its stations fell silent."""
    e, device = court.evidence, DeviceId(court.index.names[radio].partition(":")[2])
    source = e.sources.get((device, ICMP, None))
    if source is None or e.run[source] < SURELY_UP:
        return False
    good = (e.at[source] >= since) & (e.bad[source] < 0)
    return int(good.sum()) >= SURELY_UP


def sector_name(court: "Court", guess: "Guess") -> ElementName | None:
    """Return what an explanation is called that is about a sector."""
    radio = sector_of(court, guess)
    return None if radio is None else court.index.names[radio]


def is_whole(court: "Court", guess: "Guess", radio: int) -> bool:
    """Say whether all of a sector is silent."""
    return len(guess.atoms) in (1, len(court.sectors.stations[radio]))


def faded(court: "Court", atom: "Atom", guess: "Guess") -> Faded | None:
    """Return how the radios that an atom is about sank together before; None: they did not.

    Of a sector half of those that are measured, two at least; of a hop one of its ends.
    """
    sectors = court.sectors
    if not sectors.holder or atom.risk is not None:
        return None
    radio = sector_of(court, guess)
    if radio is not None:
        return sunk(court, radio, guess.since)
    node = atom.nodes[0]
    station = sectors.links.get(node)
    if station is None and court.index.kinds.get(node) in HOMES:
        station = node if node in sectors.holder else None
    if station is None:
        return None
    above = sectors.holder[station]
    ends = (station,) if len(sectors.stations[above]) >= SECTOR else (station, above)
    return _together(court, ends, guess.since, 1)


def sunk(court: "Court", radio: int, since: int) -> Faded | None:
    """Return how the stations of a sector sank together; None: they did not."""
    return _together(court, court.sectors.stations[radio], since, SECTOR)


def _together(court: "Court", nodes: Sequence[int], since: int, least: int) -> Faded | None:
    names = [DeviceId(court.index.names[n].partition(":")[2]) for n in nodes]
    drops = [drop for name in names if (drop := court.air.drop(name, since)) is not None]
    sank = [drop for drop in drops if drop.sank]
    if len(sank) < least or len(sank) * 2 < len(drops):
        return None
    return Faded(
        radios=len(sank),
        of=len(drops),
        db=round(median(drop.db for drop in sank), 1),
        modulation=round(median(drop.share for drop in sank), 2),
    )
