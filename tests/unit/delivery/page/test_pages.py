"""Pages for people: whole, light, in their language, and hostile words are only words."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from netwatch.delivery.page.banner import banner_js
from netwatch.delivery.page.edition import Edition
from netwatch.delivery.page.pages import banner_html, sheets
from netwatch.model.facts import EndExpected, Phase
from netwatch.model.names import AreaId
from tests.unit.delivery.hands import PlainWords
from tests.unit.delivery.page.hostile import HOSTILE, edition, evening, town
from tests.unit.views.tales import MINUTE, NIGHT, ONE, due, opened

FIRST_VIEW = 30_000
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
    assert list(QUIET) == [
        *(f"{code}/{p}.html" for code in ("pl", "cs", "uk", "en") for p in ("a-0", "a-1", "index")),
        "index.html",
    ]


@pytest.mark.parametrize("path", [*BUSY])
def test_a_page_can_be_read_without_a_script_and_with_a_reader(path: str) -> None:
    for page in (QUIET[path], BUSY[path]):
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
        assert [attrs.get("src") for tag, attrs in reader.tags if tag == "script"] == [
            f"{'../' if '/' in path else ''}page.js"
        ]
        policy = next(value for value in reader.attributes("content") if "default-src" in value)
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert reader.attributes("datetime")[0] == "2026-11-14T19:47:11Z"
        assert len(page) <= FIRST_VIEW


@pytest.mark.parametrize("path", [*BUSY])
def test_every_link_leads_to_a_page_that_is_there(path: str) -> None:
    reader = read(BUSY[path])
    folder = path.rpartition("/")[0]
    beside = {"style.css", "page.js", "good.svg", "bad.svg", "feed.atom", "works.ics"}
    for href in reader.attributes("href"):
        if href.startswith(("#", "tel:")):
            continue
        target = href.removeprefix("../") if href.startswith("../") else f"{folder}/{href}"
        assert target.lstrip("/") in {*BUSY, *beside, "outages.json"}, href


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


def test_many_areas_are_listed_by_those_around_them() -> None:
    network = town([f"Estate {n}" for n in range(600)])
    made = edition(network, [], languages=("en",))
    assert len(dict(pages(made))["en/index.html"]) < 3 * FIRST_VIEW

    for area in list(network.areas.values())[1:]:
        network.areas[area.id] = type(area)(id=area.id, name=area.name, within=AreaId("a-0"))  # type: ignore[index]
    page = next(
        s for s in sheets(edition(network, [], languages=("en",))) if s.path == "index.html"
    )

    assert len(page.render()) <= FIRST_VIEW


def test_words_that_were_removed_leave_plain_ones() -> None:
    made = edition(town(["Polna"]), evening("a-0"), words=PlainWords(missing=True))

    assert "Awaria: Polna" in " ".join(read(pages(made)["pl/index.html"]).text)


def test_no_device_link_or_site_is_ever_named() -> None:
    made = edition(town(["Polna"]), evening("a-0"))
    for page in (*pages(made).values(), banner_html(made), banner_js(made)):
        assert b"l-core-sw" not in page
        assert b"sw-1" not in page


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
        assert found == wanted[path]
        assert not UNSEEN.search(page.decode())
        for href in reader.attributes("href"):
            assert not href.lower().startswith(("javascript:", "data:", "//"))
        assert len(page) <= 4 * FIRST_VIEW
    read(banner_html(made))


class Parrot(PlainWords):
    """Says the hostile text wherever it is asked for words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def notice(self, outage, phase, channel, language, at):  # type: ignore[no-untyped-def]
        said = super().notice(outage, phase, channel, language, at)
        return type(said)(self._text, self._text)


def test_the_page_says_what_is_due_in_each_phase() -> None:
    for phase, label in [(Phase.SUSPECTED, "Checking"), (Phase.UPDATE, "Outage, news")]:
        facts = [opened(areas=("a-0",)), due(phase, areas=("a-0",))]
        made = edition(town(["Polna"]), facts, languages=("en",))
        text = " ".join(read(pages(made)["index.html"]).text)

        assert label in text
