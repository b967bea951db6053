"""An ordered end in the middle of an incident: nothing is sent again, nothing is left out."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from netwatch.delivery.channels import Address, Sleep
from netwatch.delivery.render import Text
from netwatch.journal.journal import Journal
from netwatch.model.clock import Clock
from netwatch.model.facts import IncidentOpened, NoticeDue, keys_of
from netwatch.model.names import ChannelName, NoticeKey
from netwatch.model.network import Network
from netwatch.service.live import Service
from netwatch.service.paths import JOURNAL
from netwatch.service.settings_schema import Settings
from netwatch.service.wiring import Bring, Edges
from tests.edges.crash_service import Script, files, settings_in

STOPS_S = 5.0
DUTY = ChannelName("duty")


@dataclass(slots=True)
class Slow:
    """A channel whose sends take a while; the first one calls for the end."""

    stop: asyncio.Event
    name: ChannelName = DUTY
    sent: Counter[NoticeKey] = field(default_factory=Counter)
    width: int = 1
    longest_s: float = 5.0

    async def tend(self, sleep: Sleep) -> None: ...

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:  # noqa: ARG002
        self.stop.set()
        await asyncio.sleep(0.3)
        self.sent[key] += 1
        return ""

    async def close(self) -> None: ...


class Watched(Script):
    """The night of the crash matrix, without a crash."""

    def source(self, _: Settings, __: Network, ___: Clock, bring: Bring) -> Script:
        self.bring = bring
        return self


async def live(folder: Path, sent: Counter[NoticeKey], stop: asyncio.Event | None) -> float:
    """Live until the first send (with ``stop``) or to the end; return how long the end took."""
    script = Watched(folder / "script")
    channel = Slow(stop or asyncio.Event(), sent=sent)
    edges = Edges(source=script.source, channel=lambda _, __: channel, clock=script.clock)
    service = Service(settings_in(folder, "json://nowhere.example/"), files(), edges)
    script.service = service
    loop = asyncio.get_running_loop()
    end = stop or script.over
    living = asyncio.ensure_future(service.run(end))
    async with asyncio.timeout(30):
        await end.wait()
        began = loop.time()
        await living
    return loop.time() - began


@pytest.mark.alone
def test_stopped_in_the_middle_of_a_send_it_ends_soon_and_sends_nothing_again(
    tmp_path: Path,
) -> None:
    sent: Counter[NoticeKey] = Counter()

    async def two_lives() -> float:
        took_s = await live(tmp_path, sent, asyncio.Event())
        await live(tmp_path, sent, None)
        return took_s

    assert asyncio.run(two_lives()) <= STOPS_S
    book = Journal.open(tmp_path / JOURNAL)
    facts = [fact for _, fact in book.read()]
    book.close()
    dues = [fact for fact in facts if isinstance(fact, NoticeDue) and fact.channel == "duty"]
    assert set(sent) == {key for due in dues for key in keys_of(due)}
    assert set(sent.values()) == {1}
    assert sum(isinstance(fact, IncidentOpened) for fact in facts) == 3
