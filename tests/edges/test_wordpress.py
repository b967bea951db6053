"""A WordPress page that says what goes on: its own words stay, and faults are told, not guessed."""

import json
import re
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from netwatch.delivery.push.target import TargetError, target_of
from tests.edges.command_line_house import PASSWORD, lived
from tests.edges.test_push import SENT, pusher, pushing, soon
from tests.edges.test_website import Shop
from tests.unit.views.tales import due, opened

OWN = "<!-- wp:paragraph -->\n<p>Welcome to Dolina & friends.</p>\n<!-- /wp:paragraph -->"
LOGIN = f"Basic {b64encode(f'netwatch:{PASSWORD}'.encode()).decode()}"


@dataclass
class Site:
    """A site as WordPress answers for it: wp/v2/pages with application passwords."""

    raw: str = OWN
    fault: str = ""
    posts: int = 0
    drafts: dict[int, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def line(self) -> str:
        return (
            f"wordpress+http://netwatch@127.0.0.1:{self.port}/wp-json?page=12&password=env:PASSWORD"
        )

    def answer(self, method: str, path: str, login: str | None, body: bytes) -> tuple[int, object]:
        bare, _, query = path.partition("?")
        if self.fault == "500":
            return 500, "<html>Critical error</html>"
        if self.fault == "503":
            return 503, {"code": "maintenance", "message": "Briefly unavailable", "data": {}}
        if not f"{bare}/".startswith("/wp-json/wp/v2/pages/"):
            return 404, {"code": "rest_no_route", "message": "No route", "data": {"status": 404}}
        if login != LOGIN:
            code = "incorrect_password" if login else "rest_forbidden_context"
            return 401, {"code": code, "message": f"for {login}", "data": {"status": 401}}
        if bare != "/wp-json/wp/v2/pages/12":
            return self._draft(method, bare.rpartition("/")[2], body)
        if method == "POST":
            self.posts += 1
            written = json.loads(body)["content"]
            self.raw = written.replace("<ul>", "") if self.fault == "strips" else written
        content: dict[str, object] = {"rendered": self.raw, "protected": False}
        if method == "POST" or "context=edit" in query:
            content["raw"] = self.raw
        return 200, {"id": 12, "status": "publish", "content": content}

    def _draft(self, method: str, name: str, body: bytes) -> tuple[int, object]:
        if name not in ("pages", *map(str, self.drafts)):
            return 404, {"code": "rest_post_invalid_id", "message": "", "data": {"status": 404}}
        if method == "POST":
            if self.fault == "author":
                return 403, {"code": "rest_cannot_create", "message": "", "data": {"status": 403}}
            asked = json.loads(body)
            assert asked["status"] == "draft"
            name = str(100 + len(self.asked))
            written = re.sub(
                r"</?(!doctype|html|head|body|meta|title)\b[^>]*>", "", asked["content"]
            )
            self.drafts[int(name)] = (written if self.fault == "kses" else asked["content"]).strip()
        raw = self.drafts[int(name)]
        if method == "DELETE":
            del self.drafts[int(name)]
            return 200, {"deleted": True}
        return 200 + (method == "POST"), {"id": int(name), "content": {"raw": raw}}

    @contextmanager
    def open(self) -> Iterator["Site"]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                site.asked.append(f"{self.command} {self.path}")
                login = self.headers.get("Authorization")
                status, said = site.answer(self.command, self.path, login, body)
                data = said.encode() if isinstance(said, str) else json.dumps(said).encode()
                self.send_response(302 if site.fault == "moved" else status)
                if site.fault == "moved":
                    self.send_header("Location", f"http://127.0.0.1:{site.port}/elsewhere")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - as http.server calls them

            def log_message(self, *_said: object) -> None:
                return

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            self.port = server.server_port
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()


@lived
async def test_a_page_says_what_goes_on_above_what_the_operator_wrote(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "here")
    with Site().open() as site:
        async with pushing(one := pusher(shop, site.line)):
            await shop.website.refresh()
            await soon(lambda: one.pushed == 1)
            assert "W tej chwili nie ma ogłoszonych awarii." in site.raw
            shop.hands.seconds = 60.0
            await shop.website.refresh()
            await soon(lambda: one.pushed == 2)
            assert site.posts == 1

            shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
            await shop.website.send(*SENT)
            await soon(lambda: one.pushed == 3)

    assert site.raw.count("<!-- netwatch ") == site.raw.count("<!-- /netwatch -->") == 1
    assert "<li>confirmed I-1</li>" in site.raw
    assert site.raw.endswith(OWN)
    assert (one.last_fault, site.posts) == ("", 2)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("500", "the site says 500, and not as WordPress does"),
        ("503", "WordPress says 503: maintenance"),
        ("strips", "does not say what it was given"),
        ("moved", "the site says 302"),
    ],
)
@lived
async def test_a_site_that_does_not_take_it_is_told_of_and_tried_again(
    tmp_path: Path, fault: str, told: str
) -> None:
    shop = Shop(tmp_path / "here")
    shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
    with Site(fault=fault).open() as site:
        async with pushing(one := pusher(shop, site.line)):
            await shop.website.refresh()
            await soon(lambda: told in one.last_fault)
            site.fault = ""
            await soon(lambda: one.pushed)

    assert "<li>confirmed I-1</li>" in site.raw
    assert not any("elsewhere" in path for path in site.asked)


