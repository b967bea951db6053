"""At the door: whom planned works will have told, when, at what price; and who was told."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from netwatch.journal.codec import BESIDE, incident_subject
from netwatch.journal.journal import Journal
from netwatch.model.clock import Clock
from netwatch.model.facts import (
    Fact,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    keys_of,
)
from netwatch.model.names import IncidentId, MaintenanceId
from netwatch.response.state import State
from netwatch.response.works_forecast import Forecast, forecasts
from netwatch.views.messages import tells_of
from netwatch.views.proof import stamp

SETTLED: Final = (NoticeSent, NoticeRefused, NoticeExpired)
Plain = dict[str, Any]
Ask = Callable[[Plain, str], Awaitable[Plain]]


def facts_told_of(journal: Journal, works: MaintenanceId) -> list[tuple[int, Fact]]:
    """Return what people were to be told of planned works and what became of it, in order.

    A text tells of several works at once where they are of one day; each of them finds it.
    """
    dues = [
        (seq, fact)
        for seq, fact in journal.of_subjects((BESIDE,), (NoticeDue.__name__,))
        if isinstance(fact, NoticeDue) and tells_of(fact, works)
    ]
    keys = {key for _, due in dues for key in keys_of(due)}
    about = {incident_subject(IncidentId(key.partition("/")[0])) for key in keys}
    settled = journal.of_subjects((BESIDE, *sorted(about)), (kind.__name__ for kind in SETTLED))
    ends = [(seq, fact) for seq, fact in settled if not keys.isdisjoint(getattr(fact, "keys", ()))]
    return sorted((*dues, *ends), key=lambda one: one[0])


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
