"""SMSAPI and GoSMS by their own clients, against far ends that answer as documented."""

import asyncio
import io
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from netwatch.delivery.channels import (
    Address,
    Channel,
    Remark,
    Remembering,
    Reporting,
    open_channel,
)
from netwatch.delivery.channels import gateway as ours
from netwatch.delivery.channels.asking import AskingChannel
from netwatch.delivery.render import Text
from netwatch.delivery.reports import Report, mark, reports_of
from netwatch.model.arrivals import Result
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey
from tests.edges.gateways import CLIENT, SECRET, TOKEN, FakeGoSms, FakeSmsApi, form_or_json
from tests.edges.receiver import Answer, Plan, Receiver, receiver
from tests.unit.delivery.page.hostile import HOSTILE

SMS = ChannelName("sms")
EWA = Address(recipient="S-1042", language="pl", to="+48 555 010 100")
JANA = Address(recipient="S-7", language="cs", to="+420 555 010 100")
WORDS = Text("", "Dolina: awaria na os. Polna. Naprawiamy.")
KEY = NoticeKey("I-1/subscribers/sms/S-1042/confirmed/1")


@contextmanager
def far_end(answer: Answer, *plans: Plan) -> Iterator[Receiver]:
    with receiver(*plans, read=form_or_json, answer=answer) as far:
        yield far


def smsapi(far: Receiver, more: str = "") -> str:
    return f"smsapi://{TOKEN}@{far.web.removeprefix('http://')}/?from=DOLINA{more}"


def gosms(far: Receiver, more: str = "") -> str:
    return f"gosms://{CLIENT}:{SECRET}@{far.web.removeprefix('http://')}/?channel=7{more}"


def with_channel(url: str, act: Callable[[Channel], object]) -> object:
    async def story() -> object:
        channel = open_channel(SMS, url)
        try:
            return await act(channel)  # type: ignore[misc]
        finally:
            await channel.close()

    return asyncio.run(story())


def send(url: str, to: Address = EWA, text: Text = WORDS, key: NoticeKey = KEY) -> str:
    return str(with_channel(url, lambda channel: channel.send(to, text, key)))


def refused(url: str, to: Address = EWA, text: Text = WORDS) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(url, to, text)
    return caught.value


def remarks(url: str) -> list[Remark]:
    channel = open_channel(SMS, url)
    assert isinstance(channel, AskingChannel)
    try:
        return list(channel.examine())
    finally:
        asyncio.run(channel.close())


def test_smsapi_is_handed_words_number_sender_and_key_and_its_price_is_kept() -> None:
    fake = FakeSmsApi()
    with far_end(fake) as far:
        detail = send(smsapi(far))

    assert fake.sent[0]["to"] == "+48555010100"
    assert fake.sent[0]["message"] == WORDS.body
    assert fake.sent[0]["from"] == "DOLINA"
    assert fake.sent[0]["encoding"] == "utf-8"
    assert "test" not in fake.sent[0]
    assert detail == "SMSAPI 637300000000000000000001, 0.16 points"
    assert "555" not in detail


def test_smsapi_sends_a_key_once_however_often_it_is_handed_over() -> None:
    fake = FakeSmsApi()
    with far_end(fake, Plan(hang_s=3.0, taken=True), Plan(reset=True, taken=True)) as far:
        url = smsapi(far)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(ours, "ANSWER_S", 0.3)
            assert refused(url).retry is Retry.UNKNOWN
        assert refused(url).retry is Retry.UNKNOWN
        assert send(url) == "SMSAPI had it already"

    assert len(fake.sent) == 1


@pytest.mark.parametrize(
    ("code", "retry", "word"),
    [
        (13, Retry.PERMANENT, "phone number"),
        (12, Retry.PERMANENT, "too many parts"),
        (14, Retry.TRANSIENT, "sender name"),
        (101, Retry.TRANSIENT, "token"),
        (103, Retry.TRANSIENT, "credit"),
        (203, Retry.TRANSIENT, "busy"),
        (8, Retry.TRANSIENT, "list of errors"),
        (4711, Retry.TRANSIENT, "list of errors"),
    ],
)
def test_what_smsapi_says_with_a_200_is_believed(code: int, retry: Retry, word: str) -> None:
    with far_end(FakeSmsApi(), FakeSmsApi.error(code, "canary")) as far:
        fault = refused(smsapi(far))

    assert fault.retry is retry
    assert word in fault.detail
    assert "canary" not in fault.detail


