"""Planned works -> what words for customers are made of: an outage known beforehand."""

from netwatch.model.evidence import Proof
from netwatch.model.facts import Cause, IncidentKind
from netwatch.model.names import IncidentId
from netwatch.views.board import Outage
from netwatch.views.works import Work


def as_outage(one: Work) -> Outage:
    """Return works as what words for customers are made of: an outage known beforehand."""
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
        expected_end=one.ends,
        proof=Proof(silent=0, asked=0, answering=0),
    )
