"""Batches between the service and its probing engine: length, then JSON.

JSON because its codec costs less than a microsecond an answer and can carry no code; octet strings
travel as latin-1 text, object identifiers as lists of arcs.
"""

from collections.abc import Iterator
from typing import Any, Final

import orjson

MOST_OCTETS: Final = 64 << 20
_HEAD: Final = 4


class FrameError(ValueError):
    """The other side sent something that is no frame; the two no longer understand each other."""


def pack(document: dict[str, Any]) -> bytes:
    """Return one batch as octets."""
    return framed(orjson.dumps(document))


def framed(body: bytes) -> bytes:
    """Return a JSON object, worded already, as one batch."""
    return len(body).to_bytes(_HEAD, "big") + body


class Unpacker:
    """Octets as they come -> whole batches."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """Take octets; yield the batches that are whole now.

        Raises:
            FrameError: no sender of ours wrote this.
        """
        kept = self._kept
        kept += data
        while len(kept) >= _HEAD:
            size = int.from_bytes(kept[:_HEAD], "big")
            if size > MOST_OCTETS:
                raise FrameError(f"a batch of {size} octets")
            if len(kept) < _HEAD + size:
                return
            body = bytes(kept[_HEAD : _HEAD + size])
            del kept[: _HEAD + size]
            try:
                document = orjson.loads(body)
            except ValueError as fault:
                raise FrameError(f"a batch that is not JSON: {fault}") from None
            if not isinstance(document, dict):
                raise FrameError("a batch that is not an object")
            yield document
