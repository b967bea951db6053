"""netwatch publish rehearse: whether the page can be put where it stands without us."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netwatch.cli.door import settings_of
from netwatch.cli.output import FINE, NO, Stop, config_option, emit, json_option, safe, talk

if TYPE_CHECKING:
    from netwatch.delivery.push.rehearsal import Rehearsed
    from netwatch.service.settings import Settings

Answer = dict[str, Any]


@click.command()
@json_option
@config_option
def rehearse(*, as_json: bool, config: Path | None) -> int:
    r"""Rehearse the push of the public page; exit 1 if a place fails.

    Puts a marked file beside the page at each place in [website] push, reads it back there and
    at the public address, removes it, and keeps when that went well. Readers see nothing of it;
    the service need not run. Do it each quarter: netwatch doctor tells when it is due.

    \b
    Examples:
        netwatch publish rehearse
        netwatch publish rehearse --json
    """
    settings = settings_of(config)
    if not settings.website.push:
        raise Stop(
            "the page is pushed nowhere, so there is nothing to rehearse\n"
            "    name a place off your network in push of [website], see docs/how-to/website.md"
        )
    answer = _answer(settings)
    emit(answer, as_json, lambda: _show(answer))
    address = answer["address"]
    fine = all(one["ok"] for one in answer["targets"]) and (address is None or address["answers"])
    return FINE if fine else NO


def _answer(settings: "Settings") -> Answer:
    import secrets  # noqa: PLC0415 - `--help` is quick
    import time  # noqa: PLC0415

    from netwatch.delivery.push.rehearsal import answers, rehearse  # noqa: PLC0415
    from netwatch.delivery.push.target import target_of  # noqa: PLC0415
    from netwatch.service.clock import SteadyClock  # noqa: PLC0415
    from netwatch.service.rehearsals import record  # noqa: PLC0415
    from netwatch.service.secrets import Secret  # noqa: PLC0415
    from netwatch.views.proof import stamp  # noqa: PLC0415

    clock, url, went = SteadyClock(), settings.website.url or "", []
    unanswered = answers(url) if url else ""
    at = clock.now()
    for line in settings.website.push:
        target = target_of(line)
        talk(f"rehearsing {safe(target.name)} ...")
        one = rehearse(
            target,
            lambda reference: Secret(reference).reveal(),
            url="" if unanswered else url,
            sign=secrets.token_hex(16),
            monotonic=clock.monotonic,
            pause=time.sleep,
        )
        went.append(one)
    try:
        lines = zip(settings.website.push, went, strict=True)
        record(settings.state, {line: one.why for line, one in lines}, at)
    except OSError as fault:
        talk(
            f"netwatch: that it was rehearsed cannot be kept in {settings.state}: {fault.strerror}"
            "\n    run it as the service's user: sudo -u netwatch netwatch publish rehearse"
        )
    return {
        "at": stamp(at),
        "targets": [_plain(one) for one in went],
        "address": _address(url, went, unanswered) if url else None,
    }


def _plain(one: "Rehearsed") -> Answer:
    return {
        "target": one.target.name,
        "ok": one.ok,
        "put_s": None if one.put_s is None else round(one.put_s, 3),
        "public_s": None if one.public_s is None else round(one.public_s, 3),
        "why": one.why,
        "next": one.next,
    }


def _address(url: str, went: Sequence["Rehearsed"], why: str) -> Answer:
    shows = [one.target.name for one in went if one.public_s is not None]
    remedy = "see who serves it, and its DNS; readers get nothing there now" if why else ""
    return {"url": url, "answers": not why, "shows": shows, "why": why, "next": remedy}


def _show(answer: Answer) -> None:
    for one in answer["targets"]:
        _line(one["ok"], one["target"], _how_long(one) if one["ok"] else one["why"], one["next"])
    if (address := answer["address"]) is not None:
        said = "answers" if address["answers"] else address["why"]
        if address["answers"] and address["shows"]:
            said = f"shows {', '.join(address['shows'])}"
        _line(address["answers"], address["url"], said, address["next"])


def _line(ok: bool, what: str, said: str, remedy: str) -> None:
    word = click.style("ok  ", fg="green") if ok else click.style("FAIL", fg="red")
    click.echo(f"{word}  {safe(what)}: {safe(said)}")
    if remedy:
        click.echo(f"      {safe(remedy)}")


def _how_long(one: Answer) -> str:
    put, public = f"put and read back in {one['put_s']:.1f} s", one["public_s"]
    return put if public is None else f"{put}, readers had it {public:.1f} s later"
