"""What is owed + the board -> the words, whoever they are for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from netwatch.delivery.render import Text
from netwatch.delivery.wording_answers import AreasOf
from netwatch.delivery.wording_rungs import unanswered
from netwatch.delivery.wording_situation import as_one
from netwatch.delivery.wording_works import as_outage, at_time
from netwatch.delivery.words import DESK, NEVER_TOLD
from netwatch.model.answers import Answer, answer_of
from netwatch.model.facts import Audience, NoticeDue, Phase, Purpose
from netwatch.model.faults import DeliveryError, NetwatchError, Retry
from netwatch.model.follower_facts import is_follower
from netwatch.model.names import (
    ApprovalId,
    AreaId,
    ChannelName,
    IncidentId,
    MaintenanceId,
    SituationId,
    TaskId,
)
from netwatch.model.works_words import Saying, Time, Told, saying
from netwatch.response.cases import HAND_OVER, PROMISE, RUNG
from netwatch.response.playbooks import NETWATCH
from netwatch.response.rolls import UNSEEN
from netwatch.response.subscribers import BACK
from netwatch.views.approvals import Request
from netwatch.views.board import NOBODY, Board, Outage
from netwatch.views.proof import elements, stamp
from netwatch.views.situations import Situation
from netwatch.views.tasks import Task


class NoSubjectError(NetwatchError):
    """What a question was about is not known any more."""


NO_SITUATION: Final = SituationId("")
NO_WORKS: Final = MaintenanceId("")
TEAM: Final = (Audience.STAFF, Audience.DESK)

Discretion = Callable[[Outage], Outage]
"""Makes an outage one that the public may hear of."""


Afterword = Callable[[NoticeDue, str, str], str]
"""Says what is put below a message: what it is, for which recipient, in which language."""
Invitation = Callable[[ChannelName, str, str], Text]
"""Asks whether an address is its owner's: by which way, which recipient, in which language."""


def nothing_more(_due: NoticeDue, _recipient: str, _language: str) -> str:
    """Put nothing below a message."""
    return ""


def nobody_invited(_channel: ChannelName, _recipient: str, _language: str) -> Text:
    """Invite nobody: nothing says where they would answer."""
    raise DeliveryError(Retry.PERMANENT, "there is no [web] url where they could answer")


class Words(Protocol):
    """What makes sentences; the renderer does."""

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
        """Word a notice for customers."""
        ...

    def situation(
        self, parts: Sequence[Outage], phase: Phase, channel: str, language: str, at: datetime
    ) -> Text:
        """Word one notice about many outages."""
        ...

    def works(
        self, parts: Sequence[Outage], told: Told, channel: str, language: str, at: datetime
    ) -> Text:
        """Word what single readers are told of planned works."""
        ...

    def approval(self, request: Request, outage: Outage, says: str, language: str) -> Text:
        """Word the question whether words may go."""
        ...

    def staff(
        self,
        outage: Outage,
        purpose: Purpose,
        language: str,
        at: datetime,
        *,
        missed: datetime | None = None,
    ) -> Text:
        """Word a message for the person on duty."""
        ...

    def tasks(self, tasks: Sequence[Task], outage: Outage, language: str, at: datetime) -> Text:
        """Word what the plan asks of one of the staff."""
        ...

    def answer(self, answer: Answer, areas_of: AreasOf, language: str, at: datetime) -> Text:
        """Word what one of the staff is answered."""
        ...

    def trouble(self, due: NoticeDue, language: str) -> Text:
        """Word a message about netwatch itself."""
        ...

    def next_update(self, outage: Outage, phase: Phase, at: datetime) -> datetime | None:
        """Return when news is promised."""
        ...


ALL_OF_IT: Final = "→ netwatch oncall brief"
"""Where who comes on duty reads of everything that goes on."""


