"""netwatch desk ask: how a caller's line stands, and what to say to them."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from netwatch.cli.door import door_of, zone_of
from netwatch.cli.output import (
    FINE,
    NO,
    UNKNOWN,
    NotFoundOut,
    Stop,
    config_option,
    emit,
    json_option,
    safe,
    talk,
)
from netwatch.views.local_times import local

STATES: Final = {
    "up": "nothing seen is wrong with this line",
    "down": "no service",
    "planned": "no service, by planned works",
    "restored": "works again",
    "unknown": "nothing is known of this line",
}
LONGEST: Final = 300
_WIDE: Final = 10


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("caller", metavar="PHONE/ID/ADDRESS", nargs=-1, required=True)
@click.option("--language", metavar="CODE", help="What the caller speaks: pl, en, uk, ...")
@click.option(
    "--say", "way",
    type=click.Choice(["phone", "chat", "mail", "messenger"]), default="phone",
    show_default=True, help="By which way they are answered; --json has all.",
)  # fmt: skip
@click.option(
    "--answer",
    metavar="TEXT",
    help="What the caller answered to the question under `check`; then the contract may be told.",
)
@json_option
@config_option
def ask(
    caller: tuple[str, ...],
    *,
    language: str | None,
    way: str,
    answer: str | None,
    as_json: bool,
    config: Path | None,
) -> None:
    r"""Say how the line of a caller stands, since when, until when, and what to tell them.

    PHONE/ID/ADDRESS is what they call from or say: their number, the number of the contract, their
    login, a name, a street and house; words in any order, accents left out or not. Who is found
    by phone is told of with nothing personal; else name and phone are masked: ask the caller for
    the rest before you say more.

    Exit code 0: somebody found has no service; 1: nobody of them; 3: nobody is found, or nothing
    is known.

    \b
    Examples:
        netwatch desk ask "+48 555 010 100"
        netwatch desk ask S-1042 --json
        netwatch desk ask S-1042 --answer 0100
        netwatch desk ask nowak polna 7
    """
    from netwatch.intake.door import DoorRefusedError  # noqa: PLC0415 - `--help` needs none

    query = " ".join(caller)[:LONGEST]
    if not query.strip():
        raise Stop("whom to ask for? Type a phone number, a contract, a name or an address")
    try:
        told = door_of(config).call(
            "desk-ask",
            query=_whole(query),
            language=language or "",
            answer=_whole(answer or ""),
            patient=True,
        )
    except DoorRefusedError as fault:
        raise NotFoundOut(safe(str(fault))) from None
    del told["ok"]
    emit(told, as_json, lambda: _print(told, way, config))
    if not as_json and told["next"]:
        talk(safe(told["next"]))
    sys.exit(exit_code(told))


def exit_code(answer: dict[str, Any]) -> int:
    """Return 0: somebody is affected; 1: nobody is; 3: that is not known."""
    return {True: FINE, False: NO}.get(answer["affected"], UNKNOWN)


def _whole(text: str) -> str:
    """Return a text without what is no letter at all, as a shell hands over broken octets."""
    return text.encode(errors="replace").decode()


def _print(answer: dict[str, Any], way: str, config: Path | None) -> None:
    zone = zone_of(config)
    for number, match in enumerate(answer["matches"]):
        if number:
            click.echo()
        for line in _lines(match, way, zone):
            click.echo(safe(line))


def _lines(match: dict[str, Any], way: str, zone: Any) -> list[str]:
    since = f" since {local(match['since'], zone)}" if match["since"] else ""
    told = [f"{match['subscriber'] or 'this address'}: {STATES[match['state']]}{since}"]

    def add(name: str, text: str | None) -> None:
        if text:
            told.append(f"{name:{_WIDE}} {text}")

    contact = match["contact"] or {}
    add("who", ", ".join(contact[name] for name in contact if contact[name]))
    add("what", _what(match, zone))
    for line in match["say"].get(way, "").splitlines():
        add("say", line)
    add("call back", match["call_back_by"] and f"by {local(match['call_back_by'], zone)}")
    add("credit", (match["credit"] or {}).get("say"))
    add("check", match["check"] and f"before the contract is told: {match['check']} (--answer)")
    add("promised", _promised(match["commitment"], zone))
    for work in match["coming"]:
        span = f"{local(work['starts'], zone)} to {local(work['ends'], zone)}"
        add("planned", f"{work['works']}: {span}")
    for row in match["history"]:
        lasted = f", {row['minutes']} min" if row["minutes"] is not None else ""
        add("before", f"{row['incident']}: {local(row['since'], zone)}{lasted}")
    add("callback", match["callback"])
    add("next", match["next"])
    return told


def _what(match: dict[str, Any], zone: Any) -> str:
    of = match["incident"] or match["works"]
    if not of:
        return ""
    end = match["expected_end"]
    until = f", expected until {local(end, zone)}" if end else ""
    so_far = f", {match['minutes_without']} min so far" if match["minutes_without"] else ""
    also = f", and {', '.join(match['also'])}" if match["also"] else ""
    return f"{of}{also}{until}{so_far}"


def _promised(promised: dict[str, Any] | None, zone: Any) -> str:
    if promised is None:
        return ""
    by = f", repaired by {local(promised['repair_by'], zone)}" if promised["repair_by"] else ""
    return f"{promised['id']}{by}"
