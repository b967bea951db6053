"""netwatch traps explain, list, unknown: what traps mean, and which ones nobody knows."""

import re
from typing import TYPE_CHECKING, Any, Final

import click

from netwatch.cli.door import door_of
from netwatch.cli.output import AnswerIsNo, Stop, config_option, emit, json_option, safe, talk

if TYPE_CHECKING:
    from pathlib import Path

    from netwatch.pollers.unasked.trap_table import Entry, Meant, TrapTable

OID: Final = re.compile(r"\.?([0-9]{1,10}(?:\.[0-9]{1,10}){1,127})")
_AN_INTEGER: Final = 2
_A_TEXT: Final = 4


@click.command()
@click.argument("trap", metavar="OID|NAME")
@click.option(
    "--varbind",
    "varbinds",
    multiple=True,
    metavar="OID=VALUE",
    help="What the trap says besides; once for each.",
)
@json_option
def explain(trap: str, varbinds: tuple[str, ...], as_json: bool) -> None:
    r"""Say what a trap means: the check it raises or clears, and the poll that confirms it.

    A trap of version 1 bears the OID ENTERPRISE.0.SPECIFIC. A name may bear its MIB: MIB::NAME.

    \b
    Example:
        netwatch traps explain 1.3.6.1.6.3.1.1.5.3 --varbind 1.3.6.1.2.1.2.2.1.1.7=7
        netwatch traps explain UPS-MIB::upsTrapOnBattery
    """
    from netwatch.pollers.unasked.trap_table import shipped_traps  # noqa: PLC0415 - --help

    table = shipped_traps()
    binds = tuple(_varbind(text) for text in varbinds)
    named = OID.fullmatch(trap)
    oids = [named[1]] if named else _called(trap, table)
    if not oids:
        raise AnswerIsNo(f"no trap is called {trap!r}; give its OID, or see: netwatch traps list")
    document = _explained(oids[0], table.meant(oids[0], binds))
    emit(document, as_json, lambda: _tell(document))
    for other in oids[1:]:
        talk(f"another trap has that name: {other}")
    if document["means"] is None:
        raise SystemExit(AnswerIsNo.exit_code)


@click.command("list")
@click.argument("words", nargs=-1, metavar="[WORD...]")
@json_option
def list_traps(words: tuple[str, ...], as_json: bool) -> None:
    r"""List the traps that are known; with words: those that bear all of them.

    A word is found in the name, MIB, family, check or OID.

    \b
    Example:
        netwatch traps list mains
        netwatch traps list huawei onu.state
    """
    from netwatch.cli.tables import show_table  # noqa: PLC0415
    from netwatch.pollers.unasked.trap_table import shipped_traps  # noqa: PLC0415

    entries = [e for e in shipped_traps().entries.values() if _bears(e, words)]
    rows = [
        (e.oid, e.name, e.says.value, e.condition.check, e.condition.on.value, e.confirm.value)
        for e in sorted(entries, key=lambda e: [int(number) for number in e.oid.split(".")])
    ]
    headings = ("oid", "name", "says", "check", "on", "confirm")
    emit(
        [dict(zip(headings, row, strict=True)) for row in rows],
        as_json,
        lambda: show_table(headings, rows),
    )
    if not rows:
        raise AnswerIsNo("no trap bears all of these words; try fewer, or a part of one")


@click.command()
@config_option
@json_option
def unknown(config: "Path | None", as_json: bool) -> None:
    r"""List the traps that came and that no table knows: how many of which, from whom.

    netwatch looks at a device that sends one all the same.

    \b
    Example:
        netwatch traps unknown
    """
    from netwatch.cli.tables import show_table  # noqa: PLC0415

    told = door_of(config).call("receiver")
    rows: list[dict[str, Any]] = list(told.get("unread", ()))
    document = {"heard": told["heard"], "unknown": rows}

    def show() -> None:
        if not told["heard"]:
            talk("nothing was heard of a receiver yet; start it: netwatch traps")
        elif not rows:
            talk("no trap came that nobody knows")
        else:
            cells = [(str(r["count"]), r["oid"], r["device"], _maker(r["oid"]) or "") for r in rows]
            show_table(("count", "oid", "device", "maker"), cells)

    emit(document, as_json, show)


