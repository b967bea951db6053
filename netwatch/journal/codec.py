"""Fact <-> row of the book."""

import json
from typing import Final, NamedTuple

from netwatch.model.facts import (
    AlarmCleared,
    AlarmPlaced,
    AlarmRaised,
    DeviceMet,
    DeviceSwapped,
    Fact,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
)
from netwatch.model.faults import NetwatchError
from netwatch.model.maintenance_facts import MaintenanceFact
from netwatch.model.names import IncidentId
from netwatch.model.place_facts import PlaceChanged, PlacesChanged
from netwatch.model.plain import PlainError, fact_from_plain, fact_to_plain, to_plain

PLACES: Final = "places"
"""What facts of who hangs where are about, all of them."""
BESIDE: Final = "netwatch"
"""What facts are about that are about nothing else, and about several things at once."""

__all__ = [
    "BESIDE",
    "PLACES",
    "Row",
    "UnreadableFactError",
    "decode",
    "encode",
    "fact_from_plain",
    "fact_to_plain",
    "incident_subject",
]


class Row(NamedTuple):
    """One fact as it lies in the book."""

    at: str
    kind: str
    subject: str
    body: str


class UnreadableFactError(NetwatchError):
    """This row is no fact that this netwatch knows."""


def encode(fact: Fact) -> Row:
    """Return the row of a fact: its time, kind, what it is about, and all of it as JSON."""
    body = to_plain(fact)
    # Escaped to ASCII: a device's text may hold NUL or half a surrogate pair, which SQLite refuses.
    text = json.dumps(body, separators=(",", ":"), allow_nan=False)
    subject = _plain(subject_of(fact))
    return Row(body["at"], type(fact).__name__, subject, text)


def decode(kind: str, body: str) -> Fact:
    """Return the fact of a row.

    Fields that this netwatch does not know are left out; missing ones take their defaults.

    Raises:
        UnreadableFactError: the kind is unknown or the body does not fit it.
    """
    try:
        return fact_from_plain(json.loads(body), kind)
    except PlainError as fault:
        raise UnreadableFactError(str(fault)) from fault
    except ValueError as fault:
        raise UnreadableFactError(f"{kind}: not JSON: {fault}") from fault


def incident_subject(incident: IncidentId) -> str:
    """Return how rows name an incident as what they are about."""
    return _plain(f"incident:{incident}")


def _plain(subject: str) -> str:
    return ascii(subject)[1:-1]


def subject_of(fact: Fact) -> str:
    """Return what a fact is about: ``incident:I-1``, ``device:sw-1``, or ``netwatch``."""
    match fact:
        case AlarmRaised() | AlarmCleared() | AlarmPlaced(incident=None):
            return f"device:{fact.device}"
        case DeviceMet() | DeviceSwapped():
            return f"device:{fact.device}"
        case PlaceChanged() | PlacesChanged():
            return PLACES
        case NoticeSent() | NoticeRefused() | NoticeExpired():
            about = {key.partition("/")[0] for key in fact.keys}
            return f"incident:{about.pop()}" if len(about) == 1 else BESIDE
        case _ if isinstance(fact, MaintenanceFact):
            name = getattr(fact, "maintenance", None)
            return f"maintenance:{name}" if name else BESIDE
        case _:
            about_one = getattr(fact, "incident", None)
            return f"incident:{about_one}" if about_one else BESIDE
