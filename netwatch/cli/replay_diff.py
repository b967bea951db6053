"""netwatch replay --diff-rules: the same tape under two sets of rules."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netwatch.cli.output import as_line, safe

if TYPE_CHECKING:
    from netwatch.service.replay import Replayed

Answer = dict[str, Any]
Play = Callable[[Path], "Replayed"]


def compare(
    tape: Path, before: Play, after: Play, names: tuple[str, str], *, as_json: bool
) -> None:
    """Play a tape under both sets of rules and print what the second would have changed.

    Args:
        tape: what is played.
        before: plays it under the rules in force.
        after: plays it under the others.
        names: of the two, as the person named them.
        as_json: as one document.
    """
    from netwatch.views.differences import Lived, differences  # noqa: PLC0415 - `--help` stays quick

    old, new = before(tape), after(tape)
    found = differences(Lived(old.facts, old.board), Lived(new.facts, new.board))
    answer = {
        "tape": tape.name,
        "rules": dict(zip(("before", "after"), names, strict=True)),
        **found,
    }
    if as_json:
        click.echo(as_line(answer))
        return
    for line in _lines(answer):
        click.echo(safe(line))
    click.echo()


def _lines(answer: Answer) -> list[str]:
    rules = answer["rules"]
    rows = answer["incidents"]
    head = f"{answer['tape']}: {rules['after']} instead of {rules['before']}: "
    if not rows:
        return [f"{head}the same {answer['unchanged']} incidents, told at the same time"]
    differ = "1 incident differs" if len(rows) == 1 else f"{len(rows)} incidents differ"
    lines = [f"{head}{differ}, {answer['unchanged']} do not"]
    for row in rows:
        lines += _incident(row)
    lines.append(f"first notice: {_moments(answer['first_notice'])}")
    for audience, count in answer["messages"]["before"].items():
        now = answer["messages"]["after"][audience]
        if count or now:
            lines.append(f"messages to {audience}: {count}, then {now}")
    for what, people in (("no longer told", "missed"), ("told besides", "reached")):
        if answer[people]:
            lines.append(f"{what}: {len(answer[people])} subscribers")
    return lines


def _incident(row: Answer) -> list[str]:
    one = row["before"] or row["after"]
    what = f"{one['kind']}, {one['cause']}, {' and '.join(one['root_cause'])}"
    who = f"{one['subscribers']} subscribers"
    lines = [f"{row['change']}: {one['id']} ({what}, {who})"]
    for name in row["fields"]:
        was, now = row["before"][name], row["after"][name]
        if isinstance(was, list):
            was, now = (", ".join(value) or "none" for value in (was, now))
        lines.append(f"    {name}: {was}, then {now}")
    if row["first_notice"]["before"] != row["first_notice"]["after"]:
        lines.append(f"    first notice: {_moments(row['first_notice'])}")
    return lines


def _moments(moments: Answer) -> str:
    was, now = moments["before"] or "none", moments["after"] or "none"
    later = moments["later_s"]
    if was == now:
        return f"{was}, the same"
    by = f" ({abs(later):.0f} s {'later' if later > 0 else 'sooner'})" if later else ""
    return f"{was}, then {now}{by}"
