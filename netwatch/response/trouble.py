"""Something of our own is in trouble: the staff is told once, by a channel that still works."""

from collections.abc import Iterator

from netwatch.model.arrivals import Arrival, Loaded, Started, Trouble
from netwatch.model.facts import (
    Fact,
    FilesLoaded,
    Phase,
    Purpose,
    ServiceStarted,
    TroubleBegan,
    TroubleEnded,
)
from netwatch.model.names import ChannelName
from netwatch.response.alerts import beside
from netwatch.response.rules import ResponseRules
from netwatch.response.state import EVERYWHERE, State


def troubles(state: State, arrival: Arrival) -> Iterator[Fact]:
    """Yield the beginning or the end of a trouble, and the one message about it."""
    if not isinstance(arrival, Trouble):
        return
    known = arrival.where in state.troubles
    if arrival.over:
        if known:
            yield TroubleEnded(at=arrival.at, where=arrival.where)
            if arrival.tell_end:
                yield from _told(state, arrival, Purpose.ALL_CLEAR, Phase.RESTORED)
        return
    if known:
        return
    yield TroubleBegan(at=arrival.at, where=arrival.where, what=arrival.what)
    yield from _told(state, arrival, Purpose.TROUBLE, Phase.CONFIRMED)


def _told(state: State, arrival: Trouble, purpose: Purpose, phase: Phase) -> Iterator[Fact]:
    began = purpose is Purpose.TROUBLE
    yield from beside(
        state,
        arrival.at,
        arrival.where,
        arrival.what,
        phase=phase,
        revision=state.trouble_counts[arrival.where] + state.trouble_counts[EVERYWHERE] + began,
        purpose=purpose,
        channel=_working_channel(state.rules, arrival.where),
    )


def _working_channel(rules: ResponseRules, where: str) -> ChannelName | None:
    """Return the first staff channel that is not itself the trouble, else the first."""
    sick = where.removeprefix("channel:")
    return next(
        (channel for channel in rules.staff_channels if channel != sick),
        rules.staff_channels[0] if rules.staff_channels else None,
    )


def of_netwatch(arrival: Arrival) -> Iterator[Fact]:
    """Yield that netwatch started, and what files came into force."""
    match arrival:
        case Started():
            yield ServiceStarted(
                at=arrival.at, version=arrival.version, numbers_spent=arrival.numbers_spent
            )
        case Loaded():
            yield FilesLoaded(at=arrival.at, inventory=arrival.inventory, rules=arrival.rules)
            yield from arrival.places
        case _:
            return
