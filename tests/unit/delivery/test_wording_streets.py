"""Streets in a sentence: in each language, short enough for an SMS, and never markup."""

import pytest

from netwatch.delivery.page.crowds import Crowds
from netwatch.delivery.page.machine import outages_json
from netwatch.delivery.page.pages import sheets
from netwatch.delivery.sms import measure
from netwatch.model.facts import Phase, Purpose
from netwatch.model.names import AreaId
from netwatch.model.network import Area, LocalName, Network, Subscriber
from netwatch.model.spelling import street_key
from netwatch.model.street_map import street_map
from netwatch.model.whereabouts import Where, whereabouts
from tests.unit.delivery.page.hostile import HOSTILE, edition
from tests.unit.delivery.test_render import assert_harmless
from tests.unit.delivery.wording_examples import at, outage, renderer
from tests.unit.model.streets_of import EVEN, ODD, lives, network_of
from tests.unit.views.tales import due, opened, restored

NUMBERS = [str(number) for number in range(1, 20)]
TOWN = [
    *lives("ul. Polna", [*NUMBERS, *map(str, range(20, 60))], "Dąbrowa"),
    *lives("Krótka", ODD, "Dąbrowa"),
    *lives("Długa", EVEN, "Dąbrowa"),
]
HIT = [*TOWN[:19], *(one for one in TOWN if one.lives.street == "Krótka")]


def where(affected: list[Subscriber], everybody: list[Subscriber] = TOWN) -> Where:
    return whereabouts(street_map(network_of(everybody)), [one.id for one in affected])


def title(found: Where, language: str, network: Network | None = None, **changed: object) -> str:
    speaker = renderer(network or Network())
    told = outage(where=found, where_at_worst=found, **{"areas": (), **changed})
    return speaker.notice(told, Phase.CONFIRMED, "website", language, at(18, 4)).title


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pl", "Dąbrowa: Krótka i ul. Polna 1–20"),
        ("cs", "Dąbrowa: Krótka a ul. Polna 1–20"),
        ("uk", "Dąbrowa: Krótka і ul. Polna 1–20"),
        ("en", "Dąbrowa: Krótka and ul. Polna 1–20"),
    ],
)
def test_town_streets_and_numbers_are_said_in_each_language(language: str, said: str) -> None:
    assert title(where(HIT), language).endswith(f" – {said}")


@pytest.mark.parametrize(
    ("language", "side"),
    [
        ("pl", "numery nieparzyste"),
        ("cs", "lichá čísla"),
        ("uk", "непарні номери"),
        ("en", "odd numbers"),
    ],
)
def test_a_side_of_the_street_is_said_in_each_language(language: str, side: str) -> None:
    odd = [one for one in TOWN[:19] if int(one.lives.house) % 2]
    assert title(where(odd), language).endswith(f" – Dąbrowa: ul. Polna 1–19 ({side})")


@pytest.mark.parametrize(
    ("language", "tail"),
    [
        ("pl", "i 12 innych ulic"),
        ("cs", "a 12 dalších ulic"),
        ("uk", "і ще 12 вулиць"),
        ("en", "and 12 other streets"),
    ],
)
def test_many_streets_are_counted(language: str, tail: str) -> None:
    streets = [one for n in range(17) for one in lives(f"Lipowa {chr(97 + n) * 2}", EVEN)]
    found = where(streets, [*streets, *lives("Inna", EVEN)])
    assert title(found, language).endswith(tail)


@pytest.mark.parametrize("language", ["pl", "cs", "uk", "en"])
def test_an_sms_says_as_much_as_there_is_room_for(language: str) -> None:
    long = "ul. Księcia Bolesława Krzywoustego"
    everybody = [*TOWN, *lives(long, [*ODD, *EVEN], "Dąbrowa Górna")]
    for hit in (HIT, [*HIT, *everybody[len(TOWN) :]], everybody[len(TOWN) :][:9]):
        found = where(hit, everybody)
        for phase in (Phase.CONFIRMED, Phase.UPDATE, Phase.RESTORED):
            told = outage(areas=(), where=found, where_at_worst=found, services=("internet", "tv"))
            text = renderer(Network()).notice(told, phase, "sms", language, at(18, 4)).body
            assert measure(text).segments <= (2 if language == "uk" else 1), text
            assert "–" not in text


