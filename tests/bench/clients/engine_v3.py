"""netwatch's own asker with kept sessions, without the service around it."""

import select
import sys
import time
from typing import Any

from netwatch.pollers.echo import ANSWERED
from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp.asker import Asker
from netwatch.pollers.snmp.jobs import Agent
from netwatch.pollers.snmp.session import Session
from netwatch.wire.ber import encode_oid, parse_oid
from tests.bench.clients.meter import job, say
from tests.bench.secured import CALLED, NAME, OIDS, USER

_SHORT_S = 0.1
_PLACE = OIDS.index(NAME)


def main() -> None:
    """Ask every device so many times."""
    todo, rounds = job(), int(sys.argv[4])
    came: list[Any] = []
    over: list[int] = []

    def report(number: int, outcome: int, _at: float, payload: object, _detail: str) -> None:
        over.append(number)
        if outcome == ANSWERED:
            came.append(payload)

    asker = Asker(report, time.monotonic)
    names = [encode_oid(parse_oid(oid)) for oid in OIDS]
    agents = [Agent(address, todo.port, 3, b"", Session(USER)) for address in todo.addresses]
    poll = select.epoll()
    for sock in asker.sockets():
        poll.register(sock, select.EPOLLIN)

    def ask(times: int) -> None:
        over.clear()
        for _ in range(times):
            for number, agent in enumerate(agents):
                asker.get(number, agent, Patience(2.0, 1), names)
        while len(over) < times * len(agents):
            if not asker.waiting():
                poll.poll(_SHORT_S)
            now = time.monotonic()
            if asker.drain():
                asker.judge(now)
            asker.pump(time.monotonic())

    ask(1)
    came.clear()
    with todo.metered():
        ask(rounds)
    wrong = sum(one[_PLACE] != CALLED or None in one for one in came)
    say(rounds * todo.devices, len(came), wrong, todo.cpu_s, todo.seconds)


if __name__ == "__main__":
    main()
