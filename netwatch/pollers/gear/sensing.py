"""What a device answered + a profile's rules -> its sensors. Pure."""

import math
import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from netwatch.pollers.gear.numerals import whole_number
from netwatch.pollers.gear.plausible import MEASURES, NEVER_MINUS_ONE, NO_READING
from netwatch.pollers.gear.rules import By, Convert, Name, Raw, SensorRule, State, Where
from netwatch.pollers.questions import Value

IF_NAME: Final = "1.3.6.1.2.1.31.1.1.1.1"
IF_DESCR: Final = "1.3.6.1.2.1.2.2.1.2"
_NUMBER: Final = re.compile(r"\s*([-+]?\d+(?:[.,]\d+)?)\s*")
_LONGEST_TEXT: Final = 256
_FLOAT_OCTETS: Final = 4
_MOST_DIGITS: Final = 9
"""RFC 3433: the most decimals that a reading may claim."""
_WORST: Final = (State.UNKNOWN, State.OK, State.WARNING, State.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """One sensor as it reads now: a ``value``, or a ``state``."""

    check: str
    part: str
    value: float | None = None
    unit: str | None = None
    state: State | None = None
    oid: str = ""
    rule: SensorRule | None = field(default=None, compare=False, repr=False)


@dataclass(slots=True)
class Answers:
    """All that a device answered so far."""

    objects: dict[str, Value] = field(default_factory=dict)
    columns: dict[str, Mapping[str, Value]] = field(default_factory=dict)
    """Column -> index of a row -> value."""

    def column(self, oid: str) -> Mapping[str, Value]:
        """Return the rows of a column; none where it was not answered."""
        return self.columns.get(oid, {})


def sense(rules: Iterable[SensorRule], answers: Answers) -> list[Sensor]:
    """Return the sensors that these rules find, each object once: the first rule that reads it."""
    found: dict[tuple[str, bool, str], Sensor] = {}
    for rule in rules:
        for sensor in _sensors(rule, answers):
            key = (sensor.oid, sensor.state is not None, rule.text or rule.state_text)
            found.setdefault(key, sensor)
    return _told_apart(list(found.values()))


def _told_apart(sensors: list[Sensor]) -> list[Sensor]:
    """Return the sensors with no part twice in a check: rows of one name bear their index too.

    Values of one check and part make one line of history; two sensors must not share it.
    """
    names = Counter(map(_line, sensors))
    apart: list[Sensor] = []
    taken: Counter[tuple[str, bool, str]] = Counter()
    for one in sensors:
        row = one.oid[len(one.rule.column) + 1 :] if one.rule and one.rule.column else ""
        if row and names[_line(one)] > 1:
            one = replace(one, part=f"{one.part} {row}".strip())  # noqa: PLW2901 (the same sensor)
        taken[_line(one)] += 1
        if (number := taken[_line(one)]) > 1:
            one = replace(one, part=f"{one.part} {number}".strip())  # noqa: PLW2901
        apart.append(one)
    return apart


def _line(one: Sensor) -> tuple[str, bool, str]:
    return one.check, one.state is None, one.part


def columns_of(rule: SensorRule) -> Iterator[str]:
    """Yield every column that a rule needs, the measured one first."""
    if rule.column:
        yield rule.column
    yield from (where.column for where in rule.where if where.column)
    yield from (by.column for by in rule.scale_by)
    if rule.check_by:
        yield rule.check_by.column
    if rule.digits:
        yield rule.digits
    for name in rule.names.values():
        yield from name.columns
    if "{port}" in rule.part:
        yield from (IF_NAME, IF_DESCR)


def _sensors(rule: SensorRule, answers: Answers) -> Iterator[Sensor]:
    if rule.object:
        raw = answers.objects.get(rule.object)
        sensor = _sensor(rule, answers, "", raw, rule.object)
        if sensor is not None:
            yield sensor
        return
    for number, (index, raw) in enumerate(answers.column(rule.column).items()):
        if number >= rule.most_rows:
            return
        sensor = _sensor(rule, answers, index, raw, f"{rule.column}.{index}")
        if sensor is not None:
            yield sensor


def _sensor(rule: SensorRule, answers: Answers, index: str, raw: Value, oid: str) -> Sensor | None:
    if raw is None or not all(fits(where, answers, index) for where in rule.where):
        return None
    check = rule.check
    if rule.check_by is not None:
        check = str(_told(rule.check_by, answers, index) or "")
    if not check:
        return None
    if rule.tells_state:
        state = _state(rule, raw)
        if state is None:
            return None
        part = _part(rule, answers, index)
        return Sensor(check=check, part=part, state=state, oid=oid, rule=rule)
    value = _value(rule, answers, index, raw)
    measure = MEASURES.get(check)
    if value is None or (measure and not measure.least <= value <= measure.most):
        return None
    unit = rule.unit or (measure.unit if measure else "1")
    part = _part(rule, answers, index)
    return Sensor(check=check, part=part, value=value, unit=unit, oid=oid, rule=rule)


def _value(rule: SensorRule, answers: Answers, index: str, raw: Value) -> float | None:
    number = number_of(raw, rule.text, rule.convert)
    factor = _factor(rule, answers, index)
    if number is None or factor is None or _means_nothing(rule, raw, number):
        return None
    value = _converted(number * factor + rule.shift, rule.convert)
    if value is None or not math.isfinite(value):
        return None
    too_low = rule.least is not None and value < rule.least
    too_high = rule.most is not None and value > rule.most
    return None if too_low or too_high else float(f"{value:.9g}")


def _means_nothing(rule: SensorRule, raw: Value, number: float) -> bool:
    """Say whether a number stands there for "nothing to read"."""
    if raw in rule.none or number in rule.none or (number == 0 and not rule.zero):
        return True
    if rule.text or number in rule.keep:
        return False
    return number in NO_READING or (number == -1 and rule.check in NEVER_MINUS_ONE)


def _factor(rule: SensorRule, answers: Answers, index: str) -> float | None:
    """Return what the raw number is multiplied by; None where a table says nothing about it."""
    factor = rule.scale
    for by in rule.scale_by:
        told = _told(by, answers, index)
        if not isinstance(told, int | float):
            return None
        factor *= told
    digits = answers.column(rule.digits).get(index) if rule.digits else None
    if isinstance(digits, int) and 0 <= digits <= _MOST_DIGITS:
        factor /= 10.0**digits
    return factor


def number_of(raw: Value, text: str = "", convert: Convert | None = None) -> float | None:
    """Return the number that an answer is or spells; None where there is none."""
    if isinstance(raw, int):
        return _signed(raw, convert)
    if not isinstance(raw, str):
        return None
    if convert is Convert.FLOAT_BE:
        octets = raw.encode("latin-1", "replace")[-_FLOAT_OCTETS:]
        return struct.unpack(">f", octets)[0] if len(octets) == _FLOAT_OCTETS else None
    said = raw[:_LONGEST_TEXT]
    found = _compiled(text).search(said) if text else _NUMBER.fullmatch(said.rstrip("\0"))
    if found is None:
        return None
    try:
        return float(found[1].replace(",", "."))
    except (ValueError, IndexError, AttributeError):
        return None


def _signed(raw: int, convert: Convert | None) -> int:
    bits = {Convert.SIGNED_8: 8, Convert.SIGNED_16: 16, Convert.SIGNED_32: 32}.get(convert)  # type: ignore[arg-type]
    if bits is None:
        return raw
    raw &= (1 << bits) - 1
    return raw - (1 << bits) if raw >> (bits - 1) else raw


def _converted(value: float, convert: Convert | None) -> float | None:
    match convert:
        case Convert.MW_DBM:
            return 10 * math.log10(value) if value > 0 else None
        case Convert.UW_DBM:
            return 10 * math.log10(value / 1000) if value > 0 else None
        case Convert.F_CEL:
            return (value - 32) / 1.8
        case Convert.K_CEL:
            return value - 273.15
        case _:
            return value


def _state(rule: SensorRule, raw: Value) -> State | None:
    if rule.bits:
        return _worst_bit(rule.bits, raw)
    said: Raw | None = raw if isinstance(raw, int | str) else None
    if isinstance(said, str):
        said = said.strip(" \0")
        if rule.state_text:
            found = _compiled(rule.state_text).search(said[:_LONGEST_TEXT])
            said = found[1] if found else ""
        if said not in rule.states and (number := whole_number(said)) is not None:
            said = number
    if said is None or said in rule.none:
        return None
    if isinstance(said, str):
        folded = said.casefold()
        for word, state in rule.states.items():
            if isinstance(word, str) and word.casefold() == folded:
                return state
        return rule.otherwise
    return rule.states.get(said, rule.otherwise)


def _worst_bit(bits: Mapping[int, State], raw: Value) -> State | None:
    if isinstance(raw, int):
        on = {bit for bit in bits if raw >> bit & 1}
    elif isinstance(raw, str):
        octets = raw.encode("latin-1", "replace")
        on = {b for b in bits if b // 8 < len(octets) and octets[b // 8] & 0x80 >> b % 8}
    else:
        return None
    return max((bits[bit] for bit in on), key=_WORST.index, default=State.OK)


def fits(where: Where, answers: Answers, index: str) -> bool:
    """Say whether a row meets a condition."""
    raw = _of_row(where, answers, index)
    if where.not_ and raw in where.not_:
        return False
    if where.is_ and raw not in where.is_:
        return False
    if where.like:
        text = raw if isinstance(raw, str) else "" if raw is None else str(raw)
        return _compiled(where.like).search(text[:_LONGEST_TEXT]) is not None
    return True


def _of_row(where: Where, answers: Answers, index: str) -> Value:
    if where.arc is None:
        return answers.column(where.column).get(arcs_of(index, where.arcs))
    arc = arcs_of(index, (where.arc,))
    return int(arc) if arc.isdigit() else None


def _told(by: By, answers: Answers, index: str) -> Raw | float | None:
    raw = answers.column(by.column).get(arcs_of(index, by.arcs))
    if isinstance(raw, tuple):
        raw = ".".join(map(str, raw))
    return None if raw is None else by.values.get(raw)


def arcs_of(index: str, arcs: Sequence[int]) -> str:
    """Return the index made up of these arcs of another one; all of it where none are named."""
    if not arcs:
        return index
    parts = index.split(".")
    try:
        return ".".join(parts[arc] for arc in arcs)
    except IndexError:
        return ""


def _part(rule: SensorRule, answers: Answers, index: str) -> str:
    if "{" not in rule.part:
        text = rule.part
    else:
        text = _FIELD.sub(lambda found: _field(found[1], rule, answers, index), rule.part)
    return " ".join(text.split())[:_LONGEST_TEXT]


_FIELD: Final = re.compile(r"\{([^{}]+)\}")


def _field(word: str, rule: SensorRule, answers: Answers, index: str) -> str:
    if word == "index":
        return index
    if word.lstrip("-").isdigit():
        return arcs_of(index, (int(word),))
    name = rule.names.get(word)
    if name is None and word == "port":
        name = Name(columns=(IF_NAME, IF_DESCR), arcs=(0,))
    return "" if name is None else _name(name, answers, index)


def _name(name: Name, answers: Answers, index: str) -> str:
    at = arcs_of(index, name.arcs)
    for column in name.columns:
        raw = answers.column(column).get(at)
        if isinstance(raw, int | str) and raw in name.values:
            return name.values[raw]
        if isinstance(raw, int) and not name.values:
            return str(raw)
        if isinstance(raw, str) and (text := readable(raw)):
            return text
    return at


def readable(raw: str) -> str:
    """Return device text as one line, without what no screen can show."""
    text = raw[:_LONGEST_TEXT]
    if any(ord(letter) >= 0x80 for letter in text):  # noqa: PLR2004 (ASCII's end)
        text = text.encode("latin-1", "replace").decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
