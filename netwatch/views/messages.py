"""Facts -> who was told what, when, on which channel, with which result: the proof of telling.

By ids alone: who is behind them is known to the inventory and the contact store.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from netwatch.model.facts import (
    Fact,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    keys_of,
)
from netwatch.model.names import NoticeKey
from netwatch.views.proof import stamp

WAITING: Final = "waiting"
"""It is owed, and no channel has said what became of it."""
_Settled = NoticeSent | NoticeRefused | NoticeExpired


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One notice to one recipient, and what became of it."""

    incident: str
    recipient: str
    """The id of a subscriber, a person or a role, or ``public``."""
    audience: str
    channel: str
    """By which it was due; where another took it, ``detail`` says so."""
    phase: str
    revision: int
    due_at: str
    result: str
    """``accepted``, later ``delivered`` or ``undelivered`` where the gateway says so; ``refused``,
    ``expired``, ``withheld`` or ``waiting``."""
    result_at: str | None
    detail: str
    """What the channel said of it, or why it did not leave."""
    key: str


COLUMNS: Final = tuple(Message.__dataclass_fields__)


def messages(facts: Iterable[Fact]) -> list[Message]:
    """Return every notice about the incidents of these facts, in the order in which they fell due.

    Args:
        facts: what was decided of one incident, or of many; in order.
    """
    dues: list[NoticeDue] = []
    became: dict[NoticeKey, _Settled] = {}
    for fact in facts:
        if isinstance(fact, NoticeDue) and fact.incident is not None:
            dues.append(fact)
        elif isinstance(fact, _Settled):
            became.update(dict.fromkeys(fact.keys, fact))
    return [message for due in dues for message in _of(due, became)]


def _of(due: NoticeDue, became: dict[NoticeKey, _Settled]) -> Iterator[Message]:
    for key, recipient in zip(keys_of(due), due.recipients, strict=True):
        end = became.get(key)
        yield Message(
            incident=due.incident or "",
            recipient=recipient,
            audience=str(due.audience),
            channel=due.channel,
            phase=str(due.phase),
            revision=due.revision,
            due_at=stamp(due.at),
            result=_result(end),
            result_at=None if end is None else stamp(end.at),
            detail="" if end is None else end.detail,
            key=key,
        )


def _result(end: _Settled | None) -> str:
    match end:
        case None:
            return WAITING
        case NoticeSent():
            return str(end.result)
        case NoticeRefused():
            return "refused"
        case NoticeExpired():
            return "expired"


def proof_answer(incident: str, told: Iterable[Message]) -> dict[str, Any]:
    """Return the answer of ``incident proof``: counts by what was said, and every message."""
    rows = list(told)
    return {
        "incident": incident,
        "told": told_answer(rows),
        "messages": [asdict(row) for row in rows],
    }


def told_answer(told: Iterable[Message]) -> list[dict[str, Any]]:
    """Return how many were told what, and what became of it: an entry a phase and channel."""
    groups: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in told:
        group = groups.setdefault(
            (one.phase, one.audience, one.channel),
            {
                "phase": one.phase,
                "audience": one.audience,
                "channel": one.channel,
                "first_at": one.due_at,
                "last_at": one.due_at,
                "recipients": 0,
                "results": {},
            },
        )
        group["last_at"] = max(group["last_at"], one.due_at, key=datetime.fromisoformat)
        group["recipients"] += 1
        group["results"][one.result] = group["results"].get(one.result, 0) + 1
    return list(groups.values())
