"""What waits for people to agree, as the terminal shows it."""

from typing import Any
from zoneinfo import ZoneInfo

import click

from netwatch.cli.output import safe
from netwatch.model.names import ApprovalId
from netwatch.views.local_times import local

Row = dict[str, Any]
LONGEST_TEXT = 1000


def approval_of(text: str) -> ApprovalId:
    """Return the approval a person means: ``3`` and ``a-3`` are ``A-3``."""
    number = text.strip()
    return ApprovalId(f"A-{number}" if number.isdigit() else number.upper())


def show_approvals(rows: list[Row], zone: ZoneInfo) -> None:
    """Print what waits, with its words, then what became of the rest."""
    waiting = [row for row in rows if row["state"] == "open"]
    if not waiting:
        click.echo("nothing waits for anybody")
    for row in waiting:
        click.secho(_head(row), bold=True)
        if row["text"]:
            click.echo(f"    {safe(' '.join(row['text'].split()))[:LONGEST_TEXT]}")
        click.echo(f"    {became(row)}")
        then = "it goes" if row["then"] == "goes" else "it does not go"
        click.echo(f"    until {local(row['expires'], zone)}; without an answer {then}")
    for row in rows:
        if row["state"] != "open":
            click.echo(f"{_head(row)}: {became(row)}")


def became(row: Row) -> str:
    """Say how an approval stands, and what to do about it."""
    name, by = row["approval"], [safe(who) for who in row["approved_by"]]
    if row["state"] == "open" and by:
        return f"approved by {by[0]}; another person has to: netwatch publish approve {name}"
    return {
        "open": f"netwatch publish approve {name}, or: netwatch publish refuse {name}",
        "given": f"approved by {' and '.join(by)}; its words go",
        "refused": f"refused by {safe(row['refused_by'] or '')}; its words are not said",
        "goes": "nobody answered in time; its words went",
        "dropped": "nobody answered in time; its words were dropped",
    }.get(row["state"], "needed no answer any more")


def _head(row: Row) -> str:
    about = row["incident"] or row["situation"] or row.get("maintenance") or "?"
    people = f"{row['recipients']} people"
    price = "" if row["price"] is None else f", {row['price']:.2f} {row['currency']}".rstrip()
    return safe(
        f"{row['approval']}  {row['phase']} of {about} by {row['channel']}, {people}{price}"
    )
