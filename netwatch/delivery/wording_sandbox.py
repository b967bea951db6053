"""Templates kept small: text, values and choices between texts; no loops, calls or arithmetic."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST_TEMPLATE: Final = 4000

Value = str | int | bool

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
_SIMPLE: Final = "a template holds values, {% if %} and {% else %}, == and != only"
_ENVIRONMENT: Final = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)
# Plain text; the website escapes for HTML itself. Nothing can be called that is not there.
_ENVIRONMENT.globals.clear()
_ENVIRONMENT.filters.clear()
_ENVIRONMENT.tests.clear()


def compiled(source: str) -> Template:
    """Compile a template; reading the rules has found it sound.

    Raises:
        ValueError: it is not.
    """
    for flaw in flaws(source, None):
        raise ValueError(flaw[1])
    return _ENVIRONMENT.from_string(source)


def filled(template: Template, values: Mapping[str, Value]) -> str:
    """Put values into a template and set its spaces right: one between words, none at line ends."""
    text = template.render(values)
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def flaws(source: str, known: Iterable[str] | None) -> Iterator[tuple[int, str, str]]:
    """Yield (line within the text, what is wrong, remedy) for all that is wrong with a template.

    Args:
        source: the template.
        known: names that have a value when it is rendered; None: names are not looked at.
    """
    if len(source) > LONGEST_TEMPLATE:
        yield 1, f"the text is longer than {LONGEST_TEMPLATE} characters", "say it shorter"
        return
    try:
        tree = _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as fault:
        wrong = f"the text is no template: {str(fault.message)[:120]}"
        yield fault.lineno, wrong, "see the reference of words"
        return
    except (TemplateError, RecursionError):
        yield 1, "the text is no template", "see the reference of words"
        return
    for node in tree.find_all(nodes.Node):
        if not _is_simple(node):
            kind = type(node).__name__.lower()
            yield node.lineno, f"the text uses a {kind}, which templates may not", _SIMPLE
    if known is not None:
        yield from _unknown(tree, sorted(known))


def _is_simple(node: nodes.Node) -> bool:
    match node:
        case nodes.Operand():
            return node.op in _COMPARISONS
        case nodes.CondExpr():
            return node.expr2 is not None
        case _:
            return isinstance(node, _ALLOWED)


def _unknown(tree: nodes.Template, known: list[str]) -> Iterator[tuple[int, str, str]]:
    strange = meta.find_undeclared_variables(tree) - set(known)
    lines = {name.name: name.lineno for name in reversed(list(tree.find_all(nodes.Name)))}
    for name in sorted(strange):
        near = get_close_matches(name, known, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
        yield lines.get(name, 1), f"there is no value {name!r} to put in", remedy


def spoken(source: str) -> tuple[str, ...]:
    """Return the texts that stand in a template itself, values left out."""
    tree = _ENVIRONMENT.parse(source)
    literal = (data.data for data in tree.find_all(nodes.TemplateData))
    constants = (str(const.value) for const in tree.find_all(nodes.Const))
    return (*literal, *constants)
