"""Pages for people: whole, light, in their language, and hostile words are only words."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from posixpath import normpath
from xml.etree import ElementTree as ET

import pytest

from netwatch.delivery.page.badge import badge_svg
from netwatch.delivery.page.banner import banner_js
from netwatch.delivery.page.edition import Edition
from netwatch.delivery.page.machine import outages_json
from netwatch.delivery.page.pages import banners, fragments, room, sheets
from netwatch.model.facts import EndExpected, Fact, Phase, SituationBegan
from netwatch.model.names import AreaId, IncidentId, SituationId
from tests.unit.delivery.hands import PlainWords
from tests.unit.delivery.page.hostile import HOSTILE, edition, evening, town
from tests.unit.delivery.wording_examples import renderer
from tests.unit.views.tales import MINUTE, NIGHT, ONE, due, opened, people

FIRST_VIEW = 30_000
BADGE = ["svg", "title", "rect", "rect", "g", "text", "text"]
VOID = {"meta", "link", "img", "br", "base", "input", "hr"}
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class Reader(HTMLParser):
    """Reads a page as a browser would: its elements, their attributes, its text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def attributes(self, name: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(name)) is not None]


def read(page: bytes) -> Reader:
    reader = Reader()
    reader.feed(page.decode())
    reader.close()
    assert reader.open == []
    return reader


def pages(made: Edition) -> dict[str, bytes]:
    return {sheet.path: sheet.render() for sheet in sheets(made)}


QUIET = pages(edition(town(["Polna", "Krótka"]), []))
BUSY = pages(edition(town(["Polna", "Krótka"]), evening("a-0")))


def test_there_is_a_page_for_each_language_and_area_and_the_first_page_comes_last() -> None:
    there = ("a-0", "a-1", "more/outages", "index")
    assert list(QUIET) == [
        *(f"{code}/{page}.html" for code in ("pl", "cs", "uk", "en") for page in there),
        "index.html",
    ]


def test_each_outage_has_a_page_of_its_own_that_says_nothing_of_others() -> None:
    page = BUSY["en/outage/I-1.html"].decode()

    assert "confirmed I-1" in page
    assert "I-2" not in page
    assert "No outages are announced" not in BUSY["en/outage/I-2.html"].decode()


@pytest.mark.parametrize("path", [*BUSY])
def test_a_page_can_be_read_without_a_script_and_with_a_reader(path: str) -> None:
    for page in (QUIET.get(path, BUSY[path]), BUSY[path]):
        reader = read(page)
        tags = [tag for tag, _ in reader.tags]
        language = path.partition("/")[0] if "/" in path else "pl"

        assert ("html", {"lang": language}) in reader.tags
        assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
        assert next(attrs for tag, attrs in reader.tags if tag == "a")["href"] == "#content"
        headings = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
        assert all(b - a <= 1 for a, b in pairwise(headings))
        assert "style" not in tags
        assert not reader.attributes("style")
        root = "../" * path.count("/")
        scripts = (
            [f"{root}page.js"]
            if path.endswith("index.html")
            else [f"{root}pulse.js", f"{root}page.js"]
        )
        assert [attrs.get("src") for tag, attrs in reader.tags if tag == "script"] == scripts
        policy = next(value for value in reader.attributes("content") if "default-src" in value)
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert reader.attributes("datetime")[0] == "2026-11-14T19:47:11Z"
        assert len(page) <= room()


@pytest.mark.parametrize("path", [*BUSY])
def test_every_link_leads_to_a_page_that_is_there(path: str) -> None:
    assert dangling(path, BUSY) == []


def dangling(path: str, made: dict[str, bytes]) -> list[str]:
    """Return where links of a page lead to nothing."""
    beside = {"style.css", "page.js", "good.svg", "bad.svg", "feed.atom", "works.ics"}
    beside.add("outages.json")
    links = [href for href in read(made[path]).attributes("href") if href[0] != "#"]
    local = [href for href in links if not href.startswith("tel:")]
    found = {href: normpath(f"{path.rpartition('/')[0] or '.'}/{href}") for href in local}
    return [href for href, to in found.items() if to not in made and to not in beside]


def test_all_is_well_comes_with_a_next_step() -> None:
    text = " ".join(read(QUIET["en/index.html"]).text)

    assert "No outages are announced at the moment." in text
    assert "555 010 100" in text
    assert "tel:555010100" in read(QUIET["en/index.html"]).attributes("href")


