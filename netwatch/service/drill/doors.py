"""The service behind its door while a drill is on: each command goes where its number leads."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from netwatch.intake.doorkeeper import About, Brought
from netwatch.model.arrivals import Command
from netwatch.model.drills import is_of_a_drill
from netwatch.model.names import IncidentId, PersonId, SubscriberId
from netwatch.model.replying import Reply
from netwatch.service.drill.answers import routed
from netwatch.service.drill.hall import Drills
from netwatch.service.house import Rooms

Plain = dict[str, Any]
Ask = Callable[[Plain, str], Awaitable[Plain]]
NOT_TO_CALLERS = "in the drill you would say (never to a real caller)"
NUMBERS = ("incident", "task", "approval", "situation")


class Reception(Rooms):
    """The rooms of the real night; what bears a drill's number is shown to the drill's own."""

    def __init__(self, drills: Drills, **rooms: Any) -> None:
        super().__init__(**rooms)
        self._drills = drills

    async def bring(self, command: Command) -> Brought:
        """Let a command in, of the real night or of the drill."""
        if isinstance(command, Reply):
            drill = self._drills.drill
            is_told = drill.is_told if drill is not None else _nobody
            found = routed(command, drill.name if drill is not None else "", is_told)
            if found.to_drill:
                return await self._drills.bring(found.reply)
            return await super().bring(found.reply)
        if is_drills(command):
            return await self._drills.bring(command)
        return await super().bring(command)

    async def about(self, incident: IncidentId) -> About:
        """Return what was decided of one incident."""
        if is_of_a_drill(incident):
            return await self._drills.about(incident)
        return await super().about(incident)


def _nobody(_person: PersonId) -> bool:
    return False


def is_drills(command: Command) -> bool:
    """Say whether a command is about a drill."""
    named = (getattr(command, name, None) for name in NUMBERS)
    return any(isinstance(name, str) and is_of_a_drill(name) for name in named)


def with_drills(drills: Drills, asks: Mapping[str, Ask]) -> dict[str, Ask]:
    """Return all questions by name: those of the service, and those about its drills.

    What concerns both nights, the list of tasks and the desk's question, answers for both.
    """
    tasks, desk = asks["tasks"], asks["desk-ask"]

    async def every_task(question: Plain, who: str) -> Plain:
        incident = str(question.get("incident") or "")
        if is_of_a_drill(incident):
            return await drills.tasks(question, who)
        own = await tasks(question, who)
        if incident or drills.drill is None:
            return own
        other = await drills.tasks(question, who)
        return {"tasks": [*own["tasks"], *other["tasks"]]}

    async def about_a_caller(question: Plain, who: str) -> Plain:
        answer, drill = await desk(question, who), drills.drill
        if drill is None:
            return answer
        for match in answer["matches"]:
            subscriber = SubscriberId(str(match["subscriber"]))
            if (said := drill.says(subscriber, str(match["language"]))) is not None:
                match["drill"] = {"drill": drill.name, "say": said}
        told = [match["drill"]["say"] for match in answer["matches"] if "drill" in match]
        if told:
            rest = f"; {answer['next']}" if answer["next"] else ""
            answer["next"] = f"{NOT_TO_CALLERS}: {told[0]}{rest}"
        return answer

    return {**asks, "drill": drills.ask, "tasks": every_task, "desk-ask": about_a_caller}
