"""A message centre by SMPP: words out by another way than HTTP, and what each state means."""

import asyncio
import io
import logging
import socket

import pytest

from netwatch.delivery.channels import Address, Examined, open_channel
from netwatch.delivery.channels import smpp as ours
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey
from tests.edges.smpp_house import PASSWORD, USER, FakeCentre, centre_of
from tests.unit.delivery.page.hostile import HOSTILE

pytest.importorskip("smpplib")

EWA = Address(recipient="S-1042", language="pl", to="+48 555 010 100")
WORDS = Text("", "Dolina: awaria na os. Polna.")
KEY = NoticeKey("I-1/subscribers/sms/S-1042/confirmed/1")


def url(fake: FakeCentre, password: str = PASSWORD) -> str:
    return f"smpp://{USER}:{password}@127.0.0.1:{fake.port}?from=DOLINA"


def told(fake: FakeCentre, *texts: Text, password: str = PASSWORD) -> list[str]:
    async def story() -> list[str]:
        channel = open_channel(ChannelName("sms"), url(fake, password))
        try:
            return [await channel.send(EWA, text, KEY) for text in texts]
        finally:
            await channel.close()

    return asyncio.run(story())


def refused(fake: FakeCentre, password: str = PASSWORD) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        told(fake, WORDS, password=password)
    return caught.value


def test_words_sender_and_number_arrive_in_one_session() -> None:
    with centre_of(FakeCentre()) as fake:
        assert told(fake, WORDS, WORDS) == ["SMPP m1", "SMPP m2"]

    one = fake.taken[0]
    assert (one.sender, one.sender_kind) == ("DOLINA", 5)
    assert (one.number, one.number_kind) == ("48555010100", 1)
    assert (one.coding, one.head, one.text) == (0, b"", WORDS.body)
    assert fake.sessions == 1


def test_a_long_text_goes_in_parts_that_a_phone_joins() -> None:
    text = "Долина: аварія на вул. Польна. " * 5
    with centre_of(FakeCentre()) as fake:
        told(fake, Text("", text))

    assert "".join(one.text for one in fake.taken) == text.strip()
    assert {one.coding for one in fake.taken} == {8}
    heads = [one.head for one in fake.taken]
    assert [head[5] for head in heads] == [1, 2, 3]
    assert len({head[:5] for head in heads}) == 1


def test_parts_that_were_taken_are_not_paid_for_twice() -> None:
    text = Text("", "Долина: аварія на вул. Польна. " * 5)
    with centre_of(FakeCentre(states=[0, 0x58])) as fake:

        async def story() -> None:
            channel = open_channel(ChannelName("sms"), url(fake))
            with pytest.raises(DeliveryError, match="not taken now"):
                await channel.send(EWA, text, KEY)
            await channel.send(EWA, text, KEY)
            await channel.close()

        asyncio.run(story())

    assert [one.head[-1] for one in fake.taken] == [1, 2, 3]


@pytest.mark.parametrize(
    ("state", "retry", "after_s"),
    [
        (0x0B, Retry.PERMANENT, None),
        (0x0A, Retry.TRANSIENT, 60.0),
        (0x58, Retry.TRANSIENT, 2.0),
        (0x14, Retry.TRANSIENT, 5.0),
        (0x08, Retry.TRANSIENT, None),
        (0x45, Retry.TRANSIENT, None),
    ],
)
def test_every_state_has_its_meaning(state: int, retry: Retry, after_s: float | None) -> None:
    with centre_of(FakeCentre(states=[state])) as fake:
        fault = refused(fake)

    assert (fault.retry, fault.after_s) == (retry, after_s)
    assert fake.taken == []


def test_a_wrong_password_loses_no_notice_and_is_not_told() -> None:
    with centre_of(FakeCentre()) as fake:
        fault = refused(fake, "canary-wrong")

    assert (fault.retry, fault.after_s) == (Retry.TRANSIENT, 60.0)
    assert "user and password" in fault.detail
    assert "canary" not in fault.detail


def test_a_line_that_ends_may_have_brought_it_and_another_is_begun() -> None:
    async def story(fake: FakeCentre) -> str:
        channel = open_channel(ChannelName("sms"), url(fake))
        try:
            with pytest.raises(DeliveryError) as caught:
                await channel.send(EWA, WORDS, KEY)
            assert caught.value.retry is Retry.UNKNOWN
            return await channel.send(EWA, WORDS, KEY)
        finally:
            await channel.close()

    with centre_of(FakeCentre(hang_up_after=1)) as fake:
        assert asyncio.run(story(fake)) == "SMPP m2"

    assert fake.sessions == 2


def test_a_centre_that_asks_whether_we_live_is_answered() -> None:
    with centre_of(FakeCentre(chatty=True)) as fake:
        told(fake, WORDS)

    assert fake.alive == 1


def test_nobody_there_has_taken_nothing_and_silence_is_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ours, "ANSWER_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        deaf = refused(FakeCentre(port=port))
    assert refused(FakeCentre(port=port)).retry is Retry.TRANSIENT
    assert deaf.retry is Retry.TRANSIENT  # not even a session began


def test_the_doctor_hears_whether_a_session_can_be_had() -> None:
    with centre_of(FakeCentre()) as fake:
        channel = open_channel(ChannelName("sms"), url(fake))
        assert isinstance(channel, Examined)
        assert [one.is_fine for one in channel.examine()] == [True]
        asyncio.run(channel.close())

    assert fake.taken == []


@pytest.mark.parametrize("wrong", ["smpp://", "smpp://h:2775", "smpp://a:canary@h?form=X"])
def test_a_url_that_cannot_be_used_is_refused_in_words_without_its_secret(wrong: str) -> None:
    async def story() -> DeliveryError:
        channel = open_channel(ChannelName("sms"), wrong)
        with pytest.raises(DeliveryError) as caught:
            await channel.send(EWA, WORDS, KEY)
        await channel.close()
        return caught.value

    fault = asyncio.run(story())

    assert fault.retry is Retry.PERMANENT
    assert "canary" not in fault.detail


def test_hostile_words_arrive_as_words_and_nothing_is_logged() -> None:
    heard = io.StringIO()
    ear = logging.StreamHandler(heard)
    root = logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(1)
    try:
        with centre_of(FakeCentre()) as fake:
            told(fake, *(Text("", text[:200]) for text in HOSTILE[:60]))
    finally:
        root.removeHandler(ear)
        root.setLevel(level)

    assert {one.number for one in fake.taken} == {"48555010100"}
    assert "canary" not in heard.getvalue()
    assert b"canary".hex() not in heard.getvalue()
    assert "48555" not in heard.getvalue()
