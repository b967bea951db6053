"""What messages cost: of an incident, and since midnight. Counted from facts, so kept over starts.

What was refused or came too late costs nothing: whoever opted out, or has no number.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from netwatch.model.facts import Audience, NoticeDue
from netwatch.model.follower_facts import OPT_IN
from netwatch.model.names import ChannelName, IncidentId, NoticeKey, SubscriberId
from netwatch.response.policy import ChannelKind
from netwatch.response.rules import ResponseRules

_EXACT: Final = 6
"""Digits behind the point: a thousandth of the smallest coin, and no more noise than that."""


@dataclass(slots=True)
class Spending:
    """What was spent, in the policy's currency."""

    day: date | None = None
    """The local day to which ``today`` belongs."""
    today: float = 0.0
    incidents: dict[IncidentId, float] = field(default_factory=dict)
    """By what it was for: an incident, or planned works by their own name."""
    each: dict[str, float] = field(default_factory=dict)
    """What one message of each notice costs, by what its keys have in common, of this day."""

    def take(self, due: NoticeDue, zone: ZoneInfo) -> None:
        """Count words that fell due and leave."""
        if not due.cost or due.withheld is not None or due.audience is not Audience.SUBSCRIBERS:
            return
        self._turn(due.at.astimezone(zone).date())
        self.today = round(self.today + due.cost, _EXACT)
        about = due.incident or IncidentId(due.subject)
        if about and due.subject != OPT_IN:
            self.incidents[about] = round(self.of(about) + due.cost, _EXACT)
        stem = f"{about}/{due.channel}/{due.phase}/{due.revision}"
        self.each[stem] = due.cost / len(due.recipients)

    def give_back(self, key: NoticeKey) -> None:
        """Count one message no more: it did not leave."""
        about, _, channel, _, phase, revision = key.rsplit("/", 5)
        cost = self.each.get(f"{about}/{channel}/{phase}/{revision}", 0.0)
        if cost:
            self.today = max(0.0, round(self.today - cost, _EXACT))
            spent = self.incidents.get(IncidentId(about))
            if spent is not None:
                self.incidents[IncidentId(about)] = max(0.0, round(spent - cost, _EXACT))

    def on(self, day: date) -> float:
        """Return what was spent on a local day; of earlier days nothing is kept."""
        return self.today if self.day == day else 0.0

    def of(self, incident: IncidentId) -> float:
        """Return what was spent on an incident."""
        return self.incidents.get(incident, 0.0)

    def pass_on(self, incident: IncidentId, into: IncidentId) -> None:
        """Count what was spent on an incident to the one that it turned out to be."""
        spent = self.incidents.pop(incident, 0.0)
        if spent:
            self.incidents[into] = round(self.of(into) + spent, _EXACT)

    def forget(self, incident: IncidentId) -> None:
        """Let go of an incident that is over and told to its end."""
        self.incidents.pop(incident, None)

    def _turn(self, day: date) -> None:
        if self.day != day:
            self.day, self.today = day, 0.0
            self.each.clear()


def cost(
    rules: ResponseRules,
    readers: Mapping[str, frozenset[SubscriberId]],
    channel: ChannelName,
    people: Collection[str],
) -> float:
    """Return what it costs at most to tell people by a channel; 0 where nobody said a price.

    Args:
        rules: with the prices, and how many segments a text takes at most in each language.
        readers: who reads which language; all others read the operator's first.
        channel: by which they are told.
        people: who is told.
    """
    price = rules.prices.get(channel, 0.0)
    if not price:
        return 0.0
    if rules.kind(channel) is not ChannelKind.SMS:
        return round(price * len(people), _EXACT)
    first = rules.segments.get("", 1)
    count = len(people) * first
    for language, theirs in readers.items():
        more = rules.segments.get(language, first) - first
        count += more and more * len(theirs.intersection(people))
    return round(price * count, _EXACT)


def too_dear(
    rules: ResponseRules,
    spent: Spending,
    incident: IncidentId,
    price: float,
    now: datetime,
    *,
    besides: float = 0.0,
) -> bool:
    """Say whether words cost more than the policy lets go without a person.

    Args:
        rules: with the caps.
        spent: what was spent already.
        incident: what the words are about.
        price: what they cost.
        now: the moment.
        besides: what all other words of this moment cost, of whichever incident.
    """
    if not price:
        return False
    day = now.astimezone(ZoneInfo(rules.timezone)).date()
    caps = rules.caps
    return (caps.incident is not None and spent.of(incident) + price > caps.incident) or (
        caps.day is not None and spent.on(day) + besides + price > caps.day
    )
