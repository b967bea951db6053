"""Facts -> what waits for people to agree, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from netwatch.model.facts import (
    ApprovalAsked,
    ApprovalGiven,
    ApprovalLapsed,
    ApprovalRefused,
    Fact,
)
from netwatch.model.names import ApprovalId
from netwatch.response.consent import Approval, Became, asked
from netwatch.views.proof import stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question, as people see it."""

    fact: ApprovalAsked
    approval: Approval
    refused_by: str = ""
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Say whether somebody may still answer."""
        return self.approval.is_open

    @property
    def became(self) -> Became:
        """Return what became of it."""
        return self.approval.became

    @property
    def by(self) -> tuple[str, ...]:
        """Return who approved."""
        return self.approval.by


Requests = dict[ApprovalId, Request]


def take(requests: Requests, fact: Fact) -> None:
    """Let one more fact change what waits."""
    match fact:
        case ApprovalAsked():
            requests[fact.approval] = Request(fact=fact, approval=asked(fact))
        case ApprovalGiven() | ApprovalRefused() | ApprovalLapsed():
            held = requests.get(fact.approval)
            if held is None:
                return
            approval = held.approval.answered(fact)
            requests[fact.approval] = replace(
                held,
                approval=approval,
                refused_by=fact.by if isinstance(fact, ApprovalRefused) else "",
                settled_at=None if approval.is_open else fact.at,
            )
        case _:
            return


def forget(requests: Requests, before: datetime) -> None:
    """Let go of questions that were settled earlier than that."""
    for name, request in list(requests.items()):
        if request.settled_at is not None and request.settled_at < before:
            del requests[name]


def approval_rows(requests: Iterable[Request]) -> list[dict[str, Any]]:
    """Return the rows of ``publish approvals``, newest first: those that wait before all others."""
    newest = sorted(requests, key=lambda one: one.fact.at, reverse=True)
    return [_row(one) for one in sorted(newest, key=lambda one: not one.is_open)]


def _row(request: Request) -> dict[str, Any]:
    fact = request.fact
    return {
        "approval": fact.approval,
        "incident": fact.incident,
        "situation": fact.situation,
        "maintenance": fact.maintenance,
        "audience": str(fact.audience),
        "channel": fact.channel,
        "phase": str(fact.phase),
        "recipients": fact.recipients,
        "price": fact.price,
        "currency": fact.currency,
        "people": fact.people,
        "approved_by": list(request.by),
        "refused_by": request.refused_by or None,
        "asked_at": stamp(fact.at),
        "expires": stamp(fact.expires),
        "then": "goes" if fact.goes else "dropped",
        "state": str(request.became),
    }
