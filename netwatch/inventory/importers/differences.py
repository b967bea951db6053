"""An extract beside the last one and beside the inventory -> what is other. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from netwatch.inventory.importers.parents import recognised
from netwatch.inventory.places.records import Extract, GearRecord, LineRecord
from netwatch.model.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One record that is there still, and what is other about it: field -> (before, now)."""

    key: str
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Records of one sort, by key."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[Changed, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as a JSON document holds it."""
        return {
            "new": list(self.new),
            "gone": list(self.gone),
            "changed": [{"key": one.key, "fields": dict(one.fields)} for one in self.changed],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What an import brings."""

    gear: Compared
    lines: Compared
    unknown: tuple[GearRecord, ...]
    """Gear with an address that the inventory does not have."""

    @property
    def any(self) -> bool:
        """Say whether the source says anything else than the last time."""
        return any((one.new or one.gone or one.changed) for one in (self.gear, self.lines))


def differences(now: Extract, before: Extract | None, network: Network | None) -> Differences:
    """Compare what a source says now with what it said, and with the inventory where there is one.

    Gear is the inventory's by its address, else by its id or name, in any case.
    """
    return Differences(
        gear=_compared(before.gear if before else (), now.gear),
        lines=_compared(before.lines if before else (), now.lines),
        unknown=() if network is None else tuple(_unknown(now.gear, network)),
    )


def _compared(
    before: Iterable[GearRecord | LineRecord], now: Iterable[GearRecord | LineRecord]
) -> Compared:
    old = {one.key: one for one in before}
    new = {one.key: one for one in now}
    return Compared(
        new=tuple(key for key in new if key not in old),
        gone=tuple(key for key in old if key not in new),
        changed=tuple(
            Changed(key=key, fields=_other(old[key], one))
            for key, one in new.items()
            if key in old and old[key] != one
        ),
    )


def _other(
    old: GearRecord | LineRecord, new: GearRecord | LineRecord
) -> dict[str, tuple[Any, Any]]:
    pairs = ((one.name, getattr(old, one.name), getattr(new, one.name)) for one in fields(new))
    return {name: (was, now) for name, was, now in pairs if was != now}


def _unknown(gear: Iterable[GearRecord], network: Network) -> Iterable[GearRecord]:
    gear = tuple(gear)
    known = recognised(gear, network)
    return (one for one in gear if one.address and one.key not in known)
