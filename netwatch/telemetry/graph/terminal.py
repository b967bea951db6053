"""Picture -> lines of text in braille, for a terminal. Uses plotille for the dots."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import click
import plotille

from netwatch.telemetry.graph.picture import Picture
from netwatch.telemetry.graph.ticks import bounds, numbers, times
from netwatch.telemetry.graph.words import headline, legend, outage_words
from netwatch.telemetry.history.curves import Curve, thinned
from netwatch.telemetry.units import scaled

COLOURS: Final = ("cyan", "yellow", "green", "magenta", "blue", "white")
LETTERS: Final = "*+ox#@."
BLANK: Final = "\u2800"
SHADE: Final = "░"
NARROWEST: Final = 20
LOWEST: Final = 4
LABEL_COLUMNS: Final = 7
"""A time's label needs so many columns."""

BAND: Final = "bright_black"
DOTS_A_CELL: Final = 2

Line = tuple[float, float, float, float]
"""From a second and a value to another."""
Cell = tuple[str, str]
"""A letter and its colour."""


def drawn(
    picture: Picture, *, zone: ZoneInfo, width: int, height: int, plain: bool, colours: bool
) -> str:
    """Return a picture as text.

    Args:
        picture: what to draw.
        zone: whose clocks the times are of.
        width: columns of the terminal.
        height: lines that the curves may take.
        plain: whether the terminal knows nothing but ASCII.
        colours: whether it knows colours; without them lowest and highest are in the legend only.
    """
    low, high = _bounds(picture)
    ticks = numbers(low, high, max(height // 3, 2))
    labels = [scaled(tick, picture.unit) for tick in ticks]
    margin = max(map(len, labels)) + 2
    width = max(width - margin - 1, NARROWEST)
    height = max(height, LOWEST)
    rows = _rows(picture, (low, high), (width, height), colours=colours)
    places = (_row_of(tick, low, high, height) for tick in ticks)
    marks = dict(zip(places, labels, strict=True))
    lines = [headline(picture, zone), ""]
    if plain:
        rows = [[_plain_cell(cell) for cell in row] for row in rows]
    for number, row in enumerate(rows):
        label = marks.get(number, "")
        lines.append(
            f"{label:>{margin - 2}} {'┤' if label else '│'}{_styled(row, colours)}".rstrip()
        )
    lines += _time_axis(picture, zone, margin, width)
    lines += ["", *_legend(picture, colours, plain), *outage_words(picture, zone)]
    text = "\n".join(lines)
    return _in_ascii(text) if plain else text


def _bounds(picture: Picture) -> tuple[float, float]:
    marks = [mark for curve in picture.curves for mark in curve.marks]
    lows = [mark.low for mark in marks]
    highs = [mark.high for mark in marks]
    return bounds(min(lows, default=0.0), max(highs, default=1.0), from_zero=picture.is_rate)


def _rows(
    picture: Picture, limits: tuple[float, float], size: tuple[int, int], *, colours: bool
) -> list[list[Cell]]:
    """Return the cells of the drawing: all curves over each other, outages behind them.

    Lowest and highest are drawn where they can be told from the mean: one curve, by its colour.
    """
    width, height = size
    span = max(picture.until_s - picture.since_s, 1)
    shaded = {
        column
        for outage in picture.outages
        for column in range(
            int((max(outage.since_s, picture.since_s) - picture.since_s) / span * width),
            int((min(outage.until_s, picture.until_s) - picture.since_s) / span * width) + 1,
        )
    }
    cells: list[list[Cell]] = [[(BLANK, "")] * width for _ in range(height)]
    curves = [
        thinned(curve, picture.since_s, picture.until_s, DOTS_A_CELL * width)
        for curve in picture.curves
    ]
    if colours and len(curves) == 1:
        _lay(cells, _canvas(picture, limits, size), _bands(curves[0]), BAND)
    for number, curve in enumerate(curves):
        lines = _lines(curve, picture.since_s)
        _lay(cells, _canvas(picture, limits, size), lines, COLOURS[number % len(COLOURS)])
    for line in cells:
        for column in shaded:
            if column < width and line[column][0] == BLANK:
                line[column] = (SHADE, "red")
    return cells


def _canvas(
    picture: Picture, limits: tuple[float, float], size: tuple[int, int]
) -> plotille.Canvas:
    return plotille.Canvas(
        *size, xmin=picture.since_s, xmax=picture.until_s + 1, ymin=limits[0], ymax=limits[1]
    )


def _bands(curve: Curve) -> Iterator[Line]:
    """Yield lines from the lowest to the highest of each stretch."""
    for mark in curve.marks:
        if mark.high > mark.low:
            yield mark.at_s, mark.low, mark.at_s, mark.high


def _lines(curve: Curve, since_s: int) -> Iterator[Line]:
    """Yield lines from each value to the next; none over a gap."""
    for piece in curve.pieces:
        first = piece[0]
        before = (max(first.since_s, since_s), first.value)
        for mark in piece:
            yield (*before, mark.at_s, mark.value)
            before = mark.at_s, mark.value


def _lay(
    cells: list[list[Cell]], canvas: plotille.Canvas, lines: Iterable[Line], colour: str
) -> None:
    """Draw lines over what is drawn already."""
    for line in lines:
        canvas.line(*line)
    for row, letters in enumerate(canvas.plot().split("\n")):
        for column, letter in enumerate(letters):
            if letter not in (BLANK, " "):
                cells[row][column] = _over(cells[row][column], letter, colour)


def _over(cell: Cell, letter: str, colour: str) -> Cell:
    """Return a cell with the dots of another curve added; the colour is the last one's."""
    if cell[0] == BLANK:
        return letter, colour
    return chr(ord(cell[0]) | ord(letter)), colour


def _row_of(value: float, low: float, high: float, height: int) -> int:
    return min(height - 1, max(0, round((high - value) / (high - low) * (height - 1))))


def _styled(row: Sequence[Cell], colours: bool) -> str:
    """Return a row as text, each stretch of one colour styled once."""
    text, stretch, colour = "", "", ""
    for letter, its in [*row, ("", "end")]:
        if its != colour:
            text += click.style(stretch, fg=colour) if colours and colour else stretch
            stretch, colour = "", its
        stretch += " " if letter == BLANK else letter
    return text


def _time_axis(picture: Picture, zone: ZoneInfo, margin: int, width: int) -> list[str]:
    most = max(width // (LABEL_COLUMNS + 3), 1)
    span = max(picture.until_s - picture.since_s, 1)
    axis, words = ["─"] * width, [" "] * (width + LABEL_COLUMNS)
    for at_s, word in times(picture.since_s, picture.until_s, zone, most):
        column = min(int((at_s - picture.since_s) / span * width), width - 1)
        axis[column] = "┬"
        begin = min(max(column - len(word) // 2, 0), width - len(word))
        words[begin : begin + len(word)] = word
    left = " " * (margin - 1)
    return [f"{left}└{''.join(axis)}", f"{left} {''.join(words)}".rstrip()]


def _legend(picture: Picture, colours: bool, plain: bool) -> Iterator[str]:
    for number, line in enumerate(legend(picture)):
        if number >= len(picture.curves):
            yield line
            continue
        colour = COLOURS[number % len(COLOURS)]
        mark = 2 * (_letter_of(colour) if plain else "━")
        yield f"{click.style(mark, fg=colour) if colours else mark} {line}"


def _plain_cell(cell: Cell) -> Cell:
    letter, colour = cell
    return (_letter_of(colour), colour) if letter not in (BLANK, SHADE) else cell


def _letter_of(colour: str) -> str:
    """Return the letter that tells a curve from others where there is no braille."""
    return LETTERS[COLOURS.index(colour)] if colour in COLOURS else LETTERS[-1]


def _in_ascii(text: str) -> str:
    """Return a drawing for a terminal that knows nothing else."""
    swaps = {"│": "|", "┤": "+", "└": "+", "─": "-", "┬": "+", "━": "-", SHADE: ":", BLANK: " ",
             "°": "", "µ": "u", "–": "-"}  # fmt: skip
    letters = (swaps.get(letter, letter) for letter in text)
    return "".join(letter if letter.isascii() else "?" for letter in letters)
