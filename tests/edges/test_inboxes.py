"""Messages fetched where they lie: a mailbox, a Telegram bot, a number at a gateway."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from netwatch.delivery.inboxes import Inbox, open_inbox
from netwatch.model.faults import DeliveryError
from tests.edges.gateways import said
from tests.edges.mailbox_house import mailbox
from tests.edges.receiver import Asked, Plan, receiver

BOT = "123456:AAcanary-Token"


@dataclass
class FakeTelegram:
    """Keeps updates until an offset passes them, as ``getUpdates`` is documented."""

    updates: list[dict[str, object]] = field(default_factory=list)
    asked: list[dict[str, object]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Plan:
        if asked.path != f"/bot{BOT}/getUpdates":
            return said({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        self.asked.append(asked.body)
        offset = asked.body["offset"]
        self.updates = [one for one in self.updates if one["update_id"] >= offset]
        return said({"ok": True, "result": self.updates[: asked.body["limit"]]})

    def writes(self, number: int, who: int, text: str | None, **more: object) -> None:
        sender = {"id": who, "is_bot": False, "first_name": "x", **more}
        message: dict[str, object] = {"message_id": number, "from": sender, "date": 1700000000}
        message |= {"chat": {"id": who, "type": "private"}} | (
            {} if text is None else {"text": text}
        )
        self.updates.append({"update_id": number, "message": message})


@dataclass
class FakeSerwerSms:
    """Lists what came, the latest first where that is asked for."""

    items: list[dict[str, object]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Plan:
        if asked.head.get("Authorization") != "Bearer canary-token":
            return said({"error": {"code": 1001, "type": "Unauthorized", "message": "x"}}, 401)
        assert asked.path == "/messages/recived.json"
        assert (asked.body["type"], asked.body["order"]) == ("ndi", "desc")
        found = self.items[::-1][: asked.body["limit"]]
        return said({"paging": {"page": 1, "count": 1}, "items": found})

    def comes(self, number: int, phone: str, text: str) -> None:
        row = {"id": number, "type": "ndi", "phone": phone, "recived": "2026-11-23 18:05:00"}
        self.items.append({**row, "message_id": None, "blacklist": False, "text": text})


@contextmanager
def opened(url: str) -> Iterator[Inbox]:
    inbox = open_inbox(url)
    try:
        yield inbox
    finally:
        inbox.close()


def test_what_a_bot_is_told_comes_again_until_it_is_forgotten() -> None:
    fake = FakeTelegram()
    with receiver(answer=fake) as far:
        with opened(f"telegram://{BOT}@{far.web.removeprefix('http://')}") as inbox:
            fake.writes(10, 77, "ok")
            fake.writes(11, 78, "cable cut 2 h")
            fake.writes(12, 79, "I am a bot", is_bot=True)
            first, second = inbox.fetch()
            assert (first.sender, first.text, first.number) == ("telegram:77", "ok", "10")
            assert [one.number for one in inbox.fetch()] == ["10", "11"]
            inbox.forget(first)
            assert [one.number for one in inbox.fetch()] == ["11"]
            inbox.forget(second)
            assert inbox.fetch() == []
            assert inbox.fetch() == []
            assert fake.updates == [], "a bot's words and pictures are not seen for ever"
        with opened(f"telegram://{BOT}@{far.web.removeprefix('http://')}") as again:
            fake.writes(13, 77, None)
            fake.writes(14, 77, "done")
            assert [one.text for one in again.fetch()] == ["done"]


def test_sms_at_a_gateway_come_in_order_and_once() -> None:
    fake = FakeSerwerSms()
    with receiver(answer=fake) as far:
        at = far.web.removeprefix("http://")
        with opened(f"serwersms://canary-token@{at}?type=ndi") as inbox:
            fake.comes(1, "+48555010001", "ok")
            fake.comes(2, "+48555010001", "2 h")
            first, second = inbox.fetch()
            assert (first.text, second.text) == ("ok", "2 h")
            inbox.forget(first)
            assert [one.text for one in inbox.fetch()] == ["2 h"]


@pytest.mark.parametrize(
    "url",
    [
        "telegram://123456:wrong@{at}",
        "serwersms://wrong@{at}",
    ],
)
@pytest.mark.parametrize(
    "plan",
    [
        Plan(401, body=b'{"ok":false}'),
        Plan(500),
        Plan(429, (("Retry-After", "7"),)),
        Plan(200, body=b"<html>"),
        Plan(200, body=b'{"ok":false}'),
        Plan(200, body=b'{"items":7,"result":7,"error":{"code":1}}'),
        Plan(reset=True),
    ],
)
def test_a_far_end_that_fails_is_told_without_its_secret(url: str, plan: Plan) -> None:
    with (
        receiver(*[plan] * 9, read=bytes) as far,
        opened(url.format(at=far.web.removeprefix("http://"))) as inbox,
        pytest.raises(DeliveryError) as caught,
    ):
        inbox.fetch()
    assert "wrong" not in caught.value.detail


@pytest.mark.parametrize(
    "url",
    [
        "pop3://a:b@mail.example", "imap://a:b@mail.example/INBOX", "imaps://mail.example/",
        'imaps://a:b@mail.example/IN"BOX', "telegram://api.telegram.org", "serwersms://x",
        "serwersms://t@h?type=fax", "imaps://a:b@mail.example/?option=1", "rubbish",
    ],
)  # fmt: skip
def test_a_url_that_cannot_be_used_is_refused_at_once(url: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        open_inbox(url)
    assert caught.value.detail


MAIL = """\
From: Marek Nowak <Marek@Dolina.example>
To: noc@dolina.example
Subject: Re: I-12
Message-ID: <{number}@dolina.example>
{more}Content-Type: text/plain; charset=utf-8

