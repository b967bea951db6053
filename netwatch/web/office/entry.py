"""Where the staff logs in and out."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from netwatch.web.forms import NoFormError, fields_of
from netwatch.web.office.badge import expect_ours, form_word, new_word
from netwatch.web.office.room import SEE_OTHER, Plain, Room

OURS: Final = re.compile(r"/(desk|incidents|incident/[A-Za-z0-9._-]{1,64})")
"""Where somebody may be led who has logged in."""
SAID: Final = {
    "wrong": "Name or password is wrong.",
    "wait": "Too many tries. Please wait a minute.",
    "old": "This form was too old. Please try again.",
}


class Entry:
    """The page where people log in."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def login(self, request: Request) -> Response:
        """Ask for name and password; let in who knows them."""
        if request.method == "GET":
            told = await self._room.call("login")
            return self._ask(request, told["why"], _next(request.query_params.get("next", "")))
        fields = await fields_of(request)
        following = _next(fields.get("next", ""))
        try:
            expect_ours(fields, self._room.badges.before(request))
        except NoFormError:
            return self._ask(request, "old", following, 403)
        told = await self._room.call(
            "login",
            name=fields.get("name", ""),
            password=fields.get("password", ""),
            address="" if request.client is None else request.client.host,
        )
        if not told["in"]:
            return self._ask(request, told["why"], following, 429 if told["why"] == "wait" else 403)
        response = RedirectResponse(following or _home(told), SEE_OTHER)
        self._room.badges.give(response, str(told["session"]))
        return response

    async def logout(self, request: Request) -> Response:
        """See somebody out."""
        await self._room.fields(request)
        await self._room.call("logout", session=self._room.badges.word(request))
        response = RedirectResponse("/login", SEE_OTHER)
        self._room.badges.take_away(response)
        return response

    async def home(self, request: Request) -> Response:
        """Lead somebody to the page on which they work."""
        told = await self._room.staff(request, "me")
        return RedirectResponse(_home(told["me"]), SEE_OTHER)

    def _ask(self, request: Request, why: str, following: str, status: int = 200) -> Response:
        word = new_word()
        response = self._room.page(
            request, "login", status=status, me=None, shut=why == "none",
            wrong=SAID.get(why, ""), following=following, login_word=form_word(word),
        )  # fmt: skip
        self._room.badges.welcome(response, word)
        return response


def _next(path: str) -> str:
    return path if OURS.fullmatch(path) else ""


def _home(me: Plain) -> str:
    return "/desk" if "call" in me["may"] else "/incidents"
