"""A question to a gateway by HTTPS: what it answered, or what its silence means for another try.

Nothing of an answer's own words is passed on: they may repeat a number, a name or a secret. What
we say of a failure is made of statuses and of the gateway's own numbers for errors.
"""

import json
import logging
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NewConnectionError,
    SSLError,
)

from netwatch.model.backoff import moment_of, pause_asked
from netwatch.model.faults import DeliveryError, Retry

CONNECT_S: Final = 5.0
ANSWER_S: Final = 15.0
SURE_S: Final = 25.0
"""For one call as a whole: an answer that trickles in byte by byte ends here."""
LARGEST: Final = 1_000_000
TAKEN: Final = range(200, 300)
LATER: Final = frozenset({408, 409, 423, 425, 429, *range(500, 600)})
"""Statuses that ask for patience."""
OURS: Final = frozenset({*range(300, 400), 401, 402, 403, 404, 405})
"""Statuses that tell of the account or the address, not of this message: a person mends that."""
MENDED_S: Final = 60.0
"""How long to leave a gateway alone whose account a person has to look at."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a gateway answered."""

    status: int
    said: Any = None
    """The JSON document; None when it sent none."""
    after_s: float | None = None
    """The pause that it asks for."""
    at: datetime | None = None
    """What time it is there; None when it did not say."""
    body: bytes = field(default=b"", repr=False)

    @property
    def is_fine(self) -> bool:
        """Say whether the status is one of success."""
        return self.status in TAKEN

    def get(self, name: str) -> Any:
        """Return one entry of the document; None where there is no such thing."""
        return self.said.get(name) if isinstance(self.said, dict) else None


class Gateway:
    """One far end. Redirects are not followed: the secret is for this address alone."""

    def __init__(self, base: str, *, width: int, host: str = "") -> None:
        """Take its web address.

        Args:
            base: the address.
            width: how many questions at a time.
            host: whose certificate it has to show, where ``base`` names it by a number alone.
        """
        self.base = base
        certified: dict[str, Any] = {"server_hostname": host} if host else {}
        self._pool = urllib3.PoolManager(maxsize=width, block=False, **certified)
        # It writes down addresses, and in some of them stands what nobody else should read.
        logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        document: object = None,
        body: bytes | None = None,
    ) -> Reply:
        """Return what the far end answers, whatever its status.

        Raises:
            DeliveryError: TRANSIENT when nothing can have reached it, UNKNOWN when no whole
                answer came back.
        """
        ends_s = time.monotonic() + SURE_S
        sent: dict[str, Any] = {"json": document} if document is not None else {}
        if body is not None:
            sent = {"body": body}
        if form is not None:
            sent = {"fields": dict(form)}
            if method == "POST":
                sent["encode_multipart"] = False
        try:
            answer = self._pool.request(
                method,
                f"{self.base}{path}",
                headers={"Accept": "application/json", **(headers or {})},
                timeout=urllib3.Timeout(connect=CONNECT_S, read=ANSWER_S),
                retries=False,
                redirect=False,
                preload_content=False,
                **sent,
            )
        except (NewConnectionError, ConnectTimeoutError):
            raise DeliveryError(Retry.TRANSIENT, "nobody answers there") from None
        except LocationParseError:
            raise DeliveryError(Retry.PERMANENT, "its URL names no host that can be") from None
        except SSLError as fault:
            if any(isinstance(one, ssl.SSLCertVerificationError) for one in fault.args):
                raise DeliveryError(
                    Retry.TRANSIENT, "its certificate is not to be believed", 60.0
                ) from None
            raise _nothing_sure() from None
        except HTTPError:
            raise _nothing_sure() from None
        try:
            said = _whole(answer, ends_s)
        except (HTTPError, OSError):
            raise _nothing_sure() from None
        finally:
            answer.close()
        pause_s = pause_asked(answer.headers.get("Retry-After"), answer.headers.get("Date"))
        at = moment_of(answer.headers.get("Date"))
        return Reply(answer.status, _document(said), pause_s, at, said)

    def close(self) -> None:
        """Let go of connections."""
        self._pool.clear()


def refusal(reply: Reply) -> DeliveryError:
    """Return what a status that is no success means for the next try."""
    detail = f"HTTP {reply.status}"
    if reply.status in LATER:
        return DeliveryError(Retry.TRANSIENT, detail, reply.after_s)
    if reply.status in OURS:
        return for_a_person(f"{detail}: it does not know us; look at the URL and its secret")
    return DeliveryError(Retry.PERMANENT, detail)


def for_a_person(detail: str) -> DeliveryError:
    """Return a fault of the account as a whole: no notice is lost to it, a person is told."""
    return DeliveryError(Retry.TRANSIENT, detail, MENDED_S)


def not_understood() -> DeliveryError:
    """Return the fault of an answer that says neither yes nor no."""
    return DeliveryError(Retry.UNKNOWN, "its answer is not understood; it may have been taken")


def _nothing_sure() -> DeliveryError:
    return DeliveryError(Retry.UNKNOWN, "no whole answer came; it may have been taken")


def _whole(answer: urllib3.BaseHTTPResponse, ends_s: float) -> bytes:
    body = bytearray()
    while chunk := answer.read1(65536):
        body += chunk
        if time.monotonic() > ends_s or len(body) > LARGEST:
            raise _nothing_sure()
    return bytes(body)


def _document(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
