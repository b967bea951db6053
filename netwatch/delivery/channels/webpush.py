"""Words -> browsers that somebody subscribed in: ``webpush://NOC@HOST``, the mailbox of our people.

Each notice is sealed for one browser and handed to that browser's push service. Words about one
incident bear one topic: what is still on its way is replaced by what is said later, and so is what
is shown.

Source: RFC 8030 (TTL, Urgency, Topic, statuses), RFC 8291, RFC 8292.
"""

import asyncio
import json
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from netwatch.delivery.channels import Address, Channel, Gone, Remark
from netwatch.delivery.channels.asking import RESOLVE_S, WIDTH, ThreadedChannel
from netwatch.delivery.channels.gateway import CONNECT_S, LATER, SURE_S, Gateway, Reply
from netwatch.delivery.channels.link import Link, read_link, unusable
from netwatch.delivery.channels.push_keys import (
    PushKeys,
    kept_keys,
    made_keys,
    new_keys,
    sealed,
)
from netwatch.delivery.channels.push_services import SERVICES, TLS, Services, named
from netwatch.delivery.render import Text
from netwatch.model.browsers import Browser, browser_of, browsers_of
from netwatch.model.facts import Phase
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey

OPTIONS: Final = frozenset({"allow", "ttl"})
KEPT_S: Final = 4 * 3600.0
"""So long a push service keeps a notice for a browser that is not on."""
FOUND_S: Final = 300.0
"""So long the address of a push service is not looked up again."""
MOST_HOSTS: Final = 64
MOST_KEYS: Final = 10_000
GONE: Final = frozenset({404, 410})
TOPIC: Final = 24
"""Octets: 32 letters, the longest topic there is."""
TITLE: Final = 300
BODY: Final = 2400
"""Octets of what is shown; with all that is around it a push service takes 4,096."""
DOWN: Final = (Phase.SUSPECTED, Phase.CONFIRMED)
HTTP: Final = 80


class WebPush(ThreadedChannel):
    """The way to browsers."""

    longest_s = RESOLVE_S + CONNECT_S + SURE_S

    def __init__(self, name: ChannelName, link: Link) -> None:
        super().__init__(name, width=WIDTH, threads=WIDTH + 1)
        if not link.user or "." not in link.host:
            raise unusable(link.scheme, "write it as webpush://NOC@HOST, a mailbox of yours")
        self._contact = f"mailto:{link.user}@{link.host}"
        self._ttl_s = link.number("ttl", KEPT_S)
        try:
            more = named(link.option("allow").split(","))
        except ValueError:
            raise unusable(link.scheme, "allow takes hosts, as push.dolina.example") from None
        self._services = Services((*named(SERVICES), *more))
        self._folder: Path | None = None
        self._keys: PushKeys | None = None
        self._gone: Gone | None = None
        self._names = ThreadPoolExecutor(2, thread_name_prefix=f"find-{name}")
        self._found: OrderedDict[tuple[str, int], tuple[float, Gateway]] = OrderedDict()
        self._taken: OrderedDict[NoticeKey, set[str]] = OrderedDict()

    def keep_in(self, folder: Path) -> None:
        """Keep the key pair in this folder; it is made when it is needed first."""
        self._folder = folder

    def part_with(self, gone: Gone) -> None:
        """Tell there which browser is no more."""
        self._gone = gone

    def examine(self) -> Iterator[Remark]:
        """Yield how the key stands; nobody is asked."""
        there = self._folder is not None and kept_keys(self._folder) is not None
        if there:
            yield Remark(is_fine=True, text="its key is there; back it up with the state")
        else:
            yield Remark(is_fine=True, text="its key is made when the service starts")

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one notice to every browser of a recipient.

        Raises:
            DeliveryError: none took it, or one has to be tried again; those that took it are
                left out then.
        """
        taken = self._taken.setdefault(key, set())
        while len(self._taken) > MOST_KEYS:
            self._taken.popitem(last=False)
        refusals: list[DeliveryError] = []
        for browser in browsers_of(to.to or ""):
            if browser.endpoint in taken:
                continue
            try:
                await self._to_one(replace(to, to=browser.text), browser, text, key)
                taken.add(browser.endpoint)
            except DeliveryError as fault:
                refusals.append(fault)
        again = next((one for one in refusals if one.retry is not Retry.PERMANENT), None)
        if again is not None:
            raise again
        self._taken.pop(key, None)
        if not taken:
            nobody = DeliveryError(Retry.PERMANENT, "there is no browser to be told")
            raise refusals[0] if refusals else nobody
        return f"{len(taken)} browsers" if len(taken) > 1 else "1 browser"

    async def close(self) -> None:
        """Let the threads go."""
        self._names.shutdown(wait=False, cancel_futures=True)
        await super().close()

    def let_go(self) -> None:
        """Let go of connections."""
        for _, gateway in self._found.values():
            gateway.close()

    def hand_over(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one notice to one browser, whose push service was found before."""
        browser = browser_of(to.to or "")
        if browser is None or (found := self._found.get(_where(browser))) is None:
            raise DeliveryError(Retry.TRANSIENT, "its push service has to be found again")
        phase, topic = key.rsplit("/", 2)[-2], _topic(key)
        reply = found[1].ask(
            "POST",
            browser.endpoint.removeprefix(_origin(browser)) or "/",
            headers={
                "Host": browser.place.netloc,
                "Authorization": self.keys().authorization(_origin(browser), self._contact),
                "Content-Type": "application/octet-stream",
                "Content-Encoding": "aes128gcm",
                "TTL": f"{self._ttl_s:.0f}",
                "Urgency": "high" if phase in DOWN else "normal",
                "Topic": topic,
            },
            body=sealed(_payload(to, text, topic), browser),
        )
        if reply.is_fine:
            return f"HTTP {reply.status}"
        raise _refusal(reply)

    def keys(self) -> PushKeys:
        """Return the key pair; makes it where there is none.

        Raises:
            DeliveryError: it is damaged, or cannot be kept; transient.
        """
        if self._keys is None:
            self._keys = new_keys() if self._folder is None else made_keys(self._folder)
        return self._keys

    async def _to_one(self, to: Address, browser: Browser, text: Text, key: NoticeKey) -> None:
        self._services.see(browser.place)
        await self._find(browser)
        try:
            await super().send(to, text, key)
        except _GoneError:
            if self._gone is not None:
                await self._gone(to.recipient, browser.endpoint)
            raise

    async def _find(self, browser: Browser) -> None:
        """Look up where the push service is; that address is asked and no other one."""
        host, port = where = _where(browser)
        known = self._found.get(where)
        if known is not None and time.monotonic() - known[0] < FOUND_S:
            return
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(RESOLVE_S):
                address = await loop.run_in_executor(
                    self._names, self._services.address, host, port
                )
        except TimeoutError:
            raise DeliveryError(Retry.TRANSIENT, "its name leads nowhere now") from None
        scheme, shown = browser.place.scheme, f"[{address}]" if ":" in address else address
        certified = host if scheme == "https" else ""
        gateway = Gateway(f"{scheme}://{shown}:{port}", width=WIDTH, host=certified)
        before, self._found[where] = self._found.get(where), (time.monotonic(), gateway)
        if before is None and len(self._found) > MOST_HOSTS:
            _, before = self._found.popitem(last=False)
        if before is not None:
            before[1].close()


