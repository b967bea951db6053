"""A person's word on where gear hangs, for hundreds of devices at once. Pure but for rule files.

A rule is ``PARENT = GEAR, GEAR``: the parent a device with or without a port, the gear address
ranges, or patterns for addresses and names. ``{n}`` stands for what the parent shares with its
gear: ``sw-{n} = 10.1.{n}.*`` hangs 10.1.7.33 on sw-7.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_network
from typing import Final

from netwatch.model.faults import ConfigError, Place
from netwatch.model.names import DeviceId
from netwatch.model.network import Address, Network
from netwatch.pollers.discovery.found import Doubt, Drawn, Found
from netwatch.service.rule_lines import lines_of

_TOLD: Final = frozenset({"lldp", "cdp", "mndp"})
"""What a person's word does not overrule: the gear says itself where it hangs."""
_EXAMPLE: Final = "write it as 'sw-7:ge-0/0/3 = 10.1.7.0/24', or 'sw-{n} = 10.1.{n}.*'"
_WORD: Final = re.compile(r"\{([a-z]+)\}")

Fits = Callable[[Address, DeviceId], Mapping[str, str] | None]
"""What a device shares with its parent, where it is meant; None where it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line: what hangs on what."""

    text: str
    parent: str
    port: str
    fits: tuple[Fits, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """A device and what a person says that it hangs on."""

    child: Address
    name: DeviceId
    parent: DeviceId
    port: str
    """"" where nobody says which."""


@dataclass(slots=True, kw_only=True)
class Told:
    """What became of one rule."""

    rule: Rule
    hung: int = 0
    linked: int = 0
    """Fits, and was left alone: it tells itself where it hangs, or the inventory does."""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """What all rules together say."""

    hung: Sequence[Hung]
    drawn: Sequence[Drawn]
    """The links as drawn, without those that a person corrects."""
    doubts: Sequence[Doubt]
    """Without those that a person ended."""
    corrected: Sequence[tuple[Drawn, Hung]]
    """What tables say otherwise."""
    told: Sequence[Told]


def rules_of(words: Iterable[str]) -> list[Rule]:
    """Read rules: each word is one, or a file with one a line.

    Raises:
        ConfigError: a rule that is none.
    """
    return [_rule(text, place) for text, place in lines_of(words, "rule")]


def hang(
    rules: Sequence[Rule],
    found: Sequence[Found],
    drawn: Sequence[Drawn],
    doubts: Sequence[Doubt],
    *,
    names: Mapping[Address, DeviceId],
    network: Network | None,
    asked: Collection[Address] = (),
) -> Hanging:
    """Hang gear as the rules say; for each device the first rule that fits it holds.

    Rules hold for what was found, and for gear of the inventory that was ``asked`` and kept silent.
    Gear that tells by a protocol where it hangs, or has a link in the inventory, stays there, and
    so does the vantage.
    """
    network = network or Network()
    fixed = {a for link in drawn if link.by in _TOLD for a, _ in link.ends}
    linked = {end.device for link in network.links.values() for end in link.ends}
    known = {*names.values(), *network.devices}
    told = [Told(rule=rule) for rule in rules]
    hung: dict[Address, Hung] = {}
    gear = {one.address: names[one.address] for one in found}
    there = set(gear.values())
    for device in network.devices.values():
        address = device.address
        if address is not None and address in asked and device.id not in there:
            gear[address] = device.id
    for address, name in gear.items():
        match = _first(told, address, name)
        if match is None or name == network.vantage:
            continue
        line, parent = match
        if parent not in known:
            line.wrong = line.wrong or _unknown(parent, known)
        elif parent == name:
            continue
        elif address in fixed or name in linked:
            line.linked += 1
        else:
            line.hung += 1
            hung[address] = Hung(
                child=address, name=name, parent=DeviceId(parent), port=line.rule.port
            )
    for line in told:
        if not (line.hung or line.linked or line.wrong):
            line.wrong = "fits no gear that was found"
    corrected = list(_corrected(drawn, hung, names))
    return Hanging(
        hung=list(hung.values()),
        drawn=[link for link in drawn if link.by in _TOLD or link.ends[1][0] not in hung],
        doubts=[one for one in doubts if one.address not in hung],
        corrected=corrected,
        told=told,
    )


def _corrected(
    drawn: Iterable[Drawn], hung: Mapping[Address, Hung], names: Mapping[Address, DeviceId]
) -> Iterator[tuple[Drawn, Hung]]:
    """Yield what tables say otherwise; the lower end of what they say stands last."""
    for link in drawn:
        (parent, _), (child, _) = link.ends
        said = hung.get(child)
        if link.by not in _TOLD and said is not None and names[parent] != said.parent:
            yield link, said


def _first(told: Sequence[Told], address: Address, name: DeviceId) -> tuple[Told, str] | None:
    for line in told:
        for fits in line.rule.fits:
            shared = fits(address, name)
            if shared is not None:
                return line, line.rule.parent.format_map(shared)
    return None


def _unknown(parent: str, known: Iterable[str]) -> str:
    near = get_close_matches(parent, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{parent!r} is neither in the inventory nor found{hint}"


def _rule(text: str, place: Place) -> Rule:
    parent, equals, gear = text.partition("=")
    device, _, port = parent.strip().partition(":")
    words = [word.strip() for word in gear.split(",") if word.strip()]
    if not equals or not device or not words or set("{}") & set(_WORD.sub("", device)):
        raise ConfigError(place, f"{text!r} does not say what hangs on what", _EXAMPLE)
    shared = set(_WORD.findall(device))
    lacking = [w for w in words if not shared <= set(_WORD.findall(w))]
    if lacking:
        raise ConfigError(
            place, f"{lacking[0]!r} does not tell {{{min(shared)}}} of {device!r}", _EXAMPLE
        )
    return Rule(
        text=text,
        parent=device,
        port="" if port == "*" else port,
        fits=tuple(_fitting(word, place) for word in words),
        place=place,
    )


def _fitting(word: str, place: Place) -> Fits:
    if "/" in word:
        try:
            network = ip_network(word, strict=False)
        except ValueError:
            raise ConfigError(place, f"{word!r} is no address range", _EXAMPLE) from None
        return lambda address, _: {} if address in network else None
    parts = re.split(r"(\*|\?|\{[a-z]+\})", word)
    seen: set[str] = set()
    pattern = re.compile("".join(_part(part, seen) for part in parts), re.IGNORECASE)

    def fits(address: Address, name: DeviceId) -> Mapping[str, str] | None:
        found = pattern.fullmatch(str(address)) or pattern.fullmatch(name)
        return None if found is None else found.groupdict()

    return fits


def _part(part: str, seen: set[str]) -> str:
    if part == "*":
        return ".*"
    if part == "?":
        return "."
    word = _WORD.fullmatch(part)
    if word is None:
        return re.escape(part)
    if word[1] in seen:
        return f"(?P={word[1]})"
    seen.add(word[1])
    return f"(?P<{word[1]}>[A-Za-z0-9_]+)"
