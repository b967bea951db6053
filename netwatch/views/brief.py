"""What goes on, for whoever comes on duty: answers of the service -> one written brief."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from netwatch.views.local_times import lasting, local
from netwatch.views.proof import stamp

Row = Mapping[str, Any]
OVER = ("restored", "closed")


def brief(
    board: Row,
    status: Row,
    *,
    tasks: Sequence[Row],
    approvals: Sequence[Row],
    callbacks: Sequence[Row],
    at: datetime,
) -> dict[str, Any]:
    """Return the brief: what is broken, whose it is, what was promised, what is to be done.

    Args:
        board: the service's answer of incidents, works and troubles.
        status: its answer about itself: whether public words are held.
        tasks: what is open, in the order in which it is to be done.
        approvals: words that wait for a person.
        callbacks: who waits to be called back, by number alone.
        at: now.
    """
    going = [row for row in board["incidents"] if row["state"] not in OVER]
    return {
        "at": stamp(at),
        "incidents": [_incident(row) for row in going],
        "tasks": [
            {name: row[name] for name in ("task", "incident", "role", "person", "deadline", "text")}
            for row in tasks
        ],
        "approvals": [row["approval"] for row in approvals if row["state"] == "open"],
        "callbacks": len(callbacks),
        "held": {
            "public_words": bool(status["held"]),
            "until": status["held_until"],
            "by": status["held_by"] or None,
        },
        "works": [
            {name: row[name] for name in ("id", "state", "starts_at", "ends_at", "subscribers")}
            for row in board["works"]
            if row["state"] == "going on"
        ],
        "troubles": dict(board.get("troubles", {})),
    }


def _incident(row: Row) -> dict[str, Any]:
    promised = row["expected_end"]
    return {
        "incident": row["id"],
        "stage": row["stage"],
        "stage_since": row["stage_since"],
        "cause": row["cause"],
        "where": list(row["root_cause"]),
        "areas": list(row["areas"]),
        "without_now": row["without_now"],
        "owner": row["owner"],
        "told_public": row["phase"],
        "promised_until": promised,
        "last_note": row["notes"][-1] if row["notes"] else None,
        "next": row["next"],
    }


def sentences(answer: Row, zone: ZoneInfo) -> Iterator[str]:
    """Yield the brief as lines for a person."""
    at = datetime.fromisoformat(answer["at"])
    yield f"Brief of {local(answer['at'], zone)}"
    if not answer["incidents"]:
        yield "Nothing is known to be broken."
    for row in answer["incidents"]:
        yield from _about(row, at, zone)
    if answer["tasks"]:
        yield "To be done:"
    for row in answer["tasks"]:
        until = f" until {local(row['deadline'], zone)}" if row["deadline"] else ""
        who = row["person"] or row["role"]
        yield f"  {row['task']}{until}, {who}: {row['text']}"
    held = answer["held"]
    if held["public_words"]:
        until = f"until {local(held['until'], zone)}" if held["until"] else "until somebody resumes"
        yield f"Public words are held {until}, by {held['by']}: netwatch publish resume"
    if answer["approvals"]:
        yield f"Words wait for a person: {', '.join(answer['approvals'])}"
    if answer["callbacks"]:
        yield f"{answer['callbacks']} wait to be called back: netwatch desk callback list"
    for row in answer["works"]:
        yield f"Works {row['id']} go on until {local(row['ends_at'], zone)}"
    for where, what in answer["troubles"].items():
        yield f"netwatch itself: {where}: {what}"


def _about(row: Row, at: datetime, zone: ZoneInfo) -> Iterator[str]:
    since = timedelta() if row["stage_since"] is None else at - _moment(row["stage_since"])
    owner = row["owner"] or "nobody"
    yield (
        f"{row['incident']}, {row['stage']} for {lasting(since)}: {row['without_now']} without "
        f"service, {row['cause']} at {' and '.join(row['where'])}; {owner} has it"
    )
    if row["promised_until"]:
        passed = " (passed)" if _moment(row["promised_until"]) <= at else ""
        yield f"  customers were promised {local(row['promised_until'], zone)}{passed}"
    elif row["told_public"]:
        yield "  customers were told, and no end was promised"
    else:
        yield "  customers were told nothing"
    if row["last_note"]:
        note = row["last_note"]
        yield f"  {local(note['at'], zone)} {note['by']}: {note['text']}"
    yield f"  next: {row['next']}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
