"""How much each source may say: a bucket of tokens for each device, one for all, one for strangers.

Whoever has been quiet is heard first: a device that says its first words of the day finds an ear
even while a thousand others babble. Pure: time is an argument, in seconds of a monotonic clock.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

_QUIET_S: Final = 10.0
"""A device that has not been heard for so long is heard, whatever all others use up together."""


@dataclass(slots=True)
class Bucket:
    """Tokens that come back with time."""

    per_second: float
    burst: float
    tokens: float = field(init=False)
    at: float = float("-inf")

    def __post_init__(self) -> None:
        """Begin full."""
        self.tokens = self.burst

    def fill(self, now: float) -> float:
        """Return how many tokens there are."""
        grown = self.tokens + (now - self.at) * self.per_second
        self.tokens = min(self.burst, grown)
        self.at = now
        return self.tokens

    def take(self, now: float) -> bool:
        """Take one, if there is one."""
        if self.fill(now) < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(slots=True, kw_only=True)
class Allowance:
    """What known sources may say, each for itself and all together, and what strangers may.

    ``per_second`` and ``burst`` hold for one source; ``all_*`` for all known ones together, so
    that a thousand devices at once cost no more than this; ``strangers_*`` for all others.
    """

    per_second: float = 10.0
    burst: float = 50.0
    all_per_second: float = 500.0
    all_burst: float = 2000.0
    strangers_per_second: float = 5.0
    strangers_burst: float = 20.0
    _sources: dict[str, Bucket] = field(default_factory=dict)
    _heard_at: dict[str, float] = field(default_factory=dict)
    _all: Bucket = field(init=False)
    _strangers: Bucket = field(init=False)

    def __post_init__(self) -> None:
        """Begin with full buckets."""
        self._all = Bucket(self.all_per_second, self.all_burst)
        self._strangers = Bucket(self.strangers_per_second, self.strangers_burst)

    def may_speak(self, source: str, now: float) -> bool:
        """Say whether a known source is heard now."""
        bucket = self._sources.get(source)
        if bucket is None:
            bucket = self._sources[source] = Bucket(self.per_second, self.burst)
        if bucket.fill(now) < 1:
            return False
        if not self._all.take(now) and now - self._heard_at.get(source, float("-inf")) < _QUIET_S:
            return False
        bucket.tokens -= 1
        self._heard_at[source] = now
        return True

    def may_knock(self, now: float) -> bool:
        """Say whether somebody unknown is looked at now."""
        return self._strangers.take(now)

    def keep_only(self, known: AbstractSet[str]) -> None:
        """Forget the buckets of those who are known no longer."""
        for kept in (self._sources, self._heard_at):
            for source in kept.keys() - known:
                del kept[source]
