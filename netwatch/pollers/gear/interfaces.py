"""IF-MIB as a device answers it -> its interfaces (RFC 2863). Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from netwatch.pollers.gear.numerals import whole_number
from netwatch.pollers.gear.rules import InterfaceRule
from netwatch.pollers.gear.sensing import Answers, readable
from netwatch.pollers.questions import Value

_ENTRY: Final = "1.3.6.1.2.1.2.2.1"
_X_ENTRY: Final = "1.3.6.1.2.1.31.1.1.1"
IF_INDEX: Final = f"{_ENTRY}.1"
IF_DESCR: Final = f"{_ENTRY}.2"
IF_SPEED: Final = f"{_ENTRY}.5"
IF_ADMIN: Final = f"{_ENTRY}.7"
IF_OPER: Final = f"{_ENTRY}.8"
IF_NAME: Final = f"{_X_ENTRY}.1"
IF_HIGH_SPEED: Final = f"{_X_ENTRY}.15"
IF_ALIAS: Final = f"{_X_ENTRY}.18"
IF_COLUMNS: Final = (
    IF_INDEX, IF_DESCR, IF_SPEED, IF_ADMIN, IF_OPER, IF_NAME, IF_HIGH_SPEED, IF_ALIAS,
)  # fmt: skip
STATES: Final = {
    1: "up", 2: "down", 3: "testing", 4: "unknown", 5: "dormant", 6: "notPresent",
    7: "lowerLayerDown",
}  # fmt: skip
_TOO_FAST: Final = (1 << 32) - 1
"""ifSpeed of what is too fast for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One interface. ``oper`` and ``admin`` as in IF-MIB; None: not read."""

    part: str
    index: int
    name: str
    alias: str
    oper: str | None
    admin: str | None
    speed_bps: int | None


def interfaces(answers: Answers, rules: Iterable[InterfaceRule] = ()) -> list[Interface]:
    """Return the interfaces in the order of their indexes, each with a name of its own.

    Those of the maker's own tables come after those of IF-MIB.
    """
    indexes = {
        int(index) for column in IF_COLUMNS for index in answers.column(column) if index.isdigit()
    }
    names = _names(answers, indexes)
    found = {index: _interface(answers, index, names[index]) for index in sorted(indexes)}
    for rule in rules:
        for one in _own(answers, rule):
            found.setdefault(one.index, one)
    return list(found.values())


def rule_columns(rules: Iterable[InterfaceRule]) -> list[str]:
    """Return the columns of makers' own tables of ports."""
    return [oid for rule in rules for oid in (rule.name, rule.oper, rule.admin) if oid]


def _own(answers: Answers, rule: InterfaceRule) -> Iterator[Interface]:
    def state(column: str, index: str) -> str | None:
        raw = answers.column(column).get(index)
        return rule.states.get(raw) if isinstance(raw, int) else None

    for index, raw in answers.column(rule.name).items():
        if index.isdigit():
            name = _text(raw)
            yield Interface(
                part=name or index,
                index=int(index) + rule.offset,
                name=name,
                alias="",
                oper=state(rule.oper, index),
                admin=state(rule.admin, index),
                speed_bps=None,
            )


def _interface(answers: Answers, index: int, name: str) -> Interface:
    def of(column: str) -> Value:
        return answers.column(column).get(str(index))

    return Interface(
        part=name,
        index=index,
        name=_text(of(IF_NAME)) or _text(of(IF_DESCR)),
        alias=_text(of(IF_ALIAS)),
        oper=_state(of(IF_OPER)),
        admin=_state(of(IF_ADMIN)),
        speed_bps=_speed(of(IF_HIGH_SPEED), of(IF_SPEED)),
    )


def _names(answers: Answers, indexes: set[int]) -> dict[int, str]:
    """Name every interface by the first column that tells it from all others."""
    texts = [
        {index: _text(answers.column(column).get(str(index))) for index in indexes}
        for column in (IF_NAME, IF_DESCR, IF_ALIAS)
    ]
    often = [Counter(column.values()) for column in texts]
    named: dict[int, str] = {}
    for index in indexes:
        own = (
            text[index]
            for text, count in zip(texts, often, strict=True)
            if text[index] and count[text[index]] == 1
        )
        same = next((text[index] for text in texts if text[index]), "")
        named[index] = next(own, f"{same} {index}".strip())
    return named


def _text(value: Value) -> str:
    return readable(value) if isinstance(value, str) else ""


def _state(value: Value) -> str | None:
    if isinstance(value, str):
        value = whole_number(value)
    return STATES.get(value) if isinstance(value, int) else None


def _speed(high: Value, low: Value) -> int | None:
    if isinstance(high, int) and high > 0:
        return high * 1_000_000
    if isinstance(low, int) and 0 < low < _TOO_FAST:
        return low
    return None
