"""An application -> the same, its answers remembered for a second: a crowd asks for few pages."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRESH_S: Final = 1.0
MOST: Final = 4000
LARGEST: Final = 1 << 20
ROOM: Final = 64 << 20
"""So many octets are remembered."""

Key = tuple[str, str]
"""Method and path; what comes behind a question mark changes nothing here."""


@dataclass(slots=True)
class _Answer:
    """What was answered."""

    at_s: float
    start: Message
    body: bytes = b""
    tag: bytes = b""
    asking: bool = field(default=False)
    """Somebody asks anew; all others get this until then."""


class Remembered:
    """Answers GET and HEAD of what depends on nothing but its path.

    Where else to look is told anew each time: that answer names the host that was asked for.
    """

    def __init__(self, app: ASGIApp, monotonic: Callable[[], float]) -> None:
        self._app, self._monotonic = app, monotonic
        self._known: OrderedDict[Key, _Answer] = OrderedDict()
        self._octets = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as ASGI wants it."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self._app(scope, receive, send)
        wanted = dict(scope["headers"])
        if b"range" in wanted:
            return await self._app(scope, receive, send)
        key = (scope["method"], scope["path"])
        answer = self._known.get(key)
        if answer is None or (not answer.asking and self._monotonic() - answer.at_s > FRESH_S):
            answer = await self._ask(key, scope, answer)
        if answer.tag and wanted.get(b"if-none-match") == answer.tag:
            headers = [one for one in answer.start["headers"] if one[0] != b"content-length"]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            return await send({"type": "http.response.body", "body": b""})
        await send({**answer.start, "headers": list(answer.start["headers"])})
        return await send({"type": "http.response.body", "body": answer.body})

    async def _ask(self, key: Key, scope: Scope, before: _Answer | None) -> _Answer:
        if before is not None:
            before.asking = True
        try:
            plain = {**scope, "headers": [one for one in scope["headers"] if one[0] == b"host"]}
            answer = await self._asked(plain)
        finally:
            if before is not None:
                before.asking = False
        self._forget(key)
        if len(answer.body) <= LARGEST and not _leads_on(answer):
            self._known[key] = answer
            self._octets += len(answer.body)
        while self._known and (len(self._known) > MOST or self._octets > ROOM):
            self._forget(next(iter(self._known)))
        return answer

    async def _asked(self, scope: Scope) -> _Answer:
        answer = _Answer(self._monotonic(), {"type": "http.response.start"})
        pieces: list[bytes] = []

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.start = message
                answer.tag = dict(message["headers"]).get(b"etag", b"")
            else:
                pieces.append(message.get("body", b""))

        await self._app(scope, _stays, take)
        answer.body = b"".join(pieces)
        return answer

    def _forget(self, key: Key) -> None:
        answer = self._known.pop(key, None)
        if answer is not None:
            self._octets -= len(answer.body)


def _leads_on(answer: _Answer) -> bool:
    return any(name == b"location" for name, _ in answer.start["headers"])


async def _stays() -> Message:
    """Stand in for the one who asked first: who asks next wants the answer whole if he leaves."""
    await asyncio.Event().wait()
    return {"type": "http.disconnect"}
