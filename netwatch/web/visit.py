"""Pages that answer: "is it just me?" and "it does not work here". No cookie, no script needed."""

import json
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from netwatch.delivery.page.labels import labels
from netwatch.web.allowance import Allowance, Allowances, network_of
from netwatch.web.bulletin import Bulletin
from netwatch.web.forms import NoFormError, Tokens, fields_of
from netwatch.web.headers import NOWHERE_ELSE, Guarded
from netwatch.web.lookup import Found
from netwatch.web.visit_words import Said, preferred

OPEN: Final = NOWHERE_ELSE.replace("form-action 'none'", "form-action 'self'; worker-src 'self'")
HEADERS: Final = {"Cache-Control": "no-store", "Content-Security-Policy": OPEN}
KEPT: Final = {"Cache-Control": "public, max-age=3600"}
HOUR_S: Final = 3600
SIZE: Final = 4096
"""Answers are filled up to a multiple of so many octets: their length tells nothing."""
PAGES: Final = ("me", "report", "subscribe")
FILES: Final = ("visit.css", "visit.js", "visit.svg", "visit-push.js", "visit-worker.js")
TOO_MANY: Final = "Too many requests from your network. Please try again in a few minutes.\n"
WANTED: Final = ("way", "to", "areas", "number", "proof", "push")
PUSH: Final = "push"
BOTH: Final = ("GET", "POST")
FIELDS: Final = ("address", "number", "proof", "phone", "text")

