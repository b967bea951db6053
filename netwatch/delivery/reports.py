"""What became of a message after a gateway took it: reports, and the notices they are about.

Gateways know a message by a mark of ours that tells them nothing, or by a number of theirs. A
report about nothing that was handed over of late is passed over: anybody may send one.

Source: SMSAPI's documentation of callbacks (``status``, ``idx``) and its list of delivery states.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from netwatch.model.arrivals import Receipt, Result
from netwatch.model.facts import NoticeSent
from netwatch.model.names import NoticeKey

KEPT: Final = timedelta(days=2)
"""How long a report is waited for."""
MOST: Final = 200_000
MOST_AT_ONCE: Final = 1000
LENGTH: Final = 64
"""Letters of a mark."""
LAST_WORDS: Final = (Result.DELIVERED, Result.UNDELIVERED)
SMSAPI_STATES: Final = {
    "402": (Result.UNDELIVERED, "it expired on the way"),
    "404": (Result.DELIVERED, ""),
    "405": (Result.UNDELIVERED, "the phone could not be reached"),
    "406": (Result.UNDELIVERED, "the network failed"),
    "407": (Result.UNDELIVERED, "the network rejected it"),
    "412": (Result.UNDELIVERED, "it was stopped there"),
}
"""States that are final; of the others nothing is told."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one message in the end."""

    mark: str
    result: Result
    detail: str = ""


def mark(key: NoticeKey) -> str:
    """Return a key as a gateway gets it: letters and digits, and nothing to be read in them."""
    return sha256(key.encode()).hexdigest()


def reports_of(given: Mapping[str, Any]) -> tuple[Report, ...]:
    """Return what a callback of SMSAPI tells; several messages stand there with commas between."""
    marks, states = (str(given.get(name, "")).split(",") for name in ("idx", "status"))
    told = []
    for one, state in zip(marks[:MOST_AT_ONCE], states, strict=False):
        if (known := SMSAPI_STATES.get(state.strip())) is not None:
            told.append(Report(one.strip()[-LENGTH:], *known))  # before it: the installation
    return tuple(told)


@dataclass(slots=True)
class Awaited:
    """The notices that a channel took, until it is told what became of them."""

    _keys: dict[str, NoticeKey] = field(default_factory=dict)

    def take(self, sent: NoticeSent, now: datetime) -> None:
        """Wait for reports about these, or no longer."""
        if now - sent.at > KEPT:
            return
        for key in sent.keys:
            if sent.result is Result.ACCEPTED:
                self._keys[mark(key)] = key
            else:
                self._keys.pop(mark(key), None)
        while len(self._keys) > MOST:
            del self._keys[next(iter(self._keys))]

    def receipt(self, report: Report, at: datetime) -> Receipt | None:
        """Return what is to be noted of a report; None where nobody waits for it."""
        key = self._keys.pop(report.mark, None)
        if key is None:
            return None
        return Receipt(at=at, key=key, result=report.result, detail=report.detail)
