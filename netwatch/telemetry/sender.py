"""A spool -> a database: oldest first, removed only once it was taken. No thread, no waiting.

`step` does one thing and says for how long nothing is to be done; who calls it waits. A segment
that is sent twice does no harm: the same series at the same second is the same point.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from netwatch.model.backoff import Backoff, Chance
from netwatch.telemetry.answers import Answer, Verdict, judge
from netwatch.telemetry.lines import Writer
from netwatch.telemetry.quarantine import Quarantine
from netwatch.telemetry.spool import Segment, SegmentError, read, segments, size_of, written_at_s

IDLE_S: Final = 1.0
AT_ONCE: Final = 10_000
"""Lines in one request: about a megabyte, 0.1 packed."""
MOST_TRIES: Final = 500
"""So many requests may go to find the wrong lines of one segment; the next one gets fewer."""
FEW_TRIES: Final = 40
DAMAGED: Final = "it cannot be read"
BACKOFF: Final = Backoff(first_s=1.0, most_s=30.0)
RESTS: Final = Backoff(first_s=10.0, most_s=300.0)
"""For one segment: longer than the pauses of all, so that others get their turn."""


class Receiver(Protocol):
    """Takes lines."""

    def write(self, lines: Sequence[str]) -> Answer:
        """Send lines; return what became of them."""
        ...


@dataclass(slots=True)
class Progress:
    """What the sender has done since it started, and what keeps it from going on."""

    delivered: int = 0
    refused: int = 0
    verdict: Verdict = Verdict.TAKEN
    """Of the last request."""
    words: str = ""
    refusal: str = ""
    """The last words with which something was refused for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What lies in the spool."""

    values: int = 0
    octets: int = 0
    age_s: float = 0.0
    """Of the oldest segment."""


@dataclass(frozen=True, slots=True)
class _Rest:
    """How often the server stumbled over a segment, and until when others go first."""

    times: int
    until: float


_AWAKE: Final = _Rest(0, float("-inf"))


@dataclass(slots=True, kw_only=True)
class Sender:
    """Empties one spool into one database.

    Args:
        folder: the spool's.
        receiver: who takes the lines.
        quarantine: keeps what is refused for good.
        monotonic: seconds that never jump.
        chance: spreads the pauses.
    """

    folder: Path
    receiver: Receiver
    quarantine: Quarantine
    monotonic: Callable[[], float]
    chance: Chance
    backoff: Backoff = BACKOFF
    told: Callable[[], None] = lambda: None
    """Called after each request."""
    progress: Progress = field(default_factory=Progress)
    _queue: deque[Segment] = field(default_factory=deque)
    """What was last seen in the folder and is still to be sent; some may have made room since."""
    _resting: dict[int, "_Rest"] = field(default_factory=dict)
    _writer: Writer = field(default_factory=Writer)
    _failures: int = 0
    _not_before: float = 0.0
    _tries: int = 0
    _allowed: int = MOST_TRIES

    def step(self) -> float:
        """Send the oldest segment if it is time; return after how many seconds to come again."""
        now = self.monotonic()
        if now < self._not_before:
            return self._not_before - now
        segment = self._next(now)
        if segment is None:
            return IDLE_S
        answer = self._sent(segment)
        if answer is None:
            self._queue.remove(segment)
            self._failures = 0
            return 0.0
        self.progress.verdict, self.progress.words = answer.verdict, answer.words
        self.told()
        self._failures += 1
        pause = self.backoff.pause_s(self._failures, self.chance, answer.after_s)
        self._not_before = self.monotonic() + pause
        if answer.verdict is Verdict.STUMBLED:
            self._rest(segment)
        return pause

    def _next(self, now: float) -> Segment | None:
        """Return the oldest segment that does not rest; None: there is none now."""
        segment = self._first_awake(now)
        if segment is None:
            self._queue = deque(segments(self.folder))
            there = {one.number for one in self._queue}
            self._resting = {one: rest for one, rest in self._resting.items() if one in there}
            segment = self._first_awake(now)
        return segment

    def _first_awake(self, now: float) -> Segment | None:
        for one in self._queue:
            if self._resting.get(one.number, _AWAKE).until <= now:
                return one
        return None

    def _rest(self, segment: Segment) -> None:
        """Let others go first for a while: the server may have stumbled over this very segment."""
        times = self._resting.get(segment.number, _AWAKE).times + 1
        until = self.monotonic() + RESTS.pause_s(times, self.chance)
        self._resting[segment.number] = _Rest(times, until)

    def waiting(self, now_s: float) -> Waiting:
        """Return what lies in the spool; ``now_s``: seconds since 1970."""
        kept = segments(self.folder)
        oldest = written_at_s(kept[0]) if kept else None
        return Waiting(
            values=sum(one.values for one in kept),
            octets=sum(filter(None, map(size_of, kept))),
            age_s=0.0 if oldest is None else max(0.0, now_s - oldest),
        )

    def _sent(self, segment: Segment) -> Answer | None:
        """Send one segment and remove it; return the answer that stopped it, if one did."""
        try:
            batches = read(segment)
        except SegmentError as fault:
            self._refuse([], f"{DAMAGED}: {fault}", segment.values)
            self.quarantine.keep_file(segment.path)
            return self._gone(segment)
        except OSError as fault:
            return judge(None, f"the spool {DAMAGED}: {fault}")
        self._tries = 0
        lines = self._writer.lines(batches or ())
        for start in range(0, len(lines), AT_ONCE):
            answer = self._deliver(lines[start : start + AT_ONCE])
            if answer is not None:
                return answer
        self._allowed = FEW_TRIES if self._tries > self._allowed else MOST_TRIES
        return self._gone(segment)

    def _gone(self, segment: Segment) -> Answer | None:
        """See to it that a segment is not sent again."""
        try:
            segment.path.unlink(missing_ok=True)
        except OSError as fault:
            return judge(None, f"the spool cannot be emptied: {fault}")
        return None

    def _deliver(self, lines: Sequence[str]) -> Answer | None:
        """Send lines; of those that are refused find the wrong ones by halving."""
        answer = self.receiver.write(lines)
        self._tries += 1
        match answer.verdict:
            case Verdict.TAKEN:
                self.progress.delivered += len(lines)
                self.progress.verdict, self.progress.words = answer.verdict, ""
            case Verdict.LATER | Verdict.STUMBLED | Verdict.DENIED:
                return answer
            case Verdict.REFUSED | Verdict.TOO_MUCH:
                if len(lines) > 1 and self._may_halve(answer.verdict):
                    half = len(lines) // 2
                    return self._deliver(lines[:half]) or self._deliver(lines[half:])
                self._refuse(lines, answer.words, len(lines))
        self.told()
        return None

    def _may_halve(self, verdict: Verdict) -> bool:
        return verdict is Verdict.TOO_MUCH or self._tries <= self._allowed

    def _refuse(self, lines: Sequence[str], words: str, values: int) -> None:
        self.progress.refused += values
        self.progress.refusal = words
        self.quarantine.keep(lines, words)
