"""Applications -> listening on their addresses, until the process is told to stop."""

import asyncio
import contextlib
import resource
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp

from netwatch.model.faults import NetwatchError
from netwatch.web.crowd import Crowd, Manners, Patient

IDLE_S: Final = 5
BACKLOG: Final = 4096
STOP_S: Final = 3


class AddressTakenError(NetwatchError):
    """Nothing can listen there; a person must choose another address."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What is served where. ``key`` is where the address is set, for who must change it.

    ``beside`` runs as long as it is served.
    """

    app: ASGIApp
    host: str
    port: int
    key: str
    beside: Callable[[], Coroutine[Any, Any, None]] | None = None
    manners: Manners = field(default_factory=Manners)


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the one who runs several servers."""
        yield


async def serve(stands: Sequence[Stand], ready: Callable[[Stand, int], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        stands: all that is to be served.
        ready: called for each stand once it listens, with the port it has.

    Raises:
        AddressTakenError: one of the addresses cannot be had; nothing was served.
    """
    _open_files()
    with contextlib.ExitStack() as kept:
        bound = [(stand, kept.enter_context(_bound(stand))) for stand in stands]
        crowds = [Crowd(stand.manners) for stand, _ in bound]
        servers = [
            _Server(_config(stand, crowd)) for (stand, _), crowd in zip(bound, crowds, strict=True)
        ]
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stop, servers)
        async with asyncio.TaskGroup() as beside:
            company = [beside.create_task(stand.beside()) for stand in stands if stand.beside]
            company += [beside.create_task(crowd.watch()) for crowd in crowds]
            async with asyncio.TaskGroup() as group:
                for server, (stand, listener) in zip(servers, bound, strict=True):
                    ready(stand, listener.getsockname()[1])
                    group.create_task(server.serve(sockets=[listener]))
            for task in company:
                task.cancel()


def _open_files() -> None:
    """Hold as many connections as the machine allows; under systemd the unit says how many."""
    with contextlib.suppress(OSError, ValueError):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _stop(servers: Sequence[_Server]) -> None:
    for server in servers:
        server.should_exit = True


def _bound(stand: Stand) -> socket.socket:
    family = socket.AF_INET6 if ":" in stand.host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((stand.host, stand.port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as fault:
        listener.close()
        raise AddressTakenError(
            f"nothing can listen at {stand.host}:{stand.port}: {fault.strerror or fault}\n"
            f"    stop what listens there, or set another address in netwatch.toml: {stand.key}"
        ) from fault
    return listener


def _config(stand: Stand, crowd: Crowd) -> uvicorn.Config:
    return uvicorn.Config(
        stand.app,
        http=partial(Patient, crowd),  # type: ignore[arg-type]  # called as a class is
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=STOP_S,
        backlog=BACKLOG,
    )
