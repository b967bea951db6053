"""The page as a browser shows it: on a telephone and a desk, with and without a script."""

import asyncio
import time
from pathlib import Path

import pytest

from netwatch.delivery.channels import Address
from netwatch.delivery.channels.website import Website
from netwatch.delivery.page.content import Site
from netwatch.delivery.page.crowds import Crowds
from netwatch.delivery.page.pages import FIRST_VIEW
from netwatch.delivery.page.reliability import reliability
from netwatch.delivery.render import Text
from netwatch.model.facts import Fact, Phase
from netwatch.model.names import IncidentId, NoticeKey
from netwatch.model.network import Network
from netwatch.model.street_map import street_map
from netwatch.model.whereabouts import whereabouts
from netwatch.views.board import Board
from tests.edges.browsing import DESK, PHONE, Look, look, served
from tests.unit.delivery.hands import Hands
from tests.unit.delivery.page.hostile import HOSTILE, town
from tests.unit.delivery.page.test_drawing import drawn
from tests.unit.delivery.page.test_reliability import DAY, ended
from tests.unit.delivery.wording_examples import renderer
from tests.unit.model.streets_of import EVEN, ODD, lives, network_of
from tests.unit.views.tales import MINUTE, NIGHT, due, opened, people, restored

STREETS = (
    "ul. Księcia Bolesława Krzywoustego",
    "Polna",
    "x" * 110,
    "<img src=x onerror=\"document.title='run'\">",
    "1 Maja",
)
LANGUAGES = ("pl", "cs", "sk", "uk", "en", "de", "ru")
AREAS = [f"Osiedle Tysiąclecia {n}" for n in range(500)]


def written(site: Path, network: Network, facts: list[Fact]) -> None:
    """Write the page of a network after some facts."""
    website = Website(
        directory=site,
        site=Site(
            name="Dolina",
            timezone="Europe/Warsaw",
            languages=LANGUAGES,
            phone="555 010 100",
            report="https://dolina.example/report",
            aim=0.9975,
        ),
        network=network,
        words=renderer(network),
        board=Board.of(facts),
        clock=Hands(NIGHT + 45 * MINUTE),
    )
    past = [ended(n, days_ago=n + 2, hours=n + 1, **{f"a-{n % 3}": 9}) for n in range(30)]
    website._record = reliability(past, Crowds(network), NIGHT - 200 * DAY, NIGHT)
    public = Address(recipient="public", language="pl")
    asyncio.run(website.send(public, Text("", ""), NoticeKey("k")))


def bad_evening(count: int) -> list[Fact]:
    """Return facts of many outages: some go on, some are suspected, some are over."""
    facts: list[Fact] = []
    for n in range(count):
        one, area = IncidentId(f"I-{n + 1}"), f"a-{7 * n}"
        facts.append(opened(one, areas=(area,), subscribers=people(10 + n, 1000 * n)))
        phase = Phase.SUSPECTED if n % 3 == 1 else Phase.CONFIRMED
        facts.append(due(phase, one, areas=(area,)))
        if n % 3 == 2:
            facts += [restored(one), due(Phase.RESTORED, one, NIGHT + 30 * MINUTE, areas=(area,))]
    return facts


@pytest.mark.parametrize("width", [340, DESK])
def test_a_page_of_long_streets_fits_a_telephone_and_a_desk(tmp_path: Path, width: int) -> None:
    homes = [one for name in STREETS for one in lives(name, [*ODD, *EVEN])]
    out = [one.id for one in homes if one.lives.house in ODD]
    network = network_of(homes)
    where = whereabouts(street_map(network), out)
    written(tmp_path / "site", network, [opened(subscribers=out, where=where), due()])

    with served(tmp_path / "site") as url:
        (seen,) = look(tmp_path / "profile", Look(url=f"{url}/pl/index.html", width=width))

    assert seen.wide <= width
    assert seen.images == 0
    assert seen.title.startswith("(1) ")
    assert all(name[:60] in seen.text for name in STREETS)


def test_nothing_on_any_page_shuts_anybody_out(tmp_path: Path) -> None:
    site = tmp_path / "site"
    written(site, drawn(500), bad_evening(12))
    pages = ["pl/index.html", "uk/a-0.html", "de/outage/I-2.html", "ru/more/~1.html"]
    pages += [
        "cs/more/outages.html",
        "sk/a-1.html",
        "banner.html",
        "en/index.html",
        "pl/more/history.html",
    ]

    with served(site) as url:
        looks = [
            Look(url=f"{url}/{page}", width=width, dark=dark, axe=True)
            for page in pages
            for width, dark in ((PHONE, False), (DESK, True))
        ]
        seen = look(tmp_path / "profile", *looks)

    for one, said in zip(looks, seen, strict=True):
        assert said.violations == [], one.url
        assert said.complaints == [], one.url
        assert said.wide <= one.width, one.url


@pytest.mark.parametrize("script", [True, False])
def test_the_first_view_is_light_and_comes_in_one_go(tmp_path: Path, *, script: bool) -> None:
    site = tmp_path / "site"
    written(site, town(AREAS), bad_evening(40))
    pages = [f"{code}/index.html" for code in LANGUAGES] + ["index.html", "uk/a-0.html"]

    with served(site) as url:
        looks = [Look(url=f"{url}/{page}", script=script) for page in pages]
        seen = look(tmp_path / "profile", *looks)

    for said in seen:
        assert sum(one["octets"] for one in said.loaded) <= FIRST_VIEW
        assert {one["by"] for one in said.loaded} <= {"other", "parser"}
        assert not said.complaints
        assert "555 010 100" in said.text


def test_a_page_that_has_grown_old_says_so_with_and_without_a_script(tmp_path: Path) -> None:
    site = tmp_path / "site"
    written(site, town(AREAS[:3]), bad_evening(1))
    since_made = (NIGHT + 45 * MINUTE).timestamp() - time.time()

    with served(site) as url:
        fresh, old, open_, left_open = look(
            tmp_path / "profile",
            Look(url=f"{url}/pl/a-0.html", later_s=since_made + 240),
            Look(url=f"{url}/pl/a-0.html", later_s=since_made + 301),
            Look(url=f"{url}/pl/index.html", script=False),
            Look(url=f"{url}/pl/index.html", script=False, open_s=301),
        )

    assert [one.stale for one in (fresh, old, open_, left_open)] == [False, True, False, True]
    assert "Jeśli jest już po 20:52, prosimy wczytać tę stronę ponownie" in open_.text
    assert "Ta strona ma więcej niż 5 minut" in old.text


def test_no_hostile_word_does_anything_in_a_browser(tmp_path: Path) -> None:
    site = tmp_path / "site"
    written(site, town(HOSTILE), [
        fact
        for n in range(0, len(HOSTILE), 7)
        for fact in (
            opened(IncidentId(f"I-{n}"), areas=(f"a-{n}",), subscribers=people(9, 10 * n)),
            due(Phase.CONFIRMED, IncidentId(f"I-{n}"), areas=(f"a-{n}",)),
        )
    ])  # fmt: skip

    with served(site) as url:
        paths = ["pl/index.html", "pl/more/outages.html", "pl/more/~1.html", "banner.html"]
        paths += [f"pl/a-{n}.html" for n in range(0, len(HOSTILE), 9)]
        seen = look(tmp_path / "profile", *(Look(url=f"{url}/{path}") for path in paths))

    for said in seen:
        assert said.complaints == []
        assert {one["url"].startswith(url) for one in said.loaded} == {True}
