"""History -> what is drawn: one check of one device over a span. Nothing here draws."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from netwatch.telemetry.history.curves import Curve, Span, curve_of, outages_of, summary_of
from netwatch.telemetry.history.points import Point, Series
from netwatch.telemetry.history.rates import starts_of
from netwatch.telemetry.units import measure_of

MOST_CURVES: Final = 6
"""More than that nobody can tell apart; those with the highest mean are drawn."""
REACHED: Final = "icmp.up"
UPTIME: Final = "system.uptime_s"
"""How long a device had run, noted when it was first met and whenever it started anew."""


class Source(Protocol):
    """Where points come from."""

    def points(
        self, device: str, check: str, part: str | None, *, since_s: int, until_s: int
    ) -> dict[str, list[Point]]:
        """Return part -> points."""
        ...

    def series(self, device: str, *, since_s: int, until_s: int) -> list[Series]:
        """Return what of a device was measured."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All that a drawing shows."""

    device: str
    check: str
    unit: str
    is_rate: bool
    since_s: int
    until_s: int
    curves: tuple[Curve, ...]
    left_out: int = 0
    """So many more parts there are than are drawn."""
    outages: tuple[Span, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the answer of ``netwatch graph --json``."""
        return {
            "device": self.device,
            "check": self.check,
            "unit": self.unit,
            "rate": self.is_rate,
            "since": stamp(self.since_s),
            "until": stamp(self.until_s),
            "curves": [_curve(curve) for curve in self.curves],
            "left_out": self.left_out,
            "outages": [
                {"since": stamp(one.since_s), "until": stamp(one.until_s)} for one in self.outages
            ],
        }


def picture_of(
    source: Source,
    device: str,
    checks: Sequence[str],
    part: str | None,
    *,
    since_s: int,
    until_s: int,
    as_rate: bool | None = None,
    most: int | None = MOST_CURVES,
) -> Picture | None:
    """Return what is to be drawn; None when nothing was measured in that span.

    Args:
        source: the history.
        device: of which device.
        checks: of which checks; of several each curve bears its check's name too.
        part: of which part; None: of all.
        since_s: the first second.
        until_s: the last one.
        as_rate: see ``curve_of``.
        most: so many curves at most; None: all of them.
    """
    span = {"since_s": since_s, "until_s": until_s}
    uptimes = source.points(device, UPTIME, "", **span).get("", [])
    starts = starts_of((point.at_s, float(point.value)) for point in uptimes)
    curves = [
        curve_of(
            _label(check, name, len(checks)),
            points,
            measure_of(check),
            starts_s=starts,
            as_rate=as_rate,
        )
        for check in checks
        for name, points in source.points(device, check, part, **span).items()
        if points
    ]
    if not curves:
        return None
    drawn = _weightiest(curves, most)
    reached = source.points(device, REACHED, "", **span).get("", [])
    return Picture(
        device=device,
        check=checks[0] if len(checks) == 1 else _common(checks),
        unit=_unit(drawn),
        is_rate=drawn[0].is_rate,
        since_s=since_s,
        until_s=until_s,
        curves=tuple(drawn),
        left_out=len(curves) - len(drawn),
        outages=tuple(outages_of(reached, until_s)),
    )


def stamp(at_s: float) -> str:
    """Return a second as answers write it."""
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _weightiest(curves: Sequence[Curve], most: int | None) -> list[Curve]:
    if most is None or len(curves) <= most:
        return list(curves)
    means = {id(curve): _mean(curve) for curve in curves}
    chosen = {id(c) for c in sorted(curves, key=lambda c: means[id(c)], reverse=True)[:most]}
    return [curve for curve in curves if id(curve) in chosen]


def _mean(curve: Curve) -> float:
    summary = summary_of(curve)
    return float("-inf") if summary is None else summary.mean


def _label(check: str, part: str, checks: int) -> str:
    if checks == 1:
        return part or check
    last = check.rpartition(".")[2]
    return f"{part} {last}" if part else last


def _common(checks: Sequence[str]) -> str:
    return checks[0].rpartition(".")[0]


def _unit(curves: Iterable[Curve]) -> str:
    units = list(dict.fromkeys(curve.unit for curve in curves))
    return units[0] if len(units) == 1 else " / ".join(unit or "1" for unit in units)


def _curve(curve: Curve) -> dict[str, Any]:
    summary = summary_of(curve)
    numbers = ("min", "avg", "max", "last")
    values = (None,) * len(numbers)
    if summary is not None:
        values = (summary.low, summary.mean, summary.high, summary.last)  # type: ignore[assignment] # four of them, as above
    return {
        "part": curve.part,
        "unit": curve.unit,
        **dict(zip(numbers, values, strict=True)),
        "pieces": [
            [
                {
                    "since": stamp(mark.since_s),
                    "at": stamp(mark.at_s),
                    "value": mark.value,
                    "min": mark.low,
                    "max": mark.high,
                }
                for mark in piece
            ]
            for piece in curve.pieces
        ],
    }
