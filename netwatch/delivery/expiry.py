"""Whether words that are still owed are still worth saying."""

from datetime import datetime, timedelta
from typing import Final

from netwatch.model.facts import Audience, NoticeDue, Phase, Purpose
from netwatch.model.names import ApprovalId, SituationId
from netwatch.model.works_words import BEFOREHAND, LAST_WORDS, Saying, Time, saying
from netwatch.views.board import Board
from netwatch.views.proof import stamp

DOWN: Final = (Phase.SUSPECTED, Phase.CONFIRMED, Phase.UPDATE)
TOO_OLD: Final = timedelta(hours=24)
DOUBT: Final = timedelta(minutes=10)
"""A notice that may have left already is repeated with its key, unless it is older than this."""
ITS_END: Final = timedelta(minutes=30)
"""So long a "down" to a subscriber that has not left waits for his "up", to be one text with it."""


def obsolete(due: NoticeDue, board: Board, at: datetime, *, in_doubt: bool = False) -> str | None:
    """Say why a notice is not worth sending any more; None when it is.

    Words to the public that something is down expire once it works again: what is due next tells
    the whole story. Those to a subscriber wait for that. The staff is told everything for a day.

    Args:
        due: what is owed.
        board: the incidents as they stand.
        at: now.
        in_doubt: it may have left before; then it is repeated, so that its "up" follows a "down".
    """
    if at - due.at >= TOO_OLD:
        return f"could not be sent for {TOO_OLD.total_seconds() / 3600:.0f} hours"
    outage = board.outages.get(due.incident) if due.incident else None
    if outage is None or due.audience not in (Audience.PUBLIC, Audience.SUBSCRIBERS):
        fresh = due.phase is not Phase.PLANNED or at - due.at < DOUBT
        return None if in_doubt and fresh else _of_no_incident(due, board, at)
    if due.phase not in DOWN or (in_doubt and at - due.at < DOUBT):
        return None
    if outage.merged_into is not None:
        return f"merged into {outage.merged_into} before it could be sent"
    when = None if outage.is_open else outage.restored_at or outage.closed_at or at
    if when is None or (due.audience is Audience.SUBSCRIBERS and at - when < ITS_END):
        return None
    return f"restored at {stamp(when)} before it could be sent"


def _of_no_incident(due: NoticeDue, board: Board, at: datetime) -> str | None:
    """Say why a question, or words about a situation or works, are not worth sending any more."""
    said = saying(due.detail) if due.phase is Phase.PLANNED else None
    if said is not None and due.audience is Audience.SUBSCRIBERS:
        return _of_works(said, board, at)
    if due.purpose is Purpose.APPROVAL:
        request = board.approvals.get(ApprovalId(due.subject))
        settled = request is not None and not request.is_open
        return "nobody has to answer it any more" if settled else None
    situation = board.situations.get(SituationId(due.subject))
    if situation is None or situation.over_at is None or due.phase not in DOWN:
        return None
    return f"over at {stamp(situation.over_at)} before it could be sent"


def _of_works(said: Saying, board: Board, at: datetime) -> str | None:
    """Say why words about works are of no use any more; what comes next is decided anew."""
    if said.told in LAST_WORDS:
        return None
    time = said.times[0]
    if said.told in BEFOREHAND and at >= time.starts:
        return f"{time.works} began at {stamp(time.starts)} before it could be sent"
    if at >= time.ends:
        return f"{time.works} ended at {stamp(time.ends)} before it could be sent"
    off = next((one.works for one in said.times if _is_off(one, board)), None)
    return None if off is None else f"{off} was called off before it could be sent"


def _is_off(time: Time, board: Board) -> bool:
    work = board.works.get(time.works)
    return work is None or work.state == "cancelled"
