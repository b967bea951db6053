"""Traps that makers define in pairs raise and clear one and the same check."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from netwatch.pollers.unasked.trap_files import State
from netwatch.pollers.unasked.trap_table import shipped_traps

Row = Mapping[str, str]
SOUND = {"pair", "read by hand"}
LEAST = 0.99
LEAST_KNOWN = 0.995


def rows(shared_data: Path) -> list[Row]:
    with (shared_data / "traps" / "traps.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pairs(every: list[Row]) -> Iterator[tuple[Row, Row]]:
    """Yield each raise with its clear, where the file is sure of both."""
    named = {(row["mib"], row["name"]): row for row in every}
    for row in every:
        other = named.get((row["mib"], row["pairs_with"]))
        if row["state"] == "raise" and row["state_basis"] in SOUND and other is not None:
            yield row, other


def one_check(raised: Row, cleared: Row) -> bool:
    table = shipped_traps()
    begins, ends = table.meant(raised["trap_oid"]), table.meant(cleared["trap_oid"])
    if begins is None or ends is None:
        return False
    same = (begins.check, begins.condition, begins.on) == (ends.check, ends.condition, ends.on)
    return same and begins.state is State.RAISE and ends.state is State.CLEAR


def test_pairs_raise_and_clear_one_check(shared_data: Path) -> None:
    every = list(pairs(rows(shared_data)))
    wrong = [raised["name"] for raised, cleared in every if not one_check(raised, cleared)]

    assert len(every) > 100
    assert len(wrong) <= len(every) * (1 - LEAST), wrong


def test_nearly_every_trap_is_known(shared_data: Path) -> None:
    every = rows(shared_data)
    unknown = [row["name"] for row in every if shipped_traps().find(row["trap_oid"]) is None]

    assert len(unknown) <= len(every) * (1 - LEAST_KNOWN), unknown


def test_what_is_told_by_a_varbind_is_not_taken_for_an_alarm(shared_data: Path) -> None:
    by_varbind = [row for row in rows(shared_data) if row["state"].startswith("stateful")]
    found = [shipped_traps().find(row["trap_oid"]) for row in by_varbind]
    sure = [entry.name for entry in found if entry is not None and entry.says is State.RAISE]

    assert len(sure) <= len(by_varbind) * 0.15, sure
