"""Web push against a push service on loopback: what it takes, refuses, and does not answer."""

import asyncio
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netwatch.delivery.channels import Address, Channel, Parting, Remembering, open_channel
from netwatch.delivery.channels import gateway as ours
from netwatch.delivery.channels.webpush import WebPush
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey
from tests.edges.push_house import FakePushService
from tests.edges.receiver import Plan, receiver
from tests.unit.delivery.page.hostile import HOSTILE

PUSH = ChannelName("webpush")
KEY = NoticeKey("I-1/subscribers/webpush/W+1/confirmed/1")
OVER = NoticeKey("I-1/subscribers/webpush/W+1/restored/1")
WORDS = Text("Awaria: os. Polna", "Nie działa internet. Naprawiamy.")
PAGE = "https://status.dolina.example/pl/polna.html"


@contextmanager
def far_end(*plans: Plan, tls: ssl.SSLContext | None = None) -> Iterator[FakePushService]:
    fake = FakePushService()
    with receiver(*plans, read=bytes, answer=fake, tls=tls) as far:
        fake.web = far.web.replace("http:", "https:") if tls else far.web
        yield fake


def url(fake: FakePushService, more: str = "") -> str:
    return f"webpush://noc@dolina.example/?allow={fake.web.partition('://')[2]}{more}"


def to(*said: str) -> Address:
    return Address(recipient="W+1", language="pl", to="\n".join(said), page=PAGE)


def with_channel(url_: str, act: Callable[[Channel], Any], state: Path | None = None) -> Any:
    async def story() -> Any:
        channel = open_channel(PUSH, url_)
        if state is not None and isinstance(channel, Remembering):
            channel.keep_in(state)
        try:
            return await act(channel)
        finally:
            await channel.close()
            await asyncio.sleep(0.02)

    return asyncio.run(story())


def send(url_: str, to_: Address, text: Text = WORDS, key: NoticeKey = KEY) -> str:
    return str(with_channel(url_, lambda channel: channel.send(to_, text, key)))


def refused(url_: str, to_: Address) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(url_, to_)
    return caught.value


def test_a_browser_is_shown_the_words_and_a_press_leads_to_its_area() -> None:
    with far_end() as fake:
        ewa = fake.subscribe("ewa")
        assert send(url(fake), to(ewa.said)) == "1 browser"

    ((who, shown),) = fake.shown
    assert (who, shown["title"], shown["body"]) == ("ewa", WORDS.title, WORDS.body)
    assert (shown["url"], shown["lang"]) == (PAGE, "pl")
    assert shown["tag"] == fake.heads[0]["topic"]
    assert fake.heads[0]["ttl"] == "14400"
    assert fake.heads[0]["urgency"] == "high"


def test_what_is_said_later_takes_the_place_of_what_was_said_before() -> None:
    async def both(channel: Channel) -> None:
        await channel.send(where, WORDS, KEY)
        await channel.send(where, Text("Koniec awarii", ""), OVER)
        other = NoticeKey(KEY.replace("I-1/", "I-2/"))
        await channel.send(where, WORDS, other)

    with far_end() as fake:
        where = to(fake.subscribe("ewa").said)
        with_channel(url(fake, "&ttl=60"), both)

    down, over, other = fake.heads
    assert down["topic"] == over["topic"] != other["topic"]
    assert over["urgency"] == "normal"
    assert over["ttl"] == "60"
    assert len({head["authorization"] for head in fake.heads}) == 1


def test_the_key_pair_outlives_a_restart(tmp_path: Path) -> None:
    with far_end() as fake:
        ewa = fake.subscribe("ewa")
        for _ in range(2):
            with_channel(url(fake), lambda one: one.send(to(ewa.said), WORDS, KEY), tmp_path)
        assert len(fake.shown) == 2
        assert refused(url(fake), to(ewa.said)).detail == "HTTP 403"


@pytest.mark.parametrize(
    ("plan", "retry", "after_s"),
    [
        (Plan(400), Retry.PERMANENT, None),
        (Plan(401), Retry.PERMANENT, None),
        (Plan(403), Retry.PERMANENT, None),
        (Plan(404), Retry.PERMANENT, None),
        (Plan(410), Retry.PERMANENT, None),
        (Plan(413), Retry.PERMANENT, None),
        (Plan(429, (("Retry-After", "17"),)), Retry.TRANSIENT, 17.0),
        (Plan(500), Retry.TRANSIENT, None),
        (Plan(503, (("Retry-After", "3"),)), Retry.TRANSIENT, 3.0),
        (Plan(301, (("Location", "http://127.0.0.1:1/"),)), Retry.PERMANENT, None),
        (Plan(reset=True), Retry.UNKNOWN, None),
    ],
)
def test_each_answer_says_whether_another_try_helps(
    plan: Plan, retry: Retry, after_s: float | None
) -> None:
    with far_end(plan) as fake:
        fault = refused(url(fake), to(fake.subscribe("ewa").said))
    assert (fault.retry, fault.after_s) == (retry, after_s)
    assert "push/ewa" not in fault.detail


def test_who_keeps_silent_may_have_taken_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "ANSWER_S", 0.3)
    with far_end(Plan(hang_s=3.0, taken=True)) as fake:
        assert refused(url(fake), to(fake.subscribe("ewa").said)).retry is Retry.UNKNOWN


