"""Measurements -> alarms: a column against its limit, with hysteresis."""

from collections.abc import Iterator
from dataclasses import dataclass

from netwatch.detection.rules import LimitRule
from netwatch.model.arrivals import Readings
from netwatch.model.evidence import Crossed


@dataclass(slots=True)
class Crossing:
    """How often in a row one measurement was beyond its limit, or well back inside."""

    beyond: int = 0
    inside: int = 0


LimitKey = tuple[str, str, str]
"""device, rule id, part"""


def readings(
    arrival: Readings, rules: tuple[LimitRule, ...]
) -> Iterator[tuple[LimitRule, str, float]]:
    """Yield each number that a rule speaks of, with its part."""
    for rule in rules:
        if rule.check != arrival.check:
            continue
        for part, value in zip(arrival.parts, arrival.columns.get(rule.column, ()), strict=False):
            if value is not None:
                yield rule, part, value


def beyond(rule: LimitRule, value: float) -> Crossed | None:
    """Return which limit a value crosses, if any."""
    for limit, crossed in (
        (rule.above, rule.above is not None and value > rule.above),
        (rule.below, rule.below is not None and value < rule.below),
    ):
        if crossed and limit is not None:
            return Crossed(value=value, limit=limit, unit=rule.unit)
    return None


def inside(rule: LimitRule, value: float) -> bool:
    """Say whether a value is back inside by the whole hysteresis."""
    low = rule.above is None or value <= rule.above - rule.hysteresis
    high = rule.below is None or value >= rule.below + rule.hysteresis
    return low and high
