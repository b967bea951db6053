"""pysnmp with its SNMP engine (v3arch); every target was asked before the clock starts."""

import asyncio
import sys
from typing import Any

from tests.bench.clients.meter import Job, job, library, say
from tests.bench.secured import CALLED, NAME, OIDS, USER

_AT_ONCE = 4


def main() -> None:
    """Ask every device so many times."""
    todo = job()
    rounds = int(sys.argv[4])
    answers = asyncio.run(_all(todo, library("pysnmp.hlapi.v3arch.asyncio", "pysnmp"), rounds))
    found = [{str(name): value for name, value in binds} for _, _, _, binds in answers]
    wrong = sum(str(one.get(NAME)) != CALLED or len(one) != len(OIDS) for one in found)
    say(rounds * todo.devices, len(answers), wrong, todo.cpu_s, todo.seconds)


async def _all(todo: Job, snmp: Any, rounds: int) -> list[Any]:
    engine = snmp.SnmpEngine()
    user = snmp.UsmUserData(
        USER.user,
        USER.auth_key,
        USER.priv_key,
        authProtocol=snmp.usmHMACSHAAuthProtocol,
        privProtocol=snmp.usmAesCfb128Protocol,
    )
    objects = [snmp.ObjectType(snmp.ObjectIdentity(oid)) for oid in OIDS]

    async def once(address: str) -> Any:
        there = await snmp.UdpTransportTarget.create((address, todo.port), timeout=2, retries=1)
        return await snmp.get_cmd(
            engine, user, there, snmp.ContextData(), *objects, lookupMib=False
        )

    for address in todo.addresses:
        await once(address)
    answers: list[Any] = []
    turns = iter(todo.addresses * rounds)

    async def work() -> None:
        for address in turns:
            answer = await once(address)
            if not answer[0]:
                answers.append(answer)

    with todo.metered():
        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
    engine.close_dispatcher()
    return answers


if __name__ == "__main__":
    main()
