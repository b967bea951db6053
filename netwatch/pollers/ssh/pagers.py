"""Pagers that no word switches off: known by what a device waits with, and turned. Pure."""

import re
from typing import Final

MOST_PAGES: Final = 5000
_SEEN: Final = 120
_WAITS: Final = re.compile(
    r"(?:^|[\r\n])[ \t]*(?:-{2,} ?\(?more\b[^\r\n]{0,60}|<-{1,4} ?more ?-{1,4}>|\(more(?: \d+%)?\)"
    r"|more: <space>[^\r\n]{0,60}|press any key to continue[^\r\n]{0,60})[ \t]*$",
    re.IGNORECASE,
)
_PAINT: Final = re.compile(r"\x08+ +\x08+|\x08+|\x1b\[\d+D *\x1b\[\d+D|\r +\r")
"""How a pager's words are painted over once the page is turned."""


class Pager:
    """Watches what comes, takes pagers out of it, and says when a page must be turned."""

    def __init__(self) -> None:
        self._tail = ""
        self._pages = 0
        self._turned = False

    def take(self, came: str) -> tuple[str, bool]:
        """Return what came without the pager's words, and whether it waits to be turned."""
        if not came:
            return came, False
        if self._turned:
            came = _PAINT.sub("", came, count=1)  # netmiko may give back earlier text before it
            self._turned = False
        self._tail = (self._tail + came)[-_SEEN:]
        words = _WAITS.search(self._tail)
        if words is None or self._pages >= MOST_PAGES:
            return came, False
        self._pages += 1
        self._turned, self._tail = True, ""
        return came[: max(0, len(came) - len(words[0].lstrip("\r\n")))], True
