"""How long a line was without service -> what its contract owes for it by now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from netwatch.delivery.render import Renderer
from netwatch.model.facts import Cause
from netwatch.rules.rulebook import Commitment
from netwatch.views.desk import DOWN, RESTORED, Line
from netwatch.views.proof import stamp

MINUTE: Final = timedelta(minutes=1)
MINUTES_OF_AN_HOUR: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What is owed for one outage by now, in ``currency``, and when it began to be owed."""

    owed: float
    currency: str
    begins: datetime


def credit(line: Line, promised: Commitment, at: datetime) -> Credit | None:
    """Return what a line is owed for the outage it is in, or was in last; None: nothing ever.

    Whole minutes count, from ``credit_after`` on. Planned works and power that is out at the homes
    owe nothing, and neither does a repair that came before a credit began.

    Args:
        line: as it stands.
        promised: to the plan of that line.
        at: the moment for which it is true.
    """
    after, outage = promised.credit_after, line.outage
    if after is None or not promised.credit_per_hour or outage is None:
        return None
    owes = line.state in (DOWN, RESTORED) and outage.cause is not Cause.POWER_HOMES
    if not owes or line.before_others:
        return None
    over = line.state == RESTORED
    begins = (outage.since if over else line.since or outage.since) + after
    until = (outage.ended_at or at) if over else at
    if over and until <= begins:
        return None
    minutes = max(0, (until - begins) // MINUTE)
    owed = minutes * promised.credit_per_hour / MINUTES_OF_AN_HOUR
    most = promised.credit_most
    owed = round(owed if most is None else min(owed, most), 2)
    return Credit(owed=owed, currency=promised.currency, begins=begins)


def plain(one: Credit | None, renderer: Renderer, language: str, at: datetime) -> Any:
    """Return a credit as scripts get it, with the sentence in which the desk says it."""
    if one is None:
        return None
    money = f"{one.owed:.2f} {one.currency}".rstrip() if one.owed else ""
    return {
        "owed": one.owed,
        "currency": one.currency,
        "begins": stamp(one.begins),
        "say": renderer.credit(money, one.begins, language, at),
    }
