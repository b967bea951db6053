"""The desk's page: who calls, how their line stands, what to say; who is to be called back."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from netwatch.intake.door import DoorRefusedError
from netwatch.web.office.room import PART, SEE_OTHER, Plain, Room

WAYS: Final = {"phone": "On the phone", "chat": "Chat", "mail": "Mail", "messenger": "Messenger"}
STATES: Final = {
    "up": "Works: nothing seen is wrong with this line",
    "down": "No service",
    "planned": "No service, by planned works",
    "restored": "Works again",
    "unknown": "Nothing is known of this line",
}
OF_CALLS: Final = {"take": "call-take", "leave": "call-leave", "called": "call-done"}
DONE: Final = {
    "take": "It is yours: call them now.",
    "leave": "Somebody else may take it.",
    "called": "Done, and erased.",
    "promise": "The time is noted.",
    "add": "A callback is noted.",
}


class DeskPage:
    """What the person sees who has a customer on the line."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def show(self, request: Request) -> Response:
        """Show the page: nothing asked, who is to be called, what is open."""
        done = DONE.get(request.query_params.get("done", ""), "")
        return await self._page(request, said=done)

    async def ask(self, request: Request) -> Response:
        """Answer what was typed, by script or by form; it stands in no address, so in no log."""
        fields = await self._room.fields(request)
        return await self._asked(request, fields)

    async def report(self, request: Request) -> Response:
        """Bring in what a caller reports, and answer once more."""
        fields = await self._room.fields(request)
        told = await self._room.staff(request, "report", subscriber=fields.get("subscriber", ""))
        counted = told["report"]["counted"]
        said = (
            "Their report is noted, and their line is asked again now."
            if counted
            else "Noted before: one report an hour counts of each line."
        )
        return await self._asked(request, fields, said=said)

    async def calls(self, request: Request) -> Response:
        """Change who is to be called back."""
        fields = await self._room.fields(request)
        do, name = fields.get("do", ""), fields.get("callback", "")
        if do == "add":
            await self._room.staff(
                request, "call-add", phone=fields.get("phone", ""),
                subscriber=fields.get("subscriber", ""), note=fields.get("note", ""),
            )  # fmt: skip
            if fields.get("query"):
                return await self._asked(request, fields, said=DONE["add"])
        elif do == "promise":
            await self._room.staff(
                request, "call-promise", callback=name, minutes=fields.get("minutes", "")
            )
        else:
            await self._room.staff(request, OF_CALLS.get(do, do), callback=name)
        return RedirectResponse(f"/desk?done={do if do in DONE else ''}#calls", SEE_OTHER)

    async def _asked(self, request: Request, fields: Mapping[str, str], said: str = "") -> Response:
        query, language = fields.get("query", ""), fields.get("language", "")
        answer, wrong = None, ""
        if query:
            try:
                answer = await self._room.staff(request, "ask", query=query, language=language)
            except DoorRefusedError as fault:
                wrong = str(fault)
        return await self._page(
            request, query=query, language=language, answer=answer, wrong=wrong, said=said
        )

    async def _page(
        self,
        request: Request,
        *,
        query: str = "",
        language: str = "",
        answer: Plain | None = None,
        wrong: str = "",
        said: str = "",
    ) -> Response:
        values: dict[str, Any] = {
            "query": query, "language": language, "answer": answer, "wrong": wrong, "said": said,
            "ways": WAYS, "states": STATES, "languages": self._room.operator.languages,
        }  # fmt: skip
        if answer is not None and PART in request.headers:
            return self._room.page(request, "answers", me=answer["me"], **values)
        open_ = await self._room.staff(request, "incidents")
        calls = None
        if "call" in open_["me"]["may"]:
            calls = await self._room.staff(request, "calls")
        return self._room.page(request, "desk", me=open_["me"], open=open_, calls=calls, **values)
