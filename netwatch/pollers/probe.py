"""Address -> all that netwatch understands of the device there (contract section 6)."""

import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any, Final

from netwatch.model.arrivals import Outcome
from netwatch.pollers.gear.document import Cost, document
from netwatch.pollers.gear.explaining import explained
from netwatch.pollers.gear.survey import Survey, surveying
from netwatch.pollers.icmp import ping
from netwatch.pollers.library import Library, shipped_library
from netwatch.pollers.line import Line, OutOfTimeError, Question
from netwatch.pollers.questions import Answer, Get, Next, Patience, Target, Value, Walk

LIMIT_S: Final = 18.0
PATIENCE: Final = Patience(timeout_s=2.0, retries=2)


def probe_device(
    target: Target,
    *,
    profile: str | None = None,
    families: Library | None = None,
    patience: Patience = PATIENCE,
    limit_s: float = LIMIT_S,
    tell: Callable[[str], None] = lambda _why: None,
    explain: bool = False,
    kept: dict[str, Value] | None = None,
) -> tuple[Survey, dict[str, Any]]:
    """Ask one device for everything, within the time; return the answer, also as plain values.

    ``tell`` is told why a device that is there would not be asked, or was not believed. ``kept``
    takes every object that came, by full name; ``families`` are those that it may be of, else those
    that ship; ``explain`` adds where each line comes from.
    """
    began = time.monotonic()
    echo = ping(ip_address(target.address))
    known = families or shipped_library()
    survey = Survey(target, known.gear, known.profiles, chosen=profile)
    line = Line(target, patience)

    def heard(question: Question, answer: Answer) -> None:
        if kept is not None:
            kept.update(_objects(question, answer))
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
    said = document(
        survey, address=target.address, rtt_ms=echo.rtt_ms, reachable=reachable, cost=cost
    )
    return survey, (explained(survey, said) if explain else said)


def _objects(question: Question, answer: Answer) -> Iterator[tuple[str, Value]]:
    """Yield every object that an answer bears, by full name."""
    match question:
        case Get():
            yield from zip(question.oids, answer.values, strict=False)
        case Walk():
            for index, row in answer.rows.items():
                yield from ((f"{c}.{index}", v) for c, v in zip(question.columns, row, strict=True))
        case Next():
            yield from (bind for bind in answer.binds if bind is not None)
