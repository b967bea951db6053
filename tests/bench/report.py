"""Tables of what was measured, for the terminal and for the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.bench.measure import Outcome

HEAD: Final = ("", "devices", "devices/CPU-s", "CPU-s per 1,000", "s", "MB", "netwatch is")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a head, with a word before and after."""

    title: str
    words: str = ""
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def markdown(self) -> str:
        """Return it as a chapter of a page."""
        lines = [f"## {self.title}", "", self.words, ""] if self.words else [f"## {self.title}", ""]
        if self.head:
            lines += [_row(self.head), _row(["---", *["---:"] * (len(self.head) - 1)])]
        lines += map(_row, self.rows)
        if self.notes:
            lines += ["", *(f"- {note}" for note in self.notes)]
        return "\n".join(lines) + "\n"

    def text(self) -> str:
        """Return it for the terminal."""
        rows = [self.head, *self.rows] if self.head else []
        widths = [max(len(row[at]) for row in rows) for at in range(len(self.head))]
        lines = ["", self.title]
        for row in rows:
            cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            lines.append("  ".join([row[0].ljust(widths[0]), *cells]).rstrip())
        return "\n".join([*lines, *(f"  ({note})" for note in self.notes)])


def compared(title: str, outcomes: Sequence[Outcome], words: str = "") -> Table:
    """Set contenders side by side; the first of ours that ran is what the others are held to."""
    base = next((one for one in outcomes if one.ours and one.runs), None)
    rate = base.median(lambda run: run.per_cpu_s) if base is not None else 0.0
    rows, notes = [], []
    for one in outcomes:
        if not one.runs:
            notes.append(f"{one.name}: not measured, {one.why_not}")
            continue
        theirs = one.median(lambda run: run.per_cpu_s)
        rows.append(
            (
                one.name,
                f"{one.runs[0].asked:,}",
                f"{theirs:,.0f}",
                f"{1000 / theirs:.4f}",
                f"{one.median(lambda run: run.seconds):.2f}",
                f"{one.median(lambda run: run.rss_mb):.0f}" if one.runs[0].rss_mb else "-",
                "1" if one is base else f"{rate / theirs:.3g}x",
            )
        )
        notes += _faults(one)
    if not any(map(_faults, outcomes)):
        notes.append("every answer fitted its device; no live one was held for silent")
    return Table(title=title, words=words, head=HEAD, rows=rows, notes=notes)


def _faults(one: Outcome) -> list[str]:
    wrong = sum(run.wrong for run in one.runs)
    missed = max((run.missed for run in one.runs), key=abs, default=0)
    notes = [f"{one.name}: {wrong:,} wrong answers"] if wrong else []
    if missed > 0:
        notes.append(f"{one.name}: {missed:,} of {one.runs[0].asked:,} falsely held for silent")
    elif missed:
        notes.append(f"{one.name}: {-missed:,} dead ones held for alive")
    return notes


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
