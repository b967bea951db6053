"""The demo: a simulated ISP loses a fibre, the service tells, and every promise is measured."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

from netwatch.lab.lab import Lab
from netwatch.model.clock import Clock
from netwatch.model.network import Network
from netwatch.service.clock import SteadyClock
from netwatch.service.demo_fault import Cut, cut_of
from netwatch.service.demo_phone import Telephone, telephone
from netwatch.service.demo_programs import (
    LANGUAGES,
    DemoError,
    Programs,
    free_ports,
    programs,
    settings,
)
from netwatch.service.demo_story import Story

CUT_AFTER_S: Final = 15.0
CUT_AFTER_HASTE_S: Final = 12.0
"""With a time limit: one round of pings is enough to know the network whole."""
LOOK_EVERY_S: Final = 0.5
DARK_S: Final = 90.0
"""Nothing confirmed by then: mended all the same, and failed."""
BACK_S: Final = 120.0
LINGER_S: Final = 3.0
"""Watched on after the end of the story, for whom a second message might reach."""
FETCH_S: Final = 2.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the demo is played with."""

    inventory: Path
    rules: Path | None
    network: Network
    page_port: int
    console_port: int
    command: str = "netwatch"
    """How the watcher may call netwatch."""
    limit: timedelta | None = None
    """The whole demo ends within this; None: page and console stay until Ctrl-C."""


