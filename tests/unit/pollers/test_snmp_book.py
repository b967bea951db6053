"""The engines that were met are known again after a restart, and a bad file is no harm."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netwatch.pollers.snmp.book import EngineBook
from netwatch.pollers.snmp.known import Known

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = bytes.fromhex("80001f8804a1b2c3d4")


def test_engines_are_known_again_with_their_clocks_moved_on(tmp_path: Path) -> None:
    book = EngineBook(tmp_path / "engines.json")
    book.meet("192.0.2.1", 161, Known(ONE, 5, 1000, 70.0))
    assert book.changed
    book.write(book.taken(), NOON, 100.0)
    assert not book.changed

    later = EngineBook(tmp_path / "engines.json")
    assert later.read(NOON + timedelta(hours=1), 7.0) == ""
    known = later.known("192.0.2.1", 161)
    assert known is not None
    assert known[:3] == (ONE, 5, 1000)
    assert known.at == pytest.approx(7.0 - 3630.0)
    assert (tmp_path / "engines.json").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["engines.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": 2, "engines": []}',
        '{"format": 1, "engines": [["a", 1, "80", 1, 1, "2026-03-01T12:00:00+00:00"]]}',
        '{"format": 1, "engines": [["a", 1, "80001f8804", -1, 1, "2026-03-01T12:00:00+00:00"]]}',
        '{"format": 1, "engines": [[1, 1, "80001f8804", 1, 1, "2026-03-01T12:00:00+00:00"]]}',
        '{"format": 1, "engines": [["a", 1, "80001f8804", 1, 1, "yesterday"]]}',
        '{"format": 1, "engines": 7}',
        "[" * 100_000,
        "\x00",
    ],
)
def test_a_broken_file_is_told_and_forgotten(tmp_path: Path, text: str) -> None:
    (tmp_path / "engines.json").write_text(text)
    book = EngineBook(tmp_path / "engines.json")

    assert "anew" in book.read(NOON, 0.0)
    assert len(book) == 0


def test_no_file_is_no_trouble(tmp_path: Path) -> None:
    assert EngineBook(tmp_path / "engines.json").read(NOON, 0.0) == ""
    assert EngineBook().read(NOON, 0.0) == ""


def test_an_address_at_which_another_engine_is_met_is_noted() -> None:
    book = EngineBook()
    for number in (1, 1, 2):
        book.meet("192.0.2.1", 161, Known(bytes([number] * 8), boots=number))
    assert book.moved == [(("192.0.2.1", 161), b"\1" * 8, b"\2" * 8)]


def test_ids_that_more_than_one_address_bears_are_found_and_the_gone_forgotten() -> None:
    book = EngineBook()
    for number in (1, 2):
        book.meet(f"192.0.2.{number}", 161, Known(ONE))
    book.meet("192.0.2.3", 161, Known(b"other"))
    assert book.shared() == {ONE: [("192.0.2.1", 161), ("192.0.2.2", 161)]}

    book.keep_only(lambda where: where != ("192.0.2.2", 161))
    assert book.shared() == {}