def _varbind(text: str) -> tuple[str, int, str | int]:
    oid, equals, value = text.partition("=")
    named = OID.fullmatch(oid.strip())
    if not equals or named is None:
        raise Stop(f"--varbind {text!r}: give OID=VALUE, like 1.3.6.1.2.1.2.2.1.1.7=7")
    if re.fullmatch(r"-?[0-9]{1,20}", value):
        return named[1], _AN_INTEGER, int(value)
    return named[1], _A_TEXT, value


def _called(trap: str, table: "TrapTable") -> list[str]:
    """Return the OIDs of that name, a standard's first: vendors call theirs after it."""
    mib, _, name = trap.rpartition("::")
    wanted = name.lower(), mib.lower()
    found = [
        e for e in table.entries.values()
        if e.name.lower() == wanted[0] and wanted[1] in {"", e.mib.mib.lower()}
    ]  # fmt: skip
    return [e.oid for e in sorted(found, key=lambda e: e.family != "standard")]


def _explained(oid: str, meant: "Meant | None") -> dict[str, Any]:
    """Return the document of one trap; its keys are the same whether it is known or not."""
    if meant is None:
        return {
            "oid": oid, "name": None, "mib": None, "family": None, "maker": _maker(oid),
            "means": None, "raised_by": [], "cleared_by": [], "told_by": None,
        }  # fmt: skip
    entry, condition = meant.entry, meant.entry.condition
    by = entry.by
    return {
        "oid": entry.oid,
        "name": entry.name,
        "mib": entry.mib.mib,
        "family": entry.family,
        "maker": _maker(oid),
        "means": {
            "check": meant.check,
            "state": meant.state.value,
            "severity": meant.severity.value,
            "on": meant.on.value,
            "part": meant.part or None,
            "confirm": meant.confirm.value,
            "condition": meant.condition,
            "repeats": condition.repeats,
        },
        "raised_by": [*condition.begins, *condition.stateful],
        "cleared_by": [*condition.over, *condition.stateful],
        "told_by": None
        if by is None
        else {
            "varbind": entry.columns.get(by.varbind, by.varbind),
            "raise": list(by.begins),
            "clear": list(by.over),
            "otherwise": by.otherwise.value,
        },
    }


def _tell(document: dict[str, Any]) -> None:
    means, maker = document["means"], document["maker"]
    whose = f" (of {maker})" if maker else ""
    if means is None:
        click.echo(f"{document['oid']}{whose}: no table knows it; netwatch would look all the same")
        return
    name = f"{document['mib']}::{document['name']}"
    click.echo(f"{document['oid']} is {name}{whose}")
    part = f" {safe(means['part'])}" if means["part"] else ""
    click.echo(f"means: {means['state']} {means['check']} ({means['severity']})")
    click.echo(f"on: {means['on']}{part}")
    click.echo(f"confirmed by: {means['confirm']}")
    told_by = document["told_by"]
    if told_by is not None:
        raised, cleared = (", ".join(told_by[kind]) or "-" for kind in ("raise", "clear"))
        click.echo(
            f"told by the varbind {told_by['varbind']}: raise at {raised}, clear at {cleared}, "
            f"else {told_by['otherwise']}"
        )
    elif means["state"] == "either":
        click.echo("told by: a varbind that no table knows; the poll says how it is")
    elif document["cleared_by"] and means["state"] == "raise":
        click.echo(f"cleared by: {', '.join(document['cleared_by'])}")
    elif document["raised_by"] and means["state"] == "clear":
        click.echo(f"raised by: {', '.join(document['raised_by'])}")
    elif means["state"] == "raise":
        click.echo("cleared by: no trap; the poll says when it is over")


def _bears(entry: "Entry", words: tuple[str, ...]) -> bool:
    text = " ".join(
        (entry.oid, entry.name, entry.mib.mib, entry.family, entry.condition.check)
    ).lower()
    return all(word.lower() in text for word in words)


def _maker(oid: str) -> str | None:
    from netwatch.pollers.gear.enterprises import maker  # noqa: PLC0415

    return maker(oid)
