"""A storm -> one digest: how many messages each of the staff had of late, and what was kept back.

Nobody reads a phone that rings without end. Beyond some messages in an hour single ones are kept
back; they stand on the board and in the time line as withheld, and a digest counts them. The first
alert of an incident whose ladder breaks through leaves all the same. What people asked for
(answers) and what customers' words wait for (approvals) is never kept back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from netwatch.model.arrivals import Arrival, Tick
from netwatch.model.facts import Audience, Fact, NoticeDue, Phase, Purpose, Withheld
from netwatch.response.climbing import ladder_of
from netwatch.response.state import Pace, State
from netwatch.response.watches import letters

DIGEST: Final = "digest"
HOUR: Final = timedelta(hours=1)
MOST_NAMED: Final = 5
NEVER_KEPT: Final = (Purpose.ANSWER, Purpose.APPROVAL)


def paced(state: State, arrival: Arrival, facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield what was decided, messages beyond anybody's cap as withheld, and digests of those."""
    now = arrival.at
    if not state.rules.people.persons:
        yield from facts
        return
    more: dict[str, int] = {}
    if isinstance(arrival, Tick):  # before what is kept back now, which the next one counts
        yield from _digests(state, now)
    for fact in facts:
        if isinstance(fact, NoticeDue) and _counts(fact):
            yield from _split(state, fact, now, more)
        else:
            yield fact


def count_sent(state: State, fact: Fact) -> None:
    """Remember what was sent to whom and what was kept back."""
    if not isinstance(fact, NoticeDue) or not _counts(fact) or not state.rules.people.persons:
        return
    for one in fact.recipients:
        pace = state.paces.setdefault(one, Pace())
        pace.sent = [at for at in pace.sent if fact.at - at < HOUR]
        if fact.withheld is Withheld.CAPPED:
            pace.kept.append(fact.incident or fact.subject)
            continue
        pace.sent.append(fact.at)
        if fact.subject == DIGEST:
            pace.kept.clear()
            pace.digest_at = fact.at


def _counts(due: NoticeDue) -> bool:
    return due.audience is Audience.STAFF and due.purpose not in NEVER_KEPT


def _split(
    state: State, due: NoticeDue, now: datetime, more: dict[str, int]
) -> Iterator[NoticeDue]:
    through, kept = [], []
    caps = state.rules.ladders.caps
    for one in due.recipients:
        had = _had(state, one, now) + more.get(one, 0)
        if had < caps.singles or (had < 2 * caps.an_hour and _breaks_through(state, due, now)):
            through.append(one)
            more[one] = more.get(one, 0) + 1
        else:
            kept.append(one)
    if through:
        yield replace(due, recipients=tuple(through))
    if kept:
        yield replace(due, recipients=tuple(kept), withheld=Withheld.CAPPED)


def _had(state: State, one: str, now: datetime) -> int:
    pace = state.paces.get(one)
    return 0 if pace is None else sum(now - at < HOUR for at in pace.sent)


def _breaks_through(state: State, due: NoticeDue, now: datetime) -> bool:
    if due.purpose is not Purpose.ALERT or due.incident is None:
        return False
    case = state.cases.get(due.incident)
    ladder = None if case is None else ladder_of(state, case, now)
    return ladder is not None and ladder.breaks_through


def _digests(state: State, now: datetime) -> Iterator[NoticeDue]:
    every = state.rules.ladders.caps.digest_every
    due = [
        one
        for one, pace in state.paces.items()
        if pace.kept and (pace.digest_at is None or now - pace.digest_at >= every)
    ]
    for channel, people in letters(state.rules, due) if state.rules.staff_channels else ():
        for one in people:
            yield NoticeDue(
                at=now,
                incident=None,
                audience=Audience.STAFF,
                channel=channel,
                phase=Phase.UPDATE,
                purpose=Purpose.TROUBLE,
                revision=int(now.timestamp()),
                recipients=(one,),
                subject=DIGEST,
                detail=_counted(state.paces[one].kept),
            )


def _counted(kept: list[str]) -> str:
    each = list(dict.fromkeys(kept))
    named = ", ".join(each[:MOST_NAMED])
    more = f" and {len(each) - MOST_NAMED} more" if len(each) > MOST_NAMED else ""
    return (
        f"{len(kept)} more messages about {named}{more}, kept back because you had many. "
        "All of it: netwatch board"
    )
