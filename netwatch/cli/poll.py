"""netwatch poll: ask devices once and say what it cost."""

import asyncio
import gc
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from netwatch.cli.door import settings_of
from netwatch.cli.output import Stop, config_option, emit, json_option, safe, talk
from netwatch.model.faults import Level
from netwatch.model.network import Network

if TYPE_CHECKING:
    from netwatch.pollers.questions import Credential
    from netwatch.pollers.snmp.book import EngineBook
    from netwatch.pollers.sweep import Check, Sweep
    from netwatch.service.settings import Settings

_MOST_NAMED: Final = 50


@click.command()
@click.option("--once", is_flag=True, help="One look at every device (required).")
@click.option(
    "--inventory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Whom to ask; else the inventory of the settings, else ./inventory.",
)
@click.option(
    "--checks",
    default="icmp,snmp",
    show_default=True,
    metavar="LIST",
    help="Of icmp (one echo), snmp (one GET of 10 objects), walk (10 columns of the port table).",
)
@click.option(
    "--devices",
    metavar="FILTER",
    help="Only these: ids with wildcards, kind:olt, site:ID, separated by commas.",
)
@config_option
@json_option
def poll(  # noqa: PLR0917 (one for each option)
    once: bool,
    inventory: Path | None,
    checks: str,
    devices: str | None,
    config: Path | None,
    as_json: bool,
) -> None:
    r"""Ask devices once and say what it cost.

    Needs no running service. Silent means that a device did not answer; blind that it could not be
    asked from here. Each device counts once, by its worst check.

    \b
    Example:
        netwatch poll --once --checks icmp,snmp --devices "kind:olt,sw-*"
    """
    from netwatch.pollers.choice import ChoiceError, choose  # noqa: PLC0415 - --help stays quick
    from netwatch.pollers.questions import Patience  # noqa: PLC0415
    from netwatch.pollers.sweep import Check, sweep  # noqa: PLC0415
    from netwatch.service.lab_namespace import namespace_of  # noqa: PLC0415

    if not once:
        raise Stop("say --once; to keep polling, run the service: netwatch run")
    asked = _checks(checks)
    settings = settings_of(config)
    network = read_network(inventory or settings.inventory)
    try:
        chosen = list(choose(network, devices))
    except ChoiceError as fault:
        raise Stop(str(fault)) from None
    by_snmp = any(check is not Check.ICMP for check in asked)
    names = {device.snmp for device in chosen if device.snmp is not None and by_snmp}
    patience = Patience(settings.polling.timeout.total_seconds(), settings.polling.retries)
    gc.disable()  # all of this lives to the end; looking for garbage in it costs a third more
    came = asyncio.run(
        sweep(
            chosen,
            asked,
            credentials_of(settings, names),
            patience=patience,
            namespace=namespace_of(settings.lab.state),
            book=_book(settings),
            progress=_progress if sys.stderr.isatty() else _no_progress,
        )
    )
    emit(_document(came), as_json, lambda: _print(came))


def read_network(directory: Path) -> Network:
    """Return the network of an inventory.

    Raises:
        Stop: it has errors; they are told on stderr.
    """
    from netwatch.inventory.reader import read_inventory  # noqa: PLC0415

    reading = read_inventory(directory)
    if reading.network is None:
        for finding in reading.findings:
            if finding.level is Level.ERROR:
                talk(str(finding))
        raise Stop(f"{directory} cannot be used; mend the errors above")
    return reading.network


def credentials_of(settings: "Settings", names: Iterable[str]) -> "Mapping[str, Credential]":
    """Return what stands behind credential names; names without settings are tried as public.

    Raises:
        ConfigError: a secret is not where the settings say.
    """
    from netwatch.pollers.questions import Credential  # noqa: PLC0415
    from netwatch.service.snmp_settings import credential  # noqa: PLC0415

    credentials: dict[str, Credential] = {}
    guessed: list[str] = []
    for name in sorted(names):
        snmp = settings.snmp.get(name)
        if snmp is None:
            guessed.append(name)
            credentials[name] = Credential()
        else:
            credentials[name] = credential(name, snmp)
    if guessed:
        talk(
            f"no [snmp.NAME] in the settings for {', '.join(guessed)}: "
            "asking with community public, v2c, port 161"
        )
    return credentials


def _book(settings: "Settings") -> "EngineBook":
    """Return the SNMPv3 engines that the service has met, where this user may know."""
    from netwatch.pollers.snmp.book import FILE, EngineBook  # noqa: PLC0415
    from netwatch.service.clock import SteadyClock  # noqa: PLC0415

    book, clock = EngineBook(settings.state / FILE), SteadyClock()
    book.read(clock.now(), clock.monotonic())
    return book


def _checks(text: str) -> "list[Check]":
    from netwatch.pollers.sweep import Check  # noqa: PLC0415

    try:
        return [Check(word.strip()) for word in text.split(",") if word.strip()]
    except ValueError:
        raise Stop(f"--checks {text!r}: there are {', '.join(Check)}") from None


def _document(came: "Sweep") -> dict[str, Any]:
    return {name: value for name, value in asdict(came).items() if name != "missed"}


def _print(came: "Sweep") -> None:
    for missed in came.missed[:_MOST_NAMED]:
        detail = f"  {safe(missed.detail)}" if missed.detail else ""
        click.echo(f"{missed.device}  {missed.check}  {missed.outcome}{detail}")
    if len(came.missed) > _MOST_NAMED:
        rest = Counter(missed.outcome.value for missed in came.missed[_MOST_NAMED:])
        click.echo("and " + ", ".join(f"{count} more {what}" for what, count in rest.items()))
    click.echo(
        f"{came.devices} devices: {came.answered} answered, {came.silent} silent, "
        f"{came.blind} blind"
    )
    click.echo(
        f"{came.seconds:.2f} s, {came.cpu_seconds:.2f} CPU-s, {came.requests} requests, "
        f"{came.varbinds} varbinds, {came.rss_mb:.0f} MB"
    )


def _progress(done: int, of: int) -> None:
    end = "\n" if done == of else ""
    click.echo(f"\r{done}/{of} answered or given up{end}", err=True, nl=False)


def _no_progress(_done: int, _of: int) -> None:
    pass
