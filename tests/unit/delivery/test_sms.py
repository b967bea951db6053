"""What a text costs as SMS, and how it is made to cost less without losing a word."""

import re

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from netwatch.delivery.sms import (
    SmsSize,
    fitted,
    fold,
    folded_letters,
    folded_where_it_saves,
    measure,
    parts,
)

GSM_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = "^{}\\[~]|€"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", SmsSize("GSM-7", 0, 0)),
        ("a" * 160, SmsSize("GSM-7", 160, 1)),
        ("a" * 161, SmsSize("GSM-7", 161, 2)),
        ("a" * 306, SmsSize("GSM-7", 306, 2)),
        ("a" * 307, SmsSize("GSM-7", 307, 3)),
        ("€" * 80, SmsSize("GSM-7", 80, 1)),
        ("€" * 81, SmsSize("GSM-7", 81, 2)),
        ("a" * 152 + "€" + "a" * 10, SmsSize("GSM-7", 163, 2)),
        ("ą" * 70, SmsSize("UCS-2", 70, 1)),
        ("ą" * 71, SmsSize("UCS-2", 71, 2)),
        ("ą" * 134, SmsSize("UCS-2", 134, 2)),
        ("ą" * 135, SmsSize("UCS-2", 135, 3)),
        ("\U0001f525" * 35, SmsSize("UCS-2", 35, 1)),
        ("\U0001f525" * 36, SmsSize("UCS-2", 36, 2)),
    ],
)
def test_segments_are_counted_as_the_standard_says(text: str, size: SmsSize) -> None:
    assert measure(text) == size


@given(st.text(alphabet=GSM_BASIC, max_size=1000))
def test_without_the_extension_table_the_law_is_160_and_153(text: str) -> None:
    units = len(text)
    segments = 0 if not units else 1 if units <= 160 else -(-units // 153)

    assert measure(text) == SmsSize("GSM-7", units, segments)


@given(st.text(alphabet="ąćęłńóśźżбгґдїє a", max_size=500).map(lambda text: text + "ї"))
def test_beyond_the_table_the_law_is_70_and_67(text: str) -> None:
    units = len(text)

    assert measure(text) == SmsSize("UCS-2", units, 1 if units <= 70 else -(-units // 67))


@given(st.text(min_size=1, max_size=400))
def test_any_text_is_measured_as_smsutil_splits_it(text: str) -> None:
    size, split = measure(text), smsutil.split(text)

    assert size.segments == len(split.parts)
    assert "".join(part.content for part in split.parts) == text


@given(st.text(alphabet=GSM_BASIC + GSM_EXTENDED, min_size=1, max_size=500))
def test_an_extended_letter_counts_twice_and_is_never_torn(text: str) -> None:
    units = len(text) + sum(letter in GSM_EXTENDED for letter in text)
    least = 1 if units <= 160 else -(-units // 153)

    assert least <= measure(text).segments <= least + units // 153


@pytest.mark.parametrize(
    ("language", "text", "folded"),
    [
        ("pl", "Zażółć gęślą jaźń – „Dąbrowa”…", 'Zazolc gesla jazn - "Dabrowa"...'),
        ("cs", "Příliš žluťoučký kůň, Krátká", "Prilis zlutoucky kun, Kratka"),
        ("pl-PL", "Łódź", "Lodz"),
        ("en", "Café in Dąbrowa", "Café in Dabrowa"),
        ("uk", "аварія, ul. Krótka – з 18:02", "аварія, ul. Krótka – з 18:02"),
    ],
)
def test_letters_are_folded_as_readers_are_used_to(language: str, text: str, folded: str) -> None:
    assert fold(text, language) == folded


def test_a_short_text_keeps_its_letters_because_folding_saves_nothing() -> None:
    assert folded_where_it_saves("Dąbrowa: działa", "pl") == "Dąbrowa: działa"
    assert folded_where_it_saves("Dąbrowa: działa. " * 5, "pl") == "Dabrowa: dziala. " * 5


@given(st.text(max_size=300), st.sampled_from(["pl", "cs", "en", "uk", "de"]))
def test_folding_never_costs_more(text: str, language: str) -> None:
    assert measure(folded_where_it_saves(text, language)).segments <= measure(text).segments


@given(st.text(max_size=300), st.sampled_from(["pl", "cs"]))
def test_a_folded_text_is_gsm(text: str, language: str) -> None:
    visible = "".join(letter for letter in text if letter.isprintable())

    assert measure(fold(visible, language)).encoding == "GSM-7"


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert fitted("short", 1) == "short"


def test_words_go_whole_and_so_do_links() -> None:
    link = "https://dolina.example/awarie/dabrowa"
    text = "słowo " * 9 + link

    cut = fitted(text, 1)

    assert cut == ("słowo " * 9).strip() + "..."
    assert fitted(f"{'x' * 200}", 1) == ""


@given(st.lists(st.text("abcąї.:/", min_size=1, max_size=30), max_size=60), st.integers(1, 3))
def test_whatever_is_cut_fits_and_holds_only_whole_words(words: list[str], most: int) -> None:
    text = " ".join(words)

    cut = fitted(text, most)

    assert measure(cut).segments <= most
    if cut and cut != text:
        kept = re.sub(r"\.\.\.$", "", cut).split()
        originals = [word.rstrip(" ,;:-–") for word in words]
        assert kept[:-1] == [word for word in words if word][: len(kept) - 1]
        assert not kept or kept[-1] in {*words, *originals}


@given(st.text(max_size=700))
def test_a_text_is_cut_into_as_many_parts_as_it_takes_and_nothing_is_lost(text: str) -> None:
    assert "".join(parts(text)) == text
    assert len(parts(text)) == measure(text).segments


@given(st.text(max_size=300), st.sampled_from(["pl", "cs", "sk", "en", "de", "uk", "ru"]))
def test_what_is_folded_once_is_folded_for_good(text: str, language: str) -> None:
    once = fold(text, language)

    assert fold(once, language) == once
    assert folded_letters(once, language) == ()
    assert all(letter in text for letter, _ in folded_letters(text, language))