def test_a_wrong_number_is_one_persons_refusal_an_empty_account_is_nobodys() -> None:
    with far_end(FakeSmsApi(bad={"+48555010100"})) as far:
        assert refused(smsapi(far)).retry is Retry.PERMANENT
    with far_end(FakeSmsApi(points=0.0)) as far:
        fault = refused(smsapi(far))
        assert (fault.retry, fault.after_s) == (Retry.TRANSIENT, 60.0)


def test_a_test_flag_a_default_number_and_a_title_go_with_it() -> None:
    fake = FakeSmsApi()
    with far_end(fake) as far:
        url = smsapi(far, "&test=yes&to=%2B48555010101")
        send(url, Address(recipient="on-call", language="pl"), Text("I-1: fibre", "312 dark"))

    assert fake.sent[0]["test"] == "1"
    assert fake.sent[0]["to"] == "+48555010101"
    assert fake.sent[0]["message"] == "I-1: fibre\n312 dark"


@pytest.mark.parametrize("to", [None, "", "Ewa", "+48 12", "112; drop", "1" * 20, "+48\n555"])
def test_no_number_is_asked_for_that_is_none(to: str | None) -> None:
    fake = FakeSmsApi()
    with far_end(fake) as far:
        fault = refused(smsapi(far), Address(recipient="S-1", language="pl", to=to))

    assert fault.retry is Retry.PERMANENT
    assert fake.sent == []


@pytest.mark.parametrize("make", [smsapi, gosms])
@pytest.mark.parametrize(
    ("plan", "retry", "after_s"),
    [
        (Plan(500), Retry.TRANSIENT, None),
        (Plan(503, (("Retry-After", "9"),)), Retry.TRANSIENT, 9.0),
        (Plan(429, (("Retry-After", "17"),)), Retry.TRANSIENT, 17.0),
        (Plan(400), Retry.PERMANENT, None),
        (Plan(403), Retry.TRANSIENT, 60.0),
        (Plan(404), Retry.TRANSIENT, 60.0),
        (Plan(302, (("Location", "http://127.0.0.1:9/"),)), Retry.TRANSIENT, 60.0),
        (Plan(200, body=b"<html>"), Retry.UNKNOWN, None),
        (Plan(200, body=b"[]"), Retry.UNKNOWN, None),
        (Plan(reset=True), Retry.UNKNOWN, None),
    ],
)
def test_every_kind_of_answer_has_its_meaning(
    make: Callable[[Receiver], str], plan: Plan, retry: Retry, after_s: float | None
) -> None:
    first = (
        []
        if make is smsapi
        else [FakeGoSms().give_token({"client_id": CLIENT, "client_secret": SECRET})]
    )
    with far_end(FakeGoSms(), *first, plan) as far:
        fault = refused(make(far), JANA)

    assert (fault.retry, fault.after_s) == (retry, after_s)


def test_nobody_there_has_taken_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert refused(f"smsapi://{TOKEN}@127.0.0.1:{port}").retry is Retry.TRANSIENT
    assert refused(f"gosms://a:b@127.0.0.1:{port}?channel=1").retry is Retry.TRANSIENT


def test_an_answer_that_trickles_in_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "SURE_S", 0.4)

    def trickle(server: socket.socket, stop: threading.Event) -> None:
        server.settimeout(5.0)
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
            while not stop.wait(0.05):
                connection.sendall(b"x")

    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=trickle, args=(server, stop))
        thread.start()
        try:
            began = time.monotonic()
            fault = refused(f"smsapi://{TOKEN}@127.0.0.1:{server.getsockname()[1]}")
        finally:
            stop.set()
            thread.join()

    assert fault.retry is Retry.UNKNOWN
    assert time.monotonic() - began < 4.0


