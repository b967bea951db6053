"""netwatch maintenance: works that are planned, so that what they take is no outage."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from netwatch.cli.door import bring, door_of, everything, me, moment, now, settings_of, zone_of
from netwatch.cli.output import (
    AnswerIsNo,
    Refused,
    Stop,
    config_option,
    emit,
    json_option,
    talk,
)
from netwatch.cli.proof import works_of, works_proof
from netwatch.cli.works_shown import (
    print_imported,
    print_told,
    print_works,
    told_of,
    warn_of_late,
)
from netwatch.model.arrivals import Finish, Maintain, Prolong
from netwatch.model.facts import Fact
from netwatch.model.maintenance_facts import (
    MaintenanceEnded,
    MaintenancePlanned,
    MaintenanceRefused,
)
from netwatch.model.names import ElementName
from netwatch.model.windows import Window, WindowError, check, coming
from netwatch.views.local_times import local
from netwatch.views.works import clashes_answer, works_answer

Row = dict[str, Any]
KNOWN: Final = "they are planned already"
OPEN: Final = ("planned", "going on")
KINDS: Final = ("device", "link", "port", "risk", "area", "site")
NOTHING: Final = "nothing follows from it; see: netwatch maintenance list"
TIME: Final = "TIME is 21:00 (the next time it is that late), 2h from now, or a date with a time."

named = click.argument("number", metavar="WORKS")
despite_option = click.option(
    "--despite-clashes", is_flag=True, help="Plan them although they clash with something."
)


@click.group()
def maintenance() -> None:
    """Plan works, so that what they take is no outage."""


maintenance.add_command(works_proof)


@maintenance.command("list")
@click.option("--all", "whole", is_flag=True, help="Those that are over too.")
@json_option
@config_option
def list_(*, whole: bool, as_json: bool, config: Path | None) -> None:
    r"""List works, the soonest first.

    \b
    Example:
        netwatch maintenance list
    """
    if whole:
        rows = works_answer(everything(config).works.values())
    else:
        told = door_of(config).call("board")["works"]
        rows = [row for row in told if row["state"] in OPEN]
    emit({"works": rows}, as_json, lambda: print_works(rows, config))


@maintenance.command()
@click.argument("elements", metavar="ELEMENT...", nargs=-1, required=True)
@click.option("--from", "begins", metavar="TIME", default="now", help="When they begin; now.")
@click.option("--until", metavar="TIME", help="When they end.")
@click.option("--for", "long", metavar="2h", help="How long they last, instead of --until.")
@click.option("--every", "again", metavar="RRULE", default="", help="They come again by this rule.")
@click.option("--title", default="", help="What is done, for the staff.")
@despite_option
@json_option
@config_option
def add(
    elements: Sequence[str],
    *,
    begins: str,
    until: str | None,
    long: str | None,
    again: str,
    title: str,
    despite_clashes: bool,
    as_json: bool,
    config: Path | None,
) -> None:
    r"""Plan works on ELEMENT...: devices, links, ports, risks, sites or areas.

    Covered is what the elements carry alone; whoever has another way is not. An id alone is a
    device. TIME is 21:00 (the next time it is that late), 2h from now, or a date with a time; a
    RRULE (RFC 5545) is followed on the operator's clock, in summer and winter.

    \b
    Examples:
        netwatch maintenance add sw-rynek-1 --from 23:00 --for 2h --title "new power supply"
        netwatch maintenance add link:l-core-sw --from 2026-12-01T02:00 --until 2026-12-01T04:00
        netwatch maintenance add area:polna --from 2026-12-01T02:00 --for 1h --every "FREQ=WEEKLY"
    """
    window = _window(begins, until, long, again, config)
    command = Maintain(
        at=now(),
        by=me(),
        elements=tuple(map(_element, elements)),
        window=window,
        title=title,
        despite=despite_clashes,
    )
    _answered(_planned(bring(config, command, NOTHING), config), config, as_json=as_json)


@maintenance.command()
@named
@click.argument("begins", metavar="TIME")
@click.option("--until", metavar="TIME", help="When they end.")
@click.option("--for", "long", metavar="2h", help="How long they last; as long as before.")
@despite_option
@json_option
@config_option
def move(
    number: str,
    begins: str,
    *,
    until: str | None,
    long: str | None,
    despite_clashes: bool,
    as_json: bool,
    config: Path | None,
) -> None:
    r"""Move WORKS that have not begun to TIME; they get a new number.

    Whoever was told of the old time is told of the new one, in one message.

    \b
    Example:
        netwatch maintenance move M-7 2026-12-02T02:00
    """
    name = works_of(number)
    rows = [row for row in door_of(config).call("board")["works"] if row["id"] == name]
    if not rows or rows[0]["state"] != "planned":
        raise AnswerIsNo(f"there are no works {name} that have not begun; {NOTHING}")
    old = rows[0]
    starts, ends = (datetime.fromisoformat(old[at]) for at in ("starts_at", "ends_at"))
    lasts = f"{(ends - starts).total_seconds():.0f}s" if until is None else None
    window = _window(begins, until, long or lasts, old["again"] or "", config)
    command = Maintain(
        at=now(),
        by=me(),
        elements=tuple(map(ElementName, old["elements"])),
        window=window,
        title=old["title"],
        despite=despite_clashes,
        instead_of=name,
    )
    _answered(_planned(bring(config, command, NOTHING), config), config, as_json=as_json)


@maintenance.command()
@named
@click.option("--for-good", is_flag=True, help="Works that come again: never again.")
@json_option
@config_option
def end(number: str, *, for_good: bool, as_json: bool, config: Path | None) -> None:
    r"""End WORKS before their time, or cancel them before they begin.

    What is still dark is an outage from now on.

    \b
    Example:
        netwatch maintenance end M-7
    """
    name = works_of(number)
    command = Finish(at=now(), maintenance=name, by=me(), for_good=for_good)
    facts = bring(config, command, NOTHING)
    became = " and ".join(_become(fact) for fact in facts)
    over = any(isinstance(fact, MaintenanceEnded) for fact in facts)
    still = " What is still dark is an outage now." if over else ""
    said = f"{name} is {became}.{still}"
    emit({"id": name, "became": became}, as_json, lambda: click.echo(said))


@maintenance.command()
@named
@click.argument("until", metavar="TIME")
@json_option
@config_option
def prolong(number: str, until: str, *, as_json: bool, config: Path | None) -> None:
    r"""Give WORKS that go on more time.

    \b
    Example:
        netwatch maintenance prolong M-7 30m
    """
    name, ends = works_of(number), _moment(until, config)
    bring(config, Prolong(at=now(), maintenance=name, by=me(), until=ends), NOTHING)
    answer = {"id": name, "ends_at": ends.astimezone(UTC).isoformat().replace("+00:00", "Z")}
    said = f"{name} goes on until {local(answer['ends_at'], zone_of(config))}."
    emit(answer, as_json, lambda: click.echo(said))


@maintenance.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be planned, plan nothing.")
@despite_option
@json_option
@config_option
def import_(
    file: Path, *, dry_run: bool, despite_clashes: bool, as_json: bool, config: Path | None
) -> None:
    r"""Plan the works of a calendar (.ics); those planned before are passed over.

    An entry's text names its elements, as device:sw-1 or area:polna.

    \b
    Example:
        netwatch maintenance import works.ics --dry-run
    """
    from netwatch.intake.calendar import CalendarError, read_calendar  # noqa: PLC0415 - 30 ms

    try:
        found = read_calendar(file.read_bytes(), settings_of(config).timezone)
    except (CalendarError, OSError) as fault:
        raise Stop(f"{file}: {fault}") from None
    refused = [{"title": title, "wrong": wrong} for title, wrong in found.refused]
    planned: list[Row] = []
    known = 0
    for event in found.events:
        command = Maintain(
            at=now(),
            by=me(),
            elements=event.elements,
            window=event.window,
            title=event.title,
            uid=event.uid,
            despite=despite_clashes,
        )
        wrong = _passed_over(command, cancelled=event.cancelled)
        if not wrong and not dry_run:
            fact = _fact(bring(config, command, NOTHING))
            wrong = _why(fact) if isinstance(fact, MaintenanceRefused) else ""
            told = [] if wrong else told_of(str(_answer(fact)["id"]), config)
            planned += [] if wrong else [{**_answer(fact), "told": told}]
            warn_of_late(event.title or event.uid, told, config)
        elif not wrong:
            planned.append({"id": None, "title": event.title, "elements": list(event.elements)})
        if wrong == KNOWN:
            known += 1
        elif wrong:
            refused.append({"title": event.title or event.uid, "wrong": wrong})
    answer = {"planned": planned, "known": known, "refused": refused}
    emit(answer, as_json, lambda: print_imported(answer, dry_run=dry_run))
    if refused:
        raise click.exceptions.Exit(1)


def _passed_over(command: Maintain, *, cancelled: bool) -> str:
    if cancelled:
        return "it is cancelled"
    if not command.elements:
        return "its text names no element, as device:sw-1 or area:polna"
    return ""


def _window(
    begins: str, until: str | None, long: str | None, again: str, config: Path | None
) -> Window:
    starts = now() if begins == "now" else _moment(begins, config)
    if (until is None) == (long is None):
        raise Stop("say when they end with --until TIME, or how long they last with --for 2h")
    lasts = _span(long) if long is not None else _moment(until or "", config) - starts
    window = Window(
        starts=starts,
        lasts=lasts,
        again=again.removeprefix("RRULE:"),
        zone=settings_of(config).timezone,
    )
    try:
        check(window)
    except WindowError as fault:
        raise Stop(str(fault)) from None
    return window


def _moment(text: str, config: Path | None) -> datetime:
    found = moment(text, now(), zone_of(config))
    if found is None:
        raise Stop(f"{text!r} is no time. {TIME}")
    return found.astimezone(UTC)


def _span(text: str) -> timedelta:
    from netwatch.model.spans import span  # noqa: PLC0415 - only needed here

    try:
        return span(text)
    except ValueError as fault:
        raise Stop(str(fault)) from None


def _element(text: str) -> ElementName:
    """Return the element a person means: an id alone is a device."""
    kind = text.partition(":")[0]
    return ElementName(text if kind in KINDS and ":" in text else f"device:{text}")


def _fact(facts: Iterable[Fact]) -> MaintenancePlanned | MaintenanceRefused:
    for fact in facts:
        if isinstance(fact, MaintenancePlanned | MaintenanceRefused):
            return fact
    raise AnswerIsNo(NOTHING)


def _planned(facts: Iterable[Fact], config: Path | None) -> MaintenancePlanned:
    fact = _fact(facts)
    if isinstance(fact, MaintenancePlanned):
        return fact
    if not fact.clashes:
        raise AnswerIsNo(fact.wrong)
    for clash in clashes_answer(fact.clashes):
        talk(f"{_clash(clash, config)}")
    raise Refused("these works clash; move them, or plan them with --despite-clashes")


def _why(fact: MaintenanceRefused) -> str:
    if not fact.clashes:
        return fact.wrong
    others = ", ".join(str(clash.maintenance or clash.incident) for clash in fact.clashes)
    return f"they clash with {others}; move them, or plan them with --despite-clashes"


def _clash(clash: Row, config: Path | None) -> str:
    when = local(clash["at"], zone_of(config))
    other = clash["maintenance"] or clash["incident"]
    return f"together with {other} they cut off {clash['subscribers']} more subscribers, {when}"


def _become(fact: Fact) -> str:
    return type(fact).__name__.removeprefix("Maintenance").lower()


def _answer(fact: MaintenancePlanned | MaintenanceRefused) -> Row:
    plan = fact if isinstance(fact, MaintenancePlanned) else None
    return {
        "id": plan.maintenance if plan else None,
        "title": plan.title if plan else "",
        "elements": list(fact.elements),
        "areas": list(plan.areas) if plan else [],
        "subscribers": len(plan.subscribers) if plan else 0,
        "clashes": clashes_answer(fact.clashes),
    }


def _answered(fact: MaintenancePlanned, config: Path | None, *, as_json: bool) -> None:
    """Say what was planned and whom that will have told; warn where that is too late."""
    told = told_of(fact.maintenance, config)

    def say() -> None:
        _print_planned(fact, config)
        # Whoever was told of works that are moved is told so, and stands in no row.
        print_told(told, 0 if fact.instead_of else len(fact.subscribers), config)

    emit({**_answer(fact), "told": told}, as_json, say)
    warn_of_late(fact.maintenance, told, config)


def _print_planned(fact: MaintenancePlanned, config: Path | None) -> None:
    first = coming(fact.window, fact.at)
    starts = local((first.starts if first else fact.window.starts).isoformat(), zone_of(config))
    minutes = fact.window.lasts.total_seconds() / 60
    again = ", and again by its rule" if fact.window.again else ""
    click.echo(f"{fact.maintenance} is planned: {starts}, {minutes:.0f} minutes{again}.")
    click.echo(f"{len(fact.subscribers)} subscribers will be without service meanwhile.")
    for clash in clashes_answer(fact.clashes):
        click.echo(f"Beware: {_clash(clash, config)}.")
