"""The support desk's questions, asked over HTTP where the console listens."""

import asyncio
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from netwatch.intake.door import DoorRefusedError, NobodyHomeError
from netwatch.intake.lines import LineError, of_line
from netwatch.web.bulletin import Asked
from netwatch.web.forms import LARGEST

JSON: Final = "application/json"
"""Nothing else is taken: no other site's form can send it without asking first."""
ASKED: Final = ("query", "language", "answer")


class DeskApi:
    """Answers as ``netwatch desk ask --json`` does."""

    def __init__(self, door: Asked) -> None:
        self._door = door

    @property
    def routes(self) -> list[Route]:
        """Return where it is asked. A caller's number stands in no address, so in no log."""
        return [Route("/api/desk/ask", self.ask, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        """Return every line that may be meant by what was typed."""
        try:
            given = await _given(request)
        except LineError:
            return _wrong(400, 'send a JSON object: {"query": "555 010 100"}')
        if given is None:
            return _wrong(415, f"send it as {JSON}, at most {LARGEST} octets")
        asked = {name: _whole(str(given.get(name) or "")) for name in ASKED}
        if not asked["query"].strip():
            return _wrong(400, 'there is no "query"')
        try:
            answer = await asyncio.to_thread(lambda: self._door.call("desk-ask", **asked))
        except DoorRefusedError as fault:
            return _wrong(403, str(fault))
        except NobodyHomeError:
            return _wrong(503, "the service does not answer just now")
        del answer["ok"]
        return JSONResponse(answer)


async def _given(request: Request) -> dict[str, Any] | None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return of_line(body) if kind == JSON else None


def _whole(text: str) -> str:
    """Return a text without halves of letters, which cannot be handed on."""
    return text.encode(errors="replace").decode()


def _wrong(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status)
