"""What people who enter works read: what is planned, and whom it will have told."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from netwatch.cli.door import door_of, zone_of
from netwatch.cli.output import safe, talk
from netwatch.cli.tables import show_table
from netwatch.views.local_times import local

Row = dict[str, Any]
WORDS: Final = {"announced": "announced", "remind": "reminded"}
PAGE_ONLY: Final = (
    "Nobody is told by message: none of the channels that the policy tells of works by is set up."
)


def told_of(maintenance: str, config: Path | None) -> list[Row]:
    """Return how many will be told of works, when and by what, as the service reckons it."""
    rows: list[Row] = door_of(config).call("works-told", maintenance=maintenance)["told"]
    return rows


def print_told(rows: list[Row], subscribers: int, config: Path | None) -> None:
    """Print how many will be told, when, by what, at what price."""
    if not rows and subscribers:
        click.echo(PAGE_ONLY)
    for row in rows:
        if row["at"] is None:
            continue
        price = f", {row['price']:.2f} {row['currency']} at most".rstrip() if row["price"] else ""
        agree = {1: ", when a person agrees", 2: ", when two persons agree"}.get(row["people"], "")
        kept = f"; kept back: {row['withheld']}" if row["withheld"] else ""
        when = local(row["at"], zone_of(config))
        what = WORDS.get(row["told"], row["told"])
        click.echo(
            f"{row['recipients']} are {what} by {row['channel']}: {when}{price}{agree}{kept}."
        )


def warn_of_late(name: str, rows: list[Row], config: Path | None) -> None:
    """Warn whoever enters works too late for people to be told in time; say what can be done."""
    for row in (row for row in rows if row["late"]):
        what, channel = WORDS.get(row["told"], row["told"]), row["channel"]
        if row["at"] is None:
            talk(
                f"warning: {row['recipients']} will not be {what} by {channel}: "
                "its hours do not come before the works begin"
            )
        else:
            when = local(row["at"], zone_of(config))
            talk(
                f"warning: {row['recipients']} are {what} by {channel} on {when} only: "
                "later than the policy has it"
            )
    if any(row["late"] for row in rows):
        talk(
            f"give them another time (netwatch maintenance move {name} TIME), "
            "or see to it that those people are rung up"
        )


def print_imported(answer: Row, *, dry_run: bool) -> None:
    """Print what was planned of a calendar."""
    verb = "would be planned" if dry_run else "planned"
    for row in answer["planned"]:
        click.echo(f"{row['id'] or '-'}  {safe(row['title'])}: {safe(', '.join(row['elements']))}")
    passed = len(answer["refused"])
    click.echo(f"{len(answer['planned'])} {verb}, {answer['known']} known, {passed} passed over")
    for row in answer["refused"]:
        talk(f"{safe(row['title'])}: {safe(row['wrong'])}")


def print_works(rows: Sequence[Row], config: Path | None) -> None:
    """Print works as a table."""
    if not rows:
        click.echo("no works are planned")
        return
    zone = zone_of(config)
    show_table(
        ("works", "state", "from", "until", "people", "what"),
        [
            (
                row["id"],
                row["state"],
                local(row["starts_at"], zone),
                local(row["ends_at"], zone),
                str(row["subscribers"]),
                " ".join(filter(None, (row["title"], f"({', '.join(row['elements'])})"))),
            )
            for row in rows
        ],
    )
