"""How long the outbox waits for what."""

from dataclasses import dataclass, field

from netwatch.delivery import unsaid
from netwatch.delivery.bills import Bill
from netwatch.model.backoff import Backoff
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
    looked_at_a_s: float = 5000.0
    """So many of those that keep still are looked at in a second."""
    beat_s: float = 5.0
    """An idle lane turns at least this often, so that the watchdog sees it alive."""
    backoff: Backoff = field(default_factory=Backoff)


def keeps_still_s(bill: Bill, board: Board, patience: Patience) -> float:
    """Return after how long it is looked again whether a bill may leave; 0: it may now."""
    if board.held and bill.is_public and bill.debt.due.withheld is None:
        return patience.held_s  # let out before the hold, but not out yet
    return unsaid.ENDS_WITHIN_S if unsaid.waits_for_its_end(bill, board) else 0.0
