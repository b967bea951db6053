"""Telling very many: how long until all is queued, whether the page is first, and the pace kept."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from netwatch.delivery.channels import Address, Sleep
from netwatch.delivery.detours import Way
from netwatch.delivery.outbox import Outbox
from netwatch.delivery.recipients import Recipients
from netwatch.delivery.render import Text
from netwatch.delivery.scribe import Scribe
from netwatch.model.arrivals import Receipt
from netwatch.model.facts import Audience, Fact
from netwatch.model.names import AreaId, ChannelName, NoticeKey, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.views.board import Board
from netwatch.views.owed import WEBSITE
from tests.bench.report import Table
from tests.unit.delivery.hands import PlainWords, fact_of
from tests.unit.views.tales import NIGHT, due, opened

_PEOPLE: Final = 100_000
_A_FACT: Final = 500
_BAR_S: Final = 5.0
_SMS: Final = ChannelName("sms")
_THINKS_S: Final = 0.1
"""How long the gateway takes for each send."""
_WIDTH: Final = 8


class _Clock:
    """The day is made up, the seconds are real."""

    def now(self) -> datetime:
        return NIGHT

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass
class _Gateway:
    """Takes everything after a while."""

    name: ChannelName
    thinks_s: float = 0.0
    width: int = 1
    longest_s: float = 30.0
    taken_s: list[float] = field(default_factory=list)

    async def tend(self, sleep: Sleep) -> None:  # noqa: ARG002
        return

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:  # noqa: ARG002
        self.taken_s.append(time.monotonic())
        await asyncio.sleep(self.thinks_s)
        return "taken"

    async def close(self) -> None:
        return


def told(*, quick: bool) -> Iterator[Table]:
    """Measure an outage of 100,000 people, all to be told by SMS."""
    rates = (50.0,) if quick else (20.0, 50.0)
    seconds = 5.0 if quick else 20.0
    yield Table(
        title="Telling 100,000 people",
        words=f"One outage, {_PEOPLE:,} SMS owed at once, and its public page. A gateway takes"
        f" {_THINKS_S:g} s for each, {_WIDTH} at a time. The bar is {_BAR_S:g} s until all is"
        " queued, the page first, and the rate kept that the gateway bears.",
        head=("rate", "queued, CPU s", "queued, s", "page first", "sent/s", "CPU s for 1,000 sent"),
        rows=[asyncio.run(_told(rate, seconds)) for rate in rates],
    )


async def _told(rate: float, seconds: float) -> tuple[str, ...]:
    names = [SubscriberId(f"S-{number}") for number in range(_PEOPLE)]
    network = Network(
        subscribers={
            name: Subscriber(id=name, area=AreaId("polna"), phone="+48555010101") for name in names
        }
    )
    page, sms = _Gateway(WEBSITE), _Gateway(_SMS, _THINKS_S, width=_WIDTH)

    async def deliver(receipt: Receipt) -> None:
        outbox.notify([fact_of(receipt)])

    outbox = Outbox(
        board=Board.empty(),
        clock=_Clock(),
        channels=[sms, page],
        scribe=Scribe(PlainWords()),
        recipients=Recipients(network, ("pl",)),
        staff_channels=(),
        deliver=deliver,
        chance=lambda: 0.5,
        ways={_SMS: Way(every_s=1.0 / rate)},
    )
    running = asyncio.ensure_future(outbox.run())
    await asyncio.sleep(0.1)
    facts: list[Fact] = [opened(subscribers=tuple(names)), due()]
    for first in range(0, _PEOPLE, _A_FACT):
        some = tuple(names[first : first + _A_FACT])
        facts.append(due(channel=_SMS, audience=Audience.SUBSCRIBERS, recipients=some))
    began_s, began_cpu_s = time.monotonic(), time.process_time()
    outbox.notify(facts)
    queued_s, queued_cpu_s = time.monotonic() - began_s, time.process_time() - began_cpu_s
    began_cpu_s = time.process_time()
    await asyncio.sleep(seconds)
    spent_s, sent = time.process_time() - began_cpu_s, len(sms.taken_s)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return (
        f"{rate:g}/s",
        f"{queued_cpu_s:.2f}",
        f"{queued_s:.2f}",
        "yes" if page.taken_s[0] < sms.taken_s[0] else "no",
        f"{sent / seconds:.1f}",
        f"{1000 * spent_s / sent:.2f}",
    )
