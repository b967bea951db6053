"""gufo-snmp, asynchronously, with a kept session for each device."""

import asyncio
import sys
from typing import Any

from tests.bench.clients.meter import Job, job, library, say
from tests.bench.secured import CALLED, NAME, OIDS, USER

_AT_ONCE = 64


def main() -> None:
    """Ask every device so many times."""
    todo = job()
    answers = asyncio.run(_all(todo, int(sys.argv[4])))
    asked = int(sys.argv[4]) * todo.devices
    wrong = sum(one.get(NAME) != CALLED.encode() or len(one) != len(OIDS) for one in answers)
    say(asked, len(answers), wrong, todo.cpu_s, todo.seconds)


async def _all(todo: Job, rounds: int) -> list[Any]:
    snmp, aio = library("gufo.snmp", "gufo-snmp"), library("gufo.snmp.aio", "gufo-snmp")
    user = snmp.User(
        USER.user,
        auth_key=snmp.Sha1Key(USER.auth_key.encode()),
        priv_key=snmp.Aes128Key(USER.priv_key.encode()),
    )
    sessions = [aio.SnmpSession(a, port=todo.port, user=user, timeout=2.0) for a in todo.addresses]
    for session in sessions:
        await session.refresh()
    answers: list[Any] = []
    turns = iter([session for session in sessions for _ in range(rounds)])
    busy: dict[int, asyncio.Lock] = {id(session): asyncio.Lock() for session in sessions}

    async def work() -> None:
        for session in turns:
            async with busy[id(session)]:
                answers.append(await session.get_many(list(OIDS)))

    with todo.metered():
        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
    return answers


if __name__ == "__main__":
    main()