@dataclass(frozen=True, slots=True)
class Scribe:
    """Chooses the words for a debt; the staff is told even where words are missing."""

    words: Words

    def text(
        self,
        due: NoticeDue,
        board: Board,
        language: str,
        at: datetime,
        *,
        discreet: Discretion | None = None,
    ) -> Text:
        """Return what is said.

        Args:
            due: what is owed.
            board: the incidents as they stand.
            language: the reader's.
            at: the moment for which it is true.
            discreet: makes an outage one that the public may hear of.

        Raises:
            DeliveryError: there are no words for customers in this phase; permanent.
        """
        outage = board.outages.get(due.incident) if due.incident else None
        try:
            if outage is None:
                return self._of_none(due, board, language, at, discreet)
            if due.audience is Audience.STAFF:
                return self._to_staff(due, board, outage, language, at)
            if due.audience is Audience.DESK:
                return self.words.notice(outage, due.phase, DESK, language, at)
            if discreet is not None and _is_for_anybody(due):
                outage = discreet(outage)
            elif due.audience is Audience.SUBSCRIBERS and due.phase is Phase.RESTORED:
                outage = ended_for_him(outage, _back_since(due))
            late = due.detail == NEVER_TOLD
            return self.words.notice(outage, due.phase, due.channel, language, at, never_told=late)
        except NetwatchError as fault:
            if due.audience in TEAM:
                return plain(due, outage)
            raise DeliveryError(Retry.PERMANENT, f"there are no words: {fault}") from fault
        except Exception as bug:
            if due.audience not in TEAM:
                raise
            simple = plain(due, outage)
            return Text(simple.title, f"{simple.body}\n(a bug met the words: {type(bug).__name__})")

    def _to_staff(
        self, due: NoticeDue, board: Board, outage: Outage, language: str, at: datetime
    ) -> Text:
        if due.purpose is Purpose.TASK:
            return self.words.tasks(_tasks(due, board), outage, language, at)
        missed = datetime.fromisoformat(due.detail) if due.subject == PROMISE else None
        told = self.words.staff(outage, due.purpose, language, at, missed=missed)
        if due.subject == RUNG:
            return replace(told, body=f"{unanswered(due.detail, language)}\n{told.body}")
        return self._brief(told, board, outage, language, at) if due.subject == HAND_OVER else told

    def _brief(self, told: Text, board: Board, outage: Outage, language: str, at: datetime) -> Text:
        """Return words to who comes on duty, with what is to be done and where all of it stands."""
        held = board.tasks.get(outage.incident, {}).values()
        tasks = [task for task in held if task.is_open and task.role != NETWATCH]
        more = [self.words.tasks(tasks, outage, language, at).body] if tasks else []
        return replace(told, body="\n".join((told.body, *more, ALL_OF_IT)))

    def _of_none(
        self, due: NoticeDue, board: Board, language: str, at: datetime, discreet: Discretion | None
    ) -> Text:
        """Word what is about no incident: planned works, and our own troubles."""
        if due.purpose is Purpose.APPROVAL:
            return self._asking(due, board, language, at, discreet)
        if due.purpose is Purpose.ANSWER:
            return self._answering(due, board, language, at)
        if due.audience in TEAM:
            return self.words.trouble(due, language)
        situation = board.situations.get(SituationId(due.subject))
        if situation is not None:
            parts = _parts(situation, board, discreet)
            return self.words.situation(parts, due.phase, due.channel, language, at)
        said = saying(due.detail) if due.audience is Audience.SUBSCRIBERS else None
        if said is not None:
            hidden = discreet if _is_for_anybody(due) else None
            parts = _works(said, board, hidden)
            return self.words.works(parts, said.told, due.channel, language, at)
        work = board.works.get(MaintenanceId(due.subject))
        if work is None:
            about = due.incident or due.subject
            raise DeliveryError(Retry.PERMANENT, f"{about} is not known any more")
        outage = as_outage(work, due.revision)
        outage = outage if discreet is None else discreet(outage)
        return self.words.notice(outage, due.phase, due.channel, language, at)

    def _answering(self, due: NoticeDue, board: Board, language: str, at: datetime) -> Text:
        """Word an answer to a message of the staff."""

        def areas_of(incident: str) -> Sequence[AreaId]:
            outage = board.outages.get(IncidentId(incident))
            return () if outage is None else outage.areas

        answer = answer_of(due.detail)
        return (
            plain(due, None)
            if answer is None
            else self.words.answer(answer, areas_of, language, at)
        )

    def waiting(
        self, request: Request, board: Board, at: datetime, discreet: Discretion | None = None
    ) -> Text:
        """Return the words that wait for people, in the language that customers hear first.

        Raises:
            NetwatchError: there are none, or what they are about is not known any more.
        """
        fact = request.fact
        situation = board.situations.get(fact.situation or NO_SITUATION)
        if situation is not None:
            parts = _parts(situation, board, discreet)
            return self.words.situation(parts, fact.phase, fact.channel, "", at)
        if fact.maintenance is not None:
            parts = [_asked_about(request, board)]
            return self.words.works(parts, Told(fact.told), fact.channel, "", at)
        outage = _asked_about(request, board)
        told = outage if discreet is None else discreet(outage)
        return self.words.notice(told, fact.phase, fact.channel, "", at)

    def _asking(
        self, due: NoticeDue, board: Board, language: str, at: datetime, discreet: Discretion | None
    ) -> Text:
        """Word the question whether words may go."""
        request = board.approvals.get(ApprovalId(due.subject))
        if request is None:
            return plain(due, None)
        says = self.waiting(request, board, at, discreet)
        outage = _asked_about(request, board)
        return self.words.approval(request, outage, f"{says.title} {says.body}", language)


