"""The helpdesk of LMS in a real PostgreSQL: each ticket one report, and nothing of its words."""

import asyncio
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.lms import lms_helpdesk
from netwatch.inventory.importers.tickets import Ticket
from netwatch.inventory.places.records import SourceError
from netwatch.model.arrivals import Report, Trouble
from netwatch.model.report_facts import CustomerReported
from netwatch.service.clock import machine_time
from netwatch.service.helpdesk import FAILURES, Tickets
from netwatch.service.settings import Settings

pytest.importorskip("psycopg")

from tests.edges.service_house import SETTINGS, House
from tests.operator.homes import SMALL, make_operator
from tests.operator.lms import SCHEMA, fill
from tests.operator.lms_releases import TO_2015, TO_2019
from tests.operator.mariadb import PROGRAM, MariaDb
from tests.operator.postgres import Postgres

OPERATOR = make_operator(SMALL)
CANARY = "Kanarek 555 000 111"
BEFORE_DELETED = (
    "ALTER TABLE rttickets DROP COLUMN deleted",
    "UPDATE rttickets SET customerid = 0 WHERE customerid IS NULL",
)
postgresql = pytest.mark.needs("postgresql")


@pytest.fixture
def server() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="nw-pg-"))
    with Postgres(folder) as postgres:
        yield postgres
    shutil.rmtree(folder)


def ticket(
    server: Postgres, customer: int | None, *, queue: int = 1, age_s: int = 5, deleted: int = 0
) -> int:
    created = int(machine_time().timestamp()) - age_s
    with server.connect() as database:
        row = database.execute(
            "INSERT INTO rttickets (queueid, customerid, createtime, subject, requestor)"
            " VALUES (%s, %s, %s, %s, %s) RETURNING id",
            (queue, customer, created, CANARY, CANARY),
        ).fetchone()
        assert row is not None
        if deleted:
            database.execute("UPDATE rttickets SET deleted = 1 WHERE id = %s", (row[0],))
        database.commit()
        return int(row[0])


def schema(server: Postgres) -> None:
    with server.connect() as database:
        database.execute(SCHEMA.read_bytes())
        database.execute("INSERT INTO rtqueues (name) VALUES ('Awarie'), ('Faktury')")
        database.commit()


def asked(keys: dict[str, Any], **more: object) -> Asked:
    return Asked(name="lms", at=machine_time(), keys={**keys, "helpdesk": True, **more})


def read(keys: dict[str, Any], **more: object) -> Sequence[Ticket]:
    return lms_helpdesk(asked(keys, **more)).tickets(machine_time() - timedelta(minutes=15))


@postgresql
def test_tickets_of_customers_are_read_and_no_others(server: Postgres) -> None:
    schema(server)
    first, second = ticket(server, 7), ticket(server, 8, queue=2)
    ticket(server, None)
    ticket(server, 9, deleted=1)
    ticket(server, 10, age_s=3600)

    told = read(server.keys)
    of_queue = read(server.keys, helpdesk_queues=["Awarie"])

    assert [(one.id, one.subscriber) for one in told] == [(str(first), "7"), (str(second), "8")]
    assert [one.subscriber for one in of_queue] == ["7"]
    assert CANARY not in repr(told)
    with pytest.raises(SourceError, match=r"no queue 'Awaria'\n.*'Awarie'"):
        read(server.keys, helpdesk_queues=["Awaria"])


@postgresql
@pytest.mark.parametrize(
    "release", [(), TO_2019, (*TO_2015, *BEFORE_DELETED)], ids=["2021", "2019", "2015"]
)
def test_every_release_tells_the_same(server: Postgres, release: tuple[str, ...]) -> None:
    with server.connect() as database:
        fill(database, OPERATOR, release)
    ticket(server, 7)
    if BEFORE_DELETED[0] in release:
        ticket(server, 0)

    assert [one.subscriber for one in read(server.keys)] == ["7"]


