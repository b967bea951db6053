"""Parts of a port that no record names: learnt from the homes that failed together.

Where nobody wrote down which splitter a home hangs on, homes hang on a port side by side. What
failed together once will do so again: each restored partial outage is one fact, so that a restart
forgets nothing. A home belongs to a part while it was there at least every other time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from netwatch.model.facts import BranchSeen, Cause, Fact, IncidentKind, IncidentRestored
from netwatch.model.names import DeviceId, ElementName

if TYPE_CHECKING:
    from netwatch.correlation.view import State

FELLOWS: Final = 3
"""Fewer homes that fail together teach nothing."""
PARTS: Final = 16
"""So many parts of one port are remembered; the one seen longest ago is forgotten first."""
HOLDERS: Final = 4096
HOMES: Final = 128
OFTEN: Final = 255
"""No part is counted further."""


@dataclass(slots=True)
class Branch:
    """Homes that failed together: how often each did, of how many times."""

    seen: dict[DeviceId, int]
    times: int
    last: datetime

    @property
    def homes(self) -> frozenset[DeviceId]:
        """Return the homes that were there at least every other time."""
        return frozenset(home for home, times in self.seen.items() if times * 2 >= self.times)


@dataclass(slots=True)
class Branches:
    """What failed together, by the port or splitter that the homes are recorded on."""

    by_holder: dict[ElementName, list[Branch]] = field(default_factory=dict)
    """The holders, and the parts of each, in the order in which they were seen last."""

    def of(self, holder: ElementName) -> list[Branch]:
        """Return the parts known of a port or splitter."""
        return self.by_holder.get(holder, [])

    def same(self, holder: ElementName, homes: frozenset[DeviceId]) -> Branch | None:
        """Return the part that these homes are: more of both are in both than are not."""
        for branch in reversed(self.of(holder)):
            known = branch.homes
            if len(known & homes) * 2 > len(known | homes):
                return branch
        return None

    def take(self, fact: BranchSeen) -> None:
        """Count once more what failed together."""
        homes = fact.homes[:HOMES]
        parts = self.by_holder.pop(fact.holder, [])
        self.by_holder[fact.holder] = parts
        branch = self.same(fact.holder, frozenset(homes))
        if branch is None:
            branch = Branch({}, 0, fact.at)
        else:
            parts.remove(branch)
        if branch.times < OFTEN:
            branch.times += 1
            for home in homes:
                branch.seen[home] = branch.seen.get(home, 0) + 1
        branch.seen = {h: n for h, n in branch.seen.items() if n * 4 >= branch.times}
        branch.last = fact.at
        parts.append(branch)
        del parts[:-PARTS]
        while len(self.by_holder) > HOLDERS:
            self.by_holder.pop(next(iter(self.by_holder)))

    def to_plain(self) -> list[dict[str, Any]]:
        """Return plain JSON values, in the order in which they were seen last."""
        return [
            {
                "holder": holder,
                "parts": [
                    {
                        "seen": dict(sorted(b.seen.items())),
                        "times": b.times,
                        "last": b.last.isoformat(),
                    }
                    for b in parts
                ],
            }
            for holder, parts in self.by_holder.items()
        ]


def branches_from(plain: Iterable[Mapping[str, Any]]) -> Branches:
    """Take ``to_plain``'s values back; an older netwatch kept none."""
    return Branches(
        {
            ElementName(row["holder"]): [
                Branch(
                    {DeviceId(home): int(n) for home, n in part["seen"].items()},
                    int(part["times"]),
                    datetime.fromisoformat(part["last"]),
                )
                for part in row["parts"]
            ]
            for row in plain
        }
    )


def learnt(state: "State", at: datetime, facts: Iterable[Fact]) -> Iterator[BranchSeen]:
    """Yield what failed together, now that it is mended; homes without power teach nothing."""
    for fact in facts:
        held = state.decided.incidents.get(getattr(fact, "incident", None))  # type: ignore[arg-type]
        if held is None or not isinstance(fact, IncidentRestored):
            continue
        if held.kind is not IncidentKind.PARTIAL or held.cause == Cause.POWER_HOMES:
            continue
        nodes = {state.home[person] for person in held.took if person in state.home}
        homes = sorted(DeviceId(state.index.names[n].partition(":")[2]) for n in nodes)
        if len(homes) >= FELLOWS and len(held.root_cause) == 1:
            yield BranchSeen(at=at, holder=held.root_cause[0], homes=tuple(homes[:HOMES]))
