"""netwatch traps: receive SNMP traps, screen them, hand on what counts."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netwatch.cli.door import door_of, settings_of
from netwatch.cli.output import Stop, config_option, talk
from netwatch.cli.poll import lab_namespace, read_network
from netwatch.model.arrivals import Trap

if TYPE_CHECKING:
    import socket

    from netwatch.intake.door import Door
    from netwatch.pollers.namespaces import Namespace
    from netwatch.pollers.unasked.receiver import Deliver
    from netwatch.pollers.unasked.traps import TrapDesk


@click.command()
@click.option(
    "--inventory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Whose traps count; else the inventory of the settings, else ./inventory.",
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
    from netwatch.pollers.unasked.receiver import inherited  # noqa: PLC0415 - --help stays quick
    from netwatch.pollers.unasked.traps import TrapDesk, sources  # noqa: PLC0415

    settings = settings_of(config)
    directory = inventory or settings.inventory
    desk = TrapDesk(devices=sources(read_network(directory)))
    sock = inherited()
    if sock is None:
        namespace = lab_namespace(settings)
        if namespace is not None:
            _enter(namespace)
        sock = _open(listen or settings.traps.listen)
    with sock:
        asyncio.run(_receive(sock, desk, _deliver_to(door_of(config)), directory))


def _enter(namespace: "Namespace") -> None:
    from netwatch.pollers.namespaces import join  # noqa: PLC0415

    try:
        join(namespace)
    except OSError as fault:
        raise Stop(
            f"the lab's network cannot be entered: {fault}; be who started the lab, or root"
        ) from None


def _open(listen: str | None) -> "socket.socket":
    from netwatch.pollers.unasked.receiver import bound  # noqa: PLC0415

    if listen is None:
        raise Stop('nowhere to listen: give --listen HOST:PORT, or [traps] listen = "0.0.0.0:162"')
    try:
        return bound(listen)
    except (OSError, ValueError) as fault:
        raise Stop(
            f"cannot listen at {listen}: {fault}; ports below 1024 need "
            "netwatch-traps.socket of systemd, or CAP_NET_BIND_SERVICE"
        ) from None


def _deliver_to(door: "Door") -> "Deliver":
    from netwatch.intake.door import DoorRefusedError, NobodyHomeError  # noqa: PLC0415
    from netwatch.model.plain import to_plain  # noqa: PLC0415

    def deliver(batch: Sequence[Trap]) -> int:
        arrivals = [{"kind": "trap", **to_plain(trap)} for trap in batch]
        try:
            return int(door.call("arrivals", arrivals=arrivals)["dropped"])
        except (NobodyHomeError, DoorRefusedError):
            return len(batch)

    return deliver


async def _receive(
    sock: "socket.socket", desk: "TrapDesk", deliver: "Deliver", directory: Path
) -> None:
    from netwatch.pollers.unasked.receiver import TrapReceiver  # noqa: PLC0415
    from netwatch.pollers.unasked.traps import sources  # noqa: PLC0415
    from netwatch.service.clock import SteadyClock  # noqa: PLC0415

    def learn_again() -> None:
        try:
            desk.devices = sources(read_network(directory))
        except Stop as fault:
            talk(f"the inventory stays as it was: {fault.message}")

    loop = asyncio.get_running_loop()
    receiver = TrapReceiver(sock, desk, deliver, SteadyClock(), talk)
    work = asyncio.create_task(receiver.run())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, work.cancel)
    loop.add_signal_handler(signal.SIGHUP, learn_again)
    host, port = sock.getsockname()[:2]
    talk(f"listening for traps at {host} port {port}, from {len(desk.devices)} devices")
    await asyncio.wait((work,))
    if not work.cancelled():
        work.result()
