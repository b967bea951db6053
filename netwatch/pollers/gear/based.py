"""Object identifiers that begin where the device's own sysObjectID does. Pure.

Some makers give each model a branch of its own, with the same tables below it. ``{10}.1.2.11.1.4``
in a profile is the first ten arcs of sysObjectID, and then ``.1.2.11.1.4``; ``1.3.6.{#8}.1`` has
its arc number 8 (the first is 0) in the middle.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

BASED: Final = re.compile(r"\{(\d{1,2})\}(?=(?:\.\d+)+$)")
"""The beginning of such an identifier."""
ARC: Final = re.compile(r"\{#(\d{1,2})\}")
_OIDS: Final = frozenset({"object", "column", "columns", "digits", "has", "knows"})

T = TypeVar("T")


def based(value: T, object_id: str) -> T:
    """Return a profile's value with all such identifiers spelt out for one device.

    Where sysObjectID has fewer arcs than are asked for, the identifier becomes empty: it is
    never answered.
    """
    spelt: T = _of_object(value, object_id.split(".") if object_id else [])
    return spelt


def _of_object(value: Any, arcs: list[str]) -> Any:
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes: dict[str, Any] = {}
    for field in fields(value):
        before = getattr(value, field.name)
        after = _of_field(before, arcs, field.name in _OIDS)
        if after is not before:
            changes[field.name] = after
    return replace(value, **changes) if changes else value


def _of_field(value: Any, arcs: list[str], is_oid: bool) -> Any:
    if isinstance(value, str):
        return _spelt(value, arcs) if is_oid else value
    if isinstance(value, tuple):
        after = tuple(_of_field(one, arcs, is_oid) for one in value)
        return value if after == value else after
    if isinstance(value, Mapping):
        values = {key: _of_field(one, arcs, False) for key, one in value.items()}
        return value if values == value else values
    return _of_object(value, arcs)


def _spelt(oid: str, arcs: list[str]) -> str:
    if any(int(arc) >= len(arcs) for arc in ARC.findall(oid)):
        return ""
    oid = ARC.sub(lambda arc: arcs[int(arc[1])], oid)
    found = BASED.match(oid)
    if found is None:
        return oid
    count = int(found[1])
    return ".".join(arcs[:count]) + oid[found.end() :] if len(arcs) >= count else ""
