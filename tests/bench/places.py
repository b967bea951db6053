"""Who hangs where: a whole provider's LMS in PostgreSQL, read, joined, and followed overnight."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from netwatch.inventory.places.place import Place
from netwatch.inventory.places.reconcile import Change as Taken
from netwatch.service.placing import Night, run_reconcile, take_answer
from netwatch.service.settings import load_settings
from tests.bench.measure import NotMeasuredError
from tests.bench.report import Table
from tests.operator.homes import FULL, SMALL, Operator, make_operator
from tests.operator.lms import fill
from tests.operator.night import Change, knows, not_followed, pass_night
from tests.operator.postgres import Postgres, programs
from tests.operator.records import EVENING, Truth, inventory_text, right, sightings, truth

_HEAD: Final = (
    "", "lines", "s", "CPU-s", "placed", "wide", "wrong", "undoubted", "questions", "taken",
    "followed",
)  # fmt: skip
MORNING: Final = 2


def places(*, quick: bool) -> Iterator[Table]:
    """Measure a first run, a second one with nothing changed, and one after a night of changes."""
    if programs() is None:
        raise NotMeasuredError("postgresql is not installed")
    evening = make_operator(SMALL if quick else FULL)
    morning, changes = pass_night(evening, 16 if quick else 200)
    rows: list[tuple[str, ...]] = []
    with TemporaryDirectory(prefix="nw-") as name, Postgres(Path(name) / "pg") as server:
        folder = Path(name)
        (folder / "inventory").mkdir()
        (folder / "inventory" / "all.yaml").write_text(inventory_text(evening))
        config = folder / "netwatch.toml"
        config.write_text(
            f'inventory = "inventory"\nstate = "state"\n[sources.lms]\nkind = "lms"\n'
            f'host = "{folder / "pg"}"\nuser = "lms"\n'
        )
        for what, operator, days in (
            ("first run", evening, 0),
            ("nothing changed", evening, 1),
            (f"after {len(changes)} changes", morning, MORNING),
        ):
            with server.connect() as database:
                database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
                fill(database, operator)
            row, night = _timed(what, operator, _night(config, operator, days))
            taken = night.outcome.changes
            told = _followed(changes, taken, night, morning) if days == MORNING else ""
            rows.append((*row, told))
        settings = load_settings(config)
        asked = [one for one in night.outcome.questions if one.id.startswith("onu|")]
        for one in asked:
            take_answer(settings, one.id, knows(one, truth(morning)), "network", EVENING)
        row, night = _timed(
            f"after {len(asked)} answers",
            morning,
            lambda: run_reconcile(settings, config, EVENING, kept=True),
        )
        taken = (*taken, *night.outcome.changes)
        rows.append((*row, _followed(changes, taken, night, morning)))
    yield Table(
        title="Who hangs where: billing system to places",
        words=(
            "A provider made up with 3 % wrong ports, 2 % stale ONUs, duplicate logins, typos and "
            "5 % without ONU: its LMS in a real PostgreSQL, read and joined with what its OLTs, "
            "bridges, DHCP and RADIUS show. Wrong is another device, port or "
            "ONU; wide is the right device without its port. Undoubted: wrong, nobody is asked. "
            "Followed: of the night's swaps, moves, cancellations and new customers. An ONU that "
            "moved or was exchanged, and whose line nothing tells, is asked for; the last row has "
            "those answers."
        ),
        head=_HEAD,
        rows=rows,
    )


def _night(config: Path, operator: Operator, days: int) -> Callable[[], Night]:
    shown = sightings(operator)
    settings = load_settings(config)
    at = EVENING + timedelta(days=days)
    return lambda: run_reconcile(settings, config, at, sightings=shown, look=False)


def _followed(
    happened: list[Change], taken: Sequence[Taken], night: Night, morning: Operator
) -> str:
    missed = not_followed(happened, taken, night.outcome.places, truth(morning))
    return f"{len(happened) - len(missed)} of {len(happened)}"


def _timed(
    what: str, operator: Operator, run: Callable[[], Night]
) -> tuple[tuple[str, ...], Night]:
    began, spent = time.perf_counter(), time.process_time()
    night = run()
    seconds, cpu = time.perf_counter() - began, time.process_time() - spent
    true = truth(operator)
    found = [one for one in night.outcome.places if one.spot is not None and one.line in true]
    wrong = [one for one in found if not right(one, true[one.line])]
    lines = len(true)
    row = (
        what,
        f"{lines:,}",
        f"{seconds:.1f}",
        f"{cpu:.1f}",
        f"{len(found) / lines:.2%}",
        f"{sum(_wide(one, true[one.line]) for one in found) / lines:.2%}",
        f"{len(wrong) / lines:.2%}",
        str(sum(not one.doubts for one in wrong)),
        str(len(night.outcome.questions)),
        str(len(night.outcome.changes)),
    )
    return row, night


def _wide(place: Place, true: Truth) -> bool:
    spot = place.spot
    return spot is not None and spot.device == true.gear and not spot.port
