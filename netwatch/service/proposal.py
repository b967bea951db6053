"""What was discovered, held against the inventory -> what to add, and what does not agree. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.model.names import DeviceId
from netwatch.model.network import Address, Device, DeviceKind, Link, Network
from netwatch.pollers.discovery.found import Drawn, Found

_NO_ID: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_ID: Final = 64
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "nan", "inf"})


_ALIKE: Final = frozenset(
    {DeviceKind.ROUTER, DeviceKind.SWITCH, DeviceKind.BNG, DeviceKind.SERVER, DeviceKind.CPE}
)
"""What a maker calls one, an operator may use as another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Inventory and wire say different things."""

    kind: str
    """``missing`` (silent), ``kind``, ``serial``, ``link-missing`` or ``link-moved``."""
    element: str
    wrong: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a person may approve. Nothing is written unasked."""

    names: Mapping[Address, DeviceId]
    devices: Sequence[Found]
    """Those that the inventory does not have."""
    links: Sequence[Drawn]
    """Those that the inventory does not have."""
    disagreements: Sequence[Disagreement]
    yaml: str


def propose(
    found: Sequence[Found],
    drawn: Sequence[Drawn],
    network: Network | None,
    *,
    asked: Iterable[Address] = (),
    vantage: DeviceId | None = None,
) -> Proposal:
    """Return what to add to an inventory, and where the wire disagrees with it.

    Args:
        found: who answered.
        drawn: the links they tell of.
        network: the inventory as it is; None where there is none yet.
        asked: all addresses that were asked: whoever of the inventory stands there and is silent is
            missing.
        vantage: where netwatch is plugged in, for a first inventory; else the device with the most
            links is assumed.
    """
    network = network or Network()
    known = {d.address: d for d in network.devices.values() if d.address is not None}
    names = _names(found, known, network)
    new = [one for one in found if one.address not in known]
    between: dict[frozenset[DeviceId], list[Link]] = {}
    for link in network.links.values():
        between.setdefault(frozenset(end.device for end in link.ends), []).append(link)
    added = [link for link in drawn if not _has(between, names, link)]
    disagreements = [
        *_missing(known, found, set(asked)),
        *_different(found, known),
        *_unheard(network, names, found, drawn),
    ]
    return Proposal(
        names=names,
        devices=new,
        links=added,
        disagreements=disagreements,
        yaml=_yaml(new, added, names, _vantage(network, names, drawn, vantage)),
    )


def _names(
    found: Sequence[Found], known: Mapping[Address, Device], network: Network
) -> dict[Address, DeviceId]:
    """Name each device: as the inventory does, else by its own name, else by its address."""
    names = {one.address: known[one.address].id for one in found if one.address in known}
    taken = set(network.devices) | set(names.values())
    alike: Counter[str] = Counter()
    for one in found:
        if one.address in names:
            continue
        wanted = _id(one.name) or _id(str(one.address))
        name = wanted
        while name in taken:
            alike[wanted] += 1
            number = f"-{alike[wanted] + 1}"
            name = f"{wanted[: _LONGEST_ID - len(number)]}{number}"
        names[one.address] = DeviceId(name)
        taken.add(DeviceId(name))
    return names


def _id(text: str) -> str:
    return _NO_ID.sub("-", text.strip())[:_LONGEST_ID].strip("-._")


def _has(
    between: Mapping[frozenset[DeviceId], Sequence[Link]],
    names: Mapping[Address, DeviceId],
    drawn: Drawn,
) -> bool:
    """Say whether the inventory has a link between these two, on these ports where it names any."""
    ends = [(names[address], port) for address, port in drawn.ends]
    for link in between.get(frozenset(name for name, _ in ends), ()):
        said = {end.device: end.port for end in link.ends}
        if all(not port or said[name] in (None, port) for name, port in ends):
            return True
    return False


def _missing(
    known: Mapping[Address, Device], found: Sequence[Found], asked: set[Address]
) -> list[Disagreement]:
    there = {address for one in found for address in (one.address, *one.also)}
    return [
        Disagreement(
            kind="missing",
            element=f"device:{device.id}",
            wrong=f"nothing answers at {address}",
            remedy="look whether it is down, has another address, or is gone",
        )
        for address, device in known.items()
        if address in asked and address not in there
    ]


