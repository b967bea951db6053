"""Our own way out is cut: a modem tells customers and staff, within a minute and a half."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from netwatch.delivery.channels import Address, asking, open_channel
from netwatch.delivery.detours import Way
from netwatch.delivery.outbox import Outbox
from netwatch.delivery.recipients import Recipients
from netwatch.delivery.render import Text
from netwatch.delivery.scribe import Scribe
from netwatch.model.arrivals import Receipt
from netwatch.model.facts import Audience
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import AreaId, ChannelName, NoticeKey, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.views.board import Board
from tests.edges.modem_house import FakeModem, modem_of
from tests.edges.test_outbox_restarts import RealTime
from tests.unit.delivery.hands import PlainWords, fact_of
from tests.unit.views.tales import alert, due, opened

SMS, MODEM, DUTY = (ChannelName(name) for name in ("sms", "modem", "duty"))
PROMISED_S = 90.0
PEOPLE = tuple(f"S-{number}" for number in range(1, 7))
TOWN = Network(
    subscribers={
        SubscriberId(name): Subscriber(
            id=SubscriberId(name), area=AreaId("polna"), phone=f"+4855501010{name[-1]}"
        )
        for name in PEOPLE
    }
)


@contextmanager
def black_hole() -> Iterator[int]:
    """Yield a port where nobody ever answers, as behind a cut line: its queue is full."""
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        try:
            yield server.getsockname()[1]
        finally:
            for one in waiting:
                one.close()


def test_with_the_way_out_cut_everybody_is_told_by_the_modem() -> None:
    receipts: list[Receipt] = []

    async def story(port: int, fake: FakeModem) -> float:
        all_told = asyncio.Event()

        async def deliver(receipt: Receipt) -> None:
            receipts.append(receipt)
            outbox.notify([fact_of(receipt)])
            if len(receipts) == len(PEOPLE) + 1:
                all_told.set()

        gateway = f"smsapi://x@127.0.0.1:{port}?to=%2B48555010100"
        modem = f"modem://{fake.device}?to=%2B48555010100"
        outbox = Outbox(
            board=Board.empty(),
            clock=RealTime(),
            channels=[
                open_channel(SMS, gateway),
                open_channel(DUTY, gateway),
                open_channel(MODEM, modem),
            ],
            scribe=Scribe(PlainWords()),
            recipients=Recipients(TOWN, ("pl",)),
            staff_channels=(DUTY,),
            deliver=deliver,
            chance=lambda: 0.0,
            ways={SMS: Way(then=(MODEM,)), DUTY: Way(then=(MODEM,))},
        )
        running = asyncio.ensure_future(outbox.run())
        began = time.monotonic()
        await asyncio.sleep(0.1)
        texts = due(channel=SMS, audience=Audience.SUBSCRIBERS, recipients=PEOPLE)
        outbox.notify([opened(), texts, alert()])
        async with asyncio.timeout(PROMISED_S):
            await all_told.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return time.monotonic() - began

    with black_hole() as port, modem_of(FakeModem()) as fake:
        took_s = asyncio.run(story(port, fake))

    numbers = sorted(part.number for part in fake.taken)
    assert numbers == ["+48555010100", *(f"+4855501010{n}" for n in range(1, 7))]
    assert {str(one.result) for one in receipts} == {"accepted"}
    assert all("by modem in place of" in one.detail for one in receipts)
    assert took_s < PROMISED_S


def test_a_name_that_is_looked_up_for_ever_has_taken_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "RESOLVE_S", 0.2)

    def for_ever(*_: object) -> None:
        time.sleep(1.0)

    async def story() -> DeliveryError:
        channel = open_channel(SMS, "smsapi://x@api.smsapi.example")
        to = Address(recipient="S-1", language="pl", to="+48555010101")
        with monkeypatch.context() as patched:
            patched.setattr(socket, "getaddrinfo", for_ever)
            with pytest.raises(DeliveryError) as caught:
                await channel.send(to, Text("", "x"), NoticeKey("k"))
        await channel.close()
        return caught.value

    fault = asyncio.run(story())

    assert (fault.retry, fault.detail) == (Retry.TRANSIENT, "its name leads nowhere now")