def test_drawn_areas_are_said_in_place_of_their_streets_and_beside_others() -> None:
    estate = AreaId("polna")
    network = Network(areas={estate: Area(id=estate, name=LocalName("os. Polna"))})
    drawn = lives("Zielona", ODD, "Dąbrowa", area="polna")
    people = network_of([*drawn, *TOWN], "polna")
    inside = whereabouts(street_map(people), [one.id for one in drawn])
    mixed = whereabouts(street_map(people), [one.id for one in [*drawn, *HIT[19:]]])

    assert title(inside, "pl", network, areas=(estate,)).endswith(" – os. Polna")
    assert title(mixed, "pl", network, areas=(estate,)).endswith(" – os. Polna; Dąbrowa: Krótka")


def test_who_is_told_that_it_works_again_are_all_whom_it_took() -> None:
    told = outage(areas=(), where=where(HIT[:3]), where_at_worst=where(HIT))
    text = renderer(Network()).notice(told, Phase.RESTORED, "website", "pl", at(20, 41))
    assert text.title.endswith("Dąbrowa: Krótka i ul. Polna 1–20")


def test_the_staff_reads_streets_and_how_many_are_not_placed_there() -> None:
    everybody = [*TOWN, *lives("Krótka", ["5", "7"], "Dąbrowa", placed=False)]
    found = where(HIT, everybody)
    text = renderer(Network()).staff(outage(where=found), Purpose.ALERT, "en", at(18, 4))
    assert "Streets: Dąbrowa: Krótka and ul. Polna 1–20.\n" in text.body
    assert "possibly without service too: 2 subscribers.\n" in text.body


def test_the_page_lists_streets_and_outages_json_has_them() -> None:
    found = where(HIT)
    network = network_of(TOWN)
    facts = [opened(where=found), due(Phase.CONFIRMED)]
    made = edition(network, facts, words=renderer(network))
    assert b'"streets":["Kr\xc3\xb3tka","ul. Polna 1-20"]' in outages_json(made)
    page = next(sheet for sheet in sheets(made) if sheet.path == "pl/index.html").render().decode()
    assert "Dąbrowa: Krótka i ul. Polna 1–20" in made.text(made.content.current[0], "pl").title
    assert "<li>" not in page.partition("<article")[2].partition("</article>")[0]


def test_more_streets_than_a_title_holds_stand_in_order_on_the_page() -> None:
    names = ["ul. Żytnia", "Lipowa", "ul. Akacjowa", "Łąkowa"]
    town = [one for name in names for one in lives(name, EVEN)]
    found = where(town, [*town, *lives("Inna", ODD)])
    made = edition(network_of(town), [opened(where=found), due(Phase.CONFIRMED)])
    page = next(sheet for sheet in sheets(made) if sheet.path == "pl/index.html").render().decode()
    shown = [line for line in page.splitlines() if line.startswith("<li>") and "<a" not in line]
    in_order = ["ul. Akacjowa", "Łąkowa", "Lipowa", "ul. Żytnia"]
    assert shown == [f"<li>{name}</li>" for name in sorted(in_order, key=street_key)]
    assert shown[0] == "<li>ul. Akacjowa</li>"


def test_streets_of_a_repaired_outage_are_those_of_its_worst() -> None:
    facts = [opened(where=where(HIT)), due(Phase.CONFIRMED), restored(), due(Phase.RESTORED)]
    assert b'"ul. Polna 1-20"' in outages_json(edition(network_of(TOWN), facts))


@pytest.mark.parametrize("text", HOSTILE[:60])
def test_a_hostile_street_is_text_and_only_text(text: str) -> None:
    street = f"{text[:200]} ulica"
    town = [*lives(street, [*ODD, *EVEN], text[:200] or "x"), *lives("Polna", EVEN)]
    found = where(town[:12], town)
    said = renderer(Network()).notice(
        outage(areas=(), where=found), Phase.CONFIRMED, "website", "pl", at(18, 4)
    )
    assert_harmless(said.title, said.body)
    made = edition(network_of(town), [opened(where=found), due(Phase.CONFIRMED)])
    data = outages_json(made)
    page = next(sheet for sheet in sheets(made) if sheet.path == "pl/index.html").render()
    for raw in (data, page):
        assert b"<script>alert" not in raw
        assert b"onerror=alert(1)>" not in raw
        assert b"\x1b" not in raw


def test_crowds_do_not_name_a_town_for_the_few_outside_its_named_streets() -> None:
    town, street = AreaId("town-dolina"), AreaId("street-dolina-polna")
    areas = {
        town: Area(id=town, name=LocalName("Dolina"), derived=True),
        street: Area(id=street, name=LocalName("Polna"), within=town, derived=True),
    }
    people = [*lives("Polna", EVEN, area=street), *lives("Krótka", ["1", "2"], area=town)]
    crowds = Crowds(Network(areas=areas, subscribers={one.id: one for one in people}))
    assert crowds.named((street, town)) == (street,)
    assert crowds.named((town,)) == (town,)
