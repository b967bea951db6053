"""What the inventory says of subscribers that matters to whom is told, and what it costs.

A person with several lines is told by one of them, and told that it works when all of them do.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from netwatch.model.names import SubscriberId
from netwatch.model.network import Network


@dataclass(frozen=True, slots=True)
class Homes:
    """Who is critical, and whose lines belong together."""

    critical: frozenset[SubscriberId] = frozenset()
    lines: Mapping[SubscriberId, tuple[SubscriberId, ...]] = field(default_factory=dict)
    """All lines of a person, by each of them; only of persons with several."""
    persons: Mapping[str, tuple[SubscriberId, ...]] = field(default_factory=dict)
    """The lines of each person who is not called as his line is."""
    readers: Mapping[str, frozenset[SubscriberId]] = field(default_factory=dict)
    """Who reads which language, where that is known."""
    plans: Mapping[str, frozenset[SubscriberId]] = field(default_factory=dict)
    """Who has which plan."""

    @classmethod
    def of(cls, network: Network) -> "Homes":
        """Read a network."""
        critical, persons = set(), dict[str, list[SubscriberId]]()
        readers: dict[str, set[SubscriberId]] = defaultdict(set)
        plans: dict[str, set[SubscriberId]] = defaultdict(set)
        for subscriber in network.subscribers.values():
            if subscriber.critical:
                critical.add(subscriber.id)
            if subscriber.language:
                readers[subscriber.language].add(subscriber.id)
            if subscriber.plan:
                plans[subscriber.plan].add(subscriber.id)
            if subscriber.customer:
                persons.setdefault(subscriber.customer, []).append(subscriber.id)
        for person, lines in persons.items():
            if SubscriberId(person) in network.subscribers and person not in lines:
                lines.append(SubscriberId(person))
        several = [tuple(sorted(lines)) for lines in persons.values() if len(lines) > 1]
        by_line = {line: lines for lines in several for line in lines}
        by_language = {language: frozenset(people) for language, people in readers.items()}
        by_person = {person: tuple(lines) for person, lines in persons.items()}
        by_plan = {plan: frozenset(people) for plan, people in plans.items()}
        return cls(frozenset(critical), by_line, by_person, by_language, by_plan)

    def lines_of(self, people: Collection[str]) -> frozenset[SubscriberId]:
        """Return the lines of people, who are called by their own names or by those of lines."""
        lines = {line for name in people for line in self.persons.get(name, ())}
        return frozenset(lines.union(map(SubscriberId, people)))

    def with_other_lines(self, people: Collection[SubscriberId]) -> set[SubscriberId]:
        """Return people and all other lines of theirs."""
        if not self.lines:
            return set(people)
        return {line for name in people for line in self.lines.get(name, (name,))}

    def once(
        self, people: Iterable[SubscriberId], told: Collection[SubscriberId]
    ) -> list[SubscriberId]:
        """Return people in their order, each person once, and nobody who was told by a line."""
        if not self.lines:
            return list(people)
        chosen, persons = [], set[tuple[SubscriberId, ...]]()
        for name in people:
            lines = self.lines.get(name)
            if lines is not None:
                if lines in persons or any(line in told for line in lines):
                    continue
                persons.add(lines)
            chosen.append(name)
        return chosen
