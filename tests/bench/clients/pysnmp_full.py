"""pysnmp with its SNMP engine (v3arch), as its own examples do it; every target is new to it."""

import asyncio
from typing import Any

from netwatch.pollers.sweep import GET_OIDS, WALK_COLUMNS
from tests.bench import device
from tests.bench.clients.meter import Job, each, job, library

_AT_ONCE = 4
_REPETITIONS = 48


def main() -> None:
    """Ask every device once."""
    todo = job()
    asyncio.run(_all(todo, library("pysnmp.hlapi.v3arch.asyncio", "pysnmp")))
    todo.say()


async def _all(todo: Job, snmp: Any) -> None:
    engine = snmp.SnmpEngine()
    community = snmp.CommunityData("public", mpModel=1)
    columns = WALK_COLUMNS if todo.kind == "walk" else GET_OIDS
    objects = [snmp.ObjectType(snmp.ObjectIdentity(oid)) for oid in columns]

    async def work() -> None:
        while (address := more()) is not None:
            there = await snmp.UdpTransportTarget.create((address, todo.port), timeout=2, retries=1)
            about = (engine, community, there, snmp.ContextData())
            if todo.kind == "get":
                answer = await snmp.get_cmd(*about, *objects, lookupMib=False)
                todo.answers[address] = _judged(answer)
            else:
                answer = await _walk(snmp, about, objects)
                todo.answers[address] = answer

    with todo.metered():
        more = each(todo.addresses)
        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
    engine.close_dispatcher()


def _judged(answer: Any) -> tuple[int | None, int]:
    _error, _, _, binds = answer
    found = {str(name): value for name, value in binds}
    octets = found.get(device.IN_OCTETS)
    return None if octets is None else int(octets), len(found)


async def _walk(snmp: Any, about: Any, objects: list[Any]) -> tuple[int | None, int]:
    """Walk all columns at once; ends as soon as every row has come."""
    found: dict[str, Any] = {}
    while len(found) < device.WALK_VALUES:
        answer = await snmp.bulk_cmd(*about, 0, _REPETITIONS, *objects, lookupMib=False)
        error, _, _, binds = answer
        if error or not binds:
            break
        rows = len(binds) // len(objects)
        found.update((str(name), value) for name, value in binds)
        last = binds[(rows - 1) * len(objects) : rows * len(objects)]
        objects = [snmp.ObjectType(snmp.ObjectIdentity(str(name))) for name, _ in last]
    prefixes = tuple(f"{column}." for column in WALK_COLUMNS)
    count = sum(name.startswith(prefixes) for name in found)
    octets = found.get(device.IN_OCTETS)
    return None if octets is None else int(octets), count


if __name__ == "__main__":
    main()
