"""How works ended, for those who were told of them: moved, called off, over.

What is said of works in one moment, and how it becomes facts, stands here too.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from netwatch.model.facts import Audience, NoticeDue, Phase, Purpose, Withheld
from netwatch.model.follower_facts import is_follower
from netwatch.model.names import ChannelName, MaintenanceId
from netwatch.model.works_words import Saying, Told
from netwatch.response.judging import within_hours
from netwatch.response.pacing import batches
from netwatch.response.planned import Promise, Stage
from netwatch.response.publishing import withheld
from netwatch.response.spending import cost
from netwatch.response.state import State
from netwatch.response.subscribers import MOST_AT_ONCE
from netwatch.response.works_rolls import Names

PROVEN: Final = timedelta(minutes=10)
"""So long after the end of works nothing they took is dark any more: only then they are over."""
MOST_MORE: Final = 2
"""So many other works of the same day one text tells of."""
NO_WORKS: Final = MaintenanceId("")


@dataclass(slots=True)
class Round:
    """What is said of works in one moment; the facts tell it only when it is over."""

    said: dict[tuple[MaintenanceId, ChannelName, Told], Names] = field(default_factory=dict)
    letters: Counter[MaintenanceId] = field(default_factory=Counter)

    def told(self, works: MaintenanceId, channel: ChannelName, told: Told) -> Names:
        """Return who is told this in this moment."""
        return self.said.setdefault((works, channel, told), set())

    def number(self, promise: Promise) -> int:
        """Return the number of the next letter."""
        self.letters[promise.maintenance] += 1
        return promise.crowd.number + self.letters[promise.maintenance]


class Post(NamedTuple):
    """One of the works, and a channel, at a moment: to tell how they ended."""

    state: State
    promise: Promise
    channel: ChannelName
    closed: Withheld | None
    now: datetime
    round: Round


def letters_due(way: Post, words: Saying, people: Sequence[str]) -> Iterator[NoticeDue]:
    """Yield what is told to people in one text, in batches."""
    if not people:
        return
    number = way.round.number(way.promise)
    follow = tuple(name for name in people if is_follower(name))
    lines = tuple(name for name in people if not is_follower(name))
    for recipients in (*batches(lines), *batches(follow)):
        yield NoticeDue(
            at=way.now,
            incident=None,
            audience=Audience.SUBSCRIBERS,
            channel=way.channel,
            phase=Phase.PLANNED,
            purpose=Purpose.NOTICE,
            revision=number,
            recipients=recipients,
            areas=way.promise.areas,
            withheld=way.closed,
            subject=way.promise.maintenance,
            detail=str(words),
            cost=cost_of(way.state, way.channel, recipients) * (1 + (len(words.times) > MOST_MORE)),
        )


def cost_of(state: State, channel: ChannelName, people: Collection[str]) -> float:
    """Return what it costs at most to tell people by a channel."""
    return cost(state.rules, state.homes.readers, channel, people)


def called_off(state: State, promise: Promise, now: datetime, this: Round) -> Iterator[NoticeDue]:
    """Yield that works are called off, or moved, for all who were told of them."""
    for channel, roll in promise.crowd.rolls.items():
        post = Post(state, promise, channel, withheld(state, channel), now, this)
        if post.closed is None and roll.heard:
            names = _at_this_hour(state, channel, Told.CANCELLED, roll.heard, now)
            yield from _gone(post, names)
        if roll.unheard:
            yield from _gone(post._replace(closed=roll.why), roll.unheard)


def _gone(post: Post, people: Names) -> Iterator[NoticeDue]:
    promise, new = post.promise, post.state.promised.get(post.promise.crowd.moved_to or NO_WORKS)
    theirs = set[str]()
    if new is not None and new.stage is Stage.PLANNED:
        theirs = people & (new.crowd.people | post.state.followers.keys())
        words = Saying(told=Told.MOVED, times=(promise.time, new.time), again=True)
        yield from letters_due(post, words, _first(post.state, theirs))
    words = Saying(told=Told.CANCELLED, times=(promise.time,), again=True)
    yield from letters_due(post, words, _first(post.state, people - theirs))


def ends(state: State, promise: Promise, now: datetime, this: Round) -> Iterator[NoticeDue]:
    """Yield that works are over, for all who were told of them and are not dark."""
    dark = set[str]().union(*(case.crowd.dark.keys() for case in state.cases.values()))
    for over in promise.crowd.over:
        if now - over.since < PROVEN:
            continue
        for channel, people in over.people.items():
            if withheld(state, channel) is None:
                names = _at_this_hour(state, channel, Told.END, people - dark, now)
                words = Saying(told=Told.END, times=(over.time,), again=True)
                post = Post(state, promise, channel, None, now, this)
                yield from letters_due(post, words, _first(state, names))


def _at_this_hour(
    state: State, channel: ChannelName, told: Told, people: Names, now: datetime
) -> Names:
    """Return who may be told at this hour; those on whom much hangs, at any."""
    rules = [one for one in state.works_rules if (one.channel, one.told) == (channel, told)]
    if not rules or any(within_hours(state.rules, rule, now) for rule in rules):
        return people
    return people & state.homes.critical


def _first(state: State, people: Iterable[str]) -> list[str]:
    return sorted(people, key=lambda name: (name not in state.homes.critical, name))[:MOST_AT_ONCE]
