"""A visitor is told in the browser: asked by a press, shown a notice, led to the page, let go."""

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from netwatch.delivery.channels import Address, open_channel
from netwatch.delivery.render import Text
from netwatch.model.names import ChannelName, NoticeKey
from tests.edges.browsing import CHROMIUM, HERE, MODULES, modules
from tests.edges.push_house import FakePushService
from tests.edges.receiver import receiver
from tests.edges.test_web import Guests
from tests.edges.web_house import DEADLINE_S, Served, visited
from tests.unit.web.asked import Town

SHOTS = os.environ.get("NETWATCH_SHOTS", "")
NAMES = ("Krakowskie Przedmieście", "Leśna", "Polna")
PAGE = "https://status.dolina.example/pl/polna.html"


class Visits:
    """What the service behind the page hears, and what it offers."""

    def __init__(self, *ways: str) -> None:
        self.ways, self.heard = list(ways), list[dict[str, Any]]()
        self.key = ""
        self._town = Town()

    async def known(self, question: dict[str, Any], who: str) -> dict[str, Any]:
        told = await self._town.visitors.asks["known"](question, who)
        areas = {one: [(f"a-{n}", name) for n, name in enumerate(NAMES)] for one in ("pl", "de")}
        return told | {"ways": self.ways, "areas": areas, "push_key": self.key}

    async def visitor(self, question: dict[str, Any], _who: str) -> dict[str, Any]:
        self.heard.append({name: said for name, said in question.items() if name != "ask"})
        return {"taken": True}

    def until(self, kinds: list[str]) -> dict[str, Any]:
        """Return what was heard last, once these kinds of words were heard."""
        ends_s = time.monotonic() + DEADLINE_S
        while [one["kind"] for one in self.heard] != kinds and time.monotonic() < ends_s:
            time.sleep(0.02)
        assert [one["kind"] for one in self.heard] == kinds
        return self.heard[-1]


