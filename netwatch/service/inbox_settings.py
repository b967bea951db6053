"""[inboxes.NAME]: where messages of the staff are fetched from."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, with_config

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
