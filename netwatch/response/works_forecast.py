"""How many will be told of works, when, by what and at what price: for whoever enters them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from netwatch.model.facts import Withheld
from netwatch.model.names import ChannelName, IncidentId
from netwatch.model.works_words import Told
from netwatch.response.judging import Verdict, people_needed
from netwatch.response.planned import Promise, Stage
from netwatch.response.publishing import withheld
from netwatch.response.spending import cost, too_dear
from netwatch.response.state import State
from netwatch.response.subscribers import Moment
from netwatch.response.works_due import is_beforehand, is_too_late, said_at
from netwatch.response.works_ends import Round
from netwatch.response.works_told import Way, untold


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """One row of the policy: whom it will tell of these works."""

    channel: ChannelName
    told: Told
    recipients: int
    """At most: who has no address for the channel is known only when it is said."""
    at: datetime | None
    """When; None: never, for it is too late for its hours."""
    price: float
    """At most; 0: nothing, or nobody said what a message costs."""
    people: int
    """How many persons have to agree to it first."""
    late: bool
    """It is said later than the policy wants, or never."""
    withheld: Withheld | None


def forecasts(state: State, promise: Promise, now: datetime) -> Iterator[Forecast]:
    """Yield what each row of the policy will have told of works before they begin.

    Args:
        state: what was decided.
        promise: the works.
        now: the moment.
    """
    zone = ZoneInfo(state.rules.timezone)
    if promise.stage is not Stage.PLANNED:
        return
    for rule in state.works_rules:
        if not is_beforehand(rule) or promise.subscribers < rule.least_subscribers:
            continue
        closed = withheld(state, rule.channel)
        people = untold(Way(state, promise, rule, closed, now, Moment(), Round()))
        if not people:
            continue
        price = cost(state.rules, state.homes.readers, rule.channel, people)
        about = IncidentId(promise.maintenance)
        dear = too_dear(state.rules, state.spending, about, price, now)
        needed = people_needed(rule, len(people)) or (Verdict.ASKS_ONE if dear else Verdict.GOES)
        said = said_at(rule, promise.starts, now, zone)
        yield Forecast(
            channel=rule.channel,
            told=rule.told,
            recipients=len(people),
            at=said,
            price=price,
            people=needed.people,
            late=is_too_late(rule, promise.starts, said),
            withheld=closed,
        )
