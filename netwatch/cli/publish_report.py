"""netwatch publish report: how right public words were, or in shadow would have been."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netwatch.cli.door import door_of, now, settings_of
from netwatch.cli.output import Stop, config_option, emit, json_option, safe, talk
from netwatch.cli.sheet import write_page
from netwatch.cli.tables import show_table

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from netwatch.service.settings import Settings

Answer = dict[str, Any]


@click.command()
@click.option(
    "--since",
    default="7d",
    show_default=True,
    metavar="7d",
    help="From when on: 7d, 24h, 08:00, 2026-11-14.",
)
@click.option("--html", "page", metavar="FILE", help="Write a page to FILE (- for stdout) instead.")
@click.option("--send", is_flag=True, help="Hand the sums to the staff by their first channel.")
@json_option
@config_option
def report(since: str, *, page: str | None, send: bool, as_json: bool, config: Path | None) -> None:
    r"""Judge what was said to the public, or in shadow would have been.

    Which notices were right and which were not, whether they came before the first customer
    called, what messages cost or would have cost, and what people were asked.

    \b
    Examples:
        netwatch publish report
        netwatch publish report --since 30d --html report.html
        netwatch publish report --send
    """
    if page is not None and as_json:
        raise Stop("--html and --json are two ways to write the same; choose one")
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - --help is quick

    from netwatch.cli.when import past_moment  # noqa: PLC0415

    settings = settings_of(config)
    zone, until = ZoneInfo(settings.timezone), now()
    began = past_moment(since, until, zone)
    if began >= until:
        raise Stop(f"{since!r} is yet to come; write how long ago, as in 7d")
    answer = _answer(config, began, until)
    if send:
        _send(settings, answer, zone)
    if page is not None:
        _write(answer, page, settings.name, zone)
    elif as_json or not send:
        emit(answer, as_json, lambda: _print(answer, zone))


def _answer(config: Path | None, since: "datetime", until: "datetime") -> Answer:
    from netwatch.views.report import report as report_of  # noqa: PLC0415 - --help is quick
    from netwatch.views.report_answer import report_answer  # noqa: PLC0415

    door = door_of(config)
    spent = door.call("status").get("spent") or {}
    found = report_of((fact for _, fact in door.facts()), since, until)
    return report_answer(found, spent.get("currency", "") if spent.get("priced") else "")


def _send(settings: "Settings", answer: Answer, zone: "ZoneInfo") -> None:
    from netwatch.delivery.render import Text  # noqa: PLC0415 - slow to load
    from netwatch.model.names import NoticeKey  # noqa: PLC0415
    from netwatch.service.to_staff import hand_to_staff  # noqa: PLC0415
    from netwatch.views.report_page import sentences  # noqa: PLC0415

    title = f"{settings.name}: what the public was told"
    text = Text(title, "\n".join(sentences(answer, zone)))
    key = NoticeKey(f"report/{answer['since']}/{answer['until']}")
    talk(f"the report went to the staff by {hand_to_staff(settings, text, key)}")


def _write(answer: Answer, page: str, name: str, zone: "ZoneInfo") -> None:
    from netwatch.views.report_page import report_page  # noqa: PLC0415 - slow to load

    write_page(report_page(answer, name, zone), page)


def _print(answer: Answer, zone: "ZoneInfo") -> None:
    from netwatch.views.report_page import sentences, tables  # noqa: PLC0415 - slow to load

    for line in sentences(answer, zone):
        click.echo(safe(line))
    for _, heads, rows in tables(answer, zone):
        if rows:
            click.echo()
            show_table(heads, rows)
