"""Where the staff's pages are, beside the console."""

from collections.abc import Callable
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from netwatch.web.bulletin import Asked
from netwatch.web.office.badge import Badges
from netwatch.web.office.desk import DeskPage
from netwatch.web.office.entry import Entry
from netwatch.web.office.incident import IncidentPage
from netwatch.web.office.room import Operator, Room

FILES: Final = {
    "/office.css": "text/css",
    "/office.js": "text/javascript",
    "/office.svg": "image/svg+xml",
}


def office(door: Asked, operator: Operator, url: str | None) -> list[Route]:
    """Return the routes of the staff's pages.

    Args:
        door: the way to the service.
        operator: whose pages they are.
        url: where the staff reaches them, if a proxy stands before them.
    """
    badges = Badges(secure=(url or "").startswith("https:"))
    room = Room(door, operator, badges)
    entry, desk, incident = Entry(room), DeskPage(room), IncidentPage(room)
    guarded = room.guarded
    return [
        Route("/login", guarded(entry.login), methods=["GET", "POST"]),
        Route("/logout", guarded(entry.logout), methods=["POST"]),
        Route("/office", guarded(entry.home), methods=["GET"]),
        Route("/desk", guarded(desk.show), methods=["GET"]),
        Route("/desk", guarded(desk.ask), methods=["POST"]),
        Route("/desk/report", guarded(desk.report), methods=["POST"]),
        Route("/desk/calls", guarded(desk.calls), methods=["POST"]),
        Route("/incidents", guarded(incident.listed), methods=["GET"]),
        Route("/incidents", guarded(incident.judge), methods=["POST"]),
        Route("/incident/{incident}", guarded(incident.show), methods=["GET"]),
        Route("/incident/{incident}", guarded(incident.act), methods=["POST"]),
        *(Route(path, _file(path, kind)) for path, kind in FILES.items()),
    ]


def _file(path: str, kind: str) -> Callable[[Request], Response]:
    body = files("netwatch.web").joinpath(f"static{path}").read_bytes()

    def give(_: Request) -> Response:
        return Response(body, media_type=kind)

    return give
