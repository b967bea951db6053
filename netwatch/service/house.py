"""What the door opens to: commands in, facts, board and status out."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from netwatch.delivery.render import Renderer
from netwatch.delivery.scribe import Scribe
from netwatch.intake.arrivals import Foreign
from netwatch.intake.doorkeeper import About, Brought
from netwatch.intake.receiver import ReceiverReport
from netwatch.journal.codec import fact_to_plain
from netwatch.journal.journal import Journal
from netwatch.model.arrivals import Command, Report
from netwatch.model.facts import Fact
from netwatch.model.faults import NetwatchError
from netwatch.model.names import DeviceId, IncidentId, MaintenanceId
from netwatch.pollers.unasked.speakers import speakers, to_rows
from netwatch.service.desk import answer, expect
from netwatch.service.intray import Intray
from netwatch.service.ledger import Numbered
from netwatch.service.loop import Loop, UncommittedError
from netwatch.service.receiver_watch import ReceiverWatch
from netwatch.service.refusals import refusal
from netwatch.service.unanswered import needs_another_person
from netwatch.service.works_told import facts_told_of
from netwatch.views.approvals import Request, approval_rows
from netwatch.views.below import Ways
from netwatch.views.board import Board
from netwatch.views.incidents import incident_row
from netwatch.views.overrides import overrides_answer
from netwatch.views.why_not import why_not
from netwatch.views.works import works_answer

Plain = dict[str, Any]
Found = TypeVar("Found")


class Rooms:
    """The service behind its door."""

    def __init__(
        self,
        *,
        intray: Intray,
        loop: Loop,
        journal: Journal,
        board: Callable[[], Board],
        status: Callable[[], Plain],
        reload: Callable[[bool], Awaitable[Plain]],
        ways: Callable[[], Ways],
        receiver: ReceiverWatch,
        renderer: Callable[[], Renderer],
        provoked: Callable[[Foreign], None] = lambda _arrival: None,
    ) -> None:
        self._intray, self._loop, self._journal = intray, loop, journal
        self._board, self._status, self._reload = board, status, reload
        self._ways, self._receiver, self._provoked = ways, receiver, provoked
        self._renderer = renderer
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reading")
        self._reader: Journal | None = None
        self._last = journal.last_seq()
        self._committed = asyncio.Event()

    @property
    def ways(self) -> Callable[[], Ways]:
        """Return what tells the ways through the network in force."""
        return self._ways

    @property
    def renderer(self) -> Callable[[], Renderer]:
        """Return what makes words by the files in force."""
        return self._renderer

    def announce(self, committed: Sequence[Numbered]) -> None:
        """Let those who wait for news know."""
        self._last = committed[-1].seq
        self._committed.set()
        self._committed = asyncio.Event()

    async def bring(self, command: Command) -> Brought:
        """Let a command in; come back when what it decides is committed."""
        answer: asyncio.Future[Sequence[Fact]] = asyncio.get_running_loop().create_future()
        await self._intray.put(command, answer)
        try:
            facts = await answer
        except UncommittedError as fault:
            return Brought(refused=str(fault))
        if not facts:
            board = self._board()
            another = needs_another_person(command, board)
            return Brought(refused=refusal(command, board), another_person=another)
        return Brought(facts=[fact_to_plain(fact) for fact in facts])

    async def report(self, report: Report) -> Plain:
        """Let a customer's report in; say what is known of their line once it is committed."""
        ways, who = self._ways(), report.subscriber
        expect(ways.network, who)
        facts: asyncio.Future[Sequence[Fact]] = asyncio.get_running_loop().create_future()
        await self._intray.put(report, facts)
        counted = bool(await facts)
        told = answer(self._board(), ways, self._renderer(), who, report.at)
        return {"counted": counted, **told}

    def take(self, arrival: Foreign) -> bool:
        """Let a foreign arrival in; False when there is no room and it is dropped."""
        self._provoked(arrival)
        return self._loop.offer(arrival)

    def heard(self, report: ReceiverReport) -> str:
        """Take a word of the receiver about itself; return the digest of the inventory in force."""
        self._receiver.heard(report)
        return self._ways().network.digest

    def receiver(self) -> Plain:
        """Return what the receiver last said of itself."""
        return self._receiver.plain()

    def speakers(self) -> Plain:
        """Return who speaks from which address, by the inventory in force."""
        network = self._ways().network
        return {"inventory": network.digest, "speakers": to_rows(speakers(network))}

    async def facts(self, after: int, limit: int) -> list[Plain]:
        """Return committed facts, each with its ``seq``; read beside the writer."""
        if after >= self._last:
            return []
        return await self._read(self._page, after, limit)

    async def about(self, incident: IncidentId) -> About:
        """Return what was decided of one incident; read beside the writer."""
        facts = await self._read(self._facts_about, incident)
        board = self._board()
        return About(facts=facts, alarms=board.alarms.count(board.survivor(incident)))

    async def about_works(self, works: MaintenanceId) -> list[Plain]:
        """Return what people were to be told of planned works; read beside the writer."""
        return await self._read(self._facts_of_works, works)

    async def why_not(self, device: DeviceId) -> Plain:
        """Return why nothing was said about a device, by the inventory in force."""
        ways = self._ways()
        return why_not(self._board(), ways.network, device, ways=ways)

    async def news(self, after: int) -> None:
        """Come back when a fact later than ``after`` is committed."""
        while self._last <= after:
            await self._committed.wait()

    def status(self) -> Plain:
        """Say how the service is."""
        return self._status()

    def approvals(self) -> Plain:
        """Return what waits for people to agree, with the words that wait."""
        board, scribe = self._board(), Scribe(self._renderer())
        rows = approval_rows(board.approvals.values())
        for row in rows:
            request = board.approvals[row["approval"]]
            row["text"] = _said(scribe, request, board) if request.is_open else None
        return {"approvals": rows}

    def board(self) -> Plain:
        """Return the incidents as they stand, newest first."""
        board = self._board()
        return {
            "incidents": [incident_row(outage) for outage in board.newest_first()],
            "works": works_answer(board.works.values()),
            "overrides": overrides_answer(self._board().overrides.values()),
            "troubles": {where: trouble.what for where, trouble in board.troubles.items()},
        }

    async def reload(self, *, allow_removal: bool) -> Plain:
        """Bring changed files into force, all or nothing."""
        return await self._reload(allow_removal)

    async def close(self) -> None:
        """Close the book that was read from, once nobody reads in it any more."""
        if self._reader is not None:
            self._reader.interrupt()
        await self._read(self._close_reader)
        self._thread.shutdown()

    async def _read(self, act: Callable[..., Found], *given: object) -> Found:
        """Read beside the writer, one reader after the other; whoever leaves leaves no other."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, act, *given)

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _page(self, after: int, limit: int) -> list[Plain]:
        rows = self._open_reader().read(after=after, limit=limit)
        return [{"seq": seq, **fact_to_plain(fact)} for seq, fact in rows]

    def _facts_about(self, incident: IncidentId) -> list[Plain]:
        rows = self._open_reader().about(incident)
        return [{"seq": seq, **fact_to_plain(fact)} for seq, fact in rows]

    def _facts_of_works(self, works: MaintenanceId) -> list[Plain]:
        rows = facts_told_of(self._open_reader(), works)
        return [{"seq": seq, **fact_to_plain(fact)} for seq, fact in rows]

    def _open_reader(self) -> Journal:
        if self._reader is None:
            self._reader = self._journal.reader()
        return self._reader


def _said(scribe: Scribe, request: Request, board: Board) -> str | None:
    """Return the words that wait, as they would go now; None where there are none."""
    try:
        text = scribe.waiting(request, board, request.fact.at)
    except NetwatchError:
        return None
    return f"{text.title}\n{text.body}".strip()
