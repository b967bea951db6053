"""How long the outbox waits for what."""

from dataclasses import dataclass, field
from datetime import datetime

from netwatch.delivery import unsaid
from netwatch.delivery.bills import Bill
from netwatch.delivery.recipients import Recipients
from netwatch.delivery.words import NEVER_TOLD
from netwatch.model.backoff import Backoff
from netwatch.model.clock import Clock
from netwatch.model.facts import Audience, Phase
from netwatch.model.follower_facts import OPT_IN
from netwatch.views.board import Board


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the outbox waits for what."""

    page_s: float = 3.0
    """The page comes before an alert, but no alert waits longer than this for the page."""
    staff_s: float = 30.0
    """After this an alert goes to the next staff channel as well."""
    held_s: float = 1.0
    """How often, while public words are held, it is looked whether they still are."""
    unworded_s: float = 60.0
    """How often words are tried again that cannot be addressed until a person mends something."""
    asleep_s: float = 60.0
    """How often, out of the hours in which people are told, it is looked whether it is day."""
    looked_at_a_s: float = 5000.0
    """So many of those that keep still are looked at in a second."""
    beat_s: float = 5.0
    """An idle lane turns at least this often, so that the watchdog sees it alive."""
    backoff: Backoff = field(default_factory=Backoff)


def keeps_still_s(
    bill: Bill, board: Board, patience: Patience, recipients: Recipients, clock: Clock
) -> float:
    """Return after how long it is looked again whether a bill may leave; 0: it may now."""
    if bill.debt.due.withheld is not None:
        return 0.0
    if board.held and bill.is_public:
        return patience.held_s  # let out before the hold, but not out yet
    if unsaid.waits_for_its_end(bill, board):
        return unsaid.ENDS_WITHIN_S
    return patience.asleep_s if _would_wake(bill, recipients, clock.now()) else 0.0


def _would_wake(bill: Bill, recipients: Recipients, now: datetime) -> bool:
    """Say whether words let out by day would reach somebody by night; a person may want that.

    The end of what was never said is the first that its reader hears of it.
    """
    due = unsaid.as_heard(bill)
    if due.audience is not Audience.SUBSCRIBERS:
        return False
    if due.subject == OPT_IN:  # whose number it is nobody knows yet
        return recipients.asleep(due.channel, Phase.CONFIRMED, now)
    if due.detail == NEVER_TOLD:
        return recipients.asleep(due.channel, Phase.CONFIRMED, now)
    decided_by_night = recipients.asleep(due.channel, due.phase, due.at)
    return not decided_by_night and recipients.asleep(due.channel, due.phase, now)
