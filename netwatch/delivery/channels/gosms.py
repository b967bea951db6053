"""Words -> GoSMS.cz: ``gosms://CLIENT_ID:CLIENT_SECRET@app.gosms.cz?channel=1``.

GoSMS takes no key of ours, so what was sent without an answer may be read twice; one send at a
time keeps that to a single SMS.

Source: GoSMS's documentation of its API, version 1: ``oauth/v2/token``, ``messages``, the account.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from netwatch.delivery.channels import Address, Channel, Remark, Reported, Sleep
from netwatch.delivery.channels.asking import AskingChannel
from netwatch.delivery.channels.gateway import LATER, Reply, for_a_person, not_understood, refusal
from netwatch.delivery.channels.link import Link, read_link, unusable
from netwatch.delivery.channels.numbers import number_of, one_text
from netwatch.delivery.render import Text
from netwatch.delivery.reports import Report, mark
from netwatch.model.arrivals import Result
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey

HOST: Final = "app.gosms.cz"
OPTIONS: Final = frozenset({"channel", "to", "test", "low"})
LOW_CREDIT: Final = 100.0
SHORTEST_S: Final = 30.0
"""A token that ends sooner than this is not used any more."""
LONGEST_S: Final = 3600.0
UNKNOWN_US: Final = 401
NO_CREDIT: Final = 402


ASKED_AGAIN_S: Final = 60.0
ASKED_AT_ONCE: Final = 50
MOST_TRIES: Final = 9
"""The last of them comes after eight hours."""
MOST: Final = 100_000
LONGEST_NUMBER: Final = 20


@dataclass(frozen=True, slots=True)
class _HandedOver:
    """A message that GoSMS took: its mark, how often it was asked for, how many rounds it rests."""

    mark: str
    tries: int = 0
    wait: int = 0


class GoSms(AskingChannel):
    """One account at GoSMS."""

    def __init__(self, name: ChannelName, link: Link) -> None:
        super().__init__(name, link.base, width=1)
        if not (link.user and link.password):
            raise unusable(link.scheme, "it has no gosms://CLIENT_ID:CLIENT_SECRET@")
        if not link.option("channel").isdecimal():
            raise unusable(link.scheme, "channel=NUMBER is missing: which of your GoSMS channels")
        self._client = {
            "client_id": link.user,
            "client_secret": link.password,
            "grant_type": "client_credentials",
        }
        self._channel = int(link.option("channel"))
        self._default = link.option("to")
        self._low = link.number("low", LOW_CREDIT)
        self._messages = "/api/v1/messages/test" if link.is_on("test") else "/api/v1/messages"
        self._one = threading.Lock()
        self._token, self._ends_s = "", 0.0
        self._reported: Reported | None = None
        self._handed_over: dict[str, _HandedOver] = {}

    def report_to(self, reported: Reported) -> None:
        """Tell there what became of messages, from now on."""
        self._reported = reported

    async def tend(self, sleep: Sleep) -> None:
        """Look at the account now and then, and at what became of messages."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(super().tend(sleep))
            tasks.create_task(self._follow_up(sleep))

    async def _follow_up(self, sleep: Sleep) -> None:
        while True:
            await sleep(ASKED_AGAIN_S)
            try:
                reports = await self.aside(self._what_became)
                if self._reported is not None:
                    await self._reported(reports)
            except Exception as bug:  # noqa: BLE001 - told; the alerts must not end with a look
                self.warning = f"a bug met it: {type(bug).__name__}"

    def _what_became(self) -> list[Report]:
        """Ask for the messages whose turn it is; each less often the longer nothing is known."""
        told = []
        for number, due in list(self._handed_over.items())[:ASKED_AT_ONCE]:
            del self._handed_over[number]
            if due.wait > 0:
                self._handed_over[number] = replace(due, wait=due.wait - 1)
                continue
            try:
                result = _became(self._ask("GET", f"/api/v1/messages/{number}"))
            except DeliveryError:  # the next send meets the same, and its failure is told
                self._handed_over[number] = due
                break
            if result is not None:
                told.append(Report(due.mark, result))
            elif due.tries < MOST_TRIES:
                self._handed_over[number] = replace(due, tries=due.tries + 1, wait=2**due.tries)
        return told

    def examine(self) -> Iterator[Remark]:
        """Yield how much credit is left, and whether our channel is there."""
        reply = self._ask("GET", "/api/v1/")
        if not reply.is_fine:
            raise refusal(reply)
        credit, channels = reply.get("currentCredit"), reply.get("channels")
        if isinstance(channels, list):
            known = [one.get("id") for one in channels if isinstance(one, dict)]
            if self._channel not in known:
                yield Remark(
                    is_fine=False,
                    text=f"GoSMS has no channel {self._channel} for us",
                    remedy=f"write channel= one of {known} into the URL",
                )
        if isinstance(credit, int | float):
            low = credit < self._low
            yield Remark(
                is_fine=not low,
                text=f"GoSMS has {credit:.2f} credit left" + (f", less than {self._low:g}" * low),
                remedy="top the account up" if low else "",
            )

    def hand_over(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one SMS over."""
        message = {
            "message": one_text(text),
            "recipients": number_of(to, self._default),
            "channel": self._channel,
        }
        reply = self._ask("POST", self._messages, message)
        if reply.status == NO_CREDIT:
            raise for_a_person("there is no credit left: top the account up")
        if not reply.is_fine:
            raise refusal(reply)
        recipients = reply.get("recipients")
        if isinstance(recipients, dict) and recipients.get("invalid"):
            raise DeliveryError(Retry.PERMANENT, "that is not a phone number that takes SMS")
        number = _number(reply)
        if number and len(self._handed_over) < MOST:
            self._handed_over[number] = _HandedOver(mark(key))
        return f"GoSMS {number}" if number else "GoSMS took it"

    def _ask(self, method: str, path: str, document: object = None) -> Reply:
        """Ask with a token; with a new one when it has ended before its time."""
        reply = self.gateway.ask(method, path, headers=self._bearer(), document=document)
        if reply.status == UNKNOWN_US:
            self._ends_s = 0.0
            reply = self.gateway.ask(method, path, headers=self._bearer(), document=document)
        return reply

    def _bearer(self) -> dict[str, str]:
        with self._one:
            if time.monotonic() > self._ends_s - SHORTEST_S:
                self._fetch_token()
            return {"Authorization": f"Bearer {self._token}"}

    def _fetch_token(self) -> None:
        try:
            reply = self.gateway.ask("POST", "/oauth/v2/token", form=self._client)
        except DeliveryError as fault:  # asked for a token, nothing was sent yet
            raise DeliveryError(Retry.TRANSIENT, "no token came from it", fault.after_s) from None
        token, lasts_s = reply.get("access_token"), reply.get("expires_in")
        if reply.is_fine and isinstance(token, str) and token.isascii() and token.isprintable():
            lasts = float(lasts_s) if isinstance(lasts_s, int) else LONGEST_S
            self._token, self._ends_s = token, time.monotonic() + min(lasts, LONGEST_S)
            return
        if reply.status in LATER:
            raise refusal(reply)
        raise for_a_person("client id and secret are not accepted: put the right ones in the URL")


def open_gosms(name: ChannelName, url: str) -> Channel:
    """Return the channel of a GoSMS URL.

    Raises:
        DeliveryError: the URL cannot be used.
    """
    return GoSms(name, read_link(url, options=OPTIONS, host=HOST))


def _number(reply: Reply) -> str:
    """Return the number of the message that was taken; empty where it was a test."""
    link = reply.get("link")
    if isinstance(link, str):
        number = link.rpartition("/")[2]
        return number if number.isdecimal() and len(number) < LONGEST_NUMBER else ""
    if isinstance(reply.said, dict):
        return ""
    raise not_understood()


def _became(reply: Reply) -> Result | None:
    """Return what became of a message to one phone; None while that is not known."""
    delivery = reply.get("delivery")
    recipients = delivery.get("recipients") if isinstance(delivery, dict) else None
    if not isinstance(recipients, dict):
        return None
    if recipients.get("delivered"):
        return Result.DELIVERED
    return Result.UNDELIVERED if recipients.get("undelivered") else None
