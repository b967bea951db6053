"""netwatch contacts: what is personal, kept sealed and apart."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from netwatch.cli.callback import plain as callback_plain
from netwatch.cli.door import now, settings_of
from netwatch.cli.output import (
    DEFAULT_CONFIG,
    AnswerIsNo,
    NotFoundOut,
    Stop,
    config_option,
    config_path,
    emit,
    json_option,
    safe,
    talk,
)
from netwatch.views.proof import stamp

if TYPE_CHECKING:
    from netwatch.inventory.contact_store.changes import Brought
    from netwatch.inventory.contact_store.store import Book, ContactStore
    from netwatch.model.contacts import Contact
    from netwatch.service.settings import Settings


class NothingThere(NotFoundOut):
    """A source that tells of no customers, such as one of gear."""


_LARGEST: Final = 200_000_000
_SHOWN: Final = 20


@click.group()
def contacts() -> None:
    """Keep, export and erase how customers are reached.

    Names, numbers and addresses lie sealed in one file below the state, and nowhere else.
    """


@contacts.command("import")
@click.argument("source", metavar="SOURCE|FILE", required=False)
@click.option("--all", "every", is_flag=True, help="Of every source that has contacts: each night.")
@click.option("--drop-others", is_flag=True, help="Take out everybody whom this does not name.")
@click.option(
    "--allow-fewer", is_flag=True, help="With --drop-others: even if more than half would go."
)
@config_option
@json_option
def import_(  # noqa: PLR0917 - click gives them by name
    source: str | None,
    every: bool,
    drop_others: bool,
    allow_fewer: bool,
    config: Path | None,
    as_json: bool,
) -> None:
    r"""Bring in contacts: of a section [sources.SOURCE], or of a CSV file (- for standard input).

    The file's columns: id,name,phone,email,language,services,consent,opt_outs,two_way,not_agreed,
    agreed; only id is required, and what a column that is not there would say stays as it was.
    Who was erased stays erased. What is printed are numbers and ids.

    \b
    Example:
        netwatch contacts import lms
        netwatch contacts import contacts.csv --drop-others
        netwatch contacts import --all
    """
    if every == (source is not None) or (every and drop_others):
        raise click.UsageError("name a source or a file, or say --all (without --drop-others)")
    if source is None:
        _import_all(config, as_json)
        return
    settings = settings_of(config)
    book, brought = _import(settings, config, source, drop=drop_others, fewer=allow_fewer)
    document = {**_counts(brought), "kept": len(book.contacts)}
    emit(document, as_json, lambda: _show(brought, len(book.contacts)))


def _import(
    settings: "Settings", config: Path | None, source: str, *, drop: bool, fewer: bool
) -> "tuple[Book, Brought]":
    from netwatch.inventory.contact_store.changes import bring  # noqa: PLC0415 - --help stays quick
    from netwatch.inventory.importers.wholeness import looks_cut  # noqa: PLC0415

    store = _store(settings, config)
    incoming, unsaid = _incoming(settings, config, source)
    with store.changing() as write:
        before = store.read()
        book, brought = bring(before, incoming, drop_others=drop, unsaid=unsaid)
        if not fewer and looks_cut(len(before.contacts), brought.dropped):
            raise NotFoundOut(
                f"{brought.dropped} of {len(before.contacts)} contacts would go: it looks cut off\n"
                "    what was kept stays; if it is right, import with --allow-fewer"
            )
        write(book)
    return book, brought


def _import_all(config: Path | None, as_json: bool) -> None:
    """Bring in what every source knows; one that fails is named, and the others go on."""
    settings = settings_of(config)
    if settings.contacts.key is None:
        talk("there is no [contacts] key, so contacts are not kept")
        return
    done: dict[str, Brought] = {}
    failed: list[str] = []
    for name in settings.sources:
        try:
            done[name] = _import(settings, config, name, drop=False, fewer=False)[1]
        except NothingThere:
            continue
        except NotFoundOut as fault:
            failed.append(str(fault))
    emit(
        {"sources": {name: _counts(one) for name, one in done.items()}, "failed": failed},
        as_json,
        lambda: click.echo(
            "".join(f"{safe(name)}: {_told(one)}\n" for name, one in done.items()), nl=False
        ),
    )
    if failed:
        raise NotFoundOut("\n".join(failed))


def _counts(brought: "Brought") -> dict[str, object]:
    return {
        "read": brought.read,
        "new": brought.new,
        "changed": brought.changed,
        "dropped": brought.dropped,
        "forgotten": brought.forgotten,
        "not_agreed": brought.not_agreed,
        "unreachable": list(brought.unreachable),
    }


@contacts.command("export")
@click.argument("subscribers", nargs=-1, metavar="[SUBSCRIBER]...")
@config_option
@json_option
def export(subscribers: tuple[str, ...], config: Path | None, as_json: bool) -> None:
    r"""Print what is kept of customers, all of them or those named: as CSV, or as JSON.

    This is the one command that prints contacts; keep its output as carefully as the key.

    \b
    Example:
        netwatch contacts export S-1042 --json
    """
    from netwatch.inventory.contact_store.table import write_contacts_table  # noqa: PLC0415

    book = _store(settings_of(config), config).read()
    chosen = [book.contacts[one] for one in subscribers or book.contacts if one in book.contacts]
    wishes = [
        one for one in book.wishes.values() if not subscribers or one.subscriber in subscribers
    ]
    if subscribers and not chosen and not wishes:
        raise AnswerIsNo("nothing is kept of " + ", ".join(map(safe, subscribers)))
    emit(
        {
            "contacts": [_plain(one) for one in chosen],
            "callbacks": [callback_plain(one) for one in wishes],
        },
        as_json,
        lambda: write_contacts_table(chosen, sys.stdout),
    )


@contacts.command()
@click.argument("subscribers", nargs=-1, required=True, metavar="SUBSCRIBER...")
@config_option
@json_option
def erase(subscribers: tuple[str, ...], config: Path | None, as_json: bool) -> None:
    r"""Forget customers: their contacts go, and no later import brings them back.

    Facts hold ids alone, so nothing else needs to change.

    \b
    Example:
        netwatch contacts erase S-1042
    """
    from netwatch.inventory.contact_store.changes import forget  # noqa: PLC0415

    settings = settings_of(config)
    store = _store(settings, config)
    with store.changing() as write:
        book, held = forget(store.read(), subscribers)
        write(book)
    emit(
        {"erased": list(held), "not_held": sorted(set(subscribers) - set(held))},
        as_json,
        lambda: click.echo(f"{len(held)} erased, {len(set(subscribers)) - len(held)} not held"),
    )
    left = _left_in_files(settings, subscribers)
    if left:
        talk(f"still in the inventory's own files, take them out there: {', '.join(left)}")


@contacts.command()
@click.option(
    "--from", "old", required=True, metavar="REFERENCE",
    help="Where the key is that seals the store until now: file:PATH, env:NAME, credential:NAME.",
)  # fmt: skip
@config_option
@json_option
def rekey(old: str, config: Path | None, as_json: bool) -> None:
    r"""Seal the store with the key that [contacts] key points to now.

    Until then messages to customers wait. Keep the old key as long as there are backups with it.

    \b
    Example:
        netwatch contacts rekey --from file:/etc/netwatch/credentials/contacts-key.old
    """
    from netwatch.inventory.contact_store.store import ContactStore  # noqa: PLC0415
    from netwatch.service.secrets import Secret  # noqa: PLC0415

    secret = Secret(old, Path.cwd())
    if secret.kind == "plain":
        raise click.UsageError("--from takes a reference, such as file:old-key, and no key itself")
    settings = settings_of(config)
    store = _store(settings, config)
    with store.changing() as write:
        book = ContactStore(settings.state, secret.reveal).read()
        write(book)
    emit(
        {"kept": len(book.contacts), "forgotten": len(book.forgotten)},
        as_json,
        lambda: click.echo(f"{len(book.contacts)} contacts are sealed with the new key"),
    )


def _store(settings: "Settings", config: Path | None) -> "ContactStore":
    from netwatch.service.contact_settings import needed_contact_store  # noqa: PLC0415

    return needed_contact_store(settings, str(config_path(config) or DEFAULT_CONFIG))


def _left_in_files(settings: "Settings", subscribers: tuple[str, ...]) -> list[str]:
    """Return whose numbers or addresses the operator's own files hold."""
    from netwatch.inventory.reader import read_inventory  # noqa: PLC0415

    network = read_inventory(settings.inventory).network if settings.inventory.is_dir() else None
    known = {} if network is None else {str(key): one for key, one in network.subscribers.items()}
    return [
        safe(one) for one in subscribers if one in known and (known[one].phone or known[one].email)
    ]


