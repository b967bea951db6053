"""netwatch lab: a simulated ISP that is real on the wire, and a hammer to break it with."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from netwatch.cli.output import FINE, Stop, emit, json_option, talk
from netwatch.inventory.reader import read_inventory
from netwatch.lab.brief import TRAP_PORT, LabFile, default_state, read_lab_file
from netwatch.lab.control import call
from netwatch.lab.faults import LIMITS, MEANINGS, Kind
from netwatch.lab.lab import Lab
from netwatch.lab.namespaces import join
from netwatch.lab.plan import plan_of
from netwatch.lab.scenario import Step, read_scenario
from netwatch.model.faults import Finding, Level
from netwatch.model.network import Network

CANNOT_EXECUTE: Final = 126
MOST_NAMED: Final = 8
SAMPLE: Final = Path("inventory")

Command = TypeVar("Command", bound=Callable[..., Any])

state_option = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=f"Where the lab keeps its files; {default_state()} if not given.",
)


@click.group()
def lab() -> None:
    """Run a simulated ISP and break it.

    Every device of an inventory gets its address, answers ping and SNMP and sends traps, in a
    network of its own that touches nothing on this machine. Works without root where the kernel
    lets ordinary users make networks.
    """


@lab.command()
@click.option(
    "--inventory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=SAMPLE,
    show_default=True,
    metavar="DIR",
    help="What to simulate.",
)
@click.option(
    "--scenario",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What breaks and mends, and when.",
)
@click.option(
    "--recording",
    "recordings",
    multiple=True,
    metavar="ADDRESS=FILE",
    help="Serve a .snmprec recording on an address. May be repeated.",
)
@click.option(
    "--community",
    "communities",
    multiple=True,
    metavar="NAME=WORD",
    help="The community of a credential named in the inventory; public if not given.",
)
@click.option(
    "--trap-port",
    type=click.IntRange(1, 65535),
    default=TRAP_PORT,
    show_default=True,
    metavar="N",
    help="Where on the NOC's address traps are sent.",
)
@state_option
def run(
    *,
    inventory: Path,
    scenario: Path | None,
    recordings: tuple[str, ...],
    communities: tuple[str, ...],
    trap_port: int,
    state: Path | None,
) -> None:
    r"""Simulate the network of an inventory until Ctrl-C.

    \b
    Example:
        netwatch lab run --inventory inventory/ --scenario night.yaml
    """
    network = _network(inventory)
    steps = _steps(scenario, network)
    options: dict[str, Any] = {
        "steps": steps,
        "recordings": {key: Path(value) for key, value in _pairs(recordings).items()},
        "communities": _pairs(communities),
        "trap_port": trap_port,
    }
    sys.exit(asyncio.run(_run(network, state or default_state(), options)))


async def _run(network: Network, state: Path, options: dict[str, Any]) -> int:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    async with Lab.start(network, state, **options) as running:
        count = sum(device.address is not None for device in network.devices.values())
        talk(f"{count} addresses answer; lab.json is in {running.state}")
        talk("see:    netwatch lab exec -- ping ADDRESS")
        talk("break:  netwatch lab break link:ID cut        mend:  netwatch lab mend all")
        waits = {asyncio.ensure_future(asked.wait()), asyncio.ensure_future(running.ended())}
        _, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in pending:
            wait.cancel()
        if not asked.is_set():
            raise Stop(f"the lab's process ended by itself with {running.process.returncode}")
    return FINE


def _network(inventory: Path) -> Network:
    reading = read_inventory(inventory)
    errors = [finding for finding in reading.findings if finding.level is Level.ERROR]
    _told(errors)
    if reading.network is None:
        raise Stop(f"nothing can be simulated from {inventory}; mend the above")
    return reading.network


def _steps(scenario: Path | None, network: Network) -> tuple[Step, ...]:
    if scenario is None:
        return ()
    steps, findings = read_scenario(scenario, plan_of(network).elements)
    _told(findings)
    if findings:
        raise Stop(f"{scenario} cannot be played; mend the above")
    return steps


def _told(findings: Iterable[Finding]) -> None:
    for finding in sorted(findings):
        talk(str(finding))


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in given:
        key, found, value = text.partition("=")
        if not found or not key or not value:
            raise click.UsageError(f"{text!r} is not of the form KEY=VALUE")
        pairs[key] = value
    return pairs


def _numbers(command: Command) -> Command:
    """Give a command one option a number that a fault may have."""
    helps = {
        "share": "loss: share of packets; power: share of homes that say that they die.",
        "ms": "latency, slow: how late, in milliseconds.",
        "period_s": "flap: so many seconds broken, then so many whole; stale: how old.",
        "db_per_minute": "optics: how fast the light fades.",
        "minutes": "power: how long batteries last, instead of as the inventory says.",
    }
    for name in LIMITS:
        flags = [f"--{name.removesuffix('_s').replace('_', '-')}", name]
        if name == "share":
            flags.insert(1, "--loss")
        command = click.option(*flags, type=float, help=helps[name])(command)
    return command


KINDS: Final = "\b\nKinds:\n" + "\n".join(f"  {kind:<10} {MEANINGS[kind]}" for kind in Kind)


@lab.command("break", epilog=KINDS)
@click.argument("element", metavar="ELEMENT")
@click.argument("kind", metavar="[KIND]", required=False)
@_numbers
@state_option
def break_(element: str, kind: str | None, state: Path | None, **numbers: float | None) -> None:
    r"""Break ELEMENT: device:ID, link:ID, port:DEVICE/PORT, risk:ID, site:ID, area:ID or self.

    \b
    Examples:
        netwatch lab break link:l-core-sw cut
        netwatch lab break area:polna power --share 0.7
        netwatch lab break device:sw-1 loss --share 0.3
    """
    said = {name: number for name, number in numbers.items() if number is not None}
    named = {} if kind is None else {"kind": kind}
    broken = call(_file(state).control, "break", element=element, **named, **said)
    talk(f"{broken['element']}: {broken['kind']}")


@lab.command()
@click.argument("element", metavar="ELEMENT")
@state_option
def mend(element: str, state: Path | None) -> None:
    """Mend ELEMENT, or all."""
    mended = call(_file(state).control, "mend", element=element)["mended"]
    talk(f"{element}: {mended} mended")


@lab.command()
@json_option
@state_option
def status(as_json: bool, state: Path | None) -> None:
    """Say what is broken, who is silent and who is without service."""
    document = call(_file(state).control, "status")

    def human() -> None:
        for fault in document["faults"]:
            click.echo(f"broken for {fault['since_s']:.0f} s: {fault['element']} ({fault['kind']})")
        if not document["faults"]:
            click.echo("nothing is broken")
        click.echo(f"silent: {_some(document['silent'])} of {document['addresses']} addresses")
        onus = ", ".join(f"{count} {name}" for name, count in sorted(document["onus"].items()))
        click.echo(f"ONUs: {onus or 'none'}")
        dark, all_ = len(document["without_service"]), document["subscribers"]
        click.echo(f"without service: {dark} of {all_} subscribers")

    emit(document, as_json, human)


def _some(names: list[str]) -> str:
    if not names:
        return "0"
    more = "" if len(names) <= MOST_NAMED else " ..."
    return f"{len(names)} ({' '.join(names[:MOST_NAMED])}{more})"


@lab.command("exec", context_settings={"ignore_unknown_options": True})
@state_option
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def exec_(command: tuple[str, ...], state: Path | None) -> None:
    r"""Run COMMAND inside, where netwatch's own probing would stand.

    \b
    Example:
        netwatch lab exec -- ping -c 3 127.20.0.1
    """
    sys.exit(_inside(_file(state), command))


def _inside(file: LabFile, command: tuple[str, ...]) -> int:
    """Run a command in the NOC's namespace and return its exit code."""
    child = os.fork()
    if child == 0:
        try:
            join(Path(file.user_ns) if file.user_ns else None, Path(file.net_ns))
            os.execvp(command[0], command)  # noqa: S606 - the person's own command
        except OSError as fault:
            talk(f"netwatch: {command[0]} cannot be run in the lab: {fault.strerror}")
        finally:
            os._exit(CANNOT_EXECUTE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, result = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(result) % 256


def _file(state: Path | None) -> LabFile:
    return read_lab_file(state or default_state())
