"""Words -> one recipient: one signature for every way to people."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

from netwatch.delivery.render import Text
from netwatch.delivery.reports import Report
from netwatch.model.faults import DeliveryError
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
    """A phone number, a mail address, or browsers; None: the channel's URL says it all."""
    page: str = ""
    """Where on the public page it stands; empty: nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a channel says of itself when it is looked at: for doctor, and for the staff."""

    is_fine: bool
    text: str
    remedy: str = ""
    when_asked: bool = False
    """Said to whoever asks; not sure or not pressing enough for a message of its own."""


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


@runtime_checkable
class Remembering(Protocol):
    """A channel that has to know after a restart what it has done."""

    def keep_in(self, folder: Path) -> None:
        """Keep what is to be known in files of this folder, and read what is there."""
        ...


@runtime_checkable
class Examined(Protocol):
    """A channel that can say how it stands without sending anything."""

    def examine(self) -> Iterator[Remark]:
        """Yield what can be said; asks the far end, and blocks.

        Raises:
            DeliveryError: it could not be asked.
        """
        ...


Reported = Callable[[Iterable[Report]], Awaitable[None]]


@runtime_checkable
class Reporting(Protocol):
    """A channel that hears in the end what became of what it took."""

    def report_to(self, reported: Reported) -> None:
        """Tell there what it hears, from now on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message that came back by a channel. Nothing personal shows in its ``repr``."""

    sender: str = field(repr=False)
    """Who sent it, as the channel's way says that: it may be forged."""
    text: str = field(repr=False)
    number: str = ""
    """The same for a repetition, and for no other message."""
    whole: str = field(default="", repr=False)
    """Of mail: all of it, with what it quotes."""


Taken = Callable[[Received], Awaitable[None]]
"""Comes back when a message was taken for good; then it may be forgotten where it lay."""


@runtime_checkable
class Receiving(Protocol):
    """A channel that fetches what people answer: then nobody has to reach us."""

    def receive_to(self, taken: Taken) -> None:
        """Fetch from now on, and hand what came in there."""
        ...


@runtime_checkable
class Commented(Protocol):
    """A channel that can read what people wrote below its posts."""

    @property
    def page(self) -> str:
        """Return who we are there: what we wrote ourselves is nobody's comment."""
        ...

    def comments(self) -> list[dict[str, Any]]:
        """Return the newest, as the far end has them; blocks.

        Raises:
            DeliveryError: it could not be asked, or does not let us.
        """
        ...


Gone = Callable[[str, str], Awaitable[None]]
"""Called with a recipient, and which of their addresses is no more."""


@runtime_checkable
class Parting(Protocol):
    """A channel that learns when an address is gone for good."""

    def part_with(self, gone: Gone) -> None:
        """Tell there which address is no more, from now on."""
        ...


Opener = Callable[[ChannelName, str], Channel]


BUILT_IN: Final = {
    "smsapi": "smsapi:open_smsapi",
    "gosms": "gosms:open_gosms",
    "facebook": "facebook:open_facebook",
    "modem": "modem:open_modem",
    "pbx": "pbx:open_pbx",
    "smpp": "smpp:open_smpp",
    "smpps": "smpp:open_smpp",
    "webpush": "webpush:open_webpush",
}
"""Schemes that are served here: module of this package and its opener, loaded when needed."""


class Unusable:
    """Stands for a channel whose URL cannot be used: it refuses everything, and says why."""

    width: Final = 1
    longest_s: Final = 5.0

    def __init__(self, name: ChannelName, fault: DeliveryError) -> None:
        self.name = name
        self._fault = fault

    def problem(self) -> str:
        """Say what is wrong with the URL."""
        return self._fault.detail

    async def tend(self, sleep: Sleep) -> None:
        """Need nothing."""

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:  # noqa: ARG002 - protocol
        """Refuse.

        Raises:
            DeliveryError: always; permanent.
        """
        raise DeliveryError(self._fault.retry, self._fault.detail)

    async def close(self) -> None:
        """Hold nothing."""


def open_channel(name: ChannelName, url: str) -> Channel:
    """Return the channel that serves ``url``: an announced one for its scheme, else apprise."""
    scheme = url.partition("://")[0].lower()
    try:
        return _opener(scheme)(name, url)
    except DeliveryError as fault:
        return Unusable(name, fault)


def _opener(scheme: str) -> Opener:
    for point in entry_points(group=ENTRY_POINTS, name=scheme):
        announced: Opener = point.load()
        return announced
    module, _, function = BUILT_IN.get(scheme, "apprise:AppriseChannel").partition(":")
    opener: Opener = getattr(import_module(f"{__name__}.{module}"), function)
    return opener
