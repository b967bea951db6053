"""Is there any hope that a message arrives?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.contacts import dialled, e164, is_mail_address


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+48555010100", "+48555010100"),
        ("+48 555 010 100", "+48555010100"),
        ("+48 (22) 555-01-00", "+48225550100"),
        ("0048 555.010.100", "+48555010100"),
        ("+380 44 555-01-00", "+380445550100"),
        ("tel:+48-22-555-01-00", "+48225550100"),
        ("555 010 100", None),
        ("+48", None),
        ("+0123456789", None),
        ("+4855501010012345", None),
        ("none", None),
        ("+48 22 555 01 00 ext. 7", None),
    ],
)
def test_a_number_is_one_that_can_be_called_from_anywhere(written: str, number: str | None) -> None:
    assert e164(written) == number


@pytest.mark.parametrize(
    ("written", "fine"),
    [
        ("ewa@example.com", True),
        ("ewa.nowak+net@mail.example.com", True),
        ("ewa@example", False),
        ("ewa@example..com", False),
        ("ewa@", False),
        ("ewa example.com", False),
        ("ewa@example.com, jan@example.com", False),
        ("Ewa <ewa@example.com>", False),
        ("ewa@example.com\nBcc: all@example.com", False),
    ],
)
def test_a_mail_address_is_one_and_has_a_domain(written: str, fine: bool) -> None:
    assert is_mail_address(written) is fine


@given(st.text(max_size=30))
def test_no_text_is_too_odd_to_be_judged(text: str) -> None:
    number = e164(text)

    assert number is None or number.startswith("+")
    is_mail_address(text)


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("501 000 111", "+48", "+48501000111"),
        ("48501000111", "+48", "+48501000111"),
        ("0501000111", "+48", "+48501000111"),
        ("0048 501 000 111", "+48", "+48501000111"),
        ("+420 777 123 456", "+48", "+420777123456"),
        ("777 123 456", "+420", "+420777123456"),
        ("067 123 45 67", "+380", "+380671234567"),
        ("501000111", "", None),
        ("501-000-111 w 3", "+48", None),
        ("wewn. 12", "+48", None),
        ("12", "+48", None),
        ("", "+48", None),
        ("501000111", "+999", None),
    ],
)
def test_a_number_without_its_country_is_one_of_those_who_wrote_it(
    written: str, country: str, number: str | None
) -> None:
    assert dialled(written, country) == number