def test_credit_that_runs_out_is_told_before_it_has() -> None:
    with far_end(FakeSmsApi(points=49.0)) as far:
        (low,) = remarks(smsapi(far))
        assert (low.is_fine, low.remedy) == (False, "top the account up")
        assert remarks(smsapi(far, "&low=10"))[0].is_fine
    with far_end(FakeGoSms(credit=3.0)) as far:
        assert [one.is_fine for one in remarks(gosms(far))] == [False]
        wrong = gosms(far).replace("channel=7", "channel=8")
        assert "no channel 8" in remarks(wrong)[0].text


def test_an_account_that_runs_dry_warns_while_the_outbox_runs() -> None:
    async def warned(channel: Channel) -> str:
        looked = asyncio.Event()

        async def sleep(_seconds: float) -> None:
            looked.set()
            await asyncio.Event().wait()

        task = asyncio.ensure_future(channel.tend(sleep))
        await asyncio.wait_for(looked.wait(), 5.0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return str(getattr(channel, "warning", "it has none"))

    with far_end(FakeSmsApi(points=1.0)) as far:
        assert with_channel(smsapi(far), warned) == "SMSAPI has 1.00 points left, less than 50"
    with far_end(FakeSmsApi(), Plan(500)) as far:
        assert with_channel(smsapi(far), warned) == "None"
        assert with_channel(smsapi(far), warned) == ""


def test_two_installations_with_one_account_are_not_taken_for_each_other(tmp_path: Path) -> None:
    fake = FakeSmsApi()

    def from_home(name: str) -> str:
        async def story(channel: Channel) -> str:
            assert isinstance(channel, Remembering)
            channel.keep_in(tmp_path / name)
            return await channel.send(EWA, WORDS, KEY)

        return str(with_channel(smsapi(far), story))

    with far_end(fake) as far:
        said = [from_home(name) for name in ("dolina", "gora", "dolina")]

    assert said[0].startswith("SMSAPI 6373")
    assert said[1].startswith("SMSAPI 6373")
    assert said[2] == "SMSAPI had it already"
    callback = {"idx": ",".join(order["idx"] for order in fake.sent), "status": "404,404"}
    assert {report.mark for report in reports_of(callback)} == {mark(KEY)}


def test_gosms_sends_with_one_token_and_fetches_another_when_it_ended() -> None:
    fake = FakeGoSms()

    async def story(channel: Channel) -> list[str]:
        first = await channel.send(JANA, WORDS, KEY)
        fake.token = ""  # it was revoked
        return [first, await channel.send(JANA, WORDS, NoticeKey("another"))]

    with far_end(fake) as far:
        assert with_channel(gosms(far), story) == ["GoSMS 1", "GoSMS 2"]

    assert fake.sent[0] == {"message": WORDS.body, "recipients": "+420555010100", "channel": 7}
    assert fake.tokens == 2


def test_gosms_that_does_not_know_us_loses_no_notice() -> None:
    with far_end(FakeGoSms()) as far:
        fault = refused(gosms(far).replace(SECRET, "wrong"), JANA)

    assert (fault.retry, fault.after_s) == (Retry.TRANSIENT, 60.0)
    assert "client id and secret" in fault.detail


def test_gosms_that_knows_no_such_number_refuses_it_and_a_test_sends_nothing() -> None:
    fake = FakeGoSms()
    with far_end(fake) as far:
        assert refused(gosms(far), EWA).retry is Retry.PERMANENT
        assert send(gosms(far, "&test=yes"), JANA) == "GoSMS took it"

    assert fake.sent == []


def test_a_bug_in_asking_what_became_of_messages_is_told_and_ends_nothing() -> None:
    fake, tried = FakeGoSms(), 0

    async def reported(_reports: Iterable[Report]) -> None:
        nonlocal tried
        tried += 1
        raise KeyError

    async def story(channel: Channel) -> None:
        assert isinstance(channel, Reporting)
        channel.report_to(reported)
        twice = asyncio.Event()

        async def sleep(seconds: float) -> None:
            if tried == 2:
                twice.set()
            if seconds > 60.0 or tried == 2:
                await asyncio.Event().wait()

        task = asyncio.ensure_future(channel.tend(sleep))
        await asyncio.wait_for(twice.wait(), 10.0)
        assert channel.warning == "a bug met it: KeyError"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with far_end(fake) as far:
        with_channel(gosms(far), story)


def test_gosms_is_asked_what_became_of_messages_and_less_often_with_time() -> None:
    fake = FakeGoSms()
    one, two = (replace(JANA, to=f"+42055501010{n}") for n in (1, 2))
    heard: list[Report] = []
    rounds = 0

    async def reported(reports: Iterable[Report]) -> None:
        heard.extend(reports)

    async def story(channel: Channel) -> None:
        assert isinstance(channel, Reporting)
        channel.report_to(reported)
        await channel.send(one, WORDS, NoticeKey("one"))
        await channel.send(two, WORDS, NoticeKey("two"))
        over = asyncio.Event()

        async def sleep(seconds: float) -> None:
            nonlocal rounds
            if seconds > 60.0:
                await over.wait()
            rounds += 1
            if rounds == 3:
                fake.reached = {str(one.to): "delivered", str(two.to): "undelivered"}
            if rounds == 12:
                over.set()
                await asyncio.Event().wait()

        task = asyncio.ensure_future(channel.tend(sleep))
        await asyncio.wait_for(over.wait(), 10.0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with far_end(fake) as far:
        with_channel(gosms(far), story)

    assert set(heard) == {
        Report(mark(NoticeKey("one")), Result.DELIVERED),
        Report(mark(NoticeKey("two")), Result.UNDELIVERED),
    }
    assert len(heard) == 2


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("smsapi://", "the token is missing"),
        ("smsapi://canary@api.smsapi.pl?form=x", "did you mean from?"),
        ("smsapi://canary@api.smsapi.pl?test=perhaps", "test takes yes or no"),
        ("smsapi://canary@api.smsapi.pl?low=much", "low takes a number"),
        ("smsapi://canary@api.smsapi.pl:99999", "no URL"),
        ("gosms://canary@app.gosms.cz?channel=1", "CLIENT_ID:CLIENT_SECRET"),
        ("gosms://canary:canary@app.gosms.cz", "channel=NUMBER"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_in_words_without_its_secret(
    url: str, why: str
) -> None:
    fault = refused(url)

    assert fault.retry is Retry.PERMANENT
    assert why in fault.detail
    assert "canary" not in fault.detail
    assert "canary" not in repr(open_channel(SMS, url))


def test_a_name_goes_with_tls_and_only_this_machine_without() -> None:
    async def base(url: str) -> str:
        channel = open_channel(SMS, url)
        assert isinstance(channel, AskingChannel)
        await channel.close()
        return channel.gateway.base

    assert asyncio.run(base("smsapi://x@")) == "https://api.smsapi.pl"
    assert asyncio.run(base("gosms://a:b@?channel=1")) == "https://app.gosms.cz"
    assert asyncio.run(base("smsapi://x@192.0.2.1:80")) == "https://192.0.2.1:80"
    assert asyncio.run(base("smsapi://x@[::1]:80")) == "http://[::1]:80"


def test_hostile_words_arrive_as_words() -> None:
    fake = FakeSmsApi()

    async def story(channel: Channel) -> None:
        for number, text in enumerate(HOSTILE[:90]):
            await channel.send(EWA, Text(text[:300], text[:3000]), NoticeKey(f"k-{number}"))

    with far_end(fake) as far:
        with_channel(smsapi(far), story)

    assert len(fake.sent) == 90
    for order in fake.sent:
        assert set(order) == {
            "to",
            "message",
            "idx",
            "format",
            "encoding",
            "check_idx",
            "details",
            "from",
        }
        assert not set("\x00\x1b\r\u202e\x9b") & set(order["message"])


def test_no_secret_and_no_number_is_ever_logged_or_told() -> None:
    heard = io.StringIO()
    ear = logging.StreamHandler(heard)
    root = logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(1)
    try:
        with far_end(FakeSmsApi(), Plan(500), Plan(404), Plan(reset=True)) as far:
            told = [str(refused(smsapi(far))) for _ in range(3)]
            told.append(send(smsapi(far)))
        with far_end(FakeGoSms()) as far:
            told += [send(gosms(far), JANA), str(refused(gosms(far)))]
    finally:
        root.removeHandler(ear)
        root.setLevel(level)

    for line in (heard.getvalue(), *told):
        assert not any(word in line for word in ("canary", "555", "Polna"))
