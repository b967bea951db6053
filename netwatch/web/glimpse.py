"""The door -> what the console shows, asked at most once a second however many look."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from netwatch.intake.door import DoorRefusedError, NobodyHomeError

FRESH_S: Final = 1.0

Plain = dict[str, Any]


class Asked(Protocol):
    """Whoever answers questions about the service: the door."""

    def call(self, ask: str, **params: Any) -> Plain:
        """Ask one question; return the answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen through the door, or why nothing was."""

    incidents: tuple[Plain, ...] = ()
    troubles: tuple[tuple[str, str], ...] = ()
    mode: str = ""
    held: bool = False
    goes_on: bool = False
    subscribers: int = 0
    coverage: Mapping[str, Any] = field(default_factory=dict)
    """How many of them are placed, by area alone, not placed; empty: nobody said."""
    away: str = ""
    """Why the service could not be asked; empty when it answered."""


class Glimpse:
    """Looks through the door for all who watch the console. Safe to use from several threads."""

    def __init__(self, door: Asked, monotonic: Callable[[], float]) -> None:
        self._door, self._monotonic = door, monotonic
        self._lock = threading.Lock()
        self._last: tuple[float, Seen] | None = None

    def look(self) -> Seen:
        """Return what there is to see, at most a second old; what was asked meanwhile counts."""
        came = self._monotonic()
        with self._lock:
            if self._last is None or came - self._last[0] >= FRESH_S:
                seen = self._ask()
                self._last = (self._monotonic(), seen)
            return self._last[1]

    def _ask(self) -> Seen:
        try:
            board = self._door.call("board")
            status = self._door.call("status")
        except (NobodyHomeError, DoorRefusedError) as fault:
            return Seen(away=str(fault))
        return Seen(
            incidents=tuple(board.get("incidents", ())),
            troubles=tuple(sorted(board.get("troubles", {}).items())),
            mode=str(status.get("mode", "")),
            held=bool(status.get("held")),
            goes_on=bool(status.get("goes_on", True)),
            subscribers=int(status.get("subscribers", 0)),
            coverage=status.get("coverage", {}),
        )
