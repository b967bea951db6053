"""A marked value -> a value of the model, or None and a finding. ``what`` names the value in it."""

import ipaddress
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from netwatch.inventory.findings import Findings
from netwatch.inventory.marks import Marked
from netwatch.inventory.near import did_you_mean
from netwatch.model.names import is_id
from netwatch.model.network import Address, LocalName, Prefix

Read = Callable[[Marked, str, Findings], Any]
Choice = TypeVar("Choice", bound=StrEnum)

_NO_BRACKETS: Final = "write it without brackets"
MOST_TEXT: Final = 500
MOST_SHOWN: Final = 40
ID_REMEDY: Final = "an id is 1 to 64 of the letters a-z A-Z, digits, '.', '_' and '-'"
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
FORM_NAME: Final = "name"
FORM_IN: Final = "in"
FORMS: Final = (FORM_NAME, FORM_IN)
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Hook:
    """One end as a person writes it, ``device`` or ``device:port``, and where it stands."""

    mark: Marked
    device: str
    port: str | None


def text(mark: Marked, what: str, findings: Findings) -> str | None:
    """Read one line of text; a number counts as the text it was written as."""
    value = mark.value
    if isinstance(value, list | dict):
        findings.error(mark, f"{what} must be one value, not a {kind_of(mark)}", _NO_BRACKETS)
    elif value is None or mark.text.strip() == "":
        findings.error(mark, f"{what} has no value", "write one, or remove the key")
    elif isinstance(value, bool):
        findings.error(mark, f"{what} is {mark.text}, not text", "put it in quotes if it is meant")
    elif _CONTROL.search(mark.text):
        findings.error(mark, f"{what} is more than one line", "write it in one line")
    elif len(mark.text) > MOST_TEXT:
        findings.error(mark, f"{what} is longer than {MOST_TEXT} characters", "shorten it")
    else:
        return mark.text.strip()
    return None


def ident(mark: Marked, what: str, findings: Findings) -> str | None:
    """Read an id, of something new or of something known."""
    word = text(mark, what, findings)
    if word is None or is_id(word):
        return word
    findings.error(mark, f"{what} is {shorten(word)!r}, which cannot be an id", ID_REMEDY)
    return None


def idents(mark: Marked, what: str, findings: Findings) -> tuple[Marked, ...] | None:
    """Read a list of ids, each once; they stay marked so that a dangling one can be shown."""
    marks = items(mark, what, findings)
    if marks is None:
        return None
    seen: set[str] = set()
    good: list[Marked] = []
    for one in marks:
        word = ident(one, f"a name in {what}", findings)
        if word in seen:
            findings.error(one, f"{word!r} stands twice in {what}", "remove one of the two")
        elif word is not None:
            seen.add(word)
            good.append(one)
    return tuple(good)


def hooks(mark: Marked, what: str, findings: Findings) -> tuple[Hook, ...] | None:
    """Read a list of ends; the same end twice is two parallel links."""
    marks = items(mark, what, findings)
    if marks is None:
        return None
    read = (hook(one, f"an end in {what}", findings) for one in marks)
    return tuple(one for one in read if one is not None)


def hook(mark: Marked, what: str, findings: Findings) -> Hook | None:
    """Read one end of a link: ``device`` or ``device:port``."""
    if isinstance(mark.value, dict):
        findings.error(
            mark,
            f"{what} is a mapping, not a name",
            'put it in quotes, without blanks: "olt-1:0/1/3"',
        )
        return None
    word = text(mark, what, findings)
    if word is None:
        return None
    device, colon, port = (part.strip() for part in word.partition(":"))
    if not is_id(device):
        findings.error(mark, f"{what} is {word!r}, which names no device", ID_REMEDY)
        return None
    if colon and not port:
        findings.error(mark, f"{what} is {word!r}, with no port after ':'", "write it, or drop ':'")
        return None
    return Hook(mark, device, port or None)


def items(mark: Marked, what: str, findings: Findings) -> list[Marked] | None:
    """Read a list; nothing at all is an empty one."""
    if isinstance(mark.value, list):
        return mark.value
    if mark.value is None:
        return []
    shown = mark.text if not isinstance(mark.value, dict) else "..."
    findings.error(mark, f"{what} must be a list", f"put it in brackets: [{shown}]")
    return None


def number(low: float, high: float) -> Read:
    """Make a reader of numbers from ``low`` to ``high``."""

    def read(mark: Marked, what: str, findings: Findings) -> float | None:
        value = mark.value
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            shown = repr(mark.text) if mark.text else f"a {kind_of(mark)}"
            findings.error(mark, f"{what} is {shown}, not a number", "write a plain number")
            return None
        if not low <= value <= high:
            findings.error(mark, f"{what} is {mark.text}", f"it lies between {low:g} and {high:g}")
            return None
        return float(value)

    return read


