"""What a service answered, where the library that asked only says yes or no.

apprise keeps status and headers to itself, but "try again in 30 s" and "never" call for different
acts. So the one function of requests through which every answer passes is listened at; each call
hears its own answers only. Nothing is kept of an answer but its status and the pause it asks for.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from netwatch.model.backoff import pause_asked

UNREACHED: Final = 0
"""Stands for a status where no connection came about: nothing can have been taken."""
LONGEST_BODY: Final = 65536
NO_IN_A_WORD: Final = b"ERROR|"
ONE_MESSAGE: Final = (b"201", b"202")
"""No number that takes SMS; a text that is too long."""
FAILURES: Final = ("error", "fail", "failed", "failure")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status, and what else the far end said that matters for another try."""

    status: int
    after_s: float | None = None
    denied: bool = False
    """The status is fine, the body says that it is not."""
    one_only: bool = False
    """The body says that this one message is not taken; others may be."""


_hearing: ContextVar[list[Answer] | None] = ContextVar("hearing", default=None)


@contextmanager
def overhear() -> Iterator[list[Answer]]:
    """Yield a list into which the answers to this call's requests come."""
    _listen()
    answers: list[Answer] = []
    token = _hearing.set(answers)
    try:
        yield answers
    finally:
        _hearing.reset(token)


@cache
def _listen() -> None:
    from requests import ConnectionError, Session  # noqa: A004, PLC0415 - late, as apprise is

    send = Session.send

    def heard(self: Any, request: Any, **kwargs: Any) -> Any:
        answers = _hearing.get()
        try:
            response = send(self, request, **kwargs)
        except ConnectionError as fault:
            if answers is not None and _unreached(fault):
                answers.append(Answer(UNREACHED))
            raise
        if answers is not None:
            headers = response.headers
            after_s = pause_asked(headers.get("Retry-After"), headers.get("Date"))
            answers.append(understood(int(response.status_code), response.content, after_s))
        return response

    setattr(Session, "send", heard)  # noqa: B010 - said in the docstring of this module


def understood(status: int, body: bytes, after_s: float | None) -> Answer:
    """Return what an answer means that has this body."""
    if body.startswith(NO_IN_A_WORD):  # SMS Manager
        number = body[len(NO_IN_A_WORD) :].strip()
        return Answer(status, after_s, denied=True, one_only=number in ONE_MESSAGE)
    said = _said(body)
    asked = said.get("parameters")
    if after_s is None and isinstance(asked, dict) and isinstance(asked.get("retry_after"), int):
        after_s = pause_asked(str(asked["retry_after"]))  # Telegram
    unsent = bool(said.get("unsent")) and not said.get("queued")  # SerwerSMS
    return Answer(status, after_s, denied=unsent or denies(body), one_only=unsent)


def denies(body: bytes) -> bool:
    """Say whether an answer's body reports a failure, as services do that always say 200."""
    said = _said(body)
    if any(said.get(word) is False for word in ("ok", "success")):
        return True
    return bool(said.get("error") or said.get("errors")) or said.get("status") in FAILURES


def _said(body: bytes) -> dict[str, Any]:
    if len(body) > LONGEST_BODY or not body.lstrip().startswith(b"{"):
        return {}
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _unreached(fault: BaseException) -> bool:
    reason = getattr(fault.args[0] if fault.args else None, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "ConnectTimeoutError"}
