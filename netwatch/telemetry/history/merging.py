"""Ordered streams -> one ordered stream, holding little of them at a time."""

from collections.abc import Iterator, Sequence
from typing import Final, Generic

import numpy as np

from netwatch.telemetry.history.slices import C, joined

WHOLE: Final = 2**32


class _Stream(Generic[C]):
    """One input, and what of it has been read and not yet gone on."""

    def __init__(self, pieces: Iterator[C]) -> None:
        self._pieces = pieces
        self._held: list[C] = []
        self.ended = False

    @property
    def last_slot(self) -> int:
        """Return up to which slot it is known; not all of that slot may be."""
        return int(self._held[-1].slot[-1]) if self._held else -1

    def read(self) -> None:
        """Read one piece more."""
        piece = next(self._pieces, None)
        if piece is None:
            self.ended = True
        elif len(piece):
            self._held.append(piece)

    def before(self, slot: int) -> list[C]:
        """Return and let go of what lies before a slot."""
        gone: list[C] = []
        kept: list[C] = []
        for piece in self._held:
            cut = int(np.searchsorted(piece.slot, slot)) if slot < WHOLE else len(piece)
            if cut:
                gone.append(piece.take(slice(0, cut)))
            if cut < len(piece):
                kept.append(piece.take(slice(cut, len(piece))))
        self._held = kept
        return gone


def merged(streams: Sequence[Iterator[C]]) -> Iterator[C]:
    """Yield the rows of all streams, whole slots at a time, in the order of the streams.

    Each stream is in the order of slots. Within what is yielded the caller puts rows in order;
    a slot, and so a series, is never cut in two.
    """
    open_ = [_Stream(pieces) for pieces in streams]
    while open_:
        for stream in open_:
            if stream.last_slot < 0:
                stream.read()
        reading = [stream for stream in open_ if not stream.ended]
        bound = min((stream.last_slot for stream in reading), default=WHOLE)
        rows = [piece for stream in open_ for piece in stream.before(bound)]
        if rows:
            yield joined(rows)
        else:
            for stream in reading:
                if stream.last_slot == bound:
                    stream.read()
        open_ = [stream for stream in open_ if not (stream.ended and stream.last_slot < 0)]
