"""Which words are chosen, what a template may do, and what becomes of values."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.delivery.wording_grammar import at_clock, lasting, listed, listed_with, percent
from netwatch.delivery.wording_sandbox import LONGEST_TEMPLATE, compiled, filled, flaws, spoken
from netwatch.delivery.wording_values import harmless
from netwatch.delivery.words import (
    NoWordsError,
    Operator,
    Phrase,
    SmsTerms,
    Template,
    Words,
)
from netwatch.model.faults import Place
from tests.unit.delivery.wording_examples import timedelta_of

HERE = Place("words.yaml", 1, 1)


def words(*keys: tuple[str, str, str, str]) -> Words:
    made = [
        Template(phase=phase, cause=cause, channel=channel, language=code, body="x", place=HERE)
        for phase, cause, channel, code in keys
    ]
    return Words(templates={template.key: template for template in made}, phrases={})


# --- choosing -----------------------------------------------------------------------------------


def test_language_counts_more_than_channel_and_channel_more_than_cause() -> None:
    known = words(
        ("confirmed", "any", "website", "uk"),
        ("confirmed", "fibre", "website", "pl"),
        ("confirmed", "any", "sms", "pl"),
        ("confirmed", "fibre", "sms", "pl"),
    )

    def found(channel: str, *languages: str) -> tuple[str, ...]:
        return known.find("confirmed", ("fibre",), channel, languages).key[1:]

    assert found("sms", "uk", "pl") == ("any", "website", "uk")
    assert found("sms", "pl") == ("fibre", "sms", "pl")
    assert found("desk", "pl") == ("fibre", "website", "pl")
    assert known.find("confirmed", ("card",), "sms", ["pl"]).key[1:] == ("any", "sms", "pl")


def test_a_region_speaks_its_language_and_english_helps_last() -> None:
    known = words(("confirmed", "any", "website", "en"), ("confirmed", "any", "website", "pl"))

    assert known.find("confirmed", (), "website", ["pl-PL"]).language == "pl"
    assert known.find("confirmed", (), "website", ["de", "sk"]).language == "en"


def test_staff_words_are_no_fallback_for_customers() -> None:
    with pytest.raises(NoWordsError):
        words(("update", "any", "staff", "en")).find("update", (), "website", ["en"])


def test_the_price_of_a_segment_makes_the_price_of_a_message() -> None:
    assert SmsTerms(price=0.09, currency="PLN").cost(3) == 0.27
    assert SmsTerms().cost(3) is None


def test_the_page_is_the_readers_or_the_one_for_all() -> None:
    operator = Operator(pages={"pl": "x.example/awarie", "any": "x.example"})

    assert operator.page("pl") == "x.example/awarie"
    assert operator.page("cs") == "x.example"
    assert Operator().page("pl") == ""


def test_what_any_causes_words_would_say_wrongly_is_said_in_the_websites_words() -> None:
    known = words(
        ("restored", "any", "website", "pl"),
        ("restored", "power-homes", "website", "pl"),
        ("restored", "any", "mail", "pl"),
    )

    def found(*about: str) -> tuple[str, ...]:
        return known.find("restored", about, "mail", ["pl"]).key[1:3]

    assert found("power-homes") == ("power-homes", "website")
    assert found("fibre") == ("any", "mail")


def test_a_language_without_short_phrases_takes_its_long_ones_before_english() -> None:
    def phrase(name: str, language: str) -> Phrase:
        return Phrase(id=name, language=language, text=f"{name} {language}", place=HERE)

    made = [phrase("crew.alerted.sms", "en"), phrase("crew.alerted", "hu")]
    known = Words(templates={}, phrases={(one.language, one.id): one for one in made})

    found = known.phrase(("crew.alerted.sms", "crew.alerted"), ["hu"])

    assert found is not None
    assert found.text == "crew.alerted hu"


def test_a_value_that_ends_in_an_abbreviation_ends_the_sentence() -> None:
    assert filled(compiled("({{ d }}). Od {{ d }}."), {"d": "2 godz."}) == "(2 godz.). Od 2 godz."
    assert filled(compiled("{{ d }}"), {"d": "Polna..."}) == "Polna..."


# --- templates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("{{ arae }}", "there is no value 'arae' to put in"),
        ("{{ area", "the text is no template"),
        ("{% for x in area %}{% endfor %}", "the text uses a for"),
        ("{{ area.upper() }}", "the text uses a call"),
        ("{{ area.__class__ }}", "the text uses a getattr"),
        ("{{ area['x'] }}", "the text uses a getitem"),
        ("{{ area|safe }}", "the text uses a filter"),
        ("{{ area * 1000000000 }}", "the text uses a mul"),
        ("{{ area ~ area }}", "the text uses a concat"),
        ("{% set x = 1 %}", "the text uses a assign"),
        ("{% include 'x' %}", "the text uses a include"),
        ("{% if area < 3 %}{% endif %}", "the text uses a operand"),
        ("{{ 'x' if area }}", "the text uses a condexpr"),
        ("{% raw %}{{ x }}", "the text is no template"),
        ("{% if area is callable %}{% endif %}", "the text uses a test"),
        ("x" * (LONGEST_TEMPLATE + 1), "the text is longer"),
        ("{% if area %}" * 120 + "{% endif %}" * 120, "the text is nested more than 24 deep"),
        ("{{ " + "not " * 300 + "area }}", "the text is nested more than 24 deep"),
        ("{{ " + "(" * 3000 + ")" * 900 + " }}", "the text is no template"),
    ],
)
def test_a_template_may_hold_values_and_choices_only(source: str, wrong: str) -> None:
    found = list(flaws(source, ("area",)))

    assert any(said.startswith(wrong) for _, said, _ in found), found


def test_a_misspelt_value_is_told_with_its_line_and_the_near_word() -> None:
    assert list(flaws("one\ntwo {{ arae }}", ("area", "since"))) == [
        (2, "there is no value 'arae' to put in", "did you mean 'area'?")
    ]


@given(
    st.text(max_size=60),
    st.sampled_from(["{{ area }}", "{% if area %}a{% else %}b{% endif %}", "{{ area == 'x' }}"]),
)
def test_a_sound_template_never_fails_and_never_obeys_its_values(value: str, source: str) -> None:
    assert not list(flaws(source, ("area",)))

    said = filled(compiled(source), {"area": value})

    if source == "{{ area }}":
        value = re.sub(r"(?<!\.)\.\.(?!\.)", ".", value)
        lines = (" ".join(line.split()) for line in value.splitlines())
        assert said == "\n".join(line for line in lines if line)
    else:
        assert said in {"a", "b", "True", "False"}


@given(st.text(alphabet="{}%# abif()'|~*", max_size=60))
def test_whatever_a_person_writes_is_judged_and_not_obeyed(source: str) -> None:
    found = flaws(source, ("a",))

    for line, wrong, remedy in found:
        assert line >= 1
        assert wrong
        assert remedy
    if not found:
        filled(compiled(source), {"a": "x"})


def test_what_a_template_says_itself_is_known_without_its_values() -> None:
    assert "".join(spoken("a {{ area }} b{{ 'c' if area else 'd' }}")) == "a  bcd"


# --- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("  os.   Polna\t4\r\n", "os. Polna 4"),
        ("a\x00b\x1b[2Jc", "ab[2Jc"),
        ("\u202eabc\u202c", "abc"),
        ("a\u2028b", "a b"),
        ("{{7*7}}", "{{7*7}}"),
        ("o\u0301s", "ós"),
        ("\ud800x", "x"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(text: str, seen: str) -> None:
    assert harmless(text) == seen


@given(st.text(max_size=500), st.integers(5, 120))
def test_a_value_is_one_line_of_at_most_so_many_letters(text: str, longest: int) -> None:
    value = harmless(text, longest)

    assert len(value) <= longest
    assert "\n" not in value
    assert harmless(value, longest) == value


def test_a_long_name_is_cut_between_two_words() -> None:
    assert harmless("osiedle Książąt Mazowieckich i okolice", 30) == "osiedle Książąt Mazowieckich…"


# --- grammar ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [("pl", "a, b i c"), ("cs", "a, b a c"), ("uk", "a, b і c"), ("en", "a, b and c")],
)
def test_lists_are_joined_as_each_language_does(language: str, said: str) -> None:
    assert listed(["a", "b", "c"], language) == said
    assert listed(["a"], language) == "a"


def test_ukrainian_joins_after_a_vowel_with_another_letter() -> None:
    assert listed(["інтернету", "ТБ"], "uk") == "інтернету й ТБ"
    assert listed(["ТБ", "телефону"], "uk") == "ТБ і телефону"


def test_after_no_czech_says_ani() -> None:
    assert listed_with(["internet", "TV", "telefon"], "ani") == "internet, TV ani telefon"
    assert listed_with(["internet"], "ani") == "internet"


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("cs", "20:41", "ve 20:41"),
        ("cs", "18:15", "v 18:15"),
        ("cs", "14:00", "ve 14:00"),
        ("uk", "11:05", "об 11:05"),
        ("uk", "20:41", "о 20:41"),
        ("pl", "20:41", "o 20:41"),
        ("en", "20:41", "at 20:41"),
        ("en", "15 November, 20:41", "15 November, 20:41"),
        ("de", "20:41", "um 20:41"),
        ("sk", "20:41", "o 20:41"),
        ("ru", "20:41", "в 20:41"),
        ("hu", "20:41", "20:41"),
    ],
)
def test_each_language_has_its_own_at(language: str, text: str, said: str) -> None:
    assert at_clock(text, language) == said


@pytest.mark.parametrize(
    ("language", "minutes", "said"),
    [
        ("pl", 159, "2 godz. 39 min"),
        ("cs", 159, "2 h 39 min"),
        ("uk", 159, "2 год 39 хв"),
        ("en", 159, "2 h 39 min"),
        ("pl", 60 * 24 * 2 + 60, "2 dni 1 godz."),
        ("en", 60 * 24, "1 day"),
        ("sk", 159, "2 h 39 min"),
        ("de", 159, "2 Std. 39 Min."),
        ("ru", 159, "2 ч 39 мин"),
        ("ru", 60 * 24 * 5 + 60 * 22, "5 дней 22 ч"),
        ("pl", 0, "1 min"),
    ],
)
def test_durations_are_said_shortly(language: str, minutes: int, said: str) -> None:
    assert lasting(timedelta_of(minutes), language) == said


def test_shares_have_the_readers_comma() -> None:
    assert percent(0.998, "pl") == "99,8 %"
    assert percent(0.998, "en") == "99.8 %"
