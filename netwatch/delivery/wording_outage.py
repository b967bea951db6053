"""An outage -> the values that templates may put in. All of them plain, all of them harmless."""

from datetime import datetime, timedelta
from typing import Final

from netwatch.delivery.wording_grammar import lasting, percent
from netwatch.delivery.wording_sandbox import Value
from netwatch.delivery.wording_speech import Speech
from netwatch.delivery.wording_values import harmless
from netwatch.delivery.words import WEBSITE
from netwatch.model.facts import Phase
from netwatch.model.names import ChannelName
from netwatch.response.promises import promised, round_down, within
from netwatch.views.board import Outage

BEFORE_THE_END: Final = timedelta(minutes=30)
UP: Final = frozenset({Phase.RESTORED, Phase.CORRECTED})
"""Phases that speak to all who were told, not to the last of them who waited."""
SUREST: Final = 0.999
LONGEST_DETAIL: Final = 300
LONGEST_LINK: Final = 500
"""A link that is cut leads nowhere."""


def next_update(outage: Outage, phase: Phase, at: datetime, speech: Speech) -> datetime | None:
    """Return when the public is promised news: a promise of news, never of the repair.

    Counted from when the public was told of this phase, on a round time; with an expected end,
    half an hour before it. A promise that has passed is given anew. None: nothing more is due.
    """
    if phase in {Phase.RESTORED, Phase.CORRECTED, Phase.PLANNED} or outage.nearly_over:
        return None
    span = within(speech.words.next_update, phase)
    end = outage.expected_end
    if end is not None and end > at:
        early = round_down(end - BEFORE_THE_END, span)
        return early if early > at else end
    first = promised(_told_at(outage, phase, at), span)
    missed = (at - first) // span + 1
    return first + max(0, missed) * span


def _told_at(outage: Outage, phase: Phase, at: datetime) -> datetime:
    shown = outage.shown_on(ChannelName(WEBSITE))
    return shown.at if shown and shown.phase == phase and shown.at <= at else at


def public_values(outage: Outage, phase: Phase, at: datetime, speech: Speech) -> dict[str, Value]:
    """Return the values for customers: nothing in them names a device, a site or a spot."""
    end, restored = outage.expected_end, outage.ended_at or at
    where = outage.where_at_worst if phase in UP else outage.where
    news_by = next_update(outage, phase, at, speech)
    operator = speech.words.operator
    return {
        "name": harmless(speech.name, speech.longest),
        "phone": harmless(operator.phone),
        "page": harmless(operator.page(speech.language) or speech.page, LONGEST_LINK),
        "report": harmless(operator.report, LONGEST_LINK),
        "apart": bool(outage.apart),
        "areas": speech.places(outage.areas, where),
        "areas_in": speech.places_in(outage.areas, where),
        "cause": outage.cause.value,
        "certainty": outage.cause_certainty,
        "cause_text": speech.cause(outage.cause, outage.cause_certainty),
        "crew_state": outage.crew_state,
        "crew": speech.crew(outage.crew_state),
        "services": speech.listed(speech.services(outage.services)),
        "services_of": speech.listed(speech.services(outage.services, "of")),
        "services_in": speech.listed(speech.services(outage.services, "in")),
        "services_neither": speech.neither(speech.services(outage.services)),
        "phone_is_out": "phone" in outage.services,
        "since": speech.clock(outage.since, at),
        "now": speech.clock(at, at),
        "next_update": speech.clock(news_by, at),
        "at_next_update": speech.at_clock(news_by, at),
        "end": speech.clock(end, outage.since if phase is Phase.PLANNED else at),
        "end_passed": end is not None and end <= at,
        "restored": speech.clock(restored, at),
        "at_restored": speech.at_clock(restored, at),
        "duration": lasting(restored - outage.since, speech.language),
        "first_told": speech.clock(outage.confirmed_at or outage.opened_at, at),
        "times": f"{speech.clock(outage.since, at)} - {speech.clock(end, outage.since)}",
        "new_since": speech.clock(outage.since, at),
        "new_end": speech.clock(end, outage.since),
        "two_way": speech.two_way,
        "list": "",
        "outages": "",
    }


def staff_values(
    outage: Outage, at: datetime, speech: Speech, missed: datetime | None = None
) -> dict[str, Value]:
    """Return the values for staff: elements by name, counts, odds, promises missed."""
    proof = outage.proof
    where = outage.where if outage.is_open else outage.where_at_worst
    return {
        **public_values(outage, outage.phase or Phase.CONFIRMED, at, speech),
        "incident": harmless(outage.incident),
        "kind": outage.kind.value,
        "merged_into": harmless(outage.merged_into or ""),
        "people": speech.counted("people", len(outage.without)),
        "possibly": speech.counted("people", where.possibly) if where.possibly else "",
        "streets": speech.streets(where),
        "people_worst": speech.counted("people", outage.worst),
        "promised": speech.clock(missed, at),
        "owner": harmless(outage.owner or ""),
        "closed_by": harmless(outage.closed_by),
        "root_cause": speech.elements(outage.root_cause),
        "also_possible": speech.elements(outage.also_possible),
        "confidence": percent(min(outage.confidence, SUREST), speech.language),
        "trouble_cause": speech.phrase(f"staff.cause.{outage.cause}", outage.cause.value),
        "silent": proof.silent,
        "unseen": proof.blind,
        "asked": proof.asked,
        "answering": proof.answering,
    }
