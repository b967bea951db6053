"""A range of addresses -> who is there, and how it hangs together."""

import asyncio
import socket
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final

from netwatch.model.faults import ConfigError, Place
from netwatch.model.names import DeviceId
from netwatch.model.network import Address, Device, DeviceKind
from netwatch.pollers.acquaintance import target_of
from netwatch.pollers.discovery.aliases import merged
from netwatch.pollers.discovery.drawing import drawing
from netwatch.pollers.discovery.found import Doubt, Drawn, Found, Stranger
from netwatch.pollers.discovery.looking import found_of, looking
from netwatch.pollers.gear.survey import Survey
from netwatch.pollers.library import Library, shipped_library
from netwatch.pollers.lines import Conversation, Lines
from netwatch.pollers.questions import Credential, Patience, Target
from netwatch.pollers.sweep import Check, sweep
from netwatch.service.own_neighbours import own_neighbours
from netwatch.service.rule_lines import lines_of

MOST_ADDRESSES: Final = 65_536
PATIENCE: Final = Patience(timeout_s=1.0, retries=1)
_LIMIT_S: Final = 600.0
_TURN_S: Final = 0.25
_AT_ONCE: Final = 256
_FAR: Final = 4096
"""So many at a time of those who did not even echo: hardly any of them will answer."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a look around found."""

    asked: int
    found: Sequence[Found]
    drawn: Sequence[Drawn]
    doubts: Sequence[Doubt]
    """What could not be drawn, and what is known of it."""
    strangers: Sequence[Stranger]
    """Who is heard, and was not found."""
    whole: bool
    """False: it was cut short by its time."""
    seconds: float


def addresses_of(words: Iterable[str]) -> list[Address]:
    """Return the addresses that a person means: CIDR ranges, single addresses, files of either.

    Raises:
        ConfigError: a word is none of these, or they are more than 65,536 addresses.
    """
    found: dict[Address, None] = {}
    for line, place in lines_of(words, "address"):
        word = next(iter(line.split()), line)
        for network in _networks(word, place):
            if len(found) + network.num_addresses > MOST_ADDRESSES:
                raise ConfigError(
                    place, f"more than {MOST_ADDRESSES} addresses", "discover in smaller parts"
                )
            if network.num_addresses == 1:
                found[_with_zone(network.network_address, word, place)] = None
            else:
                found.update(dict.fromkeys(network.hosts()))
    return list(found)


async def discover(
    addresses: Sequence[Address],
    credentials: Mapping[str, Credential],
    *,
    patience: Patience = PATIENCE,
    known: Collection[Address] = (),
    onus: bool = False,
    families: Library | None = None,
    limit_s: float = _LIMIT_S,
    progress: Progress = lambda _what, _done, _of: None,
) -> Discovery:
    """Ask every address by echo and by SNMP, with each credential until one is taken.

    A device with several addresses is found once, under one that is ``known`` where there is one.
    OLTs are asked for their ``onus`` where these are wanted: that takes minutes with some.
    """
    began = time.monotonic()
    devices = [_stranger(address) for address in addresses]
    echoes = await sweep(
        devices,
        (Check.ICMP,),
        {},
        patience=patience,
        progress=lambda done, of: progress("echo", done, of),
    )
    missed = {one.device for one in echoes.missed}
    there = {device.address for device in devices if device.id not in missed}
    found: dict[Address, Found] = {}
    whole = True
    families = families or shipped_library()
    for name, credential in credentials.items():
        left = [address for address in addresses if address not in found]
        asking = _Asking(name, credential, began + limit_s, progress, onus, families)
        near = [address for address in left if address in there]
        far = [address for address in left if address not in there]
        ways = (
            (near, replace(asking, patience=_calmer(patience))),
            (far, replace(asking, patience=patience, at_once=_FAR)),
        )
        for some, how in ways:
            whole = await _look(some, found, how) and whole
        again = [a for a in near if (found[a].cut if a in found else found)]
        whole = await _look(again, found, replace(asking, patience=patience)) and whole
    for address in addresses:
        if address in there and address not in found:
            found[address] = Found(address=address)
    seen = merged([found[address] for address in addresses if address in found], known)
    drawn = drawing(seen, own_neighbours())
    return Discovery(
        asked=len(addresses),
        found=seen,
        drawn=drawn.links,
        doubts=drawn.doubts,
        strangers=drawn.strangers,
        whole=whole,
        seconds=time.monotonic() - began,
    )


