"""What rule files may say of who is called when nobody takes an incident, and how often at most."""

from datetime import timedelta
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from netwatch.response.rungs import Caps
from netwatch.rules.entries import Entry, Name, Span
from netwatch.rules.schemas_tasks import WhenEntry

_CAPS: Final = Caps()
SOONEST: Final = timedelta(minutes=1)


class RungEntry(Entry):
    """Who is called next."""

    after: Annotated[Span, Field(description="so long after the first alert")]
    roles: Annotated[
        tuple[Name, ...],
        Field(description="whoever has these; nobody has any of them: `chasing.then`"),
    ] = ()
    by: Annotated[
        tuple[Name, ...],
        Field(description="the first of these channels that is set up; none: the person's own"),
    ] = ()
    everyone: Annotated[
        bool, Field(description="all who may have the role and are not away, at once")
    ] = False


class LadderEntry(WhenEntry):
    """Who is called, one after another, until somebody takes the incident.

    Of those that apply the one that stands last is the one: yours stand behind those that ship. An
    incident without a ladder is chased as a late task. Without people files nobody is called.
    """

    id: Name
    commitments: Annotated[
        tuple[Name, ...],
        Field(description="only if somebody whom one of these promises binds is without service"),
    ] = ()
    rungs: Annotated[
        tuple[RungEntry, ...], Field(description="in the order of their times; none: no ladder")
    ] = ()
    again: Annotated[
        Span | None, Field(description="so often the last rung is called anew; empty: once")
    ] = None
    breaks_through: Annotated[
        bool, Field(description="its first alert is no part of a digest, whatever came before")
    ] = False

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        times = [rung.after for rung in self.rungs]
        if times != sorted(set(times)):
            raise ValueError("'rungs' stand in the order of 'after', each later than another")
        if times and times[0] < SOONEST:
            raise ValueError("'after' is at least 1m: nobody answers faster")
        if self.again is not None and self.again < SOONEST:
            raise ValueError("'again' is at least 1m: nobody answers faster")
        return self


class StaffCapsSection(Entry):
    """How many messages one person of the staff gets; the rest stands in digests and on the board.

    X
    """

    an_hour: Annotated[int, Field(ge=6, le=1000, description="at most, digests among them")] = (
        _CAPS.an_hour
    )
    digest_every: Annotated[
        Span, Field(description="so far apart are digests of what was kept back; `15m` to `1h`")
    ] = _CAPS.digest_every

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        if not timedelta(minutes=15) <= self.digest_every <= timedelta(hours=1):
            raise ValueError("'digest_every' is 15m to 1h")
        return self
