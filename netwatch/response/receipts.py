"""What became of notices: of those that are owed, once each, and what is heard of them later.

A channel that refuses for good is a trouble of our own: the staff is told by another one, once,
until the channel takes something again.
"""

from collections.abc import Iterator
from typing import Final

from netwatch.model.arrivals import Arrival, Receipt, Result, Trouble
from netwatch.model.facts import Audience, Fact, NoticeExpired, NoticeRefused, NoticeSent
from netwatch.response.state import State
from netwatch.response.trouble import troubles

IN_PLACE: Final = "in place of"
"""In the detail of a receipt: another channel took it than the one it was due by."""
TAKEN: Final = (Result.ACCEPTED, Result.DELIVERED)
LAST_WORDS: Final = (Result.DELIVERED, Result.UNDELIVERED)
"""What is heard of a notice after a channel took it; the edge passes on each once."""
SLASHES: Final = 5
"""Any key of ours has so many at least; what a stranger reports of another one tells us nothing."""
HEARD_OF: Final = (Audience.STAFF, Audience.DESK, Audience.PUBLIC)
"""Audiences behind one address: a refusal tells of the channel, not of one subscriber's number."""


def noted(state: State, arrival: Arrival) -> Iterator[Fact]:
    """Yield what a receipt settles, and what it tells of its channel."""
    if not isinstance(arrival, Receipt):
        return
    at, keys, detail = arrival.at, (arrival.key,), arrival.detail
    if arrival.key not in state.owed:
        if arrival.result in LAST_WORDS and arrival.key.count("/") >= SLASHES:
            yield NoticeSent(at=at, keys=keys, result=arrival.result, detail=detail)
        return
    match arrival.result:
        case Result.ACCEPTED | Result.DELIVERED | Result.UNDELIVERED | Result.WITHHELD:
            yield NoticeSent(at=at, keys=keys, result=arrival.result, detail=detail)
        case Result.REFUSED:
            yield NoticeRefused(at=at, keys=keys, detail=detail)
        case Result.EXPIRED:
            yield NoticeExpired(at=at, keys=keys, detail=detail)
    told = _told_of_channel(arrival)
    if told is not None:
        yield from troubles(state, told)


def _told_of_channel(receipt: Receipt) -> Trouble | None:
    _, audience, channel, *_ = receipt.key.rsplit("/", 5)
    where = f"channel:{channel}"
    if receipt.result is Result.REFUSED and audience in HEARD_OF:
        what = f"refuses notices for good: {receipt.detail}"
        return Trouble(at=receipt.at, where=where, what=what)
    if receipt.result in TAKEN and IN_PLACE not in receipt.detail:
        return Trouble(at=receipt.at, where=where, what="", over=True)
    return None