def _asked_about(request: Request, board: Board) -> Outage:
    """Return the outage that a question is about, or many as one."""
    situation = board.situations.get(request.fact.situation or NO_SITUATION)
    if situation is not None:
        return as_one(_parts(situation, board, None), request.fact.at)
    work = board.works.get(request.fact.maintenance or NO_WORKS)
    if work is not None:
        time = Time(work.id, work.starts, work.ends)
        return at_time(work, time, Told(request.fact.told))
    outage = board.outages.get(request.fact.incident or NOBODY)
    if outage is None:
        about = request.fact.incident or request.fact.situation or request.fact.maintenance
        raise NoSubjectError(f"there is no {about}")
    return outage


def _works(said: Saying, board: Board, discreet: Discretion | None) -> list[Outage]:
    """Return the works that are told of, as at the times that are told."""
    parts = []
    for time in said.times:
        work = board.works.get(time.works)
        if work is None:
            raise DeliveryError(Retry.PERMANENT, f"{time.works} is not known any more")
        part = at_time(work, time, said.told)
        parts.append(part if discreet is None else discreet(part))
    return parts


def _tasks(due: NoticeDue, board: Board) -> list[Task]:
    """Return the tasks that a message is about."""
    held = board.tasks.get(due.incident or NOBODY, {})
    names = map(TaskId, due.detail.split())
    return [held[name] for name in names if name in held]


def _parts(situation: Situation, board: Board, discreet: Discretion | None) -> list[Outage]:
    """Return the outages of a situation in the order of repair; once it is over, all of them."""
    names = situation.incidents if situation.over_at is None else situation.all_incidents
    outages = board.outages
    parts = [outages[name] for name in names if name in outages]
    return parts if discreet is None else [discreet(part) for part in parts]


def _back_since(due: NoticeDue) -> datetime:
    """Return when the readers of an "up" were seen working, or that it is said at once."""
    if due.detail.startswith(BACK):
        return datetime.fromisoformat(due.detail.removeprefix(BACK))
    return due.at


def ended_for_him(outage: Outage, told_at: datetime) -> Outage:
    """Return an outage as it was for a subscriber who is told at this moment that it is over.

    He may be back long before the others, or long after them.
    """
    end = outage.ended_at
    with_the_others = end is not None and end <= told_at <= end + 2 * UNSEEN
    return outage if with_the_others else replace(outage, restored_at=told_at)


def _is_for_anybody(due: NoticeDue) -> bool:
    """Say whether who reads it may be somebody else than those whose service it is about."""
    return due.audience is Audience.PUBLIC or is_follower(due.recipients[0])


def plain(due: NoticeDue, outage: Outage | None) -> Text:
    """Return words that need no template: better plain than silent."""
    if outage is None:
        return Text(f"netwatch: {due.subject}", due.detail)
    title = f"{outage.incident}: {due.purpose}, {outage.cause}"
    where = elements(outage.root_cause)
    body = f"{where} since {stamp(outage.since)}; {len(outage.without)} without service"
    return Text(title, body)
