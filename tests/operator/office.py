"""The provider's office for an afternoon: billing system, RADIUS, gear in the lab, and netwatch."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import psycopg

from netwatch.lab.control import call
from netwatch.lab.lab import Lab
from netwatch.lab.namespaces import join
from tests.operator.field import CREDENTIAL, SWITCHED_OFF, asked_inventory, wired
from tests.operator.homes import Operator
from tests.operator.lms import fill
from tests.operator.postgres import Postgres
from tests.operator.records import EVENING, sightings

_RADACCT = """
CREATE TABLE radacct (
  radacctid bigserial PRIMARY KEY, username text, nasipaddress inet, nasportid text,
  acctstarttime timestamptz, acctupdatetime timestamptz, acctstoptime timestamptz,
  callingstationid text, framedipaddress inet, circuitid text
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command of netwatch printed, and what it took."""

    code: int
    out: str
    err: str
    seconds: float
    cpu_s: float
    rss_mb: float
    requests: int
    """Which the gear answered meanwhile."""

    @property
    def told(self) -> dict[str, Any]:
        """Return the one JSON document."""
        assert self.code == 0, self.err
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass(slots=True)
class Office:
    """One installation of netwatch at a provider whose gear answers in a lab."""

    folder: Path
    server: Postgres
    lab: Lab | None = None

    @property
    def config(self) -> Path:
        return self.folder / "netwatch.toml"

    @property
    def gear(self) -> Lab:
        assert self.lab is not None
        return self.lab

    def netwatch(self, *words: str) -> Said:
        """Run a command where the gear can be reached."""
        before, began = self._requests(), time.perf_counter()
        with TemporaryFile() as out, TemporaryFile() as err:
            process = self.start(*words, out=out, err=err)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.perf_counter() - began
            out.seek(0)
            err.seek(0)
            return Said(
                code=process.returncode, out=out.read().decode(), err=err.read().decode(),
                seconds=seconds, cpu_s=used.ru_utime + used.ru_stime,
                rss_mb=used.ru_maxrss / 1024, requests=self._requests() - before,
            )  # fmt: skip

    def start(self, *words: str, out: IO[bytes], err: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a command where the gear can be reached."""
        file = self.gear.file
        user = Path(file.user_ns) if file.user_ns else None
        return subprocess.Popen(
            [sys.executable, "-m", "netwatch", *words, "--config", str(self.config)],
            preexec_fn=lambda: join(user, Path(file.net_ns)),  # noqa: PLW1509 - it takes no lock
            stdout=out, stderr=err, cwd=self.folder,
        )  # fmt: skip

    def _requests(self) -> int:
        traffic = call(self.gear.file.control, "status")["traffic"]
        return int(traffic["requests"])

    def write_records(self, operator: Operator) -> None:
        """Let the billing system and RADIUS say what they say of this provider now."""
        with self.server.connect() as database:
            database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            fill(database, operator)
            _account(database, operator)

    @contextmanager
    def gear_of(self, operator: Operator) -> Iterator[Lab]:
        """Bring the provider's gear to life for as long as the block lasts."""
        network, terminals = wired(operator)
        with asyncio.Runner() as runner:
            starting = Lab.start(
                network, self.folder / "lab", steps=(SWITCHED_OFF,), terminals=terminals
            )
            self.lab = runner.run(starting.__aenter__())
            try:
                yield self.lab
            finally:
                self.lab = None
                runner.run(starting.__aexit__(None, None, None))


@contextmanager
def office(folder: Path, operator: Operator, settings: str = "") -> Iterator[Office]:
    """Open the office in a folder whose path is short; its gear is not yet switched on."""
    (folder / "inventory").mkdir()
    (folder / "inventory" / "gear.yaml").write_text(asked_inventory(operator))
    with Postgres(folder / "pg") as server:
        keys = f'host = "{folder / "pg"}"\ndatabase = "lms"\nuser = "lms"\n'
        (folder / "netwatch.toml").write_text(
            f'name = "Dolina"\nlanguages = ["pl"]\ninventory = "inventory"\nstate = "state"\n'
            f'{settings}[snmp.{CREDENTIAL}]\n[sources.lms]\nkind = "lms"\n{keys}'
            f'[sightings.radius]\nkind = "radius-sql"\n{keys}'
        )
        here = Office(folder, server)
        here.write_records(operator)
        yield here


def _account(database: psycopg.Connection[Any], operator: Operator) -> None:
    """Write the sessions that are open, with the circuits that the gateway was told."""
    shown = sightings(operator)
    circuits = {seen.mac: seen.circuit for seen in shown.circuits}
    database.execute(_RADACCT)
    columns = "username, nasipaddress, acctstarttime, callingstationid, framedipaddress, circuitid"
    with database.cursor().copy(f"COPY radacct ({columns}) FROM STDIN".encode()) as copy:
        for one in shown.sessions:
            when = EVENING.isoformat()
            circuit = circuits.get(one.mac)
            copy.write_row((one.login, one.nas, when, one.mac, one.address, circuit))
    database.commit()
