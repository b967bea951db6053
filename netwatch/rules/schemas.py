"""What may stand in a rule file: sections, their fields, their limits. The reference is made of it.

An entry of a list has a key (its ``id``, or for words phase, cause, channel and language) and
replaces the entry of that key as a whole. A section that is a mapping is replaced field by field.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from netwatch.correlation.rules import CorrelationRules
from netwatch.delivery.words import ANY, PUBLIC_PHASES, WEBSITE, StopHint
from netwatch.model.facts import Severity
from netwatch.rules.entries import Chance, Count, Entry, Language, Line, Name, Odds, Span
from netwatch.rules.schemas_drills import DrillEntry
from netwatch.rules.schemas_ladders import LadderEntry, StaffCapsSection
from netwatch.rules.schemas_people import (
    ClockSection,
    HolidaysEntry,
    PersonEntry,
    RoleEntry,
    RotaEntry,
    SwapEntry,
)
from netwatch.rules.schemas_policy import (
    ApprovalsSection,
    CapsSection,
    ChannelEntry,
    PolicyEntry,
    Prices,
    PromiseEntry,
    SituationSection,
)
from netwatch.rules.schemas_tasks import (
    ChasingSection,
    PlaybookEntry,
    StaffingSection,
    TaskEntry,
)

_SURE: Final = CorrelationRules()


class StreakEntry(Entry):
    """A status check: so many bad answers in a row raise an alarm, so many good ones clear it."""

    id: Annotated[Name, Field(description="name of the check, or `default` for all others")]
    bad_in_a_row: Count = 3
    good_in_a_row: Count = 2
    severity: Severity = Severity.MAJOR


class LimitEntry(Entry):
    """A measurement with a limit: above or below raises an alarm."""

    id: Name
    check: Annotated[Name, Field(description="name of the check whose readings are tested")]
    column: Annotated[Line, Field(description="which of its columns")]
    above: Annotated[float | None, Field(description="an alarm above this")] = None
    below: Annotated[float | None, Field(description="an alarm below this")] = None
    hysteresis: Annotated[
        float, Field(ge=0, description="how far back it must come before the alarm clears")
    ] = 0.0
    unit: Line = "1"
    times: Annotated[Count, Field(description="how many readings in a row")] = 2
    severity: Severity = Severity.WARNING

    @model_validator(mode="after")
    def _tests_something(self) -> "LimitEntry":
        if self.above is None and self.below is None:
            raise ValueError("a limit needs 'above' or 'below'")
        if self.above is not None and self.below is not None and self.below >= self.above:
            raise ValueError("'below' must be less than 'above'")
        return self


class Flapping(Entry):
    """When a state that comes and goes is called flapping instead of down."""

    changes: Annotated[int, Field(ge=2, le=1000, description="changes of state")] = 4
    over: Annotated[Span, Field(description="within this time")] = timedelta(minutes=5)
    calm: Annotated[Span, Field(description="quiet for so long ends it")] = timedelta(minutes=10)


class Blindness(Entry):
    """When netwatch admits that it cannot see a device."""

    in_a_row: Annotated[Count, Field(description="probes in a row that could not be sent")] = 3


class PriorEntry(Entry):
    """How likely something is to have failed at a given moment, before anything is seen."""

    id: Annotated[
        Name, Field(description="a kind of device, or `device`, `link`, `port`, `risk` for all")
    ]
    log_chance: Annotated[
        float, Field(lt=0, ge=-40, description="natural logarithm of the chance: -7 is 0.09 %")
    ]


class Confidence(Entry):
    """How sure is sure."""

    lost: Annotated[Chance, Field(description="chance that a working element seems down")] = (
        _SURE.lost
    )
    spurious: Annotated[Chance, Field(description="chance that a dead one seems up")] = (
        _SURE.spurious
    )
    alert_odds: Annotated[Odds, Field(description="odds at which the staff is alerted")] = (
        _SURE.alert_odds
    )
    degraded_odds: Annotated[
        Odds, Field(description="odds at which the staff hears of lost redundancy")
    ] = _SURE.degraded_odds
    confirm_odds: Annotated[Odds, Field(description="odds at which customers are told")] = (
        _SURE.confirm_odds
    )
    confirm_rounds: Annotated[Count, Field(description="looks that agree before that")] = (
        _SURE.confirm_rounds
    )
    confirm_over: Annotated[Span, Field(description="over at least this time")] = _SURE.confirm_over
    confirm_over_few: Annotated[
        Span, Field(description="over at least this time where few elements tell of it")
    ] = _SURE.confirm_over_few
    few: Annotated[Count, Field(description="how many are few")] = _SURE.few
    settle: Annotated[Span, Field(description="longest wait for second looks")] = _SURE.settle
    fresh: Annotated[Span, Field(description="older answers count no more")] = _SURE.fresh
    report_weight: Annotated[
        float, Field(ge=0, le=3, description="what one customer's report weighs, as a logarithm")
    ] = _SURE.report_weight
    report_most: Annotated[
        float, Field(ge=0, le=6, description="the most that all reports of one fault weigh")
    ] = _SURE.report_most
    reports_confirm: Annotated[
        Count, Field(description="so many reports make a fault of few elements surer")
    ] = _SURE.reports_confirm
    flap_calm: Annotated[Span, Field(description="quiet for so long ends flapping")] = (
        _SURE.flap_calm
    )
    close_after: Annotated[
        Span, Field(description="how long all must have worked before an incident closes")
    ] = _SURE.close_after


class Staff(Entry):
    """Who of the staff is told, and how."""

    tell: Annotated[
        tuple[Name, ...], Field(min_length=1, description="roles or people that get alerts")
    ] = ("on-call",)
    channels: Annotated[
        tuple[Name, ...], Field(min_length=1, description="channels of netwatch.toml")
    ] = ("duty",)


class Sms(Entry):
    """What SMS costs, and how long one may grow."""

    price: Annotated[
        float | None, Field(ge=0, le=1000, description="price of one segment; empty: not known")
    ] = None
    currency: Annotated[str, Field(max_length=8)] = ""
    most_segments: Annotated[int, Field(ge=1, le=10, description="longer texts are cut")] = 4
    stop_hint: Annotated[
        StopHint,
        Field(
            description="where answers arrive, how to stop them is said with the first words: "
            "`free` where that takes no further segment"
        ),
    ] = StopHint.FREE


class OperatorSection(Entry):
    """What readers are told of you."""

    phone: Annotated[str, Field(max_length=40, description="the number customers ring")] = ""
    report: Annotated[str, Field(max_length=120, description="link to report a fault")] = ""
    unsubscribe: Annotated[
        str, Field(max_length=120, description="link by which readers of mails stop them")
    ] = ""
    pages: Annotated[
        dict[str, Annotated[str, Field(max_length=120)]],
        Field(
            default_factory=dict,
            description="address of the public page by language; `any` for all others",
        ),
    ]


class PhraseEntry(Entry):
    """A piece that templates put in: a service's name, what is said of a cause."""

    id: Annotated[str, Field(max_length=60)]
    language: Language
    text: Line


