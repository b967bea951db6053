"""netwatch import: what another system says, as a difference."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from netwatch.cli.door import now, settings_of
from netwatch.cli.output import (
    NotFoundOut,
    config_option,
    config_path,
    emit,
    json_option,
    safe,
    talk,
)

if TYPE_CHECKING:
    from netwatch.inventory.importers.differences import Compared
    from netwatch.service.importing import Imported
    from netwatch.service.settings import Settings

_SHOWN: Final = 20


@click.command("import")
@click.argument("source", metavar="SOURCE")
@click.option("--dry-run", is_flag=True, help="Show what would change and keep nothing.")
@click.option(
    "--allow-fewer", is_flag=True, help="Believe a source that lost more than half of its records."
)
@click.option(
    "--links", is_flag=True, help="Print the links that the inventory lacks, as inventory."
)
@config_option
@json_option
def import_(  # noqa: PLR0917 - click gives them by name
    source: str, dry_run: bool, allow_fewer: bool, links: bool, config: Path | None, as_json: bool
) -> None:
    r"""Read another system and show what it says that it did not say before.

    SOURCE is a section of the settings: [sources.SOURCE], or [sightings.SOURCE] (leases and
    accounting); or the word network: the inventory's OLTs and switches are asked then for ONUs and
    MACs. It is read whole or not at all, and never written to. What it said is kept for `netwatch
    places reconcile`; contacts are not read here.

    \b
    Example:
        netwatch import lms
        netwatch import lms --dry-run --json
        netwatch import lms --dry-run --links > inventory/links-of-lms.yaml
        netwatch import network
    """
    from netwatch.inventory.places.records import SourceError  # noqa: PLC0415 - --help stays quick

    settings = settings_of(config)
    talk(f"reading {safe(source)} ...")
    try:
        if source in settings.sightings or (source == "network" and source not in settings.sources):
            _look(settings, config, source, keep=not dry_run, as_json=as_json)
        else:
            _import(
                settings, config, source,
                keep=not dry_run, fewer=allow_fewer, links=links, as_json=as_json,
            )  # fmt: skip
    except SourceError as fault:
        raise NotFoundOut(str(fault)) from None
    except OSError as fault:
        raise NotFoundOut(f"the state cannot be written: {fault.strerror}") from None


def _import(
    settings: "Settings", config: Path | None, source: str, *, keep: bool, fewer: bool,
    links: bool, as_json: bool,
) -> None:  # fmt: skip
    from netwatch.service.importing import import_source, links_of  # noqa: PLC0415

    imported = import_source(
        settings, config_path(config), source, now(), keep=keep, allow_fewer=fewer
    )
    show = (lambda: click.echo(links_of(imported), nl=False)) if links else lambda: _show(imported)
    emit(_document(imported), as_json, show)
    if links and not imported.hooks:
        talk("it knows no link that the inventory lacks")
    if not imported.compared_with_inventory:
        talk("not compared with the inventory: it cannot be used; see: netwatch check")
    if imported.kept is not None:
        talk("kept; next: netwatch places reconcile")


def _look(
    settings: "Settings", config: Path | None, source: str, *, keep: bool, as_json: bool
) -> None:
    from netwatch.service.sighting import look_at_network, read_source  # noqa: PLC0415

    if source in settings.sightings:
        looked = read_source(settings, config_path(config), source, now(), keep=keep)
    else:
        looked = asyncio.run(look_at_network(settings, now(), _progress, keep=keep))
    shown = looked.sightings
    counts = {what: len(getattr(shown, what)) for what in ("onus", "macs", "circuits", "sessions")}
    document = {
        "source": source,
        "taken_at": shown.taken_at.isoformat().replace("+00:00", "Z"),
        **counts,
        "silent": list(looked.silent),
        "kept": looked.kept is not None,
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    emit(document, as_json, lambda: click.echo(safe(f"{source}: {told or 'nothing'}")))
    if looked.silent:
        talk(f"not heard out, as they were before: {', '.join(looked.silent)}")


def _progress(what: str, done: int, of: int) -> None:
    if sys.stderr.isatty():
        talk(f"{what}: {done} of {of}")


def _document(imported: "Imported") -> dict[str, Any]:
    extract, found = imported.extract, imported.differences
    return {
        "source": extract.source,
        "taken_at": extract.taken_at.isoformat().replace("+00:00", "Z"),
        "gear": len(extract.gear),
        "wires": len(extract.wires),
        "lines": len(extract.lines),
        "differences": {"gear": found.gear.plain(), "lines": found.lines.plain()},
        "not_in_inventory": [
            {"key": one.key, "name": one.name, "kind": one.kind, "address": one.address}
            for one in found.unknown
        ],
        "links": [
            {"device": one.device, "parent": one.parent, "behind": list(one.behind)}
            for one in imported.hooks
        ],
        "kept": imported.kept is not None,
    }


def _show(imported: "Imported") -> None:
    extract, found = imported.extract, imported.differences
    click.echo(
        safe(
            f"{extract.source}: {len(extract.gear)} devices, {len(extract.wires)} links, "
            f"{len(extract.lines)} lines"
        )
    )
    for what, compared in (("device", found.gear), ("line", found.lines)):
        _show_compared(what, compared)
    for one in found.unknown[:_SHOWN]:
        click.echo(safe(f"? not in the inventory: {one.kind or 'device'} {one.name} {one.address}"))
    _show_rest(len(found.unknown))
    if imported.hooks:
        click.echo(
            f"? {len(imported.hooks)} links are known there of devices from which the inventory's "
            "lead nowhere: see them with --links"
        )
    if not found.any:
        click.echo("nothing else than the last time")


def _show_compared(what: str, compared: "Compared") -> None:
    for sign, keys in (("+", compared.new), ("-", compared.gone)):
        if len(keys) > _SHOWN:
            click.echo(f"{sign} {len(keys)} {what}s")
        else:
            for key in keys:
                click.echo(safe(f"{sign} {what} {key}"))
    for one in compared.changed[:_SHOWN]:
        told = ", ".join(
            f"{name} {_word(was)} -> {_word(is_)}" for name, (was, is_) in one.fields.items()
        )
        click.echo(safe(f"~ {what} {one.key}: {told}"))
    _show_rest(len(compared.changed))


def _show_rest(count: int) -> None:
    if count > _SHOWN:
        click.echo(f"  and {count - _SHOWN} more; --json has them all")


def _word(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value)) or "none"
    return str(value) if value != "" else "none"
