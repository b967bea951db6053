"""Places are on the disk whole, private, and readable again."""

from dataclasses import replace
from pathlib import Path

import pytest

from netwatch.inventory.places.disk import append_lines, replace_whole
from netwatch.inventory.places.reconcile import Reconciled
from netwatch.inventory.places.store import Answer, PlaceStore, as_json, digest_of, read_extract
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


@pytest.mark.parametrize("source", ["", "../../etc/x", "/etc/x", "a|b", "a\x1b[31m", "x" * 65])
def test_an_extract_is_called_by_a_name_that_is_safe_in_paths_and_questions(
    tmp_path: Path, source: str
) -> None:
    path = tmp_path / "said.json"
    path.write_bytes(as_json(replace(said(), source=source)))

    with pytest.raises(ConfigError, match="its source is no name"):
        read_extract(path)


def test_two_never_change_places_at_a_time(tmp_path: Path) -> None:
    with PlaceStore(tmp_path).alone() as first, PlaceStore(tmp_path).alone() as second:
        assert (first, second) == (True, False)
    with PlaceStore(tmp_path).alone() as again:
        assert again


def test_an_answer_after_a_torn_one_is_read(tmp_path: Path) -> None:
    store = PlaceStore(tmp_path)
    one = Answer(question="q", answer="yes", by="ewa", at=NIGHT)
    store.answer(one)
    path = store.folder / "answers.jsonl"
    path.write_bytes(path.read_bytes() + b'{"question":"x","ans')
    store.answer(one)
    assert store.answers() == (one, one)


def test_changes_whose_places_never_came_into_force_are_none(tmp_path: Path) -> None:
    store = PlaceStore(tmp_path)
    in_the_way = store.folder / ".places.jsonl.new"
    in_the_way.mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        store.keep(FIRST, NIGHT)  # the changes are written, the places are not
    assert (store.folder / "changes.jsonl").stat().st_size > 0
    assert (store.changes(), store.places()) == ((), ())

    in_the_way.rmdir()
    store.keep(FIRST, NIGHT)

    assert [one.change for one in store.changes()] == list(FIRST.changes)
    assert store.places() == FIRST.places


def test_changes_whose_places_came_into_force_before_a_power_cut_are_kept(tmp_path: Path) -> None:
    store = PlaceStore(tmp_path)
    in_the_way = store.folder / ".strays.jsonl.new"
    store.keep(FIRST, NIGHT)
    in_the_way.mkdir()
    fewer = Reconciled(places=FIRST.places[1:], changes=FIRST.changes[:1], questions=())
    pending = store.folder / "pending.json"
    before = (store.folder / "changes.jsonl").stat().st_size
    with pytest.raises(OSError, match="directory"):
        store.keep(fewer, NIGHT)
    pending.write_text(  # as it lies there until places are in force and it is taken away
        f'{{"size":{before},"before":{len(FIRST.changes)},"places":"{digest_of(store.file)}"}}\n'
    )
    assert len(store.changes()) == len(FIRST.changes) + 1

    in_the_way.rmdir()
    store.keep(Reconciled(places=FIRST.places[1:], changes=(), questions=()), NIGHT)
    assert len(store.changes()) == len(FIRST.changes) + 1
    assert not pending.exists()


def test_a_change_bears_who_answered_what_let_it_be_taken(tmp_path: Path) -> None:
    store = PlaceStore(tmp_path)
    asked = replace(FIRST.changes[0], question="gone|billing|x")
    outcome = Reconciled(places=(), changes=(asked, FIRST.changes[1]), questions=())
    store.keep(outcome, NIGHT, answered_by={"gone|billing|x": "ewa"})
    assert [one.by for one in store.changes()] == ["ewa", "netwatch"]


def test_no_link_put_in_the_folder_is_written_through(tmp_path: Path) -> None:
    foreign, folder = tmp_path / "foreign", tmp_path / "state"
    foreign.write_text("somebody else's\n")
    folder.mkdir()
    (folder / ".places.new").symlink_to(foreign)
    (folder / "log").symlink_to(foreign)

    with pytest.raises(OSError, match="symbolic links"):
        replace_whole(folder / "places", b"ours\n")
    with pytest.raises(OSError, match="symbolic links"):
        append_lines(folder / "log", b"ours\n")
    assert foreign.read_text() == "somebody else's\n"
