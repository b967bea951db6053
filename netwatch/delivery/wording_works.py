"""Planned works -> what words for customers are made of: an outage known beforehand."""

from datetime import datetime
from typing import Final

from netwatch.delivery.words import CANCELLED, END, REMIND, START
from netwatch.model.evidence import Proof
from netwatch.model.facts import Cause, IncidentKind
from netwatch.model.names import IncidentId
from netwatch.views.board import Outage
from netwatch.views.works import Work

CALLED_OFF: Final = "cancelled"
OVER: Final = ("ended", "overran")


def as_outage(one: Work, revision: int = 0) -> Outage:
    """Return works as what words for customers are made of: an outage known beforehand.

    Args:
        one: the works.
        revision: how often they have been told of; more than once: people are reminded.
    """
    return Outage(
        incident=IncidentId(one.id),
        kind=IncidentKind.OUTAGE,
        cause=Cause.CHANGE,
        cause_certainty="known",
        root_cause=one.elements,
        confidence=1.0,
        areas=one.areas,
        where=one.where,
        where_at_worst=one.where,
        since=one.starts,
        opened_at=one.starts,
        restored_at=one.ends if one.state in OVER else None,
        state=one.state,
        expected_end=one.ends,
        revision=revision,
        proof=Proof(silent=0, asked=0, answering=0),
    )


def stage(outage: Outage, at: datetime) -> tuple[str, ...]:
    """Return which of their stages works are in, as words are found by it; none: announced."""
    if outage.state == CALLED_OFF:
        return (CANCELLED,)
    if outage.restored_at is not None:
        return (END,)
    if outage.since <= at:
        return (START,)
    return (REMIND,) if outage.revision > 1 else ()
