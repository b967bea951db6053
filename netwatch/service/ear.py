"""A question at the door: what was heard of people lately, and what came together of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from netwatch.correlation.ear import Cluster
from netwatch.correlation.view import State
from netwatch.model.place_words import place_words
from netwatch.model.whereabouts import whereabouts
from netwatch.views.proof import stamp

Plain = dict[str, Any]
Ask = Callable[[Plain, str], Awaitable[Plain]]


def ear_asks(correlation: Callable[[], State]) -> dict[str, Ask]:
    """Return the question by its name, and who answers it."""

    async def clusters(_asked: Plain, _who: str) -> Plain:
        state = correlation()
        ear = state.decided.ear
        return {
            "clusters": [_row(state, one) for one in reversed(ear.clusters.values())],
            "heard_in_the_hour": len(ear.rows),
            "calls_unusual_since": _time(ear.storm),
        }

    return {"clusters": clusters}


def _row(state: State, one: Cluster) -> Plain:
    where = whereabouts(state.streets.map(), one.subscribers)
    return {
        "cluster": one.id,
        "state": str(one.stand),
        "place": place_words(where, one.piece),
        "piece": one.piece,
        "callers": one.callers,
        "subscribers": sorted(one.subscribers),
        "others": one.others,
        "lines": one.lines,
        "since": stamp(one.since),
        "formed_at": stamp(one.formed_at),
        "asked": one.asked,
        "answering": one.answering,
        "incident": one.incident,
        "by": one.by or None,
        "note": one.note,
        "ended_at": _time(one.ended_at),
        "quiet_until": _time(one.quiet_until),
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
