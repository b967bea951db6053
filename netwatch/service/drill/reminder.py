"""When a drill was held last: what is not rehearsed fails at night, so doctor reminds of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from netwatch.service.drill.paper import Plain, Shelf
from netwatch.service.settings import Settings
from netwatch.service.verdicts import Verdict, ok, warn

QUARTER: Final = timedelta(days=90)
NAME: Final = "drill"
HOLD_ONE: Final = "hold one: netwatch drill start fibre-cut"


def last_drill(settings: Settings | None, now: datetime) -> Iterator[Verdict]:
    """Say when a drill ran to its end last; where none ever did that is no fault yet."""
    if settings is None:
        return
    reports = Shelf.of(settings.state).reports()
    done = [at for one in reports if one.get("complete") and (at := _ended(one)) is not None]
    if not done:
        tried = "none ran to its end" if reports else "none was held"
        yield ok(NAME, f"{tried} yet; try one without anybody: --speed max, then {HOLD_ONE}")
        return
    days = (now - max(done)).days
    if now - max(done) > QUARTER:
        yield warn(NAME, f"the last one was held {days} days ago", f"each quarter {HOLD_ONE}")
        return
    yield ok(NAME, f"the last one was held {days} days ago")


def _ended(report: Plain) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(report.get("ended")))
    except ValueError:
        return None
    return at if at.tzinfo else None
