"""What one of the staff answers by a message -> the real night, or the drill they were told of.

Names of a drill must never be read as real ones: ``DRILL-1-I-4`` holds ``I-4``, and its cause and
end would be told to the public. So what speaks of a drill goes to that drill or nowhere, and
whoever was told of one and names nothing speaks of the drill. Only an order to stop public words
always goes to the real night: stopping too much hurts nobody.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from netwatch.model.drills import SERIES
from netwatch.model.meaning import Meaning, Unclear
from netwatch.model.names import PersonId
from netwatch.model.replying import Reply

_NAMED: Final = re.compile(r"(?i)drill(?!ed|er|ing)\W{0,3}([0-9]{1,9})?")
"""A drill by name; whoever drilled into a cable is a cause, and of the real night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """Where an answer goes, and what it says there."""

    to_drill: bool
    reply: Reply


def routed(reply: Reply, drill: str, is_told: Callable[[PersonId], bool]) -> Routed:
    """Return where an answer goes.

    Args:
        reply: as it came in.
        drill: the drill that is on, ``DRILL-7``; empty: none is.
        is_told: says whether somebody was told anything in it.
    """
    meaning = reply.meaning
    spoken = {f"{SERIES}{int(one)}" if one else drill for one in _NAMED.findall(reply.text)}
    if spoken:
        if drill and spoken == {drill}:
            return Routed(to_drill=True, reply=replace(reply, meaning=_in_drill(meaning, drill)))
        nothing = Meaning(incident=f"{max(spoken)}-{meaning.incident}".strip("-"))
        nothing = replace(nothing, unclear=Unclear.NO_INCIDENT)
        return Routed(to_drill=False, reply=replace(reply, meaning=nothing))
    names_real = bool(meaning.incident or meaning.task)
    if not drill or names_real or meaning.hold is not None or not is_told(PersonId(reply.by)):
        return Routed(to_drill=False, reply=reply)
    return Routed(to_drill=True, reply=reply)


def _in_drill(meaning: Meaning, drill: str) -> Meaning:
    """Return the same under the names of the drill; it stops no public words, which are none."""
    incident = f"{drill}-{meaning.incident}" if meaning.incident else ""
    task = f"{drill}-{meaning.task}" if meaning.task else ""
    return replace(meaning, incident=incident, task=task, hold=None)
