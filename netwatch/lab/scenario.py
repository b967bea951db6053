"""A scenario file -> steps: what breaks and mends when. People write it; mistakes are findings."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import yaml

from netwatch.lab.faults import LIMITS, Fault, LabError, fault_of, known
from netwatch.model.faults import Finding, Place

LARGEST_OCTETS: Final = 1 << 20
UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
DURATION: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|min|m|h))+")
PIECE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|min|m|h)")
KEYS: Final = ("at", "break", "mend", "kind", *LIMITS)
WRITE: Final = 'write it like: - {at: 15s, break: "link:l-1", kind: cut}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens: a fault, or the mending of an element (``all``: of everything)."""

    at_s: float
    fault: Fault | None = None
    mend: str | None = None


def seconds(text: str) -> float:
    """Return a duration such as ``15s``, ``1m30s`` or ``90`` (seconds) in seconds.

    Raises:
        LabError: it is no duration.
    """
    if text.replace(".", "", 1).isdigit() and text.isascii():
        return float(text)
    if not DURATION.fullmatch(text):
        raise LabError(f"{text!r} is no duration; write it like 15s or 1m30s")
    return sum(float(number) * UNITS[unit] for number, unit in PIECE.findall(text))


def read_scenario(
    path: Path, elements: Collection[str]
) -> tuple[tuple[Step, ...], tuple[Finding, ...]]:
    """Read a scenario; all its mistakes come back as findings, in one run."""
    shown = str(path)
    try:
        data = path.read_bytes()
        if len(data) > LARGEST_OCTETS:
            return (), (Finding(Place(shown), "is larger than 1 MB", "is it a scenario?"),)
        node = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
    except OSError as fault:
        return (), (Finding(Place(shown), f"cannot be read: {fault.strerror}", "check the path"),)
    except (UnicodeDecodeError, yaml.YAMLError) as fault:
        return (), (_broken(shown, fault),)
    except RecursionError:
        return (), (Finding(Place(shown), "is nested too deeply", WRITE),)
    return _steps(shown, node, frozenset(elements))


def _broken(shown: str, fault: Exception) -> Finding:
    mark = getattr(fault, "problem_mark", None)
    place = Place(shown, mark.line + 1, mark.column + 1) if mark else Place(shown)
    what = getattr(fault, "problem", None) or str(fault)
    return Finding(place, f"is not YAML: {what}", WRITE)


def _steps(
    shown: str, node: yaml.Node | None, elements: frozenset[str]
) -> tuple[tuple[Step, ...], tuple[Finding, ...]]:
    if not isinstance(node, yaml.SequenceNode):
        return (), (Finding(Place(shown), "is no list of steps", WRITE),)
    steps: list[Step] = []
    findings: list[Finding] = []
    for item in node.value:
        try:
            steps.append(_step(item, elements))
        except _MistakeError as mistake:
            mark = mistake.node.start_mark
            place = Place(shown, mark.line + 1, mark.column + 1)
            wrong, _, remedy = str(mistake).partition("; ")
            findings.append(Finding(place, wrong, remedy or WRITE))
    return tuple(sorted(steps, key=lambda step: step.at_s)), tuple(findings)


class _MistakeError(LabError):
    def __init__(self, node: yaml.Node, text: str) -> None:
        super().__init__(text)
        self.node = node


def _step(item: yaml.Node, elements: frozenset[str]) -> Step:
    values = dict(_pairs(item))
    if "at" not in values:
        raise _MistakeError(item, f"a step without at; {WRITE}")
    if ("break" in values) == ("mend" in values):
        raise _MistakeError(item, f"a step must either break or mend something; {WRITE}")
    at_s = _told(values["at"], seconds)
    if "mend" in values:
        node = values["mend"]
        surplus = next((key for key in values if key not in ("at", "mend")), None)
        if surplus is not None:
            raise _MistakeError(values[surplus], f"mending knows no {surplus!r}; leave it out")
        text = str(node.value)
        return Step(at_s=at_s, mend=text if text == "all" else _known(node, elements))
    numbers = {key: _number(node) for key, node in values.items() if key in LIMITS}
    kind = values.get("kind")
    node = values["break"]
    try:
        fault = fault_of(
            str(node.value), None if kind is None else str(kind.value), elements, numbers
        )
    except LabError as mistake:
        raise _MistakeError(node, str(mistake)) from None
    return Step(at_s=at_s, fault=fault)


def _pairs(item: yaml.Node) -> Iterator[tuple[str, yaml.ScalarNode]]:
    if not isinstance(item, yaml.MappingNode):
        raise _MistakeError(item, f"this is no step; {WRITE}")
    seen: set[str] = set()
    for key, value in item.value:
        name = str(key.value)
        if name not in KEYS:
            near = get_close_matches(name, KEYS, n=1)
            way = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(KEYS)}"
            raise _MistakeError(key, f"a step has no {name!r}; {way}")
        if name in seen:
            raise _MistakeError(key, f"{name!r} stands here twice; keep one")
        if not isinstance(value, yaml.ScalarNode):
            raise _MistakeError(value, f"{name!r} wants one word; {WRITE}")
        seen.add(name)
        yield name, value


def _known(node: yaml.ScalarNode, elements: frozenset[str]) -> str:
    try:
        return known(str(node.value), elements)
    except LabError as mistake:
        raise _MistakeError(node, str(mistake)) from None


def _told(node: yaml.ScalarNode, read: Callable[[str], float]) -> float:
    try:
        return read(str(node.value))
    except LabError as mistake:
        raise _MistakeError(node, str(mistake)) from None


def _number(node: yaml.ScalarNode) -> float:
    try:
        return float(str(node.value))
    except ValueError:
        raise _MistakeError(node, f"{node.value!r} is no number; write it like 0.5") from None
