"""Hopping over what a device has of its maker's own: which subtrees nobody here understands."""

from collections.abc import Collection, Generator
from typing import Final

from netwatch.pollers.questions import Answer, Next, Target
from netwatch.wire.oid import Oid, oid_text, parse_oid

ENTERPRISES: Final = (1, 3, 6, 1, 4, 1)
MOST_HOPS: Final = 200
_MOST_NAMED: Final = 60


def hops(target: Target, known: Collection[str], found: list[str]) -> Generator[Next, Answer, None]:
    """Append to ``found`` the enterprise subtrees that hold something and are not ``known``.

    Goes by GETNEXT from one subtree to the next, never through one, and at most `MOST_HOPS` times.
    """
    understood = [parse_oid(oid) for oid in known]
    cursor: Oid = ENTERPRISES
    for _ in range(MOST_HOPS):
        answer = yield Next(target, (oid_text(cursor),))
        if not answer.binds or answer.binds[0] is None:
            return
        here = parse_oid(answer.binds[0][0])
        if here <= cursor or here[: len(ENTERPRISES)] != ENTERPRISES:
            return
        over = next((oid for oid in understood if here[: len(oid)] == oid), None)
        if over is None:
            over = _shortest(here, understood)
            found.append(oid_text(over))
            if len(found) >= _MOST_NAMED:
                return
        cursor = (*over[:-1], over[-1] + 1)
        if cursor[-1] >= 1 << 32:
            return


def _shortest(here: Oid, understood: Collection[Oid]) -> Oid:
    """Return the widest subtree around an object in which nothing is understood."""
    for length in range(len(ENTERPRISES) + 1, len(here)):
        around = here[:length]
        if not any(oid[:length] == around for oid in understood):
            return around
    return here
