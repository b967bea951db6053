"""The page while other things go on: a reload in its middle, and news in the middle of all."""

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from netwatch.delivery.channels.website import ALL_EVERY_S, EVERY_S
from netwatch.delivery.page import whole
from netwatch.delivery.page.content import Site
from netwatch.delivery.render import Text
from tests.edges.command_line_house import lived
from tests.edges.test_website import KEY, NOBODY, NOTHING, Shop
from tests.unit.delivery.hands import PlainWords
from tests.unit.delivery.page.hostile import town
from tests.unit.views.tales import due, opened


class OtherWords(PlainWords):
    """Says the same as others do, by other words."""

    def notice(self, *_given: Any, **_named: Any) -> Text:
        return Text("other words", "")


class Slow:
    """Puts files where they belong, when it may."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.put: list[set[str]] = []
        self._put = whole.put

    def __call__(self, directory: Path, files: Mapping[str, bytes]) -> None:
        self.put.append(set(files))
        self.begun.set()
        assert self.go_on.wait(20.0)
        self._put(directory, files)


@lived
async def test_words_reloaded_while_a_page_is_written_are_on_all_pages_a_minute_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(tmp_path / "website")
    shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
    await shop.website.refresh()
    shop.hands.seconds += ALL_EVERY_S
    monkeypatch.setattr(whole, "put", slow := Slow())
    old = asyncio.create_task(shop.website.refresh())
    await asyncio.to_thread(slow.begun.wait, 20.0)
    site = Site(
        name="Dolina", timezone="Europe/Warsaw", languages=("pl", "en"), phone="555 010 100"
    )

    shop.website.refit(site, town(["Polna", "Krótka"]), OtherWords())
    slow.go_on.set()
    await old
    shop.hands.seconds += EVERY_S
    await shop.website.refresh()

    assert "other words" in shop.read("pl/a-0.html")
    assert "confirmed I-1" not in shop.read("en/outage/I-1.html")


@lived
async def test_news_does_not_wait_until_all_pages_without_news_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(tmp_path / "website")
    await shop.website.refresh()
    shop.hands.seconds += ALL_EVERY_S
    monkeypatch.setattr(whole, "put", slow := Slow())
    everything = asyncio.create_task(shop.website.refresh())
    await asyncio.to_thread(slow.begun.wait, 20.0)

    shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
    news = asyncio.create_task(shop.website.send(NOBODY, NOTHING, KEY))
    await asyncio.sleep(0)
    slow.go_on.set()
    await asyncio.gather(everything, news)

    told = next(n for n, files in enumerate(slow.put) if "pl/outage/I-1.html" in files)
    assert told == 1
    assert any("en/a-1.html" in files for files in slow.put[2:])
    assert any("pl/a-1.html" in files for files in slow.put)
