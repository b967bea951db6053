"""Picture -> SVG or PNG, by matplotlib. Imported only when a file is asked for."""

import io
import warnings
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from netwatch.telemetry.graph.picture import Picture
from netwatch.telemetry.graph.ticks import bounds
from netwatch.telemetry.graph.words import harmless, headline, legend, outage_words
from netwatch.telemetry.history.curves import Curve
from netwatch.telemetry.units import scaled

INCHES: Final = (10.0, 4.2)
DPI: Final = 110
SHADE: Final = "tab:red"
ALPHA: Final = 0.15
STYLE: Final[dict[str, Any]] = {
    "text.parse_math": False,  # a device's text is no formula
    "svg.fonttype": "none",
    "svg.hashsalt": "netwatch",
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def painted(picture: Picture, *, zone: ZoneInfo, kind: str) -> bytes:
    """Return a picture as the octets of a file; ``kind`` is svg or png."""
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a letter that no font here has
        figure = Figure(figsize=INCHES, dpi=DPI, layout="constrained")
        canvas = FigureCanvasSVG(figure) if kind == "svg" else FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _draw(axes, picture, zone)
        file = io.BytesIO()
        metadata = {"Date": None} if kind == "svg" else None
        canvas.print_figure(file, format=kind, metadata=metadata)
    return file.getvalue()


def _draw(axes: Any, picture: Picture, zone: ZoneInfo) -> None:
    lines = [_curve(axes, curve) for curve in picture.curves]
    for outage in picture.outages:
        axes.axvspan(_at(outage.since_s), _at(outage.until_s), color=SHADE, alpha=ALPHA, lw=0)
    marks = [mark for curve in picture.curves for mark in curve.marks]
    low = min((mark.low for mark in marks), default=0.0)
    high = max((mark.high for mark in marks), default=1.0)
    axes.set_ylim(*bounds(low, high, from_zero=picture.is_rate))
    axes.set_xlim(_at(picture.since_s), _at(picture.until_s))
    locator = AutoDateLocator(tz=zone, maxticks=10)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=zone))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: scaled(value, picture.unit)))
    axes.grid(visible=True, alpha=0.3)
    axes.set_title(headline(picture, zone), loc="left", fontsize=10)
    outages = list(outage_words(picture, zone))
    shades = [Patch(color=SHADE, alpha=ALPHA, lw=0)] * len(outages)
    labels = [*legend(picture), *outages]
    nothing = [Line2D([], [], ls="none")] * (len(labels) - len(lines) - len(shades))
    axes.legend(
        [*lines, *nothing, *shades],
        [f" {label}" for label in labels],  # one that begins with _ would be left out
        loc="upper left",
        bbox_to_anchor=(0, -0.12),
        frameon=False,
        prop={"family": "monospace", "size": 8},
    )


def _curve(axes: Any, curve: Curve) -> Any:
    """Draw a curve, each unbroken piece by itself, its lowest and highest as a band."""
    (line,) = axes.plot([], [], lw=1.2, label=f" {harmless(curve.part)}")
    colour = line.get_color()
    for piece in curve.pieces:
        times = [_at(mark.at_s) for mark in piece]
        values = [mark.value for mark in piece]
        if piece[0].since_s < piece[0].at_s:
            times.insert(0, _at(piece[0].since_s))
            values.insert(0, piece[0].value)
        alone = "." if len(times) == 1 else ""
        axes.plot(times, values, lw=1.2, color=colour, marker=alone, ms=3)
        if any(mark.high > mark.low for mark in piece):
            band = [_at(mark.at_s) for mark in piece]
            lows, highs = [mark.low for mark in piece], [mark.high for mark in piece]
            axes.fill_between(band, lows, highs, color=colour, alpha=0.2, lw=0)
    return line


def _at(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
