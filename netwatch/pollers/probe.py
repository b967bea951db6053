"""Address -> all that netwatch understands of the device there (contract section 6)."""

import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, Final

from netwatch.model.arrivals import Outcome
from netwatch.pollers.gear.document import Cost, document
from netwatch.pollers.gear.files import known_gear
from netwatch.pollers.gear.survey import Survey, surveying
from netwatch.pollers.icmp import ping
from netwatch.pollers.line import Line, OutOfTimeError
from netwatch.pollers.profile import shipped
from netwatch.pollers.questions import Answer, Patience, Target

LIMIT_S: Final = 18.0
PATIENCE: Final = Patience(timeout_s=2.0, retries=2)


def probe_device(
    target: Target,
    *,
    profile: str | None = None,
    patience: Patience = PATIENCE,
    limit_s: float = LIMIT_S,
    tell: Callable[[str], None] = lambda _why: None,
) -> dict[str, Any]:
    """Ask one device for everything, within the time; return the answer as plain values.

    ``tell`` is told why a device that is there would not be asked, or was not believed.
    """
    began = time.monotonic()
    echo = ping(ip_address(target.address))
    survey = Survey(target, known_gear(), shipped(), chosen=profile)
    line = Line(target, patience)

    def heard(_question: object, answer: Answer) -> None:
        if answer.outcome is not Outcome.ANSWERED and answer.detail and not survey.answered:
            tell(answer.detail)

    try:
        line.converse(surveying(survey), began + limit_s, heard)
    except OutOfTimeError:
        pass
    finally:
        line.close()
    cost = Cost(requests=line.requests, varbinds=line.varbinds, seconds=time.monotonic() - began)
    reachable = survey.answered or echo.outcome is Outcome.ANSWERED
    return document(
        survey, address=target.address, rtt_ms=echo.rtt_ms, reachable=reachable, cost=cost
    )
