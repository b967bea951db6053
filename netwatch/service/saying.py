"""How a line stands -> what the desk says and writes, ready for all who ask at about that time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from netwatch.delivery.render import Renderer, Text
from netwatch.delivery.wording_situation import as_one
from netwatch.delivery.wording_works import as_outage
from netwatch.delivery.words import (
    CHAT,
    DESK,
    DESK_PHASES,
    FINE,
    LINE,
    MAIL,
    MESSENGER,
    SUSPENDED,
    UNKNOWN,
    NoWordsError,
)
from netwatch.model.facts import Cause, IncidentKind, Phase
from netwatch.views.board import Outage
from netwatch.views.desk import DOWN, PLANNED, RESTORED, UP, Line
from netwatch.views.works import Work

WAYS: Final = {"phone": DESK, "chat": CHAT, "mail": MAIL, "messenger": MESSENGER}
"""How somebody is answered, and the channel whose words they hear."""
HOLDS: Final = timedelta(seconds=5)
"""So long words are said again as they were: only the hour in them could have changed."""
MOST: Final = 2000

Say = dict[str, str]
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Made:
    """Words, and what they were made of."""

    of: Outage | Work | None
    by: Renderer
    at: datetime
    say: Say


class Sayings:
    """Words for the desk. Made again as soon as what they speak of changes, or after seconds."""

    def __init__(self) -> None:
        self._made: dict[_Key, _Made] = {}

    def of(self, line: Line, renderer: Renderer, language: str, at: datetime) -> Say:
        """Return what is said of a line, by way."""
        about, thing = _about(line)
        key = (about, _name(thing), language)
        made = self._made.get(key)
        if made is None or not _holds(made, thing, renderer, at):
            if len(self._made) >= MOST:
                self._made.clear()
            say = _worded(about, thing, renderer, language, at)
            made = self._made[key] = _Made(thing, renderer, at, say)
        return made.say


def announced_as(line: Line, renderer: Renderer, channel: str, language: str, at: datetime) -> str:
    """Return what a machine says of a line that has no service."""
    about, thing = _about(line)
    if thing is None:
        return ""
    try:
        return _text(about, thing, renderer, channel, language, at).body
    except NoWordsError:
        return ""


def call_back_by(line: Line, renderer: Renderer, at: datetime) -> datetime | None:
    """Return by when the words for a line promise a call, news or not; None: they promise none.

    They promise none for one home's own line, while the power is out at the homes, and where they
    say until when it lasts.
    """
    if line.state == DOWN and line.outage is not None:
        outage, end = line.outage, line.outage.expected_end
        says_end = line.phase is Phase.CONFIRMED and end is not None and end > at
        silent = outage.cause is Cause.POWER_HOMES or _alone(line) or says_end
        return None if silent else renderer.next_update(outage, line.phase, at)
    if line.suspended or line.state in (UP, PLANNED, RESTORED):
        return None
    return renderer.next_update(as_one((), at), Phase.SUSPECTED, at)


def _about(line: Line) -> tuple[str, Outage | Work | None]:
    if line.suspended:
        return SUSPENDED, None
    if line.work is not None:
        return Phase.PLANNED, line.work
    if line.outage is not None and not line.before_others:
        return (LINE if _alone(line) else line.phase), line.outage
    return (UNKNOWN if line.state == UNKNOWN else FINE), None


def _alone(line: Line) -> bool:
    """Say whether it is one home's own line that has no service."""
    own = line.outage is not None and line.outage.kind is IncidentKind.LINE
    return own and line.state == DOWN and not line.apart


def _name(thing: Outage | Work | None) -> str:
    if thing is None:
        return ""
    return thing.id if isinstance(thing, Work) else thing.incident


def _holds(made: _Made, thing: Outage | Work | None, renderer: Renderer, at: datetime) -> bool:
    return made.of is thing and made.by is renderer and made.at <= at < made.at + HOLDS


def _text(  # noqa: PLR0917 - whose words, of what, how
    about: str,
    thing: Outage | Work | None,
    renderer: Renderer,
    channel: str,
    language: str,
    at: datetime,
) -> Text:
    outage = as_outage(thing) if isinstance(thing, Work) else thing
    if about in DESK_PHASES or outage is None:
        since = None if outage is None else outage.since
        return renderer.of_line(about, channel, language, at, since)
    return renderer.notice(outage, Phase(about), channel, language, at)


def _worded(
    about: str, thing: Outage | Work | None, renderer: Renderer, language: str, at: datetime
) -> Say:
    say: Say = {}
    for way, channel in WAYS.items():
        try:
            text = _text(about, thing, renderer, channel, language, at)
        except NoWordsError:
            continue
        head = f"{text.title}\n\n" if channel == MAIL and text.title else ""
        say[way] = f"{head}{text.body}"
    return say
