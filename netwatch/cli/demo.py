"""netwatch demo: a fibre is cut, and the town is told, while you watch."""

import asyncio
import contextlib
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from netwatch.cli.output import FINE, INTERRUPTED, NO, Stop, talk
from netwatch.model.faults import Level

if TYPE_CHECKING:
    from netwatch.model.network import Network
    from netwatch.service.demo import Stage

PAGE_PORT: Final = 8080
CONSOLE_PORT: Final = 8081
LEAST_S: Final = 80
BESIDE: Final = Path(__file__).parents[2]
"""A checkout's root: the samples lie there."""


@click.command()
@click.option("--for", "limit", metavar="90s", help="End by itself within this time, at least 80s.")
@click.option(
    "--inventory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="The ISP to simulate; the sample town if not given.",
)
@click.option(
    "--rules",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="The judgement; the one that ships with netwatch if not given.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PAGE_PORT,
    show_default=True,
    metavar="N",
    help="Where the page is served on 127.0.0.1; any free port where this one is taken.",
)
@click.option(
    "--console-port",
    type=click.IntRange(0, 65535),
    default=CONSOLE_PORT,
    show_default=True,
    metavar="N",
    help="Where the console is served, in the same way.",
)
def demo(
    limit: str | None, inventory: Path | None, rules: Path | None, port: int, console_port: int
) -> None:
    r"""See a fibre cut become a published notice, on a simulated ISP.

    Starts a lab, the service, its public page and its console on this machine, cuts a fibre,
    shows what is said to whom and when, repairs it, and measures. Page and console stay until
    Ctrl-C, or end with --for. Nothing leaves this machine. Exit 0 when every promise was kept,
    1 when one was broken.

    \b
    Example:
        netwatch demo --for 90s
    """
    from netwatch.model.spans import span  # noqa: PLC0415
    from netwatch.service.demo import Stage  # noqa: PLC0415 - `--help` needs no service

    lasts: timedelta | None = None
    if limit is not None:
        try:
            lasts = span(limit)
        except ValueError as fault:
            raise Stop(f"--for: {fault}") from None
        if lasts < timedelta(seconds=LEAST_S):
            raise Stop(f"--for {limit} is too short: the story takes {LEAST_S} s")
    place = inventory or _sample("inventory")
    stage = Stage(
        inventory=place,
        rules=rules or (None if inventory else _sample("rules")),
        network=_network(place),
        page_port=port,
        console_port=console_port,
        command=_called(),
        limit=lasts,
    )
    sys.exit(asyncio.run(_played(stage)))


async def _played(stage: "Stage") -> int:
    from netwatch.service.demo import play  # noqa: PLC0415 - as above

    task = asyncio.ensure_future(play(stage, click.echo))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        return FINE if await task else NO
    talk("\nThe demo is over; everything it made is gone.")
    return FINE if stage.limit is None else INTERRUPTED


def _called() -> str:
    """Return how netwatch was called, for lines to be copied: it may not be on the PATH."""
    return sys.argv[0] if Path(sys.argv[0]).name == "netwatch" else "netwatch"


def _sample(name: str) -> Path:
    for place in (Path(name), BESIDE / name):
        if place.is_dir():
            return place
    raise Stop(f"the sample {name}/ is not here; run this in a checkout, or name --inventory DIR")


def _network(inventory: Path) -> "Network":
    from netwatch.inventory.reader import read_inventory  # noqa: PLC0415 - as above

    reading = read_inventory(inventory)
    for finding in reading.findings:
        if finding.level is Level.ERROR:
            talk(str(finding))
    if reading.network is None:
        raise Stop(f"nothing can be simulated from {inventory}; mend the above")
    return reading.network
