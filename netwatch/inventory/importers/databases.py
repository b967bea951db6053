"""Tables of somebody else's PostgreSQL or MySQL, as they were at one moment. Nothing is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import ConfigDict, with_config

from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.authorities import believing

PATIENCE_S: Final = 10
LONGEST_QUERY_MS: Final = 300_000
_OURS: Final = {
    "postgresql": "table_schema = ANY (current_schemas(false))",
    "mysql": "table_schema = DATABASE()",
}

Row = Mapping[str, Any]
Query = Callable[[str], Sequence[Row]]


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where a database is; the user needs SELECT alone."""

    engine: Literal["postgresql", "mysql"] = "postgresql"
    host: str = "127.0.0.1"
    """A name, an address; or the folder of a PostgreSQL socket, the file of a MySQL socket."""
    port: int = 0
    """0: the engine's own."""
    database: str = "lms"
    user: str = "netwatch"
    password: str = ""
    """A reference: credential:NAME, file:PATH or env:NAME."""
    certificates: str = ""
    """A file of authorities. With it the server must prove by TLS that it is the host; without it
    PostgreSQL is asked by TLS where it can do that, MySQL is not."""


@contextmanager
def one_moment(asked: Asked, database: Database) -> Iterator[Query]:
    """Open a read-only transaction in which all tables are of one moment.

    Raises:
        SourceError: the database cannot be reached, refuses, or went away in the middle.
    """
    opening = _postgresql if database.engine == "postgresql" else _mysql
    with opening(asked, database) as query:
        yield query


def read_tables(
    query: Query, here: Mapping[str, set[str]], wanted: Mapping[str, Sequence[str]]
) -> dict[str, Sequence[Row]]:
    """Return the wanted columns of the wanted tables; what this release lacks is left out.

    Args:
        query: asks the database.
        here: its columns, of ``columns_here``.
        wanted: table -> columns; names of our own or out of ``here``, none from outside.
    """
    tables: dict[str, Sequence[Row]] = {}
    for table, columns in wanted.items():
        there = [column for column in columns if column in here.get(table, ())]
        order = " ORDER BY id" if "id" in there else ""
        tables[table] = query(f"SELECT {', '.join(there)} FROM {table}{order}") if there else ()  # noqa: S608
    return tables


def require_columns(
    asked: Asked, here: Mapping[str, set[str]], needed: Mapping[str, Sequence[str]], what: str
) -> None:
    """Let a database pass in which the needed columns can be read, all that lack told at once.

    Raises:
        SourceError: it is another database or release, or this user may not read it.
    """
    if not here:
        raise asked.fault(
            "its database shows this user no table",
            f"name the database of {what}; in PostgreSQL this user needs USAGE on its schema too",
        )
    lacking = [table for table in needed if table not in here]
    if lacking:
        raise asked.fault(
            f"its tables {', '.join(lacking)} are missing, or this user may not read them",
            f"name the database of {what}, or: GRANT SELECT ON {', '.join(lacking)} TO this user",
        )
    lacking = [
        f"{table}.{column}"
        for table, columns in needed.items()
        for column in columns
        if column not in here[table]
    ]
    if lacking:
        raise asked.fault(
            f"the columns {', '.join(lacking)} are missing, or this user may not read them",
            f"grant SELECT on them; else this release of {what} is not known here",
        )


def require_rows(asked: Asked, tables: Mapping[str, Sequence[Row]], needed: Iterable[str]) -> None:
    """Let tables pass of which those that are needed have rows.

    Raises:
        SourceError: one is empty.
    """
    empty = [table for table in needed if not tables[table]]
    if empty:
        raise asked.fault(
            f"its table {empty[0]!r} is empty", "what was read before stays; look who emptied it"
        )


def columns_here(query: Query, database: Database) -> Mapping[str, set[str]]:
    """Return the columns of each table of this database that the user may see."""
    ours = _OURS[database.engine]
    here: dict[str, set[str]] = {}
    for row in query(
        "SELECT table_name AS t, column_name AS c FROM information_schema.columns "  # noqa: S608 - our own words
        f"WHERE {ours}"
    ):
        here.setdefault(str(row["t"]).lower(), set()).add(str(row["c"]).lower())
    return here


@contextmanager
def _postgresql(asked: Asked, database: Database) -> Iterator[Query]:
    try:
        import psycopg  # noqa: PLC0415 - an extra
        from psycopg.rows import dict_row  # noqa: PLC0415
    except ImportError:
        raise asked.fault(
            "PostgreSQL cannot be read here", "install it: pip install 'netwatch[sources]'"
        ) from None
    believed = believing(asked, database.certificates) if database.certificates else None
    try:
        with psycopg.connect(
            host=database.host,
            port=database.port or 5432,
            dbname=database.database,
            user=database.user,
            password=asked.reveal(database.password) if database.password else None,
            connect_timeout=PATIENCE_S,
            application_name="netwatch",
            client_encoding="UTF8",
            options=f"-c statement_timeout={LONGEST_QUERY_MS}",
            row_factory=dict_row,
            sslmode="prefer" if believed is None else "verify-full",
            sslrootcert=None if believed is None else str(asked.base / database.certificates),
        ) as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield lambda text: connection.execute(text.encode()).fetchall()
    except psycopg.Error as fault:
        raise _refused(asked, fault.diag.message_primary or str(fault)) from None
    except UnicodeDecodeError:
        raise _garbled(asked) from None


@contextmanager
def _mysql(asked: Asked, database: Database) -> Iterator[Query]:
    try:
        import pymysql  # noqa: PLC0415 - an extra
        from pymysql.cursors import DictCursor  # noqa: PLC0415
    except ImportError:
        raise asked.fault(
            "MySQL cannot be read here", "install it: pip install 'netwatch[sources]'"
        ) from None
    believed = believing(asked, database.certificates) if database.certificates else None
    try:
        with closing(
            pymysql.connect(
                host=database.host,
                port=database.port or 3306,
                unix_socket=database.host if database.host.startswith("/") else None,
                database=database.database,
                user=database.user,
                password=asked.reveal(database.password) if database.password else "",
                connect_timeout=PATIENCE_S,
                read_timeout=LONGEST_QUERY_MS // 1000,
                charset="utf8mb4",
                cursorclass=DictCursor,
                ssl=believed,
            )
        ) as connection:

            def query(text: str) -> Sequence[Row]:
                with connection.cursor() as cursor:
                    cursor.execute(text)
                    return cursor.fetchall()

            query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            query("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
            yield query
    except pymysql.MySQLError as fault:
        raise _refused(asked, str(fault.args[-1] if fault.args else fault)) from None
    except UnicodeDecodeError:
        raise _garbled(asked) from None


def _refused(asked: Asked, told: str) -> Exception:
    first = next(iter(told.strip().splitlines()), "no reason given")[:200]
    return asked.fault(
        f"its database broke off: {first}",
        "what was read before stays; see that it runs and lets this user in, then import again",
    )


def _garbled(asked: Asked) -> Exception:
    return asked.fault(
        "its database holds text in another encoding than it says",
        "what was read before stays; convert the database to UTF-8",
    )
