"""netwatch account: who may log in to the console, and as what."""

import sys
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from netwatch.cli.door import settings_of
from netwatch.cli.output import AnswerIsNo, Stop, config_option, emit, json_option, safe
from netwatch.cli.tables import show_table

if TYPE_CHECKING:
    from netwatch.model.names import PersonId
    from netwatch.response.people import Person
    from netwatch.service.accounts.book import AccountBook

ROLES: Final = ("noc", "desk", "field", "manager")
_MOST: Final = 1024

Row = dict[str, Any]
_named = click.argument("name", metavar="NAME")
_from_file = click.option(
    "--password-file",
    type=click.File("rb"),
    metavar="FILE",
    help="Read the password from there, - for standard input; else it is asked for.",
)


@click.group()
def account() -> None:
    """Say who may log in to the console, and as what.

    An account belongs to a person of rules/people: what is done with it stands in the time line
    under that person's name. There is no account, and no password, until somebody makes one here.
    """


@account.command()
@_named
@click.option("--role", type=click.Choice(ROLES), required=True, help="As what they work.")
@click.option("--person", metavar="ID", help="Of rules/people; else the one called NAME.")
@_from_file
@json_option
@config_option
def add(
    name: str,
    *,
    role: str,
    person: str | None,
    password_file: IO[bytes] | None,
    as_json: bool,
    config: Path | None,
) -> None:
    r"""Make an account NAME; the password is asked for, twice, and shown nowhere.

    \b
    Examples:
        netwatch account add ewa --role noc
        netwatch account add desk-2 --role desk --person magda
    """
    from netwatch.model.names import PersonId, is_id  # noqa: PLC0415 - --help is quick
    from netwatch.service.accounts.book import Account  # noqa: PLC0415
    from netwatch.service.accounts.roles import Role  # noqa: PLC0415

    if not is_id(name):
        raise Stop(f"{safe(name)!r} cannot be a name: letters, figures, . _ - and at most 64")
    book, who = _book(config), person or name
    _expect(who, _people(config))
    _expect_none(name, book.read())
    seal = _sealed(password_file, name, who)
    new = Account(name=name, person=PersonId(who), role=Role(role), seal=seal)
    with book.changing() as accounts:
        _expect_none(name, accounts)
        accounts[name] = new
    emit(_row(new), as_json, lambda: click.echo(f"{name} may log in, as {who}, role {role}"))


@account.command("list")
@json_option
@config_option
def list_(*, as_json: bool, config: Path | None) -> None:
    r"""List who may log in, whose account it is, and what the role lets them do.

    \b
    Example:
        netwatch account list
    """
    people = _people(config)
    rows = [_row(one) | {"gone": one.person not in people} for one in _known(config).values()]
    emit({"accounts": rows}, as_json, lambda: _print(rows))


@account.command()
@_named
@json_option
@config_option
def remove(name: str, *, as_json: bool, config: Path | None) -> None:
    r"""Remove the account NAME; whoever is in with it is out at once.

    \b
    Example:
        netwatch account remove ewa
    """
    with _book(config).changing() as accounts:
        _expect_account(name, accounts)
        del accounts[name]
    emit({"removed": name}, as_json, lambda: click.echo(f"{name} may not log in any more"))


@account.command()
@_named
@_from_file
@json_option
@config_option
def passwd(
    name: str, *, password_file: IO[bytes] | None, as_json: bool, config: Path | None
) -> None:
    r"""Give the account NAME another password; whoever is in with it has to log in anew.

    \b
    Example:
        netwatch account passwd ewa
    """
    from dataclasses import replace  # noqa: PLC0415 - --help is quick

    book = _book(config)
    one = _expect_account(name, book.read())
    seal = _sealed(password_file, name, one.person)
    with book.changing() as accounts:
        accounts[name] = replace(_expect_account(name, accounts), seal=seal)
    emit({"changed": name}, as_json, lambda: click.echo(f"{name} has another password"))


@account.command()
@_named
@click.argument("role", type=click.Choice(ROLES))
@json_option
@config_option
def role(name: str, role: str, *, as_json: bool, config: Path | None) -> None:
    r"""Let the account NAME do what ROLE may; whoever is in with it has to log in anew.

    \b
    Example:
        netwatch account role ewa manager
    """
    from dataclasses import replace  # noqa: PLC0415 - --help is quick

    from netwatch.service.accounts.roles import MEANS, Role  # noqa: PLC0415

    with _book(config).changing() as accounts:
        new = replace(_expect_account(name, accounts), role=Role(role))
        accounts[name] = new
    emit(_row(new), as_json, lambda: click.echo(f"{name} is {role} now: {MEANS[new.role]}"))


def _book(config: Path | None) -> "AccountBook":
    from netwatch.service.accounts.book import AccountBook  # noqa: PLC0415 - --help is quick

    return AccountBook(settings_of(config).state)


def _known(config: Path | None) -> Mapping[str, Any]:
    return _book(config).read()


def _people(config: Path | None) -> "Mapping[PersonId, Person]":
    from netwatch.service.oncall import read_people  # noqa: PLC0415 - slow to load

    return read_people(settings_of(config).rules).persons


def _expect(person: str, people: "Mapping[PersonId, Person]") -> None:
    if person in people:
        return
    near = get_close_matches(person, people, n=1)
    hint = f"did you mean --person {near[0]}?" if near else "add them there first"
    raise Stop(f"nobody is called {safe(person)} in rules/people; {hint}")


def _expect_none(name: str, accounts: Mapping[str, Any]) -> None:
    if name in accounts:
        raise AnswerIsNo(f"there is {name} already; see: netwatch account passwd, role, remove")


def _expect_account(name: str, accounts: Mapping[str, Any]) -> Any:
    if name not in accounts:
        near = get_close_matches(name, accounts, n=1)
        hint = f"did you mean {near[0]}?" if near else "see them with: netwatch account list"
        raise AnswerIsNo(f"there is no account {safe(name)}; {hint}")
    return accounts[name]


def _sealed(file: IO[bytes] | None, *known: str) -> str:
    from netwatch.service.accounts.passwords import sealed  # noqa: PLC0415 - --help is quick

    return sealed(_asked() if file is None else _read(file), *known)


def _asked() -> str:
    if not sys.stdin.isatty():
        raise Stop("nobody can be asked for a password here; give it by --password-file FILE")
    text: str = click.prompt("password", hide_input=True, confirmation_prompt=True, err=True)
    return text


def _read(file: IO[bytes]) -> str:
    try:
        return file.read(_MOST).decode().rstrip("\r\n")
    except UnicodeDecodeError as fault:
        raise Stop(f"the password is no UTF-8 ({fault.reason})") from None


def _row(one: Any) -> Row:
    return {"account": one.name, "person": one.person, "role": one.role.value}


def _print(rows: list[Row]) -> None:
    if not rows:
        click.echo("nobody may log in; make the first: netwatch account add NAME --role manager")
        return
    show_table(("account", "person", "role"), map(_cells, rows))


def _cells(row: Row) -> tuple[str, ...]:
    gone = " (not in rules/people: shut)" if row["gone"] else ""
    return row["account"], f"{row['person']}{gone}", row["role"]
