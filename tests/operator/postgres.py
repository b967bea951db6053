"""A real PostgreSQL of one's own: on a socket in a folder, stopped by its process."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import psycopg

STARTS_S = 60.0


def programs() -> Path | None:
    """Return the folder with initdb and postgres, or None where there is no PostgreSQL."""
    there = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    named = shutil.which("initdb")
    initdb = there[0] if there else Path(named) if named else None
    return initdb.parent if initdb else None


class Postgres:
    """One server with an empty database ``lms``; it listens on no port unless it is told to."""

    def __init__(self, folder: Path, settings: Sequence[str] = ("listen_addresses=",)) -> None:
        """Prepare a server in ``folder``; nothing runs yet. Its socket's path must be short."""
        self.folder = folder
        self.settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        bin_ = programs()
        assert bin_ is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        user: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to be root
            user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            shutil.chown(self.folder, "nobody", "nogroup")
            self.folder.parent.chmod(self.folder.parent.stat().st_mode | 0o011)  # its way there
        data = self.folder / "data"
        subprocess.run(
            [bin_ / "initdb", "-D", data, "-U", "lms", "-A", "trust", "-E", "UTF8", "--no-locale",
             "--no-sync"],
            check=True, capture_output=True, cwd=self.folder, **user,
        )  # fmt: skip
        self._process = subprocess.Popen(
            [bin_ / "postgres", "-D", data, "-k", self.folder,
             "-c", "fsync=off", "-c", "max_connections=20", "-c", "shared_buffers=32MB",
             *(word for one in self.settings for word in ("-c", one))],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder, **user,
        )  # fmt: skip
        end = time.monotonic() + STARTS_S
        while True:
            try:
                with psycopg.connect(**self._where("postgres"), autocommit=True) as first:
                    first.execute("CREATE DATABASE lms")
            except psycopg.OperationalError:
                assert time.monotonic() < end
                assert self._process.poll() is None
                time.sleep(0.05)
            else:
                return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(**self._where("lms"))

    @property
    def keys(self) -> dict[str, Any]:
        """Return what stands in the section of settings that names this server."""
        return {"host": str(self.folder), "database": "lms", "user": "lms"}

    def _where(self, database: str) -> dict[str, Any]:
        where = {"host": str(self.folder), "user": "lms", "dbname": database}
        port = next((one for one in self.settings if one.startswith("port=")), "")
        return where | ({"port": port.removeprefix("port=")} if port else {})