@dataclass(slots=True)
class Play:
    """A demo being played."""

    stage: Stage
    say: Say
    clock: Clock
    lab: Lab
    programs: Programs
    phone: Telephone
    story: Story
    began: float
    _seq: int = 0
    _heard: int = 0

    async def run(self) -> bool:
        """Play the story to its end; say whether every promise was kept."""
        await self._until(self._cut_at(), lambda: False)
        cut = self.story.cut
        self.story.cut_at = self.clock.now()
        await self.lab.break_(cut.element, "cut")
        self._tell(f"CUT: {cut.element}, between {cut.ends[0]} and {cut.ends[1]}")
        await self._until(self._elapsed() + DARK_S, lambda: self.story.confirmed)
        await self._until(self._elapsed() + LINGER_S, lambda: False)
        await self._who_is_dark()
        await self._read_pages()
        self.story.mended_at = self.clock.now()
        await self.lab.mend(cut.element)
        self._tell(f"REPAIRED: {cut.element}")
        await self._until(self._elapsed() + BACK_S, lambda: self.story.restored)
        await self._until(self._elapsed() + LINGER_S, lambda: False)
        return self._verdict()

    def _cut_at(self) -> float:
        return CUT_AFTER_S if self.stage.limit is None else CUT_AFTER_HASTE_S

    def _elapsed(self) -> float:
        return self.clock.monotonic() - self.began

    async def _until(self, until_s: float, enough: Callable[[], bool]) -> None:
        """Look at all that can be seen until then, until it is enough, or the time limit."""
        limit = self.stage.limit
        end = until_s if limit is None else min(until_s, limit.total_seconds() - LINGER_S)
        while self._elapsed() < end and not enough():
            await self._look()
            await asyncio.sleep(min(LOOK_EVERY_S, max(0.0, end - self._elapsed())))

    async def _look(self) -> None:
        for seq, fact in await asyncio.to_thread(lambda: list(self.programs.door.facts(self._seq))):
            self._seq = seq
            self._tell_all(self.story.take_fact(fact))
        for message in self.phone.received[self._heard :]:
            self._heard += 1
            self._tell_all(self.story.take_message(message.key, message.title, message.at))
        document = await asyncio.to_thread(fetch, f"{self.programs.page}outages.json")
        self._tell_all(self.story.take_page(_outages(document), self.clock.now()))
        if self.story.cut_at is not None and self.story.lost_at is None:
            await self._first_lost()

    async def _first_lost(self) -> None:
        lost = (await self.lab.status())["lost_ping"]
        if lost is not None:
            self.story.lost_at = self.clock.now() - timedelta(seconds=lost["ago_s"])
            late = (self.clock.now() - self.story.lost_at).total_seconds()
            self._tell(f"first lost ping: {lost['address']}", ago_s=late)

    async def _who_is_dark(self) -> None:
        dark = await self.lab.status()
        if frozenset(dark["without_service"]) != self.story.cut.subscribers:
            raise DemoError("the lab is not as it was planned; was something else broken in it?")

    async def _read_pages(self) -> None:
        for language in self.story.languages:
            pages = [
                await asyncio.to_thread(fetch, f"{self.programs.page}{language}/{area}.html")
                for area in sorted(self.story.cut.areas)
            ]
            for html in pages:
                self.story.take_area_page(language, html.decode("utf-8", "replace"))
        board = await asyncio.to_thread(fetch, self.programs.console)
        self.story.take_console(board.decode("utf-8", "replace"))

    def _tell_all(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._tell(line)

    def _tell(self, text: str, *, ago_s: float = 0.0) -> None:
        self.say(f"{self._elapsed() - ago_s:6.1f} s  {text}")

    def _verdict(self) -> bool:
        promises = self.story.promises()
        self.say("")
        for promise in promises:
            self.say(f"{'kept  ' if promise.kept else 'BROKEN'}  {promise.text}: {promise.seen}")
        return all(promise.kept for promise in promises)


async def play(stage: Stage, say: Say) -> bool:
    """Play the demo; say whether every promise was kept.

    Raises:
        DemoError: the service did not start; the message holds the end of its log.
        LabRefusedError: this machine's kernel does not allow a lab.
    """
    clock = SteadyClock()
    began = clock.monotonic()
    home = Path(tempfile.mkdtemp(prefix="netwatch-demo-"))
    try:
        return await _play_in(home, stage, say, clock, began)
    finally:
        shutil.rmtree(home, ignore_errors=True)


async def _play_in(home: Path, stage: Stage, say: Say, clock: SteadyClock, began: float) -> bool:
    cut = cut_of(stage.network)
    config = home / "netwatch.toml"
    with telephone(clock) as (phone, phone_port):
        page, console = free_ports(stage.page_port, stage.console_port)
        text = settings(
            home,
            stage.network,
            inventory=stage.inventory,
            rules=stage.rules,
            phone=phone_port,
            page=page,
            console=console,
        )
        config.write_text(text)
        async with Lab.start(stage.network, home / "lab") as lab, programs(home, config) as run:
            for line in _welcome(stage.network, cut, run):
                say(line)
            say(f"The incidents:        {stage.command} incident list --config {config}")
            say(f"Break more of it:     {stage.command} lab break ELEMENT --state {lab.state}\n")
            story = Story(cut=cut, languages=LANGUAGES)
            kept = await run.beside(Play(stage, say, clock, lab, run, phone, story, began).run())
            if not kept:
                say(f"\nThe service said last:\n{run.service.said()}")
            if stage.limit is None:
                for line in _farewell(stage, cut, lab, run):
                    say(line)
                await run.beside(asyncio.Event().wait())
            return kept


def _welcome(network: Network, cut: Cut, run: Programs) -> Iterable[str]:
    asked = sum(device.address is not None for device in network.devices.values())
    yield f"A simulated ISP runs: {asked} addresses answer, {len(network.subscribers)} subscribers."
    yield (
        f"Soon {cut.element} is cut: {len(cut.silent)} addresses and "
        f"{len(cut.subscribers)} subscribers hang on it alone."
    )
    yield f"The public page:      {run.page}"
    yield f"The console:          {run.console}"


def _farewell(stage: Stage, cut: Cut, lab: Lab, run: Programs) -> Iterable[str]:
    yield "\nPage and console stay until Ctrl-C:"
    yield f"    {run.page}   what customers read"
    yield f"    {run.console}   what the NOC sees"
    yield "Cut it again, watch them, and mend it, from another terminal:"
    yield f"    {stage.command} lab break {cut.element} cut --state {lab.state}"
    yield f"    {stage.command} lab mend all --state {lab.state}"


def fetch(url: str) -> bytes:
    """Return what a browser gets at an address of our own; nothing where there is no page."""
    try:
        with urlopen(url, timeout=FETCH_S) as answer:  # noqa: S310 - our own address
            return bytes(answer.read())
    except (URLError, OSError):
        return b""


def _outages(document: bytes) -> list[dict[str, Any]]:
    try:
        outages = json.loads(document).get("outages")
    except (ValueError, AttributeError):
        return []
    return outages if isinstance(outages, list) else []
