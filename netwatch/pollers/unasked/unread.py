"""Traps that no table knows: how many of which, from whom, so that none is lost in silence."""

from dataclasses import dataclass, field
from typing import Any, Final

from netwatch.model.names import DeviceId

_MOST: Final = 500


@dataclass(slots=True)
class Unread:
    """Counts by OID and device; it cannot grow: what is seldom heard makes room for what is new."""

    counts: dict[tuple[str, DeviceId], int] = field(default_factory=dict)

    def note(self, oid: str, device: DeviceId) -> None:
        """Count one more."""
        row = oid, device
        if row not in self.counts and len(self.counts) >= _MOST:
            del self.counts[min(self.counts, key=lambda one: self.counts[one])]
        self.counts[row] = self.counts.get(row, 0) + 1

    def plain(self, most: int = 50) -> list[dict[str, Any]]:
        """Return the most frequent ones: OID, device, count."""
        rows = sorted(self.counts.items(), key=lambda row: (-row[1], row[0]))[:most]
        return [{"oid": oid, "device": device, "count": count} for (oid, device), count in rows]
