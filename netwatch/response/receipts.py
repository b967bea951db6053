"""What became of notices: only of those that are owed, and once each."""

from collections.abc import Iterator

from netwatch.model.arrivals import Arrival, Receipt, Result
from netwatch.model.facts import Fact, NoticeExpired, NoticeRefused, NoticeSent
from netwatch.response.state import State


def noted(state: State, arrival: Arrival) -> Iterator[Fact]:
    """Yield what a receipt settles."""
    if not isinstance(arrival, Receipt) or arrival.key not in state.owed:
        return
    at, keys, detail = arrival.at, (arrival.key,), arrival.detail
    match arrival.result:
        case Result.ACCEPTED | Result.DELIVERED | Result.WITHHELD:
            yield NoticeSent(at=at, keys=keys, result=arrival.result, detail=detail)
        case Result.REFUSED:
            yield NoticeRefused(at=at, keys=keys, detail=detail)
        case Result.EXPIRED:
            yield NoticeExpired(at=at, keys=keys, detail=detail)
