"""The words that netwatch has: templates by phase, cause, channel and language, and phrases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from netwatch.model.facts import Cause, IncidentKind, Phase
from netwatch.model.faults import NetwatchError, Place
from netwatch.response.playbooks import Staffing

ANY: Final = "any"
"""The cause of a template that serves every cause that has no words of its own."""
WEBSITE: Final = "website"
SMS: Final = "sms"
DESK: Final = "desk"
"""What the support desk says on the phone."""
CHAT: Final = "chat"
ANNOUNCEMENT: Final = "announcement"
"""What a machine tells a caller before a person answers."""
MESSENGER: Final = "messenger"
"""What the support desk writes there; without words of its own those for chats."""
MAIL: Final = "mail"
FACEBOOK: Final = "facebook"
FACEBOOK_LINE: Final = "facebook-line"
"""What a post in another language says to readers of this one."""
STAFF: Final = "staff"
"""One set of words for whatever channel reaches the staff."""
LAST_RESORT: Final = "en"
"""The language that netwatch always has words in."""

ALERT: Final = "alert"
UPDATE: Final = "update"
ALL_CLEAR: Final = "all-clear"
TROUBLE: Final = "trouble"
TROUBLE_OVER: Final = "trouble-over"
HINT: Final = "hint"
LESSON: Final = "lesson"
"""Customers report what nothing seen explains."""
APPROVAL: Final = "approval"
"""Words wait for a person to agree."""

FINE: Final = "fine"
"""In place of a phase, for the support desk: nothing is seen that is wrong with a line."""
UNKNOWN: Final = "unknown"
"""In place of a phase, for the support desk: nothing is known of a line yet."""
LINE: Final = "line"
"""In place of a phase, for the support desk: one home's own line, for which nobody is woken."""
SUSPENDED: Final = "suspended"
"""In place of a phase, for the support desk: the contract is suspended, nothing is broken."""
DESK_PHASES: Final = (FINE, UNKNOWN, LINE, SUSPENDED)
TASK: Final = "task"
"""What the plan asks of one of the staff."""

PUBLIC_PHASES: Final = tuple(phase.value for phase in Phase)
STAFF_PHASES: Final = (
    *(ALERT, UPDATE, ALL_CLEAR, TROUBLE, TROUBLE_OVER, HINT, APPROVAL, TASK),
    LESSON,
)
MERGED: Final = "merged"
"""In place of a cause: it turned out to be part of another incident, and is told there."""
APART: Final = "apart"
"""In place of a cause: it is over but for a few single homes."""
SITUATION: Final = "situation"
"""In place of a cause: many outages at a time, told of as one."""
NEVER_TOLD: Final = "never-told"
"""In place of a cause: it is over before anybody was told of it; one text says both."""
REMIND: Final = "remind"
START: Final = "start"
END: Final = "end"
CANCELLED: Final = "cancelled"
MOVED: Final = "moved"
SEVERAL: Final = "several"
STAGES: Final = (REMIND, SEVERAL, START, END, CANCELLED, MOVED)
"""In place of a cause, of planned works: said again beforehand, several of one day, going on, over,
called off, moved."""
MISTAKEN: Final = "mistaken"
"""In place of a cause, for the staff: it never was."""
BY_HAND: Final = "by-hand"
"""In place of a cause, for the staff: a person ended it; nothing was seen working again."""
MUTE: Final = "mute"
"""In place of a cause, for the staff: a device answers, its management agent does not."""
ENDINGS: Final = (MERGED, MISTAKEN, BY_HAND)
CAUSES: Final = (ANY, *(cause.value for cause in Cause))
IN_PLACE: Final = (MERGED, APART, SITUATION, NEVER_TOLD, *STAGES)
ABOUT_IN: Final[Mapping[str, tuple[Phase, ...]]] = {
    APART: (Phase.UPDATE,),
    MERGED: (Phase.CORRECTED,),
    NEVER_TOLD: (Phase.RESTORED,),
    SITUATION: (Phase.CONFIRMED, Phase.UPDATE, Phase.RESTORED),
    **dict.fromkeys(STAGES, (Phase.PLANNED,)),
}
"""In which phases something stands in the place of the cause."""
PUBLIC_ABOUT: Final = (*CAUSES, *IN_PLACE)
OF_THEIR_OWN: Final = frozenset({Cause.POWER_HOMES.value, *IN_PLACE})
"""What words made for any cause would say wrongly: better the website's than those of a channel."""
STAFF_ABOUT: Final = (*CAUSES, *(kind.value for kind in IncidentKind), MUTE, *ENDINGS)
"""Staff words may differ by the kind of incident too: blindness is worded by itself."""

WordsKey = tuple[str, str, str, str]
"""Phase, cause, channel, language."""


