"""The counter: what those who are in ask and do on their pages, each by the right it takes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from netwatch.intake.arrivals import NoArrivalError, command_from_plain, report_from_asked
from netwatch.intake.doorkeeper import Ask, RefusedError
from netwatch.journal.codec import fact_from_plain
from netwatch.model.clock import Clock
from netwatch.model.names import IncidentId, is_id
from netwatch.model.network import Network
from netwatch.response.consent import has_spoken
from netwatch.service.accounts.calls import Calls
from netwatch.service.accounts.lodge import Lodge, Staffer
from netwatch.service.accounts.overview import overview
from netwatch.service.accounts.roles import Right
from netwatch.service.accounts.times import NoTimeError, moment
from netwatch.service.asking import Asking
from netwatch.service.callers import Callers
from netwatch.service.chores import Chores
from netwatch.service.desk import NoSuchSubscriberError
from netwatch.service.house import Rooms
from netwatch.views.board import Board

LONGEST_NOTE: Final = 1000
HELD: Final = timedelta(hours=1)
LONGEST_TIME: Final = 40
UNJUDGED: Final = frozenset({"asking", "open"})
"""How a cluster stands of which nobody said yet what it is."""
OVER: Final = "closed"

Plain = dict[str, Any]
Deed = Callable[[Plain, Staffer], Awaitable[Plain]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the counter knows of the service."""

    board: Callable[[], Board]
    network: Callable[[], Network]
    rooms: Rooms
    asking: Asking
    callers: Callers
    calls: Calls
    clusters: Ask
    """What is heard out of one place, of several customers."""
    chores: Chores
    clock: Clock
    zone: ZoneInfo
    """Of times as people type them."""


