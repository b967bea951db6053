"""Tasks -> their words: the rules have them by name; a person's own stand as they are."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from netwatch.delivery.wording_outage import staff_values
from netwatch.delivery.wording_sandbox import Value, compiled, filled
from netwatch.delivery.wording_speech import Speech
from netwatch.delivery.wording_values import harmless
from netwatch.delivery.words import widened
from netwatch.response.staffing import seats
from netwatch.views.board import Outage
from netwatch.views.tasks import LATE, Task, in_order

LONGEST_TEXT: Final = 300
MOST_NAMED: Final = 5
"""More critical subscribers than this are counted in a text; the list has them all."""


def task_text(task: Task, outage: Outage, at: datetime, speech: Speech) -> str:
    """Return what is to be done, on one line."""
    if task.text:
        return harmless(task.text, LONGEST_TEXT)
    words = speech.words.tasks.get(task.name, {})
    found = (words[code] for code in widened(speech.languages) if code in words)
    template = next(found, next(iter(words.values()), ""))
    if not template:
        return task.name
    return filled(compiled(template), _values(task, outage, at, speech))


def list_values(
    tasks: Iterable[Task], outage: Outage, at: datetime, speech: Speech
) -> dict[str, Value]:
    """Return the values of a message about tasks: a line each, those of customers first."""
    lines = (_line(task, outage, at, speech) for task in in_order(tasks))
    return {**staff_values(outage, at, speech), "list": "\n".join(lines)}


def _line(task: Task, outage: Outage, at: datetime, speech: Speech) -> str:
    until = f" ({speech.clock(task.deadline, at)})" if task.deadline else ""
    mark = "!" if task.state == LATE else "–"
    return f"{mark} {task.task}{until}: {task_text(task, outage, at, speech)}"


def _values(task: Task, outage: Outage, at: datetime, speech: Speech) -> dict[str, Value]:
    needed = seats(speech.words.staffing, task.calls)
    named = [harmless(name) for name in task.subscribers[:MOST_NAMED]]
    more = len(task.subscribers) - len(named)
    return {
        **staff_values(outage, at, speech),
        "calls": needed.calls,
        "phone_seats": needed.phone,
        "chat_seats": needed.chat,
        "critical": ", ".join(named) + (f" +{more}" if more > 0 else ""),
        "deadline": speech.clock(task.deadline, at),
    }
