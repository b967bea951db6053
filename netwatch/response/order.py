"""Customers first: whether they were told of an incident, or why they need not be."""

from collections.abc import Iterable
from datetime import datetime

from netwatch.model.facts import Cause, IncidentKind, Phase
from netwatch.model.names import ChannelName
from netwatch.response.cases import Case
from netwatch.response.judging import Verdict, verdict, within_hours
from netwatch.response.policy import Outside, PublicRule
from netwatch.response.publishing import withheld
from netwatch.response.rules import ResponseRules
from netwatch.response.sheets import Sheet
from netwatch.response.state import State

FIRST_WORDS = (Phase.SUSPECTED, Phase.CONFIRMED)
PUBLIC_KINDS = (IncidentKind.OUTAGE, IncidentKind.PARTIAL)


def told(sheet: Sheet) -> str:
    """Return by which channels customers were told, as a fact says it; empty: by none yet."""
    return f"sent:{','.join(sorted(sheet.told_on))}" if sheet.told_on else ""


def need_not(state: State, sheet: Sheet, now: datetime) -> str:
    """Return why customers are told nothing; empty while they are told, or may be within a minute.

    ``kind``: nobody of them is without service, or it is not theirs to hear; ``shadow``, ``mode``,
    ``held``: public words do not leave; ``blind``: we see too little to speak; ``too-few``,
    ``hours``, ``cause``: the policy says nothing to so few, at this hour, of this cause.
    """
    if sheet.kind not in PUBLIC_KINDS or sheet.cause is Cause.SELF:
        return "kind"
    case = state.cases.get(sheet.incident)
    if sheet.owed or sheet.failed or case is None:
        return ""
    if state.blinded:
        return "blind"
    spoken = [rule for phase in FIRST_WORDS for rule in state.rules.public(phase)]
    shut = _shut(state, {rule.channel for rule in spoken})
    if shut:
        return shut
    open_ = [rule for rule in spoken if withheld(state, rule.channel) is None]
    whys = [_keeps_back(state.rules, rule, case, now) for rule in open_]
    return next((why for why in whys if why), "no-rule") if all(whys) else ""


def waits_for(sheet: Sheet) -> tuple[ChannelName, ...]:
    """Return the channels that owe a notice, or refused it, while none took one."""
    owing = {ChannelName(key.split("/")[2]) for key in sheet.owed}
    return tuple(sorted(owing | sheet.failed))


def _shut(state: State, channels: Iterable[ChannelName]) -> str:
    """Return why no public channel lets words out; empty: one does."""
    reasons = [withheld(state, channel) for channel in sorted(channels)]
    return str(reasons[0]) if reasons and all(reasons) else ""


def _keeps_back(rules: ResponseRules, rule: PublicRule, case: Case, now: datetime) -> str:
    """Return why a rule does not speak within the next minutes; empty: it does, or may."""
    if not rule.is_about(case.cause):
        return "cause"
    found = verdict(rules, rule, case, now)
    if found is Verdict.NEVER:
        return "hours"
    if rule.outside is Outside.ASK and case.worst >= rule.ask_from:
        return ""
    if case.worst < rule.least_subscribers:
        return "too-few"
    return "" if within_hours(rules, rule, now) else "hours"
