"""Where a browser is reached: what it says of itself when somebody subscribes in it. Pure.

It comes from a browser, so from anybody: everything in it is held against its shape and size.

Source: the Push API's PushSubscription.toJSON(); RFC 8291 for the sizes of the keys.
"""

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

LONGEST: Final = 1500
"""Letters of all that a browser says; push services use about 500."""
LONGEST_ENDPOINT: Final = 1000
POINT: Final = 65
"""Octets of an uncompressed point of P-256."""
UNCOMPRESSED: Final = 4
SECRET: Final = 16
MOST: Final = 5
"""So many browsers are told of one contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """One subscription. Its address is a secret: who knows it can send there."""

    endpoint: str = field(repr=False)
    point: bytes = field(repr=False)
    """Its public key, a point of P-256."""
    secret: bytes = field(repr=False)
    """Its authentication secret."""

    @property
    def place(self) -> SplitResult:
        """Return the parts of the address at its push service."""
        return urlsplit(self.endpoint)

    @property
    def text(self) -> str:
        """Return it as it is kept, in one line."""
        keys = {"p256dh": _coded(self.point), "auth": _coded(self.secret)}
        return json.dumps({"endpoint": self.endpoint, "keys": keys}, separators=(",", ":"))


def browser_of(text: str) -> Browser | None:
    """Return the subscription that a browser says it has; None: that is none."""
    if len(text) > LONGEST:
        return None
    try:
        said: Any = json.loads(text)
        keys = said["keys"]
        endpoint, point, secret = said["endpoint"], _octets(keys["p256dh"]), _octets(keys["auth"])
        is_place = isinstance(endpoint, str) and _is_place(endpoint)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    shaped = len(point) == POINT and point[0] == UNCOMPRESSED and len(secret) == SECRET
    return Browser(endpoint=endpoint, point=point, secret=secret) if is_place and shaped else None


def browsers_of(text: str) -> list[Browser]:
    """Return the subscriptions that are kept, one a line."""
    return [one for one in map(browser_of, text.split("\n")) if one is not None]


def with_browser(kept: Sequence[str], new: str) -> tuple[str, ...]:
    """Return what is kept with one more, in the place of what it was before; full, as it is."""
    wanted = browser_of(new)
    if wanted is None:
        return tuple(kept)
    others = without_browser(kept, wanted.endpoint)
    return (*others, wanted.text) if len(others) < MOST else tuple(kept)


def without_browser(kept: Sequence[str], endpoint: str) -> tuple[str, ...]:
    """Return what is kept but the subscription at this address."""
    known = ((text, browser_of(text)) for text in kept)
    return tuple(text for text, one in known if one is None or one.endpoint != endpoint)


def _is_place(endpoint: str) -> bool:
    """Say whether it is a web address without a name or a word to log in by."""
    plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
    if not plain or len(endpoint) > LONGEST_ENDPOINT:
        return False
    parts = urlsplit(endpoint)
    named = bool(parts.hostname) and "@" not in parts.netloc and "\\" not in endpoint
    return parts.scheme in ("https", "http") and named and parts.port != 0


def _octets(text: Any) -> bytes:
    plain = str(text).rstrip("=")
    return b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)


def _coded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")
