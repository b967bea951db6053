"""The page on a real disk: whole at every moment, whatever dies when."""

import asyncio
import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from netwatch.delivery.channels import Address
from netwatch.delivery.channels.website import Website
from netwatch.delivery.page import forced, whole
from netwatch.delivery.page.content import Site
from netwatch.delivery.render import Text
from netwatch.model.facts import EndExpected, Fact, Phase
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import NoticeKey
from netwatch.views.board import Board
from tests.edges.lab_at_work import eventually
from tests.unit.delivery.hands import Hands, PlainWords
from tests.unit.delivery.page.hostile import town
from tests.unit.views.tales import NIGHT, ONE, due, opened, restored

NOBODY = Address(recipient="public", language="pl")
NOTHING = Text("", "")
KEY = NoticeKey("k")

WRITER = """
import sys
from pathlib import Path
from netwatch.delivery.page.whole import put
directory = Path(sys.argv[1])
number, areas = int(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
while True:
    number += 1
    body = f"{number}\\n".encode() + b"x" * 20000 + f"\\n{number}".encode()
    pages = {f"{code}/{area}.html": body for code in ("pl", "en") for area in range(areas)}
    put(directory, pages | {"outages.json": body, "index.html": body})
"""


class Shop:
    """A website channel over a board that the test writes on."""

    def __init__(self, directory: Path) -> None:
        self.board, self.hands = Board.empty(), Hands()
        self.directory = directory
        self.website = Website(
            directory=directory,
            site=Site(
                name="Dolina", timezone="Europe/Warsaw", languages=("pl", "en"), phone="555 010 100"
            ),
            network=town(["Polna", "Krótka"]),
            words=PlainWords(),
            board=self.board,
            clock=self.hands,
        )

    def take(self, *facts: Fact) -> None:
        for fact in facts:
            self.board.take(fact)

    def send(self) -> str:
        return asyncio.run(self.website.send(NOBODY, NOTHING, KEY))

    def refresh(self) -> None:
        asyncio.run(self.website.refresh())

    def read(self, name: str) -> str:
        return (self.directory / name).read_text(encoding="utf-8")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "website")


def test_the_files_of_the_contract_are_there_from_the_first_minute(shop: Shop) -> None:
    shop.refresh()

    for name in (
        "index.html",
        "pl/index.html",
        "en/a-0.html",
        "outages.json",
        "feed.atom",
        "works.ics",
        "banner.js",
        "banner.html",
        "badge.svg",
        "pl/badge.svg",
        "en/more/banner.html",
        "outages.schema.json",
        "pulse.js",
        "style.css",
    ):
        mode = stat.S_IMODE((shop.directory / name).stat().st_mode)
        assert mode == 0o644, name
    assert stat.S_IMODE((shop.directory / "pl").stat().st_mode) == 0o755
    assert not (shop.directory / whole.STAGING).exists()


def test_an_outage_goes_through_its_phases_on_the_page(shop: Shop) -> None:
    shop.refresh()
    shop.take(opened(areas=("a-0",)), due(Phase.SUSPECTED, areas=("a-0",)))
    assert shop.send() == "shown"
    assert "suspected I-1" in shop.read("index.html")
    assert "suspected I-1" in shop.read("pl/a-0.html")
    assert "suspected I-1" not in shop.read("pl/a-1.html")

    shop.take(due(areas=("a-0",)), EndExpected(at=NIGHT, incident=ONE, by="ewa", until=NIGHT))
    shop.send()
    document = json.loads(shop.read("outages.json"))
    assert [one["phase"] for one in document["outages"]] == ["confirmed"]

    shop.take(restored(at=NIGHT), due(Phase.RESTORED, at=NIGHT, areas=("a-0",)))
    shop.send()
    assert "restored I-1" in shop.read("en/index.html")
    assert "confirmed I-1" not in shop.read("en/index.html")


def test_the_time_of_making_goes_on_while_nothing_happens(shop: Shop) -> None:
    shop.refresh()
    shop.hands.seconds = 60.0
    shop.refresh()

    for front in ("index.html", "pl/index.html", "pulse.js", "outages.json"):
        assert "2026-11-14T19:03:11Z" in shop.read(front)

    shop.hands.seconds = 240.0
    shop.refresh()

    assert "2026-11-14T19:06:11Z" in shop.read("pl/a-1.html")


def test_pages_of_outages_that_are_told_no_more_are_removed(shop: Shop) -> None:
    shop.refresh()
    shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
    shop.send()
    assert (shop.directory / "pl/outage/I-1.html").exists()
    shop.take(restored(at=NIGHT), due(Phase.RESTORED, at=NIGHT, areas=("a-0",)))
    shop.hands.seconds = 86_500.0
    shop.refresh()

    assert not (shop.directory / "pl/outage/I-1.html").exists()
    assert (shop.directory / "pl/more/banner.html").exists()


def test_pages_of_areas_that_are_gone_are_removed_and_nothing_else(shop: Shop) -> None:
    shop.refresh()
    (shop.directory / "own.html").write_text("the operator's own")
    website = shop.website
    website.refit(Site(name="D", timezone="UTC", languages=("pl",)), town(["Polna"]), PlainWords())

    shop.refresh()

    assert not (shop.directory / "pl/a-1.html").exists()
    assert (shop.directory / "pl/a-0.html").exists()
    assert (shop.directory / "own.html").exists()


