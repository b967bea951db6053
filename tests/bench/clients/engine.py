"""netwatch's own engine: the asker of `netwatch.pollers.engine`, without the service around it.

The compiled one, and told ``pure`` the one in Python; told ``kept``, of agents that were asked
something before, as all are but once. What the compiled one words for frames is
read again within what is metered, so that both give Python's values, as the peers do.
"""

import os
import select
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import orjson

from netwatch.pollers.echo import ANSWERED
from netwatch.pollers.engine import settle
from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp import library
from netwatch.pollers.snmp.jobs import Agent
from netwatch.pollers.snmp.seam import SnmpAsker, open_asker
from netwatch.pollers.sweep import GET_OIDS, WALK_COLUMNS
from netwatch.wire.ber import encode_oid, parse_oid
from tests.bench import device
from tests.bench.clients.meter import Job, job, missing

_PLACE = GET_OIDS.index(device.IN_OCTETS)
_COLUMN = WALK_COLUMNS.index(device.IN_OCTETS.rpartition(".")[0])
_ROWS = 10_000
_SHORT_S = 0.1


def main() -> None:
    """Ask every device once, in turns like those of the engine."""
    todo = job()
    if "pure" in sys.argv:
        os.environ[library.PURE] = "1"
    elif library.load() is None:
        missing(library.standing())
    over: list[list[Any]] = []
    asker = open_asker(
        lambda *row: over.append(list(row)),
        time.monotonic,
        lambda rows, _count: over.extend(orjson.loads(b"[" + rows + b"]")),
    )
    names = [
        encode_oid(parse_oid(oid)) for oid in (GET_OIDS if todo.kind == "get" else WALK_COLUMNS)
    ]
    ask = asker.get if todo.kind == "get" else partial(_walk, asker)
    poll = select.epoll()
    for sock in asker.sockets():
        poll.register(sock, select.EPOLLIN)
    settle()
    turn = partial(_turn, asker, poll)
    kept: list[Agent] = []
    if "kept" in sys.argv:
        kept = [Agent(address, todo.port, 1, b"public") for address in todo.addresses]
        for number, agent in enumerate(kept):
            asker.get(number, agent, Patience(), names[:1])
        _until(turn, over, todo.devices)
        over.clear()
    with todo.metered():
        patience = Patience()
        agents = kept or (Agent(address, todo.port, 1, b"public") for address in todo.addresses)
        for number, agent in enumerate(agents):
            ask(number, agent, patience, names)
        _until(turn, over, todo.devices)
    _note(todo, over)
    todo.say()


def _until(turn: Callable[[], None], over: list[list[Any]], devices: int) -> None:
    while len(over) < devices:
        turn()


def _turn(asker: SnmpAsker, poll: select.epoll) -> None:
    if not asker.waiting():
        poll.poll(_SHORT_S)
    now = time.monotonic()
    if asker.drain():
        asker.judge(now)
    asker.pump(time.monotonic())


def _walk(
    asker: SnmpAsker, number: int, agent: Agent, patience: Patience, names: list[bytes]
) -> None:
    asker.walk(number, agent, patience, names, _ROWS)


def _note(todo: Job, over: list[list[Any]]) -> None:
    for number, outcome, _, payload, *_ in over:
        if outcome != ANSWERED:
            continue
        address = device.loopback(number)
        if todo.kind == "get":
            todo.answers[address] = payload[_PLACE], sum(value is not None for value in payload)
        else:
            count = sum(value is not None for row in payload.values() for value in row)
            todo.answers[address] = payload["1"][_COLUMN], count


if __name__ == "__main__":
    main()
