"""Where messages lie that people sent -> messages: fetched, so that nobody has to reach us."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final, Protocol

from netwatch.delivery.channels import Received
from netwatch.model.faults import DeliveryError, Retry

MOST: Final = 20
"""So many are fetched at a time."""
WAYS: Final = {"imap": "mail", "imaps": "mail", "telegram": "chat", "serwersms": "sms"}
"""What comes from an inbox of a scheme."""
OPENERS: Final = {
    "imap": "imap:open_imap",
    "imaps": "imap:open_imap",
    "telegram": "telegram:open_telegram",
    "serwersms": "serwersms:open_serwersms",
}


class Inbox(Protocol):
    """One place. All of it blocks; one thread at a time asks."""

    def fetch(self) -> Sequence[Received]:
        """Return the oldest messages that were not forgotten, at most ``MOST``.

        Raises:
            DeliveryError: it could not be asked.
        """
        ...

    def forget(self, received: Received) -> None:
        """Let go of a message that was taken for good.

        Raises:
            DeliveryError: it could not be asked; the message will be fetched again.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


def open_inbox(url: str) -> Inbox:
    """Return the inbox of a URL.

    Raises:
        DeliveryError: the URL cannot be used; says why without a word of its secrets.
    """
    scheme = scheme_of(url)
    if scheme not in OPENERS:
        known = ", ".join(f"{one}://" for one in sorted(OPENERS))
        raise DeliveryError(Retry.PERMANENT, f"there are inboxes at {known} alone")
    module, _, function = OPENERS[scheme].partition(":")
    opener: Callable[[str], Inbox] = getattr(import_module(f"{__name__}.{module}"), function)
    return opener(url)


def scheme_of(url: str) -> str:
    """Return what kind of inbox a URL is of."""
    return url.partition("://")[0].lower()
