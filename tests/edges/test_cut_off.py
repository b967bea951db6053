"""Our own way out is cut while the town breaks: people hear of it, and the page does not lie."""

import asyncio
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.cut_off import PROMISED_S, Story, story
from tests.edges.cut_off_house import cut_off_house
from tests.edges.lab_at_work import ROOT

pytestmark = [pytest.mark.needs("root"), pytest.mark.needs("namespaces")]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="nw-cut-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def told(home: Path) -> Story:
    return asyncio.run(_told(home))


async def _told(home: Path) -> Story:
    async with cut_off_house(home, ROOT / "inventory", ROOT / "rules") as house:
        return await story(house, "cut", until_back=False)


def test_what_began_before_the_cut_was_told_by_the_gateway(told: Story) -> None:
    assert len(told.before) > 5


def test_everybody_hears_by_the_modem_of_what_began_after_it(told: Story) -> None:
    assert len(told.wanted) > 5
    assert told.told == told.wanted
    assert told.twice == 0


def test_who_is_on_duty_is_called_by_the_modem_too(told: Story) -> None:
    assert told.staff_s is not None
    assert told.staff_s <= PROMISED_S


def test_the_page_elsewhere_stands_and_says_what_was_known_and_when(told: Story) -> None:
    assert len(told.here["outages"]) == 2
    assert [one["id"] for one in told.there["outages"]] == [
        one["id"] for one in told.before_cut["outages"]
    ]
    assert told.there["generated_at"] < told.here["generated_at"]


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_a_browser_says_of_the_page_elsewhere_that_it_has_grown_old(
    told: Story, home: Path
) -> None:
    assert told.there["outages"]
    done = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
            "--allow-file-access-from-files", f"--user-data-dir={home / 'profile'}",
            "--virtual-time-budget=360000", f"file://{home / 'far/page/en/index.html'}",
        ],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    banner = re.search(r'<p id="stale"[^>]*>', done.stdout)
    assert banner is not None, done.stdout + done.stderr
    assert "watched" in banner[0]
    assert "hidden" not in banner[0]
    assert told.before_cut["outages"][0]["id"] in done.stdout
