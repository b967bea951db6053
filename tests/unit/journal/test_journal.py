"""The book of facts: in order, all or none, and never silently wrong."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netwatch.journal.codec import decode
from netwatch.journal.copies import JournalCorruptError
from netwatch.journal.journal import Journal, move_aside
from netwatch.journal.migrations import STEPS
from netwatch.model.facts import AlarmCleared, Fact, IncidentMerged, IncidentNoted
from netwatch.model.faults import JournalFullError, JournalTooNewError, NetwatchError
from netwatch.model.names import CheckName, DeviceId, IncidentId

NIGHT = datetime(2026, 1, 17, 3, tzinfo=UTC)


def cleared(number: int) -> Fact:
    at = NIGHT + timedelta(seconds=number)
    return AlarmCleared(at=at, device=DeviceId(f"sw-{number}"), check=CheckName("icmp"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    book = Journal.open(path)
    yield book
    book.close()


def test_a_commit_is_on_the_disk_before_it_is_one(journal: Journal) -> None:
    (mode,) = journal._db.execute("PRAGMA journal_mode").fetchone()
    (synchronous,) = journal._db.execute("PRAGMA synchronous").fetchone()
    assert (mode, synchronous) == ("wal", 2)


def test_facts_come_back_in_the_order_in_which_they_were_decided(journal: Journal) -> None:
    assert journal.append([cleared(1), cleared(2)]) == 2
    assert journal.append([]) == 2
    assert journal.append([cleared(3)]) == 3
    assert list(journal.read()) == [(1, cleared(1)), (2, cleared(2)), (3, cleared(3))]
    assert list(journal.read(after=1, limit=1)) == [(2, cleared(2))]
    assert list(journal.read_these([3, 1])) == [(1, cleared(1)), (3, cleared(3))]
    assert journal.last_at() == cleared(3).at.isoformat()


def test_what_was_appended_is_there_after_a_new_opening(path: Path) -> None:
    book = Journal.open(path)
    book.append([cleared(1)])
    book.close()
    again = Journal.open(path)
    assert [fact for _, fact in again.read()] == [cleared(1)]
    again.close()


def test_all_facts_of_one_append_are_written_or_none(path: Path) -> None:
    def crash(name: str) -> None:
        if name == "journal.written":
            raise KeyboardInterrupt

    book = Journal.open(path, checkpoint=crash)
    with pytest.raises(KeyboardInterrupt):
        book.append([cleared(1), cleared(2)])
    assert list(book.read()) == []
    book.close()


def test_the_newest_snapshot_is_the_one_that_counts_and_few_are_kept(journal: Journal) -> None:
    assert journal.latest_snapshot() is None
    for number in range(1, 7):
        journal.append([cleared(number)])
        journal.snapshot(number, {"number": number})
    assert journal.latest_snapshot() == (6, {"number": 6})
    (kept,) = journal._db.execute("SELECT count(*) FROM snapshot").fetchone()
    assert kept == 3


def test_a_reader_beside_the_writer_sees_what_was_committed_and_cannot_write(
    journal: Journal,
) -> None:
    reader = journal.reader()
    journal.append([cleared(1)])
    assert [seq for seq, _ in reader.read()] == [1]
    with pytest.raises(Exception, match=r"readonly|cannot be written"):
        reader.append([cleared(2)])
    reader.close()


def test_a_full_disk_is_told_by_name_and_nothing_is_half_written(journal: Journal) -> None:
    (pages,) = journal._db.execute("PRAGMA page_count").fetchone()
    journal._db.execute(f"PRAGMA max_page_count = {pages}")
    note = IncidentNoted(at=NIGHT, incident=IncidentId("I-1"), by="ewa", text="x" * 20000)
    with pytest.raises(JournalFullError, match="no room"):
        journal.append([cleared(1), note])
    assert list(journal.read()) == []
    journal._db.execute("PRAGMA max_page_count = 100000")
    assert journal.append([cleared(1), note]) == 2


def test_a_journal_of_a_newer_netwatch_is_left_alone(path: Path) -> None:
    Journal.open(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    before = path.read_bytes()
    with pytest.raises(JournalTooNewError, match="install the newer netwatch again"):
        Journal.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", range(1, len(STEPS)))
def test_every_older_shape_is_brought_up_with_its_facts_and_a_backup(
    path: Path, version: int
) -> None:
    path.parent.mkdir()
    db = sqlite3.connect(path)
    for step in STEPS[:version]:
        db.executescript(step)
    db.execute(f"PRAGMA user_version = {version}")
    db.execute(
        "INSERT INTO fact (at, kind, subject, body) VALUES ('x', 'AlarmCleared', 'device:sw-1',"
        ' \'{"at":"2026-01-17T03:00:01+00:00","device":"sw-1","check":"icmp"}\')'
    )
    db.commit()
    db.close()
    book = Journal.open(path)
    assert [fact for _, fact in book.read()] == [cleared(1)]
    book.close()
    backup = path.with_name(f"journal.db.before-{len(STEPS)}")
    old = sqlite3.connect(backup)
    assert old.execute("PRAGMA user_version").fetchone() == (version,)
    assert old.execute("SELECT count(*) FROM fact").fetchone() == (1,)
    old.close()


def test_damaged_bytes_are_noticed_and_moved_aside(path: Path) -> None:
    book = Journal.open(path)
    book.append(cleared(number) for number in range(2000))
    book.close()
    raw = bytearray(path.read_bytes())
    raw[4096:8192] = b"\xff" * 4096
    path.write_bytes(raw)
    with pytest.raises(JournalCorruptError, match="damaged"):
        Journal.open(path)
    aside = move_aside(path)
    assert aside.exists()
    assert not path.exists()
    fresh = Journal.open(path)
    assert fresh.last_seq() == 0
    fresh.close()


def test_a_file_that_never_was_a_journal_is_noticed(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database at all" * 500)
    with pytest.raises(JournalCorruptError):
        Journal.open(path)


def test_starting_needs_no_more_than_the_snapshot_and_what_came_after(journal: Journal) -> None:
    journal.append(cleared(number) for number in range(100))
    journal.snapshot(98, {"so": "far"})
    snapshot = journal.latest_snapshot()
    assert snapshot is not None
    assert [seq for seq, _ in journal.read(after=snapshot.seq)] == [99, 100]


def test_one_incident_is_read_without_reading_the_others(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def note(name: str) -> IncidentNoted:
        return IncidentNoted(at=NIGHT, incident=IncidentId(name), by="ewa", text=name)

    def merged(name: str, into: str) -> IncidentMerged:
        return IncidentMerged(at=NIGHT, incident=IncidentId(name), into=IncidentId(into))

    others = [note(f"I-{number}") for number in range(100, 400)]
    told = [note("I-1"), note("I-2"), merged("I-2", "I-1"), note("I-1"), merged("I-8", "I-9")]
    journal.append([*others, *told, *others])
    decoded: list[str] = []
    monkeypatch.setattr(
        "netwatch.journal.journal.decode", lambda *row: decoded.append(row[0]) or decode(*row)
    )

    assert [fact for _, fact in journal.about(IncidentId("I-2"))] == told[:4]
    assert [fact for _, fact in journal.about(IncidentId("I-1"))] == [told[0], *told[2:4]]
    assert list(journal.about(IncidentId("I-77"))) == []
    assert len(decoded) == 3 * 2 + 4 + 3


def test_a_book_that_another_program_holds_is_waited_for_not_given_up(path: Path) -> None:
    book = Journal.open(path)
    book._db.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(JournalFullError, match="another program holds the journal"):
        book.append([cleared(1)])

    other.close()
    assert book.append([cleared(1)]) == 1
    book.close()


def test_a_fact_of_a_newer_netwatch_is_named_with_the_way_out(journal: Journal) -> None:
    journal.append([cleared(1)])
    journal._db.execute("UPDATE fact SET kind = 'IncidentSung'")
    with pytest.raises(NetwatchError, match=r"fact 1 .*IncidentSung(.|\n)*install that one again"):
        list(journal.read())


def test_a_place_where_no_book_can_lie_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(NetwatchError, match=r"state/journal\.db cannot be written"):
        Journal.open(tmp_path / "state" / "journal.db")
