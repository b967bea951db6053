"""Links in messages to the staff: made when one leaves, pressed once, in that person's name."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from netwatch.delivery.recipients import TEAM
from netwatch.intake.arrivals import NoArrivalError, command_from_plain
from netwatch.intake.doorkeeper import Brought, RefusedError
from netwatch.intake.links import KEY_OCTETS, Act, Link, link_of, token_of
from netwatch.inventory.places.disk import append_lines, replace_whole
from netwatch.model.arrivals import Command
from netwatch.model.clock import Clock
from netwatch.model.facts import NoticeDue, Purpose
from netwatch.response.cases import RUNG
from netwatch.response.consent import BY_LINK

FOLDER: Final = "links"
LASTS: Final = timedelta(hours=12)
HELD: Final = timedelta(hours=1)
MOST_TASKS: Final = 6
"""A message has links for so many tasks at most: they are read on a phone."""
MOST_USED: Final = 10_000
DOES: Final = {
    Act.ACKNOWLEDGE: "take {subject} into your hands: nobody else is called because of it",
    Act.HOLD: "stop all public words for one hour",
    Act.APPROVE: "let the words of {subject} go out",
    Act.REFUSE: "not let the words of {subject} go out",
    Act.TASK_DONE: "say that the task {subject} is done",
}
OF_STAFF: Final = frozenset(DOES)
OF_INCIDENT: Final = frozenset({Act.ACKNOWLEDGE, Act.HOLD})
"""These are about one incident: below them stands where more is said of it."""
SHORT: Final = {
    "en": ("I have it", "stop public words", "yes", "no", "{subject} done"),
    "pl": ("przejmuję", "wstrzymaj komunikaty", "tak", "nie", "{subject} zrobione"),
    "cs": ("beru to", "zastavit hlášení", "ano", "ne", "{subject} hotovo"),
    "sk": ("beriem to", "zastaviť oznamy", "áno", "nie", "{subject} hotovo"),
    "uk": ("беру", "зупинити повідомлення", "так", "ні", "{subject} зроблено"),
    "de": ("ich übernehme", "Meldungen anhalten", "ja", "nein", "{subject} erledigt"),
    "ru": ("беру", "остановить сообщения", "да", "нет", "{subject} сделано"),
}
"""What is put before a link, in the order of ``DOES``."""

Plain = dict[str, Any]


@dataclass(slots=True)
class _Used:
    """Links that were pressed; each is remembered until it would have expired."""

    path: Path
    seals: dict[str, int]

    def add(self, token: str, expires: datetime) -> None:
        seal, until = token[-16:], int(expires.timestamp())
        self.seals[seal] = until
        append_lines(self.path, f"{seal} {until}\n".encode())

    def __contains__(self, token: str) -> bool:
        return token[-16:] in self.seals


class Links:
    """Makes links, says what they do, and does it once."""

    def __init__(
        self,
        state: Path,
        base: str,
        key: bytes,
        clock: Clock,
        bring: Callable[[Command], Awaitable[Brought]],
        *,
        office: str | None = None,
    ) -> None:
        """Read which were pressed; ``office``: where the staff reaches the pages of incidents."""
        self._office = office
        self._base, self._clock, self._bring = base.rstrip("/"), clock, bring
        self._key = key
        self._used = _used(state / FOLDER / "used", clock.now())
        self._pressed: set[str] = set()

    def afterword(self, due: NoticeDue, recipient: str, language: str = "en") -> str:
        """Return what is put below a message to one of the staff: a link for each thing to do."""
        if due.audience not in TEAM:
            return ""
        short = dict(zip(DOES, SHORT.get(language, SHORT["en"]), strict=True))
        lines = (
            f"{short[act].format(subject=subject)}: {self._url(act, recipient, subject)}"
            for act, subject in _fitting(due)
        )
        return "\n".join(lines)

    async def ask(self, question: Plain, _who: str) -> Plain:
        """Say what a link does; with ``press`` do it.

        Raises:
            RefusedError: it is none of ours, too old, or was pressed before.
        """
        token = str(question.get("token", ""))
        link = link_of(self._key, token)
        at = self._clock.now()
        if link is None or link.act not in OF_STAFF:
            raise RefusedError("this link was not made here")
        if at > link.expires:
            raise RefusedError("this link is too old; what it is about stands in the console")
        if token in self._used:
            raise RefusedError("this link was used already")
        told = {"does": DOES[link.act].format(subject=link.subject), "person": link.person}
        if self._office is not None and link.act in OF_INCIDENT:
            told["page"] = f"{self._office.rstrip('/')}/incident/{link.subject}"
        if question.get("press") is not True:
            return {**told, "done": False}
        await self._press(token, link, at)
        return {**told, "done": True}

    async def _press(self, token: str, link: Link, at: datetime) -> None:
        """Do what a link is for; only what was done uses it up."""
        if token in self._pressed:
            raise RefusedError("this link is being used just now")
        self._pressed.add(token)
        try:
            brought = await self._bring(_command(link, at))
            if brought.refused:
                raise RefusedError(brought.refused)
            self._used.add(token, link.expires)
        finally:
            self._pressed.discard(token)

    def _url(self, act: Act, person: str, subject: str) -> str:
        expires = self._clock.now() + LASTS
        link = Link(act=act, person=person, subject=subject, expires=expires)
        return f"{self._base}/go/{token_of(self._key, link)}"


def _fitting(due: NoticeDue) -> list[tuple[Act, str]]:
    if due.purpose is Purpose.APPROVAL:
        return [(Act.APPROVE, due.subject), (Act.REFUSE, due.subject)]
    if due.purpose is Purpose.TASK:
        return [(Act.TASK_DONE, task) for task in due.detail.split()[:MOST_TASKS]]
    if due.incident is not None and (due.purpose is Purpose.ALERT or due.subject == RUNG):
        return [(Act.ACKNOWLEDGE, due.incident), (Act.HOLD, due.incident)]
    return []


def _command(link: Link, at: datetime) -> Command:
    match link.act:
        case Act.HOLD:
            plain: Plain = {"kind": "hold", "lasts": HELD.total_seconds()}
        case Act.ACKNOWLEDGE:
            plain = {"kind": "acknowledge", "incident": link.subject}
        case Act.APPROVE:
            plain = {"kind": "approve", "approval": link.subject}
        case Act.REFUSE:
            plain = {"kind": "refuse", "approval": link.subject}
        case Act.TASK_DONE:
            plain = {"kind": "finishtask", "task": link.subject}
        case Act.JOIN | Act.LEAVE | Act.REPLY:
            raise RefusedError("this is no link for the staff")
    try:
        return command_from_plain(plain, at=at, by=_name(link))
    except NoArrivalError as fault:
        raise RefusedError(str(fault)) from None


def _name(link: Link) -> str:
    """Return in whose name it is done; of words that wait for people it is said that it was one."""
    return f"{link.person}{BY_LINK}" if link.act is Act.APPROVE else link.person


def sealing_key(state: Path) -> bytes:
    """Read the key that seals links, or make it; it is as private as the state."""
    path = state / FOLDER / "key"
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = b""
    if len(key) < KEY_OCTETS:
        key = os.urandom(KEY_OCTETS)
        replace_whole(path, key)
    return key


def _used(path: Path, now: datetime) -> _Used:
    """Read which links were pressed, and drop those that expired."""
    lines = path.read_text("ascii", "replace").splitlines() if path.exists() else []
    rows = (line.partition(" ") for line in lines[-MOST_USED:])
    known = {seal: int(until) for seal, _, until in rows if until.isdigit()}
    fresh = {seal: until for seal, until in known.items() if until > now.timestamp()}
    if len(fresh) < len(lines):
        replace_whole(path, "".join(f"{seal} {until}\n" for seal, until in fresh.items()).encode())
    return _Used(path, fresh)
