"""The page at far places: whole, in order, read back, tried again until it is there."""

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncssh
import fsspec
import pytest

from netwatch.delivery.channels import Address
from netwatch.delivery.push.issue import EDITION
from netwatch.delivery.push.pusher import Pusher
from netwatch.delivery.push.target import target_of
from netwatch.delivery.render import Text
from netwatch.model.facts import Phase
from netwatch.model.names import NoticeKey
from tests.edges.command_line_house import PASSWORD, lived
from tests.edges.lab_at_work import eventually
from tests.edges.ports import free_port
from tests.edges.test_website import Shop
from tests.unit.views.tales import NIGHT, due, opened, restored

SENT = (Address(recipient="public", language="pl"), Text("", ""), NoticeKey("k"))
SECRETS = {"env:PASSWORD": PASSWORD, "env:KEY": "key", "env:SECRET": "secret"}


class Guard(asyncssh.SSHServer):
    """Lets one user in by password; it keeps its connections, to end them with the server."""

    def __init__(self, connections: list[asyncssh.SSHServerConnection]) -> None:
        self._connections = connections

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connections.append(conn)

    def begin_auth(self, _username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("status", PASSWORD)


class Careful(asyncssh.SFTPServer):
    """A server as it should be; it notes what is opened for writing."""

    written: list[str] = []  # noqa: RUF012 - a test's own class is made anew each time

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> Any:
        if pflags & asyncssh.FXF_WRITE:
            self.written.append(path.decode())
        return super().open(path, pflags, attrs)


class Forgetful(asyncssh.SFTPServer):
    """Says that all was written and keeps something else."""

    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        super().write(file_obj, offset, data[:-1] + b"?")
        return len(data)


class Far:
    """A host elsewhere."""

    def __init__(self, root: Path, kind: type[asyncssh.SFTPServer] = asyncssh.SFTPServer) -> None:
        self.root, self.kind = root, type("Own", (kind,), {"written": []})
        root.mkdir(parents=True, exist_ok=True)
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.port = free_port()
        self.connections: list[asyncssh.SSHServerConnection] = []

    @property
    def line(self) -> str:
        hosts = self.root.parent / f"known-{self.port}"
        public = self.key.export_public_key().decode()
        hosts.write_text(f"[127.0.0.1]:{self.port} {public}")
        login = f"sftp://status@127.0.0.1:{self.port}/page"
        return f"{login}?password=env:PASSWORD&known_hosts={hosts}"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        (self.root / "page").mkdir(exist_ok=True)
        server = await asyncssh.create_server(
            lambda: Guard(self.connections), "127.0.0.1", self.port, server_host_keys=[self.key],
            sftp_factory=lambda channel: self.kind(channel, chroot=str(self.root).encode()),
        )  # fmt: skip
        try:
            yield
        finally:
            server.close()
            for one in self.connections:
                one.abort()
            await asyncio.gather(*(one.wait_closed() for one in self.connections))
            self.connections.clear()

    def there(self, name: str) -> str:
        return (self.root / "page" / name).read_text(encoding="utf-8")


def pusher(shop: Shop, line: str) -> Pusher:
    return Pusher(target_of(line), SECRETS.__getitem__, shop.website, shop.hands, lambda: 0.0)


async def quickly(_seconds: float) -> None:
    await asyncio.sleep(0.05)


@asynccontextmanager
async def pushing(*pushers: Pusher) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one.run(quickly)) for one in pushers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def soon(true: Callable[[], object], within_s: float = 20.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def same(shop: Shop, directory: Path) -> bool:
    """Say whether a far directory holds the page as it stands here, and nothing half done."""
    here, there = (
        {str(f.relative_to(d)): f.read_bytes() for f in d.rglob("*") if f.is_file()}
        for d in (shop.directory, directory)
    )
    there.pop(EDITION, None)
    return here == there


@lived
async def test_the_page_stands_at_a_far_host_and_follows_each_change(tmp_path: Path) -> None:
    shop, far = Shop(tmp_path / "here"), Far(tmp_path / "far", Careful)
    async with far.open(), pushing(one := pusher(shop, far.line)):
        await shop.website.refresh()
        await soon(lambda: one.pushed == 1)
        assert same(shop, far.root / "page")

        far.kind.written.clear()
        shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
        await shop.website.send(*SENT)
        await soon(lambda: one.pushed == 2)
        assert same(shop, far.root / "page")
        assert not [name for name in far.kind.written if "a-1.html" in name]

        shop.take(restored(at=NIGHT), due(Phase.RESTORED, at=NIGHT, areas=("a-0",)))
        shop.hands.seconds = 86_500.0
        await shop.website.refresh()
        await soon(lambda: one.pushed == 3)
        assert not (far.root / "page/pl/outage/I-1.html").exists()
        assert same(shop, far.root / "page")


@lived
async def test_a_minute_without_news_moves_few_files(tmp_path: Path) -> None:
    shop, far = Shop(tmp_path / "here"), Far(tmp_path / "far", Careful)
    async with far.open(), pushing(one := pusher(shop, far.line)):
        await shop.website.refresh()
        await soon(lambda: one.pushed == 1)
        far.kind.written.clear()
        shop.hands.seconds = 300.0
        await shop.website.refresh()
        await soon(lambda: one.pushed == 2)

    moved = {Path(name).name.removeprefix(".").removesuffix(".new") for name in far.kind.written}
    assert moved == {
        "index.html", "pulse.js", "outages.json", "banner.js", "banner.html", "feed.atom",
        EDITION,
    }  # fmt: skip
    assert "2026-11-14T19:07:11Z" in far.there("pulse.js")


@lived
async def test_a_host_that_is_not_who_it_was_gets_nothing_and_the_staff_is_told(
    tmp_path: Path,
) -> None:
    shop, far = Shop(tmp_path / "here"), Far(tmp_path / "far")
    line, far.key = far.line, asyncssh.generate_private_key("ssh-ed25519")
    async with far.open(), pushing(one := pusher(shop, line)):
        await shop.website.refresh()
        await soon(lambda: one.last_fault)
        assert one.trouble == ""
        shop.hands.seconds = 121.0
        assert "does not match" in one.trouble
        assert PASSWORD not in one.trouble

    assert list((far.root / "page").iterdir()) == []


@lived
async def test_a_host_that_keeps_something_else_than_it_was_given_is_found_out(
    tmp_path: Path,
) -> None:
    shop, far = Shop(tmp_path / "here"), Far(tmp_path / "far", Forgetful)
    async with far.open(), pushing(one := pusher(shop, far.line)):
        await shop.website.refresh()
        await soon(lambda: "what stands there is not what was put there" in one.last_fault)

    assert one.pushed == 0


@lived
async def test_a_host_that_goes_away_gets_the_newest_edition_when_it_is_back(
    tmp_path: Path,
) -> None:
    shop, far = Shop(tmp_path / "here"), Far(tmp_path / "far")
    async with pushing(one := pusher(shop, far.line)):
        async with far.open():
            await shop.website.refresh()
            await soon(lambda: one.pushed == 1)
        shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
        await shop.website.send(*SENT)
        await soon(lambda: one.last_fault)
        shop.take(restored(at=NIGHT), due(Phase.RESTORED, at=NIGHT, areas=("a-0",)))
        shop.hands.seconds = 60.0
        await shop.website.refresh()
        async with far.open():
            await soon(lambda: one.pushed >= 2)
            await soon(lambda: same(shop, far.root / "page"))
            assert one.last_fault == ""


@lived
async def test_an_older_edition_never_takes_the_place_of_a_newer(tmp_path: Path) -> None:
    newer, older = Shop(tmp_path / "newer"), Shop(tmp_path / "older")
    older.hands.at -= timedelta(minutes=1)
    far = Far(tmp_path / "far")
    async with far.open(), pushing(one := pusher(newer, far.line), two := pusher(older, far.line)):
        await newer.website.refresh()
        await soon(lambda: one.pushed == 1)
        older.take(opened(areas=("a-0",)), due(areas=("a-0",)))
        await older.website.refresh()
        await soon(lambda: "a newer edition stands there" in two.last_fault)

    assert two.pushed == 0
    assert same(newer, far.root / "page")


@lived
async def test_a_clock_that_is_set_back_does_not_hold_up_what_is_new(tmp_path: Path) -> None:
    shop, far = Shop(tmp_path / "website"), Far(tmp_path / "far")
    async with far.open(), pushing(one := pusher(shop, far.line)):
        await shop.website.refresh()
        await soon(lambda: one.pushed == 1)
        shop.hands.at -= timedelta(hours=2)
        shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
        await shop.website.send(*SENT)
        await soon(lambda: one.pushed == 2 or one.last_fault)

    assert one.last_fault == ""
    assert same(shop, far.root / "page")


@lived
async def test_a_host_that_says_nothing_holds_up_nobody(tmp_path: Path) -> None:
    shop, far = Shop(tmp_path / "here"), Far(tmp_path / "far")
    directory = tmp_path / "copy"
    mute, other = pusher(shop, far.line), pusher(shop, str(directory))
    directory.mkdir()
    with socket.create_server(("127.0.0.1", far.port)):
        async with asyncio.timeout(5), pushing(mute, other):
            await shop.website.refresh()
            await soon(lambda: other.pushed == 1)

    assert same(shop, directory)
    assert mute.pushed == 0


def store_at(url: str) -> Any:
    """Return a client of its own for an object store."""
    return fsspec.filesystem(
        "s3", key="key", secret=SECRETS["env:SECRET"], client_kwargs={"endpoint_url": url},
        skip_instance_cache=True,
    )  # fmt: skip


@contextmanager
def object_store(port: int) -> Iterator[str]:
    """Serve S3 on loopback for as long as it lasts."""
    program, url = Path(sys.executable).with_name("moto_server"), f"http://127.0.0.1:{port}"
    command = [str(program), "-H", "127.0.0.1", "-p", f"{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            eventually(lambda: made(store_at(url)))
            yield url
        finally:
            server.send_signal(signal.SIGTERM)


def made(store: Any) -> bool:
    with contextlib.suppress(Exception):  # it is still starting
        store.mkdir("status")
        return True
    return False


@lived
async def test_the_page_stands_in_a_bucket_with_its_types(tmp_path: Path) -> None:
    pytest.importorskip("s3fs")
    pytest.importorskip("moto")
    shop = Shop(tmp_path / "here")
    with object_store(free_port()) as url:
        line = f"s3://status/page?endpoint={url}&region=eu-central-1&key=env:KEY&secret=env:SECRET"
        async with pushing(one := pusher(shop, line)):
            await shop.website.refresh()
            await soon(lambda: one.pushed == 1 or one.last_fault)
            assert one.last_fault == ""
            shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
            await shop.website.send(*SENT)
            await soon(lambda: one.pushed == 2)

        store, shown = store_at(url), shop.directory
        there = {name.removeprefix("status/page/") for name in store.find("status/page")}
        here = {str(f.relative_to(shown)) for f in shown.rglob("*") if f.is_file()}
        assert there == here | {EDITION}
        assert store.cat_file("status/page/index.html") == (shown / "index.html").read_bytes()
        head = {n: store.call_s3("head_object", Bucket="status", Key=f"page/{n}") for n in here}
        kinds = {name: said["ContentType"] for name, said in head.items()}
        assert kinds["index.html"] == "text/html; charset=utf-8"
        assert kinds["outages.json"] == "application/json"
        assert "application/octet-stream" not in kinds.values()
