"""Where a line hangs, by whose word, and what speaks against it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from netwatch.inventory.places.evidence import OF_RECORDS, WEAK, Spot, Witness
from netwatch.model.homes import UNKNOWN_HOME, Home
from netwatch.model.names import DeviceId

SURE: Final = 990
"""From so many thousandths on a place is no longer doubted for its odds."""
LIKELY: Final = 600
"""Below so many thousandths a line is told by its address alone until somebody answers."""

__all__ = ["LIKELY", "SURE", "Doubt", "Home", "Place", "Word"]


class Doubt(StrEnum):
    """Why a place may be wrong."""

    UNSEEN = "unseen"
    """Only the source says so; the network did not show this line."""
    ONE_WITNESS = "one-witness"
    CONTRADICTED = "contradicted"
    CONTESTED = "contested"
    """Another household claims the same ONU."""
    PORT_ONLY = "port-only"
    """The port is known, the ONU on it is not."""
    UNSURE = "unsure"
    KEPT = "kept"
    """Nothing shows it tonight; it stays where it was."""
    OUTAGE = "outage"
    """An outage showed otherwise, and nobody has spoken for it yet."""
    UNDECIDED = "undecided"
    """The witnesses differ too much: not placed until somebody answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One witness's word, as it is shown to a person."""

    witness: Witness
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line and where it hangs; ``spot`` None: not known."""

    source: str
    line: str
    subscriber: str
    spot: Spot | None
    permille: int = 0
    """The probability that this is right, in thousandths."""
    witnesses: tuple[Witness, ...] = ()
    against: tuple[Word, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    said: tuple[str, str, str] = ("", "", "")
    """The record's own words when it was placed: gear, port, serial."""
    home: Home = UNKNOWN_HOME
    login: str = ""
    plan: str = ""
    services: tuple[str, ...] = ("internet",)
    critical: bool = False
    language: str = ""
    lat: float | None = None
    """Of the home, in degrees; None: the source does not say."""
    lon: float | None = None
    suspended: bool = False
    """Its source knows it as not served now: nothing is told, and its place is kept."""

    @property
    def key(self) -> tuple[str, str]:
        """Return what the line is known by: its source, and its id there."""
        return self.source, self.line

    @property
    def guessed(self) -> bool:
        """Say whether its ONU is known by weak words alone, which may be a neighbour's."""
        by_weak = (
            self.spot is not None and bool(self.spot.serial) and bool(WEAK & {*self.witnesses})
        )
        return by_weak and Doubt.ONE_WITNESS in self.doubts

    @property
    def shown(self) -> Spot | None:
        """Return where the network shows it by words of its own; None where it does not."""
        witnesses = {*self.witnesses} - OF_RECORDS - WEAK
        return self.spot if witnesses and self.spot and self.spot.port else None

    @property
    def device(self) -> DeviceId | None:
        """Return the device that it hangs on, an ONU's OLT."""
        return self.spot.device if self.spot else None
