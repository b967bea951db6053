"""netwatch places: who hangs where, by which word, and what a person must say."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from netwatch.cli.door import door_of, me, now, settings_of
from netwatch.cli.output import (
    NotFoundOut,
    Refused,
    Stop,
    config_option,
    config_path,
    emit,
    json_option,
    safe,
    talk,
)

if TYPE_CHECKING:
    from netwatch.inventory.places.evidence import Spot
    from netwatch.inventory.places.place import Place
    from netwatch.service.placing import Night, Standing

_SHOWN: Final = 20
_LACKS: Final = {
    "gear": "on gear that a source names and the inventory lacks",
    "parent": "behind gear that no link leads to: no fault above it is ever theirs",
    "unasked": "on gear that nothing asks: it never falls silent",
    "words": "in areas without a name: a notice would say an id",
    "area": "placed, without area or address: a notice cannot say where",
    "address": "with neither device nor address: no notice is ever theirs",
}
"""What each missing record means, by ``Lack``."""


@click.group()
def places() -> None:
    """Say who hangs where: sources joined, differences, what is not placed."""


@places.command()
@click.option(
    "--extract",
    "extracts",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Take this extract (JSON) instead of reading the sources; may be given several times.",
)
@click.option(
    "--sightings",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What the network shows (JSON); else what was kept the last time.",
)
@click.option("--kept", is_flag=True, help="Take what sources and network said the last time.")
@click.option("--no-look", is_flag=True, help="Do not ask OLTs and switches for their tables.")
@click.option("--dry-run", is_flag=True, help="Show what would change and keep nothing.")
@config_option
@json_option
@click.pass_context
def reconcile(  # noqa: PLR0917 (one for each option)
    ctx: click.Context,
    extracts: tuple[Path, ...],
    sightings: Path | None,
    kept: bool,
    no_look: bool,
    dry_run: bool,
    config: Path | None,
    as_json: bool,
) -> None:
    r"""Read all sources, look at the network, join the two, take what is small and sure.

    The rest becomes questions. A source that is not read whole changes nothing: exit code 3, and
    its lines stay as they were. What is taken comes into force with: netwatch reload

    \b
    Examples:
        netwatch places reconcile
        netwatch places reconcile --dry-run --json
    """
    from netwatch.inventory.places.store import read_extract, read_sightings  # noqa: PLC0415
    from netwatch.service.placing import run_reconcile  # noqa: PLC0415 - --help stays quick

    night = _carefully(
        lambda: run_reconcile(
            settings_of(config),
            config_path(config),
            now(),
            extracts=[read_extract(path) for path in extracts] or None,
            sightings=read_sightings(sightings) if sightings else None,
            kept=kept,
            look=not no_look,
            keep=not dry_run,
            decided=door_of(config).facts,
            tell=lambda text: talk(f"{safe(text)} ..."),
        )
    )
    emit(_night(night), as_json, lambda: _show_night(night))
    for fault in night.failed:
        talk(safe(str(fault).replace("\n", ":")))
    if night.outcome.changes and not dry_run:
        talk("bring it into force with: netwatch reload")
    if night.failed:
        ctx.exit(NotFoundOut.exit_code)


@places.command()
@config_option
@json_option
def show(config: Path | None, as_json: bool) -> None:
    r"""Say how many are placed, what is asked, what is doubted, and what missing records cost.

    \b
    Example:
        netwatch places show
    """
    from netwatch.service.placing import standing  # noqa: PLC0415 - --help stays quick

    held = _carefully(lambda: standing(settings_of(config)))
    emit(_standing(held), as_json, lambda: _show_standing(held))


@places.command()
@config_option
@json_option
def coverage(config: Path | None, as_json: bool) -> None:
    r"""Say how many would be told, by which record, and how many each missing one costs.

    Counts the inventory with the places joined into it; nothing is asked of sources or network.

    \b
    Example:
        netwatch places coverage --json
    """
    from netwatch.service.placing import standing  # noqa: PLC0415 - --help stays quick

    held = _carefully(lambda: standing(settings_of(config)))
    emit(_coverage(held), as_json, lambda: _show_coverage(held))


@places.command()
@click.argument("question")
@click.argument("answer")
@config_option
@json_option
def answer(question: str, answer: str, config: Path | None, as_json: bool) -> None:
    r"""Answer QUESTION, a number or id from `netwatch places show`; all its lines follow.

    \b
    Examples:
        netwatch places answer 1 olt-polna
        netwatch places answer "differ|mac|record" mac
    """
    from netwatch.service.placing import run_reconcile, take_answer  # noqa: PLC0415

    settings = settings_of(config)
    asked = _carefully(lambda: take_answer(settings, question, answer, me(), now()))
    talk(f"{asked.id}: {answer} is written down; joining anew ...")
    night = _carefully(
        lambda: run_reconcile(settings, config_path(config), now(), kept=True, by=me())
    )
    changes, left = len(night.outcome.changes), len(night.outcome.questions)
    told = {"question": asked.id, "answer": answer, "changes": changes, "questions": left}
    emit(told, as_json, lambda: click.echo(f"{changes} lines changed, {left} questions left"))
    if changes:
        talk("bring it into force with: netwatch reload")


@places.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@config_option
def export(directory: Path, config: Path | None) -> None:
    r"""Write the derived places as inventory files (YAML, CSV) into DIRECTORY, which must be empty.

    For another tool, or to take them into the inventory for good. No contacts are written.

    \b
    Example:
        netwatch places export /tmp/places
    """
    from netwatch.inventory.places.export import write_export  # noqa: PLC0415
    from netwatch.inventory.reader import read_inventory  # noqa: PLC0415
    from netwatch.service.placing import standing  # noqa: PLC0415

    settings = settings_of(config)
    if directory.exists() and any(directory.iterdir()):
        raise Refused(f"{directory} is not empty; name a new directory")
    held = _carefully(lambda: standing(settings))
    written = read_inventory(settings.inventory).network
    files = write_export(directory, held.spread.network, written)
    for path in files:
        click.echo(str(path))


def _carefully(call: Any) -> Any:
    from netwatch.inventory.places.records import SourceError  # noqa: PLC0415
    from netwatch.service.placing import PlacesError  # noqa: PLC0415

    try:
        return call()
    except SourceError as fault:
        raise NotFoundOut(str(fault)) from None
    except PlacesError as fault:
        raise Stop(str(fault)) from None
    except OSError as fault:
        raise NotFoundOut(f"the state cannot be used: {fault.strerror}") from None


def _coverage(held: "Standing") -> dict[str, Any]:
    told = held.coverage
    return {
        "subscribers": told.subscribers,
        "placed": told.placed,
        "by_area": told.by_area,
        "by_street": told.by_street,
        "not_placed": told.not_placed,
        "suspended": sum(one.suspended for one in held.places),
        "costs": {what.value: people for what, people in told.costs().items()},
        "missing": [
            {"what": one.what.value, "element": one.element, "people": one.people}
            for one in told.missing
        ],
    }


def _standing(held: "Standing") -> dict[str, Any]:
    return {
        **_coverage(held),
        "questions": [
            {
                "id": one.id,
                "owner": one.owner.value,
                "text": one.text,
                "lines": one.lines,
                "answers": list(one.answers),
                "examples": list(one.examples),
            }
            for one in held.questions
        ],
        "doubts": [_doubt(one) for one in _doubted(held)]
        + [
            {
                "subscriber": one.subscriber,
                "device": one.written,
                "doubts": ["inventory"],
                "against": [{"witness": "places", "device": one.derived}],
            }
            for one in held.spread.conflicts
        ],
    }


def _doubted(held: "Standing") -> list["Place"]:
    return [place for place in held.places if place.doubts and not place.suspended]


def _doubt(place: "Place") -> dict[str, Any]:
    return {
        "subscriber": place.subscriber,
        "source": place.source,
        "line": place.line,
        **_spot(place.spot),
        "permille": place.permille,
        "doubts": [one.value for one in place.doubts],
        "witnesses": [one.value for one in place.witnesses],
        "against": [{"witness": one.witness.value, **_spot(one.spot)} for one in place.against],
    }


def _spot(spot: "Spot | None") -> dict[str, Any]:
    if spot is None:
        return {"device": None, "port": None, "serial": None}
    return {"device": spot.device, "port": spot.port or None, "serial": spot.serial or None}


def _night(night: "Night") -> dict[str, Any]:
    changes = [
        {
            "kind": one.kind.value,
            "source": one.source,
            "line": one.line,
            "subscriber": one.subscriber,
            "before": None if one.before is None else _spot(one.before),
            "after": None if one.after is None else _spot(one.after),
        }
        for one in night.outcome.changes
    ]
    held = _standing(night.standing)
    del held["doubts"]
    return {
        "changes": changes,
        **held,
        "failed": [{"source": one.source, "wrong": one.wrong} for one in night.failed],
    }


def _show_night(night: "Night") -> None:
    from collections import Counter  # noqa: PLC0415 - only here

    kinds = Counter(one.kind.value for one in night.outcome.changes)
    click.echo(", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items())) or "nothing changed")
    _show_counts(night.standing)
    _show_questions(night.standing)


def _show_standing(held: "Standing") -> None:
    from collections import Counter  # noqa: PLC0415 - only here

    _show_counts(held)
    _show_questions(held)
    doubts = Counter(doubt.value for place in _doubted(held) for doubt in place.doubts)
    for doubt, count in doubts.most_common():
        click.echo(f"doubted, {doubt}: {count} lines")
    if held.spread.conflicts:
        click.echo(f"the inventory says otherwise: {len(held.spread.conflicts)} subscribers")
    _show_missing(held)


def _show_coverage(held: "Standing") -> None:
    _show_counts(held)
    if held.coverage.by_street:
        click.echo(f"{held.coverage.by_street} of those not placed find their street in a notice")
    for what, people in held.coverage.costs().items():
        if people:
            click.echo(f"{people} people: {_LACKS[what]}")
    _show_missing(held)


def _show_missing(held: "Standing") -> None:
    missing = held.coverage.missing
    for one in missing[:_SHOWN]:
        click.echo(safe(f"missing, {one.what}: {one.element}: {one.people} people"))
    if len(missing) > _SHOWN:
        click.echo(f"... and {len(missing) - _SHOWN} more, in --json")


def _show_counts(held: "Standing") -> None:
    told = held.coverage
    click.echo(
        f"{told.placed} of {told.subscribers} placed, {told.by_area} by area only, "
        f"{told.not_placed} not placed"
    )
    suspended = sum(one.suspended for one in held.places)
    if suspended:
        click.echo(f"{suspended} lines suspended: they keep their place and are told nothing")


def _show_questions(held: "Standing") -> None:
    for number, one in enumerate(held.questions, 1):
        click.echo(safe(f"{number}. [{one.owner}, {one.lines} lines] {one.text}"))
        click.echo(safe(f"   netwatch places answer {number} {'|'.join(one.answers)}"))
