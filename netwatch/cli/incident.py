"""netwatch incident: what a person does with an incident."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import click

from netwatch.cli.door import (
    about,
    carry_out,
    door_of,
    everything,
    incident_of,
    me,
    moment,
    now,
    settings_of,
    zone_of,
)
from netwatch.cli.output import AnswerIsNo, config_option, emit, json_option, safe, talk
from netwatch.cli.proof import named, proof
from netwatch.cli.retelling import show_rows, timeline_
from netwatch.cli.review import lesson, lessons, review
from netwatch.cli.shaping import merge, retract, split
from netwatch.cli.tables import show_table
from netwatch.cli.task import show_tasks, tasks_of
from netwatch.model.arrivals import (
    Acknowledge,
    Annotate,
    Assign,
    Attribute,
    Expect,
    Resolve,
)
from netwatch.model.facts import Cause
from netwatch.model.names import IncidentId
from netwatch.views.board import Board
from netwatch.views.incidents import Words, incident_list, incident_show, no_words
from netwatch.views.local_times import lasting, local, with_local_times
from netwatch.views.proof import stamp

Row = dict[str, Any]

NAMED: Final = tuple(one.value for one in Cause if one not in (Cause.SELF, Cause.UNKNOWN))
NOT_KNOWN: Final = "none"
OVER: Final = "closed"
FEW: Final = 10
"""So many closed incidents are listed to a person who did not ask for all."""


@click.group()
def incident() -> None:
    """See and steer incidents."""


incident.add_command(proof)
incident.add_command(timeline_)
incident.add_command(review)
incident.add_command(lesson)
incident.add_command(lessons)
incident.add_command(merge)
incident.add_command(split)
incident.add_command(retract)


@incident.command("list")
@click.option("--all", "everything_", is_flag=True, help="Closed ones too, however old.")
@json_option
@config_option
def list_(*, everything_: bool, as_json: bool, config: Path | None) -> None:
    r"""List incidents, newest first.

    \b
    Example:
        netwatch incident list
    """
    if everything_:
        answer = incident_list(everything(config))
    else:
        answer = {"incidents": door_of(config).call("board")["incidents"]}
    emit(answer, as_json, lambda: _print_list(answer["incidents"], config, whole=everything_))


@incident.command()
@named
@json_option
@config_option
def show(number: str, *, as_json: bool, config: Path | None) -> None:
    r"""Show INCIDENT: what it is, who has it, what was said when.

    \b
    Example:
        netwatch incident show I-1042
    """
    name = incident_of(number)
    board, told = about(config, name)
    words = _words(config, board) if as_json else no_words
    answer = incident_show(board, told.facts, name, words)
    if answer is None:
        raise AnswerIsNo(unknown(name))
    answer["alarms"] = told.alarms
    if answer["tasks"]:
        answer["tasks"] = tasks_of(config, incident=name, all=True)
    emit(answer, as_json, lambda: _print_show(answer, zone_of(config)))


@incident.command()
@named
@click.option("--note", default="", help="What the desk may tell customers who ring.")
@json_option
@config_option
def ack(number: str, note: str, *, as_json: bool, config: Path | None) -> None:
    r"""Take INCIDENT into your hands; nobody else is called for it.

    \b
    Example:
        netwatch incident ack I-1042 --note "crew on the way, splice at Polna 4"
    """
    name = incident_of(number)
    command = Acknowledge(at=now(), incident=name, by=me(), note=note)
    said = " Support desk and dispatcher see your note." if note else ""
    carry_out(
        command,
        f"{name} is yours.{said} Say until when: netwatch incident eta {name} TIME",
        as_json=as_json,
        config=config,
    )


@incident.command()
@named
@click.argument("person")
@json_option
@config_option
def assign(number: str, person: str, *, as_json: bool, config: Path | None) -> None:
    r"""Give INCIDENT to PERSON.

    \b
    Example:
        netwatch incident assign I-1042 marek
    """
    name = incident_of(number)
    command = Assign(at=now(), incident=name, by=me(), to=person)
    carry_out(command, f"{name} is {person}'s now.", as_json=as_json, config=config)


@incident.command()
@named
@click.argument("until", metavar="TIME")
@json_option
@config_option
def eta(number: str, until: str, *, as_json: bool, config: Path | None) -> None:
    r"""Say when INCIDENT will be over; page and desk tell customers so.

    TIME is 21:00 (the next time it is that late), 2h or 90m from now, a date with a time, or none
    to take it back.

    \b
    Examples:
        netwatch incident eta I-1042 21:00
        netwatch incident eta I-1042 2h
        netwatch incident eta I-1042 none
    """
    name, at, zone = incident_of(number), now(), zone_of(config)
    end = moment(until, at, zone)
    said = f"{name}: nobody knows any more how long it takes; customers are told so."
    if end is not None:
        local = end.astimezone(zone)
        said = f"{name} is expected to be over at {local:%H:%M} on {local:%Y-%m-%d}."
    command = Expect(at=at, incident=name, by=me(), until=end)
    carry_out(command, said, as_json=as_json, config=config)


@incident.command()
@named
@click.argument("what", metavar="CAUSE", type=click.Choice([*NAMED, NOT_KNOWN]))
@json_option
@config_option
def cause(number: str, what: str, *, as_json: bool, config: Path | None) -> None:
    r"""Say what caused INCIDENT; page, notices and desk state it as known from then on.

    It holds whatever netwatch thinks later. none takes it back.

    \b
    Examples:
        netwatch incident cause I-1042 fibre
        netwatch incident cause I-1042 none
    """
    name, known = incident_of(number), None if what == NOT_KNOWN else Cause(what)
    said = (
        f"{name}: the cause is {what}; customers are told so."
        if known
        else (f"{name}: what was said of the cause is taken back; netwatch's own view counts.")
    )
    command = Attribute(at=now(), incident=name, by=me(), cause=known)
    carry_out(command, said, as_json=as_json, config=config)


@incident.command()
@named
@click.argument("text", nargs=-1, required=True)
@json_option
@config_option
def note(number: str, text: Sequence[str], *, as_json: bool, config: Path | None) -> None:
    r"""Add a note to INCIDENT, for staff and desk.

    \b
    Example:
        netwatch incident note I-1042 "excavator at Polna 4, splicing begins at 19:40"
    """
    name = incident_of(number)
    command = Annotate(at=now(), incident=name, by=me(), text=" ".join(text))
    carry_out(command, f"Noted on {name}.", as_json=as_json, config=config)


@incident.command()
@named
@click.option("--note", default="", help="What it was.")
@click.option(
    "--mistaken", is_flag=True, help="It never was: whoever was told of it is told that, too."
)
@json_option
@config_option
def resolve(number: str, note: str, *, mistaken: bool, as_json: bool, config: Path | None) -> None:
    r"""End INCIDENT by hand. What is still dark opens again by itself.

    \b
    Examples:
        netwatch incident resolve I-1042 --note "spliced, all levels back"
        netwatch incident resolve I-1042 --mistaken
    """
    name = incident_of(number)
    command = Resolve(at=now(), incident=name, by=me(), note=note, mistaken=mistaken)
    said = f"{name} is closed. What is still dark opens again by itself."
    if mistaken:
        said = f"{name} is closed as our mistake; whoever was told of it is told so."
    carry_out(command, said, as_json=as_json, config=config)


def unknown(name: IncidentId) -> str:
    """Say that there is no such incident, and where the others are."""
    return f"no incident {name}; see them with: netwatch incident list"


def _words(config: Path | None, board: Board) -> Words:
    """Return what words an alert as it reads today; nothing where the files are broken."""
    from netwatch.service.replay_words import (  # noqa: PLC0415 - slow to load
        FilesError,
        StaffWords,
        files_of,
    )

    settings = settings_of(config)
    try:
        words = StaffWords(files_of(settings), settings)
    except FilesError:
        return no_words
    return lambda due: words(due, board)


def _print_list(incidents: list[Row], config: Path | None, *, whole: bool) -> None:
    zone, at = zone_of(config), now()
    open_ = [row for row in incidents if row["state"] != OVER]
    closed = [row for row in incidents if row["state"] == OVER]
    listed = [*open_, *(closed if whole else closed[:FEW])]
    if not listed:
        click.echo("no incidents: nothing is known to be broken")
        return
    headings = (
        "incident",
        "stage",
        "for",
        "kind",
        "cause",
        "people",
        "opened",
        "owner",
        "until",
        "where",
    )
    show_table(headings, (_cells(row, zone, at) for row in listed))
    if len(closed) > FEW and not whole:
        talk(f"{len(closed) - FEW} older ones: netwatch incident list --all")


def _cells(row: Row, zone: ZoneInfo, at: datetime) -> tuple[str, ...]:
    return (
        row["id"],
        _stage(row),
        _for(row, at),
        row["kind"],
        row["cause"],
        str(row["without_now"] if row["state"] != OVER else row["subscribers"]),
        local(row["opened_at"], zone),
        row["owner"] or "-",
        local(row["expected_end"], zone),
        " and ".join(row["root_cause"]),
    )


def _stage(row: Row) -> str:
    return str(row.get("stage", row["state"]))


def _for(row: Row, at: datetime) -> str:
    since = row.get("stage_since")
    return "-" if since is None or row["state"] == OVER else lasting(at - _moment(since))


def _course(answer: Row, at: datetime) -> str:
    """Say how long it was in each stage, in their order."""
    spells = (
        f"{one['stage']} {lasting(_moment(one['until'] or stamp(at)) - _moment(one['since']))}"
        for one in answer["stages"]
        if one["until"] is None or one["seconds"] or one["stage"] == answer["stage"]
    )
    return ", ".join(spells)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _owner(answer: Row, zone: ZoneInfo) -> str:
    held = answer["authority"]
    if held is None:
        return "nobody"
    how = f" ({held['how']} {local(held['since'], zone)})" if held["since"] else ""
    return f"{held['person']}{how}"


def _streets(answer: Row) -> str:
    more = f" and {answer['streets_more']} more" if answer["streets_more"] else ""
    return "; ".join(answer["streets"]) + more or "-"


def _print_show(answer: Row, zone: ZoneInfo) -> None:
    also = f" (or {', '.join(answer['also_possible'])})" if answer["also_possible"] else ""
    lines = {
        "incident": f"{answer['id']}, {answer['state']}: {answer['kind']}, "
        f"{answer['cause']} ({answer['cause_certainty']})",
        "where": f"{' and '.join(answer['root_cause'])}{also}",
        "areas": ", ".join(answer["areas"]) or "-",
        "streets": _streets(answer),
        "people": f"{answer['without_now']} without service now, {answer['subscribers']} at worst"
        + (f"; possibly {answer['possibly']} more, not placed" if answer["possibly"] else ""),
        "opened": local(answer["opened_at"], zone),
        "stages": _course(answer, now()),
        "owner": _owner(answer, zone),
        "until": local(answer["expected_end"], zone),
        "because": answer["because"],
        "against": answer["against"],
        "next": answer["next"],
    }
    for name, text in lines.items():
        click.echo(f"{name:9} {safe(with_local_times(text, zone))}")
    click.echo()
    show_rows(answer["timeline"], zone)
    if answer["tasks"]:
        click.echo()
        show_tasks(answer["tasks"], zone)
