"""Places are on the disk whole, private, and readable again."""

from pathlib import Path

import pytest

from netwatch.inventory.places.reconcile import Reconciled
from netwatch.inventory.places.store import Answer, PlaceStore, read_extract
from netwatch.model.faults import ConfigError
from tests.unit.inventory.places.test_reconcile import FIRST, LINES
from tests.unit.inventory.places.town import NIGHT, said


def test_what_was_kept_is_read_back(tmp_path: Path) -> None:
    store = PlaceStore(tmp_path)
    assert store.places() == store.questions() == store.answers() == store.changes() == ()

    store.keep(FIRST, NIGHT)
    store.keep(Reconciled(places=FIRST.places, changes=(), questions=()), NIGHT)

    assert store.places() == FIRST.places
    assert [one.change for one in store.changes()] == list(FIRST.changes)
    assert store.file.stat().st_mode & 0o077 == 0


def test_an_append_torn_by_a_power_cut_costs_only_itself(tmp_path: Path) -> None:
    store = PlaceStore(tmp_path)
    one = Answer(question="q", answer="yes", by="ewa", at=NIGHT)
    store.answer(one)
    path = store.folder / "answers.jsonl"
    path.write_bytes(path.read_bytes() + b'{"question":"x","ans')

    assert store.answers() == (one,)


def test_a_damaged_file_of_places_is_told_with_its_line_and_without_its_words(
    tmp_path: Path,
) -> None:
    store = PlaceStore(tmp_path)
    store.keep(FIRST, NIGHT)
    lines = store.file.read_text().splitlines()
    lines[6] = lines[6][:-9]
    store.file.write_text("\n".join(lines) + "\n")

    with pytest.raises(ConfigError, match=r"places\.jsonl:7:1") as fault:
        store.places()

    assert "Polna" not in str(fault.value)


def test_rubbish_for_an_extract_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "extract.json"
    path.write_text('{"source": "x", "lines": [{"key": 1}')
    with pytest.raises(ConfigError, match="nothing of it was used"):
        read_extract(path)
    assert said(*LINES).lines


def test_two_never_change_places_at_a_time(tmp_path: Path) -> None:
    with PlaceStore(tmp_path).alone() as first, PlaceStore(tmp_path).alone() as second:
        assert (first, second) == (True, False)
    with PlaceStore(tmp_path).alone() as again:
        assert again
