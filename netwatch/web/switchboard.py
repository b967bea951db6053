"""What a telephone system asks and hands in: what to tell a caller, and who called in vain."""

import asyncio
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from netwatch.intake.door import DoorRefusedError, NobodyHomeError
from netwatch.intake.lines import LineError
from netwatch.web.allowance import Allowance, Allowances
from netwatch.web.bulletin import Asked
from netwatch.web.forms import NoFormError
from netwatch.web.given import FROM, first, given, secret_of

MOST_CALLS: Final = 1000
"""So many missed calls may be handed in at a time."""
LARGEST: Final = 256 * 1024
COUNTED: Final = ("offered", "answered", "lost", "waiting", "seconds")
TOO_MANY: Final = {"error": "too many requests: try again in ten seconds"}


class Switchboard:
    """The webhooks of a telephone system; docs/how-to/desk.md says how to set one up."""

    def __init__(self, door: Asked, monotonic: Callable[[], float]) -> None:
        self._door, self._monotonic = door, monotonic
        generous = Allowance(400, 200.0)
        self._allowed = Allowances(address=generous, network=generous)
        self._described = files("netwatch.web").joinpath("static/hooks.openapi.json").read_bytes()

    @property
    def routes(self) -> list[Route]:
        """Return where it is asked and told."""
        return [
            Route("/in/openapi.json", self.described, methods=["GET"]),
            Route("/in/call", self.call, methods=["POST"]),
            Route("/in/missed", self.missed, methods=["POST"]),
            Route("/in/counts", self.counts, methods=["POST"]),
        ]

    def described(self, _: Request) -> Response:
        """Return what can be handed in, as OpenAPI has it."""
        return Response(self._described, media_type="application/json")

    async def call(self, request: Request) -> Response:
        """Say what a caller hears before a person answers."""
        told = await self._told(request)
        if isinstance(told, Response):
            return told
        return await self._answer("call", request, caller=first(told, FROM))

    async def missed(self, request: Request) -> Response:
        """Note who called in vain: one call, or a list of them under ``calls``."""
        told = await self._told(request)
        if isinstance(told, Response):
            return told
        calls = told.get("calls", [told])
        if not isinstance(calls, list) or len(calls) > MOST_CALLS:
            return JSONResponse({"error": f"calls is a list of at most {MOST_CALLS}"}, 400)
        callers = [first(call, FROM) for call in calls if isinstance(call, dict)]
        return await self._answer("missed", request, callers=callers)

    async def counts(self, request: Request) -> Response:
        """Take how many called, were answered and gave up since last time, and how many wait."""
        told = await self._told(request)
        if isinstance(told, Response):
            return told
        counted = {name: told[name] for name in COUNTED if name in told}
        if not all(isinstance(one, int | str) for one in counted.values()):
            return JSONResponse({"error": "counts are whole numbers"}, 400)
        return await self._answer("counts", request, **counted)

    async def _told(self, request: Request) -> "dict[str, Any] | Response":
        host = "" if request.client is None else request.client.host
        if not self._allowed.take(host, self._monotonic()):
            return JSONResponse(TOO_MANY, 429, {"Retry-After": "10"})
        try:
            return dict(await given(request, LARGEST))
        except NoFormError as fault:
            return JSONResponse({"error": "it is too large, or no form"}, fault.status)
        except LineError:
            return JSONResponse({"error": "this is neither a form nor a JSON object"}, 400)

    async def _answer(
        self, ask: str, request: Request, **params: "str | int | Sequence[str]"
    ) -> Response:
        try:
            answer = await asyncio.to_thread(
                lambda: self._door.call(ask, secret=secret_of(request), **params)
            )
        except DoorRefusedError:
            return JSONResponse({"error": "this is not taken: is the secret right?"}, 403)
        except NobodyHomeError:
            return JSONResponse({"error": "try again later"}, 503, {"Retry-After": "10"})
        del answer["ok"]
        return JSONResponse(answer)
