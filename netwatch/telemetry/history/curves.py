"""Points -> a curve as a person wants it: rates of counters, gaps as gaps, outages. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from netwatch.telemetry.history.points import Point
from netwatch.telemetry.history.rates import GAP_STEPS, is_rising, rates, usual_step_s
from netwatch.telemetry.units import Measure

SILENT_IN_A_ROW: Final = 3
"""One lost echo is weather; so many in a row are an outage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A curve's value over a stretch of time; ``since_s`` is ``at_s`` where it is of a moment."""

    since_s: int
    at_s: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What is drawn of one series."""

    part: str
    unit: str
    is_rate: bool
    pieces: tuple[tuple[Mark, ...], ...]
    """Stretches without a gap in them, in the order of time."""

    @property
    def marks(self) -> Iterator[Mark]:
        """Yield all marks."""
        for piece in self.pieces:
            yield from piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A curve in four numbers; the mean is weighed by time."""

    low: float
    mean: float
    high: float
    last: float


@dataclass(frozen=True, slots=True)
class Span:
    """From one second to another."""

    since_s: int
    until_s: int


def curve_of(
    part: str,
    points: Sequence[Point],
    measure: Measure,
    *,
    starts_s: Sequence[int] = (),
    as_rate: bool | None = None,
) -> Curve:
    """Return the curve of a series.

    Args:
        part: which part it is of.
        points: in the order of time.
        measure: what the numbers mean.
        starts_s: when the device started anew: its counters began at 0 there.
        as_rate: whether rates are drawn; None: where the check counts, or its values rise as a
            counter's do.
    """
    counts = measure.counts
    if as_rate is None:
        as_rate = counts if counts is not None else _rises(points)
    unit = measure.unit
    if as_rate:
        marks = _rates(points, measure.factor, starts_s)
        unit = unit if unit.endswith("/s") else f"{unit or 1}/s"
    else:
        marks = _levels(points, 1.0 if counts else measure.factor)
        unit = "" if counts else unit
    return Curve(part=part, unit=unit, is_rate=as_rate, pieces=tuple(_unbroken(marks)))


def summary_of(curve: Curve) -> Summary | None:
    """Return a curve in four numbers; None where it has no value."""
    marks = list(curve.marks)
    if not marks:
        return None
    return Summary(
        low=min(mark.low for mark in marks),
        mean=_mean(marks),
        high=max(mark.high for mark in marks),
        last=marks[-1].value,
    )


def thinned(curve: Curve, since_s: int, until_s: int, most: int) -> Curve:
    """Return a curve of about ``most`` marks at most: the mean, lowest and highest of stretches."""
    step = max((until_s - since_s) / most, 1.0)
    if sum(map(len, curve.pieces)) <= most:
        return curve
    pieces = []
    for piece in curve.pieces:
        stretches: dict[int, list[Mark]] = {}
        for mark in piece:
            stretches.setdefault(int((mark.at_s - since_s) // step), []).append(mark)
        pieces.append(tuple(map(_as_one, stretches.values())))
    return replace(curve, pieces=tuple(pieces))


def outages_of(points: Sequence[Point], until_s: int) -> list[Span]:
    """Return when a device was not reached, from its ``icmp.up``: 1 it answered, 0 it did not.

    A stretch of a rollup counts when nothing answered in it.
    """
    spans: list[Span] = []
    begun: int | None = None
    silent = 0
    for point in points:
        best = point.value if point.step_s == 0 or point.high is None else point.high
        if best > 0:
            if begun is not None and silent >= SILENT_IN_A_ROW:
                spans.append(Span(begun, point.since_s))
            begun, silent = None, 0
        else:
            begun = point.since_s if begun is None else begun
            silent += max(point.count, 1)
    if begun is not None and silent >= SILENT_IN_A_ROW:
        spans.append(Span(begun, until_s))
    return spans


def _as_one(marks: Sequence[Mark]) -> Mark:
    return Mark(
        since_s=marks[0].since_s,
        at_s=marks[-1].at_s,
        value=_mean(marks),
        low=min(mark.low for mark in marks),
        high=max(mark.high for mark in marks),
    )


def _mean(marks: Sequence[Mark]) -> float:
    weights = [max(mark.at_s - mark.since_s, 1) for mark in marks]
    weighed = sum(mark.value * weight for mark, weight in zip(marks, weights, strict=True))
    return weighed / sum(weights)


def _rises(points: Sequence[Point]) -> bool:
    if any(point.step_s for point in points):
        rolled_up = [point for point in points if point.step_s and point.count > 1]
        return bool(rolled_up) and all(point.rising for point in rolled_up)
    return is_rising([point.value for point in points])


def _rates(
    points: Sequence[Point], factor: float, starts_s: Sequence[int]
) -> Iterator[Mark | None]:
    """Yield rates, and None where there is a gap or nobody knows."""
    by_second = {point.at_s: point for point in points}
    gap_s = _gap_s(points)
    readings = ((point.at_s, point.value) for point in points)
    for rate in rates(readings, starts_s=starts_s, gap_s=gap_s):
        if rate.per_s is None:
            yield None
            continue
        point = by_second[rate.at_s]
        mean = rate.per_s
        low = mean if point.low is None or not point.rising else min(point.low, mean)
        high = mean if point.high is None or not point.rising else max(point.high, mean)
        yield Mark(
            since_s=rate.since_s,
            at_s=rate.at_s,
            value=mean * factor,
            low=low * factor,
            high=high * factor,
        )


def _levels(points: Sequence[Point], factor: float) -> Iterator[Mark | None]:
    """Yield values, and None where there is a gap."""
    gap_s = _gap_s(points)
    before: Point | None = None
    for point in points:
        if before is not None and gap_s is not None and point.at_s - before.at_s > gap_s:
            yield None
        before = point
        value = float(point.value if point.mean is None else point.mean)
        plain = point.low is None or point.high is None or point.rising
        low, high = (value, value) if plain else (float(point.low or 0), float(point.high or 0))
        yield Mark(
            since_s=point.since_s if point.step_s else point.at_s,
            at_s=point.since_s + point.step_s if point.step_s else point.at_s,
            value=value * factor,
            low=low * factor,
            high=high * factor,
        )


def _gap_s(points: Sequence[Point]) -> float | None:
    """Return how long a pause is a gap; where fine points follow coarse ones, by the coarse."""
    step = usual_step_s([point.at_s for point in points])
    coarsest = max((point.step_s for point in points), default=0)
    return None if step is None else GAP_STEPS * max(step, coarsest)


def _unbroken(marks: Iterable[Mark | None]) -> Iterator[tuple[Mark, ...]]:
    piece: list[Mark] = []
    for mark in marks:
        if mark is not None:
            piece.append(mark)
        elif piece:
            yield tuple(piece)
            piece = []
    if piece:
        yield tuple(piece)
