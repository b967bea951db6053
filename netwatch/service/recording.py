"""A tape of what came in: one line an arrival, in the order in which it was thought about."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from netwatch.model.arrivals import Arrival
from netwatch.pollers.tape_record import write_line
from netwatch.service.reels import BUDGET, FullError, Reel, reel_for

log = structlog.get_logger(__name__)

SEEN_AFTER: Final = timedelta(seconds=2)
"""So long what was recorded may wait until readers see it: each time costs some compression."""


class Recorder:
    """Writes a tape; nothing at all where no tape was asked for. A full disk ends the recording."""

    def __init__(self, path: Path | None, budget: int = BUDGET) -> None:
        self._reel: Reel | None = None if path is None else reel_for(path, budget)
        self._latest: datetime | None = None
        self._flushed: datetime | None = None

    def record(self, arrival: Arrival) -> None:
        """Write one arrival down; Ticks are made anew in a replay."""
        if self._reel is None:
            return
        try:
            if line := write_line(arrival):
                self._reel.write(f"{line}\n")
                self._latest = arrival.at
        except (OSError, FullError) as fault:
            self._give_up(fault)
        except (TypeError, UnicodeEncodeError):  # half a surrogate pair in a device's text
            log.warning("not on the tape", arrival=type(arrival).__name__)

    def flush(self) -> None:
        """Let readers see what was recorded so far; every now and then where that is dear."""
        if self._reel is None or self._latest is None:
            return
        late = self._flushed is None or abs(self._latest - self._flushed) >= SEEN_AFTER
        if self._reel.dear and not late:
            return
        self._flushed = self._latest
        try:
            self._reel.flush()
        except OSError as fault:
            self._give_up(fault)

    def close(self) -> None:
        """End the tape."""
        reel, self._reel = self._reel, None
        if reel is None:
            return
        try:
            reel.close()
        except OSError as fault:
            log.warning("the recording lacks its end", why=str(fault))

    def _give_up(self, fault: Exception) -> None:
        log.error("the recording ends here", why=str(fault))
        self.close()
