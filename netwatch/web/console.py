"""What is seen through the door -> the console of the NOC: read only, made here, no script."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from netwatch.views.local_times import lasting, local, with_local_times
from netwatch.web.glimpse import Glimpse, Plain
from netwatch.web.headers import NOWHERE_ELSE, Guarded

OVER: Final = ("restored", "closed")
LATELY: Final = 10
"""So many incidents that are over stay in sight."""
NEVER_KEPT: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": NOWHERE_ELSE.replace("form-action 'none'", "form-action 'self'"),
}
EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


class Console:
    """The pages of the console."""

    def __init__(
        self, glimpse: Glimpse, *, name: str, zone: ZoneInfo, now: Callable[[], datetime]
    ) -> None:
        self._glimpse, self._name, self._zone, self._now = glimpse, name, zone, now
        self._pages = Environment(
            loader=PackageLoader("netwatch.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters["local"] = partial(local, zone=zone)
        self._pages.filters["with_local_times"] = partial(with_local_times, zone=zone)
        self._style = files("netwatch.web").joinpath("static/console.css").read_text("utf-8")

    def board(self, _: Request) -> Response:
        """Show what is open, then what was lately."""
        seen = self._glimpse.look()
        page = self._pages.get_template("board.html").render(
            name=self._name,
            seen=seen,
            now=self._now(),
            zone=self._zone,
            age=self._age,
            open=_standing(seen.incidents, over=False),
            lately=_standing(seen.incidents, over=True)[:LATELY],
        )
        return HTMLResponse(page, 503 if seen.away else 200)

    def incidents(self, _: Request) -> Response:
        """Answer as ``netwatch incident list --json`` does."""
        seen = self._glimpse.look()
        if seen.away:
            return JSONResponse({"error": seen.away}, 503)
        return JSONResponse({"incidents": list(seen.incidents)})

    def style(self, _: Request) -> Response:
        """Return the style sheet."""
        return PlainTextResponse(self._style, media_type="text/css")

    def _age(self, since: str) -> str:
        return lasting(self._now() - datetime.fromisoformat(since))


def console(
    glimpse: Glimpse,
    *,
    name: str,
    zone: ZoneInfo,
    now: Callable[[], datetime],
    hosts: Sequence[str] = ("127.0.0.1",),
    more: Sequence[Route] = (),
) -> ASGIApp:
    """Return the application of the console.

    Args:
        glimpse: the way to what is shown.
        name: of the operator.
        zone: in which times are shown.
        now: tells the time, for how long something lasts already.
        hosts: where it listens. Only requests that name one of these, or this machine, are
            answered: a stranger's page cannot read the console through its reader's browser.
        more: further routes beside the console's own.
    """
    pages = Console(glimpse, name=name, zone=zone, now=now)
    app = Starlette(
        routes=[
            Route("/", pages.board),
            Route("/api/incidents", pages.incidents),
            Route("/console.css", pages.style),
            *more,
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_known(hosts))],
    )
    return Guarded(app, everywhere=NEVER_KEPT)


def _standing(incidents: Iterable[Plain], *, over: bool) -> list[Plain]:
    return [incident for incident in incidents if (incident["state"] in OVER) is over]


def _known(hosts: Sequence[str]) -> list[str]:
    if any(host in EVERYWHERE for host in hosts):
        return ["*"]
    return ["localhost", "127.0.0.1", "[::1]", "::1", *hosts]
