"""What a device says of itself -> its family. Pure; what must be asked is yielded."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from netwatch.pollers.gear.numerals import identifier
from netwatch.pollers.gear.rules import Gear, Recognise
from netwatch.pollers.gear.sensing import readable
from netwatch.pollers.questions import Value


@dataclass(slots=True, kw_only=True)
class Impression:
    """What is known of a stranger."""

    object_id: str = ""
    """sysObjectID, without a leading dot."""
    descr: str = ""
    name: str = ""
    has: dict[str, bool] = field(default_factory=dict)
    """Subtree -> whether it holds anything."""
    said: dict[str, str] = field(default_factory=dict)
    """Object -> the text it holds; empty where it is missing."""


def impression(object_id: Value, descr: Value, name: Value) -> Impression:
    """Return what a system group says of its device (SNMPv2-MIB); some send identifiers as text."""
    if isinstance(object_id, tuple):
        object_id = ".".join(map(str, object_id))
    return Impression(
        object_id=identifier(object_id) if isinstance(object_id, str) else "",
        descr=descr if isinstance(descr, str) else "",
        name=name if isinstance(name, str) else "",
    )


def wanted(gear: Mapping[str, Gear], seen: Impression) -> tuple[list[str], list[str]]:
    """Return which subtrees and which objects must be looked at before a family can be told."""
    ways = [way for one in gear.values() for way in one.recognise if _may_fit(way, seen)]
    subtrees = dict.fromkeys(oid for way in ways for oid in way.has)
    objects = dict.fromkeys(oid for way in ways for oid in way.says)
    return list(subtrees), list(objects)


def family(gear: Mapping[str, Gear], seen: Impression) -> Gear | None:
    """Return the family that fits best; None where none does."""
    fits = [(way.weight, one.id) for one in gear.values() for way in fitting(one, seen)]
    return gear[max(fits)[1]] if fits else None


def fitting(one: Gear, seen: Impression) -> list[Recognise]:
    """Return the ways in which a device is known to be of this family."""
    return [way for way in one.recognise if _may_fit(way, seen) and _fits(way, seen)]


def layered(gear: Mapping[str, Gear], own: Gear | None) -> list[Gear]:
    """Return a family and all layers whose sensors it may have, its own knowledge first."""
    chosen: dict[str, Gear] = {}
    waiting = [own] if own is not None else []
    without: set[str] = set()
    while waiting:
        one = waiting.pop(0)
        if one.id not in chosen:
            chosen[one.id] = one
            without.update(one.without)
            waiting.extend(gear[name] for name in one.layers)
    chosen.update((one.id, one) for one in _everywhere(gear.values()) if one.id not in chosen)
    return [one for one in chosen.values() if one.id not in without]


def _everywhere(gear: Iterable[Gear]) -> Iterator[Gear]:
    yield from (one for one in gear if one.everywhere)


def _may_fit(way: Recognise, seen: Impression) -> bool:
    """Say whether what is known already speaks for it, so that asking more is worth it."""
    if way.object_id and not f"{seen.object_id}.".startswith(_beginnings(way.object_id)):
        return False
    if way.descr and not _found(way.descr, seen.descr):
        return False
    return not way.name or _found(way.name, seen.name)


def _fits(way: Recognise, seen: Impression) -> bool:
    if not all(seen.has.get(oid, False) for oid in way.has):
        return False
    return all(_found(like, seen.said.get(oid, "")) for oid, like in way.says.items())


def _found(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(_readable(text)) is not None


# Each of hundreds of families looks at the same few texts, and that for each of 20,000 devices.


@lru_cache(maxsize=64)
def _readable(text: str) -> str:
    return readable(text)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=4096)
def _beginnings(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{prefix}." for prefix in prefixes)
