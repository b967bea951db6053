"""Meta's webhook over HTTP, through the web process, into the desk's queue of a real service."""

import hmac
import http.client
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.edges.ports import free_port
from tests.edges.service_house import SETTINGS, House
from tests.edges.web_house import start_web
from tests.unit.intake.test_graph_hooks import comment

APP, WORD = "an app secret", "a word of ours"
CANARY = "Kanarek"
PORT, CONSOLE = free_port(), free_port()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    web = '[web]\ncomments = "file:app"\ncomments_verify = "file:word"\n'
    web += f'public = "127.0.0.1:{PORT}"\nconsole = "127.0.0.1:{CONSOLE}"\n'
    house = House(tmp_path, SETTINGS + '[contacts]\nkey = "file:key"\n' + web)
    (house.folder / "key").write_text("a secret that is long enough")
    (house.folder / "app").write_text(APP)
    (house.folder / "word").write_text(WORD)
    for name in ("key", "app", "word"):
        (house.folder / name).chmod(0o600)
    house.start()
    yield house
    house.end()


def over_http(method: str, path: str, body: bytes = b"", signed: str = "") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
    try:
        connection.request(method, path, body or None, {"X-Hub-Signature-256": signed})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_comment_comes_in_waits_is_answered_and_leaves_nothing_behind(house: House) -> None:
    web = start_web(house.config)
    try:
        assert web.stdout is not None
        while "console" not in web.stdout.readline():
            assert web.poll() is None
        asked = f"/in/comment?hub.mode=subscribe&hub.verify_token={WORD.replace(' ', '+')}"
        assert over_http("GET", f"{asked}&hub.challenge=1158201444") == (200, b"1158201444")
        assert over_http("GET", "/in/comment?hub.verify_token=x&hub.challenge=1")[0] == 403
        assert over_http("GET", "/in/comment")[0] == 403

        body = json.dumps(comment(message="\x1b[2Ju mnie też nie działa")).encode()
        signed = "sha256=" + hmac.new(APP.encode(), body, sha256).hexdigest()
        assert over_http("POST", "/in/comment", body, signed)[0] == 200
        assert over_http("POST", "/in/comment", body, signed)[0] == 200
        assert over_http("POST", "/in/comment", body, signed[:-1] + "x")[0] == 403
        assert over_http("POST", "/in/comment", b"x" * 600_000, signed)[0] == 413
    finally:
        web.terminate()
        web.communicate(timeout=20)

    (row,) = json.loads(house.run("desk", "inbox", "list", "--json").stdout)["inbox"]
    shown = house.run("desk", "inbox", "list").stdout
    assert (row["number"], row["author"]) == ("M-1", f"Jan {CANARY}")
    assert row["suggested"]
    assert "\x1b" not in shown
    assert "answer: " in shown
    assert house.run("desk", "inbox", "take", "1").returncode == 0
    assert house.run("desk", "inbox", "answered", "M-1").returncode == 0
    assert house.run("desk", "inbox", "answered", "M-1").returncode == 1
    assert "nothing waits" in house.run("desk", "inbox", "list").stdout
    house.stop()
    files = (path for path in house.folder.rglob("*") if path.is_file())
    assert CANARY.encode() not in b"\n".join(path.read_bytes() for path in files)
