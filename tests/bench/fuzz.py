"""Hostile datagrams at the trap port and as answers of agents: who crashes, hangs or takes long."""

import sys
from collections.abc import Iterator
from typing import Any, Final

from tests.bench.measure import NotMeasuredError, said
from tests.bench.report import Table
from tests.hostile import shared_folder

_COUNT: Final = 100_000
_JOBS: Final = {
    "traps": "the trap port",
    "python": "answers, asked in Python",
    "compiled": "answers, asked by the compiled core",
}
HEAD: Final = ("", "datagrams", "crashes", "over 5 ms", "slowest ms", "mean us")


def fuzz(*, quick: bool) -> Iterator[Table]:
    """Let each reader read so many, in a process of its own: its end would be a crash."""
    count = 10_000 if quick else _COUNT
    rows, notes = [], []
    for job, name in _JOBS.items():
        try:
            told = said([sys.executable, "-m", "tests.bench.clients.hostile", job, str(count)])
        except NotMeasuredError as why:
            rows.append((name, f"{count:,}", f"1: {why}", "-", "-", "-"))
            continue
        if "missing" in told:
            notes.append(f"{name}: not measured, {told['missing']}")
            continue
        rows.append(_row(name, told))
        made = ", ".join(f"{what} {number:,}" for what, number in told["outcomes"].items())
        notes.append(f"{name}: {made}")
    real = "real ones of captures among them" if shared_folder() else "our own encodings only"
    yield Table(title="Hostile datagrams", words=_WORDS, head=HEAD, rows=rows, notes=[real, *notes])


def _row(name: str, told: dict[str, Any]) -> tuple[str, ...]:
    return (
        name,
        f"{told['tried']:,}",
        "0",
        f"{told['slow']}",
        f"{told['slowest_ms']:.2f}",
        f"{told['mean_us']:.0f}",
    )


_WORDS: Final = (
    "Datagrams with bits flipped, cut off, with lengths that lie, doubled, nested 1,500 deep; "
    "processor time for each."
)
