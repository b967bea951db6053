"""LMS in a real PostgreSQL: what was written there is what is read, or nothing is."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.inventory.importers import Asked, importer_of
from netwatch.inventory.importers.databases import Database, one_moment
from netwatch.inventory.places.records import Extract, SourceError
from netwatch.inventory.sightings import read_sightings

pytest.importorskip("psycopg")

from tests.edges import warm
from tests.operator.homes import SMALL, make_operator
from tests.operator.lms import fill
from tests.operator.lms_releases import GPON, TO_2015, TO_2019
from tests.operator.mariadb import PROGRAM, MariaDb
from tests.operator.postgres import Postgres
from tests.operator.records import EVENING, contacts, extract, inventory_text

OPERATOR = make_operator(SMALL)


EMPTIED = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"
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
        email = one.email if one.consent else ""  # what may not be used is not taken along
        assert (mine.name, mine.email, mine.consent) == (one.name, email, one.consent)


@postgresql
def test_where_no_consent_is_needed_everybody_is_reached(server: Postgres) -> None:
    read = importer_of("lms", _asked(server, consents=False)).contacts()

    assert all(one.consent and one.email and one.phone.startswith("+48") for one in read)


@postgresql
def test_an_lms_in_which_nobody_agreed_is_not_taken_for_one_in_which_all_refused(
    server: Postgres,
) -> None:
    with server.connect() as database:
        database.execute("DELETE FROM customerconsents")
        database.commit()
    try:
        with pytest.raises(SourceError, match=r"nobody in it agreed.*\n.*consents = false"):
            list(importer_of("lms", _asked(server)).contacts())
        everybody = list(importer_of("lms", _asked(server, consents=False)).contacts())
    finally:
        _fill_anew(server)

    assert all(one.consent for one in everybody)


@postgresql
def test_a_customers_name_and_number_reach_no_file_and_no_output(
    server: Postgres, tmp_path: Path
) -> None:
    canary = ("Kanarek-Testowy", "Ptaszyna", "+48501999888", "501999888", "kanarek@example.com")
    one = int(contacts(OPERATOR)[0].subscriber)
    with server.connect() as database:
        database.execute(
            "UPDATE customers SET lastname = %s, name = %s WHERE id = %s", (*canary[:2], one)
        )
        for kind, way in ((1, canary[3]), (8, canary[4])):
            database.execute(
                "UPDATE customercontacts SET contact = %s WHERE customerid = %s AND type = %s",
                (way, one, kind),
            )
        database.commit()
    (tmp_path / "key").write_text("a key of more than twenty characters")
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "all.yaml").write_text(inventory_text(OPERATOR))
    config = tmp_path / "netwatch.toml"
    text = '[contacts]\nkey = "file:key"\n[sources.lms]\nkind = "lms"\n'
    keys = "".join(f'{key} = "{value}"\n' for key, value in server.keys.items())
    config.write_text(f'inventory = "inventory"\nstate = "state"\n{text}{keys}')
    outputs = []
    for words in (
        ("contacts", "import", "lms"), ("contacts", "import", "lms", "--json"),
        ("import", "lms", "--json"), ("places", "reconcile"), ("places", "show", "--json"),
    ):  # fmt: skip
        outputs.append(_netwatch(config, *words))
        assert outputs[-1].returncode == 0, outputs[-1].stderr
    shown = _netwatch(config, "contacts", "export", str(one), "--json").stdout
    config.write_text(config.read_text() + "port = 9\n")
    outputs += [_netwatch(config, "contacts", "import", "lms"), _netwatch(config, "import", "lms")]
    _fill_anew(server)

    assert all(word in shown for word in (canary[0], canary[2], canary[4]))
    for output in outputs:
        assert not any(word in output.stdout + output.stderr for word in canary), output.args
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert not any(word.encode() in path.read_bytes() for word in canary), path


def _netwatch(config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return warm.run(*words, "--config", config, cwd=config.parent, timeout=120)


@postgresql
@pytest.mark.parametrize("release", [TO_2019, TO_2015], ids=["2019", "2015"])
def test_an_older_release_in_postgresql_tells_the_same(
    server: Postgres, release: tuple[str, ...]
) -> None:
    with server.connect() as database:
        database.execute(EMPTIED)
        fill(database, OPERATOR, release)
    try:
        read = importer_of("lms", _asked(server)).read()
        people = list(importer_of("lms", _asked(server)).contacts())
    finally:
        _fill_anew(server)

    _assert_the_same_but_for_kinds(read)
    assert [one.consent for one in people] == [one.consent for one in contacts(OPERATOR)]


def _assert_the_same_but_for_kinds(read: Extract) -> None:
    said = extract(OPERATOR)
    assert {one.key: one for one in read.lines} == {one.key: one for one in said.lines}
    assert set(read.wires) == set(said.wires)
    unkind = {one.key: replace(one, kind="") for one in said.gear}
    assert {one.key: replace(one, kind="") for one in read.gear} == unkind


@postgresql
def test_a_user_who_may_only_select_what_the_guide_grants_is_enough(server: Postgres) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "sources.md").read_text()
    granted = guide.partition("GRANT SELECT ON ")[2].partition(";")[0]
    tables = granted.removesuffix("TO netwatch").rstrip().rstrip("\n")
    before = _written(server)
    with server.connect() as database:
        database.execute("CREATE ROLE reader LOGIN")
        database.execute(f"GRANT SELECT ON {tables} TO reader".encode())
        database.commit()
    try:
        read = importer_of("lms", _asked(server, user="reader")).read()
        people = list(importer_of("lms", _asked(server, user="reader")).contacts())
    finally:
        with server.connect() as database:
            database.execute("DROP OWNED BY reader; DROP ROLE reader")
            database.commit()

    assert {one.key: one for one in read.lines} == {one.key: one for one in extract(OPERATOR).lines}
    assert len(people) == len(contacts(OPERATOR))
    assert _written(server) == before


def _written(server: Postgres) -> list[tuple[object, ...]]:
    """Return what was ever written to each table, and how far each sequence went."""
    with server.connect() as database:
        return database.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables ORDER BY 1"
        ).fetchall()


@postgresql
def test_what_a_user_may_not_read_is_named_and_never_taken_for_empty(server: Postgres) -> None:
    with server.connect() as database:
        database.execute("CREATE ROLE reader LOGIN")
        database.execute("GRANT SELECT ON customers, nodes, netdevices, macs TO reader")
        database.execute("GRANT SELECT ON customercontacts TO reader")
        database.commit()
    try:
        with pytest.raises(SourceError, match="netlinks, location_cities, location_streets, addr"):
            importer_of("lms", _asked(server, user="reader")).read()
        with pytest.raises(SourceError, match="GRANT SELECT ON customerconsents"):
            list(importer_of("lms", _asked(server, user="reader")).contacts())
    finally:
        with server.connect() as database:
            database.execute("DROP OWNED BY reader; DROP ROLE reader")
            database.commit()


@postgresql
def test_a_group_that_is_not_there_is_told_before_a_hospital_is_forgotten(server: Postgres) -> None:
    with server.connect() as database:
        database.execute("INSERT INTO customergroups (name) VALUES ('Szpitale')")
        database.commit()
    asked = _asked(server, critical_groups=["Szpitle"])

    with pytest.raises(SourceError, match=r"no group of customers 'Szpitle'\n.*'Szpitale'"):
        importer_of("lms", asked).read()


@postgresql
def test_another_database_is_told_by_the_columns_that_it_lacks(server: Postgres) -> None:
    with server.connect() as database:
        database.execute("ALTER TABLE nodes RENAME COLUMN netdev TO device")
        database.commit()
    try:
        with pytest.raises(SourceError, match=r"the columns nodes\.netdev are missing"):
            importer_of("lms", _asked(server)).read()
    finally:
        with server.connect() as database:
            database.execute("ALTER TABLE nodes RENAME COLUMN device TO netdev")
            database.commit()


@postgresql
def test_a_gpon_plugin_tells_on_which_onu_a_customer_sits(server: Postgres) -> None:
    line = next(one for one in extract(OPERATOR).lines if not one.onu_serial)
    with server.connect() as database:
        for statement in GPON:
            database.execute(statement.encode())
        database.execute("INSERT INTO gpononu (id, name) VALUES (1, 'DSNW0a1b2c3d')")
        database.execute("INSERT INTO gpononu2customers VALUES (1, 1, %s)", (line.subscriber,))
        database.execute("INSERT INTO gpononu2olt VALUES (1, 101, 1, 7)")
        database.commit()
    try:
        read = importer_of("lms", _asked(server)).read()
    finally:
        with server.connect() as database:
            database.execute("DROP TABLE gpononu, gpononu2customers, gpononu2olt")
            database.commit()

    mine = next(one for one in read.lines if one.key == line.key)
    assert (mine.gear, mine.port, mine.onu_serial) == ("101", "7", "DSNW0A1B2C3D")


@postgresql
def test_neither_passwords_nor_communities_are_ever_read(server: Postgres) -> None:
    shown = repr(importer_of("lms", _asked(server)).read())

    assert "node-password" not in shown
    assert "private-community" not in shown


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDb]:
    folder = Path(tempfile.mkdtemp(prefix="nw-my-"))
    with MariaDb(folder) as server:
        yield server
    shutil.rmtree(folder)


@pytest.mark.needs(PROGRAM)
@pytest.mark.parametrize("release", [(), TO_2019, TO_2015], ids=["2021", "2019", "2015"])
def test_an_lms_in_mariadb_reads_the_same(mariadb: MariaDb, release: tuple[str, ...]) -> None:
    mariadb.fill(OPERATOR, release)
    asked = Asked(name="lms", at=EVENING, keys=mariadb.keys)

    _assert_the_same_but_for_kinds(importer_of("lms", asked).read())
    people = list(importer_of("lms", asked).contacts())
    assert [one.consent for one in people] == [one.consent for one in contacts(OPERATOR)]


@pytest.mark.needs(PROGRAM)
def test_reading_mariadb_cannot_write(mariadb: MariaDb) -> None:
    mariadb.fill(OPERATOR)
    asked = Asked(name="lms", at=EVENING, keys=mariadb.keys)
    with (
        pytest.raises(SourceError, match="READ ONLY"),
        one_moment(asked, Database(**mariadb.keys)) as query,
    ):
        query("DELETE FROM macs")


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
        database.execute(
            "INSERT INTO radacct (username, acctstarttime, acctupdatetime) VALUES"
            " ('ghost', %s, %s), ('u3', %s, %s)",
            (
                EVENING - timedelta(days=90), EVENING - timedelta(days=60),
                EVENING - timedelta(days=90), EVENING - timedelta(minutes=5),
            ),
        )  # fmt: skip
        database.commit()
    try:
        read = read_sightings("radius-sql", _asked(server))
    finally:
        with server.connect() as database:
            database.execute("DROP TABLE radacct")

    assert [(one.login, one.mac, one.address, one.nas) for one in read.sessions] == [
        ("u1", "02:00:5e:00:53:01", "100.64.0.9", "10.20.0.1"),
        ("u3", "", "", ""),
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
    _fill_anew(server)


def _fill_anew(server: Postgres) -> None:
    with server.connect() as database:
        database.execute(EMPTIED)
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
