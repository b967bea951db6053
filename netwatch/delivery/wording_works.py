"""Planned works -> what words for customers are made of: an outage known beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from netwatch.delivery.wording_outage import public_values
from netwatch.delivery.wording_sandbox import Value
from netwatch.delivery.wording_speech import Speech
from netwatch.delivery.words import CANCELLED, END, MOVED, REMIND, SEVERAL, START
from netwatch.model.evidence import Proof
from netwatch.model.facts import Cause, IncidentKind, Phase
from netwatch.model.names import IncidentId
from netwatch.model.works_words import Time, Told
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


def at_time(one: Work, time: Time, told: Told) -> Outage:
    """Return works as they are told of at one of their times, whatever became of them since."""
    outage = as_outage(one)
    return replace(
        outage,
        since=time.starts,
        opened_at=time.starts,
        expected_end=time.ends,
        restored_at=time.ends if told is Told.END else None,
        state=CALLED_OFF if told is Told.CANCELLED else "planned",
    )


def about(told: Told, parts: Sequence[Outage]) -> tuple[str, ...]:
    """Return what matters more than the cause where single readers are told of works."""
    if told in (Told.ANNOUNCED, Told.REMIND) and len(parts) > 1:
        return (SEVERAL,)
    named = {
        Told.REMIND: REMIND,
        Told.START: START,
        Told.END: END,
        Told.CANCELLED: CANCELLED,
        Told.MOVED: MOVED,
    }
    return (named[told],) if told in named else ()


def works_values(
    parts: Sequence[Outage], told: Told, at: datetime, speech: Speech
) -> Mapping[str, Value]:
    """Return the values for works at one or several times.

    Args:
        parts: the works at each of the times; of moved works the old time, then the new one.
        told: what is told of them.
        at: the moment for which it is true.
        speech: of the reader.
    """
    first, last = parts[0], parts[-1]
    areas = tuple(dict.fromkeys(area for part in parts for area in part.areas))
    same_place = told is Told.MOVED or all(part.where == first.where for part in parts)
    whole = first if same_place else replace(first, areas=areas, where=_widest(parts).where)
    whole = replace(whole, where_at_worst=whole.where)
    ends = speech.clock(last.expected_end, last.since)
    return {
        **public_values(whole, Phase.PLANNED, at, speech),
        "times": times(parts, at, speech),
        "new_since": speech.clock(last.since, at),
        "new_end": ends,
    }


def times(parts: Sequence[Outage], at: datetime, speech: Speech) -> str:
    """Say when works go on: "10.12 02:00 - 04:00, 05:00 - 06:00", each day once."""
    dash = "-" if speech.short else "–"
    said, seen = [], at
    for part in parts:
        ends = speech.clock(part.expected_end, part.since)
        said.append(f"{speech.clock(part.since, seen)} {dash} {ends}")
        seen = part.since
    return ", ".join(said) if speech.short else speech.listed(said)


def _widest(parts: Sequence[Outage]) -> Outage:
    return max(parts, key=lambda part: len(part.where.stretches))
