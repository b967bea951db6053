"""What netwatch knows of device families: read from ``profiles/*.yaml``, one file a family."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Final, TypeVar

from netwatch.model.faults import ConfigError, Place
from netwatch.model.names import CheckName
from netwatch.model.network import DeviceKind
from netwatch.pollers.columns import Column, ReadingTable
from netwatch.pollers.crowds import Ways
from netwatch.pollers.gear.pages import REMEDY, pages
from netwatch.pollers.gear.plausible import MEASURES, NO_READING
from netwatch.pollers.gear.wrongs import (
    Steps,
    Words,
    Wrong,
    WrongError,
    field_names,
    missing_key,
    of_reading,
    unknown_key,
)
from netwatch.pollers.onu_table import STATES, OnuTable, Placement
from netwatch.wire.ber import BerError, parse_oid

T = TypeVar("T")
GENERIC: Final = "if-mib"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortTable:
    """Ports: by what they may be called, and their state."""

    names: tuple[str, ...]
    oper: str
    states: Mapping[int, str]
    readings: ReadingTable | None = None
    narrow: ReadingTable | None = None
    """The same in 32 bits, for a device that has nothing of ``readings``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateObject:
    """A single object whose number is a state."""

    check: CheckName
    oid: str
    values: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One family of devices."""

    id: str
    title: str
    kinds: frozenset[DeviceKind] = frozenset()
    """Only devices of these kinds; empty: of any kind."""
    default_for: frozenset[DeviceKind] = frozenset()
    ports: PortTable | None = None
    states: tuple[StateObject, ...] = ()
    readings: tuple[ReadingTable, ...] = ()
    onus: tuple[OnuTable, ...] = ()
    """Tables of ONUs that such an OLT may have; those that it answers count."""
    sessions: Ways = ()
    """How the sessions of a BNG are counted."""


@cache
def shipped() -> Mapping[str, Profile]:
    """Return the profiles that come with netwatch, by id.

    Raises:
        ConfigError: one of the files is broken.
    """
    return profiles_of({known["id"]: (name, known) for name, known in pages().items()})


def profiles_of(plain: Mapping[str, tuple[str, Words]]) -> Mapping[str, Profile]:
    """Return profiles by id, each with what it builds on.

    Args:
        plain: id -> the file's name and its words.

    Raises:
        ConfigError: one of the files is broken.
    """
    return {name: _profile(plain, name) for name in sorted(plain)}


def _profile(plain: Mapping[str, tuple[str, Words]], name: str) -> Profile:
    words = _whole(plain, name)
    wrongs = list(polling_mistakes(words))
    if wrongs:
        raise ConfigError(Place(plain[name][0]), "; ".join(map(str, wrongs)), REMEDY)
    return Profile(
        id=words["id"],
        title=words["title"],
        kinds=frozenset(map(DeviceKind, words.get("kinds", ()))),
        default_for=frozenset(map(DeviceKind, words.get("default_for", ()))),
        ports=_ports(words["ports"]) if "ports" in words else None,
        states=tuple(map(_state, words.get("states", ()))),
        readings=tuple(map(_readings, words.get("readings", ()))),
        onus=tuple(map(_onus, _listed(words.get("onus", ())))),
        sessions=tuple(map(_way, words.get("sessions", ()))),
    )


def polling_mistakes(words: Words) -> Iterator[Wrong]:
    """Yield what is wrong in what a file says of how such a device is polled."""
    for key, read in _PARTS.items():
        if key not in words:
            continue
        said = words[key]
        single = key in _SINGLE or (key == "onus" and isinstance(said, Mapping))
        if not single and (not isinstance(said, Sequence) or isinstance(said, str)):
            yield Wrong(steps=(key,), text=f"{key!r} is a list", remedy="begin each with '- '")
            continue
        parts = [((key,), said)] if single else enumerate(said)
        for at, part in parts:
            steps: Steps = at if isinstance(at, tuple) else (key, at)
            try:
                read(part)
            except (KeyError, TypeError, ValueError, AttributeError) as fault:
                yield of_reading(fault, steps, _CLASSES)


def _whole(plain: Mapping[str, tuple[str, Mapping[str, Any]]], name: str) -> Mapping[str, Any]:
    """Return a profile's words and those of all that it builds on."""
    words = plain[name][1]
    base = words.get("extends") or _default_for(plain, words.get("kind"))
    if base == name:
        return words
    return {**_whole(plain, base), "kinds": [], "default_for": [], **words}


def _default_for(plain: Mapping[str, tuple[str, Mapping[str, Any]]], kind: object) -> str:
    """Return how devices of a kind are polled whose own profile does not say it."""
    others = (name for name, (_, words) in plain.items() if kind in words.get("default_for", ()))
    return next(others, GENERIC)


def _oid(text: object) -> str:
    if not isinstance(text, str):
        raise BerError(f"{text!r} is not an object identifier; put quotes around it")
    parse_oid(text)
    return text


def _kind(word: Any) -> DeviceKind:
    try:
        return DeviceKind(word)
    except ValueError:
        known = tuple(kind.value for kind in DeviceKind)
        text = f"{word!r} is no kind of device"
        raise WrongError(Wrong(text=text, word=str(word), known=known)) from None


