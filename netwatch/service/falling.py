"""The journal's alarms -> what gear without a link fell and rose with, as questions."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from netwatch.intake.door import NobodyHomeError
from netwatch.inventory.importers.parents import adrift
from netwatch.inventory.places.companions import companions
from netwatch.inventory.places.falls import Falls, fallen
from netwatch.inventory.places.parent_questions import parent_questions
from netwatch.inventory.places.questions import Question
from netwatch.model.facts import Fact
from netwatch.model.network import Network
from netwatch.service.traffic import quiet_with

Decided = Callable[[int], Iterable[tuple[int, Fact]]]
"""The facts after a sequence number, each with its own; raises what the door does."""


def up_to_now(falls: Falls, network: Network, decided: Decided | None, at: datetime) -> Falls:
    """Return the falls with what the journal tells since; as they were if nobody can be asked."""
    lost = adrift(network)
    if decided is None or not lost:
        return falls
    falls = falls.knowing(sorted(lost), int(at.timestamp()))
    try:
        read, told = told_since(decided, falls.read)
        return fallen(replace(falls, read=read), told, network.devices.__contains__)
    except NobodyHomeError:
        return falls


def told_since(decided: Decided, read: int) -> tuple[int, Iterator[tuple[int, Fact]]]:
    """Return the facts since, from the last one that was read on, and up to where that is.

    A journal that does not have that one was begun anew: it is read from its beginning.
    """
    facts = iter(decided(max(read - 1, 0)))
    first = next(facts, None)
    if first is not None:
        return read, chain([first], facts)  # years of facts fit no memory
    return 0, iter(decided(0)) if read else facts


def who_hangs(
    falls: Falls, network: Network, answers: Mapping[str, str], history: Path, at: datetime
) -> list[Question]:
    """Return what is asked of gear from which no link leads to netwatch.

    Args:
        falls: when each device and port fell.
        network: the inventory.
        answers: the last one to each question.
        history: where measurements lie: the traffic of ports tells more.
        at: when this is.
    """
    lost = adrift(network)
    if not lost:
        return []
    found = companions(falls, lost, network)
    quiet = quiet_with(history, falls=falls, found=found, adrift=lost, network=network, at=at)
    return parent_questions(companions(falls, lost, network, quiet) if quiet else found, answers)
