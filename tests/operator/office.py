"""The provider's office for an afternoon: billing system, RADIUS, gear in the lab, and netwatch."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from netwatch.lab.lab import Lab
from netwatch.lab.namespaces import join
from tests.operator.field import CREDENTIAL, SWITCHED_OFF, asked_inventory, wired
from tests.operator.homes import Operator
from tests.operator.lms import fill
from tests.operator.postgres import Postgres
from tests.operator.records import EVENING, sightings

PATIENCE_S = 1200.0
_RADACCT = """
CREATE TABLE radacct (
  radacctid bigserial PRIMARY KEY, username text, nasipaddress inet, nasportid text,
  acctstarttime timestamptz, acctupdatetime timestamptz, acctstoptime timestamptz,
  callingstationid text, framedipaddress inet, circuitid text
)
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command of netwatch printed, in seconds of waiting and in MB at most."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> dict[str, Any]:
        """Return the one JSON document."""
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
        file = self.gear.file
        done = subprocess.run(
            [sys.executable, "-m", "netwatch", *words, "--config", str(self.config)],
            preexec_fn=lambda: join(
                Path(file.user_ns) if file.user_ns else None, Path(file.net_ns)
            ),
            capture_output=True, text=True, check=False, timeout=PATIENCE_S, cwd=self.folder,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

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
