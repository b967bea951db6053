"""netwatch's own pinger: the echoes of `netwatch.pollers.engine`, without the service around it."""

import time

from netwatch.pollers.echo import Echoes
from netwatch.pollers.echo_wire import Host
from netwatch.pollers.questions import Patience
from tests.bench.clients.echo_meter import echo_job


def main() -> None:
    """Ping every address, in turns like those of the engine."""
    todo = echo_job()
    silent: list[int] = []

    def report(number: int, _outcome: int, _at: float, _payload: object, _detail: str) -> None:
        silent.append(number)

    echoes = Echoes(report, time.monotonic, time.time_ns)
    with todo.metered():
        for number, address in enumerate(todo.addresses):
            echoes.ask(number, Host(address), Patience())
        while len(silent) + len(echoes.echoed[0]) < todo.devices:
            now = time.monotonic()
            if echoes.drain(now):
                echoes.judge(now)
            echoes.pump(time.monotonic())
            time.sleep(max(0.0, (echoes.next_at() or now) - time.monotonic()))
    todo.alive = {todo.addresses[number] for number in echoes.echoed[0]}
    todo.say()


if __name__ == "__main__":
    main()
