"""What a person was asked about words that wait, and what they said."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from netwatch.model.names import ApprovalId, ChannelName
from netwatch.model.publishing_facts import (
    ApprovalAsked,
    ApprovalGiven,
    ApprovalLapsed,
    ApprovalRefused,
)
from netwatch.model.terms import Audience, Phase

BY_LINK: Final = " (by link)"
"""Ends the name of whoever answered by a link: all who read the chat that it came to have it."""

GROWN: Final = 1.5
"""Whoever agreed to words agreed to so many times the people and the money, not to more."""

ApprovalFact = ApprovalAsked | ApprovalGiven | ApprovalRefused | ApprovalLapsed


class Became(StrEnum):
    """What became of the question."""

    OPEN = "open"
    GIVEN = "given"
    REFUSED = "refused"
    GOES = "goes"
    """Nobody answered, and the words go."""
    DROPPED = "dropped"
    """Nobody answered, and the words do not go because of it."""
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One question: may these words go?"""

    approval: ApprovalId
    audience: Audience
    channel: ChannelName
    phase: Phase
    people: int
    expires: datetime
    goes: bool
    by: tuple[str, ...] = ()
    became: Became = Became.OPEN
    recipients: int = 0
    """How many it was said to be about; 0: nobody kept that."""
    price: float | None = None
    """What it was said to cost; None: nothing, or nobody knew."""
    spent: float = 0.0
    """What had been spent on the same matter by then."""
    told: str = ""
    """Of planned works: what is told of them."""

    @property
    def is_open(self) -> bool:
        """Say whether somebody may still answer."""
        return self.became is Became.OPEN

    def holds_for(self, recipients: int, total: float) -> bool:
        """Say whether it was asked about as many people and as much money, or nearly so.

        Args:
            recipients: how many would have been told in all.
            total: what would have been spent on the matter in all.
        """
        many = bool(self.recipients) and recipients > self.recipients * GROWN
        dear = self.price is not None and total > (self.spent + self.price) * GROWN
        return not (many or dear)

    def is_about(self, audience: Audience, channel: ChannelName, phase: Phase) -> bool:
        """Say whether these are the words that it is about."""
        return (self.audience, self.channel, self.phase) == (audience, channel, phase)

    def answered(self, fact: ApprovalFact) -> "Approval":
        """Return it after one more answer."""
        match fact:
            case ApprovalGiven():
                by = tuple(dict.fromkeys((*self.by, fact.by)))
                enough = len(by) >= self.people
                return replace(self, by=by, became=Became.GIVEN if enough else self.became)
            case ApprovalRefused():
                return replace(self, became=Became.REFUSED)
            case ApprovalLapsed(overtaken=True):
                return replace(self, became=Became.OVERTAKEN)
            case ApprovalLapsed():
                return replace(self, became=Became.GOES if fact.goes else Became.DROPPED)
            case _:
                return self


def has_spoken(by: str, others: Iterable[str]) -> bool:
    """Say whether this may be one of those who answered.

    All links together are one voice, and whoever pressed theirs is the same person without it.
    """
    link, name = by.endswith(BY_LINK), by.removesuffix(BY_LINK)
    return any(
        one.removesuffix(BY_LINK) == name or (link and one.endswith(BY_LINK)) for one in others
    )


def asked(fact: ApprovalAsked) -> Approval:
    """Return the question as it was asked."""
    return Approval(
        approval=fact.approval,
        audience=fact.audience,
        channel=fact.channel,
        phase=fact.phase,
        people=fact.people,
        expires=fact.expires,
        goes=fact.goes,
        recipients=fact.recipients,
        price=fact.price,
        spent=fact.spent,
        told=fact.told,
    )