def flag(mark: Marked, what: str, findings: Findings) -> bool | None:
    """Read true or false; ``yes`` and ``no`` are words in YAML 1.2."""
    if isinstance(mark.value, bool):
        return mark.value
    findings.error(mark, f"{what} is {mark.text!r}, not true or false", "write true or false")
    return None


def choice(allowed: type[Choice]) -> Read:
    """Make a reader of one of few words."""
    words = [member.value for member in allowed]

    def read(mark: Marked, what: str, findings: Findings) -> Choice | None:
        word = text(mark, what, findings)
        if word is None or word in words:
            return None if word is None else allowed(word)
        remedy = did_you_mean(word, words, f"one of: {' '.join(words)}")
        findings.error(mark, f"{what} is {word!r}, which does not exist", remedy)
        return None

    return read


def address(mark: Marked, what: str, findings: Findings) -> Address | None:
    """Read an IPv4 or IPv6 literal."""
    word = text(mark, what, findings)
    if word is None:
        return None
    try:
        return ipaddress.ip_address(word)
    except ValueError:
        remedy = "write an IPv4 or IPv6 address such as 192.0.2.7; names and prefixes are not asked"
        findings.error(mark, f"{what} is {word!r}, which is no address", remedy)
        return None


def prefix(mark: Marked, what: str, findings: Findings) -> Prefix | None:
    """Read a prefix whose host bits are zero."""
    word = text(mark, what, findings)
    if word is None:
        return None
    try:
        return ipaddress.ip_network(word)
    except ValueError:
        pass
    try:
        remedy = f"did you mean {ipaddress.ip_network(word, strict=False)}?"
    except ValueError:
        remedy = "write a prefix such as 192.0.2.0/24 or 2001:db8::/32"
    findings.error(mark, f"{what} is {word!r}, which is no prefix", remedy)
    return None


def local_name(mark: Marked, what: str, findings: Findings) -> LocalName | None:
    """Read a name for all languages, or one a language: ``{pl: "os. Polna", en: Polna estate}``.

    A language may give it also as it stands after "in": ``{pl: {name: "os. Polna", in: "na os.
    Polnej"}}``.
    """
    if not isinstance(mark.value, dict):
        word = text(mark, what, findings)
        return None if word is None else LocalName(word)
    named: list[tuple[str, str]] = []
    inside: list[tuple[str, str]] = []
    for code, inner in mark.value.items():
        if not is_language(code):
            remedy = "write a language code such as pl, cs, uk or en"
            findings.error(mark.key_place(code), f"{code!r} in {what} is no language", remedy)
        forms = _forms(inner, f"{code!r} in {what}", findings)
        named += [(code, forms[FORM_NAME])] if FORM_NAME in forms else []
        inside += [(code, forms[FORM_IN])] if FORM_IN in forms else []
    if named:
        return LocalName(named[0][1], tuple(named), tuple(inside))
    if not mark.value:
        findings.error(mark, f"{what} holds no language", 'write {pl: "..."} or one name for all')
    return None


def _forms(mark: Marked, what: str, findings: Findings) -> dict[str, str]:
    """Read the forms of a name in one language; a bare name is its nominative."""
    if not isinstance(mark.value, dict):
        word = text(mark, what, findings)
        return {} if word is None else {FORM_NAME: word}
    forms: dict[str, str] = {}
    for form, inner in mark.value.items():
        if form not in FORMS:
            remedy = 'write {name: "os. Polna", in: "na os. Polnej"}'
            findings.error(mark.key_place(form), f"{form!r} is no form of {what}", remedy)
        elif (word := text(inner, f"{form!r} of {what}", findings)) is not None:
            forms[form] = word
    if FORM_NAME not in mark.value:
        findings.error(mark, f"{what} has no 'name'", "give the nominative too: name: ...")
    return forms


def is_language(code: str) -> bool:
    """Say whether ``code`` has the shape of a language: ``pl``, ``uk``, ``pt-BR``."""
    return _LANGUAGE.fullmatch(code) is not None


def shorten(word: str) -> str:
    """Return a word that fits into a message."""
    return word if len(word) <= MOST_SHOWN else f"{word[:MOST_SHOWN]}..."


def kind_of(mark: Marked) -> str:
    """Name the shape of a value, for a message."""
    if isinstance(mark.value, dict):
        return "mapping"
    return "list" if isinstance(mark.value, list) else "value"