class ReaderEntry(Entry):
    """Somebody who grew up with a language has read its words. Nobody has read those that ship."""

    language: Language
    by: Annotated[Line, Field(min_length=1, description="who, and when: `Ewa, 2026-11-20`")]


class WordsEntry(Entry):
    """The words of one phase, for one cause, channel and language."""

    phase: Annotated[
        Literal[
            "suspected",
            "confirmed",
            "update",
            "restored",
            "corrected",
            "planned",
            "fine",
            "line",
            "suspended",
            "unknown",
            "alert",
            "all-clear",
            "trouble",
            "trouble-over",
            "hint",
            "lesson",
            "approval",
            "task",
        ],
        Field(
            description="`fine` and `unknown` are what the support desk says of a line; the last "
            "seven, and `update` on the channel `staff`, are for the staff"
        ),
    ]
    cause: Annotated[
        str,
        Field(
            description="a cause; for the staff also a kind of incident; `merged`, `apart`; of "
            "planned works `remind`, `several`, `start`, `end`, `cancelled`, `moved`; or `any`"
        ),
    ] = ANY
    channel: Annotated[
        Name,
        Field(
            description="`website`, `sms`, `mail`, `desk` (said on the phone), `chat`, "
            "`messenger`, `announcement` (said by a machine), `staff`, or a channel's name"
        ),
    ] = WEBSITE
    language: Language
    title: Annotated[str, Field(max_length=1000)] = ""
    body: Annotated[str, Field(min_length=1, max_length=4000)]


