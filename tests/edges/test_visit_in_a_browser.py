"""The pages that answer, as a browser shows them: phone and desk, with and without a script."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.edges.browsing import DESK, PHONE, Look, look
from tests.edges.test_web import Guests
from tests.edges.web_house import Served, visited
from tests.unit.web.asked import Town

SHOTS = os.environ.get("NETWATCH_SHOTS", "")
"""A folder for pictures of the pages, for people to look at."""
NAMES = ("Krakowskie Przedmieście i okolice starego rynku", "Leśna", "Polna")


@pytest.fixture
def town() -> Town:
    plain = Town()
    plain.outage()
    ways = ["mail", "sms"]

    async def known(question: dict[str, Any], who: str) -> dict[str, Any]:
        told = await plain.visitors.asks["known"](question, who)
        languages = ("pl", "en", "cs", "sk", "uk", "de", "ru")
        areas = {one: [(f"a-{n}", name) for n, name in enumerate(NAMES)] for one in languages}
        return told | {"ways": ways, "areas": areas, "callbacks": True, "phone": "555 010 100"}

    town = Town(more={"known": known}, tray=plain.tray)
    town.board = plain.board
    return town


@pytest.fixture
def served(tmp_path: Path, town: Town) -> Iterator[Served]:
    with visited(tmp_path, Guests(), town.visitors.asks) as serving:
        yield serving


def _shot(name: str) -> str:
    return str(Path(SHOTS) / f"{name}.png") if SHOTS else ""


ASKING = (("type", "#address", "ul. Polna 7, Dolina"), ("press", ".ask button", ""))
REPORTING = (
    ("type", "#number", "S-1007"), ("type", "#proof", "7"), ("type", "#phone", "555 010 100"),
    ("press", ".ask button", ""),
)  # fmt: skip
WISHING = (
    ("type", "#to", "ewa@dolina.example"), ("choose", "#areas", "a-1"),
    ("press", ".ask button", ""),
)  # fmt: skip


def test_nothing_on_the_pages_that_answer_shuts_anybody_out(served: Served, tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{served.page}"
    looks = [
        Look(
            url=f"{base}/{language}/{page}", width=width, dark=dark, axe=True,
            shot=_shot(f"{page}-{language}-{width}-{'dark' if dark else 'light'}"),
        )
        for page, language, width, dark in (
            ("me", "pl", PHONE, False), ("report", "uk", PHONE, True),
            ("subscribe", "de", PHONE, False), ("me", "ru", DESK, True),
            ("report", "cs", DESK, False), ("subscribe", "pl", DESK, True),
        )
    ]  # fmt: skip
    for seen, wanted in zip(look(tmp_path / "profile", *looks), looks, strict=True):
        assert seen.violations == [], wanted.url
        assert seen.complaints == [], wanted.url
        assert seen.wide <= wanted.width, wanted.url


@pytest.mark.parametrize(("width", "script"), [(PHONE, True), (DESK, False)])
def test_somebody_asks_and_reports_and_subscribes(
    served: Served, town: Town, tmp_path: Path, width: int, script: bool
) -> None:
    base, how = f"http://127.0.0.1:{served.page}", f"{width}-{'script' if script else 'plain'}"
    asked, reported, wished = look(
        tmp_path / "profile",
        *(
            Look(
                url=f"{base}/pl/{page}", width=width, script=script, axe=script, steps=steps,
                shot=_shot(f"after-{page}-{how}"),
            )
            for page, steps in (("me", ASKING), ("report", REPORTING), ("subscribe", WISHING))
        ),
    )  # fmt: skip
    assert "Tak, jest tu awaria" in asked.text
    assert "20:02" in asked.text
    for seen in (asked, reported, wished):
        assert seen.violations == []
        assert seen.complaints == []
        assert seen.wide <= width
    if script:
        assert "Dziękujemy, mamy Państwa zgłoszenie" in reported.text
        assert "Jeszcze jeden krok" in wished.text
    else:
        assert "Prosimy odczekać 10 sekund" in reported.text
        assert "Prosimy odczekać 10 sekund" in wished.text
        assert town.tray.said == []
