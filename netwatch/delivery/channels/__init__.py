"""Words -> one recipient: one signature for every way to people."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from typing import Final, Protocol

from netwatch.delivery.render import Text
from netwatch.model.names import ChannelName, NoticeKey

ENTRY_POINTS: Final = "netwatch.channels"
"""Where others announce channels: the entry point's name is the scheme of the URLs it serves."""

Checkpoint = Callable[[str], None]
"""Called with a name before and after each act that others can see; crash tests end us there."""


Sleep = Callable[[float], Awaitable[None]]


def no_checkpoint(_name: str) -> None:
    """Pass a checkpoint without stopping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Whom a notice goes to, found at the last moment. Never logged, never a fact."""

    recipient: str
    """The id that the fact bears."""
    language: str
    to: str | None = field(default=None, repr=False)
    """A phone number or mail address; None: the channel's URL says it all."""


class Channel(Protocol):
    """A way to people. It sends once; when and whether again is the outbox's matter."""

    @property
    def name(self) -> ChannelName:
        """Return the name by which facts call it."""
        ...

    @property
    def width(self) -> int:
        """Return how many sends it takes at a time."""
        ...

    @property
    def longest_s(self) -> float:
        """Return after how many seconds a send counts as unanswered."""
        ...

    async def tend(self, sleep: Sleep) -> None:
        """Do what is not tied to a notice, for as long as the outbox runs: imports, refreshing."""
        ...

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one notice to one recipient; return what is worth keeping with the receipt.

        Raises:
            DeliveryError: it was not taken; says whether another try can help. UNKNOWN: the far
                end may have it, so another try bears the same key.
        """
        ...

    async def close(self) -> None:
        """Let go of threads and sockets."""
        ...


Opener = Callable[[ChannelName, str], Channel]


def open_channel(name: ChannelName, url: str) -> Channel:
    """Return the channel that serves ``url``: an announced one for its scheme, else apprise."""
    scheme = url.partition("://")[0].lower()
    for point in entry_points(group=ENTRY_POINTS, name=scheme):
        opener: Opener = point.load()
        return opener(name, url)
    opener = import_module("netwatch.delivery.channels.apprise").AppriseChannel
    return opener(name, url)
