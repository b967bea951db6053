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
FAILURES: Final = ("error", "fail", "failed", "failure")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status, and what else the far end said that matters for another try."""

    status: int
    after_s: float | None = None
    denied: bool = False
    """The status is fine, the body says that it is not."""


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
            answers.append(Answer(int(response.status_code), after_s, denies(response.content)))
        return response

    setattr(Session, "send", heard)  # noqa: B010 - said in the docstring of this module


def denies(body: bytes) -> bool:
    """Say whether an answer's body reports a failure, as services do that always say 200."""
    if len(body) > LONGEST_BODY or not body.lstrip().startswith(b"{"):
        return False
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if any(said.get(word) is False for word in ("ok", "success")):
        return True
    return bool(said.get("error") or said.get("errors")) or said.get("status") in FAILURES


def _unreached(fault: BaseException) -> bool:
    reason = getattr(fault.args[0] if fault.args else None, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "ConnectTimeoutError"}
