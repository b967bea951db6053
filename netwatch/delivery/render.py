"""Facts -> words: per language, channel and audience, at the last moment."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from netwatch.delivery.sms import fitted, folded_where_it_saves
from netwatch.delivery.wording_answers import AreasOf, answer_text
from netwatch.delivery.wording_approval import approval_values
from netwatch.delivery.wording_outage import (
    LONGEST_DETAIL,
    next_update,
    public_values,
    staff_values,
)
from netwatch.delivery.wording_posts import FIRST_WORDS, goes_below, line, signature, with_hint
from netwatch.delivery.wording_sandbox import Value, compiled, filled
from netwatch.delivery.wording_situation import as_one, situation_values
from netwatch.delivery.wording_speech import Speech
from netwatch.delivery.wording_tasks import list_values, task_text
from netwatch.delivery.wording_values import harmless, seen
from netwatch.delivery.wording_works import about, stage, works_values
from netwatch.delivery.words import (
    ALERT,
    ALL_CLEAR,
    ANY,
    APART,
    APPROVAL,
    BY_HAND,
    FACEBOOK,
    FACEBOOK_LINE,
    HINT,
    LESSON,
    MAIL,
    MERGED,
    MISTAKEN,
    MUTE,
    NEVER_TOLD,
    OF_THEIR_OWN,
    SITUATION,
    SMS,
    STAFF,
    TASK,
    TROUBLE,
    TROUBLE_OVER,
    UPDATE,
    Template,
    Words,
)
from netwatch.model.answers import Answer
from netwatch.model.facts import Cause, NoticeDue, Phase, Purpose
from netwatch.model.network import Network
from netwatch.model.works_words import Told
from netwatch.views.approvals import Request
from netwatch.views.board import Outage
from netwatch.views.tasks import Task


@dataclass(frozen=True, slots=True)
class Text:
    """What a reader gets. SMS has no title. Plain text: who shows it as HTML escapes it."""

    title: str
    body: str
    adds: bool = False
    """Whether it goes below what its post said before, and not in the place of it."""
    written: str = ""
    """What an SMS was before letters were folded or words cut; empty: what it is."""
    link: str = ""
    """Where a press on it leads; empty: to the public page."""


class Renderer:
    """Makes the sentence. Given the same outage and moment it says the same."""

    def __init__(
        self,
        words: Words,
        network: Network,
        name: str,
        timezone: str,
        languages: Sequence[str],
        *,
        page: str = "",
        two_way: Collection[str] = (),
    ) -> None:
        """Take the words in force and what ``netwatch.toml`` says of the operator.

        Args:
            words: of the rulebook.
            network: where areas, sites and risks have their names.
            name: the operator's.
            timezone: in which readers live, as in ``Europe/Warsaw``.
            languages: the operator's; the first serves readers whose own there are no words in.
            page: address of the public page where the rules give none.
            two_way: channels on which what readers answer arrives.
        """
        self._words = words
        self._network = network
        self._name = name
        self._zone = ZoneInfo(timezone)
        self._languages = tuple(languages)
        self._page = page
        self._two_way = frozenset(two_way)

    def notice(
        self,
        outage: Outage,
        phase: Phase,
        channel: str,
        language: str,
        at: datetime,
        *,
        never_told: bool = False,
    ) -> Text:
        """Word a notice for customers.

        Args:
            outage: as it stands.
            phase: which of its words are due.
            channel: its name or kind: ``website``, ``facebook``, ``sms``, ``mail``, ``desk``; those
                without words of their own get the website's.
            language: the reader's; where there are no words in it, the operator's first.
            at: the moment for which it is true.
            never_told: whether its end is the first that the reader hears of it.
        """
        told = (NEVER_TOLD,) if never_told else ()
        stages = (*told, *_in_place_of_cause(outage, phase, at), outage.cause)

        def values(speech: Speech) -> Mapping[str, Value]:
            return public_values(outage, phase, at, speech)

        return self._public(phase, stages, channel, language, values)

    def situation(
        self, parts: Sequence[Outage], phase: Phase, channel: str, language: str, at: datetime
    ) -> Text:
        """Word one notice about many outages, in the order in which they are repaired.

        Args:
            parts: the outages, those that hit most people first; none need be open any more.
            phase: ``confirmed`` at first, ``update`` with the list anew, ``restored`` at the end.
            channel: as for one outage.
            language: the reader's.
            at: the moment for which it is true.
        """

        def values(speech: Speech) -> Mapping[str, Value]:
            return situation_values(parts, phase, at, speech)

        return self._public(phase, (SITUATION,), channel, language, values)

    def of_line(
        self, phase: str, channel: str, language: str, at: datetime, since: datetime | None = None
    ) -> Text:
        """Word what the support desk says of one line: fine, not known, alone, suspended.

        Args:
            phase: one of ``DESK_PHASES``.
            channel: ``desk`` for the phone, ``chat``, ``messenger`` or ``mail``.
            language: the caller's.
            at: the moment for which it is true.
            since: since when it is so; else the words name no time but ``at``.
        """
        of = replace(as_one((), at), since=since or at)

        def values(speech: Speech) -> Mapping[str, Value]:
            return public_values(of, Phase.SUSPECTED, at, speech)

        return self._public(phase, (), channel, language, values)

    def credit(self, money: str, begins: datetime, language: str, at: datetime) -> str:
        """Word what a contract owes by now; without ``money`` nothing yet, but from when on."""
        speech = self._speech(self._wishes(language)[0])
        if money:
            return speech.spelt("credit.so-far", money)
        return speech.spelt("credit.none", speech.clock(begins, at))

    def works(
        self, parts: Sequence[Outage], told: Told, channel: str, language: str, at: datetime
    ) -> Text:
        """Word what single readers are told of planned works.

        Args:
            parts: the works, as at each of the times told of; of those moved the old, then the new.
            told: what is told of them.
            channel: as for an outage.
            language: the reader's.
            at: the moment for which it is true.
        """

        def values(speech: Speech) -> Mapping[str, Value]:
            return works_values(parts, told, at, speech)

        stages = (*about(told, parts), Cause.CHANGE)
        return self._public(Phase.PLANNED, stages, channel, language, values)

    def _public(
        self,
        phase: str,
        stages: tuple[str, ...],
        channel: str,
        language: str,
        values_for: Callable[[Speech], Mapping[str, Value]],
    ) -> Text:
        template = self._words.find(phase, stages, channel, self._wishes(language))
        kind = self._words.kind(channel)
        answers = channel in self._two_way
        speech = self._speech(template.language, short=kind == SMS, two_way=answers)
        values = values_for(speech)
        text = self._fill(template, values)
        alone = SITUATION not in stages
        if kind == SMS:
            whole = text.body
            if answers and (phase in FIRST_WORDS or NEVER_TOLD in stages):
                whole = with_hint(whole, speech)
            body = fitted(
                folded_where_it_saves(whole, template.language), self._words.sms.most_segments
            )
            return Text("", body, written=whole if body != whole else "")
        if kind == MAIL:
            return Text(text.title, f"{text.body}\n\n{signature(values, speech)}")
        if goes_below(kind, phase, template, alone=alone):
            when = values["restored"] if phase is Phase.RESTORED else values["now"]
            return Text("", line(str(when), text.title, text.body), adds=True)
        no_outage = template.cause in OF_THEIR_OWN and alone
        if kind != FACEBOOK or phase is not Phase.CONFIRMED or no_outage:
            return text
        lines = self._in_other_languages(template.language, alone, values_for)
        return Text(text.title, "\n".join((text.body, *lines)))

    def _in_other_languages(
        self, said: str, alone: bool, values_for: Callable[[Speech], Mapping[str, Value]]
    ) -> Iterator[str]:
        """Yield what a post says to those who do not read its language, a line each."""
        alike = ANY if alone else SITUATION
        for language in self._languages:
            key = (Phase.CONFIRMED.value, alike, FACEBOOK_LINE, language)
            template = self._words.templates.get(key)
            if template is not None and language != said:
                yield self._fill(template, values_for(self._speech(language))).body

    def staff(
        self,
        outage: Outage,
        purpose: Purpose,
        language: str,
        at: datetime,
        *,
        missed: datetime | None = None,
    ) -> Text:
        """Word a message for the person on duty: what, how many, since when, what to do next.

        Args:
            outage: as it stands.
            purpose: why the staff is told.
            language: the reader's.
            at: the moment for which it is true.
            missed: by when customers were promised news that did not come.
        """
        phase = {Purpose.ALERT: ALERT, Purpose.ALL_CLEAR: ALL_CLEAR}.get(purpose, UPDATE)
        ending = _ending(outage) if phase == ALL_CLEAR else ()
        mute = (MUTE,) if outage.mute else ()
        matter = (*ending, *mute, outage.kind, outage.cause)
        template = self._words.find(phase, matter, STAFF, self._wishes(language))
        speech = self._speech(template.language)
        return self._fill(template, staff_values(outage, at, speech, missed))

    def trouble(self, due: NoticeDue, language: str) -> Text:
        """Word what is about no incident: a sick channel, a full disk, reports unexplained."""
        phase = TROUBLE if due.purpose is Purpose.TROUBLE else TROUBLE_OVER
        phase = HINT if due.phase is Phase.SUSPECTED else phase
        phase = LESSON if due.purpose is Purpose.LESSON else phase
        template = self._words.find(phase, (), STAFF, self._wishes(language))
        speech = self._speech(template.language)
        values: dict[str, Value] = {
            "name": harmless(self._name),
            "now": speech.clock(due.at, due.at),
            "where": harmless(due.subject),
            "what": harmless(_sentences(_news(due)), LONGEST_DETAIL),
        }
        return self._fill(template, values)

    def approval(self, request: Request, outage: Outage, says: str, language: str) -> Text:
        """Word the question whether words may go, with the words themselves."""
        template = self._words.find(APPROVAL, (), STAFF, self._wishes(language))
        speech = self._speech(template.language)
        return self._fill(template, approval_values(request, outage, says, speech))

    def answer(self, answer: Answer, areas_of: AreasOf, language: str, at: datetime) -> Text:
        """Word what one of the staff is answered: what was done, or what is asked back."""
        body = answer_text(answer, areas_of, at, self._speech(language))
        return Text(answer.incident or harmless(self._name), seen(body))

    def tasks(self, tasks: Sequence[Task], outage: Outage, language: str, at: datetime) -> Text:
        """Word what the plan asks of one of the staff: all of it in one message."""
        template = self._words.find(TASK, (), STAFF, self._wishes(language))
        speech = self._speech(template.language)
        return self._fill(template, list_values(tasks, outage, at, speech))

    def task(self, task: Task, outage: Outage, language: str, at: datetime) -> str:
        """Word one task, on one line."""
        return task_text(task, outage, at, self._speech(language))

    def next_update(self, outage: Outage, phase: Phase, at: datetime) -> datetime | None:
        """Return when news is promised, as the words of this phase say it."""
        return next_update(outage, phase, at, self._speech(self._languages[0]))

    def _wishes(self, language: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((language, *self._languages)))

    def _speech(self, language: str, *, short: bool = False, two_way: bool = False) -> Speech:
        return Speech(
            name=self._name,
            page=self._page_in(language),
            words=self._words,
            network=self._network,
            languages=(language,),
            zone=self._zone,
            short=short,
            two_way=two_way,
        )

    def _page_in(self, language: str) -> str:
        """Return where a language of the page lies, the first at its root."""
        if not self._page or language not in self._languages[1:]:
            return self._page
        return f"{self._page.rstrip('/')}/{language}/"

    def _fill(self, template: Template, values: Mapping[str, Value]) -> Text:
        title = filled(compiled(template.title), values)
        body = filled(compiled(template.body), values)
        return Text(seen(" ".join(title.split())), "\n".join(map(seen, body.splitlines())))


def _news(due: NoticeDue) -> str:
    """Return what happened without where, which the title tells already; it begins a sentence."""
    detail = due.detail.removeprefix(due.subject).lstrip(" :") if due.subject else due.detail
    if not set("./:_").isdisjoint(detail.partition(" ")[0]):
        return detail  # a file, a device: it is called as it is
    return detail[:1].upper() + detail[1:]


def _sentences(detail: str) -> str:
    """Return what happened on one line, what stood on lines of its own as sentences."""
    lines = (line.strip().rstrip(".") for line in detail.splitlines())
    return ". ".join(line[:1].upper() + line[1:] if n else line for n, line in enumerate(lines))


def _in_place_of_cause(outage: Outage, phase: Phase, at: datetime) -> tuple[str, ...]:
    """Return what matters more to customers than the cause."""
    if phase is Phase.PLANNED:
        return stage(outage, at)
    if phase is Phase.CORRECTED and outage.merged_into is not None:
        return (MERGED,)
    return (APART,) if phase is Phase.UPDATE and outage.nearly_over else ()


def _ending(outage: Outage) -> tuple[str, ...]:
    """Return what ended it, where nothing was seen working again."""
    if outage.merged_into is not None:
        return (MERGED,)
    if outage.mistaken:
        return (MISTAKEN,)
    return (BY_HAND,) if outage.closed_by and outage.restored_at is None else ()
