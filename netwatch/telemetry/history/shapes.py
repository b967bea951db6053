"""Shapes: which checks and parts a batch has, under a number each, in little memory. Pure.

20,000 devices of 48 ports bring 2,000,000 names, the same ones every five minutes: they are kept
pressed, and found again by their fingerprint.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final

from netwatch.telemetry.history.entries import sound

MOST_NAME_OCTETS: Final = 64 << 20
"""Pressed names that are remembered at most; what was used longest ago is told again."""
_AROUND: Final = 300
"""What a shape costs beside its names."""
_FEW: Final = 4
"""So few names are quicker found by themselves."""
_DIGEST_OCTETS: Final = 16
_WINDOW_BITS: Final = 12
"""Names look alike from one to the next; a small window is soon set up."""

Key = bytes | tuple[tuple[str, ...], tuple[str, ...]]


class Shapes:
    """The shapes that came, in the order in which they were used last."""

    def __init__(self, *, most_octets: int = MOST_NAME_OCTETS) -> None:
        self._most = most_octets
        self._known: dict[Key, tuple[int, bytes]] = {}
        self._octets = 0
        self._next = 0

    def number(self, checks: tuple[str, ...], parts: tuple[str, ...]) -> tuple[int, bytes | None]:
        """Return a shape's number; with its names, pressed, where it is not known yet."""
        key = _key(checks, parts)
        known = self._known.pop(key, None)
        if known is not None:
            self._known[key] = known
            return known[0], None
        number, names = self._next, pressed(checks, parts)
        self._next += 1
        self._known[key] = number, names
        self._octets += _AROUND + len(names)
        return number, names

    def too_many(self) -> Iterator[tuple[int, bytes]]:
        """Forget what was used longest ago while there is too much; yield numbers and names."""
        while self._octets > self._most and len(self._known) > 1:
            number, names = self._known.pop(next(iter(self._known)))
            self._octets -= _AROUND + len(names)
            yield number, names

    def known(self) -> Iterator[tuple[int, bytes]]:
        """Yield number and pressed names of all that are remembered."""
        yield from tuple(self._known.values())


def pressed(checks: Sequence[str], parts: Sequence[str]) -> bytes:
    """Return the names of a shape in few octets."""
    names = [[sound(name) for name in column] for column in (checks, parts)]
    document = json.dumps(names, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(document.encode(), 1, wbits=_WINDOW_BITS)


def spelled(names: bytes) -> str:
    """Return what was pressed: a list of checks and one of parts, as JSON.

    Raises:
        ValueError: it was not pressed here.
    """
    try:
        return zlib.decompress(names).decode()
    except zlib.error as fault:
        raise ValueError(f"names of a shape that are none: {fault}") from fault


def _key(checks: tuple[str, ...], parts: tuple[str, ...]) -> Key:
    text = "\0".join((*checks, *parts))
    if len(checks) <= _FEW or text.count("\0") != len(checks) + len(parts) - 1:
        return checks, parts
    return blake2b(text.encode(errors="replace"), digest_size=_DIGEST_OCTETS).digest()
