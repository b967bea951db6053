"""A telephone exchange is asked to ring somebody up: what it is told, and what its answers mean."""

import asyncio
from collections.abc import Callable

import pytest

from netwatch.delivery.channels import Address, Channel, Remark, open_channel
from netwatch.delivery.channels.asking import AskingChannel
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey
from tests.edges.gateways import TOKEN
from tests.edges.receiver import Plan, Receiver, receiver

VOICE = ChannelName("voice")

MAREK = Address(recipient="marek", language="pl", to="+48 555 010 100")
KEY = NoticeKey("I-1/staff/voice/marek/suspected/1")
ALERT = Text(
    "I-1: 20 abonentów bez internetu – Polna",
    "Od 03:12 nie działa 20.\nPrzejmij: netwatch incident ack I-1\n"
    "przejmuję: https://noc.dolina.example/go/a~1",
)


def acting(far: Receiver, act: Callable[[Channel], object], more: str = "") -> object:
    async def story() -> object:
        address = far.web.removeprefix("http://")
        channel = open_channel(VOICE, f"pbx://{TOKEN}@{address}/netwatch/call{more}")
        try:
            return await act(channel)  # type: ignore[misc]
        finally:
            await channel.close()

    return asyncio.run(story())


def rung(far: Receiver, to: Address = MAREK, more: str = "") -> object:
    return acting(far, lambda channel: channel.send(to, ALERT, KEY), more)


def test_the_exchange_is_told_whom_to_ring_what_to_say_and_what_each_key_does() -> None:
    with receiver(Plan(status=202, body=b'{"id": "call-7"}'), Plan(status=202)) as far:
        assert rung(far) == "call call-7"
        assert rung(far) == "rings"

    first, again = far.bodies
    assert first["to"] == "+48555010100"
    assert (first["recipient"], first["language"]) == ("marek", "pl")
    assert first["say"].startswith("I-1: 20 abonentów bez internetu – Polna. Od 03:12")
    assert first["say"].endswith("Naciśnij 1: przejmuję.")
    assert first["keys"] == [
        {"key": "1", "does": "przejmuję", "url": "https://noc.dolina.example/go/a~1"}
    ]
    assert first["id"] == again["id"] != KEY, "it knows a repetition, and reads nothing out of it"
    assert far.heads[0]["Authorization"] == f"Bearer {TOKEN}"


def test_where_nobody_knows_a_number_the_exchange_decides_whom_it_rings() -> None:
    nobody = Address(recipient="on-call", language="xx")
    with receiver() as far:
        rung(far, nobody)
        rung(far, nobody, "?to=%2B48555010199")
    assert [body["to"] for body in far.bodies] == [None, "+48555010199"]


@pytest.mark.parametrize(
    ("status", "retry"),
    [
        (401, Retry.TRANSIENT),
        (503, Retry.TRANSIENT),
        (400, Retry.PERMANENT),
    ],
)
def test_what_the_exchange_refuses_is_told_without_its_token(status: int, retry: Retry) -> None:
    body = TOKEN.encode()
    with receiver(Plan(status=status, body=body)) as far, pytest.raises(DeliveryError) as caught:
        rung(far)
    assert caught.value.retry is retry
    assert TOKEN not in str(caught.value)


def test_it_is_looked_at_without_ringing_anybody() -> None:
    def look(channel: Channel) -> object:
        assert isinstance(channel, AskingChannel)

        async def looked() -> list[Remark]:
            return await channel.aside(lambda: list(channel.examine()))

        return looked()

    with receiver(Plan(status=405)) as far:
        (said,) = acting(far, look)  # type: ignore[misc]
        assert said.is_fine
        assert far.bodies == [None]


@pytest.mark.parametrize("url", ["pbx://pbx.example/call", "pbx://a@pbx.example/?speed=9"])
def test_an_address_that_cannot_be_used_says_why(url: str) -> None:
    async def story() -> None:
        channel = open_channel(VOICE, url)
        with pytest.raises(DeliveryError):
            await channel.send(MAREK, ALERT, KEY)
        await channel.close()

    asyncio.run(story())
