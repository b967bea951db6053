"""Sources, sightings, answers -> places in force: what `netwatch places` does."""

import asyncio
from collections.abc import Callable, Container, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from netwatch.intake.door import NobodyHomeError
from netwatch.inventory.importers.parents import lifted
from netwatch.inventory.places.coverage import Coverage, coverage
from netwatch.inventory.places.descriptions import LineKey
from netwatch.inventory.places.extracts import (
    all_extracts,
    drop_extract,
    keep_extract,
    keep_sightings,
    last_sightings,
)
from netwatch.inventory.places.join import join
from netwatch.inventory.places.place import Doubt, Place
from netwatch.inventory.places.questions import Question, may_answer, questions_of, trust_in
from netwatch.inventory.places.reconcile import Reconciled, reconcile
from netwatch.inventory.places.records import Extract, Sightings, SourceError, suspended_in
from netwatch.inventory.places.spread import Spread, spread
from netwatch.inventory.places.store import NETWATCH, Answer, PlaceStore
from netwatch.inventory.places.suspicions import Docket, contradicted, suspect_questions
from netwatch.inventory.places.unread import unread
from netwatch.inventory.reader import read_inventory
from netwatch.model.faults import NetwatchError
from netwatch.model.network import Network
from netwatch.model.street_map import street_map
from netwatch.service.falling import Decided, told_since, up_to_now, who_hangs
from netwatch.service.files import listed
from netwatch.service.importing import import_source
from netwatch.service.learning import learn
from netwatch.service.settings import Settings
from netwatch.service.sighting import look_at_network, read_source

MOST_NAMED: Final = 10

Tell = Callable[[str], None]


class PlacesError(NetwatchError):
    """Places cannot be reconciled or answered; what was in force stays."""


