"""What netwatch probe shows a person: one table for each kind of thing, states in words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import click

from netwatch.cli.output import safe
from netwatch.cli.tables import show_table

IDENTITY: Final = ("vendor", "model", "os", "version", "serial", "name", "descr", "profile", "kind")
NEVER_HEARD: Final = "-"
_MARKS: Final = {"ok": "ok", "warning": "! warning", "critical": "!! CRITICAL", "unknown": "?"}
_MOST_LINES: Final = 200
_FIT: Final = ("up", "dormant")


def show(document: Mapping[str, Any]) -> None:
    """Print the whole answer."""
    for key in IDENTITY:
        if document.get(key):
            click.echo(f"{key:10} {safe(str(document[key]))}{_why(document, key)}")
    if document["uptime_s"] is not None:
        click.echo(f"{'up for':10} {_duration(document['uptime_s'])}")
    if document["sessions"] is not None:
        click.echo(f"{'sessions':10} {document['sessions']}")
    _interfaces(document["interfaces"])
    if document["interfaces_left_out"]:
        click.echo("It has an interface for each session; these are not read.")
    _sensors(document["sensors"])
    _idle(document.get("idle", ()))
    _onus(document["onus"])
    _neighbours(document["neighbours"])
    _not_understood(document)


def _why(document: Mapping[str, Any], key: str) -> str:
    why = document.get("explained", {}).get(key)
    return f"   [{safe(why)}]" if why else ""


def _interfaces(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    states = Counter(row["oper"] or "not told" for row in rows)
    _heading("interfaces", len(rows), states)
    up = [row for row in rows if row["oper"] in _FIT]
    _table(
        ("port", "index", "state", "speed", "alias"),
        (
            (row["part"], str(row["index"]), row["oper"], _speed(row["speed_bps"]), row["alias"])
            for row in up
        ),
        len(up),
    )
    if len(up) < len(rows):
        click.echo(f"and {len(rows) - len(up)} that are not up; --json has them all")


def _sensors(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    _heading("sensors", len(rows), Counter(r["state"] for r in rows if "state" in r))
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["check"], []).append(row)
    explained = any("rule" in row for row in rows)
    _table(
        ("check", "what", "reading", "rule" if explained else ""),
        (
            (check, row["part"] or NEVER_HEARD, _reading(row), row.get("rule", ""))
            for check in sorted(groups)
            for row in groups[check]
        ),
        len(rows),
    )


def _idle(rows: Sequence[Mapping[str, str]]) -> None:
    """Print the rules of a family that found nothing, and why: only where a person asked why."""
    if rows:
        click.echo(f"\nrules of this family that found nothing ({len(rows)})")
    for row in rows:
        click.echo(f"  {safe(row['rule'])}: {safe(row['why'])}")


def _onus(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    _heading("ONUs", len(rows), Counter(row["state"] or "not told" for row in rows))
    _table(
        ("ONU", "serial", "state", "rx dBm", "at OLT", "metres", "last down"),
        (
            (
                row["part"],
                row["serial"] or NEVER_HEARD,
                row["state"] or "not told",
                *(_number(row.get(key)) for key in ("rx_dbm", "olt_rx_dbm", "distance_m")),
                row.get("last_down") or "",
            )
            for row in sorted(rows, key=lambda row: row["state"] == "online")
        ),
        len(rows),
    )


def _neighbours(rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        _heading("neighbours", len(rows), {})
        _table(
            ("port", "device", "its port", "heard by"),
            (tuple(str(row[k] or "") for k in ("part", "device", "port", "by")) for row in rows),
            len(rows),
        )


def _not_understood(document: Mapping[str, Any]) -> None:
    trees = document["not_understood"]
    if trees:
        click.echo(f"\nnot understood ({len(trees)})")
        for oid in trees:
            click.echo(f"  {oid}")
        click.echo("Teach netwatch this family: docs/how-to/profiles.md;")
        click.echo("--raw FILE writes all that it has, to teach it from.")
    if document["asked"]["varbinds"] and not document["whole"]:
        click.echo("\nCut short: the time was over before everything was asked.")


def _heading(title: str, count: int, states: Mapping[str, int]) -> None:
    told = ", ".join(f"{number} {state}" for state, number in states.items())
    click.echo(f"\n{title} ({count}{': ' + told if told else ''})")


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]], count: int) -> None:
    if not count:
        return
    shown = [row for row, _ in zip(rows, range(_MOST_LINES), strict=False)]
    show_table(headings, shown)
    if count > len(shown):
        click.echo(f"and {count - len(shown)} more: see --json")


def _reading(row: Mapping[str, Any]) -> str:
    if "state" in row:
        return _MARKS.get(row["state"], str(row["state"]))
    return f"{row['value']:g} {'' if row['unit'] == '1' else row['unit']}".strip()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _speed(bps: int | None) -> str:
    for unit, size in (("Gbit/s", 10**9), ("Mbit/s", 10**6)):
        if bps and bps >= size:
            return f"{bps / size:g} {unit}"
    return "" if not bps else f"{bps} bit/s"


def _duration(seconds: int) -> str:
    days, rest = divmod(seconds, 86400)
    return f"{days} d {rest // 3600} h {rest % 3600 // 60} min"
