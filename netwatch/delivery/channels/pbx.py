"""Words -> a telephone call by the operator's own exchange: ``pbx://TOKEN@pbx.example/call``.

The exchange gets one JSON document by POST: ``id`` (the same for a repetition: ring once), ``to``
(a number, or null where the exchange knows whose turn it is), ``recipient``, ``language``, ``say``,
and ``keys``, each with ``key``, ``does`` and ``url``. It rings, says the words, and sends an empty
form by POST to the URL of the key that is pressed: each is good for one press, by that person, for
that matter, for some hours. 2xx says that it will ring; GET says whether it is there.
"""

from collections.abc import Iterator
from typing import Final

from netwatch.delivery.channels import Address, Channel, Remark
from netwatch.delivery.channels.asking import AskingChannel
from netwatch.delivery.channels.gateway import refusal
from netwatch.delivery.channels.link import Link, read_link, unusable
from netwatch.delivery.channels.numbers import number_of
from netwatch.delivery.render import Text
from netwatch.delivery.reports import mark
from netwatch.delivery.spoken import spoken
from netwatch.model.names import ChannelName, NoticeKey

OPTIONS: Final = frozenset({"to"})
NOT_ASKED: Final = (404, 405, 501)
"""What an exchange answers that only takes calls."""


class Exchange(AskingChannel):
    """One telephone exchange."""

    def __init__(self, name: ChannelName, link: Link) -> None:
        super().__init__(name, link.base)
        if not link.user or not link.host:
            raise unusable(link.scheme, "it is written pbx://TOKEN@pbx.example/call")
        self._path = link.path or "/"
        self._default = link.option("to")
        self._headers = {"Authorization": f"Bearer {link.user}"}

    def examine(self) -> Iterator[Remark]:
        """Yield whether the exchange takes the token."""
        reply = self.gateway.ask("GET", self._path, headers=self._headers)
        if not reply.is_fine and reply.status not in NOT_ASKED:
            raise refusal(reply)
        yield Remark(is_fine=True, text="the exchange answers")

    def hand_over(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Have somebody rung up, blocking."""
        call = spoken(text, to.language)
        number = number_of(to, self._default) if to.to or self._default else None
        document = {
            "id": mark(key),
            "to": number,
            "recipient": to.recipient,
            "language": to.language,
            "say": call.say,
            "keys": [{"key": one.number, "does": one.does, "url": one.url} for one in call.keys],
        }
        reply = self.gateway.ask("POST", self._path, headers=self._headers, document=document)
        if not reply.is_fine:
            raise refusal(reply)
        name = reply.get("id")
        return f"call {name[:64]}" if isinstance(name, str) and name.isprintable() else "rings"


def open_pbx(name: ChannelName, url: str) -> Channel:
    """Return the channel of an exchange's URL.

    Raises:
        DeliveryError: the URL cannot be used.
    """
    return Exchange(name, read_link(url, options=OPTIONS))
