"""What a database of measurements answered -> what to do with the lines it was sent. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

LONGEST_WORDS: Final = 300


class Verdict(StrEnum):
    """What an answer means for the lines."""

    TAKEN = "taken"
    LATER = "later"
    """It cannot now: the same lines again after a pause."""
    STUMBLED = "stumbled"
    """It met a fault of its own, perhaps over these very lines: others first, these again later."""
    DENIED = "denied"
    """It will not take anything from us: a person must mend the settings; nothing is given up."""
    REFUSED = "refused"
    """Something in these lines is wrong for it: find out which, keep those aside."""
    TOO_MUCH = "too much"
    """Fewer lines at once."""


PAUSES: Final = frozenset({Verdict.LATER, Verdict.STUMBLED, Verdict.DENIED})
"""Nothing goes out for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of some lines."""

    verdict: Verdict
    words: str = ""
    """What it said, cut short, on one line."""
    after_s: float | None = None
    """The pause it asked for."""


OURS: Final = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.PAYMENT_REQUIRED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    }
)
"""Token, bucket, organisation or address are wrong: no line is."""
PATIENCE: Final = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)
_GOOD: Final = range(200, 300)
_ELSEWHERE: Final = range(300, 400)
_FAULTY: Final = range(400, 500)


def judge(status: int | None, words: str = "", after_s: float | None = None) -> Answer:
    """Say what an answer means.

    Args:
        status: of HTTP; None where there was no answer at all.
        words: what the server said, or why there was no answer.
        after_s: the pause that the server asked for.
    """
    said = "".join(sign if sign.isprintable() else " " for sign in words[: 10 * LONGEST_WORDS])
    said = " ".join(said.split())[:LONGEST_WORDS]
    if status is not None:
        said = f"HTTP {status} {said}".strip()
    return Answer(verdict=_verdict(status), words=said, after_s=after_s)


def _verdict(status: int | None) -> Verdict:
    if status is None or status in PATIENCE:
        return Verdict.LATER
    if status in _GOOD:
        return Verdict.TAKEN
    if status in OURS or status in _ELSEWHERE:
        return Verdict.DENIED
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Verdict.TOO_MUCH
    return Verdict.REFUSED if status in _FAULTY else Verdict.STUMBLED


def remedy(words: str) -> str:
    """Return what a person can do where the database will not take anything from us."""
    if "HTTP 401" in words or "HTTP 403" in words:
        return "give [influxdb] token the right to write into its bucket"
    if "HTTP 404" in words:
        return "name a bucket and org that are there in [influxdb], or mend its url"
    return "mend [influxdb] in netwatch.toml; url is the server's address without /api"
