"""A GSM modem behind a real terminal: words out without any network of ours."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.delivery.channels import Address, Examined, open_channel
from netwatch.delivery.channels import modem as ours
from netwatch.delivery.channels.pdu import TooLongError, submits
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey
from tests.edges.modem_house import EXTENDED, GSM_7, FakeModem, Part, modem_of, read
from tests.unit.delivery.page.hostile import HOSTILE

EWA = Address(recipient="S-1042", language="pl", to="+48 555 010 100")
WORDS = Text("", "Dolina: awaria na os. Polna. Naprawiamy.")
LONG = Text("", "Dolina: awaria na os. Polna od 19:02. " * 9)
KEY = NoticeKey("I-1/subscribers/modem/S-1042/confirmed/1")
LETTERS = st.text(
    alphabet=sorted({*GSM_7, *EXTENDED.values()} - {"\x1b"}), min_size=1, max_size=400
)


def told(fake: FakeModem, *texts: Text, more: str = "") -> list[str]:
    async def story() -> list[str]:
        channel = open_channel(ChannelName("modem"), f"modem://{fake.device}{more}")
        try:
            return [await channel.send(EWA, text, KEY) for text in texts]
        finally:
            await channel.close()

    return asyncio.run(story())


def refused(fake: FakeModem, text: Text = WORDS, more: str = "") -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        told(fake, text, more=more)
    return caught.value


def test_words_reach_a_phone_as_they_were() -> None:
    with modem_of(FakeModem()) as fake:
        assert told(fake, WORDS) == ["taken by it"]

    assert fake.taken == [Part("+48555010100", WORDS.body, None, 1, 1)]


def test_a_known_message_has_the_bits_that_the_standard_draws() -> None:
    (pdu,) = submits("+48555010100", "hellohello", 7)

    assert pdu.hex() == "1100" + "0b918455050101f0" + "00002f" + "0a" + "e8329bfd4697d9ec37"


@given(LETTERS, st.integers(min_value=0, max_value=255))
def test_whatever_is_written_is_read_again(text: str, reference: int) -> None:
    parts = [read(b"\x00" + pdu) for pdu in submits("+48555010100", text, reference)]

    assert "".join(part.text for part in parts) == text
    assert [part.place for part in parts] == list(range(1, len(parts) + 1))
    assert {part.count for part in parts} == {len(parts)}
    if len(parts) > 1:
        assert {part.reference for part in parts} == {reference}


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=300))
def test_letters_of_every_kind_are_read_again(text: str) -> None:
    parts = [read(b"\x00" + pdu) for pdu in submits("112", text, 1)]

    assert "".join(part.text for part in parts) == text
    assert parts[0].number == "112"


def test_nobody_is_sent_a_book() -> None:
    with pytest.raises(TooLongError):
        submits("+48555010100", "x" * 2000, 1)


def test_a_long_text_goes_in_parts_and_those_that_went_are_not_repeated() -> None:
    with modem_of(FakeModem(errors=["", "+CMS ERROR: 38"])) as fake:

        async def story() -> str:
            channel = open_channel(ChannelName("modem"), f"modem://{fake.device}")
            try:
                with pytest.raises(DeliveryError) as caught:
                    await channel.send(EWA, LONG, KEY)
                assert caught.value.retry is Retry.TRANSIENT
                return await channel.send(EWA, LONG, KEY)
            finally:
                await channel.close()

        assert asyncio.run(story()) == "taken by the network, 3 segments"

    assert "".join(part.text for part in fake.taken) == LONG.body.strip()
    assert [part.place for part in fake.taken] == [1, 2, 3]


def test_a_modem_that_talks_by_itself_is_understood() -> None:
    with modem_of(FakeModem(chatty=True)) as fake:
        told(fake, WORDS, WORDS)

    assert len(fake.taken) == 2


@pytest.mark.parametrize(
    ("error", "retry", "word"),
    [
        ("+CMS ERROR: 1", Retry.PERMANENT, "no such number"),
        ("+CMS ERROR: 28", Retry.PERMANENT, "no such number"),
        ("+CMS ERROR: 21", Retry.TRANSIENT, "refuses"),
        ("+CMS ERROR: 50", Retry.TRANSIENT, "has no SMS"),
        ("+CMS ERROR: 42", Retry.TRANSIENT, "not take it now"),
        ("+CMS ERROR: 332", Retry.UNKNOWN, "may have it"),
        ("+CME ERROR: 30", Retry.TRANSIENT, "not take it now"),
        ("+CME ERROR: 10", Retry.TRANSIENT, "no SIM card"),
        ("ERROR", Retry.TRANSIENT, "not take it now"),
    ],
)
def test_every_kind_of_error_has_its_meaning(error: str, retry: Retry, word: str) -> None:
    with modem_of(FakeModem(errors=[error])) as fake:
        fault = refused(fake)

    assert fault.retry is retry
    assert word in fault.detail
    assert fake.taken == []


def test_a_modem_that_took_it_and_fell_silent_may_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "NETWORK_S", 0.4)
    with modem_of(FakeModem(silent_over=1)) as fake:
        assert refused(fake).retry is Retry.UNKNOWN
        assert told(fake, WORDS) == ["taken by it"]


def test_a_pin_is_tried_once_and_a_wrong_one_never_again() -> None:
    with modem_of(FakeModem(pin="1234")) as fake:
        assert "add pin=" in refused(fake).detail
        assert told(fake, WORDS, more="?pin=1234") == ["taken by it"]
    with modem_of(FakeModem(pin="1234")) as fake:

        async def story() -> list[str]:
            channel = open_channel(ChannelName("modem"), f"modem://{fake.device}?pin=4321")
            said = []
            for _ in range(3):
                with pytest.raises(DeliveryError) as caught:
                    await channel.send(EWA, WORDS, KEY)
                said.append(caught.value.detail)
            await channel.close()
            return said

        said = asyncio.run(story())

    assert fake.pins_tried == ["4321"]
    assert all("another PIN" in one for one in said)


@pytest.mark.parametrize("network", ["0,0", "0,2", "0,3", "0"])
def test_without_a_network_it_waits_for_one(network: str) -> None:
    with modem_of(FakeModem(network=network)) as fake:
        fault = refused(fake)

    assert fault.retry is Retry.TRANSIENT
    assert "no network" in fault.detail


def test_a_modem_that_is_deaf_gone_or_taken_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "SHORT_S", 0.3)
    with modem_of(FakeModem(dead=True)) as fake:
        deaf = refused(fake)
    gone = refused(FakeModem(device=str(tmp_path / "ttyUSB9")))
    (tmp_path / "file").write_text("")
    no_line = refused(FakeModem(device=str(tmp_path / "file")))

    for fault in (deaf, gone, no_line):
        assert fault.retry is Retry.TRANSIENT
        assert "no modem can be used there" in fault.detail


def test_a_modem_that_comes_back_is_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "SHORT_S", 0.3)
    with modem_of(FakeModem()) as fake:

        async def story() -> str:
            channel = open_channel(ChannelName("modem"), f"modem://{fake.device}")
            await channel.send(EWA, WORDS, KEY)
            fake.dead = True
            with pytest.raises(DeliveryError):
                await channel.send(EWA, WORDS, KEY)
            fake.dead, fake.echo = False, True
            try:
                return await channel.send(EWA, WORDS, KEY)
            finally:
                await channel.close()

        assert asyncio.run(story()) == "taken by it"


def test_how_well_it_hears_its_network_is_said() -> None:
    def heard(signal: int) -> tuple[bool, str]:
        with modem_of(FakeModem(signal=signal)) as fake:
            channel = open_channel(ChannelName("modem"), f"modem://{fake.device}")
            assert isinstance(channel, Examined)
            (said,) = channel.examine()
            asyncio.run(channel.close())
            return said.is_fine, said.text

    assert heard(20) == (True, "the modem is in its network, signal -73 dBm")
    assert not heard(2)[0]
    assert not heard(99)[0]


@pytest.mark.parametrize(
    "url",
    ["modem://", "modem:///dev/x?pin=12ab", "modem:///dev/x?baud=fast", "modem:///dev/x?pn=1"],
)
def test_a_url_that_cannot_be_used_is_refused(url: str) -> None:
    async def story() -> Retry:
        channel = open_channel(ChannelName("modem"), url)
        with pytest.raises(DeliveryError) as caught:
            await channel.send(EWA, WORDS, KEY)
        await channel.close()
        return caught.value.retry

    assert asyncio.run(story()) is Retry.PERMANENT


def test_hostile_words_command_no_modem() -> None:
    texts = [Text("", text[:300] + '\x1a\rAT+CMGS="+48"\r\x1b') for text in HOSTILE[:60]]
    with modem_of(FakeModem()) as fake:
        told(fake, *texts)

    assert {part.number for part in fake.taken} == {"+48555010100"}
