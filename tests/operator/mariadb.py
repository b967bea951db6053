"""A real MariaDB of one's own: on a socket in a folder, stopped by its process."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import pymysql

from tests.operator.homes import Operator
from tests.operator.lms import SCHEMA, tables

PROGRAM = "mariadbd"
STARTS_S = 60.0


class MariaDb:
    """One server with an empty database ``lms``: no users, and no port unless it is told to."""

    def __init__(self, folder: Path, settings: Sequence[str] = ("--skip-networking",)) -> None:
        """Prepare a server in ``folder``; nothing runs yet. Its socket's path must be short."""
        self.folder = folder
        self.settings = settings
        self.socket = folder / "s"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        (self.folder / "data").mkdir(parents=True)
        program = shutil.which(PROGRAM, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert program is not None
        self._process = subprocess.Popen(
            [
                program, "--no-defaults", "--user=root", "--skip-grant-tables",
                *self.settings, f"--datadir={self.folder / 'data'}",
                f"--socket={self.socket}", f"--pid-file={self.folder / 'pid'}",
                "--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + STARTS_S
        while not self.socket.exists():  # it is made when the server listens
            assert time.monotonic() < end
            assert self._process.poll() is None
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)  # what it holds is thrown away
            self._process.wait(30)

    def empty(self) -> None:
        """Make the database anew, without a table."""
        with self._connect(None) as database:
            cursor = database.cursor()
            cursor.execute("DROP DATABASE IF EXISTS lms")
            cursor.execute("CREATE DATABASE lms CHARACTER SET utf8mb4")

    def fill(self, operator: Operator, release: Sequence[str] = ()) -> None:
        """Make LMS' schema anew, write all records of the provider, and take it back if asked."""
        schema = SCHEMA.read_text().replace("serial PRIMARY KEY", "int AUTO_INCREMENT PRIMARY KEY")
        self.empty()
        with self._connect("lms") as database:
            cursor = database.cursor()
            for statement in schema.split(";\n"):
                words = "\n".join(
                    line for line in statement.splitlines() if not line.startswith("--")
                )
                if words.strip():
                    cursor.execute(words)
            for table, columns, rows in tables(operator):
                marks = ", ".join("%s" for _ in columns.split(","))
                cursor.executemany(
                    f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 - our words
                    [tuple(row) for row in rows],
                )
            for statement in release:
                cursor.execute(statement)
            database.commit()

    @property
    def keys(self) -> dict[str, Any]:
        """Return what stands in the section of settings that names this server."""
        return {"engine": "mysql", "host": str(self.socket), "database": "lms", "user": "lms"}

    def _connect(self, database: str | None) -> Any:
        return pymysql.connect(
            unix_socket=str(self.socket), user="lms", database=database, charset="utf8mb4"
        )
