"""A whole service and browsers that follow: one "down" and one "up" for each, and no more."""

import asyncio
import json
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from netwatch.intake.doorkeeper import RefusedError
from netwatch.model.network import Network
from netwatch.service.channel_settings import Channel
from netwatch.service.contact_settings import contact_store
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import WebDesk
from netwatch.service.source_settings import Contacts
from tests.browsers import Subscribed
from tests.edges.crash_service import settings_in
from tests.edges.evening import Outage
from tests.edges.push_house import FakePushService
from tests.edges.receiver import receiver
from tests.edges.test_told_everywhere import told_files
from tests.unit.service.story import town

POLICY = """\
policy:
  - id: webpush-confirmed
    channel: webpush
    phase: confirmed
    to: subscribed
    least_subscribers: 1
"""
PAGE = "https://status.dolina.example"


@dataclass(slots=True)
class Evening(Outage):
    """Before the cut some subscribe in their browsers."""

    push: FakePushService = field(default_factory=FakePushService)

    async def run(self) -> None:
        assert self.service is not None
        await self.follows(self.push.subscribe("area"), {"areas": "area-a"})
        await self.follows(self.push.subscribe("elsewhere"), {"areas": "area-b"})
        await self.follows(self.push.subscribe("line"), {"number": "S-a1", "proof": "2"})
        await self.follows(self.push.subscribe("neighbour"), {"number": "S-b1", "proof": "2"})
        await self.asks("visitor", kind="subscribe", **wish(self.push.subscribe("shy"), "area-a"))
        await self.invited("shy")
        gone = self.push.subscribe("gone")
        await self.follows(gone, {"areas": "area-a"})
        del self.push.browsers["/push/gone"]
        left = self.push.subscribe("left")
        await self.follows(left, {"areas": "area-a"})
        await self.asks("visitor", kind="stop", stop=left.endpoint)
        await Outage.run(self)

    async def follows(self, browser: Subscribed, what: dict[str, str]) -> None:
        """Subscribe a browser, and press in it what it is shown."""
        await self.asks("visitor", kind="subscribe", **(wish(browser) | what))
        shown = await self.invited(browser.endpoint.rpartition("/")[2])
        token = urlsplit(shown["url"]).path.removeprefix("/s/")
        assert await self.asks("answer", token=token) == {"does": "join"}
        await self.asks("answer", token=token, press=True)
        with pytest.raises(RefusedError):
            await self.asks("answer", token=token, press=True)

    async def invited(self, name: str) -> Any:
        async with asyncio.timeout(20):
            while not any(who == name for who, _ in self.push.shown):  # noqa: ASYNC110 - a thread
                await asyncio.sleep(0.02)
        return next(said for who, said in self.push.shown if who == name)

    async def asks(self, ask: str, **question: Any) -> Any:
        assert self.service is not None
        return await self.service.visitors.asks[ask](question, "netwatch-web")


def wish(browser: Subscribed, areas: str = "") -> dict[str, str]:
    return {"way": "push", "language": "pl", "areas": areas, "push": browser.said}


def lived_in() -> Network:
    network = town(houses=6)
    people = {
        name: replace(one, address=f"ul. Polna {int(name[-1]) + 1}, Dolina")
        for name, one in network.subscribers.items()
    }
    return replace(network, subscribers=people)


def test_browsers_that_follow_hear_one_down_and_one_up_of_what_is_theirs(tmp_path: Path) -> None:
    network = lived_in()
    script = Evening(tmp_path / "script", network=network)
    with ExitStack() as stack:
        far = stack.enter_context(receiver(read=bytes, answer=script.push))
        duty = stack.enter_context(receiver())
        script.push.web = far.web
        urls = {
            "duty": duty.url,
            "webpush": f"webpush://noc@dolina.example/?allow={far.web.partition('://')[2]}",
        }
        plain = settings_in(tmp_path, "")
        settings = replace(
            plain,
            channels={name: Channel(url=Secret(url)) for name, url in urls.items()},
            contacts=Contacts(key=Secret("a key of more than twenty characters")),
            web=WebDesk(url="https://ask.dolina.example"),
            website=replace(plain.website, url=PAGE),
            languages=("pl",),
        )

        script.lived(settings, told_files(tmp_path, network, POLICY), within_s=200.0)

    told: dict[str, list[Any]] = {}
    for who, said in script.push.shown:
        told.setdefault(who, []).append(said)
    for name in ("area", "line"):
        asked, down, up = told[name]
        assert asked["url"].startswith("https://ask.dolina.example/s/")
        assert (down["url"], up["url"]) == (f"{PAGE}/pl/area-a.html",) * 2
        assert down["tag"] == up["tag"] != asked["tag"]
        assert down["title"] != up["title"]
    for name in ("elsewhere", "neighbour", "shy", "gone", "left"):
        assert len(told[name]) == 1, name
    heads = [head["urgency"] for head in script.push.heads]
    assert heads.count("normal") == 2

    store = contact_store(settings)
    assert store is not None
    kept = json.dumps({name: one.browsers for name, one in store.read().contacts.items()})
    assert "push/area" in kept
    assert "push/gone" not in kept
    assert "push/left" not in kept
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"/push/area" not in file.read_bytes(), file
