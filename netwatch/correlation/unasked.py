"""What devices say unasked, as evidence of the kind of a fault: never of the fault itself.

A trap can be forged, lost or late. It opens nothing and clears nothing; of a fault that was seen it
tells what kind it is: both ends of a link say that their port went down, a device or its battery
says that the mains went, an OLT passes on the last gasps of homes of which it otherwise gives no
reason. It weighs less than what was asked, and is forgotten within minutes.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from netwatch.correlation.evidence import IF_OPER, Evidence, Word, below
from netwatch.correlation.topology import UNIT
from netwatch.model.arrivals import Trap
from netwatch.model.names import DeviceId
from netwatch.model.unasked import Means, Sign

if TYPE_CHECKING:
    from netwatch.correlation.court import Atom, Court, Guess

TOLD: Final = 2 * UNIT
"""The most that traps add to one kind of cause: less than the mains asked, or a change, do."""
EARLY_S: Final = 60
LATE_S: Final = 180
"""From so long before the first sign until so long after it a trap may be of the same fault."""
MOST_PARTS: Final = 512
"""So many of one device's parts are remembered: a flood says no more than that."""
BOTH: Final = 2


@dataclass(slots=True)
class Unasked:
    """What was said, by whom, of which part, and in which second. Learnt; not kept over a start."""

    ports: dict[int, int] = field(default_factory=dict)
    """The ends of links that went down, by the source that tells of each when asked."""
    power: dict[DeviceId, int] = field(default_factory=dict)
    gasps: dict[DeviceId, dict[str, int]] = field(default_factory=dict)
    """By OLT and part."""

    def hear(self, trap: Trap, means: Means | None, evidence: Evidence) -> bool:
        """Take in what a trap means; say whether that was anything new."""
        meant = means(trap) if means is not None else None
        if meant is None or trap.device not in evidence.index.device:
            return False
        second = int(trap.at.timestamp())
        sign, part = meant
        match sign:
            case Sign.PORT_DOWN:
                source = evidence.sources.get((trap.device, IF_OPER, part))
                if source is None:
                    return False
                self.ports[source] = second
            case Sign.POWER:
                self.power[trap.device] = second
            case Sign.GASP:
                parts = self.gasps.setdefault(trap.device, {})
                if part not in parts and len(parts) >= MOST_PARTS:
                    parts.clear()
                parts[part] = second
        return True

    def without_power(self, since: int) -> set[DeviceId]:
        """Return who said at about that second that the mains went."""
        return {device for device, at in self.power.items() if _about(at, since)}


def _about(at: int, since: int) -> bool:
    return since - EARLY_S <= at <= since + LATE_S


def both_ends_told(court: "Court", atom: "Atom", guess: "Guess") -> int:
    """Return what it adds to a link that both of its ends said, unasked, that it went down."""
    if atom.risk is not None or not court.unasked.ports:
        return 0
    if not court.index.names[atom.nodes[0]].startswith("link:"):
        return 0
    ports, owner = court.unasked.ports, court.evidence.owner
    ends = court.speakers.get(atom.nodes[0], ())
    told = {int(owner[s]) for s in ends if s in ports and _about(ports[s], guess.since)}
    return TOLD if len(told) >= BOTH else 0


def gasps_told(court: "Court", guess: "Guess") -> bool:
    """Say whether OLTs passed on gasps for most of the homes that are gone without a reason."""
    if not court.unasked.gasps:
        return False
    e, names = court.evidence, court.index.names
    rows = below(e, guess.tops)
    rows = rows[(e.said[rows] == Word.OFF) & (e.through[rows] >= 0)]
    told = 0
    for node in sorted(set(e.through[rows].tolist())):
        parts = court.unasked.gasps.get(DeviceId(names[node].partition(":")[2]), {})
        told += sum(_about(at, guess.since) for at in parts.values())
    return told * 2 > len(rows) > 0
