"""Why an answer to a question whether words may go changed nothing, and what to do instead."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Final

from netwatch.model.arrivals import Approve, Command
from netwatch.model.names import ApprovalId
from netwatch.response.consent import Became, has_spoken
from netwatch.views.approvals import Request
from netwatch.views.board import Board

OTHER: Final = (
    "it needs another person's as well, who says so in their own name: netwatch publish approve"
)
SEE: Final = "see them with: netwatch publish approvals"


def needs_another_person(command: Command, board: Board) -> bool:
    """Say whether a command led to nothing only because of who gave it."""
    if not isinstance(command, Approve):
        return False
    request = board.approvals.get(command.approval)
    return request is not None and request.is_open and has_spoken(command.by, request.by)


def not_answered(name: ApprovalId, by: str, board: Board) -> str:
    """Say why an answer changed nothing."""
    request = board.approvals.get(name)
    if request is None:
        near = get_close_matches(name, board.approvals, n=1)
        hint = f"did you mean {near[0]}?" if near else SEE
        return f"nothing waits as {name}; {hint}"
    if request.is_open and has_spoken(by, request.by):
        return f"{name} has the approval of {' and '.join(request.by)}; {OTHER}"
    return _SAID[request.became](name, request)


def _dropped(name: ApprovalId, _request: Request) -> str:
    return (
        f"nobody answered {name} in time, so its words were dropped; the page has them: share it "
        "by hand. For more time: approvals: {expires_after: 30m} in rules/notices/"
    )


def _went(name: ApprovalId, _request: Request) -> str:
    stop = "stop all public words with: netwatch publish hold"
    return f"nobody answered {name} in time, so its words went; {stop}"


_SAID: Final[Mapping[Became, Callable[[ApprovalId, Request], str]]] = {
    Became.OPEN: _dropped,  # its time is over, the second that says so is not
    Became.DROPPED: _dropped,
    Became.GOES: _went,
    Became.GIVEN: lambda name, one: f"{name} was approved by {' and '.join(one.by)}; it goes",
    Became.REFUSED: lambda name, one: f"{name} was refused by {one.refused_by}; it is not said",
    Became.OVERTAKEN: lambda name, _: (
        f"{name} needs no answer any more: what it was about is over, or was said"
    ),
}
