"""Lines that are missing from the places are missed, unless the last word on them let them go."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.inventory.places.reconcile import ChangeKind
from netwatch.inventory.places.store import PlaceStore
from netwatch.service.place_guard import lost_places
from tests.unit.inventory.places.test_reconcile import FIRST
from tests.unit.inventory.places.town import NIGHT


@pytest.mark.parametrize(
    ("kinds", "lost"),
    [
        ([ChangeKind.NEW], True),
        ([ChangeKind.NEW, ChangeKind.GONE], False),
        ([ChangeKind.GONE, ChangeKind.NEW], True),  # they had come back since
    ],
)
def test_only_the_last_word_on_a_line_lets_it_go(
    tmp_path: Path, kinds: list[ChangeKind], lost: bool
) -> None:
    store = PlaceStore(tmp_path)
    for day, kind in enumerate(kinds):
        changes = tuple(replace(one, kind=kind) for one in FIRST.changes)
        store.keep(replace(FIRST, changes=changes), NIGHT + timedelta(days=day))
    before = tmp_path / "before"
    before.write_bytes(store.file.read_bytes())
    store.file.write_bytes(b"".join(before.read_bytes().splitlines(keepends=True)[:100]))

    found = lost_places(tmp_path, before)

    assert (found is not None) == lost
