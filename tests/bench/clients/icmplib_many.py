"""icmplib's async_multiping as it comes: 50 at once, a socket each. It does not ask again."""

import asyncio

from tests.bench.clients.echo_meter import EchoJob, echo_job
from tests.bench.clients.meter import library


def main() -> None:
    """Ping every address."""
    todo = echo_job()
    asyncio.run(_all(todo, library("icmplib", "icmplib").async_multiping))
    todo.say()


async def _all(todo: EchoJob, multiping: object) -> None:
    assert callable(multiping)
    with todo.metered():
        hosts = await multiping(todo.addresses, count=1, timeout=1, privileged=True)
    todo.alive = {host.address for host in hosts if host.is_alive}


if __name__ == "__main__":
    main()
