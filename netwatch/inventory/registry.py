"""Ids -> what bears them and where it was written; names that lead nowhere are told here."""

from collections.abc import Iterable
from typing import Final

from netwatch.inventory.findings import Findings
from netwatch.inventory.marks import Marked
from netwatch.inventory.near import did_you_mean
from netwatch.model.faults import Place

MOST_NEAR_WORDS: Final = 1_000
"""A forgotten file makes every name dangle; after so many, near words are no longer looked for."""


class Registry:
    """Every id of the inventory. Ids are unique over all kinds, so a name says what it means."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._bearers: dict[str, tuple[str, Place]] = {}
        self._of_kind: dict[str, set[str]] = {}
        self._maybe: set[str] = set()
        self._near_words_left = MOST_NEAR_WORDS
        self.incomplete = False
        """A file could not be read at all: what seems to dangle may stand there."""

    def claim(self, kind: str, ident: str, place: Place) -> bool:
        """Take ``ident`` for a ``kind`` of thing; False, and a finding, if it is taken already."""
        if ident in self._bearers:
            bearer, first = self._bearers[ident]
            self._findings.error(
                place,
                f"the id {ident!r} is taken: {_a(bearer)} bears it in {first}",
                "give one of the two another id; ids are unique over the whole inventory",
            )
            return False
        self._bearers[ident] = (kind, place)
        self._of_kind.setdefault(kind, set()).add(ident)
        return True

    def suppose(self, idents: Iterable[str]) -> None:
        """Hold these ids for possible: they were seen in a file that could not be read whole."""
        self._maybe.update(idents)

    def bearer(self, ident: str) -> tuple[str, Place] | None:
        """Return what bears ``ident``, and where it was written."""
        return self._bearers.get(ident)

    def places(self) -> dict[str, Place]:
        """Return where each id was written."""
        return {ident: place for ident, (_kind, place) in self._bearers.items()}

    def of_kind(self, kind: str) -> set[str]:
        """Return all ids of one kind."""
        return self._of_kind.setdefault(kind, set())

    def leads(self, mark: Marked | Place, word: str, kinds: tuple[str, ...], says: str) -> bool:
        """Say whether ``word`` names one of ``kinds``; where it does not, note ``says`` and why.

        Args:
            mark: where the name stands.
            word: the name.
            kinds: what it may be.
            says: the sentence's beginning, such as ``device 'onu-7' hangs on 'olt-plona'``.
        """
        if any(word in self.of_kind(kind) for kind in kinds):
            return True
        found = self._bearers.get(word)
        if found is not None:
            remedy = f"name {' or '.join(_a(kind) for kind in kinds)}"
            self._findings.error(mark, f"{says}, which is {_a(found[0])} ({found[1]})", remedy)
            return False
        if word in self._maybe or self.incomplete:
            return False
        self._findings.error(
            mark, f"{says}, which is not in the inventory", self._remedy(word, kinds)
        )
        return False

    def _remedy(self, word: str, kinds: tuple[str, ...]) -> str:
        otherwise = "add it, or remove this name"
        if self._near_words_left <= 0:
            return otherwise
        self._near_words_left -= 1
        known = set().union(*(self.of_kind(kind) for kind in kinds)) if len(kinds) > 1 else None
        return did_you_mean(word, known or self.of_kind(kinds[0]), otherwise)


def _a(kind: str) -> str:
    return f"an {kind}" if kind == "area" else f"a {kind}"
