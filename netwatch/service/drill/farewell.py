"""The last words of a drill: whoever heard of it hears that it is over, and why."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from netwatch.delivery.outbox import Outbox
from netwatch.model.arrivals import Receipt
from netwatch.model.facts import Audience, Fact, NoticeDue, NoticeSent, Phase, Purpose
from netwatch.model.names import ChannelName
from netwatch.service.drill.life import Crew
from netwatch.service.drill.marks import Farewell
from netwatch.service.drill.sealed import StaffWay
from netwatch.views.board import Board

LAST_WORDS_S: Final = 120.0
"""So long it is tried to tell the staff that it is over."""


async def farewell(
    name: str, told: Mapping[ChannelName, tuple[str, ...]], crew: Crew, incident: str
) -> None:
    """Send the last words by ways that no inject holds down any more."""
    at = crew.clock.now()
    dues = [
        NoticeDue(
            at=at,
            incident=None,
            audience=Audience.STAFF,
            channel=channel,
            phase=Phase.RESTORED,
            purpose=Purpose.ALL_CLEAR,
            revision=1,
            recipients=who,
            subject=name,
            detail=incident,
        )
        for channel, who in told.items()
    ]
    outbox: Outbox
    over = asyncio.Event()

    async def settled(receipt: Receipt) -> None:
        outbox.notify(_sent(receipt))
        if not len(outbox):
            over.set()

    outbox = Outbox(
        board=Board.empty(),
        clock=crew.clock,
        channels=[StaffWay(one) for one in crew.ways],
        scribe=Farewell(crew.renderer),
        recipients=crew.recipients,
        staff_channels=crew.staff_channels,
        deliver=settled,
        chance=crew.chance,
        ways=crew.pace,
    )
    running = asyncio.create_task(outbox.run())
    outbox.notify(dues)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await over.wait()
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def _sent(receipt: Receipt) -> list[Fact]:
    return [NoticeSent(at=receipt.at, keys=(receipt.key,), result=receipt.result)]
