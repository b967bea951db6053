"""The page behind an alert, read on a phone: what, where, why, who, and what to do about it."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from netwatch.intake.door import DoorRefusedError
from netwatch.web.office.room import SEE_OTHER, Plain, Room

DONE: Final = {
    "ack": "It is yours; nobody else is called for it.",
    "eta": "Page and desk tell customers so.",
    "eta-none": "Customers are told that nobody knows yet.",
    "note": "Noted, for staff and desk.",
    "task-done": "The task is done.",
    "hold": "All public words are stopped for one hour.",
    "resume": "Public words go out again.",
    "retract": "Taken back; whoever was told of it is told so.",
    "approve": "You agreed.",
    "refuse": "These words are not said.",
}
JUDGED: Final = {
    "confirm": "It is an incident now, and told of as any other.",
    "dismiss": "Nothing of ours: that place is quiet for two hours.",
}
QUICK: Final = ((30, "30 min"), (60, "1 h"), (120, "2 h"))


class IncidentPage:
    """One incident, and all of them."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def listed(self, request: Request) -> Response:
        """Show all that is open."""
        told = await self._room.staff(request, "incidents")
        said = JUDGED.get(request.query_params.get("done", ""), "")
        return self._room.page(request, "incidents", me=told["me"], open=told, said=said)

    async def judge(self, request: Request) -> Response:
        """Say of what several customers report whether it is a fault."""
        fields = await self._room.fields(request)
        do, cluster = fields.get("do", ""), fields.get("cluster", "")
        if do not in JUDGED:
            raise DoorRefusedError("there is no such button here")
        await self._room.staff(request, f"cluster-{do}", cluster=cluster)
        return RedirectResponse(f"/incidents?done={do}", SEE_OTHER)

    async def show(self, request: Request) -> Response:
        """Show one incident."""
        said = DONE.get(request.query_params.get("done", ""), "")
        return await self._page(request, said=said)

    async def act(self, request: Request) -> Response:
        """Do what was pressed; of what cannot be taken back ask first."""
        fields = await self._room.fields(request)
        do = fields.get("do", "")
        if do == "retract" and fields.get("sure") != "yes":
            return await self._page(request, confirm=True, note=fields.get("note", ""))
        try:
            done = await self._do(request, do, fields)
        except DoorRefusedError as fault:
            return await self._page(
                request, wrong=str(fault), status=409, note=fields.get("note", "")
            )
        return RedirectResponse(f"{self._path(request)}?done={done}", SEE_OTHER)

    async def _do(self, request: Request, do: str, fields: Mapping[str, str]) -> str:
        if do not in DONE:
            raise DoorRefusedError("there is no such button here")
        given: Plain = {
            name: fields.get(name, "") for name in ("note", "task", "approval") if name in fields
        }
        if do == "eta":
            given |= {name: fields.get(name, "") for name in ("minutes", "until")}
        await self._room.staff(request, do, incident=request.path_params["incident"], **given)
        return "eta-none" if given.get("minutes") == "none" else do

    async def _page(self, request: Request, *, status: int = 200, **values: Any) -> Response:
        told = await self._room.staff(request, "incident", incident=request.path_params["incident"])
        shown = {"said": "", "wrong": "", "confirm": False, "note": ""} | values
        return self._room.page(
            request, "incident", status=status, me=told["me"], it=told["incident"],
            approvals=told["approvals"], held=told["held"], quick=QUICK,
            may=frozenset(told["me"]["may"]), path_here=self._path(request), **shown,
        )  # fmt: skip

    def _path(self, request: Request) -> str:
        return f"/incident/{request.path_params['incident']}"
