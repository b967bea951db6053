"""gufo-snmp, asynchronously: a session for each poll, or sessions that were kept (``kept``)."""

import asyncio
import sys
from typing import Any

from netwatch.pollers.sweep import GET_OIDS, WALK_COLUMNS
from tests.bench import device
from tests.bench.clients.meter import Job, each, job, library

_AT_ONCE = 64
_REPETITIONS = 50
"""One more than the rows, so that the end of a column is seen in the first answer."""


def main() -> None:
    """Ask every device once."""
    todo = job()
    aio = library("gufo.snmp.aio", "gufo-snmp")
    version = library("gufo.snmp", "gufo-snmp").SnmpVersion.v2c
    asyncio.run(_all(todo, aio, version, kept="kept" in sys.argv))
    todo.say()


async def _all(todo: Job, aio: Any, version: Any, *, kept: bool) -> None:
    def session(address: str) -> Any:
        return aio.SnmpSession(
            address, port=todo.port, community="public", version=version, timeout=2.0
        )

    sessions = {address: session(address) for address in todo.addresses} if kept else {}

    async def work() -> None:
        while (address := more()) is not None:
            asked = sessions.get(address) or session(address)
            try:
                todo.answers[address] = await _ask(todo.kind, asked)
            except TimeoutError:
                continue

    with todo.metered():
        more = each(todo.addresses)
        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))


async def _ask(kind: str, session: Any) -> tuple[int | None, int]:
    if kind == "get":
        values = await session.get_many(list(GET_OIDS))
        return values.get(device.IN_OCTETS), len(values)
    octets, count = None, 0
    for column in WALK_COLUMNS:
        async for oid, value in session.getbulk(column, _REPETITIONS):
            count += 1
            if oid == device.IN_OCTETS:
                octets = value
    return octets, count


if __name__ == "__main__":
    main()
