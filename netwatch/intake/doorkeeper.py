"""The service's end of the door: a unix socket where people and other processes ask."""

import asyncio
import pwd
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from netwatch.intake.arrivals import (
    Foreign,
    NoArrivalError,
    command_from_plain,
    foreign_from_plain,
    report_from_asked,
)
from netwatch.intake.lines import LONGEST_LINE, LineError, as_line, of_line
from netwatch.intake.receiver import ReceiverReport, report_from_plain
from netwatch.model.arrivals import Command, Report
from netwatch.model.clock import Clock
from netwatch.model.faults import NetwatchError
from netwatch.model.names import DeviceId, IncidentId, MaintenanceId, is_id

MOST_VISITORS: Final = 64
SLOWEST_S: Final = 10.0
"""A visitor who does not take an answer within this time is shown out."""
SAYS_NOTHING_S: Final = 60.0
"""A visitor who asks nothing for so long is shown out: others may want the place."""
_THRESHOLD_TURNS: Final = 5
"""Of the loop, from taking a connection to the first line of who talks with it, and one more."""
PAGE: Final = 500
MOST_FOREIGN: Final = 2000
LONGEST_NAME: Final = 64
UNTOLD: Final = "anybody"

Plain = dict[str, Any]
Ask = Callable[[Plain, str], Awaitable[Plain]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a command led to: the facts, committed, or why there are none."""

    facts: Sequence[Plain] = ()
    refused: str = ""
    another_person: bool = False
    """It was refused only because of who asked: somebody else may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One incident: its facts, each with its ``seq``, and how many alarms are its own."""

    facts: Sequence[Plain] = ()
    alarms: int = 0


class House(Protocol):
    """What the door opens to; the service behind it."""

    async def bring(self, command: Command) -> Brought:
        """Let a command in; come back when what it decides is committed."""
        ...

    async def report(self, report: Report) -> Plain:
        """Let a customer's report in; say what is known of their line once it is committed."""
        ...

    def take(self, arrival: Foreign) -> bool:
        """Let a foreign arrival in; False when there is no room and it is dropped."""
        ...

    def heard(self, report: ReceiverReport) -> str:
        """Take a word of the receiver about itself; return the digest of the inventory in force."""
        ...

    def receiver(self) -> Plain:
        """Return what the receiver last said of itself."""
        ...

    def speakers(self) -> Plain:
        """Return who speaks from which address, by the inventory in force."""
        ...

    async def facts(self, after: int, limit: int) -> list[Plain]:
        """Return committed facts, each with its ``seq``."""
        ...

    async def about(self, incident: IncidentId) -> About:
        """Return what was decided of one incident."""
        ...

    async def about_works(self, works: MaintenanceId) -> list[Plain]:
        """Return what people were to be told of planned works, each fact with its ``seq``."""
        ...

    async def why_not(self, device: DeviceId) -> Plain:
        """Return why nothing was said about a device."""
        ...

    async def news(self, after: int) -> None:
        """Come back when a fact later than ``after`` is committed."""
        ...

    def status(self) -> Plain:
        """Say how the service is."""
        ...

    def approvals(self) -> Plain:
        """Return what waits for people to agree, with the words that wait."""
        ...

    def board(self) -> Plain:
        """Return the incidents as they stand."""
        ...

    async def reload(self, *, allow_removal: bool) -> Plain:
        """Bring changed files into force, all or nothing."""
        ...


class RefusedError(Exception):
    """The question cannot be answered; the message goes back to who asked."""

    def __init__(self, why: str, *, another_person: bool = False) -> None:
        super().__init__(why)
        self.another_person = another_person


class Doorkeeper:
    """Answers one question a line; a slow or hostile visitor keeps nobody else waiting."""

    def __init__(
        self,
        house: House,
        clock: Clock,
        *,
        trusted: frozenset[str],
        rights: Mapping[str, frozenset[str]] | None = None,
        more: Mapping[str, Ask] | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            house: what the door opens to.
            clock: tells the time.
            trusted: users who may speak for other people.
            rights: users who may ask only these questions; all others may ask all.
            more: further questions by name, and who answers them: the question and who asks it.
        """
        self._house, self._clock, self._trusted = house, clock, trusted
        self._rights = rights or {}
        self._visitors: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._closed = False
        self.path: Path | None = None
        self._asks: Mapping[str, Ask] = {
            **(more or {}),
            "command": self._command,
            "report": self._report,
            "arrivals": self._arrivals,
            "receiver": self._receiver,
            "speakers": self._speakers,
            "status": self._status,
            "approvals": self._approvals,
            "board": self._board,
            "why-not": self._why_not,
            "reload": self._reload,
        }

    async def open(self, path: Path, *, mode: int = 0o660) -> None:
        """Listen at ``path``; a socket left over from a crash is replaced."""
        socket_ = _bound(path, mode)
        self._server = await asyncio.start_unix_server(
            self._visit, sock=socket_, limit=LONGEST_LINE
        )
        self.path = path

    async def close(self) -> None:
        """Show everybody out, whoever is still on the threshold too."""
        if self._server is None or self.path is None:
            return
        self._closed = True
        await self._let_nobody_in(self._server)
        self._server.close()
        for visitor in tuple(self._visitors):
            visitor.cancel()
        await asyncio.gather(*self._visitors, return_exceptions=True)
        self.path.unlink(missing_ok=True)

    async def _let_nobody_in(self, server: asyncio.Server) -> None:
        """Turn to nobody new, and wait for who is on the threshold.

        asyncio forgets, unclosed, a connection it was taking in when its server closed.
        """
        for listening in server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        for _ in range(_THRESHOLD_TURNS):
            await asyncio.sleep(0)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._closed:  # let in while the door was closing: nobody would show them out later
            writer.transport.abort()
            return
        task = asyncio.current_task()
        if task is None or len(self._visitors) >= MOST_VISITORS:
            writer.write(as_line(_no("too many visitors at the door; try again")))
            writer.close()
            return
        self._visitors.add(task)
        try:
            await self._converse(reader, writer)
        except (ConnectionError, TimeoutError, asyncio.CancelledError):
            writer.transport.abort()  # the visitor left, or is shown out; a deaf one hears no more
        finally:
            self._visitors.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        who = visitor_name(writer)
        while True:
            try:
                async with asyncio.timeout(SAYS_NOTHING_S):
                    line = await reader.readline()
            except ValueError:
                return await _say(writer, _no("this line is too long"))
            if not line.endswith(b"\n"):
                return None
            try:
                question = of_line(line)
                self._allow(question.get("ask"), who)
                if question.get("ask") == "facts":
                    await self._facts(question, reader, writer)
                else:
                    await _say(writer, await self._answer(question, who))
            except (LineError, RefusedError, NoArrivalError, NetwatchError) as fault:
                another = isinstance(fault, RefusedError) and fault.another_person
                await _say(writer, _no(str(fault)) | ({"another_person": True} if another else {}))

    def _allow(self, ask: object, who: str) -> None:
        rights = self._rights.get(who)
        if rights is not None and ask not in rights:
            raise RefusedError(f"{who} may not ask this; it may ask {', '.join(sorted(rights))}")

    async def _answer(self, question: Plain, who: str) -> Plain:
        ask = question.get("ask")
        if not isinstance(ask, str) or ask not in self._asks:
            known = ", ".join((*self._asks, "facts"))
            raise RefusedError(f"nobody here knows this question; known are {known}")
        return {"ok": True, **await self._asks[ask](question, who)}

    async def _command(self, question: Plain, who: str) -> Plain:
        given = question.get("command")
        by = given.get("by") if isinstance(given, dict) and who in self._trusted else None
        name = by if isinstance(by, str) and 0 < len(by) <= LONGEST_NAME else who
        command = command_from_plain(given, at=self._clock.now(), by=name)
        brought = await self._house.bring(command)
        if brought.refused:
            raise RefusedError(brought.refused, another_person=brought.another_person)
        return {"facts": list(brought.facts)}

    async def _report(self, question: Plain, _: str) -> Plain:
        given = {key: question.get(key, "") for key in ("subscriber", "text")}
        return await self._house.report(report_from_asked(given, at=self._clock.now()))

    async def _arrivals(self, question: Plain, _: str) -> Plain:
        given = question.get("arrivals")
        if not isinstance(given, list) or len(given) > MOST_FOREIGN:
            raise RefusedError(f"arrivals is a list of at most {MOST_FOREIGN}")
        at = self._clock.now()
        arrivals = [foreign_from_plain(plain, at=at) for plain in given]
        taken = sum(self._house.take(arrival) for arrival in arrivals)
        return {"taken": taken, "dropped": len(arrivals) - taken}

    async def _receiver(self, question: Plain, _: str) -> Plain:
        if "report" not in question:
            return self._house.receiver()
        return {"inventory": self._house.heard(report_from_plain(question["report"]))}

    async def _speakers(self, *_: object) -> Plain:
        return self._house.speakers()

    async def _status(self, *_: object) -> Plain:
        return self._house.status()

    async def _approvals(self, *_: object) -> Plain:
        return self._house.approvals()

    async def _board(self, *_: object) -> Plain:
        return self._house.board()

    async def _why_not(self, question: Plain, _: str) -> Plain:
        device = question.get("device")
        if not isinstance(device, str) or not is_id(device):
            raise RefusedError("that is no id of a device")
        return await self._house.why_not(DeviceId(device))

    async def _reload(self, question: Plain, _: str) -> Plain:
        return await self._house.reload(allow_removal=question.get("allow_removal") is True)

    async def _facts(
        self, question: Plain, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        after = question.get("after", 0)
        if not isinstance(after, int) or isinstance(after, bool) or after < 0:
            raise RefusedError("after is the number of the last fact you have, or 0")
        if "incident" in question:
            return await self._about(question["incident"], writer)
        if "maintenance" in question:
            return await self._about_works(question["maintenance"], writer)
        follow = question.get("follow") is True
        while True:
            page = await self._house.facts(after, PAGE)
            for fact in page:
                after = max(after, fact["seq"])
            if page:
                await _say_all(writer, page)
            elif not follow:
                return await _say(writer, {"ok": True, "end": True, "last": after})
            elif not await self._news_before_leaving(after, reader):
                return None

    async def _about(self, incident: object, writer: asyncio.StreamWriter) -> None:
        if not isinstance(incident, str) or not is_id(incident):
            raise RefusedError("that is no number of an incident")
        told = await self._house.about(IncidentId(incident))
        for first in range(0, len(told.facts), PAGE):
            await _say_all(writer, told.facts[first : first + PAGE])
        await _say(writer, {"ok": True, "end": True, "alarms": told.alarms})

    async def _about_works(self, works: object, writer: asyncio.StreamWriter) -> None:
        if not isinstance(works, str) or not is_id(works):
            raise RefusedError("that is no number of planned works")
        facts = await self._house.about_works(MaintenanceId(works))
        for first in range(0, len(facts), PAGE):
            await _say_all(writer, facts[first : first + PAGE])
        await _say(writer, {"ok": True, "end": True})

    async def _news_before_leaving(self, after: int, reader: asyncio.StreamReader) -> bool:
        """Wait for news; False when the visitor left first."""
        news = asyncio.ensure_future(self._house.news(after))
        leaving = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({news, leaving}, return_when=asyncio.FIRST_COMPLETED)
            return not leaving.done()
        finally:
            news.cancel()
            leaving.cancel()
            await asyncio.gather(news, leaving, return_exceptions=True)


def _bound(path: Path, mode: int) -> socket.socket:
    """Bind under another name first, so that nobody finds the door with too wide a mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX)
    bound.setblocking(False)
    bound.bind(str(new))
    new.chmod(mode)
    bound.listen(MOST_VISITORS)
    new.replace(path)
    return bound


def visitor_name(writer: asyncio.StreamWriter) -> str:
    """Return the user name of who is at the door, as the kernel knows it."""
    connection = writer.get_extra_info("socket")
    if connection is None:
        return UNTOLD
    size = struct.calcsize("3i")
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    _, user, _ = struct.unpack("3i", raw)
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _no(error: str) -> Plain:
    return {"ok": False, "error": error}


async def _say(writer: asyncio.StreamWriter, answer: Plain) -> None:
    await _say_all(writer, [answer])


async def _say_all(writer: asyncio.StreamWriter, answers: Sequence[Plain]) -> None:
    writer.write(b"".join(as_line(answer) for answer in answers))
    async with asyncio.timeout(SLOWEST_S):
        await writer.drain()
