"""``vendors/*.yaml`` -> the lines to paste into gear of a maker, one file a family."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml
from cattrs import BaseValidationError, Converter, transform_error

from netwatch.model.faults import ConfigError, Place
from netwatch.model.network import Address

KEYS: Final = ("<COMMUNITY>", "<AUTH-KEY>", "<PRIV-KEY>")
"""Where a person writes secrets: none ever stands in these lines."""
NO_POLLER: Final = "<POLLER>"
"""Stands for netwatch's own address where nobody said it."""
SECTIONS: Final[Mapping[str, str]] = {
    "v2c": "SNMP version 2c, read only, for this poller",
    "v3": "or SNMP version 3, with authentication and encryption",
    "traps": "traps to this poller",
    "syslog": "syslog to this poller",
    "lldp": "LLDP, so that its links are found",
}
"""What the lines are for, in the order in which they are printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How gear of one family is made to talk."""

    id: str
    title: str
    source: str
    makers: list[str] = field(default_factory=list)
    """What the registry of hardware addresses calls the maker, in part."""
    says: list[str] = field(default_factory=list)
    """Patterns of what such gear calls itself towards its neighbours."""
    profiles: list[str] = field(default_factory=list)
    """Profiles of an inventory that are this family."""
    enter: str = ""
    """What leads to where the lines may be typed."""
    v2c: str = ""
    v3: str = ""
    traps: str = ""
    syslog: str = ""
    lldp: str = ""
    save: str = ""
    how: list[str] = field(default_factory=list)
    """For gear without a command line for this: what to do instead."""
    notes: list[str] = field(default_factory=list)
    sure: bool = True
    """False: releases differ, or no public manual has it; look before pasting."""

    def lines(self, section: str, poller: Address | None) -> list[str]:
        """Return the lines of a section for this poller."""
        return filled(getattr(self, section), poller).splitlines()


def filled(text: str, poller: Address | None) -> str:
    """Write the poller's address into a text, alone and as a network of one."""
    if poller is None:
        return text.replace("{poller_net}", f"{NO_POLLER}/32").replace("{poller}", NO_POLLER)
    host = str(poller).partition("%")[0]
    net = f"{host}/{poller.max_prefixlen}"
    return text.replace("{poller_net}", net).replace("{poller}", host)


@cache
def voices() -> Mapping[str, Voice]:
    """Return all families by id.

    Raises:
        ConfigError: one of the files is broken.
    """
    found: dict[str, Voice] = {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for file in sorted(resources.files("netwatch.pollers.silent.vendors").iterdir(), key=str):
        if file.name.endswith(".yaml"):
            words = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 (both are safe loaders)
            name = file.name.removesuffix(".yaml")
            found[name] = _voice(words, name)
    return found


def _voice(words: Any, name: str) -> Voice:
    converter = Converter(forbid_extra_keys=True)
    try:
        return converter.structure({**words, "id": name}, Voice)
    except (BaseValidationError, TypeError) as fault:
        why = "; ".join(transform_error(fault)) if isinstance(fault, BaseValidationError) else fault
        raise ConfigError(Place(f"{name}.yaml"), str(why), "see the files beside it") from fault


def by_profile(profile: str | None) -> Voice | None:
    """Return the family of a profile's id."""
    return next((one for one in voices().values() if profile and profile in one.profiles), None)


def by_word(text: str) -> Voice | None:
    """Return the family that a device belongs to by what it calls itself: the longest match."""
    return _best(
        (len(found[0]), one)
        for one in voices().values()
        for pattern in one.says
        if (found := re.search(pattern, text, re.IGNORECASE))
    )


def by_maker(maker: str) -> list[Voice]:
    """Return the families of a maker, as the registry of hardware addresses calls it."""
    word = maker.casefold()
    named = [one for one in voices().values() if any(m in word for m in one.makers)]
    vendors = {one.id.partition("-")[0] for one in named}
    return [one for one in voices().values() if one.id.partition("-")[0] in vendors]


def _best(found: Iterable[tuple[int, Voice]]) -> Voice | None:
    ranked: Iterator[tuple[int, Voice]] = iter(sorted(found, key=lambda one: (-one[0], one[1].id)))
    return next((one for _, one in ranked), None)
