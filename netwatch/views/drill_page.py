"""The answer of ``drill report`` -> sentences, tables, and a page that can be mailed or printed."""

from collections.abc import Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo

from netwatch.views.local_times import local
from netwatch.views.report_page import Row, Table, page_of

Answer = dict[str, Any]
NAMES: Final = {
    "score": "score, of 100",
    "alert_s": "somebody was alerted after",
    "acknowledged_s": "somebody answered after",
    "first_notice_s": "the first notice was ready after",
    "desk_ready_s": "the desk could answer after",
}
NOTHING: Final = "never"


def sentences(answer: Answer, zone: ZoneInfo) -> Iterator[str]:
    """Yield how a drill went, a sentence each.

    Args:
        answer: of ``drill report`` about one drill.
        zone: in which people here live.
    """
    began, ended = local(answer["began"], zone), local(answer["ended"], zone)
    yield f"{answer['drill']}: {answer['title']}, at {answer['at']}. {began} to {ended}."
    if answer["why"]:
        yield f"It ended before its time: {answer['why']}. It is not scored."
    elif answer["score"] is not None:
        yield f"{answer['score']} of 100."
    if answer["injects"]:
        yield f"Made hard by: {', '.join(answer['injects'])}."
    if not answer["incidents"]:
        yield "Nothing was found: no incident was opened in it."
    yield "No customer was told anything: a drill has no way to them."


def tables(answer: Answer, zone: ZoneInfo) -> list[Table]:
    """Return the tables of a report: a title, the headings, the rows."""
    trend: list[Row] = [
        (
            NAMES[row["measure"]],
            _measure(row["measure"], row["now"]),
            _measure(row["measure"], row["before"], missing="-"),
            _measure(row["measure"], row["median"], missing="-"),
            {None: "-", True: "better", False: "worse"}[row["better"]],
        )
        for row in answer["trend"]
    ]
    roles: list[Row] = [
        (
            row["role"],
            "-" if row["score"] is None else str(row["score"]),
            ", ".join(row["told"]) if row["told"] else "-",
            _seconds(row["acknowledged_s"]) if row["told"] else "-",
            f"{row['in_time']} of {row['tasks'] - row['dropped']}",
            str(row["late"]),
            str(row["undone"]),
            f"{row['called_in_time']} of {row['calls']}" if row["calls"] else "-",
        )
        for row in answer["roles"]
    ]
    tasks: list[Row] = [
        (row["task"], row["name"], row["role"], row["state"], row["by"], _seconds(row["took_s"]))
        for row in answer["tasks"]
    ]
    words: list[Row] = [
        (local(row["at"], zone), row["channel"], row["phase"], row["text"])
        for row in answer["words"]
    ]
    of_roles = ("role", "score", "told", "answered after", "in time", "late", "undone", "calls")
    return [
        ("Measured", ("what", "now", "before", "median before", "it is"), trend),
        ("By role", of_roles, roles),
        ("Tasks", ("task", "what", "role", "it is", "by", "took"), tasks),
        ("What customers would have read", ("at", "by", "phase", "words"), words),
    ]


def drill_page(answer: Answer, name: str, zone: ZoneInfo) -> str:
    """Return the report of a drill as one HTML page that needs nothing else.

    Args:
        answer: of ``drill report`` about one drill.
        name: the operator's.
        zone: in which people here live.
    """
    title = f"{name}: {answer['drill']}"
    return page_of(title, list(sentences(answer, zone)), tables(answer, zone))


def _measure(name: str, value: float | None, missing: str = NOTHING) -> str:
    if value is None:
        return missing
    return f"{value:.0f}" if name == "score" else _seconds(value)


def _seconds(value: float | None) -> str:
    if value is None:
        return NOTHING
    minutes, seconds = divmod(round(value), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
