"""Who works here, what their duties are, and who has them when: as the files of people say it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from netwatch.model.duty_facts import DutyOverridden
from netwatch.model.names import ChannelName, PersonId, RoleName
from netwatch.response.rota import Rota

HOLD: Final = "hold"
RETRACT: Final = "retract"
RIGHTS: Final = (HOLD, RETRACT)
"""What the people of a role may do by a message of theirs, beside telling of their work."""
LAST_RESORT: Final = "duty"
"""Who has a duty that nobody has: the phone behind ``channels.duty``."""
ON_CALL: Final = RoleName("on-call")
"""The one role there is in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """When somebody is away; both UTC, the end is not in it."""

    starts: datetime
    ends: datetime
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the staff. How they are reached is named here and kept elsewhere."""

    id: PersonId
    name: str = ""
    language: str | None = None
    channels: tuple[ChannelName, ...] = ()
    """By which they are told, the best first; none: by those of ``staff``."""
    contact: str = ""
    """Under which id the contact store has their number and mail address; empty: their own."""
    skills: tuple[str, ...] = ()
    site: str = ""
    """Where they set out from: a site of the inventory."""
    away: tuple[Absence, ...] = ()

    def is_away(self, at: datetime) -> bool:
        """Say whether nobody can count on them at a moment."""
        return any(one.starts <= at < one.ends for one in self.away)

    def next_change(self, after: datetime) -> datetime | None:
        """Return when they next leave or come back; None: never, as far as anybody wrote."""
        moments = (moment for one in self.away for moment in (one.starts, one.ends))
        return min((moment for moment in moments if moment > after), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A duty, who may have it, and who has it where no rota says so."""

    id: RoleName
    name: str = ""
    people: tuple[PersonId, ...] = ()
    """Who may have it. Without a rota the first who is not away has it."""
    fallback: RoleName | None = None
    """Whose turn it is where nobody has this duty: whoever has that one."""
    announcement: str = ""
    """The machine that has it where no person does: an answering machine, a recorded voice."""
    may: tuple[str, ...] = RIGHTS
    """What its people may do by a message: stop public words, take an incident back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Somebody takes a duty for a while, as a file says; both times UTC."""

    id: str
    role: RoleName
    person: PersonId
    starts: datetime
    ends: datetime
    why: str = ""


Cover = Swap | DutyOverridden
"""Somebody takes a duty for a while, whatever the rotas say; later ones hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody, every duty and every rota."""

    persons: Mapping[PersonId, Person] = field(default_factory=dict)
    roles: Mapping[RoleName, Role] = field(
        default_factory=lambda: {ON_CALL: Role(id=ON_CALL, name="on call")}
    )
    rotas: tuple[Rota, ...] = ()
    """In the order in which they hold: each over those before it."""
    swaps: tuple[Swap, ...] = ()

    def rotas_of(self, role: RoleName) -> tuple[Rota, ...]:
        """Return the rotas of a role, the one that holds over all others last."""
        return tuple(rota for rota in self.rotas if rota.role == role)

    def is_planned(self, role: RoleName) -> bool:
        """Say whether files say who has a role when."""
        rotas = any(one.role == role for one in self.rotas)
        return rotas or any(one.role == role for one in self.swaps)