def _only(words: Words, cls: type, *more: str) -> None:
    """Refuse a key that nobody reads."""
    known = (*field_names(cls), *more)
    for key in words:
        if key not in known:
            raise WrongError(unknown_key(str(key), known))
    for field in fields(cls):
        usual, said = field.default, words.get(field.name, field.default)
        if isinstance(usual, str | int | float) and not _alike(usual, said):
            text = f"{field.name!r} cannot be {said!r}, which is of another type"
            raise WrongError(Wrong(steps=(field.name,), text=text))


def _alike(usual: str | float, said: object) -> bool:
    """Say whether a value is of the type that usually stands there; a whole number is a number."""
    wanted = int | float if type(usual) is float else type(usual)
    return isinstance(said, wanted) and isinstance(said, bool) is isinstance(usual, bool)


def _inside(step: str, read: Callable[[Any], T], words: Any) -> T:
    """Read what stands behind a key; what is wrong there is told with its place."""
    try:
        return read(words)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise WrongError(of_reading(fault, (step,), _CLASSES)) from None


def _state(words: Words) -> StateObject:
    known = ("check", "oid", "values")
    _only(words, StateObject)
    for key in known:
        if key not in words:
            raise WrongError(missing_key(key))
    values = words["values"]
    for number, word in values.items():
        if not isinstance(word, str):
            text = f"{word!r} is no word: put on, off, yes, no in quotes"
            raise WrongError(Wrong(steps=("values", number), text=text))
    return StateObject(check=words["check"], oid=_inside("oid", _oid, words["oid"]), values=values)


def _readings(words: Words) -> ReadingTable:
    _only(words, ReadingTable)
    columns = _inside("columns", _columns, words["columns"])
    return ReadingTable(check=words["check"], columns=columns, part=words.get("part", ""))


def _columns(words: Words) -> dict[str, Column]:
    return {name: _inside(name, _column, column) for name, column in words.items()}


def _column(words: Words) -> Column:
    _only(words, Column)
    for key in ("scale", "shift", "least", "most", "signed", "tail"):
        if not isinstance(words.get(key, 0), int | float):
            raise WrongError(Wrong(steps=(key,), text=f"{words[key]!r} is not a number"))
    if words.get("text"):
        _inside("text", _one_group, words["text"])
    none = frozenset(words.get("none", ()))
    return Column(**{**words, "oid": _inside("oid", _oid, words["oid"]), "none": none})


def _one_group(pattern: str) -> None:
    try:
        groups = re.compile(pattern).groups
    except re.error as fault:
        raise ValueError(f"{pattern!r} is not a regular expression: {fault}") from None
    if not groups:
        raise ValueError(f"{pattern!r} has no group: put round brackets around what counts")


def _ports(words: Words) -> PortTable:
    _only(words, PortTable)
    return PortTable(
        names=tuple(map(_oid, words["names"])),
        oper=_inside("oper", _oid, words["oper"]),
        states=words["states"],
        readings=_inside("readings", _readings, words["readings"]) if "readings" in words else None,
        narrow=_inside("narrow", _readings, words["narrow"]) if "narrow" in words else None,
    )


def _onus(given: Words) -> OnuTable:
    words = dict(given)
    _only(words, OnuTable)
    place = _inside("place", _place, words.pop("place", {}))
    for key in ("status", "serial", "cause", "cause_serial", "online"):
        if key in words:
            _inside(key, _oid, words[key])
    words["description"] = _inside("description", _way, words.pop("description", ()))
    _inside("states", _meanings, words["states"])
    _inside("causes", _meanings, words.get("causes", {}))
    if "readings" in words:
        words["readings"] = _believable(_inside("readings", _readings, words["readings"]))
    return OnuTable(**words, place=place)


def _place(given: Words) -> Placement:
    words = dict(given)
    _only(words, Placement)
    words["bits"] = {word: tuple(bits) for word, bits in words.get("bits", {}).items()}
    for word, bits in words["bits"].items():
        if [type(one) for one in bits] != [int] * 3:
            text = f"{word!r} is no list of three numbers: arc, lowest bit, bits"
            raise WrongError(Wrong(steps=("bits", word), text=text))
    for oid in words.get("columns", {}).values():
        _oid(oid)
    return Placement(**words)


def _meanings(words: Words) -> None:
    for code, state in words.items():
        if state not in STATES:
            text = f"{state!r} is no state of an ONU"
            known = tuple(sorted(STATES))
            raise WrongError(Wrong(steps=(code,), text=text, word=str(state), known=known))


def _believable(table: ReadingTable) -> ReadingTable:
    """Return what is measured at ONUs without what no reading can be."""
    light, far = MEASURES["dbm"], MEASURES["distance"]
    columns = {}
    for name, column in table.columns.items():
        measure = light if name.endswith("_dbm") else far if name == "distance_m" else None
        columns[name] = replace(
            column,
            none=column.none | (NO_READING if measure else frozenset()),
            least=measure.least if measure and column.least is None else column.least,
            most=measure.most if measure and column.most is None else column.most,
        )
    return replace(table, columns=columns)


def _way(words: Any) -> tuple[str, ...]:
    return tuple(map(_oid, [words] if isinstance(words, str) else words))


def _listed(words: Any) -> Sequence[Any]:
    return [words] if isinstance(words, Mapping) else list(words)


_CLASSES: Final = (OnuTable, Placement, Column, ReadingTable)
_SINGLE: Final = ("ports",)
_PARTS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "kinds": _kind,
    "default_for": _kind,
    "ports": _ports,
    "states": _state,
    "readings": _readings,
    "onus": _onus,
    "sessions": _way,
}
"""Key of the file -> what reads it, or each entry of it."""