def test_an_operator_without_a_number_is_not_given_one() -> None:
    page = pages(edition(town(["Polna"]), [], phone=""))["en/index.html"]

    assert "please get in touch with us" in page.decode()
    assert "tel:" not in page.decode()


def test_an_area_shows_its_own_outages_and_those_around_it_alone() -> None:
    there, elsewhere = BUSY["en/a-0.html"].decode(), BUSY["en/a-1.html"].decode()

    assert "confirmed I-1" in there
    assert "restored I-2" in there
    assert "I-1" not in elsewhere
    assert "No outages are announced here at the moment." in elsewhere


def test_times_stand_in_the_operators_zone() -> None:
    facts = [
        opened(areas=("a-0",)),
        due(areas=("a-0",)),
        EndExpected(at=NIGHT, incident=ONE, by="ewa", until=NIGHT + 60 * 24 * MINUTE),
    ]
    text = " ".join(read(pages(edition(town(["Polna"]), facts))["pl/index.html"]).text)

    assert "14 listopada 2026, 20:47" in text
    assert "20:02" in text
    assert "15 lis, 20:02" in text


def test_a_language_without_labels_gets_english_ones_and_its_own_words() -> None:
    page = pages(edition(town(["Polna"]), [], languages=("fr",)))["fr/index.html"].decode()

    assert '<html lang="fr">' in page
    assert "Areas" in page


@pytest.mark.parametrize("count", [51, 600, 4000])
@pytest.mark.parametrize("within", [None, "a-0"])
def test_the_first_view_stays_light_however_many_areas_there_are(
    count: int, within: str | None
) -> None:
    network = town([f"Сторонка Żółwia w Dąbrowie Górnej {n}" for n in range(count)])
    for area in [*network.areas.values()][1 if within else count :]:
        network.areas[area.id] = replace(area, within=within and AreaId(within))  # type: ignore[index]
    made = edition(network, evening("a-7"), languages=("uk",))
    made.site = replace(made.site, languages=("uk", "pl", "cs", "sk", "en", "de", "ru"))
    there = {sheet.path: sheet for sheet in sheets(made)}
    shelves = [path for path in there if path.startswith("uk/") and "~" in path]
    pages = {path: there[path].render() for path in ("uk/index.html", "uk/a-0.html", *shelves)}

    assert all(len(page) <= room() for page in pages.values())
    assert room() < FIRST_VIEW - 7_000
    listed = {href for page in pages.values() for href in read(page).attributes("href")}
    assert {f"../uk/a-{n}.html" for n in range(1, count)} <= {
        href.replace("../../", "../") for href in listed
    }
    everything = dict.fromkeys(there, b"") | pages
    assert all(not dangling(path, everything) for path in pages)


def test_an_outage_of_hundreds_of_places_is_told_whole_on_its_own_page() -> None:
    places = [f"Place {n} of a long name" for n in range(700)]
    areas = tuple(f"a-{n}" for n in range(700))
    facts = [opened(ONE, areas=areas), due(Phase.CONFIRMED, ONE, areas=areas)]
    there = {one.path: one for one in sheets(edition(town(places), facts, languages=("pl",)))}

    own = read(there["pl/outage/I-1.html"].render())
    assert "Place 699 of a long name" in " ".join(own.text)
    assert len(there["pl/index.html"].render()) <= room()


def test_a_storm_is_told_largest_first_and_whole_as_far_as_a_bad_line_carries() -> None:
    facts: list[Fact] = []
    for n in range(60):
        one = IncidentId(f"I-{n + 1}")
        facts += [
            opened(one, subscribers=people(10 + n, 1000 * n), areas=("a-0",)),
            due(Phase.CONFIRMED, one, areas=("a-0",)),
        ]
    made = pages(edition(town(["Polna"]), facts, languages=("pl",)))

    assert len(made["pl/index.html"]) <= room()
    text = " ".join(read(made["pl/index.html"]).text)
    assert text.index("confirmed I-60") < text.index("confirmed I-59")
    assert "Pozostałe awarie, od największych" in text
    whole = " ".join(read(made["pl/more/outages.html"]).text)
    assert all(f"confirmed I-{n + 1} " in whole for n in range(60))
    assert not dangling("pl/index.html", made)


def test_words_that_were_removed_leave_plain_ones() -> None:
    made = edition(town(["Polna"]), evening("a-0"), words=PlainWords(missing=True))

    assert "Awaria: Polna" in " ".join(read(pages(made)["pl/index.html"]).text)


