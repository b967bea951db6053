"""A tape of what came in: one line an arrival, in the order in which it was thought about."""

from pathlib import Path
from typing import IO

import structlog

from netwatch.model.arrivals import Arrival
from netwatch.pollers.tape import write_line

log = structlog.get_logger(__name__)


class Recorder:
    """Writes a tape; nothing at all where no tape was asked for. A full disk ends the recording."""

    def __init__(self, path: Path | None) -> None:
        self._tape: IO[str] | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._tape = path.open("a", encoding="utf-8")

    def record(self, arrival: Arrival) -> None:
        """Write one arrival down; Ticks are made anew in a replay."""
        if self._tape is None:
            return
        try:
            if line := write_line(arrival):
                self._tape.write(f"{line}\n")
        except OSError as fault:
            self._give_up(fault)
        except TypeError:  # half a surrogate pair in a device's text: no tape can hold it
            log.warning("not on the tape", arrival=type(arrival).__name__)

    def flush(self) -> None:
        """Let readers see what was recorded so far."""
        if self._tape is None:
            return
        try:
            self._tape.flush()
        except OSError as fault:
            self._give_up(fault)

    def close(self) -> None:
        """End the tape."""
        if self._tape is not None:
            self._tape.close()

    def _give_up(self, fault: OSError) -> None:
        log.error("the recording ends here", why=str(fault))
        self._tape = None
