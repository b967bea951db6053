"""An answer is remembered whole or not at all."""

import asyncio
from pathlib import Path
from typing import Any

from netwatch.web.page import public_page
from netwatch.web.remembered import FRESH_S, Remembered


class Clock:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.at_s = 0.0

    def __call__(self) -> float:
        return self.at_s


def _get(app: Remembered, path: str = "/", *, leaves: bool = False, **headers: str) -> Any:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        if not leaves:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": path, "root_path": "", "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "asgi": {"spec_version": "2.3"},
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(one["body"] for one in sent[1:])


def test_who_leaves_at_once_leaves_no_half_answer_to_the_next(tmp_path: Path) -> None:
    page = b"<p>Dolina</p>" * 100_000
    (tmp_path / "index.html").write_bytes(page[:900_000])
    app = Remembered(public_page(tmp_path), Clock())
    for leaves in (True, False):
        status, headers, body = _get(app, leaves=leaves)
        assert (status, int(headers[b"content-length"])) == (200, 900_000)
        assert body == page[:900_000]


def test_what_changed_is_seen_after_a_second_and_not_before(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "index.html"
    file.write_text("old")
    app = Remembered(public_page(tmp_path), clock)
    assert _get(app)[2] == b"old"
    file.write_text("new!")
    assert _get(app)[2] == b"old"
    clock.at_s += FRESH_S + 0.1
    assert _get(app)[2] == b"new!"


def test_a_tag_is_enough_for_who_has_the_page(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("page")
    app = Remembered(public_page(tmp_path), Clock())
    tag = _get(app)[1][b"etag"].decode()
    status, headers, body = _get(app, **{"if-none-match": tag})
    assert (status, body, b"content-length" in headers) == (304, b"", False)
    assert _get(app, **{"if-none-match": '"other"'})[0] == 200


def test_what_nobody_has_is_forgotten_to_make_room(tmp_path: Path) -> None:
    app = Remembered(public_page(tmp_path), Clock())
    for number in range(4100):
        assert _get(app, f"/{number}.html")[0] == 503
    assert len(app._known) == 4000


def test_nobody_is_led_to_the_host_that_somebody_else_named(tmp_path: Path) -> None:
    (tmp_path / "pl").mkdir()
    (tmp_path / "pl" / "index.html").write_text("<p>Dolina</p>")
    app = Remembered(public_page(tmp_path), Clock())
    _get(app, "/pl", host="evil.example")
    status, headers, _ = _get(app, "/pl", host="dolina.example")
    assert (status, headers[b"location"]) == (307, b"http://dolina.example/pl/")
