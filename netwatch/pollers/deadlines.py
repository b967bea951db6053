"""Who has waited long enough: one deque per timeout, so that a probe costs no timer."""

from collections import deque
from typing import Generic, TypeVar

Waiting = TypeVar("Waiting")


class Deadlines(Generic[Waiting]):
    """Probes in the order in which their time runs out.

    A probe that was answered stays in until its deadline and is then told apart by its mark.
    """

    def __init__(self) -> None:
        self._queues: dict[float, deque[tuple[float, int, Waiting]]] = {}

    def add(self, now: float, timeout_s: float, mark: int, waiting: Waiting) -> None:
        """Wait for ``waiting``; ``mark`` says which of its sendings this is."""
        queue = self._queues.get(timeout_s)
        if queue is None:
            queue = self._queues[timeout_s] = deque()
        queue.append((now + timeout_s, mark, waiting))

    def expired(self, now: float) -> list[tuple[int, Waiting]]:
        """Take out all whose deadline is not after ``now``."""
        late: list[tuple[int, Waiting]] = []
        for queue in self._queues.values():
            while queue and queue[0][0] <= now:
                _, mark, waiting = queue.popleft()
                late.append((mark, waiting))
        return late

    def next(self) -> float | None:
        """Return the earliest deadline."""
        return min((queue[0][0] for queue in self._queues.values() if queue), default=None)
