"""Whoever is called because nobody took it hears that first, and at the end that plan B holds."""

import pytest

from netwatch.delivery.wording_rungs import NOBODY_ELSE, PLAN_B, UNANSWERED, unanswered


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("3", "Nobody has taken it for 3 min."),
        ("10 last", "Nobody has taken it for 10 min. There is nobody else to call."),
        (
            "10 last telling",
            (
                "Nobody has taken it for 10 min. There is nobody else to call. "
                "netwatch goes on telling customers by itself."
            ),
        ),
    ],
)
def test_no_more_is_said_than_is_so(detail: str, said: str) -> None:
    assert unanswered(detail, "en") == said
    assert unanswered(detail, "xx") == said


def test_each_language_of_ours_has_all_of_it() -> None:
    assert UNANSWERED.keys() == NOBODY_ELSE.keys() == PLAN_B.keys()
    assert unanswered("6", "pl") == "Od 6 min nikt tego nie przejął."
