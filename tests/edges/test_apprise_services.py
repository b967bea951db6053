"""Services that apprise knows, each answered as its API answers: what netwatch makes of it."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from netwatch.delivery.channels import Address
from netwatch.delivery.channels import apprise as ours
from netwatch.delivery.channels.apprise import AppriseChannel
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey
from tests.edges.receiver import Asked, Plan, Receiver, receiver

EWA = Address(recipient="S-1", language="pl", to="+48555010100")
WORDS = Text(
    "Awaria <b>Polna</b>",
    '<script>alert(1)</script> & *b* [x](http://evil.example) `c` @room <a href="x">y</a>',
)
TOKEN = "canarytoken"  # noqa: S105 - nobody's


@dataclass(frozen=True)
class Service:
    """One service: its URL here, where its plug-in asks (None: the URL says), and its yes."""

    url: str
    asks_at: str | None
    yes: bytes = b'{"ok": true}'


SERVICES = {
    "tgram": Service(f"tgram://123456789:{'a' * 35}/555/", "/bot"),
    "viber": Service(f"viber://{'a' * 44}/U1?from=Dolina", "/send", b'{"status": 0}'),
    "serwersms": Service(
        f"serwersms://user:{TOKEN}@Dolina/{{to}}", "/send", b'{"success": true, "queued": 1}'
    ),
    "smsmgr": Service(f"smsmgr://{TOKEN}@{{to}}?from=Dolina", "/Send", b"OK|1234|48555010100"),
    "smseagle": Service(
        f"smseagle://{TOKEN}@HOST/{{to}}", None, b'{"result": {"message_id": "7", "status": "ok"}}'
    ),
    "whatsapp": Service(f"whatsapp://{TOKEN}@12345/{{to}}", "/{fb_ver}/{phone_id}/messages"),
    "matrix": Service("matrix://user:canary@HOST/!room:dolina.example", None),
}
every = pytest.mark.parametrize("scheme", SERVICES)


def homeserver(asked: Asked) -> Plan:
    """Answer as a Matrix server does."""
    said = {"access_token": "t", "home_server": "h", "user_id": "@a:h", "room_id": "!room:h"}
    return Plan(200, (), json.dumps(said | {"event_id": "$e", "joined_rooms": []}).encode())


@contextmanager
def served(scheme: str, monkeypatch: pytest.MonkeyPatch, *plans: Plan) -> Iterator[Receiver]:
    service = SERVICES[scheme]
    yes = homeserver if scheme == "matrix" else lambda _: Plan(200, (), service.yes)
    with receiver(*plans, read=lambda raw: raw.decode(), answer=yes) as far:
        if service.asks_at is not None:
            plugin = ours._library().plugins.N_MGR[scheme]
            monkeypatch.setattr(plugin, "notify_url", far.web + service.asks_at)
        yield far


def send(scheme: str, far: Receiver) -> str:
    async def story() -> str:
        url = SERVICES[scheme].url.replace("HOST", far.web.removeprefix("http://"))
        channel = AppriseChannel(ChannelName("x"), url)
        try:
            return await channel.send(EWA, WORDS, NoticeKey("I-1/public/x/S-1/confirmed/1"))
        finally:
            await channel.close()

    return asyncio.run(story())


def refused(scheme: str, far: Receiver) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(scheme, far)
    assert "canary" not in caught.value.detail
    return caught.value


@every
def test_what_is_taken_is_accepted_and_words_stay_words(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(scheme, monkeypatch) as far:
        assert send(scheme, far) == "HTTP 200"

    said = str(far.bodies[-1])
    if '"parse_mode": "HTML"' in said or '"formatted_body"' in said:
        assert "<script" not in said
        assert "<a href" not in said
        assert "&lt;script&gt;" in said
    assert "@room" not in said


@every
@pytest.mark.parametrize(
    ("plan", "retry", "after_s"),
    [
        (Plan(503, (("Retry-After", "9"),)), Retry.TRANSIENT, 9.0),
        (Plan(403), Retry.PERMANENT, None),
        (Plan(reset=True), Retry.UNKNOWN, None),
    ],
)
def test_every_kind_of_answer_has_its_meaning(
    scheme: str,
    plan: Plan,
    retry: Retry,
    after_s: float | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with served(scheme, monkeypatch, *[plan] * 4) as far:
        fault = refused(scheme, far)

    assert (fault.retry, fault.after_s) == (retry, after_s)


@pytest.mark.parametrize(
    ("scheme", "body", "retry"),
    [
        ("serwersms", b'{"success": false, "error": {"code": 2001}}', Retry.TRANSIENT),
        ("serwersms", b'{"success": true, "queued": 0, "unsent": 1}', Retry.PERMANENT),
        ("smsmgr", b"ERROR|105", Retry.TRANSIENT),
        ("smsmgr", b"ERROR|201", Retry.PERMANENT),
        ("smseagle", b'{"result": {"status": "error"}}', Retry.TRANSIENT),
        ("viber", b'{"status": 2, "status_message": "invalidAuthToken"}', Retry.TRANSIENT),
    ],
)
def test_a_200_that_says_no_is_a_no(
    scheme: str, body: bytes, retry: Retry, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(scheme, monkeypatch, Plan(200, (), body)) as far:
        assert refused(scheme, far).retry is retry


def test_the_pause_that_telegram_asks_for_in_words_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = b'{"ok": false, "error_code": 429, "parameters": {"retry_after": 7}}'
    with served("tgram", monkeypatch, Plan(429, (), said)) as far:
        fault = refused("tgram", far)

    assert (fault.retry, fault.after_s) == (Retry.TRANSIENT, 7.0)
