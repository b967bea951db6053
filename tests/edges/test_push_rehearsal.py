"""The push, rehearsed at real servers: what readers see stays as it is, and what fails is named."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from netwatch.delivery.push.rehearsal import FILE, Rehearsed, rehearse
from netwatch.delivery.push.target import target_of
from netwatch.service.secrets import Secret
from tests.edges.command_line_house import lived
from tests.edges.ports import free_port
from tests.edges.service_house import House
from tests.edges.test_push import SECRETS, Far, Forgetful, object_store, store_at
from tests.edges.test_wordpress import OWN, Site


async def rehearsed(line: str, url: str = "") -> Rehearsed:
    act = partial(rehearse, target_of(line), SECRETS.__getitem__, url=url, sign="17")
    return await asyncio.to_thread(act, monotonic=time.monotonic, pause=lambda _seconds: None)


class Quiet(SimpleHTTPRequestHandler):
    """A web server that serves a directory and notes what is asked for."""

    asked: list[str] = []  # noqa: RUF012 - a test's own class is made anew each time

    def log_message(self, *_said: object) -> None:
        self.asked.append(self.path)


@contextmanager
def web_server(directory: Path) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    kind = type("Own", (Quiet,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(directory))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", asked
        finally:
            server.shutdown()
            thread.join()


def here(directory: Path) -> set[str]:
    return {str(file.relative_to(directory)) for file in directory.rglob("*") if file.is_file()}


@lived
async def test_a_host_takes_it_readers_get_it_and_nothing_is_left(tmp_path: Path) -> None:
    far = Far(tmp_path / "far")
    async with far.open():
        (far.root / "page" / "index.html").write_text("what readers see")
        (far.root / "page" / FILE).write_text("left by one that was killed")
        with web_server(far.root / "page") as (url, asked):
            went = await rehearsed(far.line, url)

    assert (went.ok, went.why, went.next) == (True, "", "")
    assert went.put_s is not None
    assert went.public_s is not None
    assert asked == [f"/{FILE}"]
    assert here(far.root / "page") == {"index.html"}
    assert far.there("index.html") == "what readers see"


@lived
async def test_a_place_that_the_public_address_does_not_show_is_told_so(tmp_path: Path) -> None:
    far = Far(tmp_path / "far")
    (tmp_path / "elsewhere").mkdir()
    async with far.open():
        with web_server(tmp_path / "elsewhere") as (url, _):
            went = await rehearsed(far.line, url)

    assert (went.ok, went.public_s) == (True, None)
    assert "does not show this place" in went.next


@lived
async def test_a_host_that_keeps_something_else_fails_and_nothing_is_left(tmp_path: Path) -> None:
    far = Far(tmp_path / "far", Forgetful)
    async with far.open():
        went = await rehearsed(far.line)

    assert "not what was put there" in went.why
    assert here(far.root / "page") == set()


@lived
async def test_who_it_is_and_who_we_are_is_looked_at(tmp_path: Path) -> None:
    far, other = Far(tmp_path / "far"), Far(tmp_path / "other")
    other.port = far.port
    (tmp_path / "others").mkdir()
    other.root = tmp_path / "others" / "far"
    line, stranger = far.line, other.line
    async with far.open():
        known_no_more = await rehearsed(stranger)
        refused = await rehearsed(line.replace("env:PASSWORD", "env:KEY"))

    assert "ssh-keyscan 127.0.0.1" in known_no_more.next
    assert "the key or the password" in refused.next
    assert here(far.root / "page") == set()


@lived
async def test_a_host_that_is_away_is_named_with_what_to_do(tmp_path: Path) -> None:
    went = await rehearsed(Far(tmp_path / "far").line)

    assert not went.ok
    assert "can be reached" in went.next


@lived
async def test_a_secret_that_is_missing_is_named_with_what_to_do(tmp_path: Path) -> None:
    line = Far(tmp_path / "far").line.replace("env:PASSWORD", "env:NOT_THERE_AT_ALL")
    act = partial(rehearse, target_of(line), lambda reference: Secret(reference).reveal(), url="")
    went = act(sign="17", monotonic=time.monotonic, pause=lambda _seconds: None)

    assert went.why == "the environment variable 'NOT_THERE_AT_ALL' is not set"
    assert "set it for the service" in went.next


@lived
async def test_a_bucket_takes_it_and_nothing_is_left() -> None:
    pytest.importorskip("s3fs")
    pytest.importorskip("moto")
    with object_store(free_port()) as url:
        options = f"endpoint={url}&region=eu-central-1&key=env:KEY&secret=env:SECRET"
        went = await rehearsed(f"s3://status/page?{options}")
        missing = await rehearsed(f"s3://nowhere/page?{options}")

        assert store_at(url).find("status/page") == []

    assert (went.ok, went.why) == (True, "")
    assert "make the bucket" in missing.next


@lived
async def test_a_wordpress_site_takes_a_draft_that_no_reader_sees() -> None:
    with Site().open() as site:
        went = await rehearsed(site.line)
        site.fault = "kses"
        careful = await rehearsed(site.line)
        site.fault = "author"
        refused = await rehearsed(site.line)

    assert went.ok
    assert careful.ok, "who may write no whole pages may still write what is pushed"
    assert (site.raw, site.posts, site.drafts) == (OWN, 0, {})
    assert "rest_cannot_create" in refused.why
    assert "make it an editor" in refused.next


def test_the_command_says_how_it_went_and_doctor_remembers(tmp_path: Path) -> None:
    away, shown = tmp_path / "away", tmp_path / "shown"
    shown.mkdir()
    (shown / "outages.json").write_text("{}")
    house = House(tmp_path)
    with web_server(shown) as (url, _):
        lines = f'[website]\nurl = "{url}"\npush = ["{shown}", "{away}"]\n'
        house.config.write_text(f"{house.config.read_text()}\n{lines}")
        before = house.run("doctor").stdout
        went = house.run("publish", "rehearse", "--json")
        after = house.run("doctor").stdout
        away.rmdir()
        away.write_text("in the way")
        failed = house.run("publish", "rehearse")

    first, second = json.loads(went.stdout)["targets"]
    assert went.returncode == 0, went.stderr
    assert json.loads(went.stdout)["address"]["shows"] == [f"file://{shown}"]
    assert first["public_s"] is not None
    assert (second["ok"], second["public_s"]) == (True, None)
    assert "was never rehearsed" in before
    assert f"push to file://{away} was rehearsed 0 days ago" in after
    assert failed.returncode == 1
    assert f"FAIL  file://{away}" in failed.stdout
    assert "failed its last rehearsal" in house.run("doctor").stdout
    assert here(shown) == {"outages.json"}


def test_an_address_that_answers_nobody_is_a_failure(tmp_path: Path) -> None:
    house, away = House(tmp_path), tmp_path / "away"
    lines = f'[website]\nurl = "http://127.0.0.1:{free_port()}"\npush = ["{away}"]\n'
    house.config.write_text(f"{house.config.read_text()}\n{lines}")

    went = house.run("publish", "rehearse")

    assert went.returncode == 1
    assert "readers get nothing there now" in went.stdout


def test_who_pushes_nowhere_has_nothing_to_rehearse(tmp_path: Path) -> None:
    went = House(tmp_path).run("publish", "rehearse")

    assert went.returncode == 2
    assert "[website]" in went.stderr
