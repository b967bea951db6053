"""Octets -> a log line: RFC 5424, RFC 3164, and what devices make of them. Pure, never raises.

Devices write their time in a hundred ways, leave the priority out, end with a NUL, break lines and
send the letters of their own country. So nothing is asked of a line but that it has words; they
come out on one line, printable, at most `LONGEST_TEXT` letters long.
"""

import re
from typing import Final, NamedTuple

MOST_OCTETS: Final = 8192
LONGEST_TEXT: Final = 1000
UNTOLD: Final = 5
"""The severity of a line without a priority: a notice."""
_LARGEST_PRIORITY: Final = 191
_PRIORITY: Final = re.compile(rb"<(\d{1,3})>")
_RFC5424: Final = re.compile(rb"1 (?:-|\d{4}-\S{1,30}) (\S{1,255}) (\S{1,48}) \S{1,128} \S{1,32} ")
_DATA: Final = re.compile(rb'\[(?:[^\]"]{1,200}|"(?:[^"\\]|\\.){0,1000}"){0,50}\]')
_TIME: Final = re.compile(
    r"[*.]?(?:"
    r"[A-Z][a-z]{2} {1,2}\d{1,2}(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: \d{4})?"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?"
    r")(?:Z|[+-]\d\d:?\d\d| (?:UTC|GMT|MSK|[A-Z]{2,3}T)(?=[: ]))?:? ?"
)
_ODD: Final = re.compile(r"[^\x20-\x7e]")
_BOM: Final = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """What a device wrote. ``severity``: 0 is the worst, 7 the least."""

    severity: int
    text: str
    host: str = ""
    """Whom the line's header names; by whom it came is another matter."""


def read_line(octets: bytes) -> Line | None:
    """Return the line in one message; None where there are no words in it."""
    octets = octets[:MOST_OCTETS].strip(b"\0\r\n\t ")
    severity = UNTOLD
    found = _PRIORITY.match(octets)
    if found is not None and int(found[1]) <= _LARGEST_PRIORITY:
        severity = int(found[1]) & 7
        octets = octets[found.end() :].lstrip(b" ")
    body, host, said_by = _without_header(octets)
    text = plain_text(body)
    if not host:
        ended = _end_of_time(text)
        text = text[ended:]
        host = text.partition(" ")[0] if ended else ""
    elif text and said_by:
        text = f"{said_by}: {text}"
    return Line(severity, text[:LONGEST_TEXT], host) if text else None


def plain_text(octets: bytes) -> str:
    """Return octets as text on one line in which everything can be printed."""
    octets = octets[: 2 * LONGEST_TEXT].strip(b"\0\r\n\t ").removeprefix(_BOM)
    text = octets.decode("utf-8", "backslashreplace")
    if _ODD.search(text) is None:
        return text[:LONGEST_TEXT]
    return " ".join("".join(map(_printable, text)).split(" "))[:LONGEST_TEXT].strip()


def _without_header(octets: bytes) -> tuple[bytes, str, str]:
    """Return what follows the header of RFC 5424, its host and program; else all, and nobody."""
    found = _RFC5424.match(octets)
    if found is None:
        return octets, "", ""
    host, name = plain_text(found[1]), plain_text(found[2])
    at = found.end()
    if octets[at : at + 1] == b"-":
        at += 1
    while (data := _DATA.match(octets, at)) is not None:
        at = data.end()
    return octets[at:], host, name if name != "-" else ""


def _end_of_time(text: str) -> int:
    found = _TIME.match(text)
    return found.end() if found is not None else 0


def _printable(letter: str) -> str:
    if letter.isprintable():
        return letter
    return " " if letter in "\t\r\n" else letter.encode("unicode_escape").decode("ascii")
