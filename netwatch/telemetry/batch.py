"""The measurements of one device at one second, as columns: what every telemetry sink takes."""

from dataclasses import dataclass
from typing import Final

from netwatch.model.names import DeviceId, SiteId

SMALLEST: Final = -(2**63)
LARGEST: Final = 2**64 - 1
"""The whole numbers that a sink can keep: those of a 64-bit counter, signed or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """``values[i]`` is what ``checks[i]`` of ``parts[i]`` read at ``at_s``.

    A series is (device, check, part); a batch holds each at most once. Whole numbers stay whole
    (counters are kept raw, rates are made on reading); a value is never a bool, NaN or infinite.
    What was not answered is left out, never written as 0.
    """

    at_s: int
    """Seconds since 1970-01-01 UTC."""
    device: DeviceId
    site: SiteId | None = None
    """Where the device stands now; a tag for other systems, no part of the series' name."""
    checks: tuple[str, ...]
    parts: tuple[str, ...]
    """The port, board or sensor; empty text where the check is of the whole device."""
    values: tuple[float | int, ...]

    def __post_init__(self) -> None:
        if not len(self.checks) == len(self.parts) == len(self.values):
            raise ValueError(
                f"{len(self.checks)} checks, {len(self.parts)} parts and {len(self.values)} values "
                "make no batch: a column is too short"
            )

    def __len__(self) -> int:
        return len(self.values)