def _different(found: Sequence[Found], known: Mapping[Address, Device]) -> list[Disagreement]:
    said: list[Disagreement] = []
    for one in found:
        device = known.get(one.address)
        if device is None:
            continue
        if device.serial and one.serial and device.serial.casefold() != one.serial.casefold():
            said.append(
                Disagreement(
                    kind="serial",
                    element=f"device:{device.id}",
                    wrong=f"its serial number is {one.serial}, the inventory has {device.serial}",
                    remedy="was it swapped? correct `serial`",
                )
            )
        if one.kind is not None and device.kind is not one.kind and _surely(one.kind, device.kind):
            said.append(
                Disagreement(
                    kind="kind",
                    element=f"device:{device.id}",
                    wrong=f"it says that it is a {one.kind}, the inventory has {device.kind}",
                    remedy="correct `kind`",
                )
            )
    return said


def _surely(seen: DeviceKind, said: DeviceKind) -> bool:
    """Say whether two kinds exclude each other: a switch may well serve as a router."""
    return DeviceKind.OTHER not in (seen, said) and not {seen, said} <= _ALIKE


def _unheard(
    network: Network,
    names: Mapping[Address, DeviceId],
    found: Sequence[Found],
    drawn: Sequence[Drawn],
) -> list[Disagreement]:
    """Return links of the inventory that both ends should hear of and neither does."""
    talking = {names[one.address] for one in found if one.neighbours}
    heard = {frozenset(names[address] for address, _ in link.ends) for link in drawn}
    said = []
    for link in network.links.values():
        pair = frozenset(end.device for end in link.ends)
        if pair <= talking and pair not in heard:
            said.append(
                Disagreement(
                    kind="link-missing",
                    element=link.element,
                    wrong="neither end hears the other",
                    remedy="look whether it is cut, or correct `ends`",
                )
            )
    return said


def _vantage(
    network: Network,
    names: Mapping[Address, DeviceId],
    drawn: Sequence[Drawn],
    named: DeviceId | None,
) -> DeviceId | None:
    if network.vantage is not None or not drawn:
        return None
    if named is not None:
        return named
    often: dict[DeviceId, int] = {}
    for link in drawn:
        for address, _ in link.ends:
            often[names[address]] = often.get(names[address], 0) + 1
    return max(sorted(often), key=lambda name: often[name])


def _yaml(
    devices: Sequence[Found],
    drawn: Sequence[Drawn],
    names: Mapping[Address, DeviceId],
    vantage: DeviceId | None,
) -> str:
    lines: list[str] = []
    if vantage is not None:
        lines.append(f"vantage: {_text(vantage)}   # assumed: name what netwatch is plugged into")
    if devices:
        lines.append("devices:")
        lines += [f"  - {_device(one, names[one.address])}" for one in devices]
    if drawn:
        lines.append("links:")
        lines += [f"  - {_link(one, names)}" for one in drawn]
    return "".join(f"{line}\n" for line in lines)


def _device(one: Found, name: DeviceId) -> str:
    said: dict[str, str] = {
        "id": _text(name),
        "kind": (one.kind or DeviceKind.OTHER).value,
        "address": _text(str(one.address)),
    }
    if one.name and one.name != name:
        said["name"] = _text(one.name)
    if one.snmp:
        said["snmp"] = _text(one.snmp)
    if one.serial:
        said["serial"] = _text(one.serial)
    made = " ".join(filter(None, (one.vendor, one.model)))
    comment = f"   # {_NO_BREAK.sub(' ', made)}" if made else ""
    return "{" + ", ".join(f"{key}: {value}" for key, value in said.items()) + "}" + comment


_NO_BREAK: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def _link(link: Drawn, names: Mapping[Address, DeviceId]) -> str:
    ends = [
        f"{names[address]}:{port}" if port else str(names[address]) for address, port in link.ends
    ]
    return f"{{ends: [{', '.join(_text(end) for end in ends)}]}}   # {link.by}"


def _text(text: str) -> str:
    """Write a text as YAML: bare where no reader could take it for something else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and not _looks_like_a_number(text):
        return text
    kept = _NO_BREAK.sub(" ", text)
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _looks_like_a_number(text: str) -> bool:
    return text[0].isdigit() and text.count(".") < 3  # noqa: PLR2004 (an IPv4 address has three)