class Counter:
    """Answers who is in; whoever is not, or may not, is told so and nothing else."""

    def __init__(self, lodge: Lodge, known: Known) -> None:
        """Know what may be asked."""
        self._lodge, self._known = lodge, known
        self._deeds: Mapping[str, tuple[Right | None, Deed]] = {
            "me": (None, self._me),
            "incidents": (Right.SEE, self._incidents),
            "incident": (Right.SEE, self._incident),
            "ack": (Right.CARE, self._ack),
            "eta": (Right.CARE, self._eta),
            "task-done": (Right.CARE, self._task_done),
            "note": (Right.NOTE, self._note),
            "hold": (Right.SPEAK, self._hold),
            "resume": (Right.SPEAK, self._resume),
            "retract": (Right.SPEAK, self._retract),
            "approve": (Right.SPEAK, self._approve),
            "refuse": (Right.SPEAK, self._refuse),
            "cluster-confirm": (Right.SPEAK, self._cluster_confirm),
            "cluster-dismiss": (Right.SPEAK, self._cluster_dismiss),
            "ask": (Right.ASK, self._ask),
            "report": (Right.ASK, self._report),
            "calls": (Right.CALL, self._calls),
            "call-add": (Right.CALL, self._call_add),
            "call-take": (Right.CALL, self._call_take),
            "call-leave": (Right.CALL, self._call_leave),
            "call-done": (Right.CALL, self._call_done),
            "call-promise": (Right.CALL, self._call_promise),
        }

    async def ask(self, question: Plain, _who: str) -> Plain:
        """Answer somebody who is in; ``shut``: they are not, or their role does not let them.

        Raises:
            RefusedError: what they want cannot be done; the message says why.
        """
        word, quiet = str(question.get("session", "")), question.get("quiet") is True
        staffer = self._lodge.who(word, quiet=quiet)
        if staffer is None:
            return {"shut": "session"}
        await self._lodge.keep_up()
        right, deed = self._deeds.get(str(question.get("do", "")), (None, None))
        if deed is None:
            raise RefusedError("nobody here knows this question")
        if right is not None and not staffer.may(right):
            return {"shut": "role", "me": staffer.plain}
        return {"me": staffer.plain, **await deed(question, staffer)}

    async def _me(self, _question: Plain, _staffer: Staffer) -> Plain:
        return {}

    async def _incidents(self, _question: Plain, _staffer: Staffer) -> Plain:
        rows = self._known.rooms.board()["incidents"]
        heard = (await self._known.clusters({}, ""))["clusters"]
        return {
            "incidents": [row for row in rows if row["state"] != OVER],
            "clusters": [row for row in heard if row["state"] in UNJUDGED],
            **self._held(),
        }

    async def _incident(self, question: Plain, staffer: Staffer) -> Plain:
        name = _incident_of(question)
        told = await self._known.rooms.about(name)
        facts = [fact_from_plain(plain) for plain in told.facts]
        shown = overview(
            self._known.board(), self._known.network(), facts, name, self._known.callers
        )
        if shown is None:
            raise RefusedError(f"there is no incident {name}")
        asked = {"incident": shown["id"], "all": True}
        shown["tasks"] = (await self._known.chores.ask(asked, ""))["tasks"]
        waiting = [
            row | {"mine": has_spoken(staffer.person.id, row["approved_by"])}
            for row in self._known.rooms.approvals()["approvals"]
            if row["state"] == "open" and row["incident"] in {None, shown["id"]}
        ]
        return {"incident": shown, "approvals": waiting, **self._held()}

    async def _ack(self, question: Plain, staffer: Staffer) -> Plain:
        note = _text(question, "note")
        return await self._bring(staffer, "acknowledge", incident=_incident_of(question), note=note)

    async def _eta(self, question: Plain, staffer: Staffer) -> Plain:
        end = None if question.get("minutes") == "none" else self._moment(question).isoformat()
        return await self._bring(staffer, "expect", incident=_incident_of(question), until=end)

    async def _task_done(self, question: Plain, staffer: Staffer) -> Plain:
        return await self._bring(
            staffer, "finishtask", task=str(question.get("task", "")), note=_text(question, "note")
        )

    async def _note(self, question: Plain, staffer: Staffer) -> Plain:
        text = _text(question, "note")
        if not text:
            raise RefusedError("the note is empty")
        return await self._bring(staffer, "annotate", incident=_incident_of(question), text=text)

    async def _hold(self, _question: Plain, staffer: Staffer) -> Plain:
        return await self._bring(staffer, "hold", lasts=HELD.total_seconds())

    async def _resume(self, _question: Plain, staffer: Staffer) -> Plain:
        return await self._bring(staffer, "resume")

    async def _retract(self, question: Plain, staffer: Staffer) -> Plain:
        return await self._bring(
            staffer,
            "resolve",
            incident=_incident_of(question),
            note=_text(question, "note"),
            mistaken=True,
        )

    async def _approve(self, question: Plain, staffer: Staffer) -> Plain:
        return await self._bring(staffer, "approve", approval=str(question.get("approval", "")))

    async def _refuse(self, question: Plain, staffer: Staffer) -> Plain:
        return await self._bring(staffer, "refuse", approval=str(question.get("approval", "")))

    async def _cluster_confirm(self, question: Plain, staffer: Staffer) -> Plain:
        name = str(question.get("cluster", ""))
        return await self._bring(staffer, "confirmcluster", cluster=name)

    async def _cluster_dismiss(self, question: Plain, staffer: Staffer) -> Plain:
        name, note = str(question.get("cluster", "")), _text(question, "note")
        return await self._bring(staffer, "dismisscluster", cluster=name, note=note)

    async def _ask(self, question: Plain, staffer: Staffer) -> Plain:
        return await self._known.asking.ask(question, staffer.person.id)

    async def _report(self, question: Plain, _staffer: Staffer) -> Plain:
        given = {"subscriber": str(question.get("subscriber", "")), "text": ""}
        try:
            report = report_from_asked(given, at=self._known.clock.now())
            return {"report": await self._known.rooms.report(report)}
        except (NoArrivalError, NoSuchSubscriberError) as fault:
            raise RefusedError(str(fault)) from None

    async def _calls(self, _question: Plain, staffer: Staffer) -> Plain:
        return await self._known.calls.listed(staffer.person.id)

    async def _call_add(self, question: Plain, _staffer: Staffer) -> Plain:
        phone, one = str(question.get("phone", "")), str(question.get("subscriber", ""))
        return await self._known.calls.add(phone, one, _text(question, "note"))

    async def _call_take(self, question: Plain, staffer: Staffer) -> Plain:
        return await self._known.calls.take(_callback_of(question), staffer.person.id)

    async def _call_leave(self, question: Plain, staffer: Staffer) -> Plain:
        return await self._known.calls.leave(_callback_of(question), staffer.person.id)

    async def _call_done(self, question: Plain, staffer: Staffer) -> Plain:
        return await self._known.calls.called(_callback_of(question), staffer.person.id)

    async def _call_promise(self, question: Plain, staffer: Staffer) -> Plain:
        until, name = self._moment(question), _callback_of(question)
        return await self._known.calls.promise(name, staffer.person.id, until)

    async def _bring(self, staffer: Staffer, kind: str, **params: Any) -> Plain:
        """Bring a command in somebody's name: that of the person, whichever account they use."""
        plain, at = {"kind": kind, **params}, self._known.clock.now()
        try:
            command = command_from_plain(plain, at=at, by=staffer.person.id)
        except NoArrivalError as fault:
            raise RefusedError(str(fault)) from None
        brought = await self._known.rooms.bring(command)
        if brought.refused:
            raise RefusedError(brought.refused, another_person=brought.another_person)
        return {"done": kind}

    def _moment(self, question: Plain) -> datetime:
        minutes, own = (str(question.get(name, ""))[:LONGEST_TIME] for name in ("minutes", "until"))
        try:
            return moment(minutes, own, self._known.clock.now(), self._known.zone)
        except NoTimeError as fault:
            raise RefusedError(str(fault)) from None

    def _held(self) -> Plain:
        return {"held": self._known.board().is_held(self._known.clock.now())}


def _incident_of(question: Plain) -> IncidentId:
    name = str(question.get("incident", ""))
    if not is_id(name):
        raise RefusedError("that is no number of an incident")
    return IncidentId(name)


def _callback_of(question: Plain) -> str:
    return str(question.get("callback", ""))[:LONGEST_NOTE]


def _text(question: Plain, name: str) -> str:
    return str(question.get(name, "")).strip()[:LONGEST_NOTE]
