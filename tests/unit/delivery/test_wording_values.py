"""Values are text on one line, whatever is in them; what is plain already is not taken apart."""

from hypothesis import given
from hypothesis import strategies as st

from netwatch.delivery.wording_values import LONGEST_VALUE, harmless

UNSEEN = "\u200b"
LETTERS = st.characters(max_codepoint=0x2100, exclude_categories=("Cs",))


@given(st.text(st.one_of(st.sampled_from("ab ż–…\u0301\u00ad\u0419 "), LETTERS)))
def test_plain_words_are_left_as_looking_at_each_letter_would_leave_them(text: str) -> None:
    text = text[: LONGEST_VALUE - 1]
    assert harmless(text) == harmless(text + UNSEEN)


def test_what_is_too_long_is_cut_though_it_is_plain() -> None:
    assert len(harmless("Polna " * 40)) <= LONGEST_VALUE
