"""What a person wants to say to a device -> the command that may be sent, or why not. Pure.

Only what a platform's file lists is ever sent, word by word; what is filled into a gap cannot
begin another command, redirect an answer or call a pager.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from netwatch.model.faults import NetwatchError
from netwatch.pollers.ssh.files import GAP
from netwatch.pollers.ssh.rules import Command, Every, Platform

FILLING: Final = r"[A-Za-z0-9][A-Za-z0-9/:._-]{0,63}"
LONGEST: Final = 256


class NotAllowedError(NetwatchError):
    """This is not sent to a device."""

    exit_code = 4


def allowed(platform: Platform, said: str) -> tuple[Command, str]:
    """Return the command that a person's words are, and the words to be sent.

    Raises:
        NotAllowedError: the platform's file does not list it; the message names what is near.
    """
    found = _listed(platform, said)
    if found is not None:
        return found
    listed = [command.say for command in platform.commands]
    near = get_close_matches(said[:LONGEST], listed, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"this is listed: {', '.join(listed)}"
    raise NotAllowedError(
        f"{said[:LONGEST]!r} is not sent: only what {platform.id} lists is, nothing that changes a "
        f"device\n    {hint}"
    )


def is_allowed(platform: Platform, said: str) -> bool:
    """Say whether this may be sent."""
    return _listed(platform, said) is not None


def _listed(platform: Platform, said: str) -> tuple[Command, str] | None:
    if len(said) > LONGEST or not said.isascii() or not said.isprintable():
        return None
    words = " ".join(said.split())
    for command in platform.commands:
        if _pattern(command.say).fullmatch(words):
            return command, words
    return None


def asked_by_itself(platform: Platform, every: Every) -> Iterator[Command]:
    """Yield what the service asks at this cadence."""
    return (command for command in platform.commands if command.every is every)


def asks_nothing(platform: Platform) -> bool:
    """Say whether only a person asks such a device something."""
    return all(command.every is Every.NEVER for command in platform.commands)


@lru_cache(maxsize=4096)
def _pattern(say: str) -> re.Pattern[str]:
    return re.compile(FILLING.join(re.escape(piece) for piece in GAP.split(say)))
