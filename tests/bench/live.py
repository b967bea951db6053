"""Faults of every kind in a live lab: found, with whom, how soon, and whether all came back.

The real service asks real addresses in a namespace; nothing is played back. ``right after`` counts
from the first lost ping, or from the break where no ping is lost, until the cause was right for
good.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from netwatch.lab.faults import LabError, LabRefusedError
from tests.bench.live_house import Result, live_house
from tests.bench.measure import NotMeasuredError
from tests.bench.report import Table
from tests.bench.trials import TRIALS, Trial

ROOT: Final = Path(__file__).parents[2]
LANES: Final = 3
"""So many towns at once: each waits far more than it computes."""
QUICK: Final = 6
BAR_S: Final = 25.0


def live(*, quick: bool = False) -> Iterator[Table]:
    """Break everything once, one after the other, in towns side by side."""
    trials = TRIALS[:QUICK] if quick else TRIALS
    try:
        results = asyncio.run(_all(trials))
    except (LabError, LabRefusedError) as why:
        raise NotMeasuredError(str(why)) from why
    yield Table(
        title="Live faults",
        words="The real service watches a simulated town of 400 subscribers while it breaks.",
        head=("fault", "right after s", "first word s", "named", "incidents", "back after s"),
        rows=[_row(result) for result in results],
        notes=[*_sums(results), *_misses(results)],
    )


async def _all(trials: Sequence[Trial]) -> list[Result]:
    lanes = await asyncio.gather(*(_lane(trials[number::LANES]) for number in range(LANES)))
    by_name = {result.trial.name: result for lane in lanes for result in lane}
    return [by_name[trial.name] for trial in trials]


async def _lane(trials: Sequence[Trial]) -> list[Result]:
    home = Path(tempfile.mkdtemp(prefix="nw-live-"))
    results = []
    try:
        async with live_house(home, ROOT / "inventory", ROOT / "rules") as house:
            for trial in trials:
                result = await house.play(trial)
                results.append(result)
                cells = "  ".join(_row(result))
                sys.stderr.write(f"{cells}  {'; '.join((*result.faults, *result.said))}\n")
    finally:
        shutil.rmtree(home)
    return results


def _row(result: Result) -> tuple[str, ...]:
    besides = f" +{result.besides}" if result.besides else ""
    return (
        result.trial.name,
        _seconds(result.seconds),
        _seconds(result.first_s),
        f"{result.named} of {result.without}{besides}" if result.trial.felt else "-",
        f"{result.incidents} of {len(result.trial.wanted)}",
        _seconds(result.restored_s),
    )


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f}"


def _sums(results: Sequence[Result]) -> Iterator[str]:
    wanted = [result for result in results if result.trial.wanted]
    times = sorted(result.seconds for result in wanted if result.seconds is not None)
    whole = sum(not result.faults for result in results)
    yield f"{len(times)} of {len(wanted)} found; {whole} of {len(results)} right in everything"
    if times:
        tail = times[min(len(times) - 1, int(0.95 * len(times)))]
        in_time = sum(time <= BAR_S for time in times)
        yield f"right after {median(times):.1f} s (median), {tail:.1f} s (95 of 100)"
        yield f"{in_time} within {BAR_S:.0f} s"


def _misses(results: Sequence[Result]) -> Iterator[str]:
    for result in results:
        if result.faults:
            said = "; ".join(result.said) or "nothing was said"
            yield f"{result.trial.name}: {', '.join(result.faults)}; {said}"
