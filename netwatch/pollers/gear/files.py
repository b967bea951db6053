"""``profiles/*.yaml`` -> Gear: what netwatch knows of device families, one file a family."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, get_args

from cattrs import BaseValidationError, Converter, transform_error
from cattrs.gen import make_dict_structure_fn, override
from cattrs.v import format_exception

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
    if not isinstance(words, dict):
        raise ConfigError(Place(file), "not a device profile", REMEDY)
    try:
        gear = _converter().structure({k: v for k, v in words.items() if k not in POLLING}, Gear)
    except BaseValidationError as fault:
        raise ConfigError(
            Place(file), "; ".join(transform_error(fault, format_exception=_said)), REMEDY
        ) from fault
    wrong = list(mistakes(gear))
    if wrong:
        raise ConfigError(Place(file), "; ".join(wrong), REMEDY)
    return gear


def _said(fault: BaseException, wanted: type | None) -> str:
    """Word one fault: our own words where we found it."""
    own = type(fault) in (TypeError, ValueError) and str(fault)
    return own or format_exception(fault, wanted)


def mistakes(gear: Gear) -> Iterator[str]:
    """Yield what is wrong in a profile though each of its words is one."""
    if not _WORDS.fullmatch(gear.id):
        yield f"id {gear.id!r}: small letters, digits and hyphens"
    for rule in gear.sensors:
        where = f"sensor {rule.object or rule.column or rule.check}"
        if bool(rule.object) == bool(rule.column):
            yield f"{where}: exactly one of object and column"
        if bool(rule.check) == bool(rule.check_by):
            yield f"{where}: exactly one of check and check_by"
        if rule.check and not rule.tells_state and rule.check not in MEASURES:
            yield f"{where}: check {rule.check!r} is none of {', '.join(MEASURES)}"
        if rule.check_by:
            odd = {str(c) for c in rule.check_by.values.values()} - MEASURES.keys()
            if odd:
                yield f"{where}: check_by tells {', '.join(sorted(odd))}, which is no check"
        if any(bool(row.column) == (row.arc is not None) for row in rule.where):
            yield f"{where}: each of its where has either a column or an arc"
        for word in re.findall(r"\{([^{}]+)\}", rule.part):
            if word not in {"index", "port", *rule.names} and not word.lstrip("-").isdigit():
                yield f"{where}: {{{word}}} is not among its names"


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
