"""Words that wait for people -> the values of the message that asks for them."""

from netwatch.delivery.wording_sandbox import Value
from netwatch.delivery.wording_speech import Speech
from netwatch.delivery.wording_values import harmless
from netwatch.model.facts import Audience
from netwatch.views.approvals import Request
from netwatch.views.board import Outage

LONGEST_SAYING = 600
"""So much of the words that wait is shown with the question."""


def approval_values(
    request: Request, outage: Outage, says: str, speech: Speech
) -> dict[str, Value]:
    """Return the values of the question whether words may go."""
    fact = request.fact
    return {
        "approval": harmless(fact.approval),
        "areas": speech.places(outage.areas, outage.where),
        "channel": harmless(fact.channel),
        "expires": speech.clock(fact.expires, fact.at),
        "goes": fact.goes,
        "incident": harmless(fact.incident or fact.situation or fact.maintenance or ""),
        "name": harmless(speech.name),
        "now": speech.clock(fact.at, fact.at),
        "people": speech.counted("people", fact.recipients),
        "post": fact.audience is Audience.PUBLIC,
        "price": "" if fact.price is None else f"{fact.price:.2f} {fact.currency}".strip(),
        "says": harmless(" ".join(says.split()), LONGEST_SAYING),
        "two": fact.people > 1,
    }
