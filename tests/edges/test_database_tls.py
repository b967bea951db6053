"""A database that must prove who it is: it does, or nothing is asked of it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netwatch.inventory.importers import Asked
from netwatch.inventory.importers.databases import Database, one_moment
from netwatch.inventory.places.records import SourceError
from tests.edges.ports import free_port
from tests.operator.records import EVENING

pytest.importorskip("psycopg")
pytest.importorskip("pymysql")

from tests.operator.certificates import make_certificates
from tests.operator.mariadb import PROGRAM, MariaDb
from tests.operator.postgres import Postgres


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="nw-tls-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def postgres(folder: Path) -> Iterator[dict[str, Any]]:
    port, (ca, cert, key) = free_port(), make_certificates(folder)
    for path in (cert, key):
        shutil.chown(path, "nobody", "nogroup")
    told = ("listen_addresses=127.0.0.1", f"port={port}", "ssl=on")
    told += (f"ssl_cert_file={cert}", f"ssl_key_file={key}")
    with Postgres(folder / "pg", told):
        yield {"engine": "postgresql", "port": port, "user": "lms", "certificates": str(ca)}


@pytest.fixture(scope="module")
def mariadb(folder: Path) -> Iterator[dict[str, Any]]:
    home = folder / "my"
    home.mkdir()
    port, (ca, cert, key) = free_port(), make_certificates(home)
    told = ("--bind-address=127.0.0.1", f"--port={port}", f"--ssl-cert={cert}", f"--ssl-key={key}")
    with MariaDb(home / "at", told) as server:
        server.empty()
        yield {"engine": "mysql", "port": port, "user": "lms", "certificates": str(ca)}


POSTGRES = pytest.param("postgres", marks=pytest.mark.needs("postgresql"))
MARIADB = pytest.param("mariadb", marks=pytest.mark.needs(PROGRAM))
EITHER = pytest.mark.parametrize("server", [POSTGRES, MARIADB])


def _ask(keys: dict[str, Any]) -> str:
    database = Database(host="127.0.0.1", **keys)
    asked = Asked(name="lms", at=EVENING, keys=keys)
    with one_moment(asked, database) as query:
        return str(query("SELECT 1 AS n")[0]["n"])


@EITHER
def test_a_server_with_a_certificate_of_ours_is_asked(
    server: str, request: pytest.FixtureRequest
) -> None:
    assert _ask(request.getfixturevalue(server)) == "1"


@EITHER
def test_a_server_of_another_authority_is_not(
    server: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    other, _, _ = make_certificates(tmp_path)
    keys = {**request.getfixturevalue(server), "certificates": str(other)}

    with pytest.raises(SourceError, match=r"(?i)certificate verify failed"):
        _ask(keys)


@EITHER
def test_a_file_that_is_no_authority_is_told_first(
    server: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    keys = {**request.getfixturevalue(server), "certificates": str(tmp_path / "ca.pem")}

    with pytest.raises(SourceError, match=r"its certificates .* cannot be used"):
        _ask(keys)


@pytest.mark.needs(PROGRAM)
def test_a_connection_that_mariadb_ends_in_the_middle_is_refused(mariadb: dict[str, Any]) -> None:
    database = Database(host="127.0.0.1", **mariadb)
    asked = Asked(name="lms", at=EVENING, keys=mariadb)

    def read_while_it_breaks() -> None:
        with one_moment(asked, database) as query, one_moment(asked, database) as other:
            number = query("SELECT CONNECTION_ID() AS n")[0]["n"]
            other(f"KILL {int(number)}")
            query("SELECT 1 AS n")

    with pytest.raises(SourceError, match="broke off"):
        read_while_it_breaks()
