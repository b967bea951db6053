"""Forms that visitors send -> their fields, or why they are not taken. No cookie is needed.

A form bears a token of ours: when it was made, and that it was. It is taken once. A browser with a
script has done a little work for it meanwhile; without one it is taken a while after it was made.
"""

import hmac
import os
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

LARGEST: Final = 8192
MOST_FIELDS: Final = 24
LONGEST_FIELD: Final = 1600
"""What a browser says of itself takes most."""
WORK_BITS: Final = 14
"""A telephone does it in about a second."""
WAIT_S: Final = 10.0
"""So old is a form at least that comes without work."""
OLD_S: Final = 7200.0
MOST_USED: Final = 50_000
_FORM: Final = "application/x-www-form-urlencoded"


class NoFormError(ValueError):
    """This is no form that is taken here; the message is the HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A form's token. ``verdict``: taken, early (no work and too young) or old (or used)."""

    verdict: str
    worked: bool = False


async def fields_of(request: Request) -> Mapping[str, str]:
    """Return the fields of a form that was sent from a page of ours.

    Raises:
        NoFormError: it is too large, no form, or comes from somebody else's page.
    """
    if not _from_here(request):
        raise NoFormError(403)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise NoFormError(415)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise NoFormError(413)
    return pairs_of(body)


def pairs_of(body: bytes) -> Mapping[str, str]:
    """Return the fields of a form's body.

    Raises:
        NoFormError: it is none.
    """
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS,
            errors="strict",
        )  # fmt: skip
    except ValueError:
        raise NoFormError(400) from None
    fields: dict[str, str] = {}
    for name, value in pairs:  # what may be chosen several times comes several times
        before = f"{fields[name]} " if name in fields else ""
        plain = "".join(letter for letter in value if letter.isprintable() or letter == "\n")
        fields[name] = f"{before}{plain.strip()}"[:LONGEST_FIELD]
    return fields


def _from_here(request: Request) -> bool:
    """Say whether a browser sent this from a page of ours; other programs say nothing of it.

    Where pages are told to name no referrer, browsers name no origin either: then the other header
    says it, and without that nothing is lost, for no page here knows its visitor by a cookie.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")


class Tokens:
    """Makes and takes the tokens of forms, for as long as this process lives."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._used: OrderedDict[str, None] = OrderedDict()

    def make(self, now_s: float) -> str:
        """Return a token for a form that is made now."""
        plain = f"{now_s:.0f}.{os.urandom(9).hex()}"
        return f"{plain}.{self._seal(plain)}"

    def judge(self, token: str, work: str, now_s: float) -> Judged:
        """Say whether a form with this token is taken; one that is taken is used up."""
        plain, _, seal = token.rpartition(".")
        made, _, _ = plain.partition(".")
        if not hmac.compare_digest(seal.encode(), self._seal(plain).encode()):
            return Judged(verdict="old")
        age_s = now_s - float(made)
        if age_s > OLD_S or plain in self._used:
            return Judged(verdict="old")
        worked = is_work(token, work)
        if not worked and age_s < WAIT_S:
            return Judged(verdict="early")
        self._used[plain] = None
        if len(self._used) > MOST_USED:
            self._used.popitem(last=False)
        return Judged(verdict="taken", worked=worked)

    def _seal(self, plain: str) -> str:
        return hmac.new(self._key, plain.encode(), sha256).hexdigest()[:32]


def is_work(token: str, work: str) -> bool:
    """Say whether ``work`` is a number that a script searched for this token."""
    if not work.isascii() or not work.isdigit() or len(work) > len("1234567890"):
        return False
    digest = sha256(f"{token}:{work}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - WORK_BITS) == 0
