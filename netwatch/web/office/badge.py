"""By what a browser is known: a cookie that no script reads, and a word in every form.

The word in a form is made of the cookie: another site's page can send the one along, and never
know the other.
"""

import hmac
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from netwatch.web.forms import NoFormError

NAME: Final = "netwatch"
BEFORE: Final = "netwatch-login"
"""Of those who have yet to log in: nobody else logs their browser in as somebody."""
FIELD: Final = "form"
LASTS_S: Final = 12 * 3600
_LONGEST: Final = 100


class Badges:
    """Gives cookies, reads them, and takes them away."""

    def __init__(self, *, secure: bool) -> None:
        """Know whether browsers come by https; then a cookie goes over nothing else."""
        self._secure = secure

    def word(self, request: Request) -> str:
        """Return the word of a session, as the browser says it; empty: it says none."""
        return request.cookies.get(self._name(NAME), "")[:_LONGEST]

    def before(self, request: Request) -> str:
        """Return by what a browser is known that has yet to log in."""
        return request.cookies.get(self._name(BEFORE), "")[:_LONGEST]

    def give(self, response: Response, word: str) -> None:
        """Let a browser keep the word of a session."""
        self._set(response, NAME, word, LASTS_S)
        self._set(response, BEFORE, "", 0)

    def welcome(self, response: Response, word: str) -> None:
        """Let a browser be known by a word while it logs in."""
        self._set(response, BEFORE, word, LASTS_S)

    def take_away(self, response: Response) -> None:
        """Let a browser forget its session."""
        self._set(response, NAME, "", 0)

    def _set(self, response: Response, name: str, word: str, lasts_s: int) -> None:
        response.set_cookie(
            self._name(name), word, max_age=lasts_s, path="/",
            secure=self._secure, httponly=True, samesite="lax",
        )  # fmt: skip

    def _name(self, name: str) -> str:
        """Return a cookie's name; of a secure one browsers hold that no other host set it."""
        return f"__Host-{name}" if self._secure else name


def new_word() -> str:
    """Return a word that nobody guesses."""
    return secrets.token_urlsafe(18)


def form_word(word: str) -> str:
    """Return what a form of whoever has this word bears."""
    return hmac.new(word.encode(), b"a form of the staff's pages", sha256).hexdigest()[:40]


def expect_ours(fields: Mapping[str, str], word: str) -> None:
    """Make sure that a form was made for whoever sends it.

    Raises:
        NoFormError: it was made by another site, or for another session.
    """
    given = fields.get(FIELD, "")
    if not word or not hmac.compare_digest(given.encode(), form_word(word).encode()):
        raise NoFormError(403)
