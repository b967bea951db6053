"""DHCP leases and RADIUS accounting -> which circuit and which session belong to whom."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Final, TypeVar

from netwatch.inventory.importers import Asked
from netwatch.inventory.places.records import CircuitSeen, SessionSeen, Sightings

Seen = CircuitSeen | SessionSeen
Each = TypeVar("Each", CircuitSeen, SessionSeen)
SHIPPED: Final[Mapping[str, str]] = {
    "isc-leases": "netwatch.inventory.sightings.isc:read",
    "kea-leases": "netwatch.inventory.sightings.kea:read",
    "radius-detail": "netwatch.inventory.sightings.detail:read",
    "radius-sql": "netwatch.inventory.sightings.radacct:read",
}
"""What each kind of ``[sightings.NAME]`` is read by."""


def read_sightings(kind: str, asked: Asked) -> Sightings:
    """Return what a source of sightings shows now; of each line the latest.

    Raises:
        SourceError: there is no such kind, or it is not there, or it shows nothing.
    """
    if kind not in SHIPPED:
        raise asked.fault(f"there is no kind {kind!r}", f"kinds: {', '.join(SHIPPED)}")
    module, _, name = SHIPPED[kind].partition(":")
    read: Callable[[Asked], Iterable[Seen]] = getattr(import_module(module), name)
    circuits: dict[tuple[str, ...], CircuitSeen] = {}
    sessions: dict[tuple[str, ...], SessionSeen] = {}
    for seen in read(asked):
        if isinstance(seen, CircuitSeen):
            _newest(circuits, (seen.login, seen.mac, seen.address), seen)
        else:
            _newest(sessions, (seen.login, seen.mac), seen)
    if not circuits and not sessions:
        raise asked.fault("it shows no line", "look whether it is the right file, and filled")
    return Sightings(
        circuits=tuple(circuits.values()), sessions=tuple(sessions.values()), taken_at=asked.at
    )


def _newest(known: dict[tuple[str, ...], Each], key: tuple[str, ...], seen: Each) -> None:
    before = known.get(key)
    if before is None or before.seen_at <= seen.seen_at:
        known[key] = seen
