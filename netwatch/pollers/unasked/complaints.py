"""What is wrong at which device, until it is mended or forgotten: told once, with the way out."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

_MOST: Final = 200
_FORGOTTEN_S: Final = 24 * 3600.0
"""A device that has not done it again for so long has been mended, or taken away."""


@dataclass(slots=True)
class Complaints:
    """One complaint a device, the oldest first; it cannot grow."""

    _open: OrderedDict[str, tuple[str, float]] = field(default_factory=OrderedDict)

    def note(self, who: str, what: str, now: float) -> None:
        """Complain of somebody; who was complained of already keeps the place."""
        if who not in self._open and len(self._open) >= _MOST:
            return
        self._open[who] = (what, now)

    def mended(self, who: str) -> None:
        """Complain no more of this one."""
        self._open.pop(who, None)

    def rows(self, now: float) -> list[dict[str, str]]:
        """Return who and what, the oldest first."""
        for who in [who for who, (_, at) in self._open.items() if now - at > _FORGOTTEN_S]:
            del self._open[who]
        return [{"who": who, "what": what} for who, (what, _) in self._open.items()]

    def trouble(self, now: float) -> str:
        """Word it for the staff: the first one whole, and how many there are beside it."""
        rows = self.rows(now)
        if not rows:
            return ""
        more = f" (and {len(rows) - 1} more: netwatch traps --status)" if len(rows) > 1 else ""
        return f"{rows[0]['who']} {rows[0]['what']}{more}"
