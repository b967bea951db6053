"""What is wrong with inventory, plan or words: one defect a place, alike ones told once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from netwatch.model.faults import Place

ALIKE: Final = 20
"""So many defects of one kind at one holder are told one by one; more are told as one."""


class Kind(StrEnum):
    """What is wrong; the kinds of contract section 8."""

    NOBODY_TOLD = "nobody-told"
    NO_WORDS = "no-words"
    DOES_NOT_FIT = "does-not-fit"
    PAGES_NOBODY = "pages-nobody"
    SHARED_RISK = "shared-risk"
    NOT_ASKED = "not-asked"
    INDISTINGUISHABLE = "indistinguishable"
    DIES_WITH_US = "dies-with-us"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One thing to mend before the night on which it matters."""

    kind: Kind
    element: str
    """As in answers: ``device:ID``, ``link:ID``, ``risk:ID``; also ``site:``, ``area:``,
    ``subscriber:``, ``language:``, ``role:``, ``channel:``, ``words:``."""
    wrong: str
    remedy: str
    subscribers: int = 0
    """How many people it costs."""
    place: Place | None = None
    elements: tuple[str, ...] = ()
    """All that it concerns, where it stands for several."""
    near: tuple[str, ...] = ()
    """Other elements that a drawing of it should show."""
    holder: str = ""
    """What alike defects have in common; with ``reason`` it says which may be told as one."""
    reason: str = ""

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        row: dict[str, Any] = {
            "kind": self.kind.value,
            "element": self.element,
            "wrong": self.wrong,
            "remedy": self.remedy,
            "subscribers": self.subscribers,
            "path": self.place.path if self.place else None,
            "line": self.place.line if self.place else None,
        }
        return {**row, "elements": list(self.elements)} if self.elements else row


def counted(number: int) -> str:
    """Return how many subscribers, as a sentence says it."""
    return f"{number} subscriber{'' if number == 1 else 's'}"


def told(defects: Iterable[Defect]) -> list[Defect]:
    """Return the defects in order of harm, many alike ones of one holder as one.

    Ten thousand devices make no ten thousand lines: of a reason that holds for more than
    ``ALIKE`` things at one place, and then of one for more than that at all, one line is told.
    """
    found = list(dict.fromkeys(defects))
    found = list(_joined(found, lambda d: (d.kind, d.reason, d.holder)))
    found = list(_joined(found, lambda d: (d.kind, d.reason, "")))
    return sorted(found, key=lambda d: (-d.subscribers, d.kind, d.element))


def _joined(defects: Iterable[Defect], alike: Callable[[Defect], object]) -> Iterator[Defect]:
    groups: dict[object, list[Defect]] = defaultdict(list)
    for defect in defects:
        groups[alike(defect) if defect.reason else id(defect)].append(defect)
    for group in groups.values():
        if len(group) <= ALIKE:
            yield from group
        else:
            yield _one(group)


def _one(group: list[Defect]) -> Defect:
    first = min(group, key=lambda d: (d.place is None, d.place or Place(""), d.element))
    names = tuple(sorted({name for d in group for name in (d.elements or (d.element,))}))
    holders = {d.holder for d in group}
    held = f" on {first.holder}" if len(holders) == 1 and first.holder else ""
    return replace(
        first,
        wrong=f"{len(names)} like this{held}; the first: {first.wrong}",
        subscribers=sum(d.subscribers for d in group),
        elements=names,
        near=tuple(sorted({name for d in group for name in d.near}))[:ALIKE],
        holder="" if len(holders) > 1 else first.holder,
    )
