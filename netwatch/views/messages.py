"""Facts -> who was told what, when, on which channel, with which result: the proof of telling.

By ids alone: who is behind them is known to the inventory and the contact store.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from netwatch.model.facts import (
    Fact,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Phase,
    keys_of,
)
from netwatch.model.names import MaintenanceId, NoticeKey
from netwatch.model.works_words import saying
from netwatch.views.proof import stamp

WAITING: Final = "waiting"
"""It is owed, and no channel has said what became of it."""
_Settled = NoticeSent | NoticeRefused | NoticeExpired


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One notice to one recipient, and what became of it."""

    incident: str
    """Empty where it is about planned works."""
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
    return _told(facts, lambda due: due.incident is not None)


def messages_of_works(facts: Iterable[Fact], works: MaintenanceId) -> list[Message]:
    """Return every notice about planned works, in the order in which they fell due.

    Args:
        facts: what was decided, in order; what is about anything else is passed over.
        works: which; a text about several works at once is one about each of them.
    """
    return _told(facts, lambda due: tells_of(due, works))


def tells_of(due: NoticeDue, works: MaintenanceId) -> bool:
    """Say whether a notice is about these works."""
    if due.incident is not None or due.phase is not Phase.PLANNED:
        return False
    said = saying(due.detail)
    return due.subject == works or (
        said is not None and any(time.works == works for time in said.times)
    )


def _told(facts: Iterable[Fact], concerns: Callable[[NoticeDue], bool]) -> list[Message]:
    dues: list[NoticeDue] = []
    became: dict[NoticeKey, _Settled] = {}
    for fact in facts:
        if isinstance(fact, NoticeDue) and concerns(fact):
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
            phase=_phase(due),
            revision=due.revision,
            due_at=stamp(due.at),
            result=_result(end),
            result_at=None if end is None else stamp(end.at),
            detail="" if end is None else end.detail,
            key=key,
        )


def _phase(due: NoticeDue) -> str:
    """Return what was said: of works also whether they were announced, moved or called off."""
    said = saying(due.detail) if due.phase is Phase.PLANNED else None
    return str(due.phase) if said is None else f"{due.phase}: {said.told}"


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
    return {"incident": incident, **_answer(list(told))}


def works_proof_answer(works: MaintenanceId, told: Iterable[Message]) -> dict[str, Any]:
    """Return the answer of ``maintenance proof``, as that of ``incident proof``."""
    return {"maintenance": works, **_answer(list(told))}


def _answer(rows: list[Message]) -> dict[str, Any]:
    return {"told": told_answer(rows), "messages": [asdict(row) for row in rows]}


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
