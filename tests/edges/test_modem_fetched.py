"""What people answer, fetched from a GSM modem: taken once, forgotten only then."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.delivery.channels import Received, Receiving, open_channel
from netwatch.delivery.channels import modem as ours
from netwatch.delivery.channels.inbox import Inbox
from netwatch.delivery.channels.pdu_in import NoTextError, delivered
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName
from tests.edges.modem_house import GSM_7, FakeModem, arriving, modem_of

MAREK = "+48555010100"
DEADLINE_S = 20.0
LETTERS = st.text(alphabet=sorted(set(GSM_7) - {"\x1b"}), min_size=1, max_size=400)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "FETCHED_EVERY_S", 0.02)


def fetched(
    fake: FakeModem,
    until: Callable[[list[Received]], bool],
    taken: Callable[[Received], Awaitable[None]] | None = None,
) -> list[Received]:
    """Let a channel listen until something is so; return what it handed in."""
    got: list[Received] = []

    async def take(received: Received) -> None:
        if taken is not None:
            await taken(received)
        got.append(received)

    async def story() -> None:
        channel = open_channel(ChannelName("modem"), f"modem://{fake.device}")
        assert isinstance(channel, Receiving)
        channel.receive_to(take)
        tending = asyncio.create_task(channel.tend(asyncio.sleep))
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not until(got):  # noqa: ASYNC110 - the far end tells nobody
                    await asyncio.sleep(0.01)
        finally:
            tending.cancel()
            await asyncio.gather(tending, return_exceptions=True)
            await channel.close()

    asyncio.run(story())
    return got


def lies_nothing(fake: FakeModem) -> Callable[[list[Received]], bool]:
    return lambda _: not fake.lying


def test_a_text_is_handed_in_and_then_forgotten_by_the_modem() -> None:
    with modem_of(FakeModem(chatty=True)) as fake:
        fake.comes(*arriving(MAREK, "kabel 2 h"), *arriving("602", "zażółć gęślą", at=1))
        got = fetched(fake, lies_nothing(fake))

    assert [(one.sender, one.text) for one in got] == [
        (MAREK, "kabel 2 h"), ("602", "zażółć gęślą"),
    ]  # fmt: skip
    assert len({one.number for one in got}) == 2
    assert MAREK not in repr(got)


def test_a_long_text_is_joined_and_waits_for_its_last_part() -> None:
    text = "przecięty kabel przy studzience " * 8
    first, *rest = arriving(MAREK, text)
    with modem_of(FakeModem()) as fake:
        fake.comes(*reversed(rest))
        looks = 0

        def until(got: list[Received]) -> bool:
            nonlocal looks
            looks += 1
            if looks == 10:
                assert got == []
                fake.comes(first)
            return not fake.lying

        got = fetched(fake, until)

    assert [one.text for one in got] == [text]


def test_what_was_not_taken_stays_and_comes_again_with_the_same_number() -> None:
    numbers: list[str] = []

    async def taken(received: Received) -> None:
        numbers.append(received.number)
        if len(numbers) < 3:
            raise DeliveryError(Retry.TRANSIENT, "not now")

    with modem_of(FakeModem()) as fake:
        fake.comes(*arriving(MAREK, "ok"))
        got = fetched(fake, lies_nothing(fake), taken)

    assert len(got) == 1
    assert len(numbers) == 3
    assert len(set(numbers)) == 1


def test_a_modem_that_falls_silent_is_asked_again() -> None:
    with modem_of(FakeModem()) as fake:
        fake.network = "0,0"
        looks = 0

        def until(_: list[Received]) -> bool:
            nonlocal looks
            looks += 1
            if looks == 5:
                fake.network = "0,5"
                fake.comes(*arriving(MAREK, "ok"))
            return looks > 5 and not fake.lying

        assert [one.text for one in fetched(fake, until)] == ["ok"]


@given(LETTERS)
def test_whatever_is_delivered_is_read_as_it_was_written(text: str) -> None:
    parts = [delivered(pdu) for pdu in arriving(MAREK, text)]
    assert "".join(one.text for one in parts) == text
    assert {one.sender for one in parts} == {MAREK}


@given(st.text(alphabet=st.characters(codec="utf-16", max_codepoint=0xD7FF), max_size=200))
def test_letters_of_every_kind_are_read_as_they_were_written(text: str) -> None:
    parts = [delivered(pdu) for pdu in arriving("+420777000111", f"ж{text}")]
    assert "".join(one.text for one in parts) == f"ж{text}"


@given(st.binary(max_size=200))
def test_what_is_no_message_is_refused_and_breaks_nothing(pdu: bytes) -> None:
    try:
        read = delivered(pdu)
    except NoTextError:
        return
    assert isinstance(read.text, str)


def test_what_a_program_sent_or_we_stored_is_left_where_it_lies() -> None:
    (text,) = arriving(MAREK, "ok")
    listed: Sequence[str] = [
        "+CMGL: 1,2,,20", text.hex(),
        "+CMGL: 2,0,,20", "00" * 30,
        "+CMGL: 3,1,,20", text.hex().upper(),
        "+CMGL: x", "not hex",
    ]  # fmt: skip
    inbox = Inbox()
    assert [one.places for one in inbox.texts(listed)] == [(3,)]
    assert inbox.unread == 1
