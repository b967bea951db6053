"""What each of the three stages gives back."""

from collections.abc import Sequence
from dataclasses import dataclass

from netwatch.model.asks import Ask
from netwatch.model.facts import Fact


@dataclass(frozen=True, slots=True)
class Decision:
    """Facts to journal, asks to pass on."""

    facts: Sequence[Fact] = ()
    asks: Sequence[Ask] = ()


NOTHING = Decision()
