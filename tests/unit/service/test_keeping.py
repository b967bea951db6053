"""A journal that is damaged, or gone, is replaced, told of, and no number is given twice."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netwatch.delivery.channels import no_checkpoint
from netwatch.journal.journal import Journal
from netwatch.journal.numbers import numbers_path, read_spent
from netwatch.model.arrivals import Started, Trouble
from netwatch.model.evidence import Proof
from netwatch.model.facts import (
    Cause,
    Diagnosis,
    Fact,
    IncidentKind,
    IncidentNoted,
    IncidentOpened,
    NoticeDue,
    ServiceStarted,
    keys_of,
)
from netwatch.model.faults import JournalFullError
from netwatch.model.names import IncidentId
from netwatch.model.network import Network
from netwatch.pipeline import Pipeline, StageRules
from netwatch.service import keeping
from netwatch.service.keeping import GAP, Copies, copy_path, open_journal

NIGHT = datetime(2026, 1, 17, 3, tzinfo=UTC)


def opened(number: int) -> Fact:
    return IncidentOpened(
        at=NIGHT,
        incident=IncidentId(f"I-{number}"),
        since=NIGHT,
        diagnosis=Diagnosis(
            kind=IncidentKind.OUTAGE,
            cause=Cause.UNKNOWN,
            root_cause=(),
            confidence=0.5,
            proof=Proof(silent=1, asked=1, answering=0),
        ),
    )


def noted(text: str = "") -> Fact:
    return IncidentNoted(at=NIGHT, incident=IncidentId("I-2"), by="ewa", text=text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a journal of seventeen incidents whose copy knows of the first two only."""
    path = tmp_path / "journal.db"
    with closing(Journal.open(path)) as book:
        book.append([opened(1), opened(2)])
        Copies(book)._copy()
        book.append(opened(number) for number in range(3, 18))
    return path


def spoil(path: Path, first: int = 100) -> None:
    raw = bytearray(path.read_bytes())
    raw[first : first + 5900] = b"\xa5" * 5900
    path.write_bytes(raw)


def numbers_after(spent: int) -> int:
    pipeline = Pipeline(Network(), StageRules())
    pipeline.evolve([opened(1), opened(2)])
    pipeline.advance(Started(at=NIGHT, version="1", numbers_spent=spent))
    return pipeline.correlation.decided.number


def test_a_sound_journal_gives_no_reason_to_skip_numbers(path: Path) -> None:
    found = open_journal(path, no_checkpoint)
    found.journal.close()

    assert (found.damage, found.numbers_spent) == ("", 0)
    assert numbers_after(0) == 2


def test_numbers_given_since_the_copy_was_made_are_not_given_again(path: Path) -> None:
    spoil(path)

    found = open_journal(path, no_checkpoint)
    found.journal.close()

    assert "damaged" in found.damage
    assert found.numbers_spent == 17 + GAP
    assert numbers_after(found.numbers_spent) == 17 + GAP


@pytest.mark.parametrize("note", [None, b"", b"\xff", b"-3", b"9" * 500])
def test_without_a_note_of_the_highest_number_the_copy_is_asked(
    path: Path, note: bytes | None
) -> None:
    numbers_path(path).unlink()
    if note is not None:
        numbers_path(path).write_bytes(note)
    spoil(path)

    found = open_journal(path, no_checkpoint)
    found.journal.close()

    assert found.numbers_spent == 2 + GAP


def test_a_fact_that_is_garbled_where_no_structure_is_hurt_is_damage_too(path: Path) -> None:
    raw = path.read_bytes().replace(b'"incident":"I-17"', b'"incident"\xff"I-17"')
    path.write_bytes(raw)

    found = open_journal(path, no_checkpoint)
    kept = [fact for _, fact in found.journal.read()]
    found.journal.close()

    assert "damaged" in found.damage
    assert kept == [opened(1), opened(2)]


def test_each_loss_of_a_journal_leaves_a_gap_of_its_own(path: Path) -> None:
    copy_path(path).unlink()
    for times in (1, 2, 3):
        path.unlink()
        found = open_journal(path, no_checkpoint)
        found.journal.append(
            [ServiceStarted(at=NIGHT, version="1", numbers_spent=found.numbers_spent)]
        )
        found.journal.close()
        assert found.numbers_spent == 17 + times * GAP


def test_a_trouble_told_before_the_loss_is_told_under_another_key_after_it() -> None:
    def keys(spent: int) -> list[str]:
        pipeline = Pipeline(Network(), StageRules())
        pipeline.advance(Started(at=NIGHT, version="1", numbers_spent=spent))
        trouble = Trouble(at=NIGHT, where="journal file", what="damaged")
        facts = pipeline.advance(trouble).facts
        return [key for due in facts if isinstance(due, NoticeDue) for key in keys_of(due)]

    assert keys(0)
    assert set(keys(0)).isdisjoint(keys(GAP))


def test_a_number_is_noted_before_the_book_holds_it_and_only_once(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    seen: list[int | None] = []

    def look(point: str) -> None:
        if point == "journal.written":
            seen.append(read_spent(path))

    with closing(Journal.open(path, checkpoint=look)) as book:
        book.append([opened(1), opened(2)])
        numbers_path(path).unlink()
        book.append([noted()])

    assert seen == [2, None]


def test_a_note_that_cannot_be_written_is_no_room_and_nothing_is_half_written(path: Path) -> None:
    numbers_path(path).with_name(f"{numbers_path(path).name}.new").mkdir()
    with closing(Journal.open(path)) as book:
        last = book.last_seq()
        with pytest.raises(JournalFullError, match="no room"):
            book.append([opened(18)])
        assert book.last_seq() == last


def test_a_journal_being_spoiled_does_not_take_the_place_of_its_sound_copy(path: Path) -> None:
    sound = copy_path(path).read_bytes()
    with closing(Journal.open(path)) as book:
        book.append(noted("x" * 3000) for _ in range(20))
    with closing(Journal.open(path)) as book:
        spoil(path, first=4096 * 6)

        with pytest.raises(OSError, match="was not copied"):
            Copies(book)._copy()

    assert copy_path(path).read_bytes() == sound


def test_that_no_copy_can_be_made_is_a_trouble_until_one_is(path: Path) -> None:
    unfinished = copy_path(path).with_name(f"{copy_path(path).name}.unfinished")
    unfinished.mkdir()
    with closing(Journal.open(path)) as book:
        copies = Copies(book)
        asyncio.run(_once(copies))
        assert "directory" in copies.trouble

        unfinished.rmdir()
        asyncio.run(_once(copies))
        assert copies.trouble == ""


async def _once(copies: Copies) -> None:
    with ThreadPoolExecutor(1) as thread:
        await copies.copy(thread)


def test_an_end_does_not_wait_for_a_copy_under_way(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(_copies: Copies) -> None:
        begun.set()
        may_end.wait(20)

    monkeypatch.setattr(keeping.Copies, "_copy", slow)

    async def ended() -> None:
        running = asyncio.create_task(Copies(book).run())
        await asyncio.to_thread(begun.wait)
        running.cancel()

    with closing(Journal.open(path)) as book:
        began = time.monotonic()
        asyncio.run(ended())
        took_s = time.monotonic() - began
        may_end.set()
    assert took_s < 10


def test_copies_are_for_our_eyes_alone_and_so_are_the_logs(path: Path) -> None:
    with closing(Journal.open(path)) as book:
        book.append([opened(18)])
        beside = [path.with_name(f"{path.name}{end}") for end in ("", "-wal", "-shm", ".hourly")]
        assert [oct(one.stat().st_mode & 0o777) for one in beside] == ["0o600"] * 4
