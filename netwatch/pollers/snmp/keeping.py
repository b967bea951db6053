"""Keeping the book of SNMPv3 engines on disk while polling runs."""

import asyncio
from typing import Final

import structlog

from netwatch.model.clock import Clock
from netwatch.pollers.snmp.book import EngineBook, Met

EVERY_S: Final = 10.0

log = structlog.get_logger(__name__)


async def keep(book: EngineBook, clock: Clock) -> None:
    """Write the book down now and then, where it changed, and at the end; until cancelled."""
    try:
        while True:
            await asyncio.sleep(EVERY_S)
            _tell(book)
            if book.changed:
                await asyncio.to_thread(_write, book, book.taken(), clock)
    finally:
        if book.changed:
            _write(book, book.taken(), clock)


def open_book(book: EngineBook, clock: Clock) -> EngineBook:
    """Read the book; one that is of no use is told and begun anew."""
    trouble = book.read(clock.now(), clock.monotonic())
    if trouble:
        log.warning("the SNMPv3 engines met before are not known", why=trouble)
    return book


def _tell(book: EngineBook) -> None:
    moved, book.moved = book.moved, []
    for (address, _), before, now in moved:
        log.warning(
            "another SNMPv3 engine answers than before: was the device replaced?",
            address=address,
            before=before.hex(),
            now=now.hex(),
        )


def _write(book: EngineBook, taken: list[Met], clock: Clock) -> None:
    try:
        book.write(taken, clock.now(), clock.monotonic())
    except OSError as fault:  # nothing is lost but time: agents are asked anew after a restart
        log.warning("the SNMPv3 engines cannot be written down", why=fault.strerror)
