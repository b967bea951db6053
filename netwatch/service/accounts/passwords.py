"""A password -> what is kept of it, by argon2id; nothing here is ever logged or shown."""

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from netwatch.model.faults import NetwatchError

SHORTEST: Final = 12
LONGEST: Final = 256
"""Longer ones are somebody who wants to keep us busy."""
FEWEST_LETTERS: Final = 5
"""So many different letters a password has at least."""
_HASHER: Final = PasswordHasher()
"""RFC 9106's second choice: 64 MiB, three passes."""


class WeakPasswordError(NetwatchError):
    """This password would be guessed; the message says what is asked of one."""

    exit_code = 2


def sealed(password: str, *known: str) -> str:
    """Return what is kept of a password.

    Args:
        password: as it was typed.
        known: words that it must not be: names that everybody knows.

    Raises:
        WeakPasswordError: it is too short, too long, of too few letters, or one of those words.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPasswordError(f"a password has {SHORTEST} to {LONGEST} letters")
    if not password.isprintable() or password != password.strip():
        raise WeakPasswordError("a password neither begins nor ends with a space, nor has a tab")
    if len(set(password)) < FEWEST_LETTERS:
        raise WeakPasswordError(f"a password has at least {FEWEST_LETTERS} different letters")
    if any(word and password.casefold().strip("0123456789!.") == word.casefold() for word in known):
        raise WeakPasswordError("a name with a number behind it is no password")
    return _HASHER.hash(password)


class Nobody:
    """What is compared with where there is no account: it takes as long and never fits."""

    def __init__(self) -> None:
        self.seal = _HASHER.hash(secrets.token_urlsafe(24))


def fits(seal: str, password: str) -> bool:
    """Say whether a password is the one that was sealed. Takes some tens of milliseconds."""
    try:
        return _HASHER.verify(seal, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
