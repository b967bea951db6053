"""The public page: written here, served by any web server, readable while we are down."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from netwatch.delivery.channels import Address, Sleep
from netwatch.delivery.page import whole
from netwatch.delivery.page.banner import banner_js
from netwatch.delivery.page.content import Site, content
from netwatch.delivery.page.crowds import Crowds
from netwatch.delivery.page.edition import Edition
from netwatch.delivery.page.machine import feed_atom, outages_json, planned_works, works_ics
from netwatch.delivery.page.pages import Sheet, banner_html, sheets
from netwatch.delivery.render import Text
from netwatch.delivery.scribe import Words
from netwatch.model.clock import Clock
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import NoticeKey
from netwatch.model.network import Network
from netwatch.views.board import Board
from netwatch.views.owed import WEBSITE

EVERY_S: Final = 60.0
"""How often the page is made anew, so that its readers see that we are alive."""
STATIC: Final = ("style.css", "page.js", "good.svg", "bad.svg")


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
    ) -> None:
        self._directory, self._site = directory, site
        self._crowds, self._words = Crowds(network), words
        self._board, self._clock = board, clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="website")
        self._shown: dict[str, object] = {}
        self._one = asyncio.Lock()
        self.trouble = ""
        """Why the page could not be written the last time; empty: it was."""

    def refit(self, site: Site, network: Network, words: Words) -> None:
        """Go on with another inventory, other words; the next edition shows them."""
        self._site, self._crowds, self._words = site, Crowds(network), words
        self._shown.clear()

    async def tend(self, sleep: Sleep) -> None:
        """Write the page now and every minute."""
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
            await self._write(changed_only=True)
        except OSError as fault:
            self.trouble = fault.strerror or type(fault).__name__
            raise DeliveryError(Retry.TRANSIENT, f"cannot be written: {self.trouble}") from fault
        return "shown"

    async def refresh(self) -> None:
        """Write every page anew, so that the time on it is true.

        Raises:
            OSError: the directory cannot be written.
        """
        await self._write(changed_only=False)

    async def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _write(self, *, changed_only: bool) -> None:
        """Write one edition at a time: what is new is told by what the last one left there."""
        async with self._one:
            await self._write_now(changed_only=changed_only)

    async def _write_now(self, *, changed_only: bool) -> None:
        at = self._clock.now()
        edition = Edition(
            content=content(self._board, self._crowds, at),
            site=self._site,
            crowds=self._crowds,
            words=self._words,
            at=at,
        )
        loop = asyncio.get_running_loop()
        shown = self._shown if changed_only else {}
        self._shown = await loop.run_in_executor(
            self._thread, _write, self._directory, edition, shown
        )
        self.trouble = ""


def _write(directory: Path, edition: Edition, shown: dict[str, object]) -> dict[str, object]:
    """Write the pages that show something else than before; return what all of them show."""
    made = list(sheets(edition))
    news = [sheet for sheet in made if _is_new(sheet, shown)]
    whole.put(directory, _files(edition, news, everything=not shown))
    if not shown:
        whole.sweep(directory, edition.site.languages, (sheet.path for sheet in made))
    return {sheet.path: sheet.shows for sheet in made}


def _is_new(sheet: Sheet, shown: dict[str, object]) -> bool:
    return sheet.path not in shown or shown[sheet.path] != sheet.shows


def _files(edition: Edition, news: Iterable[Sheet], *, everything: bool) -> dict[str, bytes]:
    made = _static() if everything else {}
    pages = {sheet.path: sheet.render() for sheet in news}
    first = pages.pop("index.html", None)
    made |= pages
    made["banner.js"] = banner_js(edition)
    made["banner.html"] = banner_html(edition)
    works = planned_works(edition)
    made["works.ics"] = works_ics(edition, works)
    made["feed.atom"] = feed_atom(edition)
    made["outages.json"] = outages_json(edition, works)
    if first is not None:
        made["index.html"] = first
    return made


@cache
def _static() -> dict[str, bytes]:
    folder = files("netwatch.delivery.page").joinpath("static")
    return {name: folder.joinpath(name).read_bytes() for name in STATIC}
