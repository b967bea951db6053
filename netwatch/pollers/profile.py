"""What netwatch knows of device families: read from ``profiles/*.yaml``, one file a family."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from netwatch.model.faults import ConfigError, Place
from netwatch.model.names import CheckName
from netwatch.model.network import DeviceKind
from netwatch.pollers.columns import Column, ReadingTable
from netwatch.pollers.crowds import Ways
from netwatch.pollers.gear.files import known_gear
from netwatch.pollers.gear.pages import REMEDY, pages
from netwatch.pollers.gear.recognition import Impression, family
from netwatch.pollers.gear.rules import Gear
from netwatch.pollers.onu_table import STATES, OnuTable, Placement
from netwatch.wire.ber import BerError, parse_oid

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
    plain = {known["id"]: (name, known) for name, known in pages().items()}
    return {name: _profile(plain, name) for name in sorted(plain)}


def families(kind: DeviceKind) -> dict[str, Gear]:
    """Return the families that a device of this kind can be of."""
    known = shipped()
    return {
        name: gear
        for name, gear in known_gear().items()
        if not known[name].kinds or kind in known[name].kinds
    }


def recognise(seen: Impression, kind: DeviceKind) -> Profile:
    """Return the profile for a device that made this impression: who knows most of it wins."""
    known = shipped()
    own = family(families(kind), seen)
    if own is not None:
        return known[own.id]
    return next((one for one in known.values() if kind in one.default_for), known[GENERIC])


def _profile(plain: Mapping[str, tuple[str, Mapping[str, Any]]], name: str) -> Profile:
    file = plain[name][0]
    words = _whole(plain, name)
    try:
        return Profile(
            id=words["id"],
            title=words["title"],
            kinds=frozenset(map(DeviceKind, words.get("kinds", ()))),
            default_for=frozenset(map(DeviceKind, words.get("default_for", ()))),
            ports=_ports(words["ports"]) if "ports" in words else None,
            states=tuple(
                StateObject(check=one["check"], oid=_oid(one["oid"]), values=one["values"])
                for one in words.get("states", ())
            ),
            readings=tuple(map(_readings, words.get("readings", ()))),
            onus=tuple(map(_onus, _listed(words.get("onus", ())))),
            sessions=tuple(map(_way, words.get("sessions", ()))),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ConfigError(Place(file), f"not a device profile: {fault!r}", REMEDY) from fault


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


def _readings(words: Mapping[str, Any]) -> ReadingTable:
    columns = {name: _column(column) for name, column in words["columns"].items()}
    return ReadingTable(check=words["check"], columns=columns, part=words.get("part", ""))


def _column(words: Mapping[str, Any]) -> Column:
    none = frozenset(words.get("none", ()))
    return Column(**{**words, "oid": _oid(words["oid"]), "none": none})


def _ports(words: Mapping[str, Any]) -> PortTable:
    return PortTable(
        names=tuple(map(_oid, words["names"])),
        oper=_oid(words["oper"]),
        states=words["states"],
        readings=_readings(words["readings"]) if "readings" in words else None,
        narrow=_readings(words["narrow"]) if "narrow" in words else None,
    )


def _onus(words: Mapping[str, Any]) -> OnuTable:
    words = dict(words)
    place = dict(words.pop("place", {}))
    place["bits"] = {word: tuple(bits) for word, bits in place.get("bits", {}).items()}
    for oid in place.get("columns", {}).values():
        _oid(oid)
    for key in ("status", "serial", "cause", "cause_serial", "online"):
        if key in words:
            _oid(words[key])
    odd = {*words["states"].values(), *words.get("causes", {}).values()} - STATES
    if odd:
        raise ValueError(f"an ONU is never {', '.join(sorted(odd))}")
    readings = _readings(words.pop("readings")) if "readings" in words else None
    return OnuTable(**words, place=Placement(**place), readings=readings)


def _way(words: Any) -> tuple[str, ...]:
    return tuple(map(_oid, [words] if isinstance(words, str) else words))


def _listed(words: Any) -> Sequence[Any]:
    return [words] if isinstance(words, Mapping) else list(words)