class Reader:
    """Somebody with a browser."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def __call__(self, act: str, **how: Any) -> dict[str, Any]:
        self.say({"act": act, **how})
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the browser ended"
        seen: dict[str, Any] = json.loads(line)
        assert seen["complaints"] == []
        return seen

    def say(self, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def look(self, shot: str = "") -> dict[str, Any]:
        seen = self("look", shot=str(Path(SHOTS) / f"{shot}.png") if SHOTS and shot else "")
        assert seen["violations"] == []
        return seen


@contextmanager
def reading(
    profile: Path, origin: str, said: str, *, allowed: bool = True, dark: bool = False
) -> Iterator[Reader]:
    if CHROMIUM is None or shutil.which("node") is None:
        pytest.skip("no chromium or no node on this machine")
    modules()
    begin = {
        "chromium": CHROMIUM, "profile": str(profile), "origin": origin,
        "subscription": json.loads(said), "allowed": allowed, "dark": dark,
    }  # fmt: skip
    with subprocess.Popen(
        ["node", str(HERE / "push.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"BROWSER_MODULES": str(MODULES / "nodemodules")},
    ) as process:  # fmt: skip
        reader = Reader(process)
        reader.say(begin)
        try:
            yield reader
        finally:
            reader.say({"act": "end"})
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def visits() -> Visits:
    return Visits("mail", "push")


@pytest.fixture
def served(tmp_path: Path, visits: Visits, push: FakePushService) -> Iterator[Served]:
    async def key(channel: Any) -> str:
        return str(channel.keys().public)

    visits.key = handed(push, tmp_path / "keys", key)  # the page asks for it at its start
    asks = {"known": visits.known, "visitor": visits.visitor}
    with visited(tmp_path, Guests(), asks) as serving:
        yield serving


@pytest.fixture
def push(visits: Visits) -> Iterator[FakePushService]:
    fake = FakePushService()
    with receiver(read=bytes, answer=fake) as far:
        fake.web = far.web
        yield fake


def handed(push: FakePushService, state: Path, act: Callable[[Any], Any]) -> Any:
    """Act with a channel that knows the push service."""

    async def story() -> Any:
        url = f"webpush://noc@dolina.example/?allow={push.web.partition('://')[2]}"
        channel = open_channel(ChannelName("webpush"), url)
        channel.keep_in(state)  # type: ignore[attr-defined]
        try:
            return await act(channel)
        finally:
            await channel.close()
            await asyncio.sleep(0.02)

    return asyncio.run(story())


def test_a_visitor_subscribes_in_the_browser_is_told_and_leaves(
    served: Served, visits: Visits, push: FakePushService, tmp_path: Path
) -> None:
    ewa = push.subscribe("ewa")
    origin = f"http://127.0.0.1:{served.page}"
    with reading(tmp_path / "profile", origin, ewa.said) as reader:
        reader("open", url=f"{origin}/pl/subscribe")
        seen = reader.look("push-form")
        assert "W tej przeglądarce" in seen["text"]
        assert "e-mail\nTylko do tych" in seen["text"]
        reader("choose", where="#areas", what="a-1")
        reader("press", where="input[value=push]")
        assert "e-mail\nTylko do tych" not in reader.look("push-chosen")["text"]
        seen = reader("press", where=".ask button:not([type])", leads=True)
        assert "nacisnąć i potwierdzić" in reader.look("pushed")["text"]

        wish = visits.until(["subscribe"])
        assert (wish["way"], wish["areas"], wish["to"]) == ("push", "a-1", "")
        assert json.loads(wish["push"]) == json.loads(ewa.said)

        for number, (phase, title) in enumerate((("confirmed", "Awaria"), ("restored", "Działa"))):
            to = Address(recipient="W+1", language="pl", to=wish["push"], page=PAGE)
            notice = NoticeKey(f"I-1/subscribers/webpush/W+1/{phase}/1")
            handed(push, tmp_path / "keys", lambda channel, to=to, notice=notice, title=title:
                   channel.send(to, Text(title, "os. Polna"), notice))  # fmt: skip
            assert len(push.shown) == number + 1
            data = json.dumps(push.shown[-1][1])
            (shown,) = reader("deliver", data=data)["shown"]
            assert (shown["title"], shown["body"], shown["lang"]) == (title, "os. Polna", "pl")
            assert shown["actions"] == [{"action": "stop", "title": "Koniec powiadomień tutaj"}]
        assert reader("click", action="")["answer"] == {
            "opened": PAGE, "answer": None, "left": False, "open": 0,
        }  # fmt: skip

        reader("deliver", data=data)
        left = reader("click", action="stop")["answer"]
        assert left == {"opened": "", "answer": 204, "left": True, "open": 0}
        said = visits.until(["subscribe", "stop"])
        assert said == {"kind": "stop", "stop": ewa.endpoint, "push": ""}

        reader("remember")
        reader("open", url=f"{origin}/pl/subscribe")
        assert "zamówiono powiadomienia" in reader.look("push-on")["text"]
        reader("press", where="[data-push=stop]")
        reader("wait", until="!document.querySelector('[data-push=off]').hidden")
        seen = reader.look("push-off")
        assert "nie będzie więcej powiadomień" in seen["text"]
        assert "zamówiono powiadomienia" not in seen["text"]
    visits.until(["subscribe", "stop", "stop"])


def test_rubbish_that_was_delivered_shows_a_notice_and_leads_nowhere_else(
    served: Served, visits: Visits, push: FakePushService, tmp_path: Path
) -> None:
    visits.key = "B" + "A" * 86
    ewa, origin = push.subscribe("ewa"), f"http://127.0.0.1:{served.page}"
    with reading(tmp_path / "profile", origin, ewa.said) as reader:
        reader("open", url=f"{origin}/pl/subscribe")
        reader("choose", where="#areas", what="a-1")
        reader("press", where="input[value=push]")
        reader("press", where=".ask button:not([type])", leads=True)
        evil = '{"url":"javascript:alert(1)","lang":"__proto__"}'
        for data in ("rubbish", "null", "[]", evil):
            assert reader("deliver", data=data)["shown"], data
            answer = reader("click", action="")["answer"]
            assert answer["opened"] == "/pl/me", data


def test_who_says_no_is_told_so_and_may_choose_another_way(
    served: Served, visits: Visits, push: FakePushService, tmp_path: Path
) -> None:
    visits.key = "B" + "A" * 86
    visits.ways = ["push"]
    ewa, origin = push.subscribe("ewa"), f"http://127.0.0.1:{served.page}"
    with reading(tmp_path / "profile", origin, ewa.said, allowed=False, dark=True) as reader:
        reader("open", url=f"{origin}/de/subscribe")
        seen = reader.look("push-only")
        assert "In diesem Browser" in seen["text"]
        assert "E-Mail" not in seen["text"]
        reader("choose", where="#areas", what="a-1")
        reader("press", where=".ask button:not([type])")
        reader("wait", until="!document.querySelector('[data-push=note]').hidden")
        assert "erlaubt dieser Seite keine" in reader.look("push-denied")["text"]
    assert visits.heard == []
