"""What the desk asks about a caller -> every line that may be meant: its state, what to say."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from netwatch.delivery.render import Renderer
from netwatch.intake.doorkeeper import RefusedError
from netwatch.inventory.callers.directory import ADDRESS, PHONE, Found
from netwatch.inventory.callers.masks import masked
from netwatch.model.clock import Clock
from netwatch.model.facts import IncidentKind
from netwatch.model.network import Subscriber
from netwatch.rules.rulebook import Commitment
from netwatch.service.announced import announced
from netwatch.service.caller_check import ANSWER, NUMBER, is_right, question
from netwatch.service.callers import PATIENCE_S, SHORTLY_S, Callers
from netwatch.service.files import Files
from netwatch.service.owed_credit import credit
from netwatch.service.owed_credit import plain as plain_credit
from netwatch.service.saying import Sayings, call_back_by
from netwatch.views.below import Ways
from netwatch.views.board import Board, Outage
from netwatch.views.desk import AFFECTED, DOWN, UNKNOWN, UP, Line, Lines
from netwatch.views.proof import stamp

WEB: Final = "netwatch-web"
"""The user that faces the world: it looks up customers only where the settings let it."""
LONGEST: Final = 300
LONGEST_LANGUAGE: Final = 12
LONGEST_ANSWER: Final = 40
NOBODY: Final = (
    "nobody is found by that: try the number of the contract, the phone as they gave it to us, the"
    " surname, or street and house"
)

Plain = dict[str, Any]


class Asking:
    """Answers who has a caller on the line. What is asked is kept nowhere."""

    def __init__(
        self,
        *,
        board: Callable[[], Board],
        ways: Callable[[], Ways],
        renderer: Callable[[], Renderer],
        files: Callable[[], Files],
        callers: Callers,
        languages: tuple[str, ...],
        clock: Clock,
        open_to_web: bool,
    ) -> None:
        """Know whom to ask; nothing is looked up yet.

        Args:
            board: the incidents and works as they stand.
            ways: through the network in force.
            renderer: makes the words.
            files: inventory and rules in force.
            callers: knows whose lines there are.
            languages: the operator's.
            clock: tells the time.
            open_to_web: whether the process that faces the world may ask.
        """
        self._board, self._ways, self._renderer = board, ways, renderer
        self._files, self._callers, self._clock = files, callers, clock
        self._languages, self._open_to_web = languages, open_to_web
        self._sayings = Sayings()

    async def ask(self, asked: Plain, who: str) -> Plain:
        """Return every line that may be meant by what was typed, and how each stands now.

        Raises:
            RefusedError: nothing was typed, or who asks may not.
        """
        if who == WEB and not self._open_to_web:
            raise RefusedError("the console looks up no customers; let it with [web] desk = true")
        text = str(asked.get("query", ""))[:LONGEST].strip()
        if not text:
            raise RefusedError("type a phone number, a number of a contract, a name or an address")
        language = str(asked.get("language") or "")[:LONGEST_LANGUAGE]
        answer = str(asked.get("answer") or "")[:LONGEST_ANSWER]
        found = (await self._callers.now()).find(text)
        if not found.lines:
            patience_s = PATIENCE_S if asked.get("patient") is True else SHORTLY_S
            found = (await self._callers.fresh(patience_s)).find(text)
        return self._answer(text, found, language, answer)

    def _answer(self, text: str, found: Found, language: str, answer: str) -> Plain:
        board, ways, at = self._board(), self._ways(), self._clock.now()
        lines = Lines(board, ways, asked_again=False)
        people = ways.network.subscribers
        matches = [
            self._match(people[one], lines, found.by, language, answer, at)
            for one in found.lines
            if one in people
        ]
        more, by, say = found.more, found.by, _next(found, len(matches))
        if not matches:
            more, by = 0, ""
            matches, say = self._by_place(board, text, language, at, say)
            by = ADDRESS if matches else by
        states = {match["state"] for match in matches}
        if not matches and self._callers.is_behind:
            say = "files or contacts have just changed and are being read: ask again in a minute"
        held = board.is_held(at)
        if held and matches:
            say = f"{say}; all public words are stopped just now: ask the person on duty first"
        return {
            "matches": matches,
            "more": more,
            "found_by": by or None,
            "affected": _affected(states),
            "held": held,
            "next": say.removeprefix("; ") or None,
        }

    def _match(  # noqa: PLR0917 - who, how found, how proven
        self, one: Subscriber, lines: Lines, by: str, language: str, answer: str, at: datetime
    ) -> Plain:
        contact = self._callers.contact(one.person, one.id)
        gone = self._callers.is_forgotten(one.person, one.id)
        speaks = language or (contact.language if contact else "") or one.language
        speaks = speaks or self._languages[0]
        right = is_right(answer, one, contact, forgotten=gone)
        checked = NUMBER if by == PHONE else ANSWER if right else None
        stands = self._line(one, lines, at)
        line = _of_the_contract(one, stands) if checked else stands
        promised = self._commitment(one)
        owed = credit(line, promised, at) if promised and checked else None
        return {
            "subscriber": one.id,
            **self._stands(line, speaks, at),
            "services": list(one.services),
            "critical": one.critical,
            "contact": None if by == PHONE else masked(one, contact, forgotten=gone),
            "commitment": _promised(promised, line),
            "history": [_row(outage) for outage in lines.history(one.id)],
            "coming": [
                {"works": work.id, "starts": stamp(work.starts), "ends": stamp(work.ends)}
                for work in lines.coming(one.id, at)
            ],
            "callback": f"netwatch desk callback add --subscriber {one.id}",
            "next": line.next,
            "checked": checked,
            "check": None if checked else question(one, contact, forgotten=gone),
            "suspended": one.suspended if checked else None,
            "credit": plain_credit(owed, self._renderer(), speaks, at),
        }

    def _line(self, one: Subscriber, lines: Lines, at: datetime) -> Line:
        """Return how a line stands: by its address alone, where nobody knows on what it hangs."""
        line = lines.of(one.id)
        if line.state != UNKNOWN or one.device is not None:
            return line
        there, _ = announced(self._board(), one.address, at)
        return line if there is None else there

    def _stands(self, line: Line, language: str, at: datetime) -> Plain:
        """Return how a line stands and what is said: what the contract names comes first."""
        renderer = self._renderer()
        by = call_back_by(line, renderer, at)
        since, down = line.since, line.state == DOWN
        return {
            "state": line.state,
            "incident": line.outage.incident if line.outage else None,
            "since": _time(since),
            "expected_end": _time(line.expected_end),
            "language": language,
            "say": self._sayings.of(line, renderer, language, at),
            "affected": line.state in AFFECTED,
            "phase": line.phase.value if line.outage and not line.before_others else None,
            "cause": line.outage.cause.value if line.outage else None,
            "works": line.work.id if line.work else None,
            "also": [outage.incident for outage in line.also],
            "minutes_without": int((at - since).total_seconds() // 60) if down and since else 0,
            "call_back_by": _time(by),
        }

    def _commitment(self, one: Subscriber) -> Commitment | None:
        """Return what was promised to the plan of a line."""
        known: tuple[Commitment, ...] = self._files().rulebook.commitments
        return next((it for it in known if one.plan and one.plan in it.plans), None)

    def _by_place(
        self, board: Board, text: str, language: str, at: datetime, say: str
    ) -> tuple[list[Plain], str]:
        """Return what is announced for an address of nobody we know, as the public page does."""
        line, near = announced(board, text, at)
        if near:
            return [], f"{say}; in that street {near} is announced, at other houses"
        if line is None:
            return [], say
        stands = self._stands(line, language or self._languages[0], at)
        rest = {
            "services": [], "critical": False, "contact": None, "commitment": None, "history": [],
            "coming": [], "callback": "netwatch desk callback add PHONE", "next": line.next,
            "checked": None, "check": None, "suspended": None, "credit": None,
        }  # fmt: skip
        return [{"subscriber": None, **stands, **rest}], "nobody of ours is known at that address"


def _of_the_contract(one: Subscriber, line: Line) -> Line:
    """Return how a line stands for one who may hear of the contract: an outage goes before it."""
    if not one.suspended or (line.state in AFFECTED and not _own(line)):
        return line
    text = "the contract is suspended, nothing is broken: put them through to those who know why"
    return Line(state=UP, suspended=True, next=text)


def _own(line: Line) -> bool:
    return line.outage is not None and line.outage.kind is IncidentKind.LINE


def _promised(held: Commitment | None, line: Line) -> Plain | None:
    """Return by when somebody was promised a repair, where their plan says so."""
    if held is None:
        return None
    begun = line.since if line.state == DOWN else None
    within = held.repair_within
    return {
        "id": held.id,
        "repair_within_minutes": within and int(within.total_seconds() // 60),
        "repair_by": _time(begun + within) if begun and within else None,
    }


def _next(found: Found, shown: int) -> str:
    if shown and found.more:
        return f"{found.more} more fit: add the first name, the street or the house"
    if shown > 1:
        return "several lines: ask which one it is about"
    if shown:
        return ""
    if found.in_street:
        others = "1 line" if found.in_street == 1 else f"{found.in_street} lines"
        return f"nobody at that house, {others} in that street: is the number right?"
    return NOBODY


def _affected(states: set[str]) -> bool | None:
    """Say whether anybody has no service; None: nobody was found, or nothing is known of them."""
    if states & set(AFFECTED):
        return True
    return None if not states or UNKNOWN in states else False


def _row(outage: Outage) -> Plain:
    ended = outage.ended_at
    lasted = ended - outage.since if ended is not None else None
    return {
        "incident": outage.incident,
        "since": stamp(outage.since),
        "until": _time(ended),
        "minutes": int(lasted.total_seconds() // 60) if lasted is not None else None,
        "cause": outage.cause.value,
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)
