"""netwatch replay: what would have happened."""

import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netwatch.cli.door import settings_of
from netwatch.cli.output import (
    USAGE,
    Stop,
    as_line,
    config_option,
    config_path,
    json_option,
    safe,
    talk,
)
from netwatch.cli.replay_diff import compare
from netwatch.cli.tables import show_table
from netwatch.model.garbage import uncollected

if TYPE_CHECKING:
    from netwatch.service.files import Files
    from netwatch.service.replay import Player, Replayed
    from netwatch.service.settings import Settings

MOST_NAMES = 5


@click.command()
@click.option(
    "--tape",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE/DIR",
    help="A .jsonl file, a NAME.tape folder, or a folder of .jsonl files.",
)
@click.option("--inventory", type=click.Path(path_type=Path), metavar="DIR", help="The network.")
@click.option("--rules", type=click.Path(path_type=Path), metavar="DIR", help="The judgement.")
@click.option("--until", metavar="TIME", help="Stop here; else 15 minutes after the last line.")
@click.option("--subscribers", is_flag=True, help="List who was without service at the worst.")
@click.option(
    "--diff-rules",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Play under these rules too, and say what they would have changed.",
)
@json_option
@config_option
def replay(
    tape: Path,
    inventory: Path | None,
    rules: Path | None,
    until: str | None,
    *,
    subscribers: bool,
    diff_rules: Path | None,
    as_json: bool,
    config: Path | None,
) -> None:
    r"""Play a recording through the pipeline and say what would have happened.

    Nothing is sent. Of a folder each .jsonl is played from a fresh start, in the order of names.

    \b
    Example:
        netwatch replay --tape night.jsonl --inventory inventory
        netwatch replay --tape night.jsonl --rules rules --diff-rules rules-next
    """
    end = None if until is None else _moment(until)
    with uncollected():
        from netwatch.pollers.tape import tapes_in  # noqa: PLC0415 - --help loads none of this

        tapes = tapes_in(tape)
        settings = settings_of(config)
        play_by = partial(_player, settings, inventory, every_channel=config_path(config) is None)
        player = play_by(rules)
    if diff_rules is not None:
        rival = play_by(diff_rules)
        names = str(rules or settings.rules or "the rules that ship"), str(diff_rules)
        for one in tapes:
            compare(
                one,
                partial(player.play, until=end),
                partial(rival.play, until=end),
                names,
                as_json=as_json,
            )
        return
    if as_json:
        from netwatch.service.replay_many import answers  # noqa: PLC0415

        with closing(answers(player, tapes, end, with_subscribers=subscribers)) as every:
            for answered in every:
                _tell_ignored(answered.tape, answered.ignored)
                click.echo(as_line(answered.answer))
        return
    for one in tapes:
        replayed = player.play(one, end)
        _tell_ignored(one, replayed.ignored)
        _show(replayed, with_subscribers=subscribers)


def _player(
    settings: "Settings", inventory: Path | None, rules: Path | None, *, every_channel: bool
) -> "Player":
    from netwatch.service.judgement import stage_rules  # noqa: PLC0415 - --help loads none of this
    from netwatch.service.replay import Player  # noqa: PLC0415
    from netwatch.service.replay_words import StaffWords  # noqa: PLC0415

    files = _files(settings, inventory, rules)
    judged = stage_rules(settings, files, every_channel=every_channel)
    return Player(files.network, judged, StaffWords(files, settings))


def _files(settings: "Settings", inventory: Path | None, rules: Path | None) -> "Files":
    from netwatch.service.replay_words import FilesError, files_of  # noqa: PLC0415

    try:
        return files_of(settings, inventory, rules)
    except FilesError as fault:
        talk(str(fault))
        sys.exit(USAGE)


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Stop(f"--until {text!r} is no time; write 2026-11-14T19:30:00Z") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _tell_ignored(tape: Path, ignored: Counter[str]) -> None:
    if not ignored:
        return
    names = ", ".join(safe(name) for name, _ in ignored.most_common(MOST_NAMES))
    more = ", ..." if len(ignored) > MOST_NAMES else ""
    talk(
        f"{tape}: {ignored.total()} lines passed over, of {len(ignored)} names that the inventory "
        f"does not know: {names}{more}"
    )


def _show(replayed: "Replayed", *, with_subscribers: bool) -> None:
    """Print a timeline a person can read."""
    from netwatch.views.timeline import timeline  # noqa: PLC0415 - --help loads none of this

    answer = replayed.answer(with_subscribers=with_subscribers)
    click.secho(safe(_headline(answer)), bold=True)
    rows = [
        (row["at"], incident["id"], row["text"])
        for incident in answer["incidents"]
        for row in timeline(replayed.facts, incident["id"])
    ]
    if rows:
        show_table(("at", "incident", "what"), sorted(rows, key=lambda row: row[0]))
    for incident in answer["incidents"]:
        click.echo(safe(_summary(incident)))
        for subscriber in incident.get("subscriber_ids", ()):
            click.echo(f"    {safe(subscriber)}")
    click.echo()


def _headline(answer: dict[str, Any]) -> str:
    counts = (
        (len(answer["incidents"]), "incident"),
        (len(answer["alerts"]), "alert"),
        (len(answer["notices"]), "notice"),
        (answer["accounting"]["signals"], "alarm"),
    )
    said = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts)
    return f"{answer['tape']}: {said}"


def _summary(incident: dict[str, Any]) -> str:
    also = f" (or {', '.join(incident['also_possible'])})" if incident["also_possible"] else ""
    return (
        f"{incident['id']}: {incident['kind']}, {incident['cause']}, "
        f"{' and '.join(incident['root_cause'])}{also}; "
        f"{incident['subscribers']} without service at the worst; "
        f"because {incident['because']}; against: {incident['against']}"
    )
