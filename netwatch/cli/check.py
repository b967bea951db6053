"""netwatch check: every mistake of every file in one run."""

from pathlib import Path
from typing import Any

import click

from netwatch.cli.output import (
    USAGE,
    config_option,
    config_path,
    emit,
    json_option,
    safe,
    talk,
)
from netwatch.model.faults import Finding, Level
from netwatch.model.network import Network


@click.command()
@click.option(
    "--inventory",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The inventory to check; else the one in the settings, else ./inventory.",
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The rules to check; else those in the settings, else ./rules.",
)
@config_option
@json_option
@click.pass_context
def check(
    ctx: click.Context,
    inventory: Path | None,
    rules: Path | None,
    config: Path | None,
    as_json: bool,
) -> None:
    r"""Find every mistake in inventory, rules and settings, in one run.

    Each is told as FILE:LINE:COLUMN and with a way out. Exit code 2 if there are errors; warnings
    alone do not change it.

    \b
    Example:
        netwatch check --inventory inventory --rules rules
    """
    from netwatch.service.check import check_files  # noqa: PLC0415 - `check --help` stays quick

    named = inventory is not None or rules is not None
    settings = config if named else config_path(config)
    checked = check_files(inventory, rules, settings)
    emit([_row(one) for one in checked.findings], as_json, lambda: _print(checked.findings))
    talk(closing_line(checked.network, checked.findings))
    if checked.failed:
        ctx.exit(USAGE)


def closing_line(network: Network | None, findings: tuple[Finding, ...]) -> str:
    """Say in one line what was read and what to do next."""
    errors = sum(finding.level is Level.ERROR for finding in findings)
    warnings = len(findings) - errors
    if errors:
        found = f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"
        return f"{found}: mend the errors, then run netwatch check again."
    verdict = _count(warnings, "warning") if warnings else "no mistakes"
    if network is None:
        return f"{verdict}. No inventory was read: name one with --inventory DIR."
    people = network.subscribers.values()
    placed = sum(one.device is not None for one in people)
    by_area = sum(one.device is None and one.area is not None for one in people)
    nowhere = len(people) - placed - by_area
    rest = f" ({by_area} by area only, {nowhere} not placed)" if placed < len(people) else ""
    return (
        f"{_count(len(network.devices), 'device')}, {_count(len(network.links), 'link')}, "
        f"{placed} of {_count(len(people), 'subscriber')} placed{rest}: {verdict}. "
        "Bring it into force with: netwatch reload"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _print(findings: tuple[Finding, ...]) -> None:
    lines = (safe(line) for finding in findings for line in str(finding).split("\n"))
    text = "\n".join(lines)
    if text:
        click.echo(text)


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "path": finding.place.path,
        "line": finding.place.line,
        "column": finding.place.column,
        "level": finding.level.value,
        "wrong": finding.wrong,
        "remedy": finding.remedy,
    }
