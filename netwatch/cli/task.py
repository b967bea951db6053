"""netwatch task: what the plan asks of whom, and what became of it."""

from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import click

from netwatch.cli.door import bring, door_of, incident_of, me, now, zone_of
from netwatch.cli.output import AnswerIsNo, Stop, config_option, emit, json_option, safe
from netwatch.cli.tables import show_table
from netwatch.model.facts import Fact
from netwatch.model.names import RoleName, TaskId, is_id
from netwatch.model.task_facts import TaskAdded
from netwatch.model.tasking import AddTask, FinishTask, SkipTask, Tasking
from netwatch.views.local_times import local

Row = dict[str, Any]
LONGEST_TEXT: Final = 1000
RINGS: Final = ("open", "late")
MARKS: Final = {"open": "", "late": "late", "done": "done", "skipped": "skipped", "dropped": "-"}
named = click.argument("number", metavar="TASK")


@click.group()
def task() -> None:
    """See what is to be done by whom, and say what is done."""


@task.command("list")
@click.option("--incident", metavar="INCIDENT", help="Only of this one.")
@click.option("--role", metavar="ROLE", help="Only of this role: desk, dispatcher, field.")
@click.option("--mine", "person", metavar="PERSON", help="Only what PERSON has on duty now.")
@click.option("--all", "whole", is_flag=True, help="Also what is done, skipped or dropped.")
@json_option
@config_option
def list_(
    *,
    incident: str | None,
    role: str | None,
    person: str | None,
    whole: bool,
    as_json: bool,
    config: Path | None,
) -> None:
    r"""List tasks in the order in which they are to be done: customers before crew before repair.

    \b
    Examples:
        netwatch task list
        netwatch task list --incident I-1042 --all
        netwatch task list --mine ewa
    """
    asked: Row = {"all": whole}
    asked |= {"incident": incident_of(incident)} if incident else {}
    asked |= {"role": role} if role else {}
    asked |= {"person": person} if person else {}
    answer = tasks_of(config, **asked)
    emit({"tasks": answer}, as_json, lambda: _print(answer, config))


@task.command()
@named
@click.option("--note", default="", help="What the others should know: where, how long.")
@json_option
@config_option
def done(number: str, note: str, *, as_json: bool, config: Path | None) -> None:
    r"""Say that TASK is done; what waited for it is given to whoever is next.

    \b
    Example:
        netwatch task done I-1042.6 --note "Jan and Piotr went at 19:40"
    """
    command = FinishTask(at=now(), task=task_of(number), by=me(), note=_said(note))
    _carry_out(command, f"{command.task} is done.", as_json=as_json, config=config)


@task.command()
@named
@click.option("--why", required=True, help="Why it need not be done; it stands in the time line.")
@json_option
@config_option
def skip(number: str, why: str, *, as_json: bool, config: Path | None) -> None:
    r"""Say that TASK is not to be done, and why.

    \b
    Example:
        netwatch task skip I-1042.6 --why "the carrier's crew is there already"
    """
    if not why.strip():
        raise Stop("say why: it stands in the time line")
    command = SkipTask(at=now(), task=task_of(number), by=me(), why=_said(why))
    _carry_out(command, f"{command.task} is not to be done.", as_json=as_json, config=config)


@task.command()
@click.argument("incident", metavar="INCIDENT")
@click.argument("role", metavar="ROLE")
@click.argument("text", nargs=-1, required=True)
@click.option("--within", metavar="SPAN", help="Its deadline from now: 30m, 2h.")
@json_option
@config_option
def add(
    incident: str,
    role: str,
    text: tuple[str, ...],
    *,
    within: str | None,
    as_json: bool,
    config: Path | None,
) -> None:
    r"""Give ROLE something to do for INCIDENT that the plan does not have.

    \b
    Example:
        netwatch task add I-1042 field "take the generator along" --within 30m
    """
    from netwatch.model.spans import span  # noqa: PLC0415 - only needed here

    if not is_id(role):
        raise Stop(f"{role!r} is no role; see them with: netwatch oncall now")
    try:
        lasts = None if within is None else span(within)
    except ValueError as fault:
        raise Stop(str(fault)) from None
    words = _said(" ".join(text))
    if not words:
        raise Stop("say what is to be done")
    command = AddTask(
        at=now(),
        incident=incident_of(incident),
        by=me(),
        role=RoleName(role),
        text=words,
        within=lasts,
    )
    _carry_out(command, f"{role} has it as {{task}}.", as_json=as_json, config=config)


def tasks_of(config: Path | None, **asked: Any) -> list[Row]:
    """Return the rows of tasks as the service tells them.

    Raises:
        AnswerIsNo: there is no such incident.
    """
    from netwatch.intake.door import DoorRefusedError  # noqa: PLC0415 - `--help` needs none

    try:
        rows: list[Row] = door_of(config).call("tasks", **asked)["tasks"]
    except DoorRefusedError as fault:
        raise AnswerIsNo(safe(str(fault))) from None
    return rows


def task_of(text: str) -> TaskId:
    """Return the task a person means: ``1042.6`` and ``i-1042.6`` are ``I-1042.6``."""
    number = text.strip()
    return TaskId(f"I-{number}" if number[:1].isdigit() else number.upper())


def show_tasks(rows: list[Row], zone: ZoneInfo) -> None:
    """Print tasks as a table."""
    headings = ("task", "order", "role", "person", "until", "state", "what")
    show_table(headings, (_cells(row, zone) for row in rows))


def _said(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Stop(f"this is longer than {LONGEST_TEXT} characters; say it shorter")
    return " ".join(text.split())


def _carry_out(command: Tasking, said: str, *, as_json: bool, config: Path | None) -> None:
    from netwatch.model.plain import fact_to_plain  # noqa: PLC0415 - slow to load

    facts = bring(config, command, "nothing followed; see: netwatch task list")
    answer = {"facts": [fact_to_plain(fact) for fact in facts]}
    emit(answer, as_json, lambda: click.echo(said.format(task=_number(facts))))


def _number(facts: list[Fact]) -> str:
    return next((fact.task for fact in facts if isinstance(fact, TaskAdded)), "")


def _print(rows: list[Row], config: Path | None) -> None:
    if not rows:
        click.echo("nothing is to be done")
        return
    show_tasks(rows, zone_of(config))
    for row in rows:
        for one in row["ring"] if row["state"] in RINGS else ():
            said = " ".join(filter(None, (one["name"], one["phone"]))) or "no number is known"
            click.echo(f"{row['task']}: ring {safe(one['subscriber'])}: {safe(said)}")


def _cells(row: Row, zone: ZoneInfo) -> tuple[str, ...]:
    why = f" ({row['why']})" if row["why"] and row["state"] != "open" else ""
    return (
        row["task"],
        row["order"],
        row["role"],
        row["person"] or "-",
        local(row["deadline"], zone),
        MARKS[row["state"]],
        f"{row['text']}{why}",
    )
