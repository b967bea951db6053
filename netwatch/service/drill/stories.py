"""What really happened somewhere, as it was told -> a drill: ``STORIES.json:ID``.

A story is a list of moments, each with a time as people write it (``10:00``, ``~11:15``, ``+30
min``, ``night``) and a kind. Kinds that nobody sees from here (a ticket, a forecast) make nothing
fall. The hours of a story are pressed into the time that people have for a drill.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from netwatch.inventory.near import did_you_mean
from netwatch.model.faults import NetwatchError

MOST_BYTES: Final = 4 << 20
LASTS_S: Final = 45 * 60
LAST_STEP_S: Final = 35 * 60
"""When the last thing of a story happens: its end is to be seen too."""
MENDED_S: Final = 40 * 60
"""When everything works again of which nobody told that it does."""
UNTIMED_S: Final = 15 * 60
"""Between two moments of which only the order is known."""
DAY_S: Final = 24 * 3600
HOURS: Final = {"night": 2, "morning": 7, "noon": 12, "afternoon": 15, "evening": 19}
FALLS: Final = frozenset({"down"})
DARKENS: Final = frozenset({"power"})
MENDS: Final = frozenset({"restored", "restored-at-risk", "closed", "recovery"})
PARTLY: Final = frozenset({"partial", "remaining"})
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d\d)")
_LATER: Final = re.compile(r"[+>]\s*(\d+)\s*(min|h|days?|d)?")

Plain = dict[str, Any]


class StoryError(NetwatchError):
    """The file holds no such story."""

    exit_code = 2


def story_of(text: str) -> Plain:
    """Return a story as an entry of ``rules/drills``.

    Args:
        text: ``FILE.json:ID``.

    Raises:
        StoryError: it cannot be read, or nothing falls in it.
    """
    name, _, wanted = text.rpartition(":")
    stories = {str(one.get("id")): one for one in _read(Path(name))}
    if wanted not in stories:
        near = did_you_mean(wanted, stories, f"there are: {' '.join(stories) or 'none'}")
        raise StoryError(f"{name} tells no story {wanted!r}; {near}")
    return entry_of(stories[wanted])


def entry_of(story: Plain) -> Plain:
    """Return one story as an entry of ``rules/drills``.

    Raises:
        StoryError: nothing falls in it.
    """
    timeline = story.get("timeline")
    rows = [one for one in timeline if isinstance(one, dict)] if isinstance(timeline, list) else []
    times = list(_seconds(rows))
    first = next((at for at, row in zip(times, rows, strict=True) if _act(row, 0)), 0.0)
    told: list[tuple[float, Plain]] = []
    for at, row in zip(times, rows, strict=True):
        act = _act(row, len(told))
        if act is not None:
            told.append((at - first, act))
    if not told:
        raise StoryError(f"nothing falls in the story {story.get('id')!r}: it makes no drill")
    span = max(at for at, _ in told)
    factor = min(1.0, LAST_STEP_S / span) if span else 1.0
    steps = [{"after": f"{round(at * factor)}s", **act} for at, act in told]
    if steps[-1].get("mends") != "all":
        steps.append({"after": f"{MENDED_S}s", "mends": "all"})
    return {
        "id": re.sub(r"[^A-Za-z0-9._-]", "-", str(story.get("id")))[:64] or "story",
        "title": str(story.get("summary", ""))[:200],
        "lasts": f"{LASTS_S}s",
        "steps": steps,
    }


def _read(path: Path) -> list[Plain]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise StoryError(f"{path} is larger than 4 MB; is it a file of stories?")
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise StoryError(f"{path} cannot be read: {fault.strerror}; check the path") from None
    except (ValueError, RecursionError):
        raise StoryError(f"{path} is no JSON; see the how-to about drills") from None
    found = document.get("scenarios") if isinstance(document, dict) else document
    if not isinstance(found, list):
        raise StoryError(f"{path} has no list of scenarios; see the how-to about drills")
    return [one for one in found if isinstance(one, dict)]


def _act(row: Plain, before: int) -> Plain | None:
    """Return what happens by a row, after so many others; None: nothing that is seen from here."""
    kind = str(row.get("kind", ""))
    words = str(row.get("what", ""))
    if kind in FALLS:
        return {"falls": "here"}
    if kind in DARKENS:
        mended = bool(before) and re.search(r"\b(repair|back|restored|again)", words, re.IGNORECASE)
        return {"mends": "all"} if mended else {"darkens": "here"}
    if kind == "flap":
        return {"darkens": "here"}
    if kind in PARTLY and before:
        return {"mends": "part"} if kind == "partial" else {"falls": "part"}
    if kind in MENDS and before:
        return {"mends": "all"}
    return {"falls": "part"} if kind == "degraded" and not before else None


def _seconds(rows: list[Plain]) -> Iterator[float]:
    """Yield when each row is, in seconds; the order of the file is the order of time."""
    last: float | None = None
    for row in rows:
        text = str(row.get("t", "")).strip().lower()
        at = _moment(text, last)
        if last is not None and at < last:
            at = at + DAY_S if last - at > DAY_S / 2 else last
        last = at
        yield at


def _moment(text: str, last: float | None) -> float:
    before = 0.0 if last is None else last
    clock = _CLOCK.search(text)
    if clock:
        return int(clock[1]) * 3600 + int(clock[2]) * 60.0
    later = _LATER.search(text)
    if later and later[2]:
        unit = {"m": 60.0, "h": 3600.0, "d": DAY_S}[later[2][0]]
        return before + int(later[1]) * unit
    hour = HOURS.get(text)
    if hour is not None:
        return hour * 3600.0
    return before if last is None else before + UNTIMED_S
