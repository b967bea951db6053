"""netwatch drill: rehearse an outage with the real staff, and see how it went."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from netwatch.cli.door import door_of, settings_of, zone_of
from netwatch.cli.output import (
    AnswerIsNo,
    NotFoundOut,
    Refused,
    Stop,
    config_option,
    emit,
    json_option,
    safe,
)
from netwatch.cli.sheet import write_page
from netwatch.cli.tables import show_table
from netwatch.inventory.near import did_you_mean

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NO_DRILL: Final = "no drill was held yet; hold one: netwatch drill start SCENARIO"
STARTS_S: Final = 120.0
"""So long a service with a large inventory prepares one."""
Answer = dict[str, Any]


@click.group()
def drill() -> None:
    """Rehearse an outage with the real staff; customers hear nothing."""


@drill.command()
@click.argument("scenario")
@click.option("--at", "element", metavar="ELEMENT", default="", help="Where: device:olt-1.")
@click.option(
    "--speed",
    metavar="max|60",
    help="A dry run without staff and without the service: time goes so many times faster.",
)
@json_option
@config_option
def start(
    scenario: str, *, element: str, speed: str | None, as_json: bool, config: Path | None
) -> None:
    r"""Begin a drill: SCENARIO is one of `netwatch drill list`, or STORIES.json:ID.

    The staff on duty gets real messages, each marked DRILL. There is no way to customers in it.
    It ends at once when a real incident opens.

    \b
    Examples:
        netwatch drill start fibre-cut
        netwatch drill start power-out --at site:pop-polna
        netwatch drill start nobody-answers --speed max
    """
    if speed is not None:
        from netwatch.cli.drill_dry import dry_run  # noqa: PLC0415 - --help loads none of this

        dry_run(scenario, element, speed, as_json=as_json, config=config)
        return
    question: dict[str, Any] = {"do": "start", "scenario": scenario, "at": element}
    if ".json:" in scenario:
        question["story"] = _story(scenario)
    answer = _asked(config, question)
    zone = zone_of(config)
    emit(answer, as_json, lambda: _print_begun(answer, zone))


@drill.command()
@json_option
@config_option
def status(*, as_json: bool, config: Path | None) -> None:
    """Say how the drill that is on goes; exit code 1 where none is on."""
    answer = _asked(config, {"do": "status"})
    if answer["drill"] is None and not as_json:
        raise AnswerIsNo("no drill is on; begin one: netwatch drill start SCENARIO")
    zone = zone_of(config)
    emit(answer, as_json, lambda: _print_status(answer, zone))


@drill.command()
@json_option
@config_option
def stop(*, as_json: bool, config: Path | None) -> None:
    """End the drill that is on; whoever heard of it is told."""
    answer = _asked(config, {"do": "stop"})
    said = f"{answer['stopped']} is over. How it went: netwatch drill report"
    emit(answer, as_json, lambda: click.echo(said))


@drill.command("list")
@json_option
@config_option
def list_(*, as_json: bool, config: Path | None) -> None:
    """List the drills that can be held, and those that were."""
    answer = {"scenarios": _scenarios(config), "held": _held(config)}
    zone = zone_of(config)
    emit(answer, as_json, lambda: _print_list(answer, zone))


@drill.command()
@click.argument("name", required=False)
@click.option("--html", "page", metavar="FILE", help="Write a page to FILE (- for stdout) instead.")
@json_option
@config_option
def report(name: str | None, *, page: str | None, as_json: bool, config: Path | None) -> None:
    r"""Say how a drill went, role by role, and whether it goes better: the last one, or NAME.

    \b
    Examples:
        netwatch drill report
        netwatch drill report DRILL-3 --html drill.html
    """
    if page is not None and as_json:
        raise Stop("--html and --json are two ways to write the same; choose one")
    answer, settings = _report(config, name), settings_of(config)
    zone = zone_of(config)
    if page is not None:
        from netwatch.views.drill_page import drill_page  # noqa: PLC0415 - slow to load

        write_page(drill_page(answer, settings.name, zone), page)
        return
    emit(answer, as_json, lambda: print_report(answer, zone))


def print_report(answer: Answer, zone: "ZoneInfo") -> None:
    """Print how a drill went."""
    from netwatch.views.drill_page import sentences, tables  # noqa: PLC0415 - slow to load

    for line in sentences(answer, zone):
        click.echo(safe(line))
    for title, heads, rows in tables(answer, zone):
        if rows:
            click.echo(f"\n{title}")
            show_table(heads, rows)


def _asked(config: Path | None, question: dict[str, Any]) -> Answer:
    from netwatch.intake.door import DoorRefusedError  # noqa: PLC0415 - --help needs no socket

    try:
        return door_of(config).patient(STARTS_S).call("drill", **question)
    except DoorRefusedError as fault:
        if "leads to the staff" in str(fault) or "no time for a drill" in str(fault):
            raise Refused(str(fault)) from None
        raise AnswerIsNo(str(fault)) from None


def _story(text: str) -> dict[str, Any]:
    from netwatch.service.drill.stories import StoryError, story_of  # noqa: PLC0415

    try:
        return story_of(text)
    except StoryError as fault:
        raise Stop(str(fault)) from None


def _scenarios(config: Path | None) -> list[Answer]:
    from netwatch.rules import read_rules  # noqa: PLC0415 - slow to load

    book = read_rules(settings_of(config).rules).rulebook
    if book is None:
        raise Stop("the rules cannot be used; see: netwatch check")
    return [
        {
            "scenario": one.id,
            "title": one.title,
            "at": one.at or None,
            "lasts_s": one.lasts.total_seconds(),
            "injects": [str(inject.kind) for inject in one.injects],
        }
        for one in book.drills.values()
    ]


def _held(config: Path | None) -> list[Answer]:
    names = ("drill", "scenario", "at", "by", "began", "ended", "why", "score")
    return [{name: one.get(name) for name in names} for one in _reports(config)]


def _reports(config: Path | None) -> list[Answer]:
    from netwatch.service.drill.paper import Shelf  # noqa: PLC0415 - slow to load

    try:
        return Shelf.of(settings_of(config).state).reports()
    except OSError as fault:
        raise NotFoundOut(f"the drills cannot be read: {fault.strerror}") from None


def _report(config: Path | None, name: str | None) -> Answer:
    from netwatch.views.drill_score import trend  # noqa: PLC0415 - slow to load

    held = _reports(config)
    if not held:
        raise AnswerIsNo(NO_DRILL)
    names = [str(one["drill"]) for one in held]
    wanted = names[-1] if name is None else f"DRILL-{name}" if name.isdigit() else name.upper()
    if wanted not in names:
        near = did_you_mean(wanted, names, "see them with: netwatch drill list")
        raise AnswerIsNo(f"there is no report of {wanted}; {near}")
    place = names.index(wanted)
    return {**held[place], "trend": trend(held[place], held[:place])}


def _print_begun(answer: Answer, zone: "ZoneInfo") -> None:
    from netwatch.views.local_times import local  # noqa: PLC0415

    click.echo(safe(f"{answer['drill']} begins: {answer['title']}, at {answer['at']}."))
    first = local(answer["faults"][0], zone) if answer["faults"] else "soon"
    click.echo(f"The first fault comes at {first}; it ends after {_minutes(answer['lasts_s'])}.")
    click.echo("How it goes: netwatch drill status. End it: netwatch drill stop")


def _print_status(answer: Answer, zone: "ZoneInfo") -> None:
    from netwatch.views.drill_page import sentences, tables  # noqa: PLC0415 - slow to load

    click.echo(safe(next(sentences(answer, zone))))
    since = answer["since_fault_s"]
    when = f"{_minutes(since)} after" if since >= 0 else f"{_minutes(-since)} before"
    click.echo(f"It is {when} the first fault; it ends after {_minutes(answer['lasts_s'])}.")
    for title, heads, rows in tables({**answer, "trend": []}, zone):
        if rows and title in ("By role", "Tasks"):
            click.echo(f"\n{title}")
            show_table(heads, rows)
    for row in answer["desk"]:
        click.echo(f"\nThe desk says ({row['language']}, {row['incident']}):")
        for line in row["say"].splitlines():
            click.echo(f"    {safe(line)}")


def _print_list(answer: Answer, zone: "ZoneInfo") -> None:
    from netwatch.views.local_times import local  # noqa: PLC0415

    show_table(
        ("scenario", "lasts", "made hard by", "what"),
        [
            (
                row["scenario"],
                _minutes(row["lasts_s"]),
                ", ".join(row["injects"]) or "-",
                row["title"],
            )
            for row in answer["scenarios"]
        ],
    )
    if answer["held"]:
        click.echo()
        show_table(
            ("drill", "held", "score", "scenario", "ended"),
            [
                (
                    row["drill"],
                    local(row["began"], zone),
                    "-" if row["score"] is None else str(row["score"]),
                    row["scenario"],
                    row["why"] or "in its time",
                )
                for row in answer["held"]
            ],
        )


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes else f"{round(seconds)} s"
