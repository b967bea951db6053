"""What one source says of a device's identity. Pure."""

import re

from netwatch.pollers.gear.rules import Source
from netwatch.pollers.gear.sensing import Answers, fits, readable
from netwatch.pollers.questions import Value


def told(source: Source, answers: Answers) -> str | None:
    """Return what one source tells; None where it tells nothing."""
    if source.text:
        return source.text
    if source.object:
        return _worded(source, _object(source.object, answers))
    for index, raw in answers.column(source.column).items():
        there = all(fits(where, answers, index) for where in source.where)
        if there and (word := _worded(source, raw)):
            return word
    return None


def _object(oid: str, answers: Answers) -> Value:
    raw = answers.objects.get(oid)
    return ".".join(map(str, raw)) if isinstance(raw, tuple) else raw


def _worded(source: Source, raw: Value) -> str | None:
    if isinstance(raw, int | str) and raw in source.values:
        return source.values[raw]
    text = readable(raw) if isinstance(raw, str) else "" if raw is None else str(raw)
    if source.like:
        found = re.search(source.like, text, re.IGNORECASE)
        text = (found[1] if found.groups() else found[0]) or "" if found else ""
    elif source.values:
        text = source.values.get(text, "")
    return text.strip() or None
