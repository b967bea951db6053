"""apprise against real far ends: what it says of each, and what it never says."""

import asyncio
import io
import logging
import re
import socket
import subprocess
import sys
import threading
import time

import pytest

from netwatch.delivery.channels import Address, open_channel
from netwatch.delivery.channels import apprise as ours
from netwatch.delivery.channels.apprise import AppriseChannel, harmless
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey
from tests.edges.receiver import Plan, receiver
from tests.unit.delivery.page.hostile import HOSTILE

DUTY = ChannelName("duty")
TO = Address(recipient="on-call", language="en")
WORDS = Text("I-1: fibre", "312 without service since 19:02")
KEY = NoticeKey("I-1/staff/duty/on-call/suspected/1")


def send(url: str, text: Text = WORDS, key: NoticeKey = KEY, to: Address = TO) -> str:
    async def story() -> str:
        channel = AppriseChannel(DUTY, url)
        try:
            return await channel.send(to, text, key)
        finally:
            await channel.close()

    return asyncio.run(story())


def refused(url: str, to: Address = TO) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(url, to=to)
    return caught.value


def test_what_is_taken_bears_its_key_and_its_words() -> None:
    with receiver() as far:
        assert send(far.url) == "HTTP 200"

    assert far.keys == [KEY]
    assert far.bodies[0]["title"] == WORDS.title
    assert far.bodies[0]["message"] == WORDS.body


@pytest.mark.parametrize("status", [500, 502, 503, 408, 429])
def test_a_far_end_in_trouble_may_be_tried_again(status: int) -> None:
    with receiver(Plan(status)) as far:
        fault = refused(far.url)

    assert (fault.retry, fault.detail) == (Retry.TRANSIENT, f"HTTP {status}")
    assert len(far.keys) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_far_end_that_will_never_take_it_is_believed(status: int) -> None:
    with receiver(Plan(status)) as far:
        assert refused(far.url).retry is Retry.PERMANENT


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_wrong_token_is_no_fault_of_the_customers_whose_texts_it_shuts_out(status: int) -> None:
    customer = NoticeKey("I-1/subscribers/sms/S-1/confirmed/1")
    with receiver(Plan(status)) as far, pytest.raises(DeliveryError) as caught:
        send(far.url, key=customer)

    assert caught.value.retry is Retry.TRANSIENT
    assert caught.value.after_s
    assert f"HTTP {status}" in caught.value.detail


def test_a_pause_that_is_asked_for_is_passed_on() -> None:
    with receiver(Plan(429, (("Retry-After", "17"),))) as far:
        assert refused(far.url).after_s == 17.0


def test_a_200_that_says_no_is_a_no() -> None:
    with receiver(Plan(body=b'{"ok": false, "error": "quota"}')) as far:
        fault = refused(far.url)

    assert fault.retry is Retry.TRANSIENT
    assert "quota" not in fault.detail


def test_a_far_end_that_took_it_and_hangs_may_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "ANSWER_S", 0.3)
    with receiver(Plan(hang_s=5.0)) as far:
        assert refused(far.url).retry is Retry.UNKNOWN
        assert send(far.url) == "HTTP 200"

    assert far.keys == [KEY, KEY]


def test_a_connection_that_breaks_may_have_brought_it() -> None:
    with receiver(Plan(reset=True)) as far:
        assert refused(far.url).retry is Retry.UNKNOWN


def test_a_half_open_connection_ends_at_its_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "ANSWER_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        began = time.monotonic()
        fault = refused(f"json://127.0.0.1:{deaf.getsockname()[1]}/")

        assert fault.retry is Retry.UNKNOWN
        assert time.monotonic() - began < 3.0


def test_an_answer_that_trickles_in_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "SURE_S", 0.5)

    def trickle(server: socket.socket, stop: threading.Event) -> None:
        server.settimeout(5.0)
        connection, _ = server.accept()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
        while not stop.wait(0.05):
            connection.sendall(b"x")
        connection.close()

    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=trickle, args=(server, stop))
        thread.start()
        try:
            fault = refused(f"json://127.0.0.1:{server.getsockname()[1]}/")
        finally:
            stop.set()
            thread.join()

    assert fault.retry is Retry.UNKNOWN


def test_nobody_there_has_taken_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert refused(f"json://127.0.0.1:{port}/").retry is Retry.TRANSIENT


def test_a_redirect_is_not_followed() -> None:
    with receiver() as elsewhere:
        there = (("Location", elsewhere.url.replace("json", "http")),)
        with receiver(Plan(307, there)) as far:
            refused(far.url)

    assert elsewhere.keys == []


