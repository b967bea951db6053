"""``profiles/*.yaml`` -> Gear: what netwatch knows of device families, one file a family."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final, get_args

from cattrs import BaseValidationError, Converter
from cattrs.gen import make_dict_structure_fn, override

from netwatch.model.faults import ConfigError, Place
from netwatch.pollers.gear.based import ARC, BASED
from netwatch.pollers.gear.pages import REMEDY, pages
from netwatch.pollers.gear.plausible import MEASURES
from netwatch.pollers.gear.rules import (
    By,
    Gear,
    Identity,
    InterfaceRule,
    Name,
    Raw,
    Recognise,
    SensorRule,
    Source,
    Where,
)
from netwatch.pollers.gear.wrongs import Wrong, of_validation
from netwatch.wire.ber import BerError, parse_oid

POLLING: Final = (
    "extends", "kinds", "default_for", "ports", "states", "readings", "onus", "sessions",
)  # fmt: skip
"""Keys of the same files that `netwatch.pollers.profile` reads."""
_WORDS: Final = re.compile(r"[a-z][a-z0-9-]*")


@cache
def known_gear() -> Mapping[str, Gear]:
    """Return what comes with netwatch, by id.

    Raises:
        ConfigError: one of the files is broken.
    """
    found: dict[str, Gear] = {}
    for name, words in pages().items():
        gear = gear_of(words, name)
        if gear.id in found:
            raise ConfigError(Place(name), f"{gear.id!r} is there twice", "rename one")
        found[gear.id] = gear
    return found


def gear_of(words: Any, file: str) -> Gear:
    """Read one file's words.

    Raises:
        ConfigError: a key that is none, a value that does not fit, a rule that cannot work.
    """
    gear, wrongs = read_gear(words)
    if gear is None or wrongs:
        raise ConfigError(Place(file), "; ".join(map(str, wrongs)), REMEDY)
    return gear


def read_gear(words: Any) -> tuple[Gear | None, list[Wrong]]:
    """Read one file's words; return what they say, and all that is wrong in them."""
    if not isinstance(words, dict):
        remedy = "begin with id: and title:"
        return None, [Wrong(text="not a device profile, which is keys and values", remedy=remedy)]
    try:
        gear = _converter().structure({k: v for k, v in words.items() if k not in POLLING}, Gear)
    except BaseValidationError as fault:
        wrongs = of_validation(fault)
        top = (replace(w, known=(*w.known, *POLLING)) if _is_top(w) else w for w in wrongs)
        return None, list(top)
    return gear, list(mistakes(gear))


def _is_top(wrong: Wrong) -> bool:
    """Say whether it is a key of the whole file: such a one may be of those read elsewhere."""
    return wrong.of_key and len(wrong.steps) == 1


def mistakes(gear: Gear) -> Iterator[Wrong]:
    """Yield what is wrong in a profile though each of its words is one."""
    if not _WORDS.fullmatch(gear.id):
        yield Wrong(steps=("id",), text=f"id {gear.id!r}: small letters, digits and hyphens")
    for number, rule in enumerate(gear.sensors):
        yield from _of_sensor(rule, ("sensors", number))


def _of_sensor(rule: SensorRule, at: tuple[str, int]) -> Iterator[Wrong]:
    where = f"sensor {rule.object or rule.column or rule.check}"
    if bool(rule.object) == bool(rule.column):
        yield Wrong(steps=at, text=f"{where}: exactly one of object and column")
    if bool(rule.check) == bool(rule.check_by):
        yield Wrong(steps=at, text=f"{where}: exactly one of check and check_by")
    if rule.check and not rule.tells_state and rule.check not in MEASURES:
        yield _no_check(rule.check, where, (*at, "check"))
    for word in rule.check_by.values.values() if rule.check_by else ():
        if str(word) not in MEASURES:
            yield _no_check(str(word), where, (*at, "check_by"))
    if any(bool(row.column) == (row.arc is not None) for row in rule.where):
        text = f"{where}: each of its where has either a column or an arc"
        yield Wrong(steps=(*at, "where"), text=text)
    for word in re.findall(r"\{([^{}]+)\}", rule.part):
        if word not in {"index", "port", *rule.names} and not word.lstrip("-").isdigit():
            text = f"{where}: {{{word}}} is not among its names"
            known = ("index", "port", *rule.names)
            yield Wrong(steps=(*at, "part"), text=text, word=word, known=known)
    for key in ("text", "state_text"):
        pattern = getattr(rule, key)
        if pattern and not re.compile(pattern).groups:
            yield Wrong(
                steps=(*at, key),
                text=f"{where}: {pattern!r} has no group, so it finds nothing",
                remedy="put round brackets around what counts",
            )


