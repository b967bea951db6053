"""One night lived twice, under two sets of rules -> what the other rules would have changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from netwatch.model.facts import Audience, Fact, NoticeDue, Phase
from netwatch.model.names import IncidentId, SubscriberId
from netwatch.views.board import Board, Outage
from netwatch.views.incidents import incident_answer
from netwatch.views.proof import stamp

Answer = dict[str, Any]
DOWN: Final = frozenset({Phase.SUSPECTED, Phase.CONFIRMED, Phase.UPDATE})
APART: Final = timedelta(minutes=15)
"""Incidents that begin further apart than this are two, whatever they have in common."""
COMPARED: Final = (
    "kind", "cause", "root_cause", "also_possible", "opened_at", "closed_at", "areas",
    "subscribers", "alarms",
)  # fmt: skip
"""What of an incident is held against the other."""


@dataclass(frozen=True)
class Lived:
    """A night, as it went under one set of rules."""

    facts: Sequence[Fact]
    board: Board

    @cached_property
    def outages(self) -> list[Outage]:
        """Return the incidents that stood on their own."""
        return [o for o in self.board.outages.values() if o.merged_into is None]

    @cached_property
    def dues(self) -> list[NoticeDue]:
        """Return all words that fell due, withheld ones too: shadow hides no difference."""
        return [fact for fact in self.facts if isinstance(fact, NoticeDue)]

    def first_notice(self, incident: IncidentId | None = None) -> datetime | None:
        """Return when the public was owed words first, of one incident or of any."""
        return min(
            (d.at for d in self._public() if incident is None or d.incident == incident),
            default=None,
        )

    @property
    def told(self) -> set[SubscriberId]:
        """Return who was owed words: to everybody of their incident, or to themselves."""
        known = {due.incident for due in self._public() if due.audience is Audience.PUBLIC}
        own = {
            SubscriberId(name)
            for due in self._public()
            if due.audience is Audience.SUBSCRIBERS
            for name in due.recipients
        }
        return own.union(*(o.at_worst for o in self.outages if o.incident in known))

    def messages(self) -> dict[str, int]:
        """Return how many messages there were, by audience."""
        count = dict.fromkeys((str(audience) for audience in Audience), 0)
        for due in self.dues:
            count[str(due.audience)] += len(due.recipients)
        return count

    def _public(self) -> Iterator[NoticeDue]:
        outside = (Audience.PUBLIC, Audience.SUBSCRIBERS)
        return (d for d in self.dues if d.audience in outside and d.phase in DOWN)


def differences(before: Lived, after: Lived) -> Answer:
    """Return what other rules would have changed.

    Returns:
        ``incidents``: one entry for each that is gone, new or changed; ``first_notice``,
        ``messages`` and ``subscribers``: before and after; ``missed``: who was told before and
        would not be any more; ``reached``: the other way round.
    """
    pairs = list(_matched(before.outages, after.outages))
    rows = [row for pair in pairs if (row := _row(before, after, *pair)) is not None]
    return {
        "incidents": rows,
        "unchanged": len(pairs) - len(rows),
        "first_notice": _moments(before.first_notice(), after.first_notice()),
        "messages": {"before": before.messages(), "after": after.messages()},
        "missed": sorted(before.told - after.told),
        "reached": sorted(after.told - before.told),
    }


def _matched(
    before: Iterable[Outage], after: Iterable[Outage]
) -> Iterator[tuple[Outage | None, Outage | None]]:
    """Pair each incident with the likest one of the other night; what has none stands alone."""
    left = list(after)
    for one in before:
        likest = max(left, key=lambda other: _likeness(one, other), default=None)
        if likest is None or not any(_likeness(one, likest)):
            yield one, None
            continue
        left.remove(likest)
        yield one, likest
    for other in left:
        yield None, other


def _likeness(one: Outage, other: Outage) -> tuple[int, int, int]:
    if abs(one.since - other.since) > APART:
        return 0, 0, 0
    names = {*one.root_cause, *one.also_possible} & {*other.root_cause, *other.also_possible}
    roots = set(one.root_cause) & set(other.root_cause)
    return len(roots), len(names), len(one.subscribers & other.subscribers)


def _row(before: Lived, after: Lived, one: Outage | None, other: Outage | None) -> Answer | None:
    old, new = one and incident_answer(one), other and incident_answer(other)
    told = _moments(
        before.first_notice(one.incident) if one else None,
        after.first_notice(other.incident) if other else None,
    )
    if old and new:
        fields = [name for name in COMPARED if old[name] != new[name]]
        if not fields and told["before"] == told["after"]:
            return None
        change = "changed"
    else:
        fields, change = [], "gone" if old else "new"
    return {
        "change": change,
        "fields": fields,
        "before": old or None,
        "after": new or None,
        "first_notice": told,
    }


def _moments(before: datetime | None, after: datetime | None) -> Answer:
    """Return two moments; ``later_s`` is how much later the second is, None where one is not."""
    both = before is not None and after is not None
    return {
        "before": before and stamp(before),
        "after": after and stamp(after),
        "later_s": (after - before).total_seconds() if both and after and before else None,
    }
