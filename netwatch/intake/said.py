"""One line of the staff -> what is meant by it. Pure; what is not wholly clear is asked back.

Nothing of a line's own words is ever passed on from here: a cause is one of a list, an end is a
rounded moment. The line itself is a note for colleagues.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Final

from netwatch.intake.lexicon import LANGUAGES, Kind, lexicon
from netwatch.intake.said_times import end_after, end_at, nearest
from netwatch.intake.said_tokens import Piece, Sort, pieces
from netwatch.model.meaning import Meaning, Unclear
from netwatch.model.terms import Cause

HELD: Final = timedelta(hours=1)
LONGEST_HOLD: Final = timedelta(hours=24)
BEFORE_IT: Final = (Kind.CAUSE, Kind.DONE, Kind.MISTAKEN)
"""With unknown words before them they may say the contrary: "half done", "looks like"."""
COMING: Final = frozenset({Kind.ON_SITE, Kind.ON_THE_WAY})


def said(text: str, languages: Sequence[str], now: datetime, zone: tzinfo) -> Meaning:
    """Return what a line means.

    Args:
        text: whatever somebody wrote; only its beginning is looked at.
        languages: which the writer may speak, best first; all seven where a word is unknown.
        now: when it came.
        zone: of the clock that the writer looks at.
    """
    line = pieces(text, lexicon(languages))
    if any(piece.sort is Sort.WORD for piece in line):  # it may be of another language
        line = pieces(text, lexicon((*languages, *LANGUAGES)))
    return _Reading(now, zone).of(line)


@dataclass(slots=True)
class _Reading:
    """What was read so far."""

    now: datetime
    zone: tzinfo
    incidents: set[str] = field(default_factory=set)
    tasks: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    kinds: set[Kind] = field(default_factory=set)
    causes: set[Cause] = field(default_factory=set)
    ends: set[datetime] = field(default_factory=set)
    there: set[datetime] = field(default_factory=set)
    alone: bool = False
    """A span of time stands by itself: it may be that of a way, if they are on one."""
    hold: timedelta | None = None
    unclear: Unclear | None = None

    def of(self, line: Sequence[Piece]) -> Meaning:
        """Return what a line means, clause by clause."""
        first = next((one.sort for one in line if one.sort is not Sort.INCIDENT), None)
        self.hold = HELD if first is Kind.HOLD else None
        clause: list[Piece] = []
        for piece in (*line, Piece(Sort.BREAK)):
            if piece.sort is not Sort.BREAK:
                clause.append(piece)
                continue
            self._clause([one for one in clause if one.sort is not Kind.FILLER])
            clause = []
        return self._meaning()

    def _clause(self, clause: list[Piece]) -> None:
        """Take one clause; ``anchor`` is what a time in it belongs to."""
        anchor: Kind | None = None
        marker: Kind | None = None
        words = any(one.sort is Sort.WORD for one in clause)
        strange = False
        for piece in clause:
            match piece.sort:
                case Kind.UNTIL | Kind.WITHIN | Kind.AT:
                    marker = Kind(piece.sort)
                    continue
                case Sort.CLOCK:
                    anchor = self._clock(piece.span, marker, anchor, words)
                case Sort.LENGTH:
                    anchor = self._length(piece.span, marker, anchor, words)
                case Kind.DOUBT:
                    self._ask(Unclear.DOUBT)
                case Sort.WORD:
                    strange = True
                case _:
                    if strange and piece.sort in BEFORE_IT:
                        self._ask(Unclear.DOUBT)
                    anchor = self._word(piece, anchor)
            marker = None

    def _word(self, piece: Piece, anchor: Kind | None) -> Kind | None:
        match piece.sort:
            case Sort.INCIDENT:
                self.incidents.add(piece.value)
                return anchor
            case Sort.TASK:
                self.tasks.add(piece.value)
                self.incidents.add(piece.value.partition(".")[0])
                return anchor
            case Sort.CODE:
                self.codes.add(piece.value)
                return anchor
            case Kind.CAUSE:
                self.causes.add(Cause(piece.value))
            case _:
                pass
        kind = Kind(piece.sort)
        self.kinds.add(kind)
        return kind

    def _length(
        self, span: timedelta, marker: Kind | None, anchor: Kind | None, words: bool
    ) -> Kind | None:
        if anchor is Kind.HOLD:
            self.hold = min(span, LONGEST_HOLD) if span > timedelta(0) else HELD
            return anchor
        if words or marker in (Kind.AT, Kind.UNTIL):
            self._ask(Unclear.TIME)
        elif anchor in COMING:
            if marker is Kind.WITHIN:
                self.there.add(self.now + span)
            else:
                self._ask(Unclear.TIME)
        elif anchor is Kind.DONE and marker is not Kind.WITHIN:
            self._ask(Unclear.TIME)
        else:
            self.alone = self.alone or anchor is None
            self._end(end_after(span, self.now), anchor)
        return None

    def _clock(
        self, clock: timedelta, marker: Kind | None, anchor: Kind | None, words: bool
    ) -> Kind | None:
        if anchor is Kind.HOLD:
            return anchor
        if words:
            self._ask(Unclear.TIME)
        elif anchor in COMING and marker is not Kind.UNTIL:
            self.there.add(nearest(clock, self.now, self.zone))
        elif anchor is Kind.DONE and marker is not Kind.UNTIL:
            if nearest(clock, self.now, self.zone) > self.now:
                self._ask(Unclear.TIME)
        elif marker is Kind.UNTIL and anchor not in COMING:
            self._end(end_at(clock, self.now, self.zone), anchor)
        else:
            self._ask(Unclear.TIME)
        return None

    def _end(self, end: datetime | None, anchor: Kind | None) -> None:
        """Take when it will work again; "done by 19:30" is not done yet."""
        if anchor is Kind.DONE:
            self.kinds.discard(Kind.DONE)
        if end is None:
            self._ask(Unclear.TIME)
        else:
            self.ends.add(end)

    def _ask(self, why: Unclear) -> None:
        self.unclear = self.unclear or why

    def _meaning(self) -> Meaning:
        if self.hold is not None:  # whatever else it says: to stop words is always safe
            return Meaning(hold=self.hold)
        for some in (self.incidents, self.tasks, self.codes, self.causes, self.ends, self.there):
            if len(some) > 1:
                self._ask(Unclear.SEVERAL)
        if self.alone and self.kinds & COMING and not self.causes:
            self._ask(Unclear.TIME)
        clash = {Kind.DONE, Kind.MISTAKEN} & self.kinds
        if clash and (self.ends or (Kind.MISTAKEN in clash and (self.causes or len(clash) > 1))):
            self._ask(Unclear.SEVERAL)
        here = Kind.ON_SITE in self.kinds
        meaning = Meaning(
            incident=_only(self.incidents),
            task=_only(self.tasks),
            acknowledge=bool(self.kinds & {Kind.ACKNOWLEDGE, Kind.ON_THE_WAY}),
            on_site=next(iter(self.there), self.now if here else None),
            cause=next(iter(self.causes), None),
            until=next(iter(self.ends), None),
            done=Kind.DONE in self.kinds,
            mistaken=Kind.MISTAKEN in self.kinds,
            code=_only(self.codes),
        )
        unclear = self.unclear or (Unclear.NOTHING if meaning.says_nothing else None)
        if unclear is None:
            return meaning
        if unclear is Unclear.DOUBT and meaning.says_nothing:
            unclear = Unclear.NOTHING
        return Meaning(incident=meaning.incident, task=meaning.task, unclear=unclear)


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""
