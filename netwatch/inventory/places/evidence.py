"""Where a line may end, who says so, and how far each is believed."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from netwatch.model.names import DeviceId

NAT: Final = 1024
"""Log-odds are integers in 1/1024 nat, so that no sum depends on an order."""


class Witness(StrEnum):
    """Who says where a line ends."""

    SERIAL = "serial"
    """The record's ONU serial, in an OLT's table."""
    SERIAL_NEAR = "serial-near"
    DESCRIPTION = "description"
    """Login or number of the customer, in the ONU's description."""
    DESCRIPTION_NEAR = "description-near"
    ADDRESS = "address"
    """Street and house, in the ONU's description."""
    MAC = "mac"
    """The line's MAC, by record or session, in a bridge table."""
    CIRCUIT = "circuit"
    RECORD = "record"
    """Gear and port, as the source has it."""
    RENAMED = "renamed"
    """Gear and port of the source, in the words of the network as learnt from other lines."""
    FOLLOWED = "followed"
    """The ONU that served the line before, or the one in its slot."""
    PERSON = "person"
    """Somebody answered which line hangs on this ONU."""


RELIABILITY: Final = {
    Witness.SERIAL: 0.97,
    Witness.SERIAL_NEAR: 0.8,
    Witness.DESCRIPTION: 0.96,
    Witness.DESCRIPTION_NEAR: 0.8,
    Witness.ADDRESS: 0.85,
    Witness.MAC: 0.985,
    Witness.CIRCUIT: 0.985,
    Witness.RECORD: 0.95,
    Witness.RENAMED: 0.9,
    Witness.FOLLOWED: 0.97,
    Witness.PERSON: 0.995,
}
"""How often each is right. Stated, not measured: they order what agrees and what does not."""

MOST_NATS: Final = 600.0
OF_RECORDS: Final = frozenset({Witness.RECORD, Witness.RENAMED})
"""Words of the source alone, which the network did not show."""
OF_LOGINS: Final = frozenset({Witness.DESCRIPTION, Witness.MAC, Witness.CIRCUIT})
"""Words that may hang on a login: where two lines bear it, on the other's."""
WEAK: Final = frozenset({Witness.ADDRESS, Witness.SERIAL_NEAR, Witness.DESCRIPTION_NEAR})
"""Words that may well be another household's; alone they name no ONU beyond doubt."""
SHARED_LOGIN: Final = 0.5
"""What becomes of a session's reliability when two lines bear its login."""


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """Where a line may end: an ONU, a port, or a device where no more is known."""

    device: DeviceId
    port: str = ""
    serial: str = ""
    """Of the ONU, as ``serial_key`` writes it."""
    onu: str = ""
    """The ONU's number on the port."""

    def within(self, other: "Spot") -> bool:
        """Say whether ``other`` is this spot, or a wider name for it."""
        return (
            self.device == other.device
            and other.port in ("", self.port)
            and other.serial in ("", self.serial)
        )

    @property
    def port_alone(self) -> "Spot":
        """Return the port, without the ONU."""
        return Spot(self.device, self.port)


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """One witness's word on one line."""

    witness: Witness
    spots: tuple[Spot, ...]
    """Where it may end by this word: one as a rule."""
    reliability: float

    def supports(self, spot: Spot) -> bool:
        """Say whether this word holds if the line ends at ``spot``."""
        return any(spot.within(one) for one in self.spots)

    def denies(self, spot: Spot) -> bool:
        """Say whether this word is wrong if the line ends at ``spot``.

        An address denies nothing: neighbours share it.
        """
        return self.witness is not Witness.ADDRESS and not any(
            spot.within(one) or one.within(spot) for one in self.spots
        )

    def names(self, spot: Spot) -> bool:
        """Say whether this word names the very ONU, and is no weak one."""
        return self.witness not in WEAK and bool(spot.serial) and spot in self.spots

    def weight(self, places: int) -> int:
        """Return what it adds to the log-odds of a spot that it names, against any other.

        Args:
            places: how many spots there are in all.
        """
        named = len(self.spots)
        others = max(places - named, 1)
        odds = self.reliability * others / ((1 - self.reliability) * named)
        return round(NAT * math.log(odds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A spot and its log-odds against a spot of which nothing is said."""

    spot: Spot
    score: int
    witnesses: tuple[Witness, ...]


def weigh(claims: tuple[Claim, ...], places: int) -> tuple[Candidate, ...]:
    """Return every spot named, best first; equal ones in the order of their names."""
    spots = {spot for claim in claims for spot in claim.spots}
    found = []
    for spot in spots:
        by_witness: dict[Witness, int] = {}
        for claim in claims:
            if claim.supports(spot):
                weight = claim.weight(places)
                by_witness[claim.witness] = max(weight, by_witness.get(claim.witness, weight))
        found.append(
            Candidate(
                spot=spot, score=sum(by_witness.values()), witnesses=tuple(sorted(by_witness))
            )
        )
    found.sort(key=lambda one: (-one.score, one.spot))
    return tuple(found)


def permille(chosen: Candidate, candidates: tuple[Candidate, ...], places: int) -> int:
    """Return the probability of ``chosen`` in thousandths; wider names of it agree."""
    own = other = 0.0
    for one in candidates:
        mass = math.exp(min((one.score - chosen.score) / NAT, MOST_NATS))
        if one.spot.within(chosen.spot) or chosen.spot.within(one.spot):
            own += mass
        else:
            other += mass
    unsaid = max(places - len(candidates), 0) * math.exp(min(-chosen.score / NAT, MOST_NATS))
    return math.floor(1000 * own / (own + other + unsaid))
