"""Report -> the answer of ``publish report``: sums first, then each incident."""

from collections import Counter
from datetime import timedelta
from statistics import median
from typing import Any

from netwatch.response.consent import Became
from netwatch.views.proof import stamp
from netwatch.views.report import Count, Report, Said, Told, Verdict

Answer = dict[str, Any]
_MINUTE = timedelta(minutes=1)
_EXACT = 4
"""Digits of money behind the point: a message may cost less than the smallest coin."""


def report_answer(found: Report, currency: str = "") -> Answer:
    """Return the sums and the incidents of a report.

    Args:
        found: the report.
        currency: of the policy's prices; empty: nobody said a price.
    """
    leads = [one.lead for one in found.told if one.lead is not None]
    minutes = [lead / _MINUTE for lead in leads]
    verdicts = Counter(str(one.verdict) for one in found.told)
    wrong = verdicts[Verdict.TAKEN_BACK] + verdicts[Verdict.BRIEF]
    return {
        "since": stamp(found.since),
        "until": stamp(found.until),
        "told": len(found.told),
        "right": verdicts[Verdict.RIGHT],
        "wrong": wrong,
        "taken_back": verdicts[Verdict.TAKEN_BACK],
        "brief": verdicts[Verdict.BRIEF],
        "open": verdicts[Verdict.OPEN],
        "told_in_vain": sum(one.in_vain for one in found.told),
        "calls": {
            "told_first": sum(lead >= timedelta() for lead in leads),
            "called_first": sum(lead < timedelta() for lead in leads),
            "nobody_called": len(found.told) - len(leads),
            "median_lead_min": round(median(minutes), 1) if minutes else None,
            "unexplained": found.unexplained,
        },
        "cost": {
            "went": _money(sum(one.went for one in found.counts.values())),
            "withheld": _money(sum(one.kept for one in found.counts.values())),
            "currency": currency or None,
        },
        "approvals": _approvals(found),
        "situations": found.situations,
        "notices": [_count(said, count) for said, count in found.counts.items()],
        "incidents": [_incident(one) for one in found.told],
        "untold": [
            {
                "incident": one.incident,
                "since": stamp(one.since),
                "areas": list(one.areas),
                "subscribers": one.worst,
                "reports": one.proof.reports,
            }
            for one in found.untold
        ],
    }


def _money(amount: float) -> float:
    return round(amount, _EXACT)


def _count(said: Said, count: Count) -> Answer:
    phase, audience, channel = said
    waiting = count.messages - count.results.total()
    results = {name: many for name, many in count.results.items() if many} | (
        {"waiting": waiting} if waiting > 0 else {}
    )
    return {
        "phase": str(phase),
        "audience": str(audience),
        "channel": channel,
        "notices": len(count.incidents),
        "messages": count.messages,
        "withheld": count.withheld,
        "results": {name: many for name, many in results.items() if many > 0},
        "cost_went": _money(count.went),
        "cost_withheld": _money(count.kept),
    }


def _incident(one: Told) -> Answer:
    outage = one.outage
    return {
        "incident": outage.incident,
        "verdict": str(one.verdict),
        "kind": str(outage.kind),
        "cause": str(outage.cause),
        "areas": list(outage.areas),
        "subscribers": outage.worst,
        "since": stamp(outage.since),
        "told_at": stamp(one.first_at),
        "ended_at": None if outage.ended_at is None else stamp(outage.ended_at),
        "first_call_at": None if one.called_at is None else stamp(one.called_at),
        "lead_min": None if one.lead is None else round(one.lead / _MINUTE, 1),
        "calls": one.calls,
        "told_in_vain": one.in_vain,
        "cost_went": _money(one.went),
        "cost_withheld": _money(one.kept),
    }


def _approvals(found: Report) -> Answer:
    became = Counter(str(one.became) for one in found.approvals)
    answered = [
        (one.settled_at - one.fact.at) / _MINUTE
        for one in found.approvals
        if one.settled_at is not None and one.became in (Became.GIVEN, Became.REFUSED)
    ]
    lapsed = became[Became.GOES] + became[Became.DROPPED]
    return {
        "asked": len(found.approvals),
        "given": became[Became.GIVEN],
        "refused": became[Became.REFUSED],
        "lapsed": lapsed,
        "went_unanswered": became[Became.GOES],
        "dropped_unanswered": became[Became.DROPPED],
        "overtaken": became[Became.OVERTAKEN],
        "open": became[Became.OPEN],
        "median_answer_min": round(median(answered), 1) if answered else None,
    }
