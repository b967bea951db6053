"""netwatch traps: receive SNMP traps and syslog, screen them, hand on what counts."""

import asyncio
import signal
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from netwatch.cli.door import door_of, settings_of
from netwatch.cli.output import Stop, config_option, emit, json_option, safe, talk
from netwatch.cli.trap_meanings import explain, list_traps, unknown

if TYPE_CHECKING:
    from netwatch.pollers.namespaces import Namespace
    from netwatch.pollers.unasked.receiver import Receiver
    from netwatch.service.settings import Settings


@click.group(invoke_without_command=True)
@click.option(
    "--inventory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Whose words count; else what the service has in force, else the settings' inventory.",
)
@click.option(
    "--listen",
    metavar="HOST:PORT",
    help="Where traps come, if systemd has not opened the socket; else [traps] of the settings.",
)
@click.option(
    "--syslog",
    metavar="HOST:PORT",
    help="Where syslog comes, by UDP and TCP; else [syslog] of the settings.",
)
@click.option("--status", is_flag=True, help="Say how the running receiver stands, and end.")
@config_option
@json_option
@click.pass_context
def traps(  # noqa: PLR0917 (one for each option)
    context: click.Context,
    inventory: Path | None,
    listen: str | None,
    syslog: str | None,
    status: bool,
    config: Path | None,
    as_json: bool,
) -> None:
    r"""Receive SNMP traps, informs (v1, v2c, v3) and syslog, and hand them to the service.

    Runs on its own, so that a flood or a crafted datagram never reaches polling. What is said
    counts only from a device of the inventory, and only makes netwatch look; it proves nothing.

    \b
    Example:
        netwatch traps --listen 0.0.0.0:162 --syslog 0.0.0.0:514
        netwatch traps --status
        netwatch traps explain 1.3.6.1.6.3.1.1.5.3
    """
    if context.invoked_subcommand is not None:
        return
    if status:
        told = door_of(config).call("receiver")
        del told["ok"]
        emit(told, as_json, lambda: _show(told))
        return
    from netwatch.pollers.unasked.caps import keep_small  # noqa: PLC0415 - --help stays quick
    from netwatch.service.receiving import receiver_of  # noqa: PLC0415

    keep_small()
    settings = settings_of(config)
    receiver = receiver_of(settings, door_of(config), inventory, talk)
    with ExitStack() as opened:
        sockets = _sockets(settings, listen, syslog, opened)
        asyncio.run(_receive(receiver, sockets))


traps.add_command(explain)
traps.add_command(list_traps)
traps.add_command(unknown)


class _Sockets(NamedTuple):
    traps: Sequence[socket.socket]
    logs: Sequence[socket.socket]


def _sockets(
    settings: "Settings", listen: str | None, syslog: str | None, opened: ExitStack
) -> _Sockets:
    """Return the sockets that systemd opened, else those that options or settings name."""
    from netwatch.pollers.unasked.ears import inherited  # noqa: PLC0415
    from netwatch.service.lab_namespace import namespace_of  # noqa: PLC0415

    given = [(name, opened.enter_context(sock)) for name, sock in inherited()]
    if given:
        logs = [s for name, s in given if "syslog" in name or s.type == socket.SOCK_STREAM]
        return _Sockets([sock for _, sock in given if sock not in logs], logs)
    namespace = namespace_of(settings.lab.state)
    if namespace is not None:
        _enter(namespace)
    listen, syslog = listen or settings.traps.listen, syslog or settings.syslog.listen
    if listen is None and syslog is None:
        raise Stop(
            "nowhere to listen: give --listen HOST:PORT or --syslog HOST:PORT, or "
            '[traps] listen = "0.0.0.0:162" and [syslog] listen = "0.0.0.0:514" in the settings'
        )
    kinds = (socket.SOCK_DGRAM, socket.SOCK_STREAM)
    return _Sockets(
        [] if listen is None else [opened.enter_context(_open(listen, socket.SOCK_DGRAM))],
        [] if syslog is None else [opened.enter_context(_open(syslog, kind)) for kind in kinds],
    )


def _enter(namespace: "Namespace") -> None:
    from netwatch.pollers.namespaces import join  # noqa: PLC0415

    try:
        join(namespace)
    except OSError as fault:
        raise Stop(
            f"the lab's network cannot be entered: {fault}; be who started the lab, or root"
        ) from None


def _open(listen: str, kind: socket.SocketKind) -> socket.socket:
    from netwatch.pollers.unasked.ears import bound  # noqa: PLC0415

    try:
        return bound(listen, kind)
    except ValueError as fault:
        raise Stop(f"{listen}: {fault}") from None
    except OSError as fault:
        raise Stop(
            f"cannot listen at {listen}: {fault}; ports below 1024 need netwatch-traps.socket and "
            "netwatch-syslog.socket of systemd, or CAP_NET_BIND_SERVICE"
        ) from None


async def _receive(receiver: "Receiver", sockets: _Sockets) -> None:
    from netwatch.pollers.unasked.caps import die_of_hunger  # noqa: PLC0415

    loop = asyncio.get_running_loop()
    die_of_hunger(loop)
    for sock in sockets.traps:
        receiver.listen_for_traps(sock)
    for sock in sockets.logs:
        receiver.listen_for_logs(sock)
    work = asyncio.create_task(receiver.run())
    learning: set[asyncio.Task[None]] = set()

    def learn_again() -> None:
        task = asyncio.ensure_future(receiver.learn())
        learning.add(task)
        task.add_done_callback(learning.discard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, work.cancel)
    loop.add_signal_handler(signal.SIGHUP, learn_again)
    for what, some in zip(("traps", "syslog"), sockets, strict=True):
        for sock in some:
            _tell(what, sock, receiver)
    await asyncio.wait((work,))
    if not work.cancelled():
        work.result()


def _tell(what: str, sock: socket.socket, receiver: "Receiver") -> None:
    host, port = sock.getsockname()[:2]
    how = " (TCP)" if sock.type == socket.SOCK_STREAM else ""
    devices = len(receiver.desk.speakers)
    talk(f"listening for {what}{how} at {host} port {port}, from {devices} devices")


def _show(told: dict[str, Any]) -> None:
    from netwatch.pollers.unasked.receiver import worded  # noqa: PLC0415

    if not told["heard"]:
        click.echo("nothing was heard of a receiver yet; start it: netwatch traps")
        return
    left = ", it was stopped" if told["leaving"] else ""
    click.echo(f"heard of {told['seconds_ago']:.0f} s ago{left}; deaths: {told['deaths']}")
    click.echo(worded(told["counts"]))
    click.echo(f"engine id for informs: {told['engine_id']}, SNMPv3 engines met: {told['engines']}")
    for where, what in told["troubles"].items():
        click.echo(f"{where}: {safe(what)}")
    for row in told["complaints"]:
        click.echo(safe(f"{row['who']} {row['what']}"))
    for row in told["strangers"]:
        click.echo(safe(f"not in the inventory: {row['address']}, says {row['said']}"))
    for row in told["unread"]:
        click.echo(safe(f"unknown trap, {row['count']} times: {row['oid']} (from {row['device']})"))
    for row in told["meaningless"]:
        click.echo(
            safe(f"not understood, {row['count']} times: {row['example']} (from {row['device']})")
        )
