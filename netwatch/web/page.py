"""The website directory -> the public page. Nothing is made here; it is served as it lies there."""

import re
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from netwatch.web.headers import ANYWHERE, Guarded

FRESH: Final = "public, max-age=15, stale-if-error=86400"
"""Short: whoever looks again sees what is new. When we are gone, an old page beats none."""
SHARED: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
IN_A_LANGUAGE: Final = re.compile(r"^/[A-Za-z-]{2,12}/(more/(?=banner)|(?=badge))")
BY_PATH: Final = {
    "/outages.json": SHARED,
    "/feed.atom": SHARED,
    "/works.ics": SHARED,
    "/outages.schema.json": SHARED,
    "/badge.svg": SHARED,
    "/banner.js": SHARED,
    "/banner.html": SHARED | {"Content-Security-Policy": ANYWHERE},
}
"""What the operator's own website, its app and its customers' calendars take from here."""
NOT_YET: Final = "This page has not been written yet. Please look again in a minute.\n"
NOT_HERE: Final = "There is no such page here. All that is known stands on the first page: /\n"


class Directory(StaticFiles):
    """The files of one directory. What is not finished, or was never meant, is not served."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, html=True, check_dir=False)
        self.config_checked = True  # it may come later than we do
        self._first = directory / "index.html"

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file at ``path``, or a page that says why not."""
        if any(part.startswith(".") and part != "." for part in Path(path).parts):
            return self._missing()
        try:
            return await super().get_response(path, scope)
        except HTTPException as fault:
            if fault.status_code != HTTPStatus.NOT_FOUND:
                return PlainTextResponse(f"{fault.detail}\n", fault.status_code)
            return self._missing()

    def _missing(self) -> Response:
        if self._first.exists():
            return PlainTextResponse(NOT_HERE, HTTPStatus.NOT_FOUND)
        return PlainTextResponse(NOT_YET, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "30"})


class Fork:
    """Two applications at one address: which of them answers, the path says."""

    def __init__(self, is_first: Callable[[str], bool], first: ASGIApp, second: ASGIApp) -> None:
        self._is_first, self._first, self._second = is_first, first, second

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as ASGI wants it."""
        first = scope["type"] == "http" and self._is_first(scope["path"])
        await (self._first if first else self._second)(scope, receive, send)


def public_page(directory: Path) -> ASGIApp:
    """Return the application that serves the website directory to the public."""
    app = Starlette(routes=[Mount("/", Directory(directory))])
    return Guarded(app, everywhere={"Cache-Control": FRESH}, by_path=_Embedded())


class _Embedded(Mapping[str, Mapping[str, str]]):
    """Headers of what others embed, and of the same in each language: ``/pl/more/banner.html``."""

    def __getitem__(self, path: str) -> Mapping[str, str]:
        return BY_PATH[IN_A_LANGUAGE.sub("/", path)]

    def __iter__(self) -> Iterator[str]:
        return iter(BY_PATH)

    def __len__(self) -> int:
        return len(BY_PATH)
