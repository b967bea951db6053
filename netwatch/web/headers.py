"""Every answer -> with the headers that keep a browser from doing more than it is shown."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHUT: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
NOWHERE_ELSE: Final = f"{SHUT}; frame-ancestors 'none'"
ANYWHERE: Final = f"{SHUT}; frame-ancestors *"
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": NOWHERE_ELSE,
}


class Guarded:
    """An application whose every answer bears the headers above, and those given for its path."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        everywhere: Mapping[str, str],
        by_path: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._app = app
        self._everywhere = ALWAYS | dict(everywhere)
        self._by_path = by_path or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as ASGI wants it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        given = self._everywhere | dict(self._by_path.get(scope["path"], {}))

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in given.items():
                    headers[name] = value
            await send(message)

        return await self._app(scope, receive, guarded)
