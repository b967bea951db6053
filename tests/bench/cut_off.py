"""Our own way out is cut while the town breaks: how soon people hear of it all the same.

The real service in a network of its own: beyond its one line are SMS gateway, duty's telephone and
the place the page is pushed to. A fault is told by them, the line is cut, another fault begins.
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from netwatch.lab.faults import LabError, LabRefusedError
from tests.bench.measure import NotMeasuredError
from tests.bench.report import Table
from tests.edges.cut_off_house import STAFF, CutOffHouse, cut_off_house

ROOT: Final = Path(__file__).parents[2]
BEFORE, MEANWHILE = ("link:f-polna", "cut"), ("device:sw-rynek-2", "dead")
"""The fault told while the way stood, and the one that begins when it does not."""
PROMISED_S: Final = 90.0
PATIENCE_S: Final = 150.0
SETTLES_S: Final = 8.0
HOWS: Final = ("cut", "unroute")
WORDS: Final = {"cut": "packets vanish", "unroute": "no default route"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What became of the words; seconds count from the moment the second fault began."""

    how: str
    before: frozenset[str]
    """Who was told of the first fault by the gateway."""
    wanted: frozenset[str]
    """Who lost service by the second fault."""
    told: frozenset[str]
    """Who was told by the modem within the time that is promised."""
    first_s: float | None
    last_s: float | None
    staff_s: float | None
    """When the modem called who is on duty; None: it did not."""
    twice: int
    """Messages that somebody got a second time."""
    here: dict[str, Any]
    """The page as it was made here."""
    there: dict[str, Any]
    """The page at the far place meanwhile."""
    before_cut: dict[str, Any]
    """The page at the far place just before."""
    back_s: float | None = None
    """From the end of the cut until the far page knew of the second fault; None: nobody looked."""


async def story(house: CutOffHouse, how: str, *, until_back: bool = True) -> Story:
    """Let the town break, cut the way out, let it break again; leave it broken.

    Args:
        house: nothing is broken in it yet.
        how: ``cut`` or ``unroute``, as ``WayOut`` does it.
        until_back: mend the way in the end, and see the far page catch up.
    """
    lab = house.live.lab
    await lab.break_(*BEFORE)
    first = await _dark(house, frozenset())
    await house.until(lambda: _numbers(house, first) <= _gateway(house), PATIENCE_S)
    await house.until(lambda: bool(house.said(house.there)["outages"]), PATIENCE_S)
    before_cut = house.said(house.there)
    getattr(house.way, how)()
    taken = len(house.modem.taken)
    began_s = time.monotonic()
    await lab.break_(*MEANWHILE)
    second = await _dark(house, first)

    def all_told() -> bool:
        return _numbers(house, second) | {STAFF} <= {part.number for _, part in fresh()}

    def fresh() -> list[tuple[float, Any]]:
        return house.by_modem(taken)

    await house.until(all_told, PROMISED_S - (time.monotonic() - began_s))
    await asyncio.sleep(SETTLES_S)
    here, there = house.said(house.here), house.said(house.there)
    back_s = await _back(house) if until_back else None
    by_number: dict[str, float] = {}
    for at_s, part in fresh():
        by_number.setdefault(part.number, at_s - began_s)
    people = {name: by_number[house.numbers[name]] for name in second
              if house.numbers[name] in by_number}  # fmt: skip
    sent = Counter((one["to"], one["message"]) for one in house.by_gateway())
    parts = ((one.number, f"{one.reference} {one.place} {one.text}") for one in house.modem.taken)
    sent += Counter(parts)
    return Story(
        how=how,
        before=frozenset(name for name in first if house.numbers[name] in _gateway(house)),
        wanted=second,
        told=frozenset(name for name, at_s in people.items() if at_s <= PROMISED_S),
        first_s=min(people.values(), default=None),
        last_s=max(people.values()) if people.keys() == second else None,
        staff_s=by_number.get(STAFF),
        twice=sum(count - 1 for count in sent.values()),
        here=here,
        there=there,
        before_cut=before_cut,
        back_s=back_s,
    )


async def _dark(house: CutOffHouse, besides: frozenset[str]) -> frozenset[str]:
    status = await house.live.lab.status()
    return frozenset(status["without_service"]) - besides


def _numbers(house: CutOffHouse, people: frozenset[str]) -> set[str]:
    return {house.numbers[name] for name in people}


def _gateway(house: CutOffHouse) -> set[str]:
    return {one["to"] for one in house.by_gateway()}


async def _back(house: CutOffHouse) -> float | None:
    house.way.mend()
    mended_s = time.monotonic()
    count = len(house.said(house.here)["outages"])
    known = await house.until(lambda: len(house.said(house.there)["outages"]) == count, PATIENCE_S)
    return time.monotonic() - mended_s if known else None


def cut_off(*, quick: bool = False) -> Iterator[Table]:
    """Cut our own way out in two ways, one after the other."""
    try:
        stories = [asyncio.run(_told(how)) for how in HOWS[: 1 if quick else None]]
    except (LabError, LabRefusedError, OSError, subprocess.CalledProcessError) as why:
        raise NotMeasuredError(f"it takes root and namespaces; {why}") from why
    yield Table(
        title="Our own way out cut",
        words="A fault begins while neither gateway nor page is reached: a modem tells of it.",
        head=("way out", "told", "duty s", "first s", "last s", "twice", "page there again s"),
        rows=[_row(one) for one in stories],
        notes=list(_notes(stories)),
    )


async def _told(how: str) -> Story:
    home = Path(tempfile.mkdtemp(prefix="nw-cut-"))
    try:
        async with cut_off_house(home, ROOT / "inventory", ROOT / "rules") as house:
            found = await story(house, how)
            sys.stderr.write(f"{'  '.join(_row(found))}\n")
            return found
    finally:
        shutil.rmtree(home)


def _row(one: Story) -> tuple[str, ...]:
    return (
        WORDS[one.how],
        f"{len(one.told)} of {len(one.wanted)}",
        *(map(_seconds, (one.staff_s, one.first_s, one.last_s))),
        str(one.twice),
        _seconds(one.back_s),
    )


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f}"


def _notes(stories: Sequence[Story]) -> Iterator[str]:
    in_time = sum(
        one.told == one.wanted and one.staff_s is not None and one.staff_s <= PROMISED_S
        for one in stories
    )
    whole = f"{in_time} of {len(stories)} told whole within {PROMISED_S:.0f} s of the fault"
    yield f"{whole}, by a modem that sends at once; one in the field sends 6 to 10 a minute"
