"""Messages that lie in a modem -> whole texts; each is let go once it was taken for good."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from netwatch.delivery.channels import Received
from netwatch.delivery.channels.pdu_in import Delivered, NoTextError, delivered

MOST_ROUNDS: Final = 30
"""So many looks a text waits for its missing parts; then what came is taken."""
CAME: Final = frozenset({"0", "1"})
"""States of messages that came: not read yet, and read."""
_LISTED: Final = re.compile(r"\+CMGL: *(\d{1,5}) *, *(\d) *,")
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2}){1,400}")


@dataclass(frozen=True, slots=True)
class Lying:
    """A text, and where its parts lie."""

    received: Received
    places: tuple[int, ...]


@dataclass(slots=True)
class Inbox:
    """What lay there at the last look."""

    rounds: dict[tuple[str, int], int] = field(default_factory=dict)
    """How often a text was seen that is not whole."""
    unread: int = 0
    """How many messages there are that nobody can read as text."""

    def texts(self, listed: Sequence[str]) -> list[Lying]:
        """Return the whole texts among the lines of ``AT+CMGL``, in the order they came.

        What is no text stays where it lies: somebody may look for it.
        """
        alone: list[Lying] = []
        chained: dict[tuple[str, int], dict[int, tuple[int, Delivered]]] = {}
        self.unread = 0
        for place, pdu in _messages(listed):
            try:
                one = delivered(pdu)
            except NoTextError:
                self.unread += 1
                continue
            if one.chain is None:
                alone.append(_lying([(place, one)]))
            else:
                chained.setdefault((one.sender, one.chain), {})[one.place] = (place, one)
        return [*alone, *self._joined(chained)]

    def _joined(
        self, chained: dict[tuple[str, int], dict[int, tuple[int, Delivered]]]
    ) -> Iterator[Lying]:
        self.rounds = {name: seen for name, seen in self.rounds.items() if name in chained}
        for name, parts in chained.items():
            self.rounds[name] = self.rounds.get(name, 0) + 1
            whole = len(parts) == next(iter(parts.values()))[1].count
            if whole or self.rounds[name] > MOST_ROUNDS:
                yield _lying([parts[place] for place in sorted(parts)])


def _lying(parts: Sequence[tuple[int, Delivered]]) -> Lying:
    ones = [one for _, one in parts]
    text = "".join(one.text for one in ones)
    known = "\n".join((ones[0].sender, *(f"{one.stamp}{one.text}" for one in ones)))
    number = sha256(known.encode("utf-8", "replace")).hexdigest()[:32]
    received = Received(sender=ones[0].sender, text=text, number=number)
    return Lying(received, tuple(place for place, _ in parts))


def _messages(listed: Sequence[str]) -> Iterator[tuple[int, bytes]]:
    """Yield where each message that came lies, and the message."""
    place: int | None = None
    for line in listed:
        found = _LISTED.match(line)
        if found:
            place = int(found[1]) if found[2] in CAME else None
        elif place is not None and _HEX.fullmatch(line):
            yield place, bytes.fromhex(line)
            place = None
