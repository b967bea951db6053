"""``python -m netwatch.lab``: the lab's own process, told what to simulate by its parent."""

import os
import pickle
import sys

from netwatch.lab.brief import Brief
from netwatch.lab.faults import LabError, LabRefusedError

REFUSED, WRONG = 3, 2


def main() -> int:
    """Read the brief, simulate until the end, and return the exit code."""
    size = int.from_bytes(_exactly(8), "big")
    brief = pickle.loads(_exactly(size))  # noqa: S301 - our own parent wrote it, into our own pipe
    if not isinstance(brief, Brief):
        raise TypeError("this is no brief")
    try:
        from netwatch.lab.process import run  # noqa: PLC0415 - what it needs may not be installed
    except ImportError as fault:
        sys.stderr.write(f"{fault.name} is not installed. In the checkout: pip install '.[lab]'\n")
        return WRONG
    try:
        run(brief)
    except LabRefusedError as fault:
        sys.stderr.write(f"{fault}\n")
        return REFUSED
    except LabError as fault:
        sys.stderr.write(f"{fault}\n")
        return WRONG
    return 0


def _exactly(size: int) -> bytes:
    pieces: list[bytes] = []
    while size:
        piece = os.read(sys.stdin.fileno(), size)
        if not piece:
            raise EOFError("the parent left in the middle of a sentence")
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


if __name__ == "__main__":
    sys.exit(main())
