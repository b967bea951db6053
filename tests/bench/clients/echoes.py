"""netwatch's own pinger: the echoes of `netwatch.pollers.engine`, without the service around it."""

import select
import time

from netwatch.pollers.echo import ANSWERED, Echoes
from netwatch.pollers.questions import Patience
from tests.bench.clients.echo_meter import echo_job

_PACED_TURN_S = 0.004


def main() -> None:
    """Ping every address, in turns like those of the engine."""
    todo = echo_job()
    over: list[tuple[int, int]] = []

    def report(number: int, outcome: int, _at: float, _payload: object, _detail: str) -> None:
        over.append((number, outcome))

    echoes = Echoes(report, time.monotonic, time.time_ns)
    poll = select.epoll()
    for sock in echoes.sockets():
        poll.register(sock, select.EPOLLIN)
    with todo.metered():
        for number, address in enumerate(todo.addresses):
            echoes.ask(number, address, Patience())
        while len(over) < todo.devices:
            wait = _PACED_TURN_S if echoes.waiting() else 0.1
            deadline = echoes.next_deadline()
            if deadline is not None:
                wait = min(wait, max(0.001, deadline - time.monotonic()))
            poll.poll(wait)
            now = time.monotonic()
            if echoes.drain():
                echoes.judge(now)
            echoes.pump(time.monotonic())
    todo.alive = {todo.addresses[number] for number, outcome in over if outcome == ANSWERED}
    todo.say()


if __name__ == "__main__":
    main()
