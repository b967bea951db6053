"""What was discovered, held against the inventory -> what to add, and what does not agree. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.model.names import DeviceId
from netwatch.model.network import Address, DeviceKind, Network
from netwatch.pollers.discovery.found import Drawn, Found
from netwatch.service.disagreements import Disagreement, of_devices, recognised
from netwatch.service.link_differences import compared
from netwatch.service.listed_onus import ListedOnu, onus_elsewhere, onus_of
from netwatch.service.parents import Hanging

_NO_ID: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_ID: Final = 64
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "nan", "inf"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a person may approve. Nothing is written unasked."""

    names: Mapping[Address, DeviceId]
    devices: Sequence[Found]
    """Those that the inventory does not have."""
    links: Sequence[Drawn]
    """Those that the inventory does not have."""
    onus: Sequence[ListedOnu]
    """All that OLTs listed."""
    disagreements: Sequence[Disagreement]
    yaml: str


def propose(
    found: Sequence[Found],
    drawn: Sequence[Drawn],
    network: Network | None,
    *,
    asked: Iterable[Address] = (),
    vantage: DeviceId | None = None,
    hanging: Hanging | None = None,
) -> Proposal:
    """Return what to add to an inventory, and where the wire disagrees with it.

    Args:
        found: who answered.
        drawn: the links they tell of.
        network: the inventory as it is; None where there is none yet.
        asked: all addresses that were asked: whoever of the inventory stands there and is silent is
            missing.
        vantage: where netwatch is plugged in, for a first inventory; else the device is assumed
            that has resolved the most addresses, and of these that with the most links.
        hanging: what a person says of where gear hangs.
    """
    network = network or Network()
    known = recognised(found, network)
    names = given_names(found, network)
    new = [one for one in found if one.address not in known]
    listed = list(onus_of(found, names, network))
    links = compared(found, drawn, names, network)
    disagreements = [
        *of_devices(found, known, network, set(asked)),
        *links.disagreements,
        *_corrected(hanging, names),
        *onus_elsewhere(listed),
    ]
    return Proposal(
        names=names,
        devices=new,
        links=links.new,
        onus=listed,
        disagreements=disagreements,
        yaml=_yaml(
            [
                *(f"  - {_device(one, names[one.address])}" for one in new),
                *(f"  - {_onu(one)}" for one in listed if one.known is None),
            ],
            [f"  - {line}" for line in (*_links(links.new, names), *_hooks(hanging))],
            _vantage(network, names, found, drawn, vantage),
        ),
    )


def given_names(found: Sequence[Found], network: Network | None) -> dict[Address, DeviceId]:
    """Name each device: as the inventory does, else by its own name, else by its address."""
    network = network or Network()
    known = recognised(found, network)
    names = {address: device.id for address, device in known.items()}
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


def _vantage(
    network: Network,
    names: Mapping[Address, DeviceId],
    found: Sequence[Found],
    drawn: Sequence[Drawn],
    named: DeviceId | None,
) -> DeviceId | None:
    """Name where netwatch is plugged in: whoever knows the most of the gear, if nobody says it."""
    if network.vantage is not None or not drawn:
        return None
    if named is not None:
        return named
    there = {str(address) for address in names}
    often = Counter(names[address] for link in drawn for address, _ in link.ends)
    knows = {names[one.address]: len(there & one.addresses.keys()) for one in found}
    return max(sorted(often), key=lambda name: (knows[name], often[name]))


def _corrected(
    hanging: Hanging | None, names: Mapping[Address, DeviceId]
) -> Iterator[Disagreement]:
    for link, said in hanging.corrected if hanging else ():
        address, port = link.ends[0]
        table = "address table" if link.by == "arp" else "bridge table"
        yield Disagreement(
            kind="parent",
            element=f"device:{said.name}",
            wrong=f"you hang it on {said.parent}, the {table} of {names[address]} has it on {port}",
            remedy="yours is proposed; look which is right",
        )


def _yaml(devices: Sequence[str], links: Sequence[str], vantage: DeviceId | None) -> str:
    lines: list[str] = []
    if vantage is not None:
        lines.append(f"vantage: {_text(vantage)}   # assumed: name what netwatch is plugged into")
    if devices:
        lines += ["devices:", *devices]
    if links:
        lines += ["links:", *links]
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


def _onu(one: ListedOnu) -> str:
    said = {"id": one.id, "via": one.via, "port": one.port, "serial": one.serial}
    words = ", ".join(f"{key}: {_text(value)}" for key, value in said.items() if value)
    return f"{{{words}, kind: onu}}"


_NO_BREAK: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def _links(links: Iterable[Drawn], names: Mapping[Address, DeviceId]) -> Iterator[str]:
    for link in links:
        yield link_line([(names[address], port) for address, port in link.ends], link.by)


def _hooks(hanging: Hanging | None) -> Iterator[str]:
    for one in hanging.hung if hanging else ():
        yield link_line([(one.parent, one.port), (one.name, "")], "parent")


def link_line(ends: Iterable[tuple[DeviceId, str]], by: str) -> str:
    """Return a link as an inventory's file holds it, and behind it who says so."""
    said = ", ".join(_text(f"{name}:{port}" if port else str(name)) for name, port in ends)
    return f"{{ends: [{said}]}}   # {_NO_BREAK.sub(' ', by)}"


def _text(text: str) -> str:
    """Write a text as YAML: bare where no reader could take it for something else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and not _looks_like_a_number(text):
        return text
    kept = _NO_BREAK.sub(" ", text)
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _looks_like_a_number(text: str) -> bool:
    return text[0].isdigit() and text.count(".") < 3  # noqa: PLR2004 (an IPv4 address has three)
