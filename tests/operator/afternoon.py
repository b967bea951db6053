"""An afternoon and a night at the provider: read, look, answer, read again; and how right it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from netwatch.inventory.places.place import Place
from netwatch.inventory.places.spelling import port_key
from netwatch.inventory.places.store import PlaceStore
from netwatch.service.placing import run_reconcile, take_answer
from netwatch.service.settings import Settings, load_settings
from tests.operator.homes import Operator
from tests.operator.night import Change, pass_night
from tests.operator.noc import answer
from tests.operator.office import Office, Said
from tests.operator.records import EVENING, Truth, truth


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


@dataclass(slots=True, kw_only=True)
class Afternoon:
    """What was reached, run by run."""

    first: Run
    answered: int
    """Questions that a person answered after the first run."""
    second: Run
    night: Run
    happened: Sequence[Change]
    waiting: int
    """Lines of the questions that the night left."""
    followed: set[tuple[str, str]] = field(default_factory=set)
    """Line, and the kind of change that netwatch took, in the night."""


def spend(office: Office, operator: Operator, changes: int) -> Afternoon:
    """Live through the afternoon, a quiet run, and a night with so many changes."""
    with office.gear_of(operator):
        first = _run(office, operator)
        answered = _answer_all(office)
        second = _run(office, operator)
    morning, happened = pass_night(operator, changes)
    office.write_records(morning)
    with office.gear_of(morning):
        night = _run(office, morning)
    return Afternoon(
        first=first,
        answered=answered,
        second=second,
        night=night,
        happened=happened,
        waiting=sum(one["lines"] for one in night.said.told["questions"]),
        followed={(one["line"], one["kind"]) for one in night.changes},
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


def right(place: Place, true: Truth) -> bool:
    """Say whether a line is where its place says, however widely."""
    spot = place.spot
    return (
        spot is not None
        and spot.device == true.gear
        and (not spot.port or port_key(spot.port) == port_key(true.port))
        and spot.serial in ("", true.serial)
    )


def _run(office: Office, operator: Operator) -> Run:
    said = office.netwatch("places", "reconcile", "--json")
    places = PlaceStore(_settings(office).state).places()
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


def _settings(office: Office) -> Settings:
    return load_settings(office.config)
