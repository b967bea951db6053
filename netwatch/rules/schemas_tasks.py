"""What rule files may say of who does what when something breaks: playbooks and their tasks."""

from datetime import timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from netwatch.model.facts import Cause, IncidentKind
from netwatch.model.task_facts import Rank
from netwatch.response.playbooks import LONGEST_WAIT, Chasing, Known, Staffing, When
from netwatch.rules.entries import Entry, Language, Name, Span
from netwatch.rules.schemas_people import DAYS, Day
from netwatch.rules.schemas_policy import DayHours, People

_CHASING: Final = Chasing()
_STAFFING: Final = Staffing()

TaskWords = Annotated[str, Field(min_length=1, max_length=600)]
Factor = Annotated[float, Field(ge=0, le=20)]


class WhenEntry(Entry):
    """To which incidents it applies; all that is named must hold."""

    causes: Annotated[tuple[Cause, ...], Field(description="only of these; empty: of any")] = ()
    kinds: Annotated[tuple[IncidentKind, ...], Field(description="only these; empty: any")] = ()
    least_people: Annotated[
        People, Field(description="only if so many were without service at the worst")
    ] = 0
    most_people: Annotated[People | None, Field(description="only if no more were")] = None
    least_critical: Annotated[
        People, Field(description="only if so many critical subscribers are among them")
    ] = 0
    hours: Annotated[DayHours, Field(description="only then, local time: `22:00-06:00`")] = None
    days: Annotated[tuple[Day, ...], Field(description="only on these; empty: always")] = ()

    def when(self) -> When:
        """Return what the stage obeys."""
        return When(
            causes=self.causes,
            kinds=self.kinds,
            least_people=self.least_people,
            most_people=self.most_people,
            least_critical=self.least_critical,
            hours=self.hours,
            days=tuple(sorted(DAYS.index(day) for day in self.days)),
        )

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        if self.most_people is not None and self.most_people < self.least_people:
            raise ValueError("'most_people' is less than 'least_people': it never applies")
        return self


class PlaybookEntry(WhenEntry):
    """The tasks for one kind of trouble. Of those that apply the one that names most is the plan.

    Of two that name as much the later one counts: yours stand behind those that ship.
    """

    id: Name
    tasks: Annotated[
        tuple[Name, ...], Field(min_length=1, description="ids of `tasks`, in their order")
    ]


class TaskEntry(WhenEntry):
    """One thing to do: by whom, by when, after what, and when it is not to be done."""

    id: Annotated[
        Name, Field(description="`customers-told` is what netwatch does itself, before any crew")
    ]
    role: Annotated[Name, Field(description="of `people/`; nobody has it: whoever gets alerts")]
    order: Annotated[
        Rank,
        Field(
            description="customers before crew before repair; `aftercare` once it works again. A "
            "crew waits for customers to be told for `crew_waits`, a repair for the crew's tasks "
            "until they are late"
        ),
    ] = Rank.REPAIR
    words: Annotated[
        dict[Language, TaskWords],
        Field(
            min_length=1,
            description="by language, to be read at night; values as in the staff's words, and "
            "`calls`, `phone_seats`, `chat_seats`, `critical`, `deadline`",
        ),
    ]
    within: Annotated[Span | None, Field(description="its deadline; empty: none")] = None
    counts_from: Annotated[
        Literal["given", "start"],
        Field(description="from when: it was given, after what it needs; or the staff was alerted"),
    ] = "given"
    needs: Annotated[
        tuple[Name, ...], Field(description="tasks that have to end before it is given")
    ] = ()
    after: Annotated[Span, Field(description="it is given when the incident is so old")] = (
        timedelta(0)
    )
    told_on: Annotated[
        tuple[Name, ...],
        Field(description="it is given once customers were told by each of these channels"),
    ] = ()
    only_if: Annotated[tuple[Known, ...], Field(description="only while all of this is so")] = ()
    unless: Annotated[tuple[Known, ...], Field(description="not while any of this is so")] = ()
    done_when: Annotated[
        tuple[Known, ...], Field(description="done by itself when all of this is so")
    ] = ()
    then: Annotated[
        Name | None, Field(description="who is told when the reminder did not help")
    ] = None
    quiet: Annotated[
        bool, Field(description="nobody is sent a message because of it; it stands in the list")
    ] = False


class ChasingSection(Entry):
    """What becomes of tasks that are late: whoever has one is reminded, then another is told."""

    crew_waits: Annotated[
        Span, Field(description="so long at most a crew waits for customers to be told")
    ] = _CHASING.crew_waits
    climbs_after: Annotated[
        Span, Field(description="so long after the reminder somebody else is told")
    ] = _CHASING.climbs_after
    then: Annotated[Name, Field(description="who that is, where the task does not say")] = str(
        _CHASING.then
    )
    forgotten_after: Annotated[
        Span, Field(description="nobody asks for a task so long after its deadline")
    ] = _CHASING.forgotten_after

    @model_validator(mode="after")
    def _holds_nobody_up(self) -> Self:
        if self.crew_waits > LONGEST_WAIT:
            raise ValueError("'crew_waits' is at most 60s: no crew waits longer for a notice")
        if self.climbs_after < timedelta(minutes=1):
            raise ValueError("'climbs_after' is at least 1m: nobody answers faster")
        return self


class StaffingSection(Entry):
    """How many call in the next half hour, and how many it takes to answer them.

    People without service x `share` x the hour's factor x what earlier outages taught.
    """

    share: Annotated[float, Field(ge=0, le=1, description="of those without service, by day")] = (
        _STAFFING.share
    )
    night: Annotated[Factor, Field(description="factor from 23 to 7 o'clock")] = _STAFFING.night
    evening: Annotated[Factor, Field(description="factor from 17 to 22 o'clock")] = (
        _STAFFING.evening
    )
    per_phone: Annotated[
        int, Field(ge=1, le=1000, description="calls that one person takes in half an hour")
    ] = _STAFFING.per_phone
    per_chat: Annotated[
        int, Field(ge=1, le=1000, description="chats that one person answers meanwhile")
    ] = _STAFFING.per_chat
    chat_share: Annotated[
        float, Field(ge=0, le=1, description="so many of all come by chat and Facebook")
    ] = _STAFFING.chat_share
