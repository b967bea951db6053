"""What the staff is told of tasks: one message a person, and no chatter.

A task that was given is told to whoever can be reached by a way of their own: those who read the
alerts have it on their screen. Of what is late everybody hears who has it, by the alerts' channel
if need be. Without people files nobody is told anything: the list says it all.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from netwatch.model.facts import Audience, NoticeDue, Phase, Purpose
from netwatch.model.names import ChannelName
from netwatch.response.climbing import is_climbed
from netwatch.response.holders import holder_of, then_role
from netwatch.response.pacing import NO_CHATTER
from netwatch.response.playbooks import Known
from netwatch.response.sheets import Errand, Sheet
from netwatch.response.state import State
from netwatch.response.task_ends import LAST_RUNG
from netwatch.response.watches import on_watch

Way = tuple[str, ChannelName]


def task_words(state: State, sheet: Sheet, now: datetime) -> Iterator[NoticeDue]:
    """Yield the messages about tasks that have fallen due, one a person."""
    if not state.rules.people.persons or not state.rules.staff_channels:
        return
    news: dict[Way, list[Errand]] = defaultdict(list)
    for errand in sheet.open:
        way = _way(state, sheet, errand, now) if errand.told < errand.late else None
        if way is not None:
            news[way].append(errand)
    phase, revision = Phase.UPDATE, int(now.timestamp())
    for (person, channel), errands in news.items():
        last = sheet.said.get(person)
        if last is not None and now - last < NO_CHATTER:
            continue
        yield NoticeDue(
            at=now,
            incident=sheet.incident,
            audience=Audience.STAFF,
            channel=channel,
            phase=phase,
            purpose=Purpose.TASK,
            revision=revision,
            recipients=(person,),
            subject="tasks",
            detail=" ".join(errand.task for errand in errands),
        )


def said_next(sheet: Sheet) -> Iterator[datetime]:
    """Yield when each person may be told something again."""
    return (at + NO_CHATTER for at in sheet.said.values())


def _way(state: State, sheet: Sheet, errand: Errand, now: datetime) -> Way | None:
    rule = state.rules.tasks.tasks.get(errand.name)
    if rule is not None and rule.quiet and errand.late == 0:
        return None
    waits_to_be_taken = rule is not None and rule.done_when == (Known.ACKNOWLEDGED,)
    if waits_to_be_taken and is_climbed(state, state.cases.get(sheet.incident), now):
        return None  # the ladder calls people because of that
    role = errand.role if errand.late < LAST_RUNG else then_role(state, errand)
    holder = holder_of(state, role, now)
    if holder is None:
        return None
    if errand.late == 0 and (holder.channel is None or holder.person in on_watch(state, now)):
        return None
    return holder.person, holder.channel or state.rules.staff_channels[0]
