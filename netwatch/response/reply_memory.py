"""What is remembered of messages of the staff: which came, what they were asked back."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from netwatch.model.answers import LASTS
from netwatch.model.facts import Fact
from netwatch.model.meaning import Meaning, Unclear
from netwatch.model.names import ChannelName, IncidentId
from netwatch.model.reply_facts import ReplyTaken, StrayRefused
from netwatch.model.replying import Reply

MOST: Final = 5000
"""So many messages are remembered, the latest of them; their ways keep fewer."""
FORGOTTEN: Final = timedelta(hours=1)
ALIKE: Final = timedelta(minutes=2)
"""The same words without a number are a repetition for so long."""
MOST_GUESSES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What will be done when somebody answers our question."""

    at: datetime
    why: Unclear
    meaning: Meaning
    incident: IncidentId | None = None
    number: int = 0
    """Of the answer in which we asked."""
    guesses: int = 0
    """How many wrong codes came."""


@dataclass(slots=True)
class Replies:
    """Messages of the staff."""

    answers: int = 0
    seen: dict[str, datetime] = field(default_factory=dict)
    """Messages and seals, the oldest first."""
    waiting: dict[str, Waiting] = field(default_factory=dict)
    """By person."""
    answered: dict[str, list[datetime]] = field(default_factory=dict)
    strays: dict[ChannelName, datetime] = field(default_factory=dict)
    """When whoever is on duty was last told of one, by way."""
    strays_told: int = 0

    def knows(self, reply: Reply) -> bool:
        """Say whether a message was taken before, or what proves it was used before."""
        came = self.seen.get(reply.message)
        again = came is not None and (reply.numbered or reply.at - came < ALIKE)
        return again or (bool(reply.seal) and reply.seal in self.seen)

    def waits_for(self, reply: Reply) -> Waiting | None:
        """Return what waits for an answer of this person; None: nothing does any more."""
        waiting = self.waiting.get(reply.by)
        return waiting if waiting is not None and reply.at - waiting.at < LASTS else None

    def answered_since(self, person: str, since: datetime) -> int:
        """Return how many answers somebody got."""
        return sum(at > since for at in self.answered.get(person, ()))


def evolve(replies: Replies, fact: Fact) -> None:
    """Remember one fact."""
    match fact:
        case ReplyTaken():
            _take(replies, fact)
        case StrayRefused(told=True):
            replies.strays[fact.channel] = fact.at
            replies.strays_told += 1
        case _:
            return


def _take(replies: Replies, fact: ReplyTaken) -> None:
    replies.answers = max(replies.answers, fact.number)
    for mark in filter(None, (fact.message, fact.seal)):
        replies.seen.pop(mark, None)
        replies.seen[mark] = fact.at
    while len(replies.seen) > MOST:
        del replies.seen[next(iter(replies.seen))]
    recent = deque(replies.answered.get(fact.by, ()), maxlen=100)
    replies.answered[fact.by] = [at for at in recent if fact.at - at < FORGOTTEN] + [fact.at]
    before = replies.waiting.pop(fact.by, None)
    if fact.waits is not None and fact.unclear is not None:
        replies.waiting[fact.by] = Waiting(
            at=fact.at,
            why=fact.unclear,
            meaning=fact.waits,
            incident=fact.incident,
            number=fact.number,
        )
    elif fact.unclear is Unclear.WRONG_CODE and before is not None:
        _guessed(replies, fact, before)


def _guessed(replies: Replies, fact: ReplyTaken, before: Waiting) -> None:
    """Let a code wait on after a slip of the pen, and not after many."""
    if before.guesses + 1 < MOST_GUESSES:
        replies.waiting[fact.by] = Waiting(
            at=before.at,
            why=before.why,
            meaning=before.meaning,
            incident=before.incident,
            number=before.number,
            guesses=before.guesses + 1,
        )
