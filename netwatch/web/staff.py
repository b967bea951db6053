"""Links that the staff was sent, and what gateways hand in: both go to the service as they are."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from netwatch.intake.door import DoorRefusedError, NobodyHomeError
from netwatch.intake.lines import LineError
from netwatch.web.allowance import Allowance, Allowances
from netwatch.web.bulletin import Asked
from netwatch.web.comments import Comments
from netwatch.web.forms import NoFormError, fields_of
from netwatch.web.given import CHANNEL, FROM, NUMBER, TEXT, first, given, secret_of
from netwatch.web.headers import NOWHERE_ELSE, Guarded
from netwatch.web.switchboard import Switchboard
from netwatch.web.visit_words import Said, preferred

OPEN: Final = NOWHERE_ELSE.replace("form-action 'none'", "form-action 'self'")
HEADERS: Final = {"Cache-Control": "no-store", "Content-Security-Policy": OPEN}
WAYS: Final = ("sms", "voice")
DELIVERY: Final = "delivery"
"""The way by which gateways tell what became of messages; SMSAPI's words for it."""
TOLD: Final = ("idx", "status")
TOO_MANY: Final = "Too many requests. Please try again in a minute.\n"


class Staff:
    """The pages behind links, and the webhooks."""

    def __init__(
        self,
        door: Asked,
        *,
        name: str,
        languages: tuple[str, ...],
        monotonic: Callable[[], float],
    ) -> None:
        self._door, self._name, self._monotonic = door, name, monotonic
        self._languages = languages
        self._links = Allowances(address=Allowance(30, 0.5), network=Allowance(120, 2.0))
        self._hooks = Allowances(address=Allowance(200, 20.0), network=Allowance(200, 20.0))
        self._pages = Environment(
            loader=PackageLoader("netwatch.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def link(self, request: Request) -> Response:
        """Show what a link does; do it when the button is pressed."""
        if not self._links.take(_from(request), self._monotonic()):
            return PlainTextResponse(TOO_MANY, 429, {"Retry-After": "60"})
        press = request.method == "POST"
        try:
            if press:
                await fields_of(request)
            told = await self._ask("link", token=request.path_params["token"], press=press)
        except NoFormError as fault:
            return PlainTextResponse("This form cannot be taken.\n", fault.status)
        except DoorRefusedError as fault:
            return self._page(410, refused=str(fault), told=None)
        except NobodyHomeError:
            return self._page(503, refused="the service does not answer just now", told=None)
        return self._page(200, refused="", told=told)

    async def answer(self, request: Request) -> Response:
        """Show what a customer's link does; do it when the button is pressed."""
        if not self._links.take(_from(request), self._monotonic()):
            return PlainTextResponse(TOO_MANY, 429, {"Retry-After": "60"})
        press, status, refused, does = request.method == "POST", 200, False, ""
        try:
            if press:
                await fields_of(request)
            told = await self._ask("answer", token=request.path_params["token"], press=press)
            does = told["does"]
        except NoFormError as fault:
            return PlainTextResponse("This form cannot be taken.\n", fault.status)
        except DoorRefusedError:
            status, refused = 410, True
        except NobodyHomeError:
            return PlainTextResponse("Please try again later.\n", 503, {"Retry-After": "30"})
        language = preferred(request.headers.get("accept-language", ""), self._languages)
        body = self._pages.get_template("answer.html").render(
            name=self._name,
            language=language,
            say=Said(language),
            refused=refused,
            does=does,
            done=press,
        )
        return HTMLResponse(body, status)

    async def hook(self, request: Request) -> Response:
        """Hand in what came back by SMS or voice, or what became of messages."""
        if not self._hooks.take(_from(request), self._monotonic()):
            return PlainTextResponse(TOO_MANY, 429, {"Retry-After": "10"})
        way = request.path_params["way"]
        if way not in (*WAYS, DELIVERY):
            return PlainTextResponse("There is no such way in.\n", 404)
        try:
            told_us = await given(request)
        except (NoFormError, LineError):
            return PlainTextResponse("This is neither a form nor a JSON object.\n", 400)
        secret = secret_of(request)
        try:
            if way == DELIVERY:
                told = {name: str(told_us.get(name, "")) for name in TOLD}
                await self._ask("delivery", secret=secret, **told)
            else:
                names = {"from": FROM, "text": TEXT, "id": NUMBER, "channel": CHANNEL}
                said = {name: first(told_us, known) for name, known in names.items()}
                await self._ask("inbound", secret=secret, way=way, **said)
        except DoorRefusedError:
            return PlainTextResponse("This is not taken: is the secret right?\n", 403)
        except NobodyHomeError:
            return PlainTextResponse("Try again later.\n", 503, {"Retry-After": "10"})
        return PlainTextResponse("OK")

    async def _ask(self, ask: str, **params: Any) -> dict[str, Any]:
        return await asyncio.to_thread(lambda: self._door.call(ask, **params))

    def _page(self, status: int, **values: Any) -> HTMLResponse:
        body = self._pages.get_template("link.html").render(name=self._name, **values)
        return HTMLResponse(body, status)


def staff(
    door: Asked, *, name: str, languages: tuple[str, ...], monotonic: Callable[[], float]
) -> ASGIApp:
    """Return the application of links and webhooks."""
    pages = Staff(door, name=name, languages=languages, monotonic=monotonic)
    app = Starlette(
        routes=[
            Route("/go/{token}", pages.link, methods=["GET", "POST"]),
            Route("/s/{token}", pages.answer, methods=["GET", "POST"]),
            *Switchboard(door, monotonic).routes,
            *Comments(door, monotonic).routes,
            Route("/in/{way}", pages.hook, methods=["POST"]),
        ]
    )
    return Guarded(app, everywhere=HEADERS)


def is_staff(path: str) -> bool:
    """Say whether links and webhooks are at a path."""
    return path.startswith(("/go/", "/s/", "/in/"))


def _from(request: Request) -> str:
    return "" if request.client is None else request.client.host
