"""Words that wait for people: who is asked, what they say, and what becomes of it without them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from netwatch.model.arrivals import Approve, Arrival, Refuse
from netwatch.model.facts import (
    ApprovalAsked,
    ApprovalGiven,
    ApprovalLapsed,
    ApprovalRefused,
    Audience,
    Fact,
    Phase,
    Purpose,
)
from netwatch.model.names import ApprovalId
from netwatch.response.alerts import beside
from netwatch.response.cases import Case
from netwatch.response.consent import Approval, Became, has_spoken
from netwatch.response.judging import Verdict, verdict
from netwatch.response.policy import Lapse, PublicRule
from netwatch.response.state import State

LET_GO: Final = (Became.GIVEN, Became.GOES)


def judged(
    state: State,
    rule: PublicRule,
    case: Case,
    now: datetime,
    *,
    audience: Audience = Audience.PUBLIC,
    recipients: int | None = None,
    dear: bool = False,
    price: float = 0.0,
) -> Verdict:
    """Return what becomes of words by a rule, with what people said of them.

    ``ASKS_ONE`` and ``ASKS_TWO`` mean that nobody was asked yet: see ``ask``. Who was asked once is
    not asked again about the same words, unless they have become a matter for more people, or of
    much more than was agreed to. What is dear needs a person at least.
    """
    found = verdict(state.rules, rule, case, now, recipients=recipients)
    if dear and found is Verdict.GOES:
        found = Verdict.ASKS_ONE
    mine = [a for a in case.approvals.values() if a.is_about(audience, rule.channel, rule.phase)]
    if audience is Audience.PUBLIC:
        return weighed(found, mine)
    total = state.spending.of(case.incident) + price
    return weighed(found, mine, recipients=recipients or 0, total=total)


def weighed(
    found: Verdict, mine: Sequence[Approval], *, recipients: int = 0, total: float = 0.0
) -> Verdict:
    """Return what becomes of words, given what people said of the same words before.

    Args:
        found: what the policy says alone.
        mine: the questions about these words.
        recipients: how many would have been told of it in all.
        total: what would have been spent on it in all.
    """
    if any(approval.became is Became.REFUSED for approval in mine):
        return Verdict.NEVER
    if not found.people:
        return found
    mine = [approval for approval in mine if approval.people >= found.people]
    alike = [approval for approval in mine if approval.holds_for(recipients, total)]
    if any(approval.became in LET_GO for approval in alike):
        return Verdict.GOES
    asked = any(approval.became is not Became.OVERTAKEN for approval in alike)
    waiting = any(approval.is_open for approval in mine)  # one question at a time
    return Verdict.WAITS if asked or waiting else found


def ask(
    state: State,
    rule: PublicRule,
    case: Case,
    people: int,
    now: datetime,
    *,
    numbers: Iterator[int],
    audience: Audience = Audience.PUBLIC,
    recipients: int | None = None,
    price: float | None = None,
) -> Iterator[Fact]:
    """Ask the staff whether words may go: a fact, and a message with its number.

    Args:
        state: whose rules say who is asked.
        rule: whose words wait.
        case: the outage, or the situation, that they are about.
        people: how many different persons have to approve.
        now: the moment.
        numbers: of approvals, those that are free.
        audience: who would hear it.
        recipients: how many that are; None: as many as were without service at the worst.
        price: what it would cost.
    """
    approval = ApprovalId(f"{state.rules.series}A-{next(numbers)}")
    rules = state.rules
    yield ApprovalAsked(
        at=now,
        approval=approval,
        incident=None if case.situation else case.incident,
        situation=case.situation,
        audience=audience,
        channel=rule.channel,
        phase=rule.phase,
        people=people,
        recipients=case.worst if recipients is None else recipients,
        price=price,
        spent=0.0 if case.situation else state.spending.of(case.incident),
        currency="" if price is None else rules.caps.currency,
        expires=now + rules.approvals.expires_after,
        goes=rules.approvals.lapse(rule.channel) is Lapse.GOES,
    )
    yield from beside(
        state,
        now,
        approval,
        "",
        phase=rule.phase,
        revision=int(now.timestamp()),
        purpose=Purpose.APPROVAL,
    )


def lapsed(state: State, case: Case, now: datetime) -> Iterator[ApprovalLapsed]:
    """Yield the questions about one case that nobody has to answer any more."""
    for approval in case.approvals.values():
        if not approval.is_open:
            continue
        overtaken = is_moot(state, case, approval.approval)
        if overtaken or now >= approval.expires:
            yield ApprovalLapsed(
                at=now,
                approval=approval.approval,
                incident=None if case.situation else case.incident,
                goes=approval.goes and not overtaken,
                overtaken=overtaken,
            )


def is_moot(state: State, case: Case, name: ApprovalId) -> bool:
    """Say whether a question is about words that are not to be said any more."""
    approval = case.approvals[name]
    if case.ending is not None or (case.confirmed and approval.phase is Phase.SUSPECTED):
        return True
    if approval.audience is not Audience.PUBLIC:
        return False
    stand = case.stands.get(approval.channel)
    said = stand is not None and stand.heard is not None and stand.heard.down
    return said or state.is_covered(case, approval.channel)


def answered(state: State, arrival: Arrival) -> Iterator[Fact]:
    """Yield what a person's answer changes: nothing where it was settled, or was theirs before."""
    if not isinstance(arrival, Approve | Refuse):
        return
    case, works = state.case_of(arrival.approval), state.promise_of(arrival.approval)
    if case is not None:
        approval = case.approvals[arrival.approval]
    elif works is not None:
        approval = works.crowd.approvals[arrival.approval]
    else:
        return
    incident = None if case is None or case.situation else case.incident
    if not approval.is_open or arrival.at >= approval.expires:
        return
    at, name, by = arrival.at, arrival.approval, arrival.by
    if isinstance(arrival, Refuse):
        yield ApprovalRefused(at=at, approval=name, incident=incident, by=by)
    elif not has_spoken(by, approval.by):
        yield ApprovalGiven(at=at, approval=name, incident=incident, by=by)
