"""netwatch oncall: who has which duty, now and later, and how somebody takes one over."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from netwatch.cli.brief import brief
from netwatch.cli.door import bring, door_of, me, moment, now, settings_of, zone_of
from netwatch.cli.output import Stop, config_option, config_path, emit, json_option, safe, talk
from netwatch.cli.tables import show_table
from netwatch.inventory.near import did_you_mean
from netwatch.model.duty_commands import EndOverride, OverrideDuty
from netwatch.model.duty_facts import DutyOverridden, DutyOverrideEnded
from netwatch.model.names import OverrideId, PersonId, RoleName
from netwatch.views.local_times import lasting

if TYPE_CHECKING:
    from netwatch.service.oncall import Roster

Row = dict[str, Any]
TWO_WEEKS: Final = timedelta(days=14)
LONGEST: Final = timedelta(days=5 * 366)
RULES_HERE: Final = Path("rules")
YEARS: Final = range(2000, 2200)
TIME: Final = "write now, 03:00, 2h, 2026-12-24 or 2026-12-24T03:00"
SEE: Final = "nothing follows from it; see: netwatch oncall list"
WHY: Final = {
    "first": "no rota",
    "announcement": "nobody else has it",
    "nobody": "NOBODY IS NAMED",
}

rules_option = click.option(
    "--rules",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The directory, instead of the one in netwatch.toml.",
)
role_option = click.option("--role", help="Only this role.")


@click.group()
def oncall() -> None:
    """Say who is on duty, and take over a duty."""


oncall.add_command(brief)


@oncall.command("now")
@click.option("--at", "moment_", metavar="TIME", default="now", help="At another time.")
@role_option
@rules_option
@json_option
@config_option
def now_(
    moment_: str, role: str | None, rules: Path | None, *, as_json: bool, config: Path | None
) -> None:
    r"""Say who has each duty: exactly one person, or a machine with a name.

    What the files say holds, and what was said with `oncall override` while the service runs.

    \b
    Examples:
        netwatch oncall now
        netwatch oncall now --at 03:00 --role on-call
    """
    zone = zone_of(config)
    roster = _roster(rules, config)
    answer = roster.now(_moment(moment_, zone), _role(role, roster))
    emit(answer, as_json, lambda: _print_now(answer, roster, zone))


@oncall.command("list")
@click.option("--from", "begins", metavar="TIME", default="now", help="From when on; now.")
@click.option("--to", "ends", metavar="TIME", help="Until when; two weeks later.")
@role_option
@rules_option
@click.option("--ics", "as_ics", is_flag=True, help="Print a calendar (.ics) for other programs.")
@json_option
@config_option
def list_(
    begins: str,
    ends: str | None,
    role: str | None,
    rules: Path | None,
    *,
    as_ics: bool,
    as_json: bool,
    config: Path | None,
) -> None:
    r"""List who has which duty when.

    \b
    Examples:
        netwatch oncall list --role on-call
        netwatch oncall list --from 2026-12-01 --to 2027-01-01 --ics > december.ics
    """
    zone = zone_of(config)
    roster = _roster(rules, config)
    first = _moment(begins, zone)
    last = first + TWO_WEEKS if ends is None else _moment(ends, zone)
    if not first < last <= first + LONGEST:
        raise Stop("the end lies after the beginning, and at most 5 years")
    named = _role(role, roster)
    if as_ics:
        click.echo(roster.as_ics(first, last, named), nl=False)
        return
    answer = roster.calendar(first, last, named)
    emit(answer, as_json, lambda: _print_shifts(answer["shifts"], zone))


@oncall.command()
@click.argument("role", required=False)
@click.argument("person", required=False)
@click.option("--from", "begins", metavar="TIME", default="now", help="From when on; now.")
@click.option("--to", "ends", metavar="TIME", help="Until when.")
@click.option("--for", "long", metavar="2h", help="How long, instead of --to.")
@click.option("--why", default="", help="For the staff.")
@click.option("--cancel", metavar="OVERRIDE", help="The rotas hold again: O-7.")
@rules_option
@json_option
@config_option
def override(
    role: str | None,
    person: str | None,
    *,
    begins: str,
    ends: str | None,
    long: str | None,
    why: str,
    cancel: str | None,
    rules: Path | None,
    as_json: bool,
    config: Path | None,
) -> None:
    r"""Let PERSON have ROLE for a while, whatever the rotas say; kept by the running service.

    \b
    Examples:
        netwatch oncall override on-call oksana --for 8h --why "taken over from Marek"
        netwatch oncall override on-call ewa --from 2026-12-24T16:00 --to 2026-12-25T08:00
        netwatch oncall override --cancel O-7
    """
    zone = zone_of(config)
    if cancel is not None:
        if role is not None:
            raise Stop("--cancel takes nothing else: netwatch oncall override --cancel O-7")
        _cancel(cancel, as_json=as_json, config=config)
        return
    if role is None or person is None:
        raise Stop("say who takes which role: netwatch oncall override ROLE PERSON --for 8h")
    people = _roster(rules, config, overrides=False).people
    _known(role, people.roles, "role")
    _known(person, people.persons, "person")
    at = now()
    starts = at if begins == "now" else _moment(begins, zone)
    if (ends is None) == (long is None):
        raise Stop("say until when with --to TIME, or how long with --for 8h")
    last = _moment(ends, zone) if ends is not None else starts + _span(long or "")
    if not max(starts, at) < last:
        raise Stop("that time is over before it begins")
    named, duty = PersonId(person), RoleName(role)
    if named not in people.roles[duty].people:
        talk(f"{person} is not among the people of {role}; that is your choice")
    if people.persons[named].is_away(starts):
        talk(f"{person} is away then, by the files; that is your choice")
    command = OverrideDuty(
        at=at, by=me(), role=duty, person=named, starts=starts, ends=last, why=why
    )
    facts = bring(config, command, SEE)
    fact = next(one for one in facts if isinstance(one, DutyOverridden))
    answer = {
        "override": fact.override,
        "role": fact.role,
        "person": fact.person,
        "from": _stamp(fact.starts),
        "until": _stamp(fact.ends),
    }
    said = (
        f"{fact.override}: {fact.person} has {fact.role} from {_local(fact.starts, zone)} "
        f"to {_local(fact.ends, zone)}. Take it back with: "
        f"netwatch oncall override --cancel {fact.override}"
    )
    emit(answer, as_json, lambda: click.echo(said))


def _cancel(text: str, *, as_json: bool, config: Path | None) -> None:
    number = text.strip()
    name = OverrideId(f"O-{number}" if number.isdigit() else number.upper())
    facts = bring(config, EndOverride(at=now(), by=me(), override=name), SEE)
    ended = [fact.override for fact in facts if isinstance(fact, DutyOverrideEnded)]
    emit({"cancelled": ended}, as_json, lambda: click.echo(f"{name} is over: the rotas hold."))


def _roster(rules: Path | None, config: Path | None, *, overrides: bool = True) -> "Roster":
    """Return what the files say, and what the service was told, where one runs."""
    from netwatch.intake.door import DoorRefusedError, NobodyHomeError  # noqa: PLC0415
    from netwatch.service.oncall import Roster, read_people  # noqa: PLC0415 - slow to load
    from netwatch.views.overrides import overrides_of  # noqa: PLC0415

    people = read_people(rules or _rules_here(config))
    if not overrides:
        return Roster(people=people)
    try:
        rows = door_of(config).call("board").get("overrides", [])
    except (NobodyHomeError, DoorRefusedError):
        talk("no service answers: this is what the files say, without overrides by command")
        rows = []
    return Roster(people=people, overrides=overrides_of(rows))


def _rules_here(config: Path | None) -> Path | None:
    """Return the rules that a start from here would take, as `netwatch check` finds them."""
    if config_path(config) is None and RULES_HERE.is_dir():
        return RULES_HERE
    return settings_of(config).rules


def _role(name: str | None, roster: "Roster") -> RoleName | None:
    if name is None:
        return None
    _known(name, roster.people.roles, "role")
    return RoleName(name)


def _known(name: str, known: Collection[str], what: str) -> None:
    if name not in known:
        near = did_you_mean(name, known, f"there are: {' '.join(known) or 'none'}")
        raise Stop(f"there is no {what} {name!r}; {near}")


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """Read a time that is over or to come."""
    at = now()
    if text.strip() == "now":
        return at
    try:
        said = datetime.fromisoformat(text.strip())
    except ValueError:
        found = moment(text, at, zone)
        if found is None:
            raise Stop(f"{text!r} is no time; {TIME}") from None
        return found.astimezone(UTC)
    if said.year not in YEARS:
        raise Stop(f"{text!r} is no year of ours; {TIME}")
    return (said.replace(tzinfo=zone) if said.tzinfo is None else said).astimezone(UTC)


def _span(text: str) -> timedelta:
    from netwatch.model.spans import span  # noqa: PLC0415 - only needed here

    try:
        return span(text)
    except ValueError as fault:
        raise Stop(str(fault)) from None


def _print_now(answer: Row, roster: "Roster", zone: ZoneInfo) -> None:
    at = datetime.fromisoformat(answer["at"])
    click.echo(f"{_local(at, zone)} {zone.key}")
    show_table(
        ("role", "on duty", "until", "next", "why"),
        [
            (
                row["role"],
                _called(row),
                _until(row["until"], at, zone),
                "-" if row["then"] is None else roster.name(row["then"]),
                _why(row),
            )
            for row in answer["on_duty"]
        ],
    )
    ends = [datetime.fromisoformat(row["until"]) for row in answer["on_duty"] if row["until"]]
    if ends:
        soonest = min(ends)
        click.echo(f"Next hand-over: {_local(soonest, zone)}, in {lasting(soonest - at)}.")


def _print_shifts(rows: Sequence[Row], zone: ZoneInfo) -> None:
    show_table(
        ("role", "from", "to", "on duty", "why"),
        [
            (
                row["role"],
                _local(datetime.fromisoformat(row["from"]), zone),
                _local(datetime.fromisoformat(row["until"]), zone),
                _called(row),
                _why(row),
            )
            for row in rows
        ],
    )


def _called(row: Row) -> str:
    name = row["name"]
    if row["machine"]:
        return f"{name} (machine)"
    return name if name == row["person"] else f"{name} ({row['person']})"


def _why(row: Row) -> str:
    said = WHY.get(row["because"], row["because"])
    return safe(f"{said} {row['by']}".strip())


def _until(stamp: str | None, at: datetime, zone: ZoneInfo) -> str:
    if stamp is None:
        return "-"
    end = datetime.fromisoformat(stamp)
    return f"{_local(end, zone)} (in {lasting(end - at)})"


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
