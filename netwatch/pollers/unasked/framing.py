"""A stream of octets -> messages, as RFC 6587 has them: counted, or ended by a newline. Pure."""

from typing import Final

from netwatch.pollers.unasked.lines import MOST_OCTETS

_MOST_DIGITS: Final = len(str(MOST_OCTETS))
_ENDS: Final = (0x0A, 0x00)


class FramingError(ValueError):
    """This stream is no syslog, or its messages are too long; there is no way back into step."""


class Frames:
    """Takes a stream in pieces, gives whole messages. Holds at most one message that is not whole.

    Each message says by its first octets how it ends: a count and a space before a priority, or
    else a newline or NUL behind it.
    """

    def __init__(self) -> None:
        self._rest = bytearray()

    @property
    def waits(self) -> bool:
        """Say whether a message has begun that is not whole yet."""
        return bool(self._rest)

    def feed(self, octets: bytes) -> list[bytes]:
        """Take the next piece; return the messages that are whole by now.

        Raises:
            FramingError: a message is longer than any may be.
        """
        rest = self._rest
        rest += octets
        messages: list[bytes] = []
        at = 0
        while at < len(rest):
            bounds = self._counted(at) if 0x31 <= rest[at] <= 0x39 else None  # noqa: PLR2004 (1-9)
            if bounds is None:
                bounds = self._ended(at)
            start, stop, after = bounds
            if stop > len(rest) or after < 0:
                break
            if stop > start:
                messages.append(bytes(rest[start:stop]))
            at = after
        del rest[:at]
        if len(rest) > MOST_OCTETS + _MOST_DIGITS + 1:
            raise FramingError(f"a message of more than {MOST_OCTETS} octets")
        return messages

    def _counted(self, at: int) -> tuple[int, int, int] | None:
        """Return where a counted message lies; None: it is not a counted one."""
        rest = self._rest
        head = bytes(rest[at : at + _MOST_DIGITS + 2])
        digits, space, first = head.partition(b" ")
        if not digits.isdigit():
            return None
        if not space:
            return None if len(digits) > _MOST_DIGITS else (at, at, -1)
        if first and first[0] != 0x3C:  # noqa: PLR2004 (a priority begins with <)
            return None
        if not first:
            return at, at, -1
        if int(digits) > MOST_OCTETS:
            raise FramingError(f"a message of {int(digits)} octets")
        start = at + len(digits) + 1
        return start, start + int(digits), start + int(digits)

    def _ended(self, at: int) -> tuple[int, int, int]:
        """Return where a message lies that something ends; behind it -1 while nothing does."""
        found = [end for octet in _ENDS if (end := self._rest.find(octet, at)) >= 0]
        stop = min(found, default=-1)
        return at, stop, stop + 1 if stop >= 0 else -1