def _incoming(
    settings: "Settings", config: Path | None, source: str
) -> "tuple[list[Contact], frozenset[str]]":
    """Return the contacts that come, and the fields of which they say nothing."""
    from netwatch.inventory.contact_store.changes import contact_of, unsaid  # noqa: PLC0415
    from netwatch.inventory.places.records import SourceError  # noqa: PLC0415
    from netwatch.service.importing import NoContactsError, read_contacts  # noqa: PLC0415

    if source != "-" and not Path(source).is_file():
        try:
            found = tuple(read_contacts(settings, config_path(config), source, now()))
        except NoContactsError as fault:
            raise NothingThere(str(fault)) from None
        except SourceError as fault:
            raise NotFoundOut(str(fault)) from None
        return [contact_of(one) for one in found], unsaid(found)
    return _of_table(source)


def _of_table(source: str) -> "tuple[list[Contact], frozenset[str]]":
    from netwatch.inventory.contact_store.table import (  # noqa: PLC0415
        read_contacts_table,
        unsaid_by,
    )
    from netwatch.inventory.findings import Findings  # noqa: PLC0415

    stream = click.open_file(source, "rb")
    with stream:
        data = stream.read(_LARGEST + 1)
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Stop(f"{safe(source)} is not UTF-8 text; save it as UTF-8") from None
    if len(data) > _LARGEST:
        raise Stop(f"{safe(source)} is larger than {_LARGEST // 1_000_000} MB")
    findings = Findings()
    data = data.removeprefix(b"\xef\xbb\xbf")
    found = list(read_contacts_table(source, data, findings))
    for finding in findings.in_order():
        talk(str(finding))
    if findings.failed:
        raise Stop("nothing was brought in: correct the file first")
    return found, unsaid_by(data)


def _plain(one: "Contact") -> dict[str, object]:
    return {
        "id": one.subscriber,
        "name": one.name,
        "phone": one.phone,
        "email": one.email,
        "browsers": list(one.browsers),
        "language": one.language,
        "services": list(one.services),
        "consent": one.consent,
        "opt_outs": list(one.opt_outs),
        "two_way": one.two_way,
        "not_agreed": list(one.not_agreed),
        "areas": list(one.areas),
        "invited_at": None if one.invited_at is None else stamp(one.invited_at),
    }


def _told(brought: "Brought") -> str:
    return (
        f"{brought.read} read: {brought.new} new, {brought.changed} changed, "
        f"{brought.dropped} dropped, {brought.forgotten} left out as they asked"
    )


def _show(brought: "Brought", kept: int) -> None:
    click.echo(f"{_told(brought)}; {kept} kept")
    if brought.not_agreed:
        talk(f"did not agree to be told, and are not: {brought.not_agreed}")
    if brought.unreachable:
        some = ", ".join(map(safe, brought.unreachable[:_SHOWN]))
        more = "" if len(brought.unreachable) <= _SHOWN else " ..."
        talk(f"no number and no mail address: {len(brought.unreachable)} ({some}{more})")
