"""What the staff is answered: in their language, with examples that are understood."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from netwatch.delivery.render import Renderer
from netwatch.delivery.wording_answers import all_answers
from netwatch.intake.lexicon import LANGUAGES
from netwatch.intake.said import said
from netwatch.model.answers import Answer, answer_of
from netwatch.model.facts import Cause
from netwatch.model.meaning import Unclear
from netwatch.model.names import IncidentId
from netwatch.model.network import Network
from netwatch.rules import read_rules

NOW = datetime(2026, 11, 23, 17, 5, tzinfo=UTC)
WARSAW = ZoneInfo("Europe/Warsaw")
ONE = IncidentId("I-12")


def words(answer: Answer, language: str) -> str:
    book = read_rules(None, None).rulebook
    assert book is not None
    renderer = Renderer(book.words, Network(), "Dolina", "Europe/Warsaw", LANGUAGES)
    return renderer.answer(answer, lambda _: (), language, NOW).body


def test_every_language_says_everything() -> None:
    tables = all_answers()
    assert set(tables) == set(LANGUAGES)
    assert {frozenset(table) for table in tables.values()} == {frozenset(tables["en"])}
    assert {one.value for one in Unclear} <= set(tables["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_given_as_an_example_is_understood(language: str) -> None:
    for example in all_answers()[language]["examples"].split("|"):
        assert said(example, [language], NOW, WARSAW).unclear is None, example
    for example in all_answers()[language]["time"].partition(":")[2].split("|"):
        assert said(example, [language], NOW, WARSAW).until is not None, example


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", list(Unclear))
def test_every_question_is_a_sentence(language: str, why: Unclear) -> None:
    text = words(Answer(incident=ONE, unclear=why, choices=("I-12", "I-13")), language)
    assert text
    assert "{" not in text
    assert "\n" not in text
    assert "  " not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_done_is_said_back_as_customers_read_it(language: str) -> None:
    done = Answer(
        incident=ONE, taken=True, cause=Cause.FIBRE, until=NOW + timedelta(hours=2), noted=True
    )
    text = words(done, language)
    assert "20:05" in text
    assert ".." not in text


def test_whom_nobody_knows_a_language_of_is_answered_in_english() -> None:
    assert words(Answer(taken=True), "xx") != ""


@pytest.mark.parametrize("text", ["", "{}}", "[]", "x", '{"cause": "aliens"}', '{"until": "soon"}'])
def test_what_is_no_answer_is_none(text: str) -> None:
    assert answer_of(text) is None
