"""The near word: what was most likely meant."""

import pytest

from netwatch.inventory.near import FEW, did_you_mean, near_word

MANY = {f"onu-{number:05}" for number in range(FEW * 10)} | {"olt-polna", "OLT-7"}


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("olt-plona", "olt-polna"),
        ("olt-poln", "olt-polna"),
        ("olt-pollna", "olt-polna"),
        ("olt-polnx", "olt-polna"),
        ("olt-7", "OLT-7"),
        ("something-else", None),
        ("", None),
        ("x" * 1000, None),
    ],
)
def test_one_slip_is_forgiven_among_thousands(word: str, meant: str | None) -> None:
    assert near_word(word, MANY) == meant


def test_among_few_words_a_likeness_is_enough() -> None:
    assert near_word("upling", {"uplink", "site"}) == "uplink"
    assert near_word("KIND", {"kind", "site"}) == "kind"
    assert near_word("colour", {"kind", "site"}) is None


def test_the_answer_does_not_depend_on_the_order_of_a_set() -> None:
    assert near_word("sw-1x", {"sw-11", "sw-12", "sw-13"}) == near_word(
        "sw-1x", ["sw-13", "sw-12", "sw-11"]
    )


def test_without_a_near_word_the_other_way_out_is_named() -> None:
    assert did_you_mean("zzz", {"kind"}, "remove it") == "remove it"
    assert did_you_mean("knd", {"kind"}, "remove it") == "did you mean 'kind'?"
