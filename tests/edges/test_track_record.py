"""How a year went, read from the journal beside its writer, and on the page soon after."""

import asyncio
import threading
from datetime import datetime, timedelta
from pathlib import Path

from netwatch.delivery.page.crowds import Crowds
from netwatch.journal.journal import Journal
from netwatch.model.facts import IncidentClosed
from netwatch.model.faults import NetwatchError
from netwatch.service.track_record import TrackRecord
from tests.edges.test_push import soon
from tests.edges.test_website import Shop
from tests.unit.delivery.page.test_content import TOWN
from tests.unit.delivery.page.test_reliability import DAY
from tests.unit.views.tales import MINUTE, NIGHT, ONE, TWO, night

LATER = NIGHT + 30 * DAY
OVER = IncidentClosed(at=NIGHT + 40 * MINUTE, incident=ONE)
CROWDS = Crowds(TOWN)


def test_the_journal_is_read_on_from_where_it_was_read(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    track = TrackRecord(journal.reader)
    assert track(CROWDS, NIGHT) is None
    journal.append([*night(), OVER])
    assert track(CROWDS, NIGHT + DAY) is None

    track = TrackRecord(journal.reader)
    first = track(CROWDS, LATER)
    journal.append([*night(TWO, NIGHT + DAY), IncidentClosed(at=LATER, incident=TWO)])
    second = track(CROWDS, LATER + timedelta(hours=1))
    whole = TrackRecord(journal.reader)(CROWDS, LATER + timedelta(hours=1))
    journal.close()

    assert first is not None
    assert second == whole
    assert first.since == NIGHT


def test_the_page_tells_of_the_year_without_waiting_for_it(tmp_path: Path) -> None:
    async def story() -> None:
        shop = Shop(tmp_path / "website")
        journal = Journal.open(tmp_path / "journal.db")
        journal.append([*night(), OVER])
        shop.website._track = TrackRecord(journal.reader)
        shop.hands.at = LATER
        tending = asyncio.create_task(shop.website.tend(shop.hands.sleep))
        while shop.website._record is None or not (shop.directory / "index.html").exists():
            assert not tending.done()
            await asyncio.sleep(0.01)
        await shop.website.refresh()
        tending.cancel()
        await asyncio.gather(tending, return_exceptions=True)
        journal.close()

        assert "14 listopada 2026" in shop.read("pl/more/history.html")
        assert "more/history.html" in shop.read("index.html")

    asyncio.run(story())


def test_a_journal_that_cannot_be_read_or_a_bug_takes_nothing_from_the_page(tmp_path: Path) -> None:
    async def story(fault: Exception) -> str:
        shop = Shop(tmp_path / type(fault).__name__)
        asked = threading.Event()

        def track(_crowds: Crowds, _at: datetime) -> None:
            asked.set()
            raise fault

        shop.website._track = track
        tending = asyncio.create_task(shop.website.tend(shop.hands.sleep))
        await soon(lambda: asked.is_set() and (shop.directory / "index.html").exists())
        await asyncio.sleep(0.05)
        assert not tending.done()
        tending.cancel()
        await asyncio.gather(tending, return_exceptions=True)
        return shop.website.trouble

    assert asyncio.run(story(NetwatchError("the journal is gone"))) == ""
    assert asyncio.run(story(KeyError("x"))) in ("", "a bug met the year on it: KeyError")
