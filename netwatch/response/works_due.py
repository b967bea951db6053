"""When words about planned works are said beforehand: by the policy and the clock alone."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from netwatch.model.works_words import BEFOREHAND
from netwatch.response.policy import Hours, PublicRule

ROOM: Final = timedelta(hours=1)
"""Words that wait for the morning are read at least so long before it is too late."""
SPREAD: Final = timedelta(days=2)
"""Hours of the day move words by less than this."""


def is_beforehand(rule: PublicRule) -> bool:
    """Say whether a rule is about words that are of no use once works have begun."""
    return rule.told in BEFOREHAND


def due_at(rule: PublicRule, starts: datetime, zone: ZoneInfo) -> datetime:
    """Return from when on words about works are due, that begin at ``starts``.

    As long before as the rule has it. Where that is out of its hours: when these begin next, or,
    where that would be too late, when they began last.
    """
    wanted = starts - max(rule.ahead, rule.lead)
    if rule.hours is None or rule.hours.hold(wanted.astimezone(zone)):
        return wanted
    later = next_begin(rule.hours, wanted, zone)
    too_late = starts - rule.lead if rule.lead else starts - ROOM
    return later if later <= too_late else _last_begin(rule.hours, wanted, zone)


def said_at(rule: PublicRule, starts: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when words about works that begin at ``starts`` will be said; None: never.

    Works may be entered when it is late, and the hours over before they begin.
    """
    due = max(now, due_at(rule, starts, zone))
    if rule.hours is not None and not rule.hours.hold(due.astimezone(zone)):
        due = next_begin(rule.hours, due, zone)
    return due if due < starts else None


def is_too_late(rule: PublicRule, starts: datetime, said: datetime | None) -> bool:
    """Say whether what is said then is later than the law, or the operator's word, has it."""
    return said is None or (bool(rule.lead) and said > starts - rule.lead)


def next_begin(hours: Hours, after: datetime, zone: ZoneInfo) -> datetime:
    """Return when hours of the day begin next, not before ``after``."""
    return min(at for at in _begins(hours, after, zone) if at >= after)


def _last_begin(hours: Hours, before: datetime, zone: ZoneInfo) -> datetime:
    return max(at for at in _begins(hours, before, zone) if at <= before)


def _begins(hours: Hours, around: datetime, zone: ZoneInfo) -> list[datetime]:
    day = around.astimezone(zone).date()
    begins = (datetime.combine(day + timedelta(days=n), hours.begins, zone) for n in range(-1, 3))
    return [at.astimezone(around.tzinfo) for at in begins]
