"""The public page of 500 areas in seven languages: made from nothing, and at a change."""

import asyncio
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import shapely

from netwatch.delivery.channels import Address
from netwatch.delivery.channels.website import Website
from netwatch.delivery.page.content import Site
from netwatch.delivery.page.reliability import reliability
from netwatch.delivery.render import Renderer, Text
from netwatch.model.facts import Cause, Fact
from netwatch.model.names import AreaId, IncidentId, NoticeKey, SubscriberId
from netwatch.model.network import Area, LocalName, Network, Subscriber
from netwatch.rules import read_rules
from netwatch.views.board import Board
from netwatch.views.record import Loss, PastOutage
from tests.bench.report import Table
from tests.unit.delivery.hands import Hands
from tests.unit.views.tales import NIGHT, due, opened

AREAS: Final = 500
DISTRICTS: Final = 20
HOMES: Final = 10
LANGUAGES: Final = ("pl", "cs", "sk", "uk", "en", "de", "ru")
BAR_S: Final = 1.0
ROUNDS: Final = 5
ONE_HOME: Final = Address(recipient="public", language="pl")
DAY: Final = timedelta(days=1)

Night = Callable[[Sequence[AreaId]], list[Fact]]


def quiet(_areas: Sequence[AreaId]) -> list[Fact]:
    """Let nothing be wrong."""
    return []


def street(areas: Sequence[AreaId]) -> list[Fact]:
    """Let one street be out."""
    return _outage(IncidentId("I-1"), areas[-1:])


def town(areas: Sequence[AreaId]) -> list[Fact]:
    """Let one outage take all of the town."""
    return _outage(IncidentId("I-1"), areas[1 + DISTRICTS :])


def storm(areas: Sequence[AreaId]) -> list[Fact]:
    """Let sixty outages at a time take eight streets each."""
    streets = areas[1 + DISTRICTS :]
    return [
        fact
        for number in range(60)
        for fact in _outage(IncidentId(f"I-{number}"), streets[number * 8 : number * 8 + 8])
    ]


NIGHTS: Final[dict[str, Night]] = {
    "all is well": quiet,
    "one street is out": street,
    "one outage takes all areas": town,
    "60 outages take all areas": storm,
}


@dataclass(frozen=True, slots=True)
class Took:
    """What one edition took, and what it put there."""

    seconds: float
    cpu_s: float
    files: int
    digest: str


def edition(*, quick: bool = False) -> Iterator[Table]:
    """Make the page from nothing, then at a change, for each kind of night."""
    network = _network()
    rounds = 1 if quick else ROUNDS
    rows, notes = [], []
    for name, night in NIGHTS.items():
        for kind in ("from nothing", "at the change"):
            took = [_made(network, night, kind) for _ in range(rounds)]
            best = min(took, key=lambda one: one.seconds)
            rows.append(
                (
                    f"{name}, {kind}",
                    f"{best.files:,}",
                    f"{best.seconds:.2f}",
                    f"{sorted(one.seconds for one in took)[rounds // 2]:.2f}",
                    f"{min(one.cpu_s for one in took):.2f}",
                    "yes" if best.seconds <= BAR_S else "no",
                )
            )
            notes.append(f"{name}, {kind}: digest of all files {best.digest}")
    yield Table(
        title="The page of 500 areas",
        words=(
            f"{AREAS} areas in {len(LANGUAGES)} languages with a map and a year's record, "
            "written to a disk and forced to it."
        ),
        head=("night", "files", "s at best", "s median", "CPU-s", f"within {BAR_S:g} s"),
        rows=rows,
        notes=notes,
    )


def _made(network: Network, night: Night, kind: str) -> Took:
    home = Path(tempfile.mkdtemp(prefix="nw-edition-", dir=os.environ.get("NETWATCH_BENCH_DISK")))
    try:
        board = Board.empty()
        page = Website(
            directory=home / "website",
            site=Site(
                name="Dolina",
                timezone="Europe/Warsaw",
                languages=LANGUAGES,
                url="https://status.dolina.example",
                phone="555 010 100",
                aim=0.999,
            ),
            network=network,
            words=_words(network),
            board=board,
            clock=Hands(NIGHT),
            track=lambda crowds, _at: reliability(_past(network), crowds, NIGHT - 100 * DAY, NIGHT),
        )
        facts = night(list(network.areas))
        return asyncio.run(_timed(page, board, facts, home / "website", kind))
    finally:
        shutil.rmtree(home)


async def _timed(
    page: Website, board: Board, facts: list[Fact], directory: Path, kind: str
) -> Took:
    page._record = page._track(page._crowds, NIGHT)  # type: ignore[misc] # as a task of it does
    _ = page._crowds.drawing  # made once for an inventory
    if kind == "at the change":
        await page.refresh()
    for fact in facts:
        board.take(fact)
    began, cpu = time.perf_counter(), time.process_time()
    await page.send(ONE_HOME, Text("", ""), NoticeKey("k"))
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    await page.close()
    return Took(seconds, spent, *_digest(directory))


def _digest(directory: Path) -> tuple[int, str]:
    told, files = hashlib.sha256(), 0
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        told.update(str(path.relative_to(directory)).encode())
        told.update(path.read_bytes())
        files += 1
    return files, told.hexdigest()[:16]


def _outage(incident: IncidentId, areas: Sequence[AreaId]) -> list[Fact]:
    people = [SubscriberId(f"{area}-{home}") for area in areas for home in range(HOMES)]
    return [
        opened(incident, areas=areas, subscribers=people),
        due(incident=incident, areas=areas),
    ]


def _network() -> Network:
    ids = [AreaId(f"area-{number}") for number in range(AREAS)]
    areas = {
        area: Area(
            id=area,
            name=LocalName(f"ul. Polna {number}", (("cs", f"Polní {number}"),)),
            within=None
            if not number
            else ids[0]
            if number <= DISTRICTS
            else ids[1 + number % DISTRICTS],
            outline=_outline(number),
        )
        for number, area in enumerate(ids)
    }
    homes = (
        Subscriber(id=SubscriberId(f"{area}-{home}"), area=area)
        for area in ids
        for home in range(HOMES)
    )
    return Network(areas=areas, subscribers={home.id: home for home in homes})


def _outline(number: int) -> bytes:
    west, south = 19.9 + number % 25 * 0.01, 50.0 + number // 25 * 0.01
    drawn: bytes = shapely.to_wkb(shapely.box(west, south, west + 0.009, south + 0.009))
    return drawn


def _words(network: Network) -> Renderer:
    book = read_rules(None, None).rulebook
    if book is None:
        raise AssertionError("the rules that ship cannot be read")
    return Renderer(book.words, network, "Dolina", "Europe/Warsaw", list(LANGUAGES))


def _past(network: Network) -> list[PastOutage]:
    areas = list(network.areas)
    return [
        PastOutage(
            incident=IncidentId(f"P-{number}"),
            cause=Cause.FIBRE,
            since=NIGHT - (2 + number % 90) * DAY - timedelta(hours=2),
            until=NIGHT - (2 + number % 90) * DAY,
            losses={
                area: Loss(people=HOMES, seconds=HOMES * 7200)
                for area in areas[number * 2 : number * 2 + 12]
            },
        )
        for number in range(240)
    ]