class NoSourceError(PlacesError):
    """Nothing was ever read, and nothing is named to be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds now."""

    places: tuple[Place, ...]
    questions: tuple[Question, ...]
    spread: Spread
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What one reconciliation led to."""

    outcome: Reconciled
    standing: Standing
    failed: tuple[SourceError, ...] = ()
    """Sources that were not read whole: their lines stay as they were."""


def standing(settings: Settings) -> Standing:
    """Return the places in force, in the network of the inventory.

    Raises:
        PlacesError: the inventory cannot be used.
        ConfigError: a file of the state is damaged.
    """
    store = PlaceStore(settings.state)
    return _standing(_network(settings), store.places(), store.questions())


def run_reconcile(
    settings: Settings,
    config: Path | None,
    at: datetime,
    *,
    extracts: Sequence[Extract] | None = None,
    sightings: Sightings | None = None,
    kept: bool = False,
    look: bool = True,
    keep: bool = True,
    by: str = NETWATCH,
    decided: Decided | None = None,
    tell: Tell = lambda _: None,
) -> Night:
    """Join what sources and network say now with the places in force.

    Args:
        settings: those of the service.
        config: the file that they came from.
        at: when this is.
        extracts: instead of reading the sources.
        sightings: instead of those that were kept.
        kept: take what sources and network said the last time, without asking them.
        look: ask OLTs and bridges what they see now.
        keep: put what follows into force.
        by: who is behind the changes: who answered.
        decided: returns the facts after a number, to learn from incidents; None: do not.
        tell: is told how far it is.

    Raises:
        NoSourceError: there is nothing to join.
        PlacesError: the inventory cannot be used, or another reconciliation runs.
        ConfigError: a file of the state is damaged.
        SourceError: what was kept of sightings is damaged.
    """
    store = PlaceStore(settings.state)
    with store.alone() if keep else nullcontext(True) as alone:
        if not alone:
            raise PlacesError("another reconciliation runs\n    try again when it is done")
        return _reconcile(
            settings, config, at, extracts, sightings,
            kept=kept, look=look, keep=keep, by=by, decided=decided, tell=tell,
        )  # fmt: skip


def _reconcile(
    settings: Settings,
    config: Path | None,
    at: datetime,
    extracts: Sequence[Extract] | None,
    sightings: Sightings | None,
    *,
    kept: bool,
    look: bool,
    keep: bool,
    by: str,
    decided: Decided | None,
    tell: Tell,
) -> Night:
    network = _network(settings)
    failed: list[SourceError] = []
    given = extracts is not None
    if extracts is None:
        extracts = _read(settings, config, at, kept=kept, keep=keep, failed=failed, tell=tell)
    if not extracts and not failed:
        raise NoSourceError(
            "there is no source to read\n    add [sources.NAME] to netwatch.toml, or import one: "
            "netwatch import NAME"
        )
    if sightings is None and not kept and not given:
        _see(settings, config, at, look=look, keep=keep, failed=failed, tell=tell)
    shown = (
        sightings or last_sightings(settings.state, settings.sightings) or Sightings(taken_at=at)
    )
    store = PlaceStore(settings.state)
    answers = store.answered()
    places = store.places()
    named = {*settings.sources} if settings.sources and not given else {p.source for p in places}
    aside = unread(places, named, answers)
    extracts = [one for one in extracts if one.source not in aside.forgotten]
    lines = sum(len(one.lines) for one in extracts)
    tell(f"joining {lines} lines with {len(shown.onus)} ONUs and {len(shown.macs)} MACs")
    raised = [lifted(one, network) for one in extracts]
    joined = join(raised, shown, network, trust_in(answers))
    outcome = reconcile(
        aside.left,
        joined,
        [one.source for one in extracts],
        answers,
        store.strays(),
        suspended=suspended_in(extracts),
    )
    docket = _learnt(store, network, decided, tell)
    falls = up_to_now(store.falls(), network, decided, at)
    doubted = contradicted(docket, answers)
    outcome = replace(outcome, places=tuple(_doubt(one, doubted) for one in outcome.places))
    served = [place for place in outcome.places if not place.suspended]
    asked = questions_of(joined, served, network)
    asked += suspect_questions(docket, answers, outcome.places)
    asked += who_hangs(falls, network, answers, settings.history.directory, at)
    unanswered = [one for one in asked if one.id not in answers]
    outcome = replace(
        outcome,
        changes=(*outcome.changes, *aside.changes),
        questions=(*aside.questions, *outcome.questions, *unanswered),
    )
    if keep:
        store.keep_docket(docket)
        store.keep_falls(falls)
        for extract in extracts if given else ():
            keep_extract(settings.state, extract)
        if sightings is not None:
            keep_sightings(settings.state, sightings)
        who = {one.question: one.by for one in store.answers()}
        store.keep(outcome, at, by=by, answered_by=who)
        for source in aside.forgotten:
            drop_extract(settings.state, source)
    return Night(
        outcome=outcome,
        standing=_standing(network, outcome.places, outcome.questions),
        failed=tuple(failed),
    )


def _learnt(store: PlaceStore, network: Network, decided: Decided | None, tell: Tell) -> Docket:
    """Return what outages say against records, up to now if the service can be asked."""
    docket = store.docket()
    if decided is None:
        return docket
    places = store.places()
    joined = spread(network, places).network
    try:
        read, told = told_since(decided, docket.read)
        docket = replace(docket, read=read)
        return learn(docket, told, written=network, network=joined, places=places)
    except NobodyHomeError:
        tell("nobody runs here, so what incidents say of records is learnt the next time")
        return store.docket()


def _doubt(place: Place, contradicted_ones: Container[LineKey]) -> Place:
    doubts = {*place.doubts} - {Doubt.OUTAGE}
    doubts |= {Doubt.OUTAGE} if place.key in contradicted_ones else set()
    return replace(place, doubts=tuple(sorted(doubts)))


def take_answer(settings: Settings, question: str, answer: str, by: str, at: datetime) -> Question:
    """Write an answer down, for the next reconciliation to heed; return what it answers.

    Raises:
        PlacesError: there is no such question, or it has no such answer.
        ConfigError: a file of the state is damaged.
    """
    store = PlaceStore(settings.state)
    open_ones = store.questions()
    found = [one for one in open_ones if question in (one.id, one.id.rpartition("|")[2])]
    if question.isdigit() and 0 < int(question) <= len(open_ones):
        found = [open_ones[int(question) - 1]]
    if len(found) != 1:
        raise PlacesError(
            f"there is no open question {question!r}\n    see them with: netwatch places show"
        )
    asked = found[0]
    if not may_answer(asked, answer, _network(settings)):
        raise PlacesError(
            f"{answer!r} is no answer to that\n    answer one of: {', '.join(asked.answers)}"
        )
    store.answer(Answer(question=asked.id, answer=answer, by=by, at=at))
    return asked


def _read(
    settings: Settings,
    config: Path | None,
    at: datetime,
    *,
    kept: bool,
    keep: bool,
    failed: list[SourceError],
    tell: Tell,
) -> list[Extract]:
    if kept or not settings.sources:
        said = all_extracts(settings.state)
        placed = {place.source for place in PlaceStore(settings.state).places()}
        known = {*settings.sources, *placed} if settings.sources else None
        return [one for one in said if known is None or one.source in known]
    found: list[Extract] = []
    for name in settings.sources:
        try:
            tell(f"reading {name}")
            found.append(import_source(settings, config, name, at, keep=keep).extract)
        except SourceError as fault:
            failed.append(fault)
    return found


def _see(
    settings: Settings,
    config: Path | None,
    at: datetime,
    *,
    look: bool,
    keep: bool,
    failed: list[SourceError],
    tell: Tell,
) -> None:
    """Bring what the network shows up to date; what cannot be read stays as it was."""
    for name in settings.sightings:
        try:
            tell(f"reading {name}")
            read_source(settings, config, name, at, keep=keep)
        except SourceError as fault:
            failed.append(fault)
    if not look or not settings.snmp:
        return
    try:
        tell("looking at the tables of OLTs and switches")
        seen = asyncio.run(look_at_network(settings, at, lambda *_: None, keep=keep))
        if seen.silent:
            tell(f"silent, so nothing moves there: {', '.join(seen.silent[:MOST_NAMED])}")
    except SourceError as fault:
        failed.append(fault)


def _network(settings: Settings) -> Network:
    reading = read_inventory(settings.inventory)
    if reading.network is None:
        raise PlacesError(f"the inventory cannot be used\n{listed(reading.findings, 3)}")
    return reading.network


def _standing(
    network: Network, places: tuple[Place, ...], questions: tuple[Question, ...]
) -> Standing:
    joined = spread(network, places)
    return Standing(
        places=places,
        questions=questions,
        spread=joined,
        coverage=coverage(joined.network, questions, street_map(joined.network)),
    )
