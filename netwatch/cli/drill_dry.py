"""A drill without anybody: what would be decided and said, as fast as one likes."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from netwatch.cli.door import me, now, settings_of, zone_of
from netwatch.cli.output import Stop, config_path, emit, safe, talk
from netwatch.inventory.near import did_you_mean

if TYPE_CHECKING:
    from netwatch.model.drills import Scenario
    from netwatch.rules import Rulebook

DRY: Final = "DRILL-0"
MAX: Final = "max"
FASTEST: Final = 100_000.0
HERE: Final = Path("inventory")
RULES_HERE: Final = Path("rules")


def dry_run(scenario: str, at: str, speed: str, *, as_json: bool, config: Path | None) -> None:
    """Play a scenario through the pipeline, with nobody told; print how it went.

    Raises:
        Stop: there is no such scenario or place, or the files cannot be used.
    """
    from netwatch.model.facts import NoticeDue  # noqa: PLC0415 - slow to load
    from netwatch.service.drill.course import course_of  # noqa: PLC0415
    from netwatch.service.drill.dry import rehearsed  # noqa: PLC0415
    from netwatch.service.drill.field import Field  # noqa: PLC0415
    from netwatch.service.drill.life import named  # noqa: PLC0415
    from netwatch.service.judgement import stage_rules  # noqa: PLC0415
    from netwatch.service.replay_words import files_of  # noqa: PLC0415
    from netwatch.views.drill_score import Head, score, trend  # noqa: PLC0415

    reached = _pace(speed)
    settings, here = settings_of(config), config_path(config) is None
    inventory = HERE if here and HERE.is_dir() else None
    rules_here = RULES_HERE if here and RULES_HERE.is_dir() else None
    files = files_of(settings, inventory, rules_here)
    rules = named(stage_rules(settings, files, every_channel=here), DRY)
    course = course_of(_scenario(scenario, files.rulebook), Field(files.network, rules), at)
    began = now().replace(microsecond=0)
    head = Head(
        drill=DRY,
        scenario=course.scenario.id,
        title=course.scenario.title,
        at=course.at,
        by=me(),
        began=began,
        faults=tuple(began + after for after in course.falls()),
        injects=tuple(str(one.kind) for one in course.scenario.injects),
        alerted=rules.response.staff,
        ended=began + course.scenario.lasts,
        people={one.id: one.people for one in rules.response.people.roles.values()},
    )
    facts = []
    for fact in rehearsed(course, began, reached):
        facts.append(fact)
        if isinstance(fact, NoticeDue) and not as_json:
            whom = ", ".join(fact.recipients[:3])
            said = f"{fact.audience} by {fact.channel}: {fact.purpose} {fact.phase} to {whom}"
            talk(safe(f"{fact.at:%H:%M:%S} {said}"))
    answer: dict[str, Any] = {**score(head, facts), "dry": True, "decided": len(facts)}
    answer |= {"trend": trend(answer, []), "sent": 0}
    zone = zone_of(config)

    def human() -> None:
        from netwatch.cli.drill import print_report  # noqa: PLC0415

        print_report(answer, zone)
        click.echo("A dry run: nobody was told, so nobody could answer or do a task.")

    emit(answer, as_json, human)


def _scenario(name: str, book: "Rulebook") -> "Scenario":
    if ".json:" in name:
        from netwatch.rules.schemas_drills import DrillEntry  # noqa: PLC0415
        from netwatch.service.drill.stories import StoryError, story_of  # noqa: PLC0415

        try:
            return DrillEntry.model_validate(story_of(name)).scenario()
        except StoryError as fault:
            raise Stop(str(fault)) from None
    found = book.drills.get(name)
    if found is None:
        near = did_you_mean(name, book.drills, f"there are: {' '.join(book.drills)}")
        raise Stop(f"there is no drill {name!r}; {near}")
    return found


def _pace(speed: str) -> Callable[[datetime], None]:
    """Return what is called with each second of the drill."""
    if speed == MAX:
        return lambda _at: None
    try:
        factor = float(speed)
    except ValueError:
        factor = 0.0
    if not 0 < factor <= FASTEST:
        raise Stop(f"{speed!r} is no speed; write max, or how many times faster: 60")
    began: list[tuple[float, datetime]] = []

    def reached(at: datetime) -> None:
        if not began:
            began.append((time.monotonic(), at))
        start_s, first = began[0]
        left_s = (at - first).total_seconds() / factor - (time.monotonic() - start_s)
        if left_s > 0:
            time.sleep(left_s)

    return reached