class _GoneError(DeliveryError):
    """There is no such subscription any more."""


def open_webpush(name: ChannelName, url: str) -> Channel:
    """Return the channel of a web push URL.

    Raises:
        DeliveryError: the URL cannot be used.
    """
    return WebPush(name, read_link(url, options=OPTIONS))


def _refusal(reply: Reply) -> DeliveryError:
    """Return what an answer means; whoever is not let in may have a key of somebody else's.

    So it stops this browser alone: one visitor must not make the channel sick for all.
    """
    detail = f"HTTP {reply.status}"
    if reply.status in GONE:
        return _GoneError(Retry.PERMANENT, f"{detail}: the browser is not subscribed any more")
    if reply.status in LATER:
        return DeliveryError(Retry.TRANSIENT, detail, reply.after_s)
    return DeliveryError(Retry.PERMANENT, detail)


def _payload(to: Address, text: Text, topic: str) -> bytes:
    shown = {
        "title": _cut(text.title or text.body, TITLE),
        "body": _cut(text.body if text.title else "", BODY),
        "url": text.link or to.page,
        "tag": topic,
        "lang": to.language,
    }
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


def _cut(words: str, octets: int) -> str:
    """Return words that take no more than so many octets inside JSON."""
    plain = "".join(one for one in words if one.isprintable() or one == "\n")
    if len(json.dumps(plain, ensure_ascii=False).encode()) <= octets:
        return plain
    while len(json.dumps(plain, ensure_ascii=False).encode()) > octets - len("…".encode()):
        plain = plain[: -max(1, len(plain) // 20)]
    return f"{plain.rstrip()}…"


def _topic(key: NoticeKey) -> str:
    """Return what words about one thing have in common, of which nothing can be read."""
    about = key.partition("/")[0]
    return urlsafe_b64encode(sha256(about.encode()).digest()[:TOPIC]).decode()


def _where(browser: Browser) -> tuple[str, int]:
    place = browser.place
    port = place.port or (HTTP if place.scheme == "http" else TLS)
    return place.hostname or "", port


def _origin(browser: Browser) -> str:
    return f"{browser.place.scheme}://{browser.place.netloc}"
