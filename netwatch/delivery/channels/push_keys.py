"""Whose notices they are, and that nobody reads them on the way: VAPID and encrypted payloads.

The only module that knows the two libraries that do it.

Source: RFC 8292 (VAPID), RFC 8291 and RFC 8188 (encryption of web push).
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import http_ece
from py_vapid import Vapid02, VapidException

from netwatch.model.browsers import Browser
from netwatch.model.faults import DeliveryError, Retry

FILE: Final = "vapid.pem"
LASTS_S: Final = 12 * 3600
"""So long a token is good; push services refuse one of more than a day."""
KEPT_S: Final = 3600.0
SALT: Final = 16
MENDED_S: Final = 60.0


@dataclass(slots=True)
class PushKeys:
    """The key pair of this installation: browsers take notices of nobody else."""

    pair: Vapid02 = field(repr=False)
    now: Callable[[], float] = time.time
    _tokens: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict, repr=False)

    @property
    def public(self) -> str:
        """Return the public key as browsers want it: the ``applicationServerKey``."""
        said = self.pair.sign({"aud": "https://push.invalid", "sub": "mailto:a@push.invalid"})
        return str(said["Authorization"]).rpartition("k=")[2]

    def authorization(self, audience: str, contact: str) -> str:
        """Return the header that says who sends.

        Args:
            audience: scheme, host and port of the push service.
            contact: where its people may write to us: ``mailto:NOC@HOST``.
        """
        now = self.now()
        made, token = self._tokens.get((audience, contact), (0.0, ""))
        if not token or not 0 <= now - made < KEPT_S:
            claims = {"aud": audience, "sub": contact, "exp": int(now) + LASTS_S}
            token = str(self.pair.sign(claims)["Authorization"])
            self._tokens[audience, contact] = (now, token)
        return token


def kept_keys(folder: Path) -> PushKeys | None:
    """Read the key pair of a folder; None: there is none yet.

    Raises:
        DeliveryError: what lies there is no key, or cannot be read; transient, a person mends it.
    """
    try:
        raw = (folder / FILE).read_bytes()
        return PushKeys(Vapid02.from_pem(raw))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, VapidException):
        detail = f"{folder / FILE} is no key that can be read: restore it from a backup"
        raise DeliveryError(Retry.TRANSIENT, detail, MENDED_S) from None


def made_keys(folder: Path) -> PushKeys:
    """Read the key pair of a folder, or make one there: another one loses every subscription.

    Raises:
        DeliveryError: there is none and none can be kept, or it is damaged; transient.
    """
    kept = kept_keys(folder)
    if kept is not None:
        return kept
    keys = new_keys()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / FILE
        with open(path.with_suffix(".new"), "wb", opener=_private) as file:
            file.write(keys.pair.private_pem())
            file.flush()
            os.fsync(file.fileno())
        path.with_suffix(".new").replace(path)
    except OSError as fault:
        detail = f"no key can be kept in {folder}: {fault.strerror}"
        raise DeliveryError(Retry.TRANSIENT, detail, MENDED_S) from None
    return keys


def new_keys() -> PushKeys:
    """Return a key pair that nobody had."""
    pair = Vapid02()
    pair.generate_keys()
    return PushKeys(pair)


def sealed(plain: bytes, browser: Browser, *, once: Any = None, salt: bytes = b"") -> bytes:
    """Return a payload that this browser alone can read, as a body of ``aes128gcm``.

    Args:
        plain: what it reads.
        browser: whose keys it is sealed with.
        once: a private key for this one payload; None: a new one.
        salt: 16 octets; empty: by chance.

    Raises:
        DeliveryError: the browser's key is none; permanent.
    """
    try:
        body: bytes = http_ece.encrypt(
            plain,
            salt=salt or os.urandom(SALT),
            private_key=once or new_keys().pair.private_key,
            dh=browser.point,
            auth_secret=browser.secret,
            version="aes128gcm",
        )
    except (ValueError, http_ece.ECEException):
        raise DeliveryError(Retry.PERMANENT, "the key of this browser is no key") from None
    return body


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
