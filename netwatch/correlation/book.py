"""What today's explanations are called: weighed anew where there is news, so many in a second."""

from dataclasses import dataclass, field
from typing import Final

from netwatch.correlation.court import Atom, Court, Guess
from netwatch.correlation.likeness import Named, name, unchanged

WEIGHED: Final = 48
"""So many explanations are weighed against what is near them in one second."""
NARROW: Final = 2
"""A home and its drop."""

Atoms = tuple[Atom, ...]


@dataclass(slots=True)
class Book:
    """The names of explanations, and those whose turn to be weighed is still to come."""

    names: dict[Atoms, Named] = field(default_factory=dict)
    waiting: dict[Atoms, int] = field(default_factory=dict)
    """Of which there is news still to be weighed, and since when."""

    def call(self, court: Court, guesses: list[Guess], second: int) -> None:
        """Name these, the longest waiting first.

        More at once than a second has time for are no diagnosis but a flood: the others are called
        what they were, or are not spoken of yet, and have their turn within the next seconds.
        """
        new = [guess for guess in guesses if self._is_news(court, guess)]
        now = self._in_turn(court, new, second) if len(new) > WEIGHED else {g.atoms for g in new}
        kept = {g.atoms: self.names[g.atoms] for g in guesses if g.atoms in self.names}
        self.names = kept | {g.atoms: name(court, g) for g in new if g.atoms in now}
        self.waiting = {
            g.atoms: self.waiting.get(g.atoms, second) for g in new if g.atoms not in now
        }

    def _is_news(self, court: Court, guess: Guess) -> bool:
        before = self.names.get(guess.atoms)
        known = before is not None and before.guess == guess and guess.atoms not in self.waiting
        return not known or not unchanged(court, guess)

    def _in_turn(self, court: Court, new: list[Guess], second: int) -> set[Atoms]:
        """Choose the longest waiting, at most half of them wide ones."""
        last = court.index.last
        ranked = sorted(new, key=lambda g: self.waiting.get(g.atoms, second))
        wide = [any(last[top] - top > NARROW for top in g.tops) for g in ranked]
        first = [g for g, is_wide in zip(ranked, wide, strict=True) if is_wide][: WEIGHED // 2]
        lone = [g for g, is_wide in zip(ranked, wide, strict=True) if not is_wide]
        return {g.atoms for g in (*first, *lone[: WEIGHED - len(first)])}
