"""`.snmprec` files -> objects: a real device's walk, served again."""

import bz2
from bisect import bisect_right
from pathlib import Path
from typing import Final

from netwatch.lab.faults import LabError
from netwatch.wire.ber import (
    BerError,
    Oid,
    Tag,
    Value,
    VarBind,
    encode_value,
    parse_oid,
)

LARGEST_OCTETS: Final = 64 << 20
FIELDS: Final = 3


class Recording:
    """The objects of one recorded device, in order. Lines that cannot be served are left out."""

    def __init__(self, values: dict[Oid, tuple[int, Value]]) -> None:
        self._values = values
        self._oids = sorted(values)

    def __len__(self) -> int:
        return len(self._oids)

    def get(self, oid: Oid) -> VarBind | None:
        """Return exactly this object."""
        held = self._values.get(oid)
        return None if held is None else VarBind(oid, *held)

    def knows(self, oid: Oid) -> bool:
        """Say whether the object was recorded in any instance."""
        parent = oid[:-1]
        place = bisect_right(self._oids, parent)
        return place < len(self._oids) and self._oids[place][: len(parent)] == parent

    def after(self, oid: Oid) -> VarBind | None:
        """Return the next object in order."""
        place = bisect_right(self._oids, oid)
        if place == len(self._oids):
            return None
        found = self._oids[place]
        return VarBind(found, *self._values[found])


def read_recording(path: Path) -> Recording:
    """Read a recording, packed with bzip2 or not: lines of ``OID|tag|value``.

    A value that does not fit its tag is served as an octet string, as it was recorded.

    Raises:
        LabError: the file cannot be read, is too large or holds no object.
    """
    try:
        with (bz2.open if path.suffix == ".bz2" else open)(path, "rb") as file:
            data = file.read(LARGEST_OCTETS + 1)
    except (OSError, EOFError, ValueError) as fault:
        raise LabError(f"{path} cannot be read as a recording: {fault}") from fault
    if len(data) > LARGEST_OCTETS:
        raise LabError(f"{path} is larger than {LARGEST_OCTETS >> 20} MB; is it a recording?")
    values: dict[Oid, tuple[int, Value]] = {}
    for line in data.decode("utf-8", "surrogateescape").split("\n"):
        parts = line.rstrip("\r").split("|", FIELDS - 1)
        if len(parts) != FIELDS:
            continue
        try:
            values[parse_oid(parts[0])] = _value(parts[1], parts[2])
        except BerError:
            continue
    if not values:
        raise LabError(f"{path} holds no line of the form OID|tag|value")
    return Recording(values)


def _value(tag: str, text: str) -> tuple[int, Value]:
    raw = text.encode("utf-8", "surrogateescape")
    try:
        kind, value = _typed(tag.partition(":")[0], text, raw)
        encode_value(kind, value)
    except (ValueError, OverflowError):
        return Tag.OCTETS, raw
    return kind, value


def _typed(tag: str, text: str, raw: bytes) -> tuple[int, Value]:
    if tag == "4e":
        return Tag.OCTETS, raw.decode("unicode_escape").encode("latin-1", "replace")
    if tag.endswith("x"):
        return int(tag[:-1]), _from_octets(int(tag[:-1]), bytes.fromhex(text))
    kind = Tag(int(tag))
    match kind:
        case Tag.INTEGER | Tag.COUNTER32 | Tag.GAUGE32 | Tag.TIMETICKS | Tag.COUNTER64:
            value: Value = int(text)
        case Tag.OID:
            value = parse_oid(text)
        case Tag.IPADDRESS:
            value = bytes(int(part) for part in text.split("."))
        case _:
            value = None if kind is Tag.NULL else raw
    return kind, value


def _from_octets(kind: int, octets: bytes) -> Value:
    if kind in (Tag.INTEGER, Tag.COUNTER32, Tag.GAUGE32, Tag.TIMETICKS, Tag.COUNTER64):
        return int.from_bytes(octets, "big", signed=kind == Tag.INTEGER)
    return octets
