"""netwatch notice: the words customers and staff would get, before anybody gets them."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from netwatch.cli.output import (
    Stop,
    config_option,
    config_path,
    emit,
    json_option,
    safe,
)
from netwatch.delivery.words import ABOUT_IN, DESK, DESK_PHASES, WEBSITE, NoWordsError
from netwatch.model.facts import Cause, Phase, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netwatch.delivery.render import Renderer, Text
    from netwatch.model.faults import Finding
    from netwatch.model.names import AreaId
    from netwatch.model.network import Network
    from netwatch.rules import Rulebook
    from netwatch.service.settings import Settings

STAFF_NAMES: Final = ("staff", "duty")
PURPOSES: Final = {
    Phase.UPDATE: Purpose.UPDATE,
    Phase.RESTORED: Purpose.ALL_CLEAR,
    Phase.CORRECTED: Purpose.ALL_CLEAR,
}
"""What the staff is told in the phases of the public; in all others, the alert."""


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
    type=click.Choice([*(phase.value for phase in Phase), *DESK_PHASES]),
    default="confirmed",
    show_default=True,
    help="The last four are answers of the desk about one line.",
)
@click.option(
    "--about",
    type=click.Choice(list(ABOUT_IN)),
    help="What counts more than the cause: many outages at a time, a stage of planned works.",
)
@click.option("--language", metavar="CODE", help="As pl, cs, uk, en; else the operator's first.")
@click.option(
    "--channel",
    metavar="CHANNEL",
    help="website (the default; desk for answers of the desk), facebook, sms, mail, desk, chat,"
    " announcement, staff, or a channel of yours.",
)
@click.option(
    "--html",
    "html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a page instead, with every phase on all channels in all your languages.",
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
    about: str | None,
    language: str | None,
    channel: str | None,
    html: Path | None,
    inventory: Path | None,
    rules: Path | None,
    config: Path | None,
    as_json: bool,
) -> None:
    r"""Show what would be said, how long it is and what it costs. Sends nothing.

    \b
    Examples:
        netwatch notice preview --area polna --phase confirmed --language uk --channel sms
        netwatch notice preview --area polna --phase planned --about remind
        netwatch notice preview --area polna --phase line --channel chat
        netwatch notice preview --area polna --html words.html
    """
    from netwatch.delivery.render import Renderer  # noqa: PLC0415 - `--help` stays quick
    from netwatch.delivery.wording_example import Wanted, example, worded  # noqa: PLC0415
    from netwatch.service.channel_settings import two_way  # noqa: PLC0415

    _refuse_mixtures(phase, about, html, channel, as_json)
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
        two_way=two_way(settings.channels),
    )
    if html is not None:
        tongues = (tongue,) if language else settings.languages
        _write(html, _page(renderer, book, network, settings.name, place, Cause(cause), tongues))
        return
    channel = channel or (DESK if phase in DESK_PHASES else WEBSITE)
    if channel in (*STAFF_NAMES, *book.stages.response.staff_channels):
        made = example(network, place, Cause(cause), Phase(phase), about or "")
        purpose = PURPOSES.get(Phase(phase), Purpose.ALERT)
        text = renderer.staff(made.outage, purpose, tongue, made.at)
    else:
        wanted = Wanted(
            area=place,
            cause=Cause(cause),
            phase=phase,
            about=about or "",
            language=tongue,
            channel=channel,
        )
        try:
            text = worded(renderer, network, wanted)
        except NoWordsError as fault:
            raise Stop(safe(str(fault))) from None
    _show(text, channel, tongue, book, as_json)


def _refuse_mixtures(
    phase: str, about: str | None, html: Path | None, channel: str | None, as_json: bool
) -> None:
    if channel in STAFF_NAMES and phase in DESK_PHASES:
        raise Stop(f"--phase {phase} is said to customers: add --channel desk")
    if about is not None and phase not in ABOUT_IN[about]:
        raise Stop(f"--about {about} is told in: {' '.join(ABOUT_IN[about])}; add --phase")
    if html is not None and as_json:
        raise Stop("--html writes a page and --json prints one text: choose one of the two")


def _page(  # noqa: PLR0917 - what a page is made of
    renderer: "Renderer",
    book: "Rulebook",
    network: "Network",
    name: str,
    area: "AreaId",
    cause: Cause,
    languages: "Sequence[str]",
) -> str:
    from netwatch.delivery.preview import Preview  # noqa: PLC0415

    return Preview(
        renderer=renderer,
        words=book.words,
        network=network,
        name=name,
        area=area,
        cause=cause,
        languages=languages,
    ).page()


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise Stop(f"{safe(str(file))} cannot be written: {reason}") from None
    click.echo(f"written to {safe(str(file))}; open it in a browser", err=True)


def _files(
    inventory: Path | None, rules: Path | None, config: Path | None
) -> "tuple[Settings, Rulebook, Network]":
    from netwatch.inventory.reader import read_inventory  # noqa: PLC0415
    from netwatch.rules import read_rules  # noqa: PLC0415
    from netwatch.service.files import places_file, with_places  # noqa: PLC0415
    from netwatch.service.settings import settings_or_defaults  # noqa: PLC0415

    path = config_path(config)
    settings = settings_or_defaults(path)
    reading = read_inventory(inventory or settings.inventory)
    if reading.network is None:
        raise Stop(_first(reading.findings, "inventory"))
    network = reading.network
    if path is not None and inventory is None:
        joined, differing = with_places(network, places_file(settings.state))
        if joined is None:
            raise Stop(_first(differing, "file of places"))
        network = joined
    read = read_rules(rules or settings.rules, network)
    if read.rulebook is None:
        raise Stop(_first(read.findings, "rules"))
    if path is None:
        # Nobody said which languages are spoken: all that there are words in.
        settings = replace(settings, languages=read.rulebook.words.languages())
    return settings, read.rulebook, network


def _first(findings: "tuple[Finding, ...]", what: str) -> str:
    from netwatch.model.faults import Level  # noqa: PLC0415

    first = next(finding for finding in findings if finding.level is Level.ERROR)
    told = "\n".join(safe(line) for line in str(first).split("\n"))
    return f"the {what} cannot be used: {told}\n    all mistakes: netwatch check"


def _area(network: "Network", area: str) -> "AreaId":
    from netwatch.inventory.near import did_you_mean  # noqa: PLC0415
    from netwatch.model.names import AreaId  # noqa: PLC0415

    if area not in network.areas:
        known = f"there are: {' '.join(sorted(network.areas)[:40])}" if network.areas else "add it"
        raise Stop(f"no area {safe(area)!r}; {did_you_mean(area, list(network.areas), known)}")
    return AreaId(area)


def _language(book: "Rulebook", language: str) -> str:
    if not book.words.speaks(language):
        known = " ".join(book.words.languages())
        raise Stop(f"no words in {safe(language)!r}; there are: {known}")
    return language


def _show(text: "Text", channel: str, language: str, book: "Rulebook", as_json: bool) -> None:
    from netwatch.delivery.sms import measure  # noqa: PLC0415
    from netwatch.delivery.words import SMS  # noqa: PLC0415

    whole = f"{text.title}\n\n{text.body}" if text.title else text.body
    size = measure(whole) if book.words.kind(channel) == SMS else None
    document = {
        "text": whole,
        "encoding": size.encoding if size else None,
        "characters": len(whole),
        "segments": size.segments if size else None,
        "price": book.words.sms.cost(size.segments) if size else None,
    }
    emit(document, as_json, lambda: _print(text, language, book, is_sms=size is not None))


def _print(text: "Text", language: str, book: "Rulebook", *, is_sms: bool) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text as Styled  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=not _is_wide())
    if text.title:
        console.print(Styled(safe(text.title), style="bold"))
        console.print()
    for line in text.body.splitlines():
        console.print(Styled(safe(line)))
    if is_sms:
        console.print()
        for line in _of_sms(text, language, book):
            console.print(Styled(safe(line), style="dim"))


def _of_sms(text: "Text", language: str, book: "Rulebook") -> "Iterator[str]":
    """Yield how an SMS is cut, what it takes and what it costs."""
    from netwatch.delivery.preview import sms_size  # noqa: PLC0415
    from netwatch.delivery.sms import parts  # noqa: PLC0415

    cut = parts(text.body)
    if len(cut) > 1:
        yield from (f"{place}/{len(cut)} |{part}|" for place, part in enumerate(cut, start=1))
    yield sms_size(text, language, book.words)


def _is_wide() -> bool:
    return sys.stdout.isatty()
