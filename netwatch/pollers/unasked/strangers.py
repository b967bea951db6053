"""Those who speak and are in no inventory: who they are, so that somebody can write them down."""

from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any, Final

_MOST: Final = 200


@dataclass(slots=True)
class Strangers:
    """A table of strangers that cannot grow: who is seldom heard makes room for who is new."""

    _seen: dict[str, list[Any]] = field(default_factory=dict)

    def note(self, source: str, said: str) -> None:
        """Remember that this source said this; only a few a second are looked at so closely."""
        row = self._seen.pop(source, None) or [0, said]
        if len(self._seen) >= _MOST:
            del self._seen[min(self._seen, key=lambda one: self._seen[one][0])]
        self._seen[source] = [row[0] + 1, said]

    def forget(self, known: Container[str]) -> None:
        """Drop those who are strangers no longer."""
        for source in [one for one in self._seen if one in known]:
            del self._seen[source]

    def plain(self, most: int = 20) -> list[dict[str, Any]]:
        """Return who was heard most: address, how often they were looked at, their last words."""
        rows = sorted(self._seen.items(), key=lambda row: -row[1][0])[:most]
        return [{"address": source, "seen": seen, "said": said} for source, (seen, said) in rows]
