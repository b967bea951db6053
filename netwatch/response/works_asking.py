"""Words about planned works that wait for people, as those for outages do.

There is time: nobody is woken, and the question stands until the words would be too late.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from netwatch.model.facts import ApprovalAsked, ApprovalLapsed, Audience, Fact, Phase, Purpose
from netwatch.model.names import ApprovalId, IncidentId
from netwatch.response.alerts import beside
from netwatch.response.approvals import weighed
from netwatch.response.judging import Verdict, people_needed
from netwatch.response.planned import Promise, Stage
from netwatch.response.policy import Lapse, PublicRule
from netwatch.response.state import State
from netwatch.response.works_due import is_beforehand

OPEN_STAGES: Final = (Stage.PLANNED, Stage.BEGUN)


def agreed(
    state: State,
    promise: Promise,
    rule: PublicRule,
    recipients: int,
    *,
    dear: bool,
    price: float,
) -> Verdict:
    """Return what becomes of words about works by a rule, with what people said of them.

    Args:
        state: what was decided.
        promise: the works.
        rule: whose words they are.
        recipients: how many were told and are to be told.
        dear: they cost more than the policy lets go without a person.
        price: what they cost.
    """
    found = people_needed(rule, recipients) or (Verdict.ASKS_ONE if dear else Verdict.GOES)
    mine = [
        approval
        for approval in promise.crowd.approvals.values()
        if (approval.channel, approval.told) == (rule.channel, rule.told)
    ]
    spent = state.spending.of(IncidentId(promise.maintenance))
    return weighed(found, mine, recipients=recipients, total=spent + price)


def asked(
    state: State,
    promise: Promise,
    rule: PublicRule,
    people: int,
    now: datetime,
    *,
    numbers: Iterator[int],
    recipients: int,
    price: float | None,
) -> Iterator[Fact]:
    """Ask the staff whether words about works may go; there is time until they are too late."""
    approval = ApprovalId(f"{state.rules.series}A-{next(numbers)}")
    rules = state.rules
    yield ApprovalAsked(
        at=now,
        approval=approval,
        maintenance=promise.maintenance,
        audience=Audience.SUBSCRIBERS,
        channel=rule.channel,
        phase=Phase.PLANNED,
        people=people,
        recipients=recipients,
        price=price,
        spent=state.spending.of(IncidentId(promise.maintenance)),
        currency="" if price is None else rules.caps.currency,
        expires=_expires(state, promise, rule, now),
        goes=rules.approvals.lapse(rule.channel) is Lapse.GOES,
        told=rule.told,
    )
    yield from beside(
        state,
        now,
        approval,
        "",
        phase=Phase.PLANNED,
        revision=int(now.timestamp()),
        purpose=Purpose.APPROVAL,
    )


def _expires(state: State, promise: Promise, rule: PublicRule, now: datetime) -> datetime:
    soonest = now + state.rules.approvals.expires_after
    last = promise.starts - rule.lead if is_beforehand(rule) else promise.ends
    return max(soonest, last if last > soonest else min(promise.starts, promise.ends))


def lapsed(promise: Promise, now: datetime) -> Iterator[ApprovalLapsed]:
    """Yield the questions about works that nobody has to answer any more."""
    for approval in promise.crowd.approvals.values():
        if not approval.is_open:
            continue
        overtaken = promise.stage not in OPEN_STAGES
        if overtaken or now >= approval.expires:
            yield ApprovalLapsed(
                at=now,
                approval=approval.approval,
                goes=approval.goes and not overtaken,
                overtaken=overtaken,
            )
