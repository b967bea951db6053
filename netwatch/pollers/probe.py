"""Address -> all that netwatch understands of the device there (contract section 6)."""

import time
from ipaddress import ip_address
from typing import Any, Final

from netwatch.model.arrivals import Outcome
from netwatch.pollers.gear.document import Cost, document
from netwatch.pollers.gear.files import known_gear
from netwatch.pollers.gear.survey import Survey, surveying
from netwatch.pollers.icmp import ping
from netwatch.pollers.line import Line, OutOfTimeError
from netwatch.pollers.profile import shipped
from netwatch.pollers.questions import Patience, Target

LIMIT_S: Final = 18.0
PATIENCE: Final = Patience(timeout_s=2.0, retries=2)


def probe_device(
    target: Target,
    *,
    profile: str | None = None,
    patience: Patience = PATIENCE,
    limit_s: float = LIMIT_S,
) -> dict[str, Any]:
    """Ask one device for everything, within the time; return the answer as plain values."""
    began = time.monotonic()
    echo = ping(ip_address(target.address))
    survey = Survey(target, known_gear(), shipped(), chosen=profile)
    line = Line(target, patience)
    try:
        line.converse(surveying(survey), began + limit_s)
    except OutOfTimeError:
        pass
    finally:
        line.close()
    cost = Cost(requests=line.requests, varbinds=line.varbinds, seconds=time.monotonic() - began)
    reachable = survey.answered or echo.outcome is Outcome.ANSWERED
    return document(
        survey, address=target.address, rtt_ms=echo.rtt_ms, reachable=reachable, cost=cost
    )
