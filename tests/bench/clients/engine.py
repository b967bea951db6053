"""netwatch's own engine: the asker of `netwatch.pollers.engine`, without the service around it."""

import select
import time
from functools import partial
from typing import Any

from netwatch.pollers.echo import ANSWERED
from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp.asker import Asker
from netwatch.pollers.snmp.jobs import Agent
from netwatch.pollers.sweep import GET_OIDS, WALK_COLUMNS
from netwatch.wire.ber import encode_oid, parse_oid
from tests.bench import device
from tests.bench.clients.meter import Job, job

_PLACE = GET_OIDS.index(device.IN_OCTETS)
_COLUMN = WALK_COLUMNS.index(device.IN_OCTETS.rpartition(".")[0])
_ROWS = 10_000
_SHORT_S = 0.1


def main() -> None:
    """Ask every device once, in turns like those of the engine."""
    todo = job()
    came: list[tuple[int, Any]] = []
    over: list[int] = []

    def report(number: int, outcome: int, _at: float, payload: object, _detail: str) -> None:
        over.append(number)
        if outcome == ANSWERED:
            came.append((number, payload))

    asker = Asker(report, time.monotonic)
    names = [
        encode_oid(parse_oid(oid)) for oid in (GET_OIDS if todo.kind == "get" else WALK_COLUMNS)
    ]
    ask = asker.get if todo.kind == "get" else partial(_walk, asker)
    poll = select.epoll()
    for sock in asker.sockets():
        poll.register(sock, select.EPOLLIN)
    with todo.metered():
        for number, address in enumerate(todo.addresses):
            ask(number, Agent(address, todo.port, 1, b"public"), Patience(), names)
        while len(over) < todo.devices:
            if not asker.waiting():
                poll.poll(_SHORT_S)
            now = time.monotonic()
            if asker.drain():
                asker.judge(now)
            asker.pump(time.monotonic())
    _note(todo, came)
    todo.say()


def _walk(asker: Asker, number: int, agent: Agent, patience: Patience, names: list[bytes]) -> None:
    asker.walk(number, agent, patience, names, _ROWS)


def _note(todo: Job, came: list[tuple[int, Any]]) -> None:
    for number, payload in came:
        address = device.loopback(number)
        if todo.kind == "get":
            todo.answers[address] = payload[_PLACE], sum(value is not None for value in payload)
        else:
            octets = next(row[1 + _COLUMN] for row in payload if row[0] == "1")
            count = sum(value is not None for row in payload for value in row[1:])
            todo.answers[address] = octets, count


if __name__ == "__main__":
    main()
