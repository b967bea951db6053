"""Which parts of a long text a network has: another try sends the others, and pays for those."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from netwatch.model.names import NoticeKey

REMEMBERED: Final = 1000


@dataclass(slots=True)
class Parts:
    """The parts that were taken of texts that are not whole yet."""

    _taken: dict[NoticeKey, list[bytes]] = field(default_factory=dict)

    def left(self, key: NoticeKey, parts: Sequence[bytes]) -> Iterator[bytes]:
        """Yield the parts still to be sent; one counts as taken once the next is asked for.

        Words that are others by now are sent from their first part on.
        """
        taken = self._taken.pop(key, [])
        if [*parts[: len(taken)]] != taken:
            taken = []
        for part in parts[len(taken) :]:
            self._taken[key] = taken
            while len(self._taken) > REMEMBERED:
                del self._taken[next(iter(self._taken))]
            yield part
            taken.append(part)
        self._taken.pop(key, None)
