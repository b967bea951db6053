"""Owed and not yet paid: retries, pacing, fall-over, expiry; the same key at every try.

The outbox remembers nothing by itself. What is owed is a fold of facts, and what became of it
goes back in at the edge as receipts; a restart takes the facts and goes on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from typing import Any

from netwatch.delivery import unsaid
from netwatch.delivery.bills import Bill, Lane, Streams
from netwatch.delivery.channels import (
    Address,
    Channel,
    Checkpoint,
    Reporting,
    Sleep,
    no_checkpoint,
)
from netwatch.delivery.channels.rehearsal import LONGEST, Rehearsal
from netwatch.delivery.detours import PLAIN, Detours, Way
from netwatch.delivery.expiry import DOWN, obsolete
from netwatch.delivery.patience import Patience, keeps_still_s
from netwatch.delivery.poison import no_poison
from netwatch.delivery.recipients import Recipients
from netwatch.delivery.render import Text
from netwatch.delivery.reports import Awaited, Report
from netwatch.delivery.retries import Circuit
from netwatch.delivery.scribe import Afterword, Invitation, Scribe, nobody_invited, nothing_more
from netwatch.model.arrivals import Receipt, Result
from netwatch.model.backoff import Chance
from netwatch.model.clock import Clock
from netwatch.model.facts import Audience, Fact, NoticeExpired, NoticeRefused, NoticeSent
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.follower_facts import OPT_IN
from netwatch.model.names import ChannelName
from netwatch.response.receipts import IN_PLACE
from netwatch.views.board import Board
from netwatch.views.owed import Debt, Owed

Deliver = Callable[[Receipt], Awaitable[None]]


class Outbox:
    """Pays what the board owes to people, each debt once, in order, for as long as it takes."""

    def __init__(
        self,
        *,
        board: Board,
        clock: Clock,
        channels: Iterable[Channel],
        scribe: Scribe,
        recipients: Recipients,
        staff_channels: Sequence[ChannelName],
        deliver: Deliver,
        chance: Chance,
        sleep: Sleep = asyncio.sleep,
        checkpoint: Checkpoint = no_checkpoint,
        patience: Patience | None = None,
        ways: Mapping[ChannelName, Way] | None = None,
    ) -> None:
        self.board = board
        self.afterword: Afterword = nothing_more
        self.invitation: Invitation = nobody_invited
        self._clock = clock
        self._scribe, self._recipients = scribe, recipients
        self._staff_channels = tuple(staff_channels)
        self._deliver, self._chance, self._sleep = deliver, chance, sleep
        self._checkpoint = checkpoint
        self._patience = patience or Patience()
        rehearsal: Channel = Rehearsal()
        self._lanes = {
            channel.name: Lane(
                channel,
                Circuit(backoff=self._patience.backoff),
                (ways or {}).get(channel.name, PLAIN).every_s,
            )
            for channel in (*channels, rehearsal)
        }
        self._detours = Detours(self._lanes, ways or {})
        self._rehearsal = rehearsal.name
        self._owed = Owed()
        self._streams = Streams()
        self._awaited = Awaited()
        for lane in self._lanes.values():
            if isinstance(lane.channel, Reporting):
                lane.channel.report_to(self.report)
        self._falls: list[tuple[float, int, Bill]] = []
        self._serial = 0
        self._running = False
        self._stirred = asyncio.Event()
        self._beats: dict[str, float] = {}

    # --- what the service calls -----------------------------------------------------------------

    def notify(self, facts: Iterable[Fact]) -> None:
        """Take committed facts, at the start all that the journal holds.

        What was owed before ``run`` may have left already: it is sent again with its key.
        """
        came: list[Bill] = []
        for fact in facts:
            self.board.take(fact)
            came += [self._carry(debt) for debt in self._owed.take(fact)]
            if isinstance(fact, NoticeSent | NoticeRefused | NoticeExpired):
                for bill in unsaid.ended(self._streams, fact):
                    self._start(bill)
            if isinstance(fact, NoticeSent):
                self._awaited.take(fact, self._clock.now())
        now_s = self._clock.monotonic()
        for bill in came:
            bill.born_s = now_s  # what takes long to take in is not old when it is
        self._stir()

    def refit(
        self, scribe: Scribe, recipients: Recipients, staff_channels: Sequence[ChannelName]
    ) -> None:
        """Go on with other words, people and ways; what is owed stays owed."""
        self._scribe, self._recipients = scribe, recipients
        self._staff_channels = tuple(staff_channels)

    async def report(self, reports: Iterable[Report]) -> None:
        """Note what became of what was taken; what nobody waits for is passed over."""
        for told in reports:
            receipt = self._awaited.receipt(told, self._clock.now())
            if receipt is not None:
                await self._deliver(receipt)

    async def run(self) -> None:
        """Pay until cancelled."""
        self._running = True
        try:
            async with asyncio.TaskGroup() as tasks:
                for name, lane in self._lanes.items():
                    tasks.create_task(lane.channel.tend(self._sleep), name=f"tend {name}")
                    for number in range(lane.channel.width):
                        tasks.create_task(self._work(lane, f"{name}/{number}"))
                tasks.create_task(self._watch_staff())
        finally:
            for lane in self._lanes.values():
                await lane.channel.close()

    @property
    def last_progress(self) -> float:
        """Return when (monotonic seconds) the slowest of our workers last made a turn."""
        return min(self._beats.values(), default=self._clock.monotonic())

    def __len__(self) -> int:
        return len(self._owed)

    def health(self) -> dict[str, dict[str, Any]]:
        """Return how each channel fares: what it does not do, how many notices wait for it."""
        return {
            name: {
                "sick": lane.circuit.is_sick,
                "refuses": lane.circuit.refuses,
                "takes": lane.circuit.takes,
                "failures": lane.circuit.failures,
                "last_failure": lane.circuit.last_failure,
                "warning": getattr(lane.channel, "warning", ""),
                "waiting": len(lane),
            }
            for name, lane in self._lanes.items()
        }

    # --- carrying -------------------------------------------------------------------------------

    def _carry(self, debt: Debt) -> Bill:
        self._serial += 1
        bill = Bill(
            debt=debt,
            serial=self._serial,
            born_s=self._clock.monotonic(),
            in_doubt=not self._running,
        )
        if self._streams.add(bill):
            self._start(bill)
            return bill
        eldest = self._streams.eldest(bill)
        if self._outrun(eldest):
            # It may stand in a long pause; its end must not wait for that.
            self._lanes[self._rehearsal].put(eldest)
        return bill

    def _start(self, bill: Bill | None) -> None:
        if bill is None:
            return
        due = bill.debt.due
        self._give(bill, self._rehearsal if due.withheld is not None else due.channel)
        if bill.is_for_staff:
            self._fall_later(bill)

    def _give(self, bill: Bill, way: ChannelName) -> None:
        lane = self._lanes.get(way)
        if lane is not None and not bill.ways and not bill.is_for_staff:
            lane = self._detours.lane_for(bill, lane, self._clock.monotonic())
            way = lane.channel.name
        bill.ways.append(way)
        if lane is not None:
            lane.put(bill)
            if lane.circuit.is_sick:
                self._fall_over(bill)
            return
        bill.refused[way] = (
            f"no channel {way} is set up, so it reaches nobody; add [channels.{way}] with its url "
            "to netwatch.toml, then: systemctl restart netwatch"
        )
        if not self._fall_over(bill):
            # No lane takes it; the lane of what does not leave hands the refusal over.
            self._lanes[self._rehearsal].put(bill)

    def _stir(self) -> None:
        self._stirred.set()
        self._stirred = asyncio.Event()

    async def _wait(self, seconds: float) -> None:
        """Wait until something stirs, at most so long."""
        stirred = asyncio.ensure_future(self._stirred.wait())
        slept = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait({stirred, slept}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stirred.cancel()
            slept.cancel()

    # --- paying ---------------------------------------------------------------------------------

    async def _work(self, lane: Lane, worker: str) -> None:
        while True:
            now_s = self._beats[worker] = self._clock.monotonic()
            bill = lane.next(now_s)
            if bill is None:
                await self._wait(lane.idle_s(now_s, self._patience.beat_s))
            else:
                await self._pay(lane, bill, worker)

    async def _pay(self, lane: Lane, bill: Bill, worker: str) -> None:
        if bill.settled or await self._settled_unsent(bill):
            lane.unsent()
            return
        withheld = bill.debt.due.withheld is not None
        if wait_s := keeps_still_s(bill, self.board, self._patience, self._recipients, self._clock):
            await self._let_wait(lane, bill, wait_s)
            return
        if (lane.channel.name == self._rehearsal) is not withheld:
            return
        await self._page_first(bill)
        try:
            with no_poison():
                address, text = self._worded(bill)
        except DeliveryError as fault:
            if fault.retry is Retry.PERMANENT:
                await self._refused(lane, bill, fault)
            else:  # what is wrong here says nothing of the channel
                await self._let_wait(lane, bill, self._patience.unworded_s)
            return
        lane.circuit.trying()
        bill.trying += 1
        # Who waits for an answer does what it is for, until the answer is overdue.
        self._beats[worker] = self._clock.monotonic() + lane.channel.longest_s
        try:
            with no_poison():
                detail = await self._send(lane, bill, address, text)
        except DeliveryError as fault:
            bill.trying -= 1
            await self._failed(lane, bill, fault)
        else:
            bill.trying -= 1
            if lane.circuit.is_sick:
                self._detours.after_recovery(lane)
                self._stir()
            lane.circuit.took()
            await self._settle(bill, Result.WITHHELD if withheld else Result.ACCEPTED, detail)

    async def _let_wait(self, lane: Lane, bill: Bill, pause_s: float) -> None:
        """Put off what did not leave; looking at very many again and again must stop nothing."""
        pause_s = max(pause_s, len(lane) / self._patience.looked_at_a_s)
        lane.put_off(bill, self._clock.monotonic() + pause_s)
        lane.unsent()
        await asyncio.sleep(0)

    async def _settled_unsent(self, bill: Bill) -> bool:
        """End a bill that every way refused, or whose time is over; True when it is ended."""
        if set(bill.refused) >= set(bill.ways):
            await self._settle(bill, Result.REFUSED, "; ".join(bill.refused.values()))
            return True
        due = bill.debt.due
        if bill.trying or due.withheld is not None:
            return False
        why = obsolete(due, self.board, self._clock.now(), in_doubt=bill.in_doubt)
        why = why or unsaid.moot(bill) or self._outrun(bill)
        if why is not None:
            await self._settle(bill, Result.EXPIRED, why)
        return why is not None

    def _outrun(self, bill: Bill) -> str | None:
        """Say what is due to the same readers since; None when this still has to be said first."""
        heir, may_be_out = self._streams.heir(bill), bill.in_doubt or bill.trying > 0
        if heir is None or may_be_out or bill.is_for_staff or bill.debt.due.phase not in DOWN:
            return None
        return f"{heir.debt.due.phase} is due before {bill.debt.due.phase} could be sent"

    async def _page_first(self, bill: Bill) -> None:
        if bill.is_page or bill.debt.due.withheld is not None:
            return
        until_s = bill.born_s + self._patience.page_s
        while self._streams.owes_page(bill.debt.due.incident):
            left_s = until_s - self._clock.monotonic()
            if left_s <= 0:
                return
            await self._wait(left_s)

    def _worded(self, bill: Bill) -> tuple[Address, Text]:
        address = self._recipients.address(bill.debt)
        now, discreet = self._clock.now(), self._recipients.discreet
        due = unsaid.as_heard(bill)
        if due.subject == OPT_IN:
            return address, self.invitation(due.channel, address.recipient, address.language)
        text = self._scribe.text(due, self.board, address.language, now, discreet=discreet)
        if more := self.afterword(due, address.recipient, address.language):
            text = replace(text, body=f"{text.body}\n{more}")
        return address, text

    async def _send(self, lane: Lane, bill: Bill, address: Address, text: Text) -> str:
        due, key = bill.debt.due, bill.debt.key
        self._checkpoint(f"before send {lane.channel.name} {key}")
        try:
            async with asyncio.timeout(lane.channel.longest_s):
                detail = await lane.channel.send(address, text, key)
        except TimeoutError:
            waited = f"no answer within {lane.channel.longest_s:.0f} s"
            raise DeliveryError(Retry.UNKNOWN, waited) from None
        self._checkpoint(f"after send {lane.channel.name} {key}")
        if lane.channel.name != due.channel and due.withheld is None:
            return f"by {lane.channel.name} {IN_PLACE} {due.channel}; {detail}".rstrip("; ")
        return detail

    async def _failed(self, lane: Lane, bill: Bill, fault: DeliveryError) -> None:
        if fault.retry is Retry.PERMANENT:
            if bill.debt.due.audience is Audience.SUBSCRIBERS:
                lane.circuit.refused_one(fault.detail)
            else:
                lane.circuit.refused(fault.detail)
            await self._refused(lane, bill, fault)
            return
        now_s = self._clock.monotonic()
        bill.failures += 1
        bill.in_doubt = bill.in_doubt or fault.retry is Retry.UNKNOWN
        lane.circuit.failed(now_s, fault.detail, self._chance, fault.after_s)
        pause_s = self._patience.backoff.pause_s(bill.failures, self._chance, fault.after_s)
        if not self._detours.after_failure(lane, bill, now_s):
            lane.put_off(bill, now_s + pause_s)
        if lane.circuit.is_sick:
            self._stir()

    async def _refused(self, lane: Lane, bill: Bill, fault: DeliveryError) -> None:
        bill.refused[lane.channel.name] = f"{lane.channel.name}: {fault.detail}"
        if not self._fall_over(bill) and set(bill.refused) >= set(bill.ways):
            await self._settle(bill, Result.REFUSED, "; ".join(bill.refused.values()))

    async def _settle(self, bill: Bill, result: Result, detail: str) -> None:
        if bill.settled:
            return
        unsaid.note(self._streams, bill, result)
        self._start(self._streams.settle(bill))
        self._stir()
        at = self._clock.now()
        receipt = Receipt(at=at, key=bill.debt.key, result=result, detail=detail[:LONGEST])
        await self._deliver(receipt)

    # --- falling over ---------------------------------------------------------------------------

    def _fall_later(self, bill: Bill) -> None:
        heappush(self._falls, (self._clock.monotonic() + self._patience.staff_s, bill.serial, bill))

    def _fall_over(self, bill: Bill) -> bool:
        """Give a staff notice to the next staff channel; False when there is none left."""
        if not bill.is_for_staff or bill.debt.due.withheld is not None:
            return False
        ways = self._recipients.staff_ways(bill.debt.recipient)
        for way in (*self._detours.round_about(bill.ways), *ways, *self._staff_channels):
            if way not in bill.ways and way in self._lanes:
                self._give(bill, way)
                self._stir()
                return True
        return False

    async def _watch_staff(self) -> None:
        while True:
            now_s = self._beats["staff"] = self._clock.monotonic()
            while self._falls and self._falls[0][0] <= now_s:
                bill = heappop(self._falls)[2]
                if not bill.settled and self._fall_over(bill):
                    self._fall_later(bill)
            next_s = self._falls[0][0] - now_s if self._falls else self._patience.beat_s
            await self._wait(min(self._patience.beat_s, next_s))
