"""People are asked to answer, and told how to hear no more, only where an answer arrives."""

from dataclasses import replace

import pytest

from netwatch.delivery.render import Renderer, Text
from netwatch.delivery.sms import measure
from netwatch.delivery.words import StopHint
from netwatch.model.facts import Phase
from netwatch.model.faults import Place
from netwatch.service.inbound import STOPS
from tests.unit.delivery.wording_examples import STORY, TOWN, outage, shipped_words

LANGUAGES = ("pl", "cs", "sk", "uk", "en", "de", "ru")


def told(
    phase: Phase,
    language: str = "pl",
    hint: StopHint = StopHint.FREE,
    two_way: tuple[str, ...] = ("sms",),
    **changed: object,
) -> Text:
    shipped = shipped_words()
    words = replace(shipped, sms=replace(shipped.sms, stop_hint=hint))
    _, when, known = next(row for row in STORY if row[0] is phase)
    speaker = Renderer(words, TOWN, "Dolina", "Europe/Warsaw", ["pl"], two_way=two_way)
    return speaker.notice(outage(**{**known, **changed}), phase, "sms", language, when)


def hint_of(language: str) -> str:
    return shipped_words().phrases[language, "stop"].text


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_to_stop_is_said_with_a_word_that_is_understood(language: str) -> None:
    hint = hint_of(language)

    assert hint.rpartition(" ")[2].lower() in STOPS
    assert told(Phase.CONFIRMED, language, StopHint.ALWAYS).body.endswith(hint)
    assert hint not in told(Phase.CONFIRMED, language, StopHint.NEVER).body
    assert hint not in told(Phase.CONFIRMED, language, StopHint.ALWAYS, two_way=()).body
    assert hint not in told(Phase.UPDATE, language, StopHint.ALWAYS).body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phase", [Phase.SUSPECTED, Phase.CONFIRMED, Phase.PLANNED])
@pytest.mark.parametrize("services", [("internet",), ("internet", "tv", "phone")])
def test_saying_it_where_it_is_free_takes_no_further_segment(
    language: str, phase: Phase, services: tuple[str, ...]
) -> None:
    never = told(phase, language, StopHint.NEVER, services=services).body
    free = told(phase, language, services=services).body

    assert measure(free).segments == measure(never).segments
    assert free in {never, f"{never} {hint_of(language)}", f"{never} - {hint_of(language)}"}


def test_the_hint_touches_no_number_and_no_link() -> None:
    suspected = told(Phase.SUSPECTED, hint=StopHint.ALWAYS, services=("internet",)).body
    confirmed = told(Phase.CONFIRMED, hint=StopHint.ALWAYS, services=("internet",)).body

    assert suspected.endswith(" 555 010 100 - Rezygnacja: STOP")
    assert confirmed.endswith(" dolina.example/awarie - Rezygnacja: STOP")


def test_words_may_ask_for_an_answer_where_it_arrives() -> None:
    shipped = shipped_words()
    key = (Phase.CONFIRMED.value, "any", "sms", "pl")
    body = "{{ areas }}: awaria. {% if two_way %}Odpisz NIE{% else %}Tel. {{ phone }}{% endif %}"
    own = replace(shipped.templates[key], body=body, place=Place("own.yaml"))
    words = replace(shipped, templates={**shipped.templates, key: own})

    def said(*two_way: str) -> str:
        speaker = Renderer(words, TOWN, "Dolina", "Europe/Warsaw", ["pl"], two_way=two_way)
        return speaker.notice(outage(), Phase.CONFIRMED, "sms", "pl", STORY[1][1]).body

    assert "Odpisz NIE" in said("sms")
    assert "Tel. 555 010 100" in said("other")
