"""The one switch for all public words: mode, and hold."""

from collections.abc import Iterator
from typing import Final

from netwatch.model.arrivals import Arrival, Hold, Resume, Tick
from netwatch.model.facts import Fact, PublishHeld, PublishResumed, Withheld
from netwatch.model.names import ChannelName
from netwatch.response.rules import Mode
from netwatch.response.state import State

NETWATCH: Final = "netwatch"
"""Who resumes when a hold has run out."""

_REACH: Final = {Mode.SHADOW: 0, Mode.WEBSITE: 1, Mode.FULL: 2}


def withheld(state: State, channel: ChannelName) -> Withheld | None:
    """Say why public words do not leave through ``channel`` now; None when they do."""
    mode = state.rules.mode
    if mode is Mode.SHADOW:
        return Withheld.SHADOW
    if _REACH[state.rules.channel_modes.get(channel, Mode.FULL)] > _REACH[mode]:
        return Withheld.MODE
    return Withheld.HELD if state.held is not None else None


def switched(state: State, arrival: Arrival) -> Iterator[Fact]:
    """Yield what a person, or the end of a hold, does to the switch."""
    match arrival:
        case Hold():
            until = None if arrival.lasts is None else arrival.at + arrival.lasts
            yield PublishHeld(at=arrival.at, by=arrival.by, until=until)
        case Resume() if state.held is not None:
            yield PublishResumed(at=arrival.at, by=arrival.by)
        case Tick() if (
            state.held is not None
            and state.held.until is not None
            and arrival.at >= state.held.until
        ):
            yield PublishResumed(at=arrival.at, by=NETWATCH)
        case _:
            return
