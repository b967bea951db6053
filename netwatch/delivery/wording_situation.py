"""Many outages at a time -> the values of one notice about all of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from netwatch.delivery.wording_outage import public_values
from netwatch.delivery.wording_sandbox import Value
from netwatch.delivery.wording_speech import Speech
from netwatch.model.evidence import Proof
from netwatch.model.facts import Cause, IncidentKind, Phase
from netwatch.model.names import IncidentId
from netwatch.views.board import Outage

MOST_LISTED: Final = 15
"""More outages than this in one post are counted: the page has them all."""


def as_one(parts: Sequence[Outage], at: datetime) -> Outage:
    """Return outages as one: their places and services, from the first sign to the last repair.

    Args:
        parts: the outages; their order is kept.
        at: the moment for which it is true, where none of them tells of a time.
    """
    ends = [part.ended_at for part in parts if part.ended_at is not None]
    since = min((part.since for part in parts), default=at)
    return Outage(
        incident=IncidentId(""),
        kind=IncidentKind.OUTAGE,
        cause=Cause.UNKNOWN,
        cause_certainty="unknown",
        root_cause=(),
        confidence=1.0,
        areas=tuple(dict.fromkeys(area for part in parts for area in part.areas)),
        services=tuple({service: None for part in parts for service in part.services}),
        since=since,
        opened_at=since,
        restored_at=max(ends) if parts and len(ends) == len(parts) else None,
        proof=Proof(silent=0, asked=0, answering=0),
    )


def situation_values(
    parts: Sequence[Outage], phase: Phase, at: datetime, speech: Speech
) -> dict[str, Value]:
    """Return the values of a notice about many outages, as those of one, with their list."""
    lines = [_line(part, at, speech) for part in parts[:MOST_LISTED]]
    if len(parts) > MOST_LISTED:
        lines.append(speech.counted("outages.more", len(parts) - MOST_LISTED))
    return {
        **public_values(as_one(parts, at), phase, at, speech),
        "list": "\n".join(lines),
        "outages": speech.counted("outages", len(parts)),
    }


def _line(part: Outage, at: datetime, speech: Speech) -> str:
    over = part.ended_at is not None
    where = part.where_at_worst if over else part.where
    when = (
        speech.spelt("outages.done", speech.at_clock(part.ended_at, at))
        if over
        else speech.spelt("outages.since", speech.clock(part.since, at))
    )
    return f"– {speech.places(part.areas, where)}, {when}"
