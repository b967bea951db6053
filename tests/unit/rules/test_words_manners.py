"""What the public must never read, found before it is sent; what may be said passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.rules.words_glue import glued
from netwatch.rules.words_manners import (
    bare,
    bends_places,
    blames,
    faults,
    invites_comments,
    reads_as_the_end,
)


def wrongs(text: str, language: str, *, answers: bool = False) -> list[str]:
    found = faults(text, language, place="Qq", news_by="77:77", answers=answers)
    return [wrong for wrong, _ in found]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "Naprawimy do 77:77."),
        ("pl", "Napiszemy wkrótce. Koniec o 77:77."),
        ("cs", "Opraveno bude do 77:77."),
        ("sk", "Hotovo do 77:77."),
        ("uk", "Полагодимо до 77:77."),
        ("ru", "Починим до 77:77."),
        ("en", "Repair by 77:77."),
        ("de", "Repariert bis 77:77."),
    ],
)
def test_a_promise_of_news_never_reads_as_the_end_of_the_repair(language: str, text: str) -> None:
    assert reads_as_the_end(text, "77:77", language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "Czas naprawy podamy do 77:77."),
        ("cs", "Jak dlouho oprava potrvá, nevíme – napíšeme to sem v 77:77."),
        ("sk", "Cas opravy oznamime do 77:77"),
        ("uk", "Строк назвемо до 77:77."),
        ("ru", "Новости до 77:77."),
        ("en", "Next update here by 77:77."),
        ("de", "Nachricht bis 77:77."),
        ("hu", "Javítás 77:77."),
    ],
)
def test_a_promise_of_news_may_be_given(language: str, text: str) -> None:
    assert not reads_as_the_end(text, "77:77", language)


@pytest.mark.parametrize(
    ("language", "text", "bent"),
    [
        ("pl", "Awaria na Qq", True),
        ("cs", "Výpadek v Qq", True),
        ("uk", "Аварія на Qq", True),
        ("pl", "Awaria – Qq", False),
        ("pl", "Dolina: awaria od 18:02, Qq. Brak", False),
        ("pl", "Qq: awaria", False),
        ("pl", "nie ma pradu (Qq)", False),
        ("en", "Outage in Qq", False),
        ("de", "Störung in Qq", False),
    ],
)
def test_place_names_stand_where_no_language_has_to_bend_them(
    language: str, text: str, bent: bool
) -> None:
    assert bends_places(text, "Qq", language) is bent


@pytest.mark.parametrize(
    ("language", "text", "blamed"),
    [
        ("pl", "Kabel przecięto z winy wykonawcy", True),
        ("pl", "To nie wina Państwa sprzętu", False),
        ("pl", "Kabel przecięty przy robotach ziemnych", False),
        ("cs", "Kabel byl přerušen vinou firmy", True),
        ("cs", "Kabel byl přerušen při výkopových pracích", False),
        ("en", "A contractor cut the cable", True),
        ("en", "It is not your equipment", False),
        ("de", "Schuld ist die Baufirma", True),
        ("de", "Wir bitten um Entschuldigung", False),
        ("ru", "Обрыв по вине подрядчика", True),
        ("hu", "bármi", False),
    ],
)
def test_nobody_is_blamed(language: str, text: str, blamed: bool) -> None:
    assert blames(text, language) is blamed


@pytest.mark.parametrize(
    ("text", "invited"),
    [
        ("Prosimy podać ulicę w komentarzu.", True),
        ("Write your address in the comments.", True),
        ("Adresu w komentarzach proszę nie podawać.", False),
        ("Prosíme, neuvádějte adresy v komentářích.", False),
        ("Please, no addresses in the comments.", False),
        ("Bitte keine Adressen in den Kommentaren.", False),
        ("Будь ласка, без адрес у коментарях.", False),
    ],
)
def test_nobody_is_asked_to_write_where_they_live_for_all_to_read(text: str, invited: bool) -> None:
    assert invites_comments(text) is invited


def test_an_answer_is_asked_for_only_where_it_arrives() -> None:
    asking = "Nadal nie dziala? Odpisz NIE"

    assert wrongs(asking, "pl") == ["asks for an answer that would not arrive"]
    assert wrongs(asking, "pl", answers=True) == []


@given(st.text(max_size=200), st.sampled_from(["pl", "cs", "sk", "uk", "en", "de", "ru", "xx"]))
def test_whatever_is_said_is_judged(text: str, language: str) -> None:
    for wrong, remedy in faults(text, language, place="Qq", news_by="77:77", answers=False):
        assert wrong
        assert remedy
    assert bare(bare(text)) == bare(text) or not text.isascii()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("{% if a %}Nie ma{% else %}Chyba nie ma{% endif %} prądu", True),
        ("od {{ b }}{% if a %} chyba{% endif %} nie ma", True),
        ("power {% if a %}is{% else %}may be{% endif %} {{ b }}", True),
        ("{% if c %}{% if a %}x{% endif %} y{% endif %}.", True),
        ("Schluss{% if a %}: {{ b }}{% else %}.{% endif %}", False),
        ("{% if a %}Bis {{ b }}. {% endif %}Danke", False),
        ("{% if a %}eins\n{% endif %}zwei", False),
        ("{% if a %}Nie ma prądu – {{ b }}{% else %}Chyba{% endif %}", False),
        ("{{ b }}{% if a %}, {{ b }}{% endif %}.", False),
    ],
)
def test_a_choice_inside_a_sentence_is_found(source: str, found: bool) -> None:
    assert glued(source) is found
