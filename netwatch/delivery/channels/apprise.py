"""Words -> the services that apprise knows: one URL and one recipient a call.

The only module that imports apprise, and that late: it costs half a second. What apprise logs
holds payloads and URLs with secrets in them, so its logger is shut; what we say of a failure is
made here, of status codes alone.
"""

import asyncio
import logging
import re
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from hashlib import sha256
from importlib import import_module
from types import ModuleType
from typing import Any, Final
from urllib.parse import quote

from netwatch.delivery.channels import Address, Sleep
from netwatch.delivery.channels.gateway import (
    ANSWER_S,
    CONNECT_S,
    LATER,
    SURE_S,
    TAKEN,
    for_a_person,
)
from netwatch.delivery.channels.overheard import UNREACHED, Answer, overhear
from netwatch.delivery.render import Text
from netwatch.model.facts import Audience
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey

KEYED: Final = frozenset({"json", "jsons", "form", "forms", "xml", "xmls"})
"""Schemes of which the far end sees our headers, and can know a repetition by its key."""
SAYS_IT_IN_WORDS: Final = KEYED | {"serwersms", "smsmgr", "smsmanager"}
"""Schemes whose far end may answer 200 and mean no, which apprise takes for a yes."""
WIDTH: Final = 4
"""Calls at a time. Where the key is not seen it is one: a crash then repeats one notice at most."""
LOCAL: Final = frozenset(
    {"dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows", "file", "exec"}
)
"""Schemes that act on this machine: nothing that leaves may end here."""
NOT_LET_IN: Final = frozenset({401, 402, 403})
"""Statuses of an account: its token is wrong or over, or nothing is left on it."""
READERS_OWN: Final = frozenset({("tgram", 403)})
"""Of these services that status is about one reader: somebody who stopped our bot."""
PLACE: Final = "{to}"
"""Where in a URL the recipient's number or address goes."""

_mailed: ContextVar[NoticeKey | None] = ContextVar("mailed", default=None)
_UNSEEN: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_CALLS_ALL: Final = re.compile(
    r"@(?=(?:channel|everyone|here|all|room)\b)|<(?=[!@#])", re.IGNORECASE
)


