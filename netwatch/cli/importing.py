"""netwatch import: what another system says, as a difference."""

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

_SHOWN: Final = 20


@click.command("import")
@click.argument("source", metavar="SOURCE")
@click.option("--dry-run", is_flag=True, help="Show what would change and keep nothing.")
@click.option(
    "--allow-fewer", is_flag=True, help="Believe a source that lost more than half of its records."
)
@config_option
@json_option
def import_(
    source: str, dry_run: bool, allow_fewer: bool, config: Path | None, as_json: bool
) -> None:
    r"""Read another system and show what it says that it did not say before.

    SOURCE is a section [sources.SOURCE] of the settings. It is read whole or not at all, and never
    written to. What it said is kept for `netwatch places reconcile`; contacts are not read here.

    \b
    Example:
        netwatch import lms
        netwatch import lms --dry-run --json
    """
    from netwatch.inventory.places.records import SourceError  # noqa: PLC0415 - --help stays quick
    from netwatch.service.importing import import_source  # noqa: PLC0415

    talk(f"reading {safe(source)} ...")
    try:
        imported = import_source(
            settings_of(config),
            config_path(config),
            source,
            now(),
            keep=not dry_run,
            allow_fewer=allow_fewer,
        )
    except SourceError as fault:
        raise NotFoundOut(str(fault)) from None
    except OSError as fault:
        raise NotFoundOut(f"the state cannot be written: {fault.strerror}") from None
    emit(_document(imported), as_json, lambda: _show(imported))
    if not imported.compared_with_inventory:
        talk("not compared with the inventory: it cannot be used; see: netwatch check")
    if imported.kept is not None:
        talk("kept; next: netwatch places reconcile")


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
