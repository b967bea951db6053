"""libyaml's words -> ours: where a file stops being YAML, and what most likely happened."""

import re
from typing import Any, Final

import yaml

from netwatch.inventory.files import place_of_byte
from netwatch.model.faults import Finding, Place

_LIES_WHERE_IT_BEGAN: Final = re.compile(
    r"unexpected end of stream|expected ',' or|could not find expected ':'"
)
_TAB: Final = ("a tab stands here; YAML is indented with spaces", "replace the tab by spaces")
_ADVICE: Final[tuple[tuple[str, str, str], ...]] = (
    (
        r"found character that cannot start any token",
        "no value can begin with this character",
        "put the value in quotes",
    ),
    (
        r"mapping values are not allowed",
        "a second ': ' stands where one value is expected",
        "put the value in quotes, or mend the indentation of this line",
    ),
    (
        r"did not find expected ',' or '[}\]]'",
        "a bracket is opened here and not closed, or a comma is missing in between",
        "close the bracket, or put the comma in",
    ),
    (
        r"unexpected end of stream",
        "a quote is opened and never closed",
        "close the quote",
    ),
    (
        r"could not find expected ':'",
        "a key stands here without ':'",
        "put ': ' between key and value, or remove the line if it was left half written",
    ),
    (
        r"did not find expected (key|'-' indicator)|block sequence entries are not allowed",
        "the indentation changes here",
        "indent the line like its neighbours",
    ),
    (
        r"did not find expected node content",
        "a value is missing here",
        "write it, or remove the comma or key before it",
    ),
    (
        r"did not find expected <document start>",
        "something stands after the end of the document",
        "indent the line like its neighbours, or remove it",
    ),
    (
        r"undefined tag handle|tag",
        "a '!' begins a tag, which has no meaning here",
        "put the value in quotes",
    ),
    (
        r"incompatible YAML document|%YAML|directive",
        "this line is a directive that is not understood",
        "remove the line that begins with '%'",
    ),
    (
        r"anchor|alias",
        "'&' and '*' begin an anchor or an alias, which needs a name",
        "put the value in quotes",
    ),
    (
        r"unknown escape|escape",
        "a backslash in double quotes begins an escape that does not exist",
        "write the backslash twice, or use single quotes",
    ),
)


def explain(fault: yaml.YAMLError, data: bytes, shown: str) -> Finding:
    """Turn the parser's complaint into a finding a tired person can act on."""
    if not isinstance(fault, yaml.MarkedYAMLError):
        return _unreadable(fault, data, shown)
    mark = fault.problem_mark or fault.context_mark
    problem = str(fault.problem or "cannot be read")
    wrong, remedy = _advice(f"{problem} {fault.context or ''}", mark, data)
    began = fault.context_mark
    if began is not None and _LIES_WHERE_IT_BEGAN.search(problem):
        mark = began
    elif began is not None and mark is not None and began.line < mark.line:
        remedy = f"{remedy}; what is open here began in line {began.line + 1}"
    if mark is None:
        return Finding(Place(shown), wrong, remedy)
    return Finding(Place(shown, mark.line + 1, mark.column + 1), wrong, remedy)


def _advice(problem: str, mark: Any, data: bytes) -> tuple[str, str]:
    if mark is not None and _character(data, mark) == "\t":
        return _TAB
    for pattern, wrong, remedy in _ADVICE:
        if re.search(pattern, problem):
            return wrong, remedy
    return (
        f"this is not YAML: {problem.strip()}",
        "look at brackets, quotes and indentation just before this place",
    )


def _character(data: bytes, mark: Any) -> str:
    lines = data.split(b"\n", mark.line + 1)
    line = lines[mark.line].decode("utf-8", "replace") if mark.line < len(lines) else ""
    return line[mark.column : mark.column + 1]


def _unreadable(fault: yaml.YAMLError, data: bytes, shown: str) -> Finding:
    position = getattr(fault, "position", 0)
    return Finding(
        place_of_byte(data, position if isinstance(position, int) else 0, shown),
        "a character stands here that YAML does not allow",
        "remove it; the file may be binary or damaged",
    )
