"""When each place that the page is pushed to was rehearsed last: kept, and told by doctor."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from netwatch.delivery.page import whole
from netwatch.delivery.push.target import target_of
from netwatch.service.settings import Settings
from netwatch.service.verdicts import Verdict, ok, warn
from netwatch.views.proof import stamp

FOLDER: Final = "rehearsals"
FILE: Final = "push.json"
QUARTER: Final = timedelta(days=90)
COMMAND: Final = "netwatch publish rehearse"

Went = Mapping[str, str]
"""Line of ``push`` -> what went wrong; empty where nothing did."""


def record(state: Path, went: Went, at: datetime) -> None:
    """Keep how a rehearsal went; when a place did well last is kept while it fails.

    Raises:
        OSError: the state cannot be written.
    """
    kept = _kept(state)
    now = stamp(at)
    for line, why in went.items():
        last = kept.get(_key(line), {}).get("ok_at", "") if why else now
        kept[_key(line)] = {"at": now, "ok_at": last, "why": why[:500]}
    document = json.dumps(kept, ensure_ascii=False, sort_keys=True, indent=1)
    whole.put(state / FOLDER, {FILE: f"{document}\n".encode()})


def rehearsals(settings: Settings | None, now: datetime) -> Iterator[Verdict]:
    """Say of each place that the page is pushed to whether it did well within a quarter."""
    lines: Sequence[str] = settings.website.push if settings is not None else ()
    kept = _kept(settings.state) if settings is not None else {}
    for line in lines:
        yield _verdict(f"push to {target_of(line).name}", kept.get(_key(line), {}), now)


def _verdict(what: str, said: Mapping[str, str], now: datetime) -> Verdict:
    name = "push-rehearsal"
    last, why = _moment(said.get("ok_at", "")), said.get("why", "")
    if why:
        return warn(name, f"the {what} failed its last rehearsal: {why}", f"again: {COMMAND}")
    if last is None:
        return warn(name, f"the {what} was never rehearsed as it stands", f"do: {COMMAND}")
    days = (now - last).days
    if now - last > QUARTER:
        return warn(name, f"the {what} was rehearsed {days} days ago", f"each quarter: {COMMAND}")
    return ok(name, f"the {what} was rehearsed {days} days ago")


def _kept(state: Path) -> dict[str, dict[str, str]]:
    """Return what is kept; a file that cannot be read is one that says nothing."""
    try:
        read: Any = json.loads((state / FOLDER / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    rows = read.items() if isinstance(read, dict) else ()
    return {
        str(key): {name: text for name, text in row.items() if isinstance(text, str)}
        for key, row in rows
        if isinstance(row, dict)
    }


def _key(line: str) -> str:
    """Return what tells a line from another: one that was changed is to be rehearsed anew."""
    return hashlib.blake2b(line.encode(), digest_size=12).hexdigest()


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
