"""LMS in a real PostgreSQL: what was written there is what is read, or nothing is."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from netwatch.inventory.importers import Asked, importer_of
from netwatch.inventory.importers.databases import Database, one_moment
from netwatch.inventory.places.records import SourceError

pytest.importorskip("psycopg")

from tests.operator.homes import SMALL, make_operator
from tests.operator.lms import fill
from tests.operator.postgres import Postgres
from tests.operator.records import EVENING, contacts, extract

pytestmark = pytest.mark.needs("postgresql")
OPERATOR = make_operator(SMALL)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="nw-pg-"))
    with Postgres(folder) as postgres:
        with postgres.connect() as database:
            fill(database, OPERATOR)
        yield postgres
    shutil.rmtree(folder)


def _asked(server: Postgres, **more: object) -> Asked:
    return Asked(name="lms", at=EVENING, keys={**server.keys, **more})


def test_what_lms_holds_is_what_is_read(server: Postgres) -> None:
    read = importer_of("lms", _asked(server)).read()
    said = extract(OPERATOR)

    assert {one.key: one for one in read.gear} == {one.key: one for one in said.gear}
    assert set(read.wires) == set(said.wires)
    assert {one.key: one for one in read.lines} == {one.key: one for one in said.lines}


def test_contacts_come_apart_and_say_who_agreed(server: Postgres) -> None:
    read = {one.subscriber: one for one in importer_of("lms", _asked(server)).contacts()}

    for one in contacts(OPERATOR):
        mine = read[one.subscriber]
        assert (mine.name, mine.email, mine.consent) == (one.name, one.email, one.consent)


def test_neither_passwords_nor_communities_are_ever_read(server: Postgres) -> None:
    shown = repr(importer_of("lms", _asked(server)).read())

    assert "node-password" not in shown
    assert "private-community" not in shown


def test_reading_cannot_write(server: Postgres) -> None:
    with (
        pytest.raises(SourceError, match="read-only"),
        one_moment(_asked(server), Database(**server.keys)) as query,
    ):
        query("DELETE FROM macs")


def test_an_empty_table_is_refused(server: Postgres) -> None:
    with server.connect() as database:
        database.execute("TRUNCATE nodes CASCADE")
        database.commit()
    with pytest.raises(SourceError, match="'nodes' is empty"):
        importer_of("lms", _asked(server)).read()
    with server.connect() as database:
        database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        fill(database, OPERATOR)


def test_a_connection_lost_in_the_middle_is_refused(server: Postgres) -> None:
    def read_while_it_breaks() -> None:
        with (
            one_moment(_asked(server), Database(**server.keys)) as query,
            server.connect() as other,
        ):
            assert query("SELECT count(*) AS n FROM nodes")
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'netwatch'"
            )
            other.commit()
            query("SELECT * FROM nodes")

    with pytest.raises(SourceError, match="broke off"):
        read_while_it_breaks()


def test_a_database_that_is_not_there_is_one_clear_message(tmp_path: Path) -> None:
    asked = Asked(name="lms", at=EVENING, keys={"host": str(tmp_path), "user": "lms"})

    with pytest.raises(SourceError, match="broke off"):
        importer_of("lms", asked).read()
