"""netwatch notice: the words customers and staff would get, before anybody gets them."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from netwatch.cli.output import (
    Stop,
    config_option,
    config_path,
    emit,
    json_option,
    safe,
)
from netwatch.model.facts import Cause, Phase

if TYPE_CHECKING:
    from netwatch.delivery.render import Text
    from netwatch.delivery.sms import SmsSize
    from netwatch.model.network import Area, Network
    from netwatch.rules import Rulebook
    from netwatch.service.settings import Settings
    from netwatch.views.board import Outage

EVENING: Final = datetime(2026, 11, 14, 17, 2, tzinfo=UTC)
"""When the outage of a preview begins: always the same, so that two previews can be compared."""
LATER: Final = {
    Phase.SUSPECTED: timedelta(0),
    Phase.CONFIRMED: timedelta(minutes=2),
    Phase.UPDATE: timedelta(minutes=45),
    Phase.RESTORED: timedelta(minutes=159),
    Phase.CORRECTED: timedelta(minutes=28),
    Phase.PLANNED: timedelta(days=-2),
}
"""How long after its begin each phase is worded."""
EXPECTED: Final = timedelta(minutes=178)
STAFF_NAMES: Final = ("staff", "duty")


@click.group()
def notice() -> None:
    """See the words of notices."""


@notice.command()
@click.option("--area", required=True, metavar="AREA", help="Id of an area of the inventory.")
@click.option(
    "--cause",
    type=click.Choice([cause.value for cause in Cause]),
    default="fibre",
    show_default=True,
)
@click.option(
    "--phase",
    type=click.Choice([phase.value for phase in Phase]),
    default="confirmed",
    show_default=True,
)
@click.option("--language", metavar="CODE", help="As pl, cs, uk, en; else the operator's first.")
@click.option(
    "--channel",
    default="website",
    show_default=True,
    metavar="CHANNEL",
    help="website, sms, desk, staff, or a channel of yours.",
)
@click.option(
    "--inventory",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The inventory; else the one in the settings, else ./inventory.",
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The rules; else those in the settings, else those that ship.",
)
@config_option
@json_option
def preview(
    *,
    area: str,
    cause: str,
    phase: str,
    language: str | None,
    channel: str,
    inventory: Path | None,
    rules: Path | None,
    config: Path | None,
    as_json: bool,
) -> None:
    r"""Show what would be said, how long it is and what it costs. Sends nothing.

    \b
    Example:
        netwatch notice preview --area polna --phase confirmed --language uk --channel sms
    """
    from netwatch.delivery.render import Renderer  # noqa: PLC0415 - `--help` stays quick

    settings, book, network = _files(inventory, rules, config)
    place = _area(network, area)
    tongue = _language(book, language or settings.languages[0])
    renderer = Renderer(
        book.words,
        network,
        settings.name,
        settings.timezone,
        settings.languages,
        page=settings.website.url or "",
    )
    outage = _example(network, place, Cause(cause), Phase(phase))
    at = EVENING + LATER[Phase(phase)]
    staff = (*STAFF_NAMES, *book.stages.response.staff_channels)
    if channel in staff:
        text = renderer.staff(outage, _purpose(Phase(phase)), tongue, at)
    else:
        text = renderer.notice(outage, Phase(phase), channel, tongue, at)
    _show(text, channel, book, as_json)


def _files(
    inventory: Path | None, rules: Path | None, config: Path | None
) -> "tuple[Settings, Rulebook, Network]":
    from netwatch.inventory.reader import read_inventory  # noqa: PLC0415
    from netwatch.rules import read_rules  # noqa: PLC0415
    from netwatch.service.settings import settings_or_defaults  # noqa: PLC0415

    path = config_path(config)
    settings = settings_or_defaults(path)
    reading = read_inventory(inventory or settings.inventory)
    if reading.network is None:
        raise Stop(_first(reading.findings, "inventory"))
    read = read_rules(rules or settings.rules, reading.network)
    if read.rulebook is None:
        raise Stop(_first(read.findings, "rules"))
    if path is None:
        # Nobody said which languages are spoken: all that there are words in.
        settings = replace(settings, languages=read.rulebook.words.languages())
    return settings, read.rulebook, reading.network


def _first(findings: tuple[Any, ...], what: str) -> str:
    from netwatch.model.faults import Level  # noqa: PLC0415

    first = next(finding for finding in findings if finding.level is Level.ERROR)
    return f"the {what} cannot be used: {safe(str(first))}\n    all mistakes: netwatch check"


def _area(network: "Network", area: str) -> "Area":
    from netwatch.inventory.near import did_you_mean  # noqa: PLC0415
    from netwatch.model.names import AreaId  # noqa: PLC0415

    found = network.areas.get(AreaId(area))
    if found is None:
        known = f"there are: {' '.join(sorted(network.areas)[:40])}" if network.areas else "add it"
        raise Stop(f"no area {safe(area)!r}; {did_you_mean(area, list(network.areas), known)}")
    return found


def _language(book: "Rulebook", language: str) -> str:
    if not book.words.speaks(language):
        known = " ".join(book.words.languages())
        raise Stop(f"no words in {safe(language)!r}; there are: {known}")
    return language


def _purpose(phase: Phase) -> Any:
    from netwatch.model.facts import Purpose  # noqa: PLC0415

    if phase in {Phase.RESTORED, Phase.CORRECTED}:
        return Purpose.ALL_CLEAR
    return Purpose.UPDATE if phase is Phase.UPDATE else Purpose.ALERT


def _example(network: "Network", area: "Area", cause: Cause, phase: Phase) -> "Outage":
    """Return an outage that takes everybody in the area."""
    from netwatch.model.evidence import Proof  # noqa: PLC0415
    from netwatch.model.facts import IncidentKind  # noqa: PLC0415
    from netwatch.model.names import ElementName, IncidentId  # noqa: PLC0415
    from netwatch.views.board import Outage  # noqa: PLC0415

    living = [person for person in network.subscribers.values() if person.area == area.id]
    people = frozenset(person.id for person in living)
    services = {service for person in living for service in person.services} or {"internet"}
    ended = phase in {Phase.UPDATE, Phase.PLANNED}
    restored = EVENING + LATER[phase] if phase is Phase.RESTORED else None
    return Outage(
        incident=IncidentId("I-1"),
        kind=IncidentKind.OUTAGE,
        cause=cause,
        cause_certainty="unknown" if cause is Cause.UNKNOWN else "likely",
        root_cause=(ElementName("link:example"),),
        confidence=0.99,
        areas=(area.id,),
        subscribers=people,
        without=frozenset() if restored else people,
        at_worst=people,
        services=tuple(sorted(services)),
        since=EVENING,
        opened_at=EVENING,
        confirmed_at=EVENING + LATER[Phase.CONFIRMED],
        restored_at=restored,
        expected_end=EVENING + EXPECTED if ended else None,
        proof=Proof(silent=len(people), asked=len(people), answering=0),
    )


def _show(text: "Text", channel: str, book: "Rulebook", as_json: bool) -> None:
    from netwatch.delivery.sms import measure  # noqa: PLC0415
    from netwatch.delivery.words import SMS  # noqa: PLC0415

    whole = f"{text.title}\n\n{text.body}" if text.title else text.body
    size = measure(whole) if channel == SMS else None
    cost = book.words.sms.cost(size.segments) if size else None
    document = {
        "text": whole,
        "encoding": size.encoding if size else None,
        "characters": len(whole),
        "segments": size.segments if size else None,
        "price": cost,
    }
    emit(document, as_json, lambda: _print(text, size, cost, book.words.sms.currency))


def _print(text: "Text", size: "SmsSize | None", cost: float | None, currency: str) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text as Styled  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=not _is_wide())
    if text.title:
        console.print(Styled(safe(text.title), style="bold"))
        console.print()
    for line in text.body.splitlines():
        console.print(Styled(safe(line)))
    if size is not None:
        price = f", {cost:.2f} {currency}".rstrip() if cost is not None else ", price not known"
        told = f"{size.segments} SMS ({size.encoding}, {size.characters} characters){price}"
        console.print(Styled(f"\n{told}", style="dim"))


def _is_wide() -> bool:
    return sys.stdout.isatty()
