"""Words to subscribers that were overtaken: what never left changes what is said next.

Whoever was to hear "it is down" and is seen working before that left hears of both in one text:
that it was down from then till then, and works again.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from netwatch.delivery.bills import Bill, Streams, Untold
from netwatch.delivery.words import NEVER_TOLD
from netwatch.model.arrivals import Result
from netwatch.model.facts import (
    Audience,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Phase,
)
from netwatch.model.follower_facts import is_follower
from netwatch.model.works_words import LAST_WORDS, saying
from netwatch.response.subscribers import MORE
from netwatch.views.board import Board

FIRST_WORDS: Final = (Phase.SUSPECTED, Phase.CONFIRMED)
TAKEN: Final = (Result.ACCEPTED, Result.DELIVERED)
ENDS_WITHIN_S: Final = 20.0
"""How often it is looked whether the "up" is due of somebody who is seen working already."""


def note(streams: Streams, bill: Bill, result: Result) -> None:
    """Let what became of words for a subscriber be known to what he is told after them."""
    due = bill.debt.due
    if due.audience is not Audience.SUBSCRIBERS or due.withheld is not None or bill.settled:
        return
    if result in TAKEN:
        streams.mark(bill, Untold.NO)
    elif is_first(due):
        streams.mark(bill, Untold.REFUSED if result is Result.REFUSED else Untold.LATE)


def is_first(due: NoticeDue) -> bool:
    """Say whether what comes after these words goes on from them alone."""
    said = saying(due.detail) if due.phase is Phase.PLANNED else None
    if said is not None:
        return not said.again
    return due.phase in FIRST_WORDS and due.detail != MORE


def ended(
    streams: Streams, fact: NoticeSent | NoticeRefused | NoticeExpired
) -> Iterator[Bill | None]:
    """Drop the bills whose end a fact tells; yield what is next for each of their readers."""
    result = Result.EXPIRED if isinstance(fact, NoticeExpired) else Result.REFUSED
    result = fact.result if isinstance(fact, NoticeSent) else result
    for key in fact.keys:
        if (bill := streams.bills.get(key)) is not None:
            note(streams, bill, result)
        yield streams.forget(key)


def moot(bill: Bill) -> str | None:
    """Say why an "up" is not worth sending, its reader having heard no "down"; None when it is."""
    if bill.untold is Untold.NO:
        return None
    phase = bill.debt.due.phase
    said = saying(bill.debt.due.detail) if phase is Phase.PLANNED else None
    if said is not None and said.told in LAST_WORDS:
        return "nothing was said that it could end"
    if phase is Phase.CORRECTED or (phase is Phase.RESTORED and bill.untold is Untold.REFUSED):
        return "nothing was said that it could end"
    return None


def as_heard(bill: Bill) -> NoticeDue:
    """Return what is owed as its reader takes it who was told nothing before."""
    due = bill.debt.due
    if bill.untold is Untold.LATE and due.phase is Phase.RESTORED:
        return replace(due, detail=NEVER_TOLD)
    return due


def waits_for_its_end(bill: Bill, board: Board) -> bool:
    """Say whether a "down" has not left for somebody who is seen working: his "up" is due soon.

    What may have left already is repeated all the same. Who follows areas waits for no line of
    their own.
    """
    due = bill.debt.due
    if due.audience is not Audience.SUBSCRIBERS or due.withheld is not None or bill.in_doubt:
        return False
    if is_follower(bill.debt.recipient):
        return False
    if due.phase not in FIRST_WORDS and due.phase is not Phase.UPDATE:
        return False
    outage = board.outages.get(due.incident) if due.incident else None
    return outage is not None and not (
        bill.debt.recipient in outage.without or bill.debt.recipient in outage.apart
    )