{text}

--
Marek, sent from a phone

On Mon, 23 Nov 2026 at 18:05, netwatch wrote:
> I-12: outage
> [netwatch:r~0~I-12~marek~seal]
"""


def mail(number: str, text: str, more: str = "") -> bytes:
    return MAIL.format(number=number, text=text, more=more).encode().replace(b"\n", b"\r\n")


@pytest.mark.needs("root", "dovecot")
def test_a_real_mailbox_gives_each_mail_once_it_is_read(tmp_path: Path) -> None:
    with mailbox(tmp_path) as box, opened(box.url) as inbox:
        assert inbox.fetch() == []
        box.comes(mail("a", "przecięty kabel 2 h"))
        box.comes(mail("b", "away until Monday", "Auto-Submitted: auto-replied\r\n"))
        box.comes(mail("c", "ok"))
        first, second = inbox.fetch()
        assert (first.sender, first.text) == ("marek@dolina.example", "przecięty kabel 2 h")
        assert second.text == "ok"
        assert "[netwatch:r~0~I-12~marek~seal]" in first.whole
        assert [one.number for one in inbox.fetch()] == [first.number, second.number]
        inbox.forget(first)
        assert [one.text for one in inbox.fetch()] == ["ok"]
        assert box.unread() == 2, "a machine's mail is left for people"
        _cut(inbox)
        with pytest.raises(DeliveryError):
            inbox.fetch()
        assert [one.text for one in inbox.fetch()] == ["ok"], "the connection is made anew"
        inbox.forget(second)
        assert box.unread() == 1


def _cut(inbox: Inbox) -> None:
    connection = inbox._mail  # type: ignore[attr-defined]
    connection.sock.shutdown(2)


@pytest.mark.needs("root", "dovecot")
def test_a_wrong_password_is_told_and_hostile_mails_stop_nothing(tmp_path: Path) -> None:
    with mailbox(tmp_path) as box:
        with (
            opened(box.url.replace("canary-password", "wrong")) as stranger,
            pytest.raises(DeliveryError) as caught,
        ):
            stranger.fetch()
        assert "password" in caught.value.detail
        for raw in (
            b"\xff\xfe\x00 no mail at all",
            b"From: <>\r\n\r\nok",
            b"From: a@b\r\nContent-Type: text/plain; charset=no-such\r\n\r\nok \xff\xff",
            b"From: a@b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n--x--",
            b"From: =?utf-8?q?=FF?= <a@b>\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
            b"From: a@b\r\nContent-Type: text/html\r\n\r\n<p>ok</p><blockquote>x</blockquote>",
        ):
            box.comes(raw)
        with opened(box.url) as inbox:
            texts = [one.text for one in inbox.fetch()]
            assert "ok" in texts
            assert not any(text == "x" for text in texts)


def test_no_secret_shows_in_what_an_inbox_is_called() -> None:
    for url in (f"telegram://{BOT}@h", "serwersms://canary@h", "imaps://a:canary@h/"):
        assert "canary" not in repr(open_inbox(url))
