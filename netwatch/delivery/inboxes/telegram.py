"""A Telegram bot's messages: ``telegram://BOT:TOKEN@api.telegram.org``. Telegram knows who wrote.

Source: Telegram's Bot API: ``getUpdates``. An ``offset`` forgets all updates before it, so it moves
only once a message was taken.
"""

from collections.abc import Iterator
from typing import Any, Final

from netwatch.delivery.channels import Received
from netwatch.delivery.channels.gateway import Gateway, not_understood, refusal
from netwatch.delivery.channels.link import Link, read_link, unusable
from netwatch.delivery.inboxes import MOST

HOST: Final = "api.telegram.org"
SENDER: Final = "telegram:"


class Telegram:
    """One bot."""

    def __init__(self, link: Link) -> None:
        if not (link.user and link.password):
            raise unusable(link.scheme, "it is written telegram://BOT:TOKEN@api.telegram.org")
        self._gateway = Gateway(link.base, width=1)
        self._path = f"/bot{link.user}:{link.password}/getUpdates"
        self._offset = 0

    def fetch(self) -> list[Received]:
        """Return what people wrote to the bot since."""
        asked = {"offset": self._offset, "limit": MOST, "allowed_updates": ["message"]}
        reply = self._gateway.ask("POST", self._path, document=asked)
        if not reply.is_fine:
            raise refusal(reply)
        updates = reply.get("result")
        if not isinstance(updates, list):
            raise not_understood()
        found = list(_messages(updates))
        if not found:  # nothing among them is for us: do not see them again
            numbers = [one.get("update_id") for one in updates if isinstance(one, dict)]
            known = [number for number in numbers if isinstance(number, int)]
            self._offset = max([self._offset, *(number + 1 for number in known)])
        return found

    def forget(self, received: Received) -> None:
        """Pass over this message and all before it at the next look."""
        self._offset = max(self._offset, int(received.number) + 1)

    def close(self) -> None:
        """Let go of connections."""
        self._gateway.close()


def open_telegram(url: str) -> Telegram:
    """Return the inbox of a bot."""
    return Telegram(read_link(url, options=frozenset(), host=HOST))


def _messages(updates: list[Any]) -> Iterator[Received]:
    for update in updates:
        if not isinstance(update, dict):
            continue
        number, message = update.get("update_id"), update.get("message")
        if not isinstance(number, int) or not isinstance(message, dict):
            continue
        sender, text = message.get("from"), message.get("text")
        if not isinstance(sender, dict) or not isinstance(text, str) or sender.get("is_bot"):
            continue
        if isinstance(sender.get("id"), int):
            yield Received(sender=f"{SENDER}{sender['id']}", text=text, number=str(number))
