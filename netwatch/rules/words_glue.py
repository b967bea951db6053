"""Sentences put together from halves: what one language allows, the next one cannot say."""

from collections.abc import Iterator, Sequence

from jinja2 import nodes

from netwatch.delivery.wording_sandbox import parsed

LETTER = "x"
"""What stands for a value where only its being a word counts."""


def glued(source: str) -> bool:
    """Say whether a choice stands inside a sentence: one of its ways runs on into the next word.

    A choice between sentences, or between the ends of one, is none: ``{% if page %}: {{ page }}
    {% else %}.{% endif %}``.
    """
    return any(_runs_on(part, rest) for part, rest in _choices(parsed(source).body))


def _choices(parts: Sequence[nodes.Node]) -> Iterator[tuple[nodes.If, Sequence[nodes.Node]]]:
    for place, part in enumerate(parts):
        if isinstance(part, nodes.If):
            yield part, parts[place + 1 :]
            for way in _ways(part):
                yield from _choices(way)


def _ways(choice: nodes.If) -> Iterator[list[nodes.Node]]:
    yield choice.body
    for other in choice.elif_:
        yield other.body
    yield choice.else_


def _runs_on(choice: nodes.If, rest: Sequence[nodes.Node]) -> bool:
    after = _begins(rest)
    if not after or not (after[0].isalnum() and after[0] == after[0].lower()):
        return False
    return any(_ends(way).isalnum() for way in _ways(choice) if way)


def _begins(parts: Sequence[nodes.Node]) -> str:
    """Return the first thing to be seen, empty where that is the end of a line."""
    for part in parts:
        seen = _first(part)
        if seen:
            return "" if seen == "\n" else seen
    return ""


def _first(part: nodes.Node) -> str:
    match part:
        case nodes.TemplateData():
            return next((c for c in part.data if c == "\n" or not c.isspace()), "")
        case nodes.Output():
            return next(filter(None, map(_first, part.nodes)), "")
        case nodes.If():
            return next(filter(None, map(_first, part.body)), "")
        case _:
            return LETTER


def _ends(parts: Sequence[nodes.Node]) -> str:
    """Return the last thing to be seen; a line's end where that comes after it."""
    for part in reversed(parts):
        seen = _last(part)
        if seen:
            return seen
    return ""


def _last(part: nodes.Node) -> str:
    match part:
        case nodes.TemplateData():
            return next((c for c in reversed(part.data) if c == "\n" or not c.isspace()), "")
        case nodes.Output():
            return next(filter(None, map(_last, reversed(part.nodes))), "")
        case nodes.If():
            return _ends(part.body)
        case _:
            return LETTER
