"""netwatch desk callback: who wants to be called back, and was."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netwatch.cli.door import now, settings_of, zone_of
from netwatch.cli.output import (
    DEFAULT_CONFIG,
    AnswerIsNo,
    Stop,
    config_option,
    config_path,
    emit,
    json_option,
    safe,
)
from netwatch.views.local_times import local
from netwatch.views.proof import stamp

if TYPE_CHECKING:
    from netwatch.inventory.contact_store.store import ContactStore
    from netwatch.model.contacts import Wish

_FEWEST_DIGITS = 5


@click.group()
def callback() -> None:
    """See who wants to be called back; they are kept in the contact store alone."""


@callback.command()
@click.argument("phone", metavar="[PHONE]", default="")
@click.option(
    "--subscriber",
    default="",
    metavar="ID",
    help="Whose line it is; without PHONE the number that is kept of them is called.",
)
@click.option("--text", default="", help="What it is about, in a few words.")
@json_option
@config_option
def add(phone: str, *, subscriber: str, text: str, as_json: bool, config: Path | None) -> None:
    r"""Note that somebody wants to be called back at PHONE; who is noted already stays one.

    \b
    Example:
        netwatch desk callback add "+48 555 010 100" --subscriber S-1042 --text "after 17"
        netwatch desk callback add --subscriber S-1042
    """
    from netwatch.inventory.contact_store.wishes import wished  # noqa: PLC0415 - --help is quick
    from netwatch.model.contacts import Wish  # noqa: PLC0415

    store = _store(config)
    number = phone or _kept(store, config, subscriber)
    if sum(map(str.isdigit, number)) < _FEWEST_DIGITS:
        raise Stop(f"{safe(number)!r} is no phone number; write it like +48 555 010 100")
    wish = Wish(id="", at=now(), phone=number[:32], subscriber=subscriber, text=text[:500])
    with store.changing() as write:
        book, kept = wished(store.read(), wish)
        write(book)
    if kept is None:
        raise AnswerIsNo("too many wait already; see them with: netwatch desk callback list")
    emit(plain(kept), as_json, lambda: click.echo(f"{kept.id} is noted"))


@callback.command("list")
@json_option
@config_option
def list_(*, as_json: bool, config: Path | None) -> None:
    r"""Show who wants to be called back, in the order in which to call.

    \b
    Example:
        netwatch desk callback list
    """
    from netwatch.inventory.contact_store.wishes import in_order  # noqa: PLC0415 - --help is quick

    found = in_order(_store(config).read(), _critical(config), now())
    emit(
        {"callbacks": [plain(one) for one in found]},
        as_json,
        lambda: _print(found, config),
    )


@callback.command()
@click.argument("number", metavar="CALLBACK")
@json_option
@config_option
def done(number: str, *, as_json: bool, config: Path | None) -> None:
    r"""Say that CALLBACK was called: their number and words are erased.

    \b
    Example:
        netwatch desk callback done B-12
    """
    from netwatch.inventory.contact_store.wishes import done as without  # noqa: PLC0415

    name = number.upper() if number.upper().startswith("B-") else f"B-{number}"
    store = _store(config)
    with store.changing() as write:
        book, wish = without(store.read(), name)
        if wish is not None:
            write(book)
    if wish is None:
        raise AnswerIsNo(f"no callback {safe(name)}; see them with: netwatch desk callback list")
    emit({"done": name}, as_json, lambda: click.echo(f"{name} is done, and erased"))


def _store(config: Path | None) -> "ContactStore":
    from netwatch.service.contact_settings import needed_contact_store  # noqa: PLC0415

    settings = settings_of(config)
    return needed_contact_store(settings, str(config_path(config) or DEFAULT_CONFIG))


def _kept(store: "ContactStore", config: Path | None, subscriber: str) -> str:
    """Return the number that is kept of a subscriber: by the contact store, else the inventory."""
    from netwatch.inventory.reader import read_inventory  # noqa: PLC0415 - slow to load
    from netwatch.model.names import SubscriberId  # noqa: PLC0415

    if not subscriber:
        raise Stop("whom to call? Give a phone number, or --subscriber ID")
    inventory = settings_of(config).inventory
    network = read_inventory(inventory).network if inventory.is_dir() else None
    one = network.subscribers.get(SubscriberId(subscriber)) if network else None
    person = one.person if one else subscriber
    contact = store.get(person) or store.get(subscriber)
    phone = contact.phone if contact else one.phone if one else ""
    if not phone:
        raise AnswerIsNo(f"no number is kept of {safe(subscriber)}; give it: callback add PHONE")
    return phone


def _critical(config: Path | None) -> frozenset[str]:
    """Return for whom much hangs on it, as the inventory says; nobody where it cannot be read."""
    from netwatch.inventory.reader import read_inventory  # noqa: PLC0415 - slow to load

    inventory = settings_of(config).inventory
    network = read_inventory(inventory).network if inventory.is_dir() else None
    if network is None:
        return frozenset()
    return frozenset(one.id for one in network.subscribers.values() if one.critical)


def plain(one: "Wish") -> dict[str, Any]:
    """Return a wish as scripts get it."""
    return {
        "id": one.id,
        "at": stamp(one.at),
        "phone": one.phone,
        "subscriber": one.subscriber or None,
        "address": one.address,
        "text": one.text,
        "language": one.language or None,
        "times": one.times,
    }


def _print(found: "list[Wish]", config: Path | None) -> None:
    if not found:
        click.echo("nobody waits to be called back")
    zone = zone_of(config)
    for one in found:
        who = one.subscriber or one.address or "not known whose line"
        often = f", asked {one.times} times" if one.times > 1 else ""
        speaks = f" ({one.language})" if one.language else ""
        click.echo(
            safe(f"{one.id}  {local(stamp(one.at), zone)}  {one.phone}{speaks}  {who}{often}")
        )
        if one.text:
            click.echo(safe(f"      {one.text}"))
