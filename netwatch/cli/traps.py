"""netwatch traps: receive SNMP traps, screen them, hand on what counts."""

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netwatch.cli.door import door_of, settings_of
from netwatch.cli.output import Stop, config_option, talk
from netwatch.cli.poll import lab_namespace

if TYPE_CHECKING:
    import socket

    from netwatch.pollers.namespaces import Namespace
    from netwatch.pollers.unasked.receiver import Receiver
    from netwatch.service.settings import Settings


@click.command()
@click.option(
    "--inventory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Whose traps count; else what the service has in force, else the settings' inventory.",
)
@click.option(
    "--listen",
    metavar="HOST:PORT",
    help="Where to listen, if systemd has not opened the socket; else [traps] of the settings.",
)
@config_option
def traps(inventory: Path | None, listen: str | None, config: Path | None) -> None:
    r"""Receive SNMP traps and informs of v1 and v2c, and hand them to the service.

    Runs on its own, so that a flood or a crafted datagram never reaches polling. A trap counts
    only from a device of the inventory, and only makes netwatch look; it proves nothing.

    \b
    Example:
        netwatch traps --listen 0.0.0.0:162
    """
    from netwatch.pollers.unasked.receiver import Receiver  # noqa: PLC0415 - --help stays quick
    from netwatch.pollers.unasked.traps import TrapDesk  # noqa: PLC0415
    from netwatch.service.clock import SteadyClock  # noqa: PLC0415
    from netwatch.service.receiving import ways_to  # noqa: PLC0415

    settings = settings_of(config)
    directory = inventory or settings.inventory
    ways = ways_to(door_of(config), directory, from_files=inventory is not None, tell=talk)
    known = ways.fetch()
    if known is None:
        raise Stop(f"{directory} cannot be used; mend the errors above")
    receiver = Receiver(TrapDesk(speakers=known), SteadyClock(), ways)
    with _socket(listen, settings) as sock:
        asyncio.run(_receive(receiver, sock))


def _socket(listen: str | None, settings: "Settings") -> "socket.socket":
    from netwatch.pollers.unasked.ears import inherited  # noqa: PLC0415

    for _, sock in inherited():
        return sock
    namespace = lab_namespace(settings)
    if namespace is not None:
        _enter(namespace)
    return _open(listen or settings.traps.listen)


def _enter(namespace: "Namespace") -> None:
    from netwatch.pollers.namespaces import join  # noqa: PLC0415

    try:
        join(namespace)
    except OSError as fault:
        raise Stop(
            f"the lab's network cannot be entered: {fault}; be who started the lab, or root"
        ) from None


def _open(listen: str | None) -> "socket.socket":
    from netwatch.pollers.unasked.ears import bound  # noqa: PLC0415

    if listen is None:
        raise Stop('nowhere to listen: give --listen HOST:PORT, or [traps] listen = "0.0.0.0:162"')
    try:
        return bound(listen)
    except (OSError, ValueError) as fault:
        raise Stop(
            f"cannot listen at {listen}: {fault}; ports below 1024 need "
            "netwatch-traps.socket of systemd, or CAP_NET_BIND_SERVICE"
        ) from None


async def _receive(receiver: "Receiver", sock: "socket.socket") -> None:
    from netwatch.pollers.unasked.ears import Ear  # noqa: PLC0415

    receiver.listen(Ear(sock, receiver.hear_trap))
    loop = asyncio.get_running_loop()
    work = asyncio.create_task(receiver.run())
    learning: set[asyncio.Task[None]] = set()

    def learn_again() -> None:
        task = asyncio.ensure_future(receiver.learn())
        learning.add(task)
        task.add_done_callback(learning.discard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, work.cancel)
    loop.add_signal_handler(signal.SIGHUP, learn_again)
    host, port = sock.getsockname()[:2]
    talk(f"listening for traps at {host} port {port}, from {len(receiver.desk.speakers)} devices")
    await asyncio.wait((work,))
    if not work.cancelled():
        work.result()
