"""A question at the door: whom planned works will have told, when, by what, at what price."""

from collections.abc import Awaitable, Callable
from typing import Any

from netwatch.model.clock import Clock
from netwatch.model.names import MaintenanceId
from netwatch.response.state import State
from netwatch.response.works_forecast import Forecast, forecasts
from netwatch.views.proof import stamp

Plain = dict[str, Any]
Ask = Callable[[Plain, str], Awaitable[Plain]]


def works_told_asks(response: Callable[[], State], clock: Clock) -> dict[str, Ask]:
    """Return the question by its name, and who answers it."""

    async def works_told(asked: Plain, _who: str) -> Plain:
        state = response()
        promise = state.promised.get(MaintenanceId(str(asked.get("maintenance", ""))))
        found = [] if promise is None else forecasts(state, promise, clock.now())
        return {"told": [_row(one, state.rules.caps.currency) for one in found]}

    return {"works-told": works_told}


def _row(one: Forecast, currency: str) -> Plain:
    return {
        "channel": one.channel,
        "told": str(one.told),
        "recipients": one.recipients,
        "at": None if one.at is None else stamp(one.at),
        "price": one.price,
        "currency": currency,
        "people": one.people,
        "late": one.late,
        "withheld": None if one.withheld is None else str(one.withheld),
    }
