"""netwatch incident timeline: what happened, for other programs and for the file."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from netwatch.cli.door import about, incident_of, zone_of
from netwatch.cli.output import AnswerIsNo, config_option, emit, json_option, talk
from netwatch.cli.proof import named
from netwatch.cli.sheet import one_way, write_sheet
from netwatch.cli.tables import show_table
from netwatch.views.local_times import local, with_local_times
from netwatch.views.timeline import Row, timeline

COLUMNS = ("at", "by", "fact", "text")


@click.command("timeline")
@named
@click.option(
    "--csv", "table", metavar="FILE", help="Write a line a row into FILE (- for stdout) instead."
)
@json_option
@config_option
def timeline_(number: str, *, table: str | None, as_json: bool, config: Path | None) -> None:
    r"""Print what happened in INCIDENT, who did it and when; nothing of it was ever changed.

    \b
    Examples:
        netwatch incident timeline I-1042
        netwatch incident timeline I-1042 --csv night.csv
        netwatch incident timeline I-1042 --json
    """
    one_way(table, as_json=as_json)
    name = incident_of(number)
    board, told = about(config, name)
    survivor = board.survivor(name)
    if survivor not in board.outages:
        from netwatch.cli.incident import unknown  # noqa: PLC0415 - it holds this command

        raise AnswerIsNo(unknown(name))
    rows = timeline(told.facts, survivor)
    if table is not None:
        count = write_sheet(COLUMNS, ([row[one] for one in COLUMNS] for row in rows), table)
        talk(f"{count} rows written to {table}")
        return
    answer = {"incident": survivor, "timeline": rows}
    emit(answer, as_json, lambda: show_rows(rows, zone_of(config)))


def show_rows(rows: list[Row], zone: ZoneInfo) -> None:
    """Print a time line as a table, its moments as the clock on the wall showed them."""
    cells = (
        (local(row["at"], zone), row["by"] or "netwatch", with_local_times(row["text"], zone))
        for row in rows
    )
    show_table(("at", "by", "what"), cells)