def test_no_device_link_or_site_is_ever_named() -> None:
    made = edition(town(["Polna"]), evening("a-0"))
    for page in (*pages(made).values(), *dict(banners(made)).values(), banner_js(made)):
        assert b"l-core-sw" not in page
        assert b"sw-1" not in page


USUAL = {
    (tag, *sorted(attrs))
    for pages_of in (QUIET, BUSY)
    for page in pages_of.values()
    for tag, attrs in read(page).tags
} | {("ul", "class"), ("li", "class"), ("span", "class")}


@pytest.mark.parametrize("text", HOSTILE, ids=[f"{n}" for n in range(len(HOSTILE))])
def test_hostile_words_are_only_words(text: str) -> None:
    tame = edition(town(["Polna"]), evening("a-0"), languages=("pl",))
    made = edition(town([text]), evening("a-0"), name=text, languages=("pl",))
    made.words = Parrot(text)  # type: ignore[assignment]
    wanted = {
        path: [(tag, sorted(attrs)) for tag, attrs in read(page).tags if tag != "p"]
        for path, page in pages(tame).items()
    }
    for path, page in pages(made).items():
        reader = read(page)
        found = [(tag, sorted(attrs)) for tag, attrs in reader.tags if tag != "p"]
        if len(text) < 1000:
            assert found == wanted[path]
        else:  # words that long are told in brief
            assert {(tag, *attrs) for tag, attrs in found} <= USUAL
        assert not UNSEEN.search(page.decode())
        for href in reader.attributes("href"):
            assert not href.lower().startswith(("javascript:", "data:", "//"))
        assert len(page) <= 4 * FIRST_VIEW
    for page in [*dict(banners(made)).values(), *dict(fragments(made)).values()]:
        assert {tag for tag, _ in read(page).tags} <= {tag for tag, *_ in USUAL} | {
            "base",
            "small",
            "strong",
        }
    badge = ET.fromstring(badge_svg(made, "pl"))  # noqa: S314 - made here
    assert [one.tag.partition("}")[2] for one in badge.iter()] == BADGE
    assert not UNSEEN.search(badge_svg(made, "pl").decode())


class Parrot(PlainWords):
    """Says the hostile text wherever it is asked for words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def notice(self, outage, phase, channel, language, at, **told):  # type: ignore[no-untyped-def]
        said = super().notice(outage, phase, channel, language, at, **told)
        return type(said)(self._text, self._text)


def test_the_page_says_what_is_due_in_each_phase() -> None:
    for phase, label in [(Phase.SUSPECTED, "Checking"), (Phase.UPDATE, "Outage, news")]:
        facts = [opened(areas=("a-0",)), due(phase, areas=("a-0",))]
        made = edition(town(["Polna"]), facts, languages=("en",))
        text = " ".join(read(pages(made)["index.html"]).text)

        assert label in text


def test_many_outages_are_told_as_one_above_their_list_in_the_order_of_repair() -> None:
    names = tuple(IncidentId(f"I-{n}") for n in range(1, 6))
    facts: list[Fact] = []
    for one in names:
        facts += [opened(one, areas=("a-0",)), due(Phase.CONFIRMED, one, areas=("a-0",))]
    began = SituationBegan(
        at=NIGHT,
        situation=SituationId("U-1"),
        incidents=(names[3], names[0], IncidentId("I-99")),
        areas=(AreaId("a-0"),),
        subscribers=24,
        by="",
    )
    network = town(["Polna"])
    made = edition(network, [*facts, began], languages=("pl", "en"), words=renderer(network))
    text = " ".join(read(pages(made)["en/index.html"]).text)
    document = json.loads(outages_json(made))

    assert text.index(" at once") < text.index("Outage: no internet")
    assert document["situation"]["incidents"] == ["I-4", "I-1"]
    assert [one["id"] for one in document["outages"]][:2] == ["I-4", "I-1"]
    assert " naraz" in document["situation"]["texts"]["pl"]["title"]
    quiet = json.loads(outages_json(edition(network, facts)))
    assert quiet["situation"] is None


def test_where_somebody_answers_the_page_leads_there_in_its_language() -> None:
    made = edition(town(["Polna"]), [])
    asks = replace(made, site=replace(made.site, ask="https://ask.dolina.example"))
    (first,) = (one for one in sheets(asks) if one.path == "pl/index.html")
    assert "https://ask.dolina.example/pl/me" in read(first.render()).attributes("href")