def test_two_pages_of_one_process_share_nothing(tmp_path: Path) -> None:
    one, other = Shop(tmp_path / "one"), Shop(tmp_path / "other")
    one.take(opened(areas=("a-0",)), due(areas=("a-0",)))
    one.refresh()
    other.refresh()

    assert not (tmp_path / "other/pl/outage").exists()


def test_it_keeps_itself_fresh_and_says_what_is_in_its_way(tmp_path: Path) -> None:
    async def story() -> None:
        shop = Shop(tmp_path / "file" / "website")
        (tmp_path / "file").write_text("in the way")
        turns: list[float] = []

        async def sleep(seconds: float) -> None:
            turns.append(seconds)
            if len(turns) == 1:
                assert shop.website.trouble
                (tmp_path / "file").unlink()
                return
            raise asyncio.CancelledError

        with pytest.raises(asyncio.CancelledError):
            await shop.website.tend(sleep)

        assert turns == [60.0, 60.0]
        assert shop.website.trouble == ""
        assert (shop.directory / "index.html").exists()

    asyncio.run(story())


def test_a_bug_in_the_page_is_told_and_the_next_page_is_tried_all_the_same(tmp_path: Path) -> None:
    async def story() -> None:
        shop = Shop(tmp_path / "website")
        sound, shop.website._crowds = shop.website._crowds, None  # type: ignore[assignment] # a bug

        async def sleep(_seconds: float) -> None:
            if shop.website._crowds is sound:
                raise asyncio.CancelledError
            assert shop.website.trouble == "a bug met it: AttributeError"
            shop.website._crowds = sound

        with pytest.raises(asyncio.CancelledError):
            await shop.website.tend(sleep)

        assert shop.website.trouble == ""

    asyncio.run(story())


def test_a_directory_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    shop = Shop(tmp_path / "file" / "website")

    with pytest.raises(DeliveryError) as caught:
        shop.send()

    assert caught.value.retry is Retry.TRANSIENT


@pytest.mark.needs("root")
def test_a_full_disk_leaves_the_old_page_whole(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a tmpfs")
    try:
        shop = Shop(disk / "website")
        shop.refresh()
        before = shop.read("index.html")
        (disk / "ballast").write_bytes(b"x" * (os.statvfs(disk).f_bavail * 4096 - 8192))
        shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
        with pytest.raises(DeliveryError):
            shop.send()
        assert shop.read("index.html") == before
        assert shop.website.trouble == "No space left on device"

        (disk / "ballast").unlink()

        shop.send()
        assert "confirmed I-1" in shop.read("index.html")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def generation(path: Path) -> int:
    """Return which generation a page is of; fails when it is a piece of one."""
    first, _, rest = path.read_bytes().partition(b"\n")
    body, _, last = rest.rpartition(b"\n")
    assert (len(body), first) == (20000, last), path
    return int(first)


@pytest.mark.parametrize("areas", [5, forced.FEW])
def test_a_writer_killed_at_any_moment_leaves_whole_pages_and_the_first_page_last(
    tmp_path: Path, areas: int
) -> None:
    chance = random.Random(7)  # noqa: S311 - the same moments at every run
    one_s = time_of_a_generation(tmp_path / "measured", areas)
    website = tmp_path / "website"
    newest = shown = 0
    for killed in range(250):
        if killed >= 25 and shown > 10:
            break
        with writer(website, newest, areas):
            time.sleep(chance.uniform(0.0, 3.0 * one_s))
        pages = [p for p in website.rglob("*.html") if whole.STAGING not in p.parts]
        ages = {page: generation(page) for page in pages}
        first = ages.get(website / "index.html", 0)
        assert first >= shown
        assert min(ages.values(), default=first) >= first
        newest, shown = max(ages.values(), default=0), first

    assert shown > 10


def time_of_a_generation(directory: Path, areas: int) -> float:
    """Return how long this machine's disk takes for one generation, in s."""
    with writer(directory, 0, areas):
        begun = time.monotonic()
        eventually((directory / "index.html").exists)
        eventually(lambda: generation(directory / "index.html") > 3)
        return (time.monotonic() - begun) / 4


@contextmanager
def writer(directory: Path, number: int, areas: int = 5) -> Iterator[None]:
    """Write generation after generation until killed at the end of the block."""
    command = [sys.executable, "-c", WRITER, str(directory), str(number), str(areas)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            process.stdout.readline()
            yield
        finally:
            process.send_signal(signal.SIGKILL)


def test_readers_never_see_half_a_page_while_it_is_written(tmp_path: Path) -> None:
    with writer(tmp_path, 0):
        deadline = time.monotonic() + 10.0
        while not (tmp_path / "index.html").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        seen = {generation(tmp_path / "index.html") for _ in range(2000)}
        while len(seen) == 1 and time.monotonic() < deadline:
            seen.add(generation(tmp_path / "index.html"))

    assert len(seen) > 1


@pytest.mark.alone
def test_what_is_due_is_on_the_page_within_two_seconds(shop: Shop) -> None:
    shop.refresh()
    shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
    began = time.monotonic()
    shop.send()

    assert time.monotonic() - began < 2.0
