"""Bad answers in a row -> an alarm. One lost ping is weather; a streak of them is a fact."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from netwatch.detection.rules import StreakRule
from netwatch.model.arrivals import Outcome, Sample
from netwatch.model.evidence import Because, Said, Silence, Unseeing

GOOD = frozenset({"up", "online", "on", "disabled"})
BAD = frozenset({"down", "offline", "los", "dying-gasp", "off"})


@dataclass(slots=True)
class Streak:
    """What one question's answers have been lately. The whole memory of this rule."""

    since: datetime | None = None
    bad: int = 0
    good: int = 0
    blind: int = 0
    seen: datetime | None = None
    word: str = ""
    before: bool = False
    """It answered well before it turned bad."""


def standing(sample: Sample) -> bool | None:
    """Say whether a sample is bad news (True), good news (False) or none (None)."""
    match sample.outcome:
        case Outcome.SILENT:
            return True
        case Outcome.BLIND:
            return None
        case Outcome.ANSWERED:
            if isinstance(sample.value, str):
                return sample.value not in GOOD if sample.value in GOOD | BAD else None
            return False


def take(streak: Streak, sample: Sample) -> None:
    """Count one more sample in."""
    streak.seen = sample.at
    if sample.outcome is Outcome.BLIND:
        streak.blind += 1
        return
    streak.blind = 0
    match standing(sample):
        case True:
            if not streak.bad:
                streak.since = sample.at
                streak.before |= streak.good > 0
            streak.bad += 1
            streak.good = 0
            streak.word = sample.value if isinstance(sample.value, str) else ""
        case False:
            streak.good += 1
            streak.bad = 0
        case None:
            pass


def take_good(streak: Streak, at: datetime) -> None:
    """Count one more good answer in: what `take` does with one, without the sample."""
    streak.seen = at
    streak.blind = 0
    streak.good += 1
    streak.bad = 0


def raises(streak: Streak, rule: StreakRule) -> Because | None:
    """Return why the alarm is raised now, or None."""
    if streak.bad < rule.bad_in_a_row:
        return None
    if streak.word:
        return Said(value=streak.word, times=streak.bad)
    return Silence(probes=streak.bad, over=_over(streak), before=streak.before)


def unseeing(streak: Streak, times: int, detail: str | None) -> Because | None:
    """Return why "we cannot ask" is raised now, or None."""
    if streak.blind < times:
        return None
    return Unseeing(detail=detail or "could not ask", probes=streak.blind)


def _over(streak: Streak) -> timedelta:
    if streak.since is None or streak.seen is None:
        return timedelta(0)
    return streak.seen - streak.since
