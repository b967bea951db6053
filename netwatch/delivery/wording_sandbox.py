"""Templates kept small: text, values and choices between texts; no loops, calls or arithmetic."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST_TEMPLATE: Final = 4000

DEEPEST: Final = 24
"""Of choices within choices; what is deeper, Python itself would refuse to compile."""

Value = str | int | bool
Flaw = tuple[int, str, str]

_ALLOWED: Final = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.CondExpr,
    nodes.Name,
    nodes.Const,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
)
"""What a sentence needs. Whoever needs more writes a plugin, not a template."""
_COMPARISONS: Final = frozenset({"eq", "ne"})
"""These two can never fail, whatever the values."""
_TWO_DOTS: Final = re.compile(r"(?<!\.)\.\.(?!\.)")
_SIMPLE: Final = "a template holds values, {% if %} and {% else %}, == and != only"
_ENVIRONMENT: Final = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)
# Plain text; the website escapes for HTML itself. Nothing can be called that is not there.
_ENVIRONMENT.globals.clear()
_ENVIRONMENT.filters.clear()
_ENVIRONMENT.tests.clear()


@lru_cache(maxsize=4096)
def compiled(source: str) -> Template:
    """Compile a template in which ``flaws`` finds none."""
    return _ENVIRONMENT.from_string(source)


def filled(template: Template, values: Mapping[str, Value]) -> str:
    """Put values into a template and set it right: one space between words, none at line ends.

    A value that ends in an abbreviation ends the sentence too: "2 godz.".
    """
    text = _TWO_DOTS.sub(".", template.render(values))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


@lru_cache(maxsize=4096)
def flaws(source: str, known: tuple[str, ...]) -> tuple[Flaw, ...]:
    """Return all that is wrong with a template: line within the text, what, the remedy.

    Args:
        source: the template.
        known: names that have a value when it is rendered.
    """
    if len(source) > LONGEST_TEMPLATE:
        return ((1, f"the text is longer than {LONGEST_TEMPLATE} characters", "say it shorter"),)
    try:
        tree = _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as fault:
        wrong = f"the text is no template: {str(fault.message)[:120]}"
        return ((fault.lineno, wrong, "see the reference of words"),)
    except (TemplateError, RecursionError):
        return ((1, "the text is no template", "see the reference of words"),)
    return (*_odd(tree), *_unknown(tree, known))


def _odd(tree: nodes.Template) -> Iterator[Flaw]:
    deep: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while deep:
        node, depth = deep.pop()
        if not _is_simple(node):
            kind = type(node).__name__.lower()
            yield node.lineno, f"the text uses a {kind}, which templates may not", _SIMPLE
        elif depth > DEEPEST:
            yield node.lineno, f"the text is nested more than {DEEPEST} deep", "say it in two texts"
        else:
            deep += ((child, depth + 1) for child in node.iter_child_nodes())


def _is_simple(node: nodes.Node) -> bool:
    match node:
        case nodes.Operand():
            return node.op in _COMPARISONS
        case nodes.CondExpr():
            return node.expr2 is not None
        case _:
            return isinstance(node, _ALLOWED)


def _unknown(tree: nodes.Template, known: tuple[str, ...]) -> Iterator[Flaw]:
    lines: dict[str, int] = {}
    for name in tree.find_all(nodes.Name):
        lines[name.name] = min(name.lineno, lines.get(name.name, name.lineno))
    for strange in sorted(set(lines) - set(known)):
        near = get_close_matches(strange, known, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
        yield lines[strange], f"there is no value {strange!r} to put in", remedy


def parsed(source: str) -> nodes.Template:
    """Return the tree of a template in which ``flaws`` finds none."""
    return _ENVIRONMENT.parse(source)


def spoken(source: str) -> tuple[str, ...]:
    """Return the texts that stand in a template itself, values left out."""
    tree = parsed(source)
    literal = (data.data for data in tree.find_all(nodes.TemplateData))
    constants = (str(const.value) for const in tree.find_all(nodes.Const))
    return (*literal, *constants)
