"""netwatch plan: what would go wrong in an outage, found before it comes."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from netwatch.cli.door import settings_of
from netwatch.cli.output import (
    NO,
    USAGE,
    Stop,
    config_option,
    config_path,
    emit,
    json_option,
    safe,
    talk,
)

if TYPE_CHECKING:
    from netwatch.service.plan.defects import Defect
    from netwatch.service.plan.planner import Plan

EVERY_S: Final = 10.0
"""So often progress is told where no terminal shows it."""


@click.command()
@click.option("--inventory", type=click.Path(path_type=Path), metavar="DIR", help="The network.")
@click.option("--rules", type=click.Path(path_type=Path), metavar="DIR", help="The judgement.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a report with the network drawn.",
)
@json_option
@config_option
@click.pass_context
def plan(
    ctx: click.Context,
    *,
    inventory: Path | None,
    rules: Path | None,
    html: Path | None,
    as_json: bool,
    config: Path | None,
) -> None:
    r"""Fail every element once, on paper, and list what would go wrong.

    Who would not be told, what nobody asks, whose both ways share a duct, which words are missing.
    Exit code 1 if there is any defect. Nothing is asked and nothing is sent.

    \b
    Example:
        netwatch plan --inventory inventory --rules rules --html plan.html
    """
    from netwatch.service.clock import machine_time  # noqa: PLC0415 - `--help` stays quick
    from netwatch.service.plan.in_force import planner_of, without_accepted  # noqa: PLC0415
    from netwatch.service.replay_words import FilesError  # noqa: PLC0415

    began = time.monotonic()
    settings = settings_of(config)
    path = config_path(config)
    rules = rules or _rules_here(inventory, settings.rules)
    try:
        planner = planner_of(settings, inventory, rules, path)
    except FilesError as fault:
        talk(str(fault))
        sys.exit(USAGE)
    found = planner.plan(_Progress())
    found = _with_ways(found, planner, settings, path)
    found = without_accepted(found, planner.book, machine_time().date())
    seconds = round(time.monotonic() - began, 2)
    if html is not None:
        _write(html, planner, found, settings.name)
    emit(document(found, seconds), as_json, lambda: _print(found))
    talk(_closing(found, seconds))
    if found.defects:
        ctx.exit(NO)


def document(found: "Plan", seconds: float) -> dict[str, Any]:
    """Return the answer of contract section 8."""
    return {
        "elements": found.elements,
        "seconds": seconds,
        "defects": [one.plain() for one in found.defects],
        "accepted": [one.plain() for one in found.accepted],
        "tried": dict(found.tried),
        "incidents": dict(found.kinds),
    }


def _rules_here(inventory: Path | None, configured: Path | None) -> Path | None:
    """Return the sample's own way: rules beside the inventory where nobody named any."""
    here = Path("rules")
    return here if inventory is None and configured is None and here.is_dir() else None


def _with_ways(found: "Plan", planner: Any, settings: Any, path: Path | None) -> "Plan":
    from dataclasses import replace  # noqa: PLC0415

    from netwatch.model.faults import Place  # noqa: PLC0415
    from netwatch.service.plan.in_force import dying_with_us  # noqa: PLC0415
    from netwatch.service.plan.names import addresses_of  # noqa: PLC0415

    if path is None:
        return found
    dying = dying_with_us(settings, planner.network, addresses_of, Place(str(path)))
    return replace(found, defects=(*dying, *found.defects))


def _write(html: Path, planner: Any, found: "Plan", name: str) -> None:
    from netwatch.service.plan.report import report  # noqa: PLC0415

    try:
        html.write_text(report(planner.world, found, name), encoding="utf-8")
    except OSError as fault:
        raise Stop(f"{html} cannot be written: {fault.strerror}; name another file") from None
    talk(f"report: {html}")


class _Progress:
    """Shows how far it is: a line that changes on a terminal, else one every ten seconds."""

    def __init__(self) -> None:
        self._told_at = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done >= of else ""
            click.echo(f"\r{done} of {of} elements failed on paper{end}", nl=False, err=True)
        elif time.monotonic() - self._told_at >= EVERY_S:
            self._told_at = time.monotonic()
            talk(f"{done} of {of} elements failed on paper")


def _print(found: "Plan") -> None:
    for one in found.defects:
        _print_one(one)


def _print_one(one: "Defect") -> None:
    where = f"{one.place.path}:{one.place.line}: " if one.place else ""
    costs = f" [{_count(one.subscribers, 'subscriber')}]" if one.subscribers else ""
    click.echo(safe(f"{where}{one.kind}: {one.wrong}{costs}"))
    click.echo(safe(f"    {one.remedy}"))


def _closing(found: "Plan", seconds: float) -> str:
    lived = f", {len(found.accepted)} known and accepted" if found.accepted else ""
    verdict = _count(len(found.defects), "defect") if found.defects else "no defects"
    return (
        f"{_count(found.elements, 'element')} failed on paper in {seconds:.1f} s, with "
        f"{_count(found.tried['risks'], 'risk')} and {_count(found.tried['pairs'], 'pair')}: "
        f"{verdict}{lived}."
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
