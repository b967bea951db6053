"""What caused it: as netwatch thinks, or as a person said, which holds whatever is seen later."""

from dataclasses import replace
from typing import TYPE_CHECKING

from netwatch.model.evidence import Proof
from netwatch.model.facts import Cause, CauseNamed, Diagnosis

if TYPE_CHECKING:
    from netwatch.views.board import Outage

SOMEBODY = "somebody"


def thought(outage: "Outage", cause: Cause) -> "Outage":
    """Return an outage of which netwatch thinks this."""
    if outage.cause_by:
        return replace(outage, cause_thought=cause)
    certainty = "unknown" if cause is Cause.UNKNOWN else "likely"
    return replace(outage, cause=cause, cause_thought=cause, cause_certainty=certainty)


def said(outage: "Outage", fact: CauseNamed) -> "Outage":
    """Return an outage of which a person said what caused it, or took that back."""
    if fact.cause is None:
        return thought(replace(outage, cause_by=""), outage.cause_thought)
    by = fact.by or SOMEBODY
    return replace(outage, cause=fact.cause, cause_certainty="known", cause_by=by)


def inherited(outage: "Outage", merged: "Outage") -> "Outage":
    """Return an outage into which one merges: what a person said of either holds for both."""
    if outage.cause_by or not merged.cause_by:
        return outage
    return replace(outage, cause=merged.cause, cause_certainty="known", cause_by=merged.cause_by)


def suspecting(outage: "Outage", diagnosis: Diagnosis) -> Proof:
    """Keep the records suspected before, while the root is the same, and how many reported it."""
    known = outage.proof.suspects
    proof = replace(diagnosis.proof, reports=max(outage.proof.reports, diagnosis.proof.reports))
    if outage.root_cause != diagnosis.root_cause or not known:
        return proof
    return replace(proof, suspects=tuple(sorted({*known, *proof.suspects})))