@postgresql
def test_the_grant_of_the_guide_is_enough_and_shows_no_words(server: Postgres) -> None:
    import psycopg  # noqa: PLC0415 - an extra

    schema(server)
    ticket(server, 7)
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "sources.md").read_text()
    grants = [line for line in guide.splitlines() if line.startswith("GRANT SELECT (")]
    with server.connect() as database:
        database.execute("CREATE ROLE netwatch LOGIN")
        for grant in grants:
            database.execute(grant.partition(";")[0].encode())
        database.commit()

    told = read({**server.keys, "user": "netwatch"}, helpdesk_queues=["Awarie"])

    assert [one.subscriber for one in told] == ["7"]
    with (
        psycopg.connect(host=server.keys["host"], dbname="lms", user="netwatch") as database,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        database.execute("SELECT subject FROM rttickets")


@pytest.mark.needs(PROGRAM)
def test_a_helpdesk_in_mariadb_reads_the_same() -> None:
    import pymysql  # noqa: PLC0415 - an extra

    folder = Path(tempfile.mkdtemp(prefix="nw-my-"))
    with MariaDb(folder) as server:
        server.fill(OPERATOR)
        created = int(machine_time().timestamp())
        where = server.keys
        with pymysql.connect(unix_socket=where["host"], database="lms", user="root") as database:
            database.cursor().execute(
                "INSERT INTO rttickets (queueid, customerid, createtime, subject)"
                " VALUES (1, 7, %s, ''), (1, 8, %s, '')",
                (created, created - 3600),
            )
            database.commit()
        assert [one.subscriber for one in read(where)] == ["7"]
    shutil.rmtree(folder)


class Clock:
    def now(self) -> datetime:
        return machine_time()

    def monotonic(self) -> float:
        return 0.0


async def watch(
    keys: dict[str, Any], until: Callable[[list[Any]], bool], act: Callable[[list[Any]], None]
) -> list[Any]:
    """Watch until it is so; ``act`` is called between rounds."""
    came: list[Any] = []

    async def bring(arrivals: Sequence[Any]) -> None:
        came.extend(arrivals)

    settings = Settings(sources={"lms": {"kind": "lms", "helpdesk": True, **keys}})
    task = asyncio.create_task(Tickets(settings, None, Clock(), bring, every_s=0.05).run())
    async with asyncio.timeout(60):
        while not until(came):
            act(came)
            await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return came


@postgresql
def test_each_ticket_is_one_report_also_when_its_customer_is_said_later(server: Postgres) -> None:
    schema(server)
    ticket(server, 7)
    nobodys = ticket(server, None)
    rounds = 0

    def said_later(came: list[Any]) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 10:
            with server.connect() as database:
                database.execute("UPDATE rttickets SET customerid = 8 WHERE id = %s", (nobodys,))
                database.commit()

    came = asyncio.run(watch(server.keys, lambda came: len(came) == 2 and rounds > 30, said_later))

    assert [(type(one), one.subscriber, one.text) for one in came] == [
        (Report, "7", ""),
        (Report, "8", ""),
    ]


@postgresql
def test_a_database_that_is_away_is_told_once_and_its_end_too(server: Postgres) -> None:
    schema(server)
    with server.connect() as database:
        database.execute("ALTER TABLE rttickets RENAME TO away")
        database.commit()

    def back(came: list[Any]) -> None:
        if came:
            with server.connect() as database:
                database.execute("ALTER TABLE IF EXISTS away RENAME TO rttickets")
                database.commit()

    came = asyncio.run(watch(server.keys, lambda came: len(came) == 2, back))

    assert FAILURES > 1
    assert [(type(one), one.where, one.over) for one in came] == [
        (Trouble, "helpdesk lms", False),
        (Trouble, "helpdesk lms", True),
    ]
    assert "rttickets" in came[0].what


@postgresql
def test_a_running_service_hears_a_ticket_and_keeps_nothing_of_its_words(
    server: Postgres, tmp_path: Path
) -> None:
    schema(server)
    section = '[sources.lms]\nkind = "lms"\nhelpdesk = true\n'
    keys = "".join(f'{key} = "{value}"\n' for key, value in server.keys.items())
    house = House(tmp_path, f"{SETTINGS}{section}{keys}")
    house.write("subscribers.csv", "id,device,area\n7,sw-1,polna\n")
    ticket(server, 7)
    try:
        house.start()
        house.until_fact(lambda fact: isinstance(fact, CustomerReported))
        code, seconds = house.stop()
    finally:
        house.end()

    assert code == 0
    assert seconds < 30
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"Kanarek" not in path.read_bytes(), path


def test_a_database_that_hangs_keeps_no_service_from_ending(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.settimeout(60)
        port = deaf.getsockname()[1]
        section = f'[sources.lms]\nkind = "lms"\nhelpdesk = true\nport = {port}\n'
        house = House(tmp_path, f"{SETTINGS}{section}")
        try:
            house.start()
            accepted, _ = deaf.accept()
            code, seconds = house.stop()
            accepted.close()
        finally:
            house.end()

    assert code == 0
    assert seconds < 9, "it waits for no answer: a connection is given up after ten seconds"
