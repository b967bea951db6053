"""Seeded faults in a live lab, told to the public: from the break to page, post and text message.

The real service asks real addresses in a namespace, with a policy that lets every channel speak
at once; page, posts and texts are read where their readers would find them.
"""

import asyncio
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from netwatch.inventory.reader import read_inventory
from netwatch.lab.faults import LabError, LabRefusedError
from netwatch.model.clock import Clock
from netwatch.model.names import SubscriberId
from netwatch.service.clock import SteadyClock
from tests.bench.live_house import LiveHouse, live_house, until
from tests.bench.measure import NotMeasuredError
from tests.bench.public_house import (
    DOWN,
    LOCAL,
    Fault,
    Gateway,
    Handed,
    at_once,
    faults,
    gateway,
    with_telephones,
)
from tests.bench.report import Table

ROOT: Final = Path(__file__).parents[2]
LANES: Final = 4
"""So many towns at once: each waits far more than it computes."""
COUNT: Final = 100
QUICK: Final = 8
SEED: Final = 7
TOLD_S: Final = 150.0
"""What nobody was told of by then is a miss."""
REST_S: Final = 5.0
"""So long it is watched on after all was told, for what should not be said besides."""
OVER_S: Final = 300.0
BARS_S: Final = {False: 60.0, True: 120.0}
"""From the break to the page, by whether one OLT is the only witness."""
AFTER_PAGE_S: Final = 30.0


@dataclass(slots=True)
class Watched:
    """What was seen from one break until all of it was over."""

    fault: Fault
    broken_at: datetime
    mended_at: datetime | None = None
    page_s: float | None = None
    """From the break until the page told of it; None: never."""
    confirmed_s: float | None = None
    dark: set[SubscriberId] = field(default_factory=set)
    """Without service at any time."""
    too_early: list[Handed] = field(default_factory=list)
    """Told "restored" while it was not so."""
    handed: Sequence[Handed] = ()
    over: bool = False

    def first_s(self, channel: str) -> float | None:
        """Return how soon the first "down" was handed over on a channel."""
        downs = [one.at for one in self.handed if one.channel == channel and one.is_down]
        return (min(downs) - self.broken_at).total_seconds() if downs else None

    @property
    def told(self) -> Counter[str]:
        """Return who was told by text that something is broken, and how often."""
        return Counter(one.recipient for one in self.handed if self._text(one) and one.is_down)

    @property
    def unpaired(self) -> int:
        """Return how many believe yet that it is broken, or read of an end without a beginning."""
        believe: dict[tuple[str, str], bool] = {}
        wrong: set[tuple[str, str]] = set()
        for one in self.handed:
            reader = (one.channel, one.recipient)
            if not one.is_down and not believe.get(reader):
                wrong.add(reader)
            believe[reader] = one.is_down
        return len(wrong | {reader for reader, down in believe.items() if down})

    @staticmethod
    def _text(one: Handed) -> bool:
        return one.channel == "sms"


@dataclass(slots=True)
class Lane:
    """One town, the gateways beside it, and the page it makes."""

    house: LiveHouse
    taker: Gateway
    page: Path
    clock: Clock

    async def play(self, fault: Fault) -> Watched:
        """Break, watch until everybody was told, mend, and watch until all is over."""
        first = len(self.taker.handed)
        before = {one["id"] for one in self._outages() if one["phase"] in DOWN}
        seen = Watched(fault, self.clock.now())
        await self.house.lab.break_(fault.element, fault.kind)

        async def look() -> None:
            lost = set((await self.house.lab.status())["without_service"])
            seen.dark |= lost
            since = (self.clock.now() - seen.broken_at).total_seconds()
            for one in self._outages():
                if one["id"] in before or one["phase"] not in DOWN:
                    continue
                seen.page_s = since if seen.page_s is None else seen.page_s
                if one["phase"] == "confirmed" and seen.confirmed_s is None:
                    seen.confirmed_s = since
            checked = len(seen.handed)
            seen.handed = self.taker.handed[first:]
            for late in seen.handed[checked:]:
                if late.phase == "restored" and late.recipient in lost:
                    seen.too_early.append(late)

        def all_told() -> bool:
            return (
                seen.confirmed_s is not None
                and seen.first_s("facebook") is not None
                and seen.dark <= set(seen.told)
            )

        await until(look, all_told, TOLD_S)
        await until(look, lambda: False, REST_S)
        await self.house.lab.mend()
        seen.mended_at = self.clock.now()

        def over() -> bool:
            return not any(one["phase"] in DOWN for one in self._outages()) and not seen.unpaired

        seen.over = await until(look, over, OVER_S)
        await until(look, lambda: False, REST_S)
        return seen

    def _outages(self) -> list[dict[str, Any]]:
        try:
            read: list[dict[str, Any]] = json.loads(self.page.read_text())["outages"]
        except FileNotFoundError:
            return []
        return read


