"""netwatch incident review, lesson, lessons: what happened, what was late, and what follows."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import click

from netwatch.cli.door import about, bring, door_of, incident_of, me, now, zone_of
from netwatch.cli.output import AnswerIsNo, Stop, config_option, emit, json_option, safe
from netwatch.cli.proof import named
from netwatch.cli.sheet import write_page
from netwatch.cli.tables import show_table
from netwatch.model.facts import Fact
from netwatch.model.lesson_facts import LessonLearnt
from netwatch.model.names import IncidentId, LessonId, is_id
from netwatch.model.tasking import FinishLesson, LearnLesson
from netwatch.views.local_times import local

Row = dict[str, Any]
MORNING: Final = time(9)
LONGEST: Final = 1000

owner_option = click.option("--owner", metavar="PERSON", help="Who sees to it.")
due_option = click.option("--due", metavar="DATE", help="By when: 2026-12-01.")


@click.command()
@named
@click.option("--html", "page", metavar="FILE", help="Write one page with the time line drawn.")
@click.option("--task", metavar="WORDS", help="Keep a lesson first: what is to be done.")
@owner_option
@due_option
@json_option
@config_option
def review(
    number: str,
    *,
    page: str | None,
    task: str | None,
    owner: str | None,
    due: str | None,
    as_json: bool,
    config: Path | None,
) -> None:
    r"""Draft the review of INCIDENT from facts: told when, what was late, what was lacking.

    Prints Markdown. With --task, --owner and --due a lesson is kept first: see `incident lesson`.

    \b
    Examples:
        netwatch incident review I-1042
        netwatch incident review I-1042 --html review.html
        netwatch incident review I-1042 --task "a second duct" --owner ewa --due 2026-12-01
    """
    from netwatch.views.review import review as draft  # noqa: PLC0415 - for --help
    from netwatch.views.review_page import markdown, review_page  # noqa: PLC0415 - so are these

    name, zone = incident_of(number), zone_of(config)
    board, told = about(config, name)
    if board.survivor(name) not in board.outages:
        raise AnswerIsNo(f"no incident {name}; see them with: netwatch incident list --all")
    if task is not None:
        _learn(name, task, owner, due, config)
        board, told = about(config, name)
    elif owner or due:
        raise Stop("--owner and --due are about a lesson: say which with --task")
    answer = draft(board, told.facts, name, now())
    if page is not None:
        write_page(review_page(answer, zone), page)
        if not as_json:
            return
    emit(answer, as_json, lambda: click.echo(safe(markdown(answer, zone)), nl=False))


@click.command()
@click.argument("number", metavar="INCIDENT|LESSON")
@click.argument("words", nargs=-1)
@owner_option
@due_option
@click.option("--done", is_flag=True, help="LESSON is seen to.")
@click.option("--note", default="", help="With --done: what was done.")
@json_option
@config_option
def lesson(
    number: str,
    words: tuple[str, ...],
    *,
    owner: str | None,
    due: str | None,
    done: bool,
    note: str,
    as_json: bool,
    config: Path | None,
) -> None:
    r"""Keep what INCIDENT taught, or say that LESSON is seen to; its owner is reminded when due.

    \b
    Examples:
        netwatch incident lesson I-1042 "a second duct to Polna" --owner ewa --due 2026-12-01
        netwatch incident lesson L-7 --done --note "dug in November"
    """
    if not done:
        facts = _learn(incident_of(number), " ".join(words), owner, due, config)
        said = next(f.lesson for f in facts if isinstance(f, LessonLearnt))
        _emit(facts, f"{said}: {owner} sees to it until {due}.", as_json=as_json)
        return
    if words or owner or due:
        raise Stop("--done takes a lesson and a --note: netwatch incident lesson L-7 --done")
    name = LessonId(f"L-{number}" if number.strip().isdigit() else number.strip().upper())
    command = FinishLesson(at=now(), lesson=name, by=me(), note=" ".join(note.split()))
    facts = bring(config, command, "nothing followed; see: netwatch incident lessons")
    _emit(facts, f"{name} is done.", as_json=as_json)


@click.command()
@click.option("--all", "whole", is_flag=True, help="Also what is done.")
@json_option
@config_option
def lessons(*, whole: bool, as_json: bool, config: Path | None) -> None:
    r"""List what outages taught and nobody has seen to yet: who has it, until when.

    \b
    Example:
        netwatch incident lessons
    """
    from netwatch.views.lessons import lessons as known  # noqa: PLC0415 - for --help

    at = now()
    rows = [one.row(at) for one in known(fact for _, fact in door_of(config).facts())]
    listed = [row for row in rows if whole or row["state"] != "done"]
    emit({"lessons": listed}, as_json, lambda: _print(listed, zone_of(config)))


def _learn(
    incident: IncidentId, words: str, owner: str | None, due: str | None, config: Path | None
) -> list[Fact]:
    """Keep a lesson; return its facts, committed."""
    text = " ".join(words.split())
    if not text or owner is None or due is None:
        raise Stop('say what, who and when: "a second duct" --owner ewa --due 2026-12-01')
    if len(text) > LONGEST:
        raise Stop(f"this is longer than {LONGEST} characters; say it shorter")
    if not is_id(owner):
        raise Stop(f"{owner!r} is no person; see: netwatch oncall now")
    board, _ = about(config, incident)
    if board.survivor(incident) not in board.outages:
        raise AnswerIsNo(f"no incident {incident}; see them with: netwatch incident list --all")
    command = LearnLesson(
        at=now(),
        incident=board.survivor(incident),
        by=me(),
        text=text,
        owner=owner,
        due=_morning(due, zone_of(config)),
    )
    return bring(config, command, "nothing followed; see: netwatch incident lessons")


def _morning(text: str, zone: ZoneInfo) -> datetime:
    """Return nine o'clock of a day to come."""
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day
        at = datetime.combine(day, MORNING, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Stop(f"{text!r} is no day; write 2026-12-01") from None
    if at <= now():
        raise Stop(f"{text} is over; write a day to come")
    return at


def _emit(facts: list[Fact], said: str, *, as_json: bool) -> None:
    from netwatch.model.plain import fact_to_plain  # noqa: PLC0415 - slow to load

    answer = {"facts": [fact_to_plain(fact) for fact in facts]}
    emit(answer, as_json, lambda: click.echo(said))


def _print(rows: list[Row], zone: ZoneInfo) -> None:
    if not rows:
        click.echo("nothing is open")
        return
    cells = (
        (
            row["lesson"],
            row["incident"],
            row["owner"],
            local(row["due"], zone)[:5],
            row["state"],
            row["text"],
        )
        for row in rows
    )
    show_table(("lesson", "incident", "owner", "until", "state", "what"), cells)
