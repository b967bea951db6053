"""SMS that came to a number at SerwerSMS: ``serwersms://TOKEN@api2.serwersms.pl?type=ndi``.

Nothing is deleted there: what was taken is remembered while netwatch runs, and known again by its
number after a restart.

Source: SerwerSMS's API, version 2: ``messages/recived`` (so it is spelt there).
"""

from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from netwatch.delivery.channels import Received
from netwatch.delivery.channels.gateway import Gateway, for_a_person, not_understood, refusal
from netwatch.delivery.channels.link import Link, read_link, unusable
from netwatch.delivery.inboxes import MOST

HOST: Final = "api2.serwersms.pl"
TYPES: Final = ("eco", "nd", "ndi")
"""Answers to texts without a sender's name, and texts to numbers of one's own."""
REMEMBERED: Final = 500


class SerwerSms:
    """One account."""

    def __init__(self, link: Link) -> None:
        if not link.user:
            raise unusable(link.scheme, "the token is missing: serwersms://TOKEN@api2.serwersms.pl")
        self._type = link.option("type", "ndi")
        if self._type not in TYPES:
            raise unusable(link.scheme, f"type is one of {', '.join(TYPES)}")
        self._gateway = Gateway(link.base, width=1)
        self._headers = {"Authorization": f"Bearer {link.user}"}
        self._taken: deque[str] = deque(maxlen=REMEMBERED)

    def fetch(self) -> list[Received]:
        """Return the latest messages that were not taken, the oldest of them first."""
        asked = {"type": self._type, "limit": MOST, "order": "desc", "page": 1}
        reply = self._gateway.ask(
            "POST", "/messages/recived.json", headers=self._headers, document=asked
        )
        if not reply.is_fine:
            raise refusal(reply)
        if reply.get("error"):
            raise for_a_person("SerwerSMS refuses it: look at the URL's token and its rights")
        items = reply.get("items")
        if not isinstance(items, list):
            raise not_understood()
        return [one for one in _messages(reversed(items)) if one.number not in self._taken]

    def forget(self, received: Received) -> None:
        """Pass this message over from now on."""
        self._taken.append(received.number)

    def close(self) -> None:
        """Let go of connections."""
        self._gateway.close()


def open_serwersms(url: str) -> SerwerSms:
    """Return the inbox of an account."""
    return SerwerSms(read_link(url, options=frozenset({"type"}), host=HOST))


def _messages(items: Any) -> Iterator[Received]:
    for item in items:
        if not isinstance(item, dict):
            continue
        number, phone, text = item.get("id"), item.get("phone"), item.get("text")
        if isinstance(number, int | str) and isinstance(phone, str) and isinstance(text, str):
            yield Received(sender=phone, text=text, number=f"{item.get('type', '')}-{number}")
