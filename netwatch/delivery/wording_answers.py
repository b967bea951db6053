"""An answer to one of the staff -> its words, in their language."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Final

from netwatch.delivery.wording_sandbox import Value, compiled, filled
from netwatch.delivery.wording_speech import Speech
from netwatch.delivery.wording_values import harmless
from netwatch.delivery.words import LAST_RESORT, widened
from netwatch.model.answers import Answer
from netwatch.model.names import AreaId

LONGEST_PLACE: Final = 24
Table = Mapping[str, str]
AreasOf = Callable[[str], Sequence[AreaId]]
"""Says where an incident is, by its number; nothing where it is not known."""


def answer_text(answer: Answer, areas_of: AreasOf, at: datetime, speech: Speech) -> str:
    """Return the words of an answer, on one line.

    Args:
        answer: what was done, or what is asked back.
        areas_of: tells where each incident is that may be meant.
        at: the moment for which it is true.
        speech: of the language it is said in; where there are no answers in it, in English.
    """
    table = answers_in(speech.languages)
    values: dict[str, Value] = {
        "cause": speech.cause(answer.cause, "known") if answer.cause else "",
        "until": speech.clock(answer.until or answer.held_until, at),
        "there": speech.clock(answer.there_at, at),
        "task": harmless(answer.task),
        "first": harmless(next(iter(answer.choices), "")),
        "choices": _listed(answer.choices, areas_of, speech) or table["none"],
        "examples": table["examples"],
    }
    return " ".join(filled(compiled(table[name]), values) for name in _said(answer))


@cache
def answers_in(languages: tuple[str, ...]) -> Table:
    """Return all answers in the first of these languages that has them."""
    tables = all_answers()
    return next(tables[code] for code in widened((*languages, LAST_RESORT)) if code in tables)


@cache
def all_answers() -> Mapping[str, Table]:
    """Return the answers of every language."""
    text = files("netwatch.delivery").joinpath("answers.json").read_text("utf-8")
    tables: dict[str, Table] = json.loads(text)
    return tables


def _said(answer: Answer) -> list[str]:
    """Return which sentences an answer is made of."""
    if answer.unclear is not None:
        return [*(["noted"] if answer.noted else []), str(answer.unclear)]
    public = answer.cause is not None or answer.until is not None
    parts = {
        "held": answer.held_until is not None,
        "retracted": answer.retracted,
        "taken": answer.taken,
        "there": answer.there_at is not None,
        "cause": answer.cause is not None,
        "until": answer.until is not None,
        "done": bool(answer.task),
        "public": public,
    }
    return [name for name, is_so in parts.items() if is_so] or ["noted"]


def _listed(choices: Sequence[str], areas_of: AreasOf, speech: Speech) -> str:
    rows = []
    for one in choices:
        areas = areas_of(one)
        place = harmless(speech.places(areas), LONGEST_PLACE) if areas else ""
        rows.append(f"{harmless(one)} ({place})" if place else harmless(one))
    return ", ".join(rows)
