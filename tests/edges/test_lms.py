"""LMS in a real PostgreSQL: what was written there is what is read, or nothing is."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from netwatch.inventory.importers import Asked, importer_of
from netwatch.inventory.importers.databases import Database, one_moment
from netwatch.inventory.places.records import SourceError
from netwatch.inventory.sightings import read_sightings

pytest.importorskip("psycopg")

from tests.operator.homes import SMALL, make_operator
from tests.operator.lms import fill
from tests.operator.mariadb import PROGRAM, MariaDb
from tests.operator.postgres import Postgres
from tests.operator.records import EVENING, contacts, extract

OPERATOR = make_operator(SMALL)


postgresql = pytest.mark.needs("postgresql")


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


@postgresql
def test_what_lms_holds_is_what_is_read(server: Postgres) -> None:
    read = importer_of("lms", _asked(server)).read()
    said = extract(OPERATOR)

    assert {one.key: one for one in read.gear} == {one.key: one for one in said.gear}
    assert set(read.wires) == set(said.wires)
    assert {one.key: one for one in read.lines} == {one.key: one for one in said.lines}


@postgresql
def test_contacts_come_apart_and_say_who_agreed(server: Postgres) -> None:
    read = {one.subscriber: one for one in importer_of("lms", _asked(server)).contacts()}

    for one in contacts(OPERATOR):
        mine = read[one.subscriber]
        assert (mine.name, mine.email, mine.consent) == (one.name, one.email, one.consent)


@postgresql
def test_neither_passwords_nor_communities_are_ever_read(server: Postgres) -> None:
    shown = repr(importer_of("lms", _asked(server)).read())

    assert "node-password" not in shown
    assert "private-community" not in shown


@pytest.mark.needs(PROGRAM)
def test_an_lms_in_mariadb_reads_the_same() -> None:
    folder = Path(tempfile.mkdtemp(prefix="nw-my-"))
    said = extract(OPERATOR)
    try:
        with MariaDb(folder) as mariadb:
            mariadb.fill(OPERATOR)
            asked = Asked(name="lms", at=EVENING, keys=mariadb.keys)
            read = importer_of("lms", asked).read()
            people = list(importer_of("lms", asked).contacts())
            with (
                pytest.raises(SourceError, match="READ ONLY"),
                one_moment(asked, Database(**mariadb.keys)) as query,
            ):
                query("DELETE FROM macs")
    finally:
        shutil.rmtree(folder)

    assert {one.key: one for one in read.lines} == {one.key: one for one in said.lines}
    assert {one.key: one for one in read.gear} == {one.key: one for one in said.gear}
    assert len(people) == len(contacts(OPERATOR))


@postgresql
def test_accounting_in_sql_tells_open_sessions(server: Postgres) -> None:
    with server.connect() as database:
        database.execute(
            "CREATE TABLE radacct (radacctid serial, username text, callingstationid text,"
            " framedipaddress inet, nasipaddress inet, nasportid text,"
            " acctstarttime timestamptz, acctupdatetime timestamptz, acctstoptime timestamptz,"
            " circuitid text)"
        )
        database.execute(
            "INSERT INTO radacct (username, callingstationid, framedipaddress, nasipaddress,"
            " acctstarttime, acctstoptime, circuitid) VALUES"
            " ('u1', '02-00-5E-00-53-01', '100.64.0.9', '10.20.0.1', now(), NULL, 'olt-1 0/1'),"
            " ('u2', '', '100.64.0.8', '10.20.0.1', now(), now(), NULL)"
        )
        database.commit()
    try:
        read = read_sightings("radius-sql", _asked(server))
    finally:
        with server.connect() as database:
            database.execute("DROP TABLE radacct")

    assert [(one.login, one.mac, one.address, one.nas) for one in read.sessions] == [
        ("u1", "02:00:5e:00:53:01", "100.64.0.9", "10.20.0.1")
    ]
    assert read.circuits[0].circuit == "olt-1 0/1"


@postgresql
def test_reading_cannot_write(server: Postgres) -> None:
    with (
        pytest.raises(SourceError, match="read-only"),
        one_moment(_asked(server), Database(**server.keys)) as query,
    ):
        query("DELETE FROM macs")


@postgresql
def test_an_empty_table_is_refused(server: Postgres) -> None:
    with server.connect() as database:
        database.execute("TRUNCATE nodes CASCADE")
        database.commit()
    with pytest.raises(SourceError, match="'nodes' is empty"):
        importer_of("lms", _asked(server)).read()
    with server.connect() as database:
        database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        fill(database, OPERATOR)


@postgresql
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
