"""What the staff's pages share: who asks, the door, the templates, and what is said of refusals."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from netwatch.intake.door import DoorRefusedError, NobodyHomeError
from netwatch.views.local_times import lasting, local, with_local_times
from netwatch.web.bulletin import Asked
from netwatch.web.forms import NoFormError, fields_of
from netwatch.web.office.badge import Badges, expect_ours, form_word

QUIET: Final = "x-netwatch-quiet"
"""A page asks by itself; nobody did anything."""
PART: Final = "x-netwatch-part"
"""A script asks, and shows a part of the answer."""
SEE_OTHER: Final = 303
_COMMANDS: Final = re.compile(r"[,:;][ \n]*netwatch [a-z].*?(?=\. |; |$)", re.MULTILINE)

Plain = dict[str, Any]
Handler = Callable[[Request], Awaitable[Response]]


class ShutError(Exception):
    """Who asks is not logged in (``session``), or their role does not let them (``role``)."""

    def __init__(self, why: str, me: Plain | None = None) -> None:
        super().__init__(why)
        self.why, self.me = why, me


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Whose pages these are."""

    name: str
    zone: ZoneInfo
    languages: tuple[str, ...]
    now: Callable[[], datetime]


class Room:
    """Asks the service in the name of whoever is logged in, and renders what it says."""

    def __init__(self, door: Asked, operator: Operator, badges: Badges) -> None:
        self.operator, self.badges = operator, badges
        self._door = door
        self._pages = Environment(
            loader=PackageLoader("netwatch.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters["local"] = partial(local, zone=operator.zone)
        self._pages.filters["with_local_times"] = partial(with_local_times, zone=operator.zone)
        self._pages.filters["age"] = self._age
        self._pages.filters["plain"] = plain

    async def call(self, ask: str, **params: Any) -> Plain:
        """Ask the service anything."""
        return await asyncio.to_thread(lambda: self._door.call(ask, **params))

    async def staff(self, request: Request, do: str, **params: Any) -> Plain:
        """Ask what only the staff may ask.

        Raises:
            ShutError: they are not logged in, or may not.
            DoorRefusedError: the service says why it cannot be.
            NobodyHomeError: no service answers.
        """
        word, quiet = self.badges.word(request), request.headers.get(QUIET) == "1"
        if not word:
            raise ShutError("session")
        told = await self.call("staff", session=word, do=do, quiet=quiet, **_whole(params))
        if "shut" in told:
            raise ShutError(str(told["shut"]), told.get("me"))
        return told

    async def fields(self, request: Request) -> Mapping[str, str]:
        """Return the fields of a form of ours.

        Raises:
            NoFormError: it is none, or it was made for somebody else.
        """
        fields = await fields_of(request)
        expect_ours(fields, self.badges.word(request))
        return fields

    def page(
        self, request: Request, name: str, *, status: int = 200, me: Plain | None, **values: Any
    ) -> HTMLResponse:
        """Render one page."""
        now = self.operator.now()
        body = self._pages.get_template(f"office/{name}.html").render(
            name=self.operator.name,
            zone=self.operator.zone,
            now=now,
            me=me,
            path=request.url.path,
            form_word=form_word(self.badges.word(request)),
            **values,
        )
        return HTMLResponse(body, status)

    def guarded(self, handler: Handler) -> Handler:
        """Return a handler that tells of every refusal in a page."""

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except ShutError as shut:
                return self._shut(request, shut)
            except NoFormError as fault:
                said = "This form is too old, or was not made here. Go back, reload, and try again."
                return self._told(request, fault.status, said)
            except DoorRefusedError as fault:
                return self._told(request, 409, str(fault))
            except NobodyHomeError:
                said = "The service does not answer just now. This is not “all is well”."
                return self._told(request, 503, said)

        return handle

    def _shut(self, request: Request, shut: ShutError) -> Response:
        if shut.why == "role":
            said = "Your role does not let you do this."
            return self._told(request, 403, said, me=shut.me)
        if PART in request.headers:
            return PlainTextResponse("You are not logged in.\n", 401)
        back = request.url.path if request.method == "GET" else ""
        where = f"/login?next={quote(back)}" if back else "/login"
        response = RedirectResponse(where, SEE_OTHER)
        self.badges.take_away(response)
        return response

    def _told(
        self, request: Request, status: int, said: str, me: Plain | None = None
    ) -> HTMLResponse:
        return self.page(request, "told", status=status, me=me, said=said)

    def _age(self, since: str) -> str:
        return lasting(self.operator.now() - datetime.fromisoformat(since))


def plain(text: str) -> str:
    """Return what is said without what to type on a command line: here are buttons for it."""
    return _COMMANDS.sub("", text).strip(" ,:;")


def _whole(params: Plain) -> Plain:
    """Return texts without halves of letters, which cannot be handed on."""
    return {
        key: value.encode(errors="replace").decode() if isinstance(value, str) else value
        for key, value in params.items()
    }