class NoWordsError(NetwatchError):
    """Nothing may be said in this phase: all its words were removed by the rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The words of one phase for one channel in one language; ``place`` is where they stand."""

    phase: str
    cause: str = ANY
    channel: str = WEBSITE
    language: str
    title: str = ""
    body: str
    place: Place

    @property
    def key(self) -> WordsKey:
        """Return what makes it this template and no other."""
        return (self.phase, self.cause, self.channel, self.language)

    @property
    def is_for_staff(self) -> bool:
        """Say whether staff reads it: names of devices may stand in it."""
        return self.channel == STAFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A piece that templates put in: how a service is called, what a cause sounds like."""

    id: str
    language: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """What readers are told of the operator: whom to ring, where to look, where to report."""

    phone: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
    """Address of the public page by language; ``any`` for all others."""
    report: str = ""
    unsubscribe: str = ""
    """Link by which readers of mails stop them."""

    def page(self, language: str) -> str:
        """Return the address of the page in a language, empty when none was given."""
        return self.pages.get(language) or self.pages.get(ANY, "")


class StopHint(StrEnum):
    """When an SMS says how to get no more of them."""

    NEVER = "never"
    FREE = "free"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsTerms:
    """What a segment costs, and the most segments that one message may take."""

    price: float | None = None
    currency: str = ""
    most_segments: int = 4
    stop_hint: StopHint = StopHint.FREE

    def cost(self, segments: int) -> float | None:
        """Return the price of a message; None where nobody said what a segment costs."""
        return None if self.price is None else round(self.price * segments, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All words in force: those that ship, with the operator's put in their place."""

    templates: Mapping[WordsKey, Template]
    phrases: Mapping[tuple[str, str], Phrase]
    """By language and id."""
    operator: Operator = field(default_factory=Operator)
    sms: SmsTerms = field(default_factory=SmsTerms)
    kinds: Mapping[str, str] = field(default_factory=dict)
    """What a channel is, by its name, where that says it not: ``sms`` of ``sms-by-modem``."""
    readers: Mapping[str, str] = field(default_factory=dict)
    """Who has read the words of a language and grew up with it; by language."""
    tasks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What tasks say, by the task's name and by language."""
    staffing: Staffing = field(default_factory=Staffing)
    next_update: Mapping[str, timedelta] = field(default_factory=dict)
    """How soon after a phase began the next news is promised; by phase, ``any`` for all others."""

    def languages(self) -> tuple[str, ...]:
        """Return the languages in which customers can be told something."""
        return tuple(sorted({key[3] for key in self.templates if key[2] == WEBSITE}))

    def speaks(self, language: str) -> bool:
        """Say whether a reader of this language is told something in it."""
        known = self.languages()
        return language in known or language.partition("-")[0] in known

    def kind(self, channel: str) -> str:
        """Return what a channel is; its words are found by that where it has none of its own."""
        return self.kinds.get(channel, channel)

    def find(
        self, phase: str, about: Sequence[str], channel: str, languages: Sequence[str]
    ) -> Template:
        """Return the closest words there are.

        The reader's language counts most, then the channel, then the cause: a channel without
        words of its own takes the website's, and it takes them too for what words made for any
        cause would say wrongly: that the power is out, that it was no outage.

        Args:
            phase: a public phase, or one of ``STAFF_PHASES``.
            about: the cause, or for staff the kind and the cause; the first that has words wins.
            channel: for whom they are.
            languages: as the reader would like them, best first.

        Raises:
            NoWordsError: the rules removed all words of this phase.
        """
        for key in self._keys(phase, about, channel, languages):
            if (template := self.templates.get(key)) is not None:
                return template
        raise NoWordsError(f"no words for {phase} on {channel} in {', '.join(languages)}")

    def _keys(
        self, phase: str, about: Sequence[str], channel: str, languages: Sequence[str]
    ) -> Iterator[WordsKey]:
        common = STAFF if channel == STAFF else WEBSITE
        near = (CHAT,) if channel == MESSENGER else ()
        places = tuple(dict.fromkeys((channel, self.kind(channel), *near, common)))
        for language in widened(languages):
            for cause in about:
                if cause in OF_THEIR_OWN:
                    yield from ((phase, cause, place, language) for place in places)
            for place in places:
                for cause in (*about, ANY):
                    yield (phase, cause, place, language)

    def phrase(self, names: Sequence[str], languages: Sequence[str]) -> Phrase | None:
        """Return the first of some phrases in the first language that has one; None: none has."""
        keys = ((language, name) for language in widened(languages) for name in names)
        return next((self.phrases[key] for key in keys if key in self.phrases), None)


def widened(languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages to try: ``pl-PL`` also as ``pl``, English when nothing else helps."""
    wide = (code for language in languages for code in (language, language.partition("-")[0]))
    return tuple(dict.fromkeys((*wide, LAST_RESORT)))
