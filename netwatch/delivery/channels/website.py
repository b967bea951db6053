"""The public page: written here, served by any web server, readable while we are down."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from math import inf
from pathlib import Path
from typing import Final

from netwatch.delivery.channels import Address, Sleep
from netwatch.delivery.page import chronicle, whole
from netwatch.delivery.page.badge import badge_svg
from netwatch.delivery.page.banner import banner_js, pulse_js
from netwatch.delivery.page.content import Site, content
from netwatch.delivery.page.crowds import Crowds
from netwatch.delivery.page.edition import Edition, Lasting
from netwatch.delivery.page.machine import (
    SCHEMA,
    feed_atom,
    outages_json,
    planned_works,
    works_ics,
)
from netwatch.delivery.page.pages import Sheet, banners, fragments, sheets
from netwatch.delivery.page.reliability import Reliability
from netwatch.delivery.push.issue import Issue, Marks, mark
from netwatch.delivery.render import Text
from netwatch.delivery.scribe import Words
from netwatch.model.clock import Clock
from netwatch.model.faults import DeliveryError, NetwatchError, Retry
from netwatch.model.names import NoticeKey
from netwatch.model.network import Network
from netwatch.views.board import Board
from netwatch.views.owed import WEBSITE

EVERY_S: Final = 60.0
"""How often the page is made anew, so that its readers see that we are alive."""
ALL_EVERY_S: Final = 240.0
"""How often pages without news are: no page here is older than the five minutes it holds."""
STATIC: Final = ("style.css", "page.js", "good.svg", "bad.svg", SCHEMA)
RECKONED_EVERY_S: Final = 900.0
Track = Callable[[Crowds, datetime], Reliability | None]
"""Reckons how the past year went; reads much, so it does so beside the loop."""
FOLDERS: Final = ("/more", "/outage")
"""In each language's folder."""


class Website:
    """Shows the board. Paying a debt here is showing a page in which its words stand."""

    name: Final = WEBSITE
    width: Final = 1
    longest_s: Final = 60.0

    def __init__(
        self,
        *,
        directory: Path,
        site: Site,
        network: Network,
        words: Words,
        board: Board,
        clock: Clock,
        track: Track | None = None,
    ) -> None:
        self._directory, self._site = directory, site
        self._crowds, self._words = Crowds(network), words
        self._board, self._clock = board, clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="website")
        self._shown: dict[str, object] = {}
        self._lasting: Lasting = {}
        self._fitted = 0
        self._all_at_s = -inf
        self._one = asyncio.Lock()
        self._marks: dict[str, str] = {}
        self._made_at = clock.now()
        self._number = 0
        self._news = asyncio.Condition()
        self._track = track
        self._record: Reliability | None = None
        self.trouble = ""
        """Why the page could not be written the last time; empty: it was."""

    def refit(self, site: Site, network: Network, words: Words) -> None:
        """Go on with another inventory, other words; the next edition shows them."""
        self._site, self._crowds, self._words = site, Crowds(network), words
        self._shown, self._lasting, self._all_at_s = {}, {}, -inf
        self._fitted += 1  # an edition in the making is of the old ones: it counts for nothing

    async def tend(self, sleep: Sleep) -> None:
        """Write the page now and every minute, and reckon now and then how the year went."""
        async with asyncio.TaskGroup() as tasks:
            if self._track is not None:
                tasks.create_task(self._look_back(self._track, sleep))
            await self._keep_fresh(sleep)

    async def _look_back(self, track: "Track", sleep: Sleep) -> None:
        while True:
            now = self._clock.now()
            try:
                if not self._board.is_held(now):
                    self._record = await asyncio.to_thread(track, self._crowds, now)
            except NetwatchError:
                pass  # the journal's troubles are told elsewhere; what was known of the year stands
            except Exception as bug:  # noqa: BLE001 - told; the page must not end with it
                self.trouble = f"a bug met the year on it: {type(bug).__name__}"
            await sleep(RECKONED_EVERY_S)

    async def _keep_fresh(self, sleep: Sleep) -> None:
        while True:
            try:
                await self.refresh()
            except OSError as fault:
                self.trouble = fault.strerror or type(fault).__name__
            except Exception as bug:  # noqa: BLE001 - told; the alerts must not end with the page
                self.trouble = f"a bug met it: {type(bug).__name__}"
            await sleep(EVERY_S)

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:  # noqa: ARG002 - protocol
        """Show the board as it stands; that pays whatever is due on the page.

        Raises:
            DeliveryError: the page cannot be written now; transient.
        """
        try:
            await self._write(NEWS)
        except OSError as fault:
            self.trouble = fault.strerror or type(fault).__name__
            raise DeliveryError(Retry.TRANSIENT, f"cannot be written: {self.trouble}") from fault
        return "shown"

    async def refresh(self) -> None:
        """Write the first pages anew, and now and then all, so that the time on them is true.

        All are written a language at a time: news need not wait for pages without any.

        Raises:
            OSError: the directory cannot be written.
        """
        if self._clock.monotonic() - self._all_at_s < ALL_EVERY_S:
            await self._write(FRONT)
            return
        fitted, first = self._fitted, not self._shown
        rest = () if first else self._site.languages
        await self._write(FRONT_AND_OTHERS, is_last=not rest)
        for language in rest:
            await self._write(_in_language(language), is_last=language == rest[-1])
        if fitted == self._fitted:
            self._all_at_s = self._clock.monotonic()

    async def news(self, seen: int) -> int:
        """Return the number of the newest edition as soon as it is another one than ``seen``."""
        async with self._news:
            await self._news.wait_for(lambda: self._number not in (0, seen))
            return self._number

    async def issue(self, known: Marks) -> Issue:
        """Return the page as it stands in the directory, and the files that ``known`` lacks.

        Raises:
            OSError: a file cannot be read.
        """
        async with self._one:
            marks, at = dict(self._marks), self._made_at
            lacking = [name for name, made in marks.items() if known.get(name) != made]
            loop = asyncio.get_running_loop()
            files = await loop.run_in_executor(self._thread, _read, self._directory, lacking)
        return Issue(at=at, marks=marks, files=files)

    async def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _write(self, anew: "Anew", *, is_last: bool = True) -> None:
        """Write one edition at a time: what is new is told by what the last one left there.

        Args:
            anew: what is written though it shows nothing new.
            is_last: nothing follows at once: whoever waits for the next edition is told.
        """
        async with self._one:
            await self._write_now(anew)
        if is_last:
            async with self._news:
                self._number += 1
                self._news.notify_all()

    async def _write_now(self, anew: "Anew") -> None:
        at, fitted = self._clock.now(), self._fitted
        edition = Edition(
            content=content(self._board, self._crowds, at),
            site=self._site,
            crowds=self._crowds,
            words=self._words,
            at=at,
            record=self._record,
            lasting=self._lasting,
        )
        loop = asyncio.get_running_loop()
        shown, marks = await loop.run_in_executor(
            self._thread, _write, self._directory, edition, self._shown, anew
        )
        kept = (name for name in self._marks if name in shown or not name.endswith(".html"))
        self._marks = {name: self._marks[name] for name in kept} | marks
        self._made_at = at
        if fitted == self._fitted:
            self._shown = shown
        self.trouble = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anew:
    """What is written though it shows nothing new."""

    pages: Callable[[str], bool]
    """Which pages, by their path."""
    others: bool = False
    """The files that ship too; and pages that no edition makes any more go."""


