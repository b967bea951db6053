"""What stands over and under a picture. Names of devices and parts are theirs: made harmless."""

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from netwatch.telemetry.graph.picture import Picture
from netwatch.telemetry.history.curves import Curve, Span, summary_of
from netwatch.telemetry.units import scaled

LONGEST_NAME: Final = 60
MOST_OUTAGES: Final = 5
MINUTE_S: Final = 60
_HARMFUL: Final = ("Cc", "Cf", "Zl", "Zp", "Cs")


def harmless(name: str) -> str:
    """Return a name that no terminal obeys and no line breaks at."""
    kept = "".join("?" if unicodedata.category(one) in _HARMFUL else one for one in name)
    return kept if len(kept) <= LONGEST_NAME else kept[: LONGEST_NAME - 1] + "…"


def headline(picture: Picture, zone: ZoneInfo) -> str:
    """Return what the picture is of."""
    unit = f", {picture.unit}" if picture.unit else ""
    since, until = local(picture.since_s, zone), local(picture.until_s, zone)
    return f"{harmless(picture.device)}: {harmless(picture.check)}{unit}; {since} – {until}"


def legend(picture: Picture) -> Iterator[str]:
    """Yield a line for each curve, and what is not drawn."""
    wide = max(len(harmless(curve.part)) for curve in picture.curves)
    for curve in picture.curves:
        yield f"{harmless(curve.part):{wide}}  {numbers_of(curve)}"
    if picture.left_out:
        yield f"and {picture.left_out} more, with lower means; choose one with --part NAME"


def numbers_of(curve: Curve) -> str:
    """Return a curve in four numbers."""
    summary = summary_of(curve)
    if summary is None:
        return "one reading only: a rate needs two" if curve.is_rate else "nothing"
    numbers = {"min": summary.low, "avg": summary.mean, "max": summary.high, "last": summary.last}
    return "  ".join(f"{name} {scaled(value, curve.unit)}" for name, value in numbers.items())


def outage_words(picture: Picture, zone: ZoneInfo) -> Iterator[str]:
    """Yield when the device was not reached."""
    for outage in picture.outages[-MOST_OUTAGES:]:
        yield f"not reached {_span(outage, picture, zone)}"
    if len(picture.outages) > MOST_OUTAGES:
        yield f"and {len(picture.outages) - MOST_OUTAGES} times before"


def local(at_s: float, zone: ZoneInfo) -> str:
    """Return a second as clocks in a zone show it."""
    return f"{datetime.fromtimestamp(at_s, zone):%Y-%m-%d %H:%M}"


def lasting(seconds: int) -> str:
    """Return how long something lasted, to the minute where it was long."""
    if seconds < 2 * MINUTE_S:
        return f"{seconds} s"
    minutes = round(seconds / MINUTE_S)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{minutes} min"


def _span(outage: Span, picture: Picture, zone: ZoneInfo) -> str:
    start = local(outage.since_s, zone)
    if outage.until_s >= picture.until_s:
        return f"since {start}"
    until = datetime.fromtimestamp(outage.until_s, zone)
    lasted = lasting(outage.until_s - outage.since_s)
    return f"{start} – {until:%H:%M} ({lasted})"
