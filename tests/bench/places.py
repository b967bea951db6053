"""Who hangs where: a provider's LMS and OLTs to places, and a feeder cut under the service."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from netwatch.lab.faults import LabRefusedError
from netwatch.model.facts import Phase
from tests.bench.measure import NotMeasuredError
from tests.bench.report import Table
from tests.operator.afternoon import Afternoon, Run, spend
from tests.operator.cut import SETTINGS, Cut, Watched, live_through
from tests.operator.homes import FULL, Operator, Size, make_operator
from tests.operator.office import Said, office
from tests.operator.postgres import programs

_QUICK: Final = Size(olts=6, devices=60, lines=1500)
_CUT: Final = ("olt-03", "olt-04", "olt-05")
"""One of each maker."""
_HEAD: Final = (
    "", "lines", "s", "CPU-s", "MB", "requests", "placed", "wide", "wrong", "undoubted",
    "questions", "taken",
)  # fmt: skip


def places(*, quick: bool) -> Iterator[Table]:
    """Measure an afternoon and a night, and a cut feeder of an OLT of each maker."""
    if programs() is None:
        raise NotMeasuredError("postgresql is not installed")
    operator = make_operator(_QUICK if quick else FULL)
    changes = 24 if quick else 200
    with TemporaryDirectory(prefix="nw-") as name:
        try:
            with office(Path(name), operator, SETTINGS) as here:
                afternoon = spend(here, operator, changes)
                yield _afternoon(operator, afternoon)
                here.write_records(operator)
                with here.gear_of(operator):
                    here.netwatch("places", "reconcile", "--json")
                    yield _cuts(operator, live_through(here, operator, _CUT[: 1 if quick else 3]))
        except LabRefusedError as why:
            raise NotMeasuredError(str(why)) from None


def _afternoon(operator: Operator, afternoon: Afternoon) -> Table:
    happened = len(afternoon.happened)
    return Table(
        title="Who hangs where: billing system and gear to places",
        words=(
            "A provider made up with 3 % wrong ports, 2 % stale ONUs, duplicate logins, typos and "
            f"5 % without ONU: its LMS and RADIUS in a real PostgreSQL, {len(operator.olts)} OLTs "
            "(Huawei, V-SOL, BDCOM) and as many switches asked by SNMP. Each row is one `netwatch "
            "places reconcile`. Wrong is another device, port or ONU; wide is the right device "
            "without its port. Undoubted: wrong, and nobody is told to doubt it."
        ),
        head=_HEAD,
        rows=[
            _row("first run", afternoon.first),
            _row("nothing changed", afternoon.second),
            _row(f"after {happened} changes", afternoon.night),
            _row(f"after {afternoon.visited} answers", afternoon.morning),
        ],
        notes=[
            (
                f"{afternoon.answered} questions were answered after the first run, by a script "
                "that knows the gear and no home"
            ),
            f"asking the gear alone (`netwatch import network`): {_took(afternoon.look)}",
            (
                f"of the night's {happened} swaps, moves, cancellations and new customers "
                f"{happened - len(afternoon.unfollowed)} were followed, "
                f"{happened - len(afternoon.lost)} after the answers; "
                f"{len(afternoon.invented)} changes were invented"
            ),
        ],
    )


def _took(said: Said) -> str:
    return (
        f"{said.seconds:.1f} s, {said.cpu_s:.1f} CPU-s, {said.rss_mb:.0f} MB, "
        f"{said.requests:,} requests"
    )


def _row(what: str, run: Run) -> tuple[str, ...]:
    score, said = run.score, run.said
    return (
        what,
        f"{score.lines:,}",
        f"{said.seconds:.1f}",
        f"{said.cpu_s:.1f}",
        f"{said.rss_mb:.0f}",
        f"{said.requests:,}",
        f"{score.placed / score.lines:.2%}",
        f"{score.wide / score.lines:.2%}",
        f"{score.wrong / score.lines:.2%}",
        str(score.undoubted),
        str(run.questions),
        str(len(run.changes)),
    )


def _cuts(operator: Operator, watched: Watched) -> Table:
    return Table(
        title="A cut feeder under homes that were placed so",
        words=(
            "The same provider under `netwatch run` with the intervals as shipped: the cable with "
            "half of an OLT's ports is cut and mended again. Right people: F1 of who is counted "
            "without service, among those placed; homes switched off before count neither way. "
            "Seconds are from the cut, or from the mending, to the last of the words."
        ),
        head=(
            "", "homes", "without place", "F1", "suspected s", "confirmed s", "restored s",
            "alerts",
        ),
        rows=[_cut(operator, one) for one in watched.cuts],
        notes=[
            (f"{operator.size.lines:,} lines: ready after {watched.ready_s:.0f} s, then "
            f"{watched.cpu_s / watched.seconds:.1%} of a core and {watched.rss_mb:.0f} MB")
        ],
    )  # fmt: skip


def _cut(operator: Operator, cut: Cut) -> tuple[str, ...]:
    olt = operator.olt(cut.olt)
    return (
        f"{olt.make if olt else ''} ({cut.olt})",
        str(len(cut.concerned)),
        str(len(cut.nowhere)),
        f"{cut.f1:.3f}",
        *(
            f"{max(cut.after_s(phase), default=float('nan')):.0f}"
            for phase in (Phase.SUSPECTED, Phase.CONFIRMED, Phase.RESTORED)
        ),
        str(cut.alerts),
    )
