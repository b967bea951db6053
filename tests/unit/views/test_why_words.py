"""The reasons are told in the reader's language, with the same counts in each."""

import re
from dataclasses import replace
from string import Formatter

import pytest

from netwatch.model.evidence import Proof, Rival
from netwatch.model.facts import Fact
from netwatch.model.names import ElementName
from netwatch.views.board import Board
from netwatch.views.incidents import next_step
from netwatch.views.proof import speaks_against, speaks_for
from netwatch.views.why_words import LANGUAGES, PHRASES, because, but, what_next
from tests.unit.views.tales import LINK, ONE, opened, proof

FULL = proof(
    300, gasps=40, los=100, stale=7, blind=5, planned=9, suspects=(ElementName("device:onu-1"),)
)


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


def test_every_language_has_every_phrase_with_the_same_things_put_in() -> None:
    first, *rest = PHRASES.values()
    for words in rest:
        assert words.keys() == first.keys()
        for name, phrase in words.items():
            assert _put_in(phrase) == _put_in(first[name]), name


def _put_in(phrase: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(phrase) if field}


@pytest.mark.parametrize("language", PHRASES)
@pytest.mark.parametrize("told", [FULL, proof(), Proof(silent=0, asked=0, answering=0)])
def test_the_counts_are_those_of_the_english_sentences(language: str, told: Proof) -> None:
    assert numbers(because(told, LINK, language)) == numbers(speaks_for(told, LINK))
    assert numbers(but(told, language)) == numbers(speaks_against(told))


def test_the_odds_of_chance_and_of_an_equal_are_worded() -> None:
    chance = replace(FULL, runner_up=Rival(root_cause=(), log_odds=-3.0))
    equal = replace(FULL, runner_up=Rival(root_cause=LINK, log_odds=-0.1))
    assert "20 razy mniej" in but(chance, "pl")
    assert "tak samo" in but(equal, "pl")
    assert "20krát méně" in but(chance, "cs")


def test_english_and_what_is_not_known_is_english() -> None:
    assert LANGUAGES == ("en", "pl", "cs")
    assert because(FULL, LINK, "en") == because(FULL, LINK, "xx") == speaks_for(FULL, LINK)
    facts: list[Fact] = [opened()]
    outage = Board.of(facts).outages[ONE]
    assert what_next(outage, "en") == next_step(outage)


@pytest.mark.parametrize("language", PHRASES)
def test_what_to_do_next_is_told_in_every_state(language: str) -> None:
    outage = Board.of([opened()]).outages[ONE]
    states = (
        outage,
        replace(outage, owner="ewa"),
        replace(outage, owner="ewa", expected_end=outage.since),
        replace(outage, state="restored"),
        replace(outage, state="closed"),
        replace(outage, merged_into=ONE),
    )
    said = [what_next(one, language) for one in states]
    assert len(set(said)) == len(said)
    assert not any("{" in text for text in said)