@lived
async def test_a_wrong_password_and_a_page_that_is_not_there_are_named_without_the_password(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path / "here")
    with Site().open() as site:
        stranger = pusher(shop, site.line.replace("netwatch@", "nobody@"))
        lost = pusher(shop, site.line.replace("page=12", "page=13"))
        async with pushing(stranger, lost):
            await shop.website.refresh()
            await soon(lambda: stranger.last_fault and lost.last_fault)

    assert stranger.last_fault == "WordPress says 401: incorrect_password"
    assert lost.last_fault == "WordPress says 404: rest_post_invalid_id"
    assert site.posts == 0


@lived
async def test_an_older_edition_never_takes_the_place_of_a_newer(tmp_path: Path) -> None:
    newer, older = Shop(tmp_path / "newer"), Shop(tmp_path / "older")
    older.hands.at -= timedelta(minutes=1)
    with Site().open() as site:
        one, two = pusher(newer, site.line), pusher(older, site.line)
        async with pushing(one):
            await newer.website.refresh()
            await soon(lambda: one.pushed == 1)
        async with pushing(two):
            await older.website.refresh()
            await soon(lambda: "a newer edition" in two.last_fault)

    assert site.posts == 1


@lived
async def test_a_clock_that_is_set_back_does_not_hold_up_what_is_new(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "website")
    with Site().open() as site:
        async with pushing(one := pusher(shop, site.line)):
            await shop.website.refresh()
            await soon(lambda: one.pushed == 1)
            shop.hands.at -= timedelta(hours=2)
            shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
            await shop.website.send(*SENT)
            await soon(lambda: one.pushed == 2 or one.last_fault)

    assert one.last_fault == ""
    assert site.posts == 2


@pytest.mark.parametrize(
    "line",
    [
        "wordpress://dolina.example/wp-json?page=12&password=env:P",
        "wordpress://u@dolina.example/wp-json?password=env:P",
        "wordpress://u@dolina.example/wp-json?page=x&password=env:P",
        "wordpress://u@dolina.example/wp-json?page=12",
    ],
)
def test_a_line_that_leaves_something_out_is_refused(line: str) -> None:
    with pytest.raises(TargetError, match="names no user, page or password"):
        target_of(line)


@lived
async def test_a_site_that_was_away_while_the_clock_was_set_back_is_ours_still(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path)
    with Site().open() as site:
        one = pusher(shop, site.line)
        async with pushing(one):
            await shop.website.refresh()
            await soon(lambda: one.pushed == 1)
            shop.hands.at -= timedelta(hours=1)
            site.fault = "503"
            shop.take(opened(areas=("a-0",)), due(areas=("a-0",)))
            for _ in range(10):  # more editions than are known again
                shop.hands.at += timedelta(minutes=1)
                asked = len(site.asked)
                await shop.website.refresh()
                await soon(lambda before=asked: len(site.asked) > before + 1)
            site.fault = ""
            await soon(lambda: one.pushed > 1)