@pytest.mark.parametrize(
    "url", ["nonsense://x", "json://", "", "dbus://", "syslog://", "file:///x"]
)
def test_a_url_that_leads_nowhere_is_refused_and_found_by_the_check(url: str) -> None:
    assert refused(url).retry is Retry.PERMANENT
    assert AppriseChannel(DUTY, url).problem()


def test_a_url_may_name_the_place_of_the_number() -> None:
    with receiver() as far:
        send(f"{far.url}/{{to}}", to=Address(recipient="S-1", language="pl", to="+48 555/1"))
        assert refused(f"{far.url}/{{to}}").retry is Retry.PERMANENT

    assert len(far.keys) == 1


def test_a_scheme_of_no_announced_channel_is_apprises() -> None:
    assert isinstance(open_channel(DUTY, "json://127.0.0.1/"), AppriseChannel)


def test_no_secret_is_ever_logged_or_told() -> None:
    heard = io.StringIO()
    ear = logging.StreamHandler(heard)
    root = logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(1)
    try:
        with receiver(Plan(500), Plan(404), Plan(reset=True), Plan()) as far:
            url = far.url.replace("json://", "json://canary-user:canary-password@")
            told = [str(refused(url)) for _ in range(3)]
            told += [send(url), repr(AppriseChannel(DUTY, url))]
        told.append(str(refused("nonsense://canary-token")))
    finally:
        root.removeHandler(ear)
        root.setLevel(level)

    assert far.keys == [KEY] * 4
    for said in (heard.getvalue(), *told):
        assert "canary" not in said
        assert WORDS.body not in said


def test_hostile_words_arrive_as_words() -> None:
    shorter = [text[:5000] for text in HOSTILE[:90]]
    with receiver() as far:
        for text in shorter:
            send(far.url, Text(text, text.encode(errors="replace").decode() or "x"))

    for body in far.bodies:
        assert "\n" not in body["title"]
        for letter in "\x00\x1b\r\u202e\x9b":
            assert letter not in body["title"] + body["message"]


def test_nobody_is_called_up_by_a_text() -> None:
    said = harmless("@channel @here <!everyone> mail@all.example")

    assert "@channel" not in said
    assert "<!everyone" not in said


def test_a_key_that_is_no_header_is_made_one() -> None:
    with receiver() as far:
        send(far.url, key=NoticeKey("dysk pełny\r\nX-Evil: 1/staff"))

    assert far.keys == ["dysk%20pe%C5%82ny%0D%0AX-Evil:%201/staff"]


def test_apprise_is_imported_by_nobody_before_it_is_needed() -> None:
    code = (
        "import sys, netwatch.delivery.outbox, netwatch.delivery.channels.apprise;"
        "sys.exit('apprise' in sys.modules or 'requests' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def mail_server(server: socket.socket, mails: list[str], stop: threading.Event) -> None:
    """Speak just enough SMTP to take mails."""
    server.settimeout(0.1)
    while not stop.is_set():
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 here\r\n")
            for line in lines:
                word = line.split()[0].upper()
                if word == b"DATA":
                    connection.sendall(b"354 go on\r\n")
                    body = iter(lines.readline, b".\r\n")
                    mails.append(b"".join(body).decode())
                connection.sendall(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")
                if word == b"QUIT":
                    break


def test_a_mail_bears_its_key_as_message_id_and_hostile_titles_make_no_headers() -> None:
    mails: list[str] = []
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=mail_server, args=(server, mails, stop))
        thread.start()
        try:
            port = server.getsockname()[1]
            url = f"mailto://127.0.0.1:{port}/?from=noc@dolina.example&to=ewa@dolina.example"
            for text in (WORDS, Text("x\r\nBcc: evil@evil.example", "y"), WORDS):
                send(url, text)
            send(url, key=NoticeKey("another"))
        finally:
            stop.set()
            thread.join()

    heads = [mail.partition("\r\n\r\n")[0] for mail in mails]
    ids = [re.findall(r"(?im)^message-id: *(<.*>)", head) for head in heads]
    assert [len(one) for one in ids] == [1, 1, 1, 1]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert not any(re.search(r"(?im)^bcc:", head) for head in heads)


def test_many_hanging_sends_leave_no_threads_and_no_sockets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ours, "ANSWER_S", 0.2)
    send_plain = [Plan(hang_s=3.0)] * 12

    async def story(url: str) -> None:
        channel = AppriseChannel(DUTY, url)
        await channel.tend(asyncio.sleep)
        sends = (channel.send(TO, WORDS, NoticeKey(f"k-{n}")) for n in range(12))
        faults = await asyncio.gather(*sends, return_exceptions=True)
        assert all(isinstance(fault, DeliveryError) for fault in faults)
        await channel.close()

    with receiver(*send_plain) as far:
        asyncio.run(story(far.url))
    deadline = time.monotonic() + 5.0
    while any(thread.name.startswith("send-") for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
