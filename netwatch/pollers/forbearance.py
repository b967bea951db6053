"""How patiently a slow or lossy OLT is asked. Pure: time is an argument.

Cheap OLTs take 20 to 45 s over an answer, or lose one request in ten. One that answers an echo
after it kept silent to SNMP is asked once and waited for: comes the answer late, it is a slow one;
comes it at once, it is one that loses requests, and is asked more often. One that is prompt for
long is asked as any other again. One that does not even answer echoes is asked as ever: it may be
gone, and who waits for the gone for a minute sees it come back a minute late.
"""

from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import Final

from netwatch.model.names import DeviceId
from netwatch.pollers.questions import Patience

THERE_S: Final = 30.0
"""A device that answers an echo so soon after a silence was there all the while."""
PROMPT: Final = 40
"""After so many prompt conversations in a row it is asked less patiently; later, after more."""
PROMPT_AT_MOST: Final = 640
LOSSY: Final = Patience(timeout_s=4.0, retries=3)
SLOW: Final = Patience(timeout_s=60.0, retries=1)
"""Each repetition costs a busy agent as much again: it comes late."""


class Kind(Enum):
    """What an OLT is taken for."""

    USUAL = auto()
    DOUBTED = auto()
    """It answers echoes and not SNMP: slow, lossy, or its agent is gone."""
    LOSSY = auto()
    SLOW = auto()


class Forbearance:
    """How patiently one OLT is asked."""

    __slots__ = ("_prompt", "_prompt_wanted", "_silent_at", "_slowest_s", "kind")

    def __init__(self) -> None:
        self.kind = Kind.USUAL
        self._silent_at = float("-inf")
        self._slowest_s = 0.0
        self._prompt = 0
        self._prompt_wanted = PROMPT

    @property
    def slow(self) -> bool:
        """Say whether so little can be asked of it that only what matters most is."""
        return self.kind in (Kind.DOUBTED, Kind.SLOW)

    @property
    def rests(self) -> bool:
        """Say whether it is left alone after a silence: it is busy, and asking makes it busier."""
        return self.kind is Kind.SLOW

    def patience(self, usual: Patience) -> Patience:
        """Return how long a question waits now; never less than is usual."""
        match self.kind:
            case Kind.USUAL:
                return usual
            case Kind.LOSSY:
                timeout_s = max(usual.timeout_s, LOSSY.timeout_s)
                return Patience(timeout_s, max(usual.retries, LOSSY.retries))
            case Kind.DOUBTED | Kind.SLOW:
                doubted = self.kind is Kind.DOUBTED
                return Patience(
                    max(usual.timeout_s, SLOW.timeout_s), 0 if doubted else SLOW.retries
                )

    def echoed(self, now: float) -> None:
        """Note that it answered an echo."""
        if self.kind in (Kind.USUAL, Kind.LOSSY) and now - self._silent_at <= THERE_S:
            self.kind = Kind.DOUBTED
            self._prompt_wanted = min(self._prompt_wanted * 2, PROMPT_AT_MOST)
        self._silent_at = float("-inf")

    def gone(self) -> None:
        """Note that it did not answer an echo: its silence to SNMP says nothing of its agent."""
        self._silent_at = float("-inf")

    def answered(self, took_s: float) -> None:
        """Note that it answered a question after so long."""
        self._slowest_s = max(self._slowest_s, took_s)

    def over(self, now: float, usual: Patience, *, silent: bool) -> None:
        """Note that a conversation is over, and whether it ended in silence."""
        prompt = self._slowest_s <= usual.timeout_s
        self._silent_at = now if silent else float("-inf")
        if not silent and self._slowest_s and self.kind is Kind.DOUBTED:
            self.kind = Kind.LOSSY if prompt else Kind.SLOW
        self._prompt = 0 if silent or not prompt else self._prompt + 1
        if self._prompt >= self._prompt_wanted and self.kind is not Kind.USUAL:
            self.kind, self._prompt = Kind.USUAL, 0
        self._slowest_s = 0.0


def forbearances(
    olts: Iterable[DeviceId], before: Mapping[DeviceId, Forbearance]
) -> dict[DeviceId, Forbearance]:
    """Return one for each OLT; those that stay go on as they were."""
    return {name: before.get(name) or Forbearance() for name in olts}
