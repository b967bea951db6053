"""An afternoon and a night at the provider: read, look, answer, read again; and how right it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netwatch.inventory.places.place import Place
from netwatch.inventory.places.reconcile import Change as Taken
from netwatch.inventory.places.reconcile import ChangeKind
from netwatch.inventory.places.store import PlaceStore
from netwatch.service.placing import run_reconcile, take_answer
from netwatch.service.settings import Settings, load_settings
from tests.operator.homes import Operator
from tests.operator.night import Change, knows, not_followed, pass_night
from tests.operator.noc import answer
from tests.operator.office import Office, Said
from tests.operator.records import EVENING, right, truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How many lines are where they really are."""

    lines: int
    placed: int
    wide: int
    """On the right gear, its port unknown."""
    wrong: int
    undoubted: int
    """Wrong, and nobody is told to doubt it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One reconciliation, and how right it left the places."""

    said: Said
    score: Score
    places: Sequence[Place]
    changes: Sequence[Mapping[str, str]]
    questions: int

    @property
    def taken(self) -> list[Taken]:
        """Return the changes, as far as their kind and line go."""
        return [
            Taken(kind=ChangeKind(one["kind"]), source="lms", line=one["line"], subscriber="")
            for one in self.changes
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Afternoon:
    """What was reached, run by run."""

    look: Said
    """The gear asked alone."""
    first: Run
    answered: int
    """Questions that a person answered after the first run."""
    second: Run
    night: Run
    visited: int
    """ONUs of which somebody who had been there said afterwards whose they are."""
    morning: Run
    happened: Sequence[Change]
    unfollowed: Sequence[Change]
    """Of these what the night did not follow by itself."""
    lost: Sequence[Change]
    """And what the answers did not settle either."""

    @property
    def invented(self) -> list[str]:
        """Return the lines that were changed though nothing happened to them or to neighbours."""
        lines = {one.line for one in self.happened}
        aside = (ChangeKind.DISPLACED, ChangeKind.FOUND)
        taken = (*self.night.changes, *self.morning.changes)
        return [
            one["line"] for one in taken if one["line"] not in lines and one["kind"] not in aside
        ]


def spend(office: Office, operator: Operator, changes: int) -> Afternoon:
    """Live through the afternoon, a quiet run, a night with so many changes, and the answers."""
    with office.gear_of(operator):
        look = office.netwatch("import", "network", "--json")
        first = _run(office, operator)
        answered = _answer_all(office)
        second = _run(office, operator)
    after, happened = pass_night(operator, changes)
    office.write_records(after)
    with office.gear_of(after):
        night = _run(office, after)
        visited = _visit(office, after)
        morning = _run(office, after, "--kept")
    true = truth(after)
    return Afternoon(
        look=look,
        first=first,
        answered=answered,
        second=second,
        night=night,
        visited=visited,
        morning=morning,
        happened=happened,
        unfollowed=not_followed(happened, night.taken, night.places, true),
        lost=not_followed(happened, (*night.taken, *morning.taken), morning.places, true),
    )


def score(places: Sequence[Place], operator: Operator) -> Score:
    """Hold places against the truth."""
    true = truth(operator)
    found = [one for one in places if one.spot is not None and one.line in true]
    wrong = [one for one in found if not right(one, true[one.line])]
    return Score(
        lines=len(true),
        placed=len(found),
        wide=sum(one.spot is not None and not one.spot.port for one in found if one not in wrong),
        wrong=len(wrong),
        undoubted=sum(not one.doubts for one in wrong),
    )


def places_of(office: Office) -> tuple[Place, ...]:
    """Return the places in force."""
    return PlaceStore(_settings(office).state).places()


def _run(office: Office, operator: Operator, *options: str) -> Run:
    said = office.netwatch("places", "reconcile", *options, "--json")
    places = places_of(office)
    return Run(
        said=said,
        score=score(places, operator),
        places=places,
        changes=said.told["changes"],
        questions=len(said.told["questions"]),
    )


def _answer_all(office: Office) -> int:
    """Let a person answer what is asked, until nothing is; return how many answers it took."""
    settings = _settings(office)
    answers = 0
    while asked := PlaceStore(settings.state).questions():
        for one in asked:
            said = answer({"id": one.id, "answers": one.answers})
            take_answer(settings, one.id, said, "noc", EVENING)
            answers += 1
        run_reconcile(settings, office.config, EVENING, kept=True)
    return answers


def _visit(office: Office, operator: Operator) -> int:
    """Let somebody who was there say whose ONU it is, where that is asked."""
    settings, true = _settings(office), truth(operator)
    asked = [one for one in PlaceStore(settings.state).questions() if one.id.startswith("onu|")]
    for one in asked:
        take_answer(settings, one.id, knows(one, true), "network", EVENING)
    return len(asked)


def _settings(office: Office) -> Settings:
    return load_settings(office.config)
