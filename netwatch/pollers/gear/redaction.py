"""What one device answered -> a recording to give away: no names, serials or addresses. Pure.

Numbers stay. A text stays only where a profile reads a name, a state or a model from it, and even
there without addresses and without what the device tells of its owner. Every other text becomes
one of the same shape: letters for letters, digits for digits, the same for the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Final

from netwatch.pollers.gear.interfaces import IF_ALIAS, IF_DESCR, IF_NAME
from netwatch.pollers.gear.neighbours import LLDP_LOCAL_DESCR, LLDP_LOCAL_ID
from netwatch.pollers.gear.rules import Gear, Source
from netwatch.pollers.gear.sensing import columns_of
from netwatch.pollers.gear.survey import SYS_DESCR, SYS_NAME, SYS_OBJECT_ID, SYS_UP_TIME, Survey
from netwatch.pollers.onu_table import all_columns
from netwatch.pollers.questions import Value
from netwatch.wire.oid import oid_text, parse_oid

_PRIVATE: Final = ("1.3.6.1.2.1.1.4.0", "1.3.6.1.2.1.1.6.0", SYS_NAME, IF_ALIAS)
_ENTITY: Final = tuple(f"1.3.6.1.2.1.47.1.1.1.1.{column}" for column in (2, 7, 8, 9, 10, 13))
_ADDRESS: Final = re.compile(
    r"""\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b | \b(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}\b
      | \b\d{1,3}(?:\.\d{1,3}){3}\b | \b[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}\b
      | [\w.+-]+@[\w.-]+ | <[^<>]+> | \b[A-Z]{4}[0-9A-F]{8}\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_PORTS: Final = """
    port ports slot stack unit fast ethernet gigabit gigabitethernet fastethernet ether tengige
    tengigabitethernet hundredgige fortygige twentyfivegige xgigabitethernet management bundle
    null loopback tunnel bridge vlan vlanif bond trunk wlan gpon epon xpon combo plus radio serial
    chassis modem wireless bluetooth interface inband outband local default register mgmt fxp
"""
_SHORTEST_SECRET: Final = 4
_LONGEST_INDEX: Final = 6
"""A longer index bears an address or a serial."""
_SERIAL_OCTETS: Final = 8
_SHORTEST_TREE: Final = 10
_INTEGER, _OCTETS, _OID, _TICKS, _COUNTER64 = 2, 4, 6, 67, 70


def recording(survey: Survey, objects: Mapping[str, Value], key: bytes) -> list[str]:
    """Return the lines ``OID|tag|value`` of a recording, in order.

    Args:
        survey: what was found out of the device.
        objects: everything that it answered, by full name.
        key: makes the other names; a new one for each recording, kept nowhere.
    """
    columns = sorted(survey.answers.columns, key=len, reverse=True)
    readable, private = _readable(survey.layers), _private(survey)
    plain = {v for oid, v in objects.items() if oid.rpartition(".")[0] in (IF_DESCR, IF_NAME)}
    secrets = sorted(set(_secrets(objects, private)) - plain, key=len, reverse=True)
    words, said = _vocabulary(survey.gear.values()), _said_by_makers(survey.layers)
    lines: dict[tuple[int, ...], str] = {}
    for oid, value in objects.items():
        column = next((one for one in columns if oid.startswith(f"{one}.")), "")
        if value is None:
            continue
        if not column and oid not in survey.answers.objects:
            oid, value = _stump(oid), 0  # noqa: PLW2901 (found by a hop: that it is there is all)
        elif isinstance(value, str):
            keep = (column or oid) in readable and (column or oid) not in private
            value = _cleaned(value, secrets, key) if keep else pseudonym(value, key)  # noqa: PLW2901
            if keep and (column or oid) not in said:
                value = _common(value, words, key)  # noqa: PLW2901
        name = _name(oid, column, key)
        lines[parse_oid(name)] = line_of(name, value)
    return [lines[name] for name in sorted(lines)]


def pseudonym(text: str, key: bytes) -> str:
    """Return a text of the same shape that tells nothing; the same for the same."""
    if len(text) == _SERIAL_OCTETS and text[:4].isalnum() and not text.isprintable():
        return text[:4] + pseudonym(text[4:], key)
    octets = blake2b(text.encode("utf-8", "replace"), key=key[:64]).digest()
    return "".join(_like(letter, octets[at % len(octets)]) for at, letter in enumerate(text))