def _no_check(word: str, where: str, at: tuple[str | int, ...]) -> Wrong:
    return Wrong(
        steps=at,
        text=f"{where}: {word!r} is no check that measures",
        word=word,
        known=tuple(MEASURES),
    )


def _oid(text: Any, _: Any = None) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is not an object identifier; put quotes around it")
    try:
        parse_oid(BASED.sub("1.3", ARC.sub("1", text)))
    except BerError as fault:
        raise ValueError(str(fault)) from None
    return text.removeprefix(".")


def _raw(value: Any, _: Any = None) -> Raw:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"{value!r} is neither a number nor a text; quote on, off, yes, no")
    return value


def _pattern(text: Any, _: Any = None) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is not a regular expression")
    try:
        re.compile(text)
    except re.error as fault:
        raise ValueError(f"{text!r} is not a regular expression: {fault}") from None
    return text


_OIDS: Final = {
    SensorRule: ("object", "column", "digits"),
    Where: ("column",),
    By: ("column",),
    Source: ("object", "column"),
    InterfaceRule: ("name", "oper", "admin"),
}
_PATTERNS: Final = {
    SensorRule: ("text", "state_text"),
    Where: ("like",),
    Source: ("like",),
    Recognise: ("descr", "name"),
}
_OID_LISTS: Final = {
    Name: ("columns",),
    Recognise: ("object_id", "has"),
    Gear: ("knows",),
}
_RENAMED: Final[Mapping[type, Mapping[str, str]]] = {Where: {"is_": "is", "not_": "not"}}


@cache
def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    converter.register_structure_hook_func(lambda t: set(get_args(t)) == set(get_args(Raw)), _raw)
    converter.register_structure_hook_func(
        lambda t: set(get_args(t)) == {int, str, float}, _number_or_text
    )
    told: dict[str, Any] = {
        field: override(struct_hook=lambda v, _: _sources(converter, v))
        for field in ("vendor", "model", "os", "version", "serial")
    }
    sources = make_dict_structure_fn(Identity, converter, **told)
    converter.register_structure_hook(Identity, sources)
    for cls in (Where, By, Name, SensorRule, Source, Recognise, InterfaceRule, Gear):
        fields: dict[str, Any] = {}
        for field in _OIDS.get(cls, ()):
            fields[field] = override(struct_hook=_oid)
        for field in _PATTERNS.get(cls, ()):
            fields[field] = override(struct_hook=_pattern)
        for field in _OID_LISTS.get(cls, ()):
            fields[field] = override(struct_hook=_oids)
        for field, key in _RENAMED.get(cls, {}).items():
            fields[field] = override(rename=key)
        plain = make_dict_structure_fn(cls, converter, **fields)
        converter.register_structure_hook(cls, _shorthand(cls, plain))
    return converter


def _number_or_text(value: Any, _: Any = None) -> Raw | float:
    return value if isinstance(value, float) else _raw(value)


def _oids(value: Any, _: Any = None) -> tuple[str, ...]:
    return tuple(_oid(one) for one in ([value] if isinstance(value, str) else value))


def _sources(converter: Converter, value: Any) -> tuple[Source, ...]:
    rows = value if isinstance(value, list) else [value]
    return tuple(
        Source(text=row) if isinstance(row, str) else converter.structure(row, Source)
        for row in rows
    )


def _shorthand(cls: type, plain: Any) -> Any:
    """Let a bare object identifier stand for a name, and for a way to recognise."""

    def structure(value: Any, _: Any) -> Any:
        if cls is Name and isinstance(value, str | list):
            return plain({"columns": value}, cls)
        if cls is Recognise and isinstance(value, str):
            return plain({"object_id": value}, cls)
        return plain(value, cls)

    return structure
