"""One JSON value a line: what passes the door, in both directions."""

import json
from collections.abc import Mapping
from typing import Any, Final

LONGEST_LINE: Final = 1024 * 1024
"""A longer question is refused; answers may be longer."""


class LineError(ValueError):
    """This line is no question; the message says why."""


def as_line(document: Mapping[str, Any]) -> bytes:
    """Return a document as one line."""
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def of_line(line: bytes) -> dict[str, Any]:
    """Return the document in a line.

    Raises:
        LineError: it is no JSON object.
    """
    try:
        document = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as fault:
        raise LineError("this line is not JSON") from fault
    if not isinstance(document, dict):
        raise LineError('a question is an object: {"ask": "status"}')
    return document


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
