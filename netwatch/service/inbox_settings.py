"""[inboxes.NAME]: where messages of the staff are fetched from."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, with_config

from netwatch.inventory.near import did_you_mean
from netwatch.model.faults import Finding, Place
from netwatch.model.spans import span
from netwatch.service.secrets import Hidden

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(hours=1)


def _span(value: object) -> object:
    return span(value) if isinstance(value, str) else value


def _every(long: timedelta) -> timedelta:
    if not SHORTEST <= long <= LONGEST:
        raise ValueError("must be between 1s and 1h")
    return long


@with_config(ConfigDict(extra="forbid", arbitrary_types_allowed=True))
@dataclass(frozen=True, slots=True, kw_only=True)
class InboxOf:
    """A mailbox, a Telegram bot or a number at a gateway, asked for what came."""

    url: Hidden
    """`imaps://USER:PASSWORD@HOST/FOLDER`, `telegram://BOT:TOKEN@api.telegram.org`,
    `serwersms://TOKEN@api2.serwersms.pl?type=ndi`."""
    every: Annotated[timedelta, BeforeValidator(_span), AfterValidator(_every)] = timedelta(
        seconds=5
    )
    """How often: 1 s to 1 h."""
    answers: str = ""
    """The channel by which answers leave; without it each person's own first one."""


def mistakes(
    inboxes: Mapping[str, InboxOf],
    channels: Collection[str],
    place: Callable[[tuple[str, ...]], Place],
) -> Iterator[Finding]:
    """Yield where answers are to leave by a channel that is not there."""
    for name, one in inboxes.items():
        if one.answers and one.answers not in channels:
            there = f"there is no [channels.{one.answers}]"
            wrong = f"inboxes.{name}.answers names {one.answers!r}, and {there}"
            remedy = did_you_mean(
                one.answers, channels, f"add [channels.{one.answers}], or remove it"
            )
            yield Finding(place(("inboxes", name, "answers")), wrong, remedy)
