"""All that the rules say, in the types that obey it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from netwatch.delivery.words import Words
from netwatch.model.drills import Scenario
from netwatch.model.faults import Finding, Place
from netwatch.model.names import ChannelName, PersonId, RoleName
from netwatch.pipeline import StageRules
from netwatch.response.people import People, Person, Role

if TYPE_CHECKING:
    from netwatch.pollers.library import Own


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What was promised to the customers of some plans."""

    id: str
    plans: tuple[str, ...]
    notice_within: timedelta
    repair_within: timedelta | None = None
    credit_after: timedelta | None = None
    """So long a line may be without service before anything is owed; None: nothing ever is."""
    credit_per_hour: float = 0.0
    """In ``currency``; counted to the minute."""
    credit_most: float | None = None
    """The most of one outage."""
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A defect of the plan that somebody knows of and lives with until a day."""

    id: str
    kind: str
    element: str
    why: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The judgement in force. Swapped whole on reload, never edited."""

    stages: StageRules
    words: Words
    commitments: tuple[Commitment, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    drills: Mapping[str, Scenario] = field(default_factory=dict)
    """The drills that can be held, by id."""
    families: "Own" = field(default_factory=dict)
    """Profiles of device families of the operator's own; ``pollers.library`` makes them one with
    those that ship."""
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where people, roles, rotas and swaps are written: by ``person:``, ``role:`` and their id."""
    digest: str = ""
    """``sha256:...`` over the files read, those that ship included."""

    @property
    def people(self) -> Mapping[PersonId, Person]:
        """Return the staff by id."""
        return self.stages.response.people.persons

    @property
    def roles(self) -> Mapping[RoleName, Role]:
        """Return the duties by name."""
        return self.stages.response.people.roles

    def with_people(self, people: People) -> "Rulebook":
        """Return the same rules for another staff."""
        response = replace(self.stages.response, people=people)
        return replace(self, stages=replace(self.stages, response=response))

    def contact_of(self, recipient: str) -> str | None:
        """Return under which id the contact store has a person; None: they are no person."""
        person = self.people.get(PersonId(recipient))
        return None if person is None else person.contact or person.id

    def ways_of(self, recipient: str) -> tuple[ChannelName, ...]:
        """Return a person's own channels, the best first."""
        person = self.people.get(PersonId(recipient))
        return () if person is None else person.channels

    def language_of(self, recipient: str) -> str | None:
        """Return the language of a person, or of the first person of a role; None: not said."""
        role = self.roles.get(RoleName(recipient))
        names = role.people if role else (PersonId(recipient),)
        known = (self.people[name] for name in names if name in self.people)
        return next((person.language for person in known if person.language), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesReading:
    """What came of reading rules. No rulebook where a finding is an error."""

    rulebook: Rulebook | None
    findings: tuple[Finding, ...]