def _calmer(patience: Patience) -> Patience:
    """Give more time to those who are there: many at once are slow where one is quick."""
    return Patience(1.5 * patience.timeout_s, patience.retries + 1)


@dataclass(frozen=True, slots=True)
class _Asking:
    name: str
    credential: Credential
    until: float
    progress: Progress
    onus: bool
    families: Library
    patience: Patience = PATIENCE
    at_once: int = _AT_ONCE


async def _look(addresses: Sequence[Address], found: dict[Address, Found], how: _Asking) -> bool:
    """Ask, and note who answers; what broke off is kept where nothing better is known."""
    heard, ended = await _ask(addresses, how)
    for address, one in heard.items():
        if address not in found or not one.cut:
            found[address] = one
    return ended


async def _ask(addresses: Sequence[Address], how: _Asking) -> tuple[dict[Address, Found], bool]:
    surveys: dict[Address, Survey] = {}
    heard: dict[Address, Found] = {}
    gear, profiles = how.families.gear, how.families.profiles
    for address in addresses:
        target, _ = target_of(_stranger(address, how.name), {how.name: how.credential})
        if target is not None:
            surveys[address] = Survey(target, gear, profiles)
    asked = len(surveys)

    def ended(address: Address) -> None:
        survey = surveys.pop(address)  # all it answered takes megabytes, what was found does not
        if survey.answered:
            heard[address] = found_of(survey, address, how.name)
        how.progress(f"SNMP with {how.name}", asked - len(surveys), asked)

    lines: Lines[Address] = Lines(how.patience, ended, how.at_once)
    try:
        talks = _talks(surveys, how.onus)
        while not (whole := lines.converse(talks, min(how.until, time.monotonic() + _TURN_S))):
            await asyncio.sleep(0)  # a person's Ctrl-C is heard here
            if time.monotonic() >= how.until:
                break
    finally:
        lines.close()
    for address, survey in surveys.items():
        if survey.answered:
            heard[address] = found_of(survey, address, how.name)
    return heard, whole


def _talks(
    surveys: Mapping[Address, Survey], onus: bool
) -> Iterator[tuple[Address, Target, Conversation]]:
    for address in list(surveys):  # those that came to their end are dropped meanwhile
        yield address, surveys[address].target, looking(surveys[address], onus=onus)


def _stranger(address: Address, snmp: str | None = None) -> Device:
    return Device(id=DeviceId(str(address)), kind=DeviceKind.OTHER, address=address, snmp=snmp)


def _with_zone(address: Address, word: str, place: Place) -> Address:
    """Keep the interface of an address that holds on one cable only: ``fe80::1%eth0``."""
    zone = word.partition("%")[2].partition("/")[0]
    if not zone:
        return address
    try:
        if not zone.isdecimal():
            socket.if_nametoindex(zone)
    except OSError:
        remedy = "name one that `ip link` shows, as in fe80::1%eth0"
        raise ConfigError(place, f"{word!r}: no interface {zone!r} here", remedy) from None
    return IPv6Address(f"{address.compressed.partition('%')[0]}%{zone}")


def _networks(word: str, place: Place) -> Iterator[IPv4Network | IPv6Network]:
    try:
        yield ip_network(word, strict=False)
    except ValueError:
        raise ConfigError(
            place,
            f"{word!r} is neither an address, nor a range such as 192.0.2.0/24, nor a file",
            "write addresses or ranges, or name a file that has one a line",
        ) from None