Answer = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Whose pages these are."""

    name: str
    timezone: str
    languages: tuple[str, ...]
    site: str = ""
    """Where the page of outages is, when it is not here."""


class Visit:
    """The pages."""

    def __init__(
        self,
        bulletin: Bulletin,
        house: House,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._bulletin, self._house = bulletin, house
        self._now, self._monotonic = now, monotonic
        self._tokens = Tokens()
        self._key = os.urandom(32)
        self._looks = Allowances(address=Allowance(120, 1.0), network=Allowance(600, 10.0))
        self._worked = Allowances(
            address=Allowance(5, 10 / HOUR_S), network=Allowance(60, 100 / HOUR_S)
        )
        self._waited = Allowances(
            address=Allowance(2, 3 / HOUR_S), network=Allowance(15, 25 / HOUR_S)
        )
        self._pages = Environment(
            loader=PackageLoader("netwatch.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        style = files("netwatch.delivery.page").joinpath("static/style.css").read_text("utf-8")
        icon = files("netwatch.delivery.page").joinpath("static/good.svg").read_text("utf-8")
        self._files = {
            "visit.css": (f"{style}{_own('visit.css')}", "text/css"),
            "visit.js": (_own("visit.js"), "text/javascript"),
            "visit.svg": (icon, "image/svg+xml"),
            "visit-push.js": (_own("visit-push.js"), "text/javascript"),
            "visit-worker.js": (_worker(house.languages), "text/javascript"),
        }

    async def file(self, request: Request) -> Response:
        """Return the style sheet or the script."""
        text, kind = self._files[request.url.path.removeprefix("/")]
        return PlainTextResponse(text, media_type=kind, headers=KEPT)

    async def choose(self, request: Request) -> Response:
        """Send a visitor to the page in their language."""
        language = preferred(request.headers.get("accept-language", ""), self._house.languages)
        return RedirectResponse(f"/{language}{request.url.path}", 303, {"Vary": "Accept-Language"})

    async def me(self, request: Request) -> Response:
        """Answer "is it just me?"."""
        if request.method != "POST":
            return self._page(request, "me.html", asked=_asked({}), found=None, missing=False)
        if not self._looks.take(_from(request), self._monotonic()):
            return PlainTextResponse(TOO_MANY, 429, {"Retry-After": "60"})
        asked = _asked(await fields_of(request))
        if not _is_enough(asked):
            return self._page(request, "me.html", asked=asked, found=None, missing=True)
        return _filled_up(
            self._page(request, "me.html", asked=asked, found=self._find(asked), missing=False)
        )

    async def report(self, request: Request) -> Response:
        """Take "it does not work here"."""
        fields = await fields_of(request) if request.method == "POST" else {}
        asked = _asked(fields)
        if "token" not in fields:
            return self._form(request, asked)
        if not _is_enough(asked) and not asked["phone"]:
            return self._form(request, asked, note="missing")
        judged = self._tokens.judge(fields["token"], fields.get("work", ""), self._monotonic())
        if judged.verdict == "early":
            return self._page(request, "wait.html", asked=asked, token=fields["token"])
        if judged.verdict == "old":
            return self._form(request, asked, note="old")
        return self._take(request, asked, worked=judged.worked)

    def _take(
        self, request: Request, asked: Mapping[str, str], *, worked: bool, kind: str = "report"
    ) -> Response:
        allowed = self._worked if worked else self._waited
        if not allowed.take(_from(request), self._monotonic()):
            return PlainTextResponse(TOO_MANY, 429, {"Retry-After": "600"})
        language, source = self._language(request), self._source(request)
        taken = self._bulletin.say(kind=kind, language=language, source=source, **asked)
        thanks = "thanks" if kind == "report" else "sent"
        thanks = "pushed" if asked.get("way") == PUSH else thanks
        return self._page(request, "thanks.html", 200 if taken else 503, taken=taken, thanks=thanks)

    def _source(self, request: Request) -> str:
        """Return what tells one network from another, and nothing else to anybody."""
        network = network_of(_from(request)).encode()
        return blake2b(network, key=self._key, digest_size=8).hexdigest()

    async def subscribe(self, request: Request) -> Response:
        """Take the wish to be told; the answer is the same whatever was typed."""
        fields = await fields_of(request) if request.method == "POST" else {}
        if fields.get("stop"):
            return self._stop(request, fields["stop"], fields.get("push", ""))
        asked = {name: fields.get(name, "") for name in WANTED}
        if "token" not in fields:
            return self._wishes(request, asked)
        if lacks := _lacks(asked):
            return self._wishes(request, asked, note=lacks)
        judged = self._tokens.judge(fields["token"], fields.get("work", ""), self._monotonic())
        if judged.verdict == "early":
            return self._page(request, "wait.html", asked=asked, token=fields["token"])
        if judged.verdict == "old":
            return self._wishes(request, asked, note="old")
        return self._take(request, asked, worked=judged.worked, kind="subscribe")

    def _stop(self, request: Request, endpoint: str, now: str) -> Response:
        """Take the word of a browser that it is told no more, or elsewhere.

        Nobody else knows its address at the push service: that is proof enough, and no form of
        ours is needed for it.
        """
        if not self._looks.take(_from(request), self._monotonic()):
            return PlainTextResponse(TOO_MANY, 429, {"Retry-After": "60"})
        taken = self._bulletin.say(kind="stop", stop=endpoint, push=now)
        return Response(status_code=204 if taken else 503)

    def _wishes(self, request: Request, asked: Mapping[str, str], *, note: str = "") -> Response:
        known, token = self._bulletin.known, self._tokens.make(self._monotonic())
        ways = () if known is None else known.ways
        areas = () if known is None else known.areas.get(self._language(request), ())
        return self._page(
            request,
            "subscribe.html",
            asked=asked,
            token=token,
            note=note,
            ways=ways,
            typed=[way for way in ways if way != PUSH],
            areas=areas,
            push_key="" if known is None else known.push_key,
        )

    def _find(self, asked: Mapping[str, str]) -> Found:
        known = self._bulletin.known
        if known is None:
            return Found(state="blind")
        if asked["number"] and asked["proof"]:
            return known.of_number(asked["number"], asked["proof"])
        return known.of_address(asked["address"])

    def _form(self, request: Request, asked: Mapping[str, str], *, note: str = "") -> Response:
        token = self._tokens.make(self._monotonic())
        return self._page(request, "report.html", asked=asked, token=token, note=note)

    def _language(self, request: Request) -> str:
        return str(request.path_params["language"])

    def _page(
        self, request: Request, template: str, status: int = 200, **values: Any
    ) -> HTMLResponse:
        language, house = self._language(request), self._house
        known = self._bulletin.known
        own = labels(language, house.timezone)
        page = request.url.path.rpartition("/")[2]
        body = self._pages.get_template(template).render(
            say=Said(language),
            language=language,
            name=house.name,
            page=page,
            site=house.site.rstrip("/"),
            phone="" if known is None else known.phone,
            callbacks=known is not None and known.callbacks,
            offers=known is not None and bool(known.ways),
            when=lambda moment: own.when(moment, self._now()),
            others=[(one, labels(one, house.timezone).autonym) for one in house.languages],
            **values,
        )
        return HTMLResponse(body, status)


def visit(
    bulletin: Bulletin,
    house: House,
    *,
    now: Callable[[], datetime],
    monotonic: Callable[[], float],
) -> ASGIApp:
    """Return the application of the pages that answer."""
    pages = Visit(bulletin, house, now=now, monotonic=monotonic)
    known = {"me": pages.me, "report": pages.report, "subscribe": pages.subscribe}

    app = Starlette(
        routes=[
            *(Route(f"/{name}", pages.file) for name in FILES),
            *(Route(f"/{name}", pages.choose) for name in PAGES),
            *(
                Route(f"/{{language}}/{name}", _guarded(known[name], house), methods=BOTH)
                for name in PAGES
            ),
        ]
    )
    return Guarded(app, everywhere=HEADERS, by_path={f"/{name}": KEPT for name in FILES})


def is_visit(path: str) -> bool:
    """Say whether these pages answer at a path; all else lies in the website directory."""
    first, _, rest = path.removeprefix("/").partition("/")
    return first in (*FILES, *PAGES) if not rest else rest in PAGES


def _guarded(answer: Answer, house: House) -> Answer:
    async def answered(request: Request) -> Response:
        if request.path_params["language"] not in house.languages:
            return PlainTextResponse("There is no such page here.\n", 404)
        try:
            return await answer(request)
        except NoFormError as fault:
            return PlainTextResponse("This form cannot be taken.\n", fault.status)

    return answered


def _asked(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: fields.get(name, "") for name in FIELDS}


def _is_enough(asked: Mapping[str, str]) -> bool:
    return bool(asked["address"] or (asked["number"] and asked["proof"]))


def _own(name: str) -> str:
    return files("netwatch.web").joinpath("static", name).read_text("utf-8")


def _worker(languages: Iterable[str]) -> str:
    """Return the script that shows notices, with the words of the button that ends them."""
    words = {one: Said(one)["push_stop"] for one in languages}
    return _own("visit-worker.js").replace("{{ STOP }}", json.dumps(words))


def _lacks(asked: Mapping[str, str]) -> str:
    """Return the name of what a visitor is told is missing; empty: nothing is."""
    push = asked["way"] == PUSH
    if push and not asked["push"]:
        return "push_failed"
    about = asked["areas"] or (asked["number"] and asked["proof"])
    return "" if about and (push or asked["to"]) else "missing_wish"


def _from(request: Request) -> str:
    return "" if request.client is None else request.client.host


def _filled_up(page: HTMLResponse) -> HTMLResponse:
    """Return a page whose length is that of any other answer."""
    lacks = -(len(page.body) + len("<!---->\n")) % SIZE
    return HTMLResponse(bytes(page.body) + b"<!--" + b"." * lacks + b"-->\n", page.status_code)
