"""Where Meta hands in what people write below our posts and to our Page."""

import asyncio
import base64
from collections.abc import Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from netwatch.intake.door import DoorRefusedError, NobodyHomeError
from netwatch.web.allowance import Allowance, Allowances
from netwatch.web.bulletin import Asked

LARGEST: Final = 512 * 1024
LONGEST: Final = 256
SIGNATURE: Final = "x-hub-signature-256"


class Comments:
    """The webhook; who it is from, the service proves: no secret is here."""

    def __init__(self, door: Asked, monotonic: Callable[[], float]) -> None:
        self._door, self._monotonic = door, monotonic
        generous = Allowance(200, 50.0)
        self._allowed = Allowances(address=generous, network=generous)

    @property
    def routes(self) -> list[Route]:
        """Return where it hands in."""
        return [Route("/in/comment", self.comment, methods=["GET", "POST"])]

    async def comment(self, request: Request) -> Response:
        """Take what was written, or prove that the address is ours."""
        host = "" if request.client is None else request.client.host
        if not self._allowed.take(host, self._monotonic()):
            return PlainTextResponse("Try again in ten seconds.\n", 429, {"Retry-After": "10"})
        if request.method != "POST":
            return await self._prove(request)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                return PlainTextResponse("This is too large.\n", 413)
        signature = request.headers.get(SIGNATURE, "")[:LONGEST]
        plain = base64.b64encode(body).decode()
        told = await self._ask("comments", body=plain, signature=signature)
        return told if isinstance(told, Response) else PlainTextResponse("OK")

    async def _prove(self, request: Request) -> Response:
        given = request.query_params
        told = await self._ask(
            "comments-verify",
            token=given.get("hub.verify_token", "")[:LONGEST],
            challenge=given.get("hub.challenge", "")[:LONGEST],
        )
        return told if isinstance(told, Response) else PlainTextResponse(str(told["challenge"]))

    async def _ask(self, ask: str, **params: str) -> "dict[str, Any] | Response":
        try:
            return await asyncio.to_thread(lambda: self._door.call(ask, **params))
        except DoorRefusedError:
            return PlainTextResponse("This is not taken.\n", 403)
        except NobodyHomeError:
            return PlainTextResponse("Try again later.\n", 503, {"Retry-After": "10"})
