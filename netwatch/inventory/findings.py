"""What is wrong, gathered over all files of one run."""

from collections import Counter
from typing import Final

from netwatch.inventory.marks import Marked
from netwatch.model.faults import Finding, Level, Place

MOST_OF_A_FILE: Final = 10_000
"""Beyond, the file is wrong as a whole (a column shifted, a list forgotten)."""


class Findings:
    """A basket for findings: a mistake never ends the search for the next one."""

    def __init__(self) -> None:
        self._all: list[Finding] = []
        self._counts: Counter[tuple[str, Level]] = Counter()
        self.failed = False

    def error(self, at: Marked | Place, wrong: str, remedy: str) -> None:
        """Note what must be mended before anything is loaded."""
        self.failed = True
        self._add(Finding(_place(at), wrong, remedy))

    def warn(self, at: Marked | Place, wrong: str, remedy: str) -> None:
        """Note what will hardly work as it was meant."""
        self._add(Finding(_place(at), wrong, remedy, Level.WARNING))

    def extend(self, findings: list[Finding]) -> None:
        """Take findings that were made elsewhere."""
        for finding in findings:
            self.failed = self.failed or finding.level is Level.ERROR
            self._add(finding)

    def in_order(self) -> tuple[Finding, ...]:
        """Return all findings, sorted by place, each once."""
        told = set(self._all)
        for (path, level), count in self._counts.items():
            if count > MOST_OF_A_FILE:
                wrong = f"{count - MOST_OF_A_FILE} more mistakes stand in this file"
                remedy = "mend those told here first; they may have one cause"
                told.add(Finding(Place(path), wrong, remedy, level))
        return tuple(sorted(told))

    def _add(self, finding: Finding) -> None:
        counted = (finding.place.path, finding.level)
        self._counts[counted] += 1
        if self._counts[counted] <= MOST_OF_A_FILE:
            self._all.append(finding)


def _place(at: Marked | Place) -> Place:
    return at.place if isinstance(at, Marked) else at
