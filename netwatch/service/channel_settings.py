"""[channels.NAME] -> ways to people: how fast each is, who stands in for it, who helps by hand."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BeforeValidator, ConfigDict, with_config

from netwatch.inventory.near import did_you_mean
from netwatch.model.faults import Finding, Place
from netwatch.service.secrets import Hidden

Where = tuple[str, ...]
PlaceOf = Callable[[Where], Place]
_RATE: Final = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*/\s*(s|min|h)\s*")
_SECONDS: Final = {"s": 1.0, "min": 60.0, "h": 3600.0}


class Rate(str):
    """So many sends a second, a minute or an hour, as it is written."""

    __slots__ = ()

    @property
    def every_s(self) -> float:
        """Return the seconds from one send to the next; 0 where there is no limit."""
        found = _RATE.fullmatch(self)
        return _SECONDS[found[2]] / float(found[1]) if found else 0.0


NO_RATE: Final = Rate()


def _rate(value: object) -> object:
    found = _RATE.fullmatch(value) if isinstance(value, str) else None
    if isinstance(value, str) and (not value or (found and float(found[1]) > 0)):
        return Rate(value)
    raise ValueError(f"{value!r} is no rate; write it like 20/s, 6/min or 100/h")


@with_config(ConfigDict(extra="forbid", arbitrary_types_allowed=True))
@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to people. Its URL says which: SMSAPI, GoSMS, a Facebook Page, what apprise knows."""

    url: Hidden
    rate: Annotated[Rate, BeforeValidator(_rate)] = NO_RATE
    """At most so many sends, as in `20/s` or `6/min`: what the gateway or the modem bears."""
    then: tuple[str, ...] = ()
    """Channels that do its work while it does not take anything, the first healthy one: another
    gateway, or a modem for the hour when our own way out is cut."""
    by_hand: str = ""
    """A channel to the staff that gets the ready words when this one refuses them for good."""
    two_way: bool = False
    """Whether what people answer arrives: its sender is a number, not a name, and the gateway hands
    in what it receives. Only then texts may ask for an answer."""


def two_way(channels: Mapping[str, Channel]) -> tuple[str, ...]:
    """Return the channels on which what people answer arrives."""
    return tuple(name for name, channel in channels.items() if channel.two_way)


def mistakes(channels: Mapping[str, Channel], place: PlaceOf) -> Iterator[Finding]:
    """Yield where a channel counts on one that is not there, or on itself."""
    for name, channel in channels.items():
        named = [("then", other) for other in channel.then]
        named += [("by_hand", channel.by_hand)] if channel.by_hand else []
        for key, other in named:
            where = ("channels", name, key)
            if other == name:
                wrong = f"channels.{name}.{key} names {name} itself"
                yield Finding(place(where), wrong, "name another channel, or remove it")
            elif other not in channels:
                wrong = f"channels.{name}.{key} names {other!r}, and there is no [channels.{other}]"
                remedy = did_you_mean(other, channels, f"add [channels.{other}], or remove it")
                yield Finding(place(where), wrong, remedy)
