"""Say whether a rule of the policy lets words out now, later, never, or when a person agrees."""

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from netwatch.model.facts import Phase
from netwatch.model.names import ChannelName
from netwatch.response.cases import Case
from netwatch.response.policy import FEW, Outside, PublicRule
from netwatch.response.rules import ResponseRules


class Verdict(StrEnum):
    """What becomes of words that are due by a rule."""

    GOES = "goes"
    ASKS_ONE = "asks-one"
    ASKS_TWO = "asks-two"
    WAITS = "waits"
    NEVER = "never"

    @property
    def people(self) -> int:
        """Return how many different persons have to approve."""
        return {Verdict.ASKS_ONE: 1, Verdict.ASKS_TWO: 2}.get(self, 0)


def verdict(
    rules: ResponseRules,
    rule: PublicRule,
    case: Case,
    now: datetime,
    *,
    recipients: int | None = None,
) -> Verdict:
    """Return what a rule makes of an outage at this moment.

    Its age is always waited for. What the number of people or the hour keep back waits, needs a
    person or is not said, as the rule has it; a great many recipients need people in any case.

    Args:
        rules: in whose time zone the hours are.
        rule: one of theirs.
        case: the outage.
        now: the moment.
        recipients: how many would get it; None: as many as were without service at the worst.
    """
    if not rule.is_about(case.cause) or _missed(rules, rule, case):
        return Verdict.NEVER
    if _is_young(rule, case, now):
        return Verdict.WAITS
    asks = people_needed(rule, case.worst if recipients is None else recipients)
    if case.worst >= rule.least_subscribers and within_hours(rules, rule, now):
        return asks or Verdict.GOES
    if rule.outside is Outside.ASK and case.worst >= rule.ask_from:
        return asks or Verdict.ASKS_ONE
    return Verdict.WAITS


def within_hours(rules: ResponseRules, rule: PublicRule, now: datetime) -> bool:
    """Say whether the rule's hours hold at this moment."""
    return rule.hours is None or rule.hours.hold(now.astimezone(ZoneInfo(rules.timezone)))


def out_of_hours(
    rules: ResponseRules, channel: ChannelName, phase: Phase, moment: datetime
) -> bool:
    """Say whether no rule of a channel lets words of this phase out at this hour."""
    of_it = [rule for rule in rules.policy if (rule.channel, rule.phase) == (channel, phase)]
    return bool(of_it) and not any(within_hours(rules, rule, moment) for rule in of_it)


def _is_young(rule: PublicRule, case: Case, now: datetime) -> bool:
    """Say whether it is too early; of a single sign the time counts anew with each relapse."""
    single = case.silent < FEW and now - (case.again or case.since) < rule.after_few
    return single or now - case.since < rule.after


def _missed(rules: ResponseRules, rule: PublicRule, case: Case) -> bool:
    """Say whether its time came at an hour at which the rule keeps still for good."""
    return rule.outside is Outside.NEVER and not within_hours(rules, rule, case.since + rule.after)


def people_needed(rule: PublicRule, recipients: int) -> Verdict | None:
    """Return how many persons have to agree for the number of recipients alone; None: nobody."""
    if rule.two_people_above is not None and recipients > rule.two_people_above:
        return Verdict.ASKS_TWO
    if rule.one_person_above is not None and recipients > rule.one_person_above:
        return Verdict.ASKS_ONE
    return None
