"""pysnmp without its SNMP engine (v1arch), the quicker of its two ways."""

import asyncio
from typing import Any

from netwatch.pollers.sweep import GET_OIDS, WALK_COLUMNS
from tests.bench import device
from tests.bench.clients.meter import Job, each, job, library

_AT_ONCE = 16
_REPETITIONS = 48


def main() -> None:
    """Ask every device once."""
    todo = job()
    asyncio.run(_all(todo, library("pysnmp.hlapi.v1arch.asyncio", "pysnmp")))
    todo.say()


async def _all(todo: Job, snmp: Any) -> None:
    dispatcher = snmp.SnmpDispatcher()

    async def work() -> None:
        while (address := more()) is not None:
            there = await snmp.UdpTransportTarget.create((address, todo.port), timeout=1, retries=1)
            ask = _get if todo.kind == "get" else _walk
            answer = await ask(snmp, dispatcher, there)
            if answer is not None:
                todo.answers[address] = answer

    with todo.metered():
        more = each(todo.addresses)
        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
    dispatcher.close()


def _objects(snmp: Any, oids: tuple[str, ...]) -> list[Any]:
    return [snmp.ObjectType(snmp.ObjectIdentity(oid)) for oid in oids]


async def _get(snmp: Any, dispatcher: Any, there: Any) -> tuple[int | None, int] | None:
    community = snmp.CommunityData("public", mpModel=1)
    error, _, _, binds = await snmp.get_cmd(dispatcher, community, there, *_objects(snmp, GET_OIDS))
    if error:
        return None
    found = {str(name): value for name, value in binds}
    return int(found[device.IN_OCTETS]), len(found)


async def _walk(snmp: Any, dispatcher: Any, there: Any) -> tuple[int | None, int] | None:
    community = snmp.CommunityData("public", mpModel=1)
    octets, count = None, 0
    names: tuple[str, ...] = WALK_COLUMNS
    for _ in range(device.PORTS):
        error, _, _, binds = await snmp.bulk_cmd(
            dispatcher, community, there, 0, _REPETITIONS, *_objects(snmp, names)
        )
        if error:
            return None
        inside = [
            (str(name), value)
            for place, (name, value) in enumerate(binds)
            if str(name).startswith(f"{WALK_COLUMNS[place % len(WALK_COLUMNS)]}.")
        ]
        count += len(inside)
        octets = next((int(v) for name, v in inside if name == device.IN_OCTETS), octets)
        if count >= device.WALK_VALUES or not inside:
            return octets, count
        whole = len(inside) // len(WALK_COLUMNS) * len(WALK_COLUMNS)
        count -= len(inside) - whole
        names = tuple(name for name, _ in inside[whole - len(WALK_COLUMNS) : whole])
    return octets, count


if __name__ == "__main__":
    main()