class CommitmentEntry(Entry):
    """What customers of some plans were promised. The desk is told of it; nothing is paid by it."""

    id: Name
    plans: Annotated[tuple[Line, ...], Field(description="as the inventory's `plan` names them")]
    notice_within: Annotated[Span, Field(description="told within")]
    repair_within: Annotated[Span | None, Field(description="repaired within")] = None
    credit_after: Annotated[
        Span | None, Field(description="without service for so long, a credit begins; else none")
    ] = None
    credit_per_hour: Annotated[
        float, Field(ge=0, le=1_000_000, description="credit for an hour, counted to the minute")
    ] = 0.0
    credit_most: Annotated[
        float | None, Field(ge=0, le=1_000_000, description="the most credit of one outage")
    ] = None
    currency: Annotated[str, Field(max_length=8, description="of the credit: `PLN`")] = ""


class AcceptedEntry(Entry):
    """A defect that `netwatch plan` finds, known and accepted for a while."""

    id: Name
    kind: Annotated[Name, Field(description="as `netwatch plan` names it: `shared-risk`")]
    element: Annotated[Line, Field(description="as `netwatch plan` names it: `risk:duct-12`")]
    why: Annotated[Line, Field(description="what is being done about it, or why nothing is")]
    until: Annotated[
        date | None, Field(description="a day, 2027-06-30; from then on it is told again")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A key at the top of a rule file."""

    folder: str
    name: str
    model: type[Entry]
    key: tuple[str, ...] = ("id",)
    """What makes an entry this one and no other; empty: the section is one mapping."""


_WORDS_KEY: Final = ("phase", "cause", "channel", "language")
SECTIONS: Final = (
    Section(folder="checks", name="streaks", model=StreakEntry),
    Section(folder="checks", name="limits", model=LimitEntry),
    Section(folder="checks", name="flapping", model=Flapping, key=()),
    Section(folder="checks", name="blindness", model=Blindness, key=()),
    Section(folder="correlation", name="priors", model=PriorEntry),
    Section(folder="correlation", name="confidence", model=Confidence, key=()),
    Section(folder="response", name="staff", model=Staff, key=()),
    Section(folder="response", name="playbooks", model=PlaybookEntry),
    Section(folder="response", name="tasks", model=TaskEntry),
    Section(folder="response", name="chasing", model=ChasingSection, key=()),
    Section(folder="response", name="staffing", model=StaffingSection, key=()),
    Section(folder="response", name="ladders", model=LadderEntry),
    Section(folder="response", name="staff_caps", model=StaffCapsSection, key=()),
    Section(folder="notices", name="policy", model=PolicyEntry),
    Section(folder="notices", name="channels", model=ChannelEntry),
    Section(folder="notices", name="promises", model=PromiseEntry),
    Section(folder="notices", name="approvals", model=ApprovalsSection, key=()),
    Section(folder="notices", name="situation", model=SituationSection, key=()),
    Section(folder="notices", name="caps", model=CapsSection, key=()),
    Section(folder="notices", name="prices", model=Prices, key=()),
    Section(folder="notices", name="sms", model=Sms, key=()),
    Section(folder="notices", name="operator", model=OperatorSection, key=()),
    Section(folder="notices", name="phrases", model=PhraseEntry, key=("language", "id")),
    Section(folder="notices", name="readers", model=ReaderEntry, key=("language",)),
    Section(folder="notices", name="words", model=WordsEntry, key=_WORDS_KEY),
    Section(folder="commitments", name="commitments", model=CommitmentEntry),
    Section(folder="people", name="people", model=PersonEntry),
    Section(folder="people", name="roles", model=RoleEntry),
    Section(folder="people", name="clock", model=ClockSection, key=()),
    Section(folder="people", name="rotas", model=RotaEntry),
    Section(folder="people", name="swaps", model=SwapEntry),
    Section(folder="people", name="holidays", model=HolidaysEntry),
    Section(folder="plan", name="accepted", model=AcceptedEntry),
    Section(folder="drills", name="drills", model=DrillEntry),
)
FOLDERS: Final = tuple(dict.fromkeys(section.folder for section in SECTIONS))
KEY_DEFAULTS: Final = {"cause": ANY, "channel": WEBSITE}
"""What a key's part is where it is not written."""
if not set(PUBLIC_PHASES) < set(WordsEntry.model_json_schema()["properties"]["phase"]["enum"]):
    raise AssertionError("words must be possible for every public phase")