def public(*, quick: bool = False) -> Iterator[Table]:
    """Break what carries people, a hundred times, in towns side by side."""
    try:
        seen, repeated = asyncio.run(_all(QUICK if quick else COUNT))
    except (LabError, LabRefusedError) as why:
        raise NotMeasuredError(str(why)) from why
    yield Table(
        title="The public is told",
        words=(
            "Seeded faults with real packets in a simulated town of 400 subscribers; every channel "
            "may speak at once. Times in seconds since the break; page, Facebook and SMS are read "
            "where they arrive."
        ),
        head=("witnesses", "faults", "page median", "page 95 of 100", "bar", "post", "texts"),
        rows=[_row(seen, one_witness) for one_witness in (False, True)],
        notes=[*_sums(seen, repeated), *_misses(seen)],
    )


async def _all(count: int) -> tuple[list[Watched], int]:
    network = read_inventory(ROOT / "inventory").network
    assert network is not None
    drawn = faults(network, SEED, count)
    lanes = await asyncio.gather(*(_lane(drawn[number::LANES]) for number in range(LANES)))
    return [one for seen, _ in lanes for one in seen], sum(repeated for _, repeated in lanes)


async def _lane(drawn: Sequence[Fault]) -> tuple[list[Watched], int]:
    home = Path(tempfile.mkdtemp(prefix="nw-public-"))
    clock, seen = SteadyClock(), []
    with_telephones(ROOT / "inventory", home / "inventory")
    at_once(ROOT / "rules", home / "rules")
    try:
        with gateway(clock) as (taker, port):
            channels = "".join(
                f'[channels.{name}]\nurl = "json://{LOCAL}:{port}/{name}{to}"\n'
                for name, to in (("facebook", ""), ("sms", "?+X-To={to}"))
            )
            async with live_house(home, home / "inventory", home / "rules", more=channels) as house:
                lane = Lane(house, taker, home / "website" / "outages.json", clock)
                for fault in drawn:
                    one = await lane.play(fault)
                    seen.append(one)
                    sys.stderr.write(f"{_line(one)}\n")
            return seen, taker.repeated
    finally:
        shutil.rmtree(home)


def _line(one: Watched) -> str:
    times = (one.page_s, one.confirmed_s, one.first_s("facebook"), one.first_s("sms"))
    cells = "  ".join("-" if time is None else f"{time:.1f}" for time in times)
    wrong = "; ".join(_faults(one)) or "fine"
    return (
        f"{one.fault.element} {one.fault.kind}: {cells}  {len(one.told)}/{len(one.dark)}  {wrong}"
    )


def _faults(one: Watched) -> Iterator[str]:
    if one.page_s is None:
        yield "not on the page"
    elif one.page_s > BARS_S[one.fault.one_witness]:
        yield "late on the page"
    for channel in ("facebook", "sms"):
        first = one.first_s(channel)
        if first is None:
            yield f"nothing by {channel}"
        elif one.confirmed_s is not None and first > one.confirmed_s + AFTER_PAGE_S:
            yield f"late by {channel}"
    if missed := len(one.dark - set(one.told)):
        yield f"{missed} not told"
    if besides := len(set(one.told) - one.dark):
        yield f"{besides} told besides"
    if one.too_early:
        yield f"{len(one.too_early)} told too early that it works"
    if one.unpaired:
        yield f"{one.unpaired} downs without their up"
    if not one.over:
        yield "not over"


def _row(seen: Sequence[Watched], one_witness: bool) -> tuple[str, ...]:
    mine = [one for one in seen if one.fault.one_witness is one_witness]
    pages = [one.page_s for one in mine if one.page_s is not None]
    later = {
        name: [
            first - one.confirmed_s
            for one in mine
            if (first := one.first_s(name)) is not None and one.confirmed_s is not None
        ]
        for name in ("facebook", "sms")
    }
    return (
        "one OLT" if one_witness else "several",
        str(len(mine)),
        f"{median(pages):.1f}" if pages else "-",
        f"{_tail(pages):.1f}" if pages else "-",
        f"{BARS_S[one_witness]:.0f}",
        *(f"{_tail(times):+.1f}" if times else "-" for times in later.values()),
    )


def _tail(times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(0.95 * len(times)))]


def _sums(seen: Sequence[Watched], repeated: int) -> Iterator[str]:
    told = sum(len(one.told) for one in seen)
    right = sum(len(set(one.told) & one.dark) for one in seen)
    dark = sum(len(one.dark) for one in seen)
    yield "post and texts: 95 of 100, seconds after the page said it was confirmed"
    yield (
        f"{told:,} told by text, of {dark:,} without service: "
        f"precision {right / max(told, 1):.3f}, recall {right / max(dark, 1):.3f}"
    )
    yield f"{sum(len(one.too_early) for one in seen)} told too early that it works"
    yield f"{sum(one.unpaired for one in seen)} downs without their up; {repeated} repeated"
    whole = sum(not list(_faults(one)) for one in seen)
    yield f"{whole} of {len(seen)} right in everything"


def _misses(seen: Sequence[Watched]) -> Iterator[str]:
    for one in seen:
        if wrong := list(_faults(one)):
            yield f"{one.fault.element} {one.fault.kind}: {', '.join(wrong)}"
