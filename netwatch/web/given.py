"""What gateways and switchboards hand in: a form or a JSON object, whatever they call its parts."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request

from netwatch.intake.lines import of_line
from netwatch.web.forms import LARGEST, NoFormError, pairs_of

SECRET: Final = "x-netwatch-secret"  # noqa: S105 - the name of a header
FROM: Final = ("from", "sms_from", "sender", "msisdn", "number", "caller", "callerid")
TEXT: Final = ("text", "sms_text", "message", "body", "content", "digits", "dtmf")
"""What they call who sent a message or called, and what it says."""
NUMBER: Final = ("id", "msgid", "message_id", "messageid", "uuid", "sms_id")
"""What they call the number by which they know a message; handed in again, it is the same."""
CHANNEL: Final = ("channel",)
"""By which channel of ours an answer is to leave."""


async def given(request: Request, largest: int = LARGEST) -> Mapping[str, Any]:
    """Return what was handed in.

    Raises:
        NoFormError: it is too large, or neither a form nor JSON.
        LineError: it is no JSON object.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise NoFormError(413)
    if request.headers.get("content-type", "").partition(";")[0].strip() == "application/json":
        return of_line(body)
    return pairs_of(body)


def first(given: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return the first of some parts that is there, cut to what anybody needs."""
    lower = {str(name).lower(): value for name, value in given.items()}
    return next((str(lower[name])[:500] for name in names if lower.get(name)), "")


def secret_of(request: Request) -> str:
    """Return the secret by which whoever hands in is known."""
    return request.headers.get(SECRET) or request.query_params.get("secret", "")
