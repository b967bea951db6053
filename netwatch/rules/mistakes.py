"""pydantic's complaint -> place, what is wrong, the way out."""

import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from netwatch.inventory.marked import Marked
from netwatch.inventory.near import did_you_mean
from netwatch.model.faults import Place
from netwatch.rules.schemas import Section

_QUOTED: Final = re.compile(r"'([^']*)'")
_REMEDIES: Final = {
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "string_type": "write a text; put it in quotes if it looks like a number",
    "tuple_type": "write a list: [one, two]",
    "dict_type": "write a mapping: {pl: ...}",
    "string_pattern_mismatch": "letters, digits, dot, dash and underscore only",
    "string_too_long": "say it shorter",
}
_OF_INNER: Final = ("missing", "extra_forbidden")
_IDS: Final = {"language": "write a code like pl, cs, uk or en"}


def explain(
    fault: ValidationError, mark: Marked, section: Section
) -> Iterator[tuple[Place, str, str]]:
    """Yield place, what is wrong and the remedy for each complaint."""
    for error in fault.errors(include_url=False):
        steps = error["loc"]
        name = str(steps[0]) if steps else ""
        if error["type"] in _OF_INNER and len(steps) > 1:
            yield _inner(dict(error), mark)
            continue
        yield from _one(dict(error), mark, section, name)


def _inner(error: dict[str, Any], mark: Marked) -> tuple[Place, str, str]:
    """Say what is wrong with the fields of a mapping inside an entry."""
    *above, last = error["loc"]
    name, inside = str(last), mark.find(above)
    if error["type"] == "missing":
        return inside.place, f"{name!r} is missing here", f"add it: {name}: ..."
    here = " ".join(str(step) for step in above if isinstance(step, str))
    return inside.key_place(name), f"{here} has no field {name!r}", "see the reference of rules"


def _one(
    error: dict[str, Any], mark: Marked, section: Section, name: str
) -> Iterator[tuple[Place, str, str]]:
    kind, said = str(error["type"]), _said(str(error["msg"]))
    fields = [*section.model.model_fields, *(["remove"] if section.key else [])]
    here = mark.find(error["loc"])
    if kind == "extra_forbidden" and len(error["loc"]) == 1:
        remedy = did_you_mean(name, fields, f"there are: {' '.join(fields)}")
        yield mark.key_place(name), f"{section.name} has no field {name!r}", remedy
    elif kind == "missing":
        yield mark.place, f"{name!r} is missing here", f"add it: {name}: ..."
    elif kind in {"enum", "literal_error"}:
        allowed = _QUOTED.findall(str(error["ctx"]["expected"]))
        wrong = f"{name!r} cannot be {here.text!r}"
        yield here.place, wrong, did_you_mean(here.text, allowed, f"one of: {' '.join(allowed)}")
    elif kind == "value_error" and not error["loc"]:
        yield mark.place, said, "see the reference of rules"
    elif kind == "value_error":
        yield here.place, f"{name!r}: {said}", "see the reference of rules"
    else:
        remedy = _IDS.get(name) or _REMEDIES.get(kind, "see the reference of rules")
        yield here.place, f"{name!r} is {_shown(here)}: {said}", remedy


def _said(message: str) -> str:
    text = message.removeprefix("Value error, ").removeprefix("Input ")
    return text.replace("String should", "should")


def _shown(mark: Marked) -> str:
    if isinstance(mark.value, list):
        return "a list"
    if isinstance(mark.value, dict):
        return "a mapping"
    return repr(mark.text[:40]) if mark.text else "empty"