class AppriseChannel:
    """One apprise URL. A service that does not see the key may show a repetition as such."""

    longest_s: Final = SURE_S + CONNECT_S

    def __init__(self, name: ChannelName, url: str) -> None:
        self.name = name
        self._url = url
        self.width = WIDTH if self._scheme in KEYED else 1
        self._threads = ThreadPoolExecutor(self.width, thread_name_prefix=f"send-{name}")

    def __repr__(self) -> str:
        return f"AppriseChannel({self.name!r})"

    async def tend(self, sleep: Sleep) -> None:  # noqa: ARG002 - nothing to wait for
        """Import apprise before the first notice needs it."""
        await asyncio.get_running_loop().run_in_executor(self._threads, _library)

    def problem(self) -> str | None:
        """Say what is wrong with the URL, for check and doctor; None when apprise takes it."""
        try:
            self._service(Address(recipient="check", language="en", to="+48555010100"))
        except DeliveryError as fault:
            return fault.detail
        return None

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one notice to the service.

        Raises:
            DeliveryError: PERMANENT for a URL or a request that the service will never take,
                TRANSIENT for an answer that asks for patience, UNKNOWN when there was none.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._call, to, text, key)

    async def close(self) -> None:
        """Let the threads go; one that still waits for an answer ends at its time-out."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _call(self, to: Address, text: Text, key: NoticeKey) -> str:
        apprise = _library()
        service = self._service(to)
        _show_key(service, self._scheme, key)
        sender = apprise.Apprise(asset=service.asset)
        sender.add(service)
        with overhear() as answers, _message_id(key):
            result = sender.notify(
                title=harmless(text.title, one_line=True),
                body=harmless(text.body) or " ",
                body_format=apprise.NotifyFormat.TEXT,
                timeout=SURE_S,
            )
        if result and all(result.results):
            return self._taken(answers)
        timed_out = result.status == apprise.AppriseResultStatus.TIMEOUT
        fault = _fault(answers, timed_out=timed_out)
        if _is_for_customer(key) and self._shuts_us_out(answers, fault):
            raise for_a_person(f"{fault.detail}: it does not know us; look at the URL's secret")
        raise fault

    def _shuts_us_out(self, answers: list[Answer], fault: DeliveryError) -> bool:
        """Say whether the far end refuses us, not this reader: each text stays owed meanwhile."""
        if fault.retry is not Retry.PERMANENT or not answers:
            return False
        status = answers[-1].status
        return status in NOT_LET_IN and (self._scheme, status) not in READERS_OWN

    def _taken(self, answers: list[Answer]) -> str:
        if not answers:
            return "taken"
        if self._scheme in SAYS_IT_IN_WORDS and answers[-1].denied:
            detail = f"HTTP {answers[-1].status}, but the answer says that it failed"
            retry = Retry.PERMANENT if answers[-1].one_only else Retry.TRANSIENT
            raise DeliveryError(retry, detail, answers[-1].after_s)
        return f"HTTP {answers[-1].status}"

    @property
    def _scheme(self) -> str:
        return self._url.partition("://")[0].lower()

    def _service(self, to: Address) -> Any:
        apprise = _library()
        if self._scheme in LOCAL:
            raise DeliveryError(Retry.PERMANENT, f"{self._scheme}:// does not leave this machine")
        url = self._url
        if PLACE in url:
            if to.to is None:
                raise DeliveryError(Retry.PERMANENT, "the URL asks for {to}; nobody is named")
            url = url.replace(PLACE, quote(to.to, safe=""))
        asset = apprise.AppriseAsset(async_mode=False, plugin_paths=[], storage_mode="memory")
        service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        if service is None:
            detail = f"apprise does not understand the {self._scheme}:// URL of {self.name}"
            raise DeliveryError(Retry.PERMANENT, detail)
        service.socket_connect_timeout = CONNECT_S
        service.socket_read_timeout = ANSWER_S
        service.redirects = False
        return service


def harmless(text: str, *, one_line: bool = False) -> str:
    """Return words that no mail header, terminal or chat room takes for orders."""
    seen = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    seen = _CALLS_ALL.sub(lambda found: f"{found.group()} ", seen)
    return " ".join(seen.split()) if one_line else seen


def _show_key(service: Any, scheme: str, key: NoticeKey) -> None:
    shown = quote(key, safe="/:@.-_~")
    if scheme in KEYED:
        service.headers["Idempotency-Key"] = shown


def _is_for_customer(key: NoticeKey) -> bool:
    """Say whether a notice is for one subscriber; the staff is told another way at once."""
    return key.split("/")[-5:-4] == [Audience.SUBSCRIBERS]


def _fault(answers: list[Answer], *, timed_out: bool) -> DeliveryError:
    refusals = [answer for answer in answers if answer.status not in TAKEN]
    if timed_out or not answers:
        return DeliveryError(Retry.UNKNOWN, "no whole answer came; it may have been taken")
    if not refusals:
        return DeliveryError(Retry.TRANSIENT, f"HTTP {answers[-1].status}, but not accepted")
    last = refusals[-1]
    if last.status == UNREACHED:
        return DeliveryError(Retry.TRANSIENT, "nobody answers there")
    retry = Retry.TRANSIENT if last.status in LATER else Retry.PERMANENT
    return DeliveryError(retry, f"HTTP {last.status}", last.after_s)


@contextmanager
def _message_id(key: NoticeKey) -> Iterator[None]:
    """Let a mail that goes out meanwhile bear its key as Message-ID: repeated, it is the same."""
    token = _mailed.set(key)
    try:
        yield
    finally:
        _mailed.reset(token)


def _with_key(make: Callable[..., str]) -> Callable[..., str]:
    def made(idstring: str | None = None, domain: str | None = None) -> str:
        key = _mailed.get()
        if key is None:
            return make(idstring, domain)
        return f"<{sha256(key.encode()).hexdigest()}@{domain or 'netwatch.invalid'}>"

    return made


@cache
def _library() -> ModuleType:
    """Import apprise, its mouth and that of the library below it shut."""
    for name in ("apprise", "urllib3"):
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        # Its plugins, loaded with the first URL, use modules that Python is about to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise  # noqa: PLC0415 - costs half a second, so only where something is sent

        apprise.Apprise.instantiate("json://localhost")
        mail = import_module("apprise.plugins.email.base")
    # apprise gives each mail a Message-ID by chance and takes none from us.
    setattr(mail, "make_msgid", _with_key(mail.make_msgid))  # noqa: B010
    module: ModuleType = apprise
    return module
