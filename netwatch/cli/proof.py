"""netwatch incident proof, maintenance proof: who was told what, when, what became of it."""

from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netwatch.cli.door import about, door_of, everything, incident_of, zone_of
from netwatch.cli.output import AnswerIsNo, config_option, emit, json_option, talk
from netwatch.cli.sheet import one_way, write_sheet
from netwatch.cli.tables import show_table
from netwatch.model.names import MaintenanceId
from netwatch.views.local_times import local

if TYPE_CHECKING:
    from netwatch.views.messages import Message

named = click.argument("number", metavar="INCIDENT")
table_option = click.option(
    "--csv",
    "table",
    metavar="FILE",
    help="Write a line a message into FILE (- for stdout) instead.",
)


@click.command()
@named
@table_option
@json_option
@config_option
def proof(number: str, *, table: str | None, as_json: bool, config: Path | None) -> None:
    r"""Show who was told what of INCIDENT, when, on which channel, with which result.

    Subscribers and staff stand in it by their ids: the journal knows no name, number or address.

    \b
    Example:
        netwatch incident proof I-1042
        netwatch incident proof I-1042 --csv told.csv
    """
    from netwatch.views.messages import messages, proof_answer  # noqa: PLC0415 - for --help

    one_way(table, as_json=as_json)
    name = incident_of(number)
    board, told = about(config, name)
    if board.survivor(name) not in board.outages:
        from netwatch.cli.incident import unknown  # noqa: PLC0415 - it holds this command

        raise AnswerIsNo(unknown(name))
    rows = messages(told.facts)
    if table is not None:
        _write(rows, table)
        return
    answer = proof_answer(board.survivor(name), rows)
    emit(answer, as_json, lambda: _show(answer["told"], config))


@click.command("proof")
@click.argument("number", metavar="WORKS")
@table_option
@json_option
@config_option
def works_proof(number: str, *, table: str | None, as_json: bool, config: Path | None) -> None:
    r"""Show who was told what of WORKS, when, on which channel, with which result.

    A text about several works at once stands in the proof of each of them.

    \b
    Example:
        netwatch maintenance proof M-7
        netwatch maintenance proof M-7 --csv told.csv
    """
    from netwatch.views.messages import (  # noqa: PLC0415 - for --help
        messages_of_works,
        works_proof_answer,
    )

    one_way(table, as_json=as_json)
    name = works_of(number)
    rows = messages_of_works(door_of(config).about_works(name), name)
    if not rows and name not in everything(config).works:
        raise AnswerIsNo(f"there are no works {name}; see: netwatch maintenance list --all")
    if table is not None:
        _write(rows, table)
        return
    answer = works_proof_answer(name, rows)
    emit(answer, as_json, lambda: _show(answer["told"], config))


def works_of(text: str) -> MaintenanceId:
    """Return the works a person means: ``7`` and ``m-7`` are ``M-7``."""
    number = text.strip()
    return MaintenanceId(f"M-{number}" if number.isdigit() else number.upper())


def _write(rows: Iterable["Message"], table: str) -> None:
    from netwatch.views.messages import COLUMNS  # noqa: PLC0415 - for --help

    count = write_sheet(COLUMNS, map(astuple, rows), table)
    talk(f"{count} message{'' if count == 1 else 's'} written to {table}")


def _show(told: list[dict[str, Any]], config: Path | None) -> None:
    if not told:
        talk("Nobody was told anything of it.")
        return
    zone = zone_of(config)
    rows = (
        (
            local(row["first_at"], zone),
            row["phase"],
            row["audience"],
            row["channel"],
            str(row["recipients"]),
            ", ".join(f"{count} {result}" for result, count in row["results"].items()),
        )
        for row in told
    )
    show_table(
        ("at", "phase", "audience", "channel", "messages", "result"),
        rows,
    )
