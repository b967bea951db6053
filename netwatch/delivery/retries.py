"""A sick channel is spared: pure arithmetic on seconds, chance passed in."""

from dataclasses import dataclass
from typing import Final

from netwatch.model.backoff import Backoff, Chance

MANY: Final = 5
"""So many wrong numbers in a row are no chance."""


@dataclass(slots=True, kw_only=True)
class Circuit:
    """Spares a sick channel: after some failures in a row only one try at a time goes through."""

    backoff: Backoff
    patience: int = 3
    failures: int = 0
    shut_until_s: float = 0.0
    last_failure: str = ""
    probing: bool = False
    refuses: str = ""
    """Why it refused the last notice for good; empty: it did not."""
    refused_in_a_row: int = 0
    """So many subscribers' notices it refused since it took one."""
    takes: bool = False
    """It took the last notice it was given; False as long as it was given none."""

    @property
    def is_sick(self) -> bool:
        """Say whether the channel failed too often of late."""
        return self.failures >= self.patience

    def opens_in_s(self, now_s: float) -> float:
        """Return in how many seconds a try may go through; 0: now."""
        return max(0.0, self.shut_until_s - now_s)

    def lets_through(self, now_s: float) -> bool:
        """Say whether a try may go now; of a sick channel one at a time."""
        return self.opens_in_s(now_s) == 0.0 and not (self.is_sick and self.probing)

    def trying(self) -> None:
        """Note that a try is under way."""
        self.probing = True

    def took(self) -> None:
        """Note that the channel took a notice."""
        self.answered()
        self.refuses, self.takes, self.refused_in_a_row = "", True, 0

    def refused(self, detail: str) -> None:
        """Note that the channel will never take this notice; it answers, so it may be tried."""
        self.answered()
        self.refuses, self.takes = detail, False

    def refused_one(self, detail: str) -> None:
        """Note that it will never take this notice: one number may be wrong, not one after another.

        An account that is shut refuses everybody, and nobody but us sees it.
        """
        self.answered()
        self.refused_in_a_row += 1
        if self.refused_in_a_row >= MANY:
            self.refuses, self.takes = detail, False

    def answered(self) -> None:
        """Note that the channel answered as it should, whatever it said: it may be tried."""
        self.failures, self.shut_until_s, self.last_failure = 0, 0.0, ""
        self.probing = False

    def failed(self, now_s: float, detail: str, chance: Chance, asked_s: float | None) -> None:
        """Note that the channel did not do its work; a pause it asked for holds for all.

        Tries that were under way when it fell sick tell nothing new: they make no pause longer.
        """
        late = self.is_sick and not self.probing
        self.takes = False
        self.last_failure, self.probing = detail, False
        if late and asked_s is None:
            return
        self.failures += 1
        if self.is_sick or asked_s is not None:
            steps = max(1, self.failures - self.patience + 1)
            self.shut_until_s = now_s + self.backoff.pause_s(steps, chance, asked_s)
