"""Places of a source that the settings no longer name: one question, and its answer's effect."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from netwatch.inventory.places.place import Place
from netwatch.inventory.places.questions import (
    MOST_EXAMPLES,
    NO,
    YES,
    Owner,
    Question,
    digest,
)
from netwatch.inventory.places.reconcile import Change, ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What becomes of lines whose source nobody reads."""

    left: tuple[Place, ...]
    """Places that stay in force."""
    changes: tuple[Change, ...] = ()
    questions: tuple[Question, ...] = ()
    forgotten: frozenset[str] = frozenset()
    """Sources that a person let go."""


def unread(old: Sequence[Place], named: Collection[str], answers: Mapping[str, str]) -> Unread:
    """Ask once for each source with places that is not ``named``; forget it after a yes.

    A yes is of these very lines, so that a source which was read again is asked about anew; a no
    holds for the source.

    Args:
        old: the places in force.
        named: sources that are read, or were read now.
        answers: by question.
    """
    of_source: dict[str, list[Place]] = {}
    for place in old:
        if place.source not in named:
            of_source.setdefault(place.source, []).append(place)
    asked = [_ask(source, places) for source, places in sorted(of_source.items())]
    yes = {one.id: one.id.split("|")[1] for one in asked if answers.get(one.id) == YES}
    forgotten = frozenset(yes.values())
    kept = {ident.rpartition("|")[0] for ident, answer in answers.items() if answer == NO}
    by_source = {source: ident for ident, source in yes.items()}
    return Unread(
        left=tuple(place for place in old if place.source not in forgotten),
        changes=tuple(
            Change(
                kind=ChangeKind.GONE,
                source=place.source,
                line=place.line,
                subscriber=place.subscriber,
                before=place.spot,
                question=by_source[place.source],
            )
            for place in old
            if place.source in forgotten
        ),
        questions=tuple(
            one for one in asked if one.id not in yes and one.id.rpartition("|")[0] not in kept
        ),
        forgotten=forgotten,
    )


def _ask(source: str, places: Sequence[Place]) -> Question:
    lines = sorted(f"{one.source}/{one.line}" for one in places)
    return Question(
        id=f"unread|{source}|{digest(lines)}",
        owner=Owner.OFFICE,
        text=f"The settings no longer name the source {source}, and {len(lines)} lines are placed "
        "by what it said. Forget them?",
        lines=len(lines),
        answers=(YES, NO),
        examples=tuple(lines[:MOST_EXAMPLES]),
    )