def _like(letter: str, octet: int) -> str:
    if letter.isdigit():
        return str(octet % 10)
    for first, letters in (("a", 6), ("A", 6), ("g", 20), ("G", 20)):
        if first <= letter < chr(ord(first) + letters):
            return chr(ord(first) + octet % letters)
    return letter if letter.isascii() and letter.isprintable() else chr(octet)


def _readable(layers: Iterable[Gear]) -> set[str]:
    known = {SYS_DESCR, IF_DESCR, IF_NAME, LLDP_LOCAL_ID, LLDP_LOCAL_DESCR, *_ENTITY}
    for one in layers:
        for rule in one.sensors:
            known.update(columns_of(rule))
            known.add(rule.object)
        known.update(oid for rule in one.interfaces for oid in (rule.name, rule.oper, rule.admin))
        said = one.identity
        for source in (*said.vendor, *said.model, *said.os, *said.version):
            known.update((source.object, source.column))
        known.update(oid for way in one.recognise for oid in way.says)
    return known


def _said_by_makers(layers: Iterable[Gear]) -> set[str]:
    """Return where texts stand that no owner chose."""
    said = {SYS_DESCR, *_ENTITY}
    for one in layers:
        told = one.identity
        for source in (*told.vendor, *told.model, *told.os, *told.version):
            said.update((source.object, source.column))
        said.update(rule.object or rule.column for rule in one.sensors)
    return said


def _vocabulary(gear: Iterable[Gear]) -> set[str]:
    """Return the words that makers use: owners choose others."""
    words = set(_PORTS.split())
    for one in gear:
        texts = [one.id, one.title]
        for rule in one.sensors:
            texts += [rule.part, rule.check, *(where.like for where in rule.where)]
        words.update(word.casefold() for text in texts for word in _WORD.findall(text))
    return words


def _common(text: str, words: set[str], key: bytes) -> str:
    """Return a part's name without the words that its owner chose."""
    return _WORD.sub(
        lambda found: found[0] if found[0].casefold() in words else pseudonym(found[0], key), text
    )


def _private(survey: Survey) -> set[str]:
    serials: list[Source] = [source for one in survey.layers for source in one.identity.serial]
    found = {*_PRIVATE, *(oid for one in serials for oid in (one.object, one.column) if oid)}
    for table in survey.onu_tables:
        found.update(table.place.columns.values())
        found.update(oid for oid in all_columns(table) if oid in {table.serial, table.cause_serial})
    return found - {SYS_DESCR}


def _secrets(objects: Mapping[str, Value], private: set[str]) -> Iterator[str]:
    for oid, value in objects.items():
        if isinstance(value, str) and (oid in private or oid.rpartition(".")[0] in private):
            yield from (one for one in (value, *value.split()) if len(one) >= _SHORTEST_SECRET)


def _cleaned(text: str, secrets: Iterable[str], key: bytes) -> str:
    for secret in secrets:
        text = text.replace(secret, pseudonym(secret, key))
    return _ADDRESS.sub(lambda found: pseudonym(found[0], key), text)


def _stump(oid: str) -> str:
    """Return an object in the same subtree whose name tells no more than that."""
    return ".".join(oid.split(".")[:_SHORTEST_TREE]) + ".0"


def _name(oid: str, column: str, key: bytes) -> str:
    arcs = oid.removeprefix(f"{column}.").split(".") if column else []
    if len(arcs) <= _LONGEST_INDEX:
        return oid
    first, *rest = map(int, arcs)
    text = "".join(chr(arc) if arc < 1 << 8 else "\xff" for arc in rest)
    other = [ord(letter) & 0xFF for letter in pseudonym(text, key)]
    return f"{column}.{oid_text((first, *other))}"


def line_of(name: str, value: Value) -> str:
    """Return the line of a recording for one object."""
    return f"{name}|{_written(name, value)}"


def _written(name: str, value: Value) -> str:
    if isinstance(value, tuple):
        return f"{_OID}|{oid_text(value)}"
    if isinstance(value, int):
        tag = _TICKS if name == SYS_UP_TIME else _INTEGER
        return f"{tag if -(1 << 31) <= value < 1 << 31 or tag == _TICKS else _COUNTER64}|{value}"
    text = str(value)
    if name == SYS_OBJECT_ID:
        return f"{_OID}|{text}"
    if text.isascii() and text.isprintable():
        return f"{_OCTETS}|{text}"
    return f"{_OCTETS}x|{text.encode('latin-1', 'replace').hex()}"