NEWS: Final = Anew(pages=lambda _path: False)
"""Nothing: there is news, and it must not wait."""
FRONT: Final = Anew(pages=lambda path: path.endswith("index.html"))
"""The first pages, so that the time on them is true."""
FRONT_AND_OTHERS: Final = replace(FRONT, others=True)


def _in_language(language: str) -> Anew:
    return Anew(pages=lambda path: path.startswith(f"{language}/"))


def _write(
    directory: Path, edition: Edition, shown: dict[str, object], anew: Anew
) -> tuple[dict[str, object], dict[str, str]]:
    """Write the pages that show something else than before.

    Returns:
        What all of them show, and the marks of the files written.
    """
    made = list(sheets(edition))
    others = anew.others or not shown
    news = [sheet for sheet in made if anew.pages(sheet.path) or _is_new(sheet, shown)]
    written = _files(edition, news, everything=others)
    whole.put(directory, written)
    shows = {sheet.path: sheet.shows for sheet in made}
    if others or shows.keys() != shown.keys():
        _sweep(directory, edition, shows)
    return shows, {name: mark(name, content) for name, content in written.items()}


def _sweep(directory: Path, edition: Edition, pages: Iterable[str]) -> None:
    languages = edition.site.languages
    folders = [f"{code}{folder}" for code in languages for folder in ("", *FOLDERS)]
    kept = ["more/banner.html", "more/fragment.html"]
    kept += [] if edition.record else [chronicle.PLACE]
    whole.sweep(
        directory, folders, [*pages, *(f"{code}/{name}" for code in languages for name in kept)]
    )


def _read(directory: Path, names: Iterable[str]) -> dict[str, bytes]:
    return {name: (directory / name).read_bytes() for name in names}


def _is_new(sheet: Sheet, shown: dict[str, object]) -> bool:
    return sheet.path not in shown or shown[sheet.path] != sheet.shows


def _files(edition: Edition, news: Iterable[Sheet], *, everything: bool) -> dict[str, bytes]:
    """Return files in the order in which they take their places, the first page last."""
    languages = edition.site.languages
    made = dict(_static()) if everything else {}
    pages = {sheet.path: sheet.render() for sheet in news}
    first = pages.pop("index.html", None)
    made |= pages
    made["banner.js"] = banner_js(edition)
    made |= banners(edition)
    made |= fragments(edition)
    made |= {f"{code}/badge.svg": badge_svg(edition, code) for code in languages}
    made["badge.svg"] = badge_svg(edition, languages[0])
    works = planned_works(edition)
    made["works.ics"] = works_ics(edition, works)
    made["feed.atom"] = feed_atom(edition)
    made["outages.json"] = outages_json(edition, works)
    made["pulse.js"] = pulse_js(edition)
    if first is not None:
        made["index.html"] = first
    return made


@cache
def _static() -> dict[str, bytes]:
    folder = files("netwatch.delivery.page").joinpath("static")
    return {name: folder.joinpath(name).read_bytes() for name in STATIC}