def test_nobody_there_is_tried_again() -> None:
    with far_end() as fake:
        ewa = fake.subscribe("ewa")
    assert refused(url(fake), to(ewa.said)).retry is Retry.TRANSIENT


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_no_more_is_told_of_and_the_others_are_served(status: int) -> None:
    gone: list[tuple[str, str]] = []

    async def note(recipient: str, endpoint: str) -> None:
        gone.append((recipient, endpoint))

    async def story(channel: Channel) -> str:
        assert isinstance(channel, Parting)
        channel.part_with(note)
        return await channel.send(to(old.said, new.said), WORDS, KEY)

    with far_end(Plan(status)) as fake:
        old, new = fake.subscribe("old"), fake.subscribe("new")
        assert with_channel(url(fake), story) == "1 browser"
    assert gone == [("W+1", old.endpoint)]
    assert [who for who, _ in fake.shown] == ["new"]


def test_another_try_leaves_out_the_browsers_that_took_it() -> None:
    async def story(channel: Channel) -> str:
        with pytest.raises(DeliveryError) as caught:
            await channel.send(both, WORDS, KEY)
        assert caught.value.retry is Retry.TRANSIENT
        return await channel.send(both, WORDS, KEY)

    with far_end(Plan(500)) as fake:
        both = to(fake.subscribe("phone").said, fake.subscribe("desk").said)
        assert with_channel(url(fake), story) == "2 browsers"
    assert [who for who, _ in fake.shown] == ["desk", "phone"]


@pytest.mark.parametrize("said", ["", "rubbish", '{"endpoint":"https://10.0.0.1/x"}'])
def test_what_is_no_subscription_is_refused_for_good(said: str) -> None:
    with far_end() as fake:
        assert refused(url(fake), to(said)).retry is Retry.PERMANENT


def test_nothing_goes_where_the_operator_named_nobody() -> None:
    with far_end() as fake:
        ewa = fake.subscribe("ewa")
        fault = refused("webpush://noc@dolina.example", to(ewa.said))
        assert fault.retry is Retry.PERMANENT
        beside = replace(ewa, endpoint=ewa.endpoint.replace("127.0.0.1", "127.0.0.2"))
        assert refused(url(fake), to(beside.said)).retry is Retry.PERMANENT
    assert fake.heads == []


def test_no_proxy_of_the_machine_sees_where_browsers_are(monkeypatch: pytest.MonkeyPatch) -> None:
    with far_end() as fake, receiver(read=bytes) as proxy:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.web)
        assert send(url(fake), to(fake.subscribe("ewa").said)) == "1 browser"
        assert proxy.heads == []


@pytest.mark.parametrize("hostile", HOSTILE[::7])
def test_hostile_words_arrive_as_words_and_fit(hostile: str) -> None:
    with far_end() as fake:
        where = to(fake.subscribe("ewa").said)
        assert send(url(fake), where, Text(hostile * 40, hostile * 400)) == "1 browser"
    ((_, shown),) = fake.shown
    assert "\x1b" not in shown["title"] + shown["body"]


def test_the_certificate_is_that_of_the_name_though_the_address_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-keyout", str(key), "-out", str(cert), "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(command, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    with far_end(tls=tls) as fake:
        port = fake.web.rpartition(":")[2]
        fake.web = f"https://localhost:{port}"
        ewa = fake.subscribe("ewa")
        trusting = f"webpush://noc@dolina.example/?allow=localhost:{port},127.0.0.1,[::1]"
        assert refused(trusting, to(ewa.said)).detail == "its certificate is not to be believed"
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        assert send(trusting, to(ewa.said)) == "1 browser"
        wrong = replace(ewa, endpoint=ewa.endpoint.replace("localhost", "127.0.0.1"))
        other = f"webpush://noc@dolina.example/?allow=127.0.0.1:{port}"
        assert refused(other, to(wrong.said)).detail == "its certificate is not to be believed"
    assert [who for who, _ in fake.shown] == ["ewa"]


@pytest.mark.parametrize(
    "wrong", ["webpush://", "webpush://noc", "webpush://dolina.example", "webpush://a@b.example/?x=1",
              "webpush://a@b.example/?allow=a/b", "webpush://a@b.example/?ttl=soon"],
)  # fmt: skip
def test_a_url_that_cannot_be_used_says_so(wrong: str) -> None:
    channel = open_channel(PUSH, wrong)
    assert not isinstance(channel, WebPush)
    with pytest.raises(DeliveryError):
        with_channel(wrong, lambda one: one.send(to(""), WORDS, KEY))


def test_many_browsers_are_told_over_a_few_connections() -> None:
    async def story(channel: Channel) -> None:
        many = [fake.subscribe(f"b-{number}") for number in range(200)]
        await asyncio.gather(
            *(
                channel.send(to(one.said), WORDS, NoticeKey(f"I-1/s/webpush/W+{n}/confirmed/1"))
                for n, one in enumerate(many)
            )
        )

    with far_end() as fake:
        began_s = time.monotonic()
        with_channel(url(fake), story)
        assert time.monotonic() - began_s < 60
    assert len({who for who, _ in fake.shown}) == 200
