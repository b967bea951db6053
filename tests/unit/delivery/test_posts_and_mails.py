"""What is said where there is room: posts that go on, mails, many outages told of as one."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from netwatch.delivery.render import Renderer, Text
from netwatch.delivery.sms import measure
from netwatch.delivery.wording_posts import joined
from netwatch.model.facts import Cause, Phase
from netwatch.model.names import AreaId, IncidentId
from netwatch.model.network import Area, LocalName, Network
from netwatch.rules.words_check import sms_budget
from tests.unit.delivery.wording_examples import (
    STORY,
    TOWN,
    at,
    outage,
    renderer,
    shipped_words,
)

LANGUAGES = ("pl", "cs", "sk", "uk", "en", "de", "ru")


def told(phase: Phase, channel: str, language: str, **changed: object) -> Text:
    moment, known = next((when, more) for this, when, more in STORY if this is phase)
    when = changed.pop("when", moment)
    assert isinstance(when, datetime)
    return renderer().notice(outage(**{**known, **changed}), phase, channel, language, when)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_post_goes_on_with_what_is_new_and_a_mistake_is_put_in_its_place(
    language: str, snapshot: SnapshotAssertion
) -> None:
    post = ""
    for phase, when, known in STORY[1:4]:
        text = renderer().notice(outage(**known), phase, "facebook", language, when)
        assert text.adds is (phase is not Phase.CONFIRMED)
        post = joined(post, f"{text.title}\n\n{text.body}".strip())
    mistake = told(Phase.CORRECTED, "facebook", language)
    merged = told(Phase.CORRECTED, "facebook", language, merged_into=IncidentId("I-2"))
    apart = told(Phase.UPDATE, "facebook", language, restored_at=at(18, 40), apart=frozenset("a"))

    assert not mistake.adds
    assert merged.adds
    assert "\n\n[18:47] " in post
    assert "\n\n[20:41] " in post
    assert [post, mistake.body, merged.body, apart.body] == snapshot


def test_a_post_has_a_line_for_those_who_read_another_language_of_the_operators() -> None:
    words = Renderer(shipped_words(), TOWN, "Dolina", "Europe/Warsaw", ["pl", "uk", "en"])

    body = words.notice(outage(), Phase.CONFIRMED, "facebook", "pl", at(18, 4)).body

    *_, ukrainian, english = body.splitlines()
    assert ukrainian.startswith("UA: аварія – Dąbrowa, ul. Polna 1–19 і Krótka, з 18:02; ")
    assert english == (
        "EN: outage – Dąbrowa, ul. Polna 1–19 and Krótka, since 18:02; our technician on call has "
        "been alerted. Details: dolina.example/en"
    )
    update = words.notice(outage(), Phase.UPDATE, "facebook", "pl", at(18, 47)).body
    assert "EN:" not in update


def test_each_language_of_the_operators_page_is_found_where_it_lies() -> None:
    words = shipped_words()
    bare = Renderer(
        type(words)(templates=words.templates, phrases=words.phrases),
        TOWN,
        "Dolina",
        "Europe/Warsaw",
        ["pl", "en"],
        page="https://status.example/",
    )

    body = bare.notice(outage(), Phase.CONFIRMED, "facebook", "pl", at(18, 4)).body

    assert "Najszybciej piszemy tu: https://status.example/\n" in body
    assert body.endswith("Details: https://status.example/en/")


@given(st.lists(st.text("ab\n [:]1", max_size=20), max_size=6))
def test_the_same_line_said_again_changes_nothing(lines: list[str]) -> None:
    post = ""
    for line in lines:
        post = joined(post, line.strip())
        assert joined(post, line.strip()) == post
        assert line.strip() in post


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_says_it_all_and_never_here(language: str, snapshot: SnapshotAssertion) -> None:
    said = []
    for phase in (Phase.SUSPECTED, Phase.CONFIRMED, Phase.UPDATE, Phase.RESTORED, Phase.CORRECTED):
        text = told(phase, "mail", language)
        assert text.body.splitlines()[-2:][0] == "Dolina · 555 010 100"
        said += [text.title, *text.body.splitlines()]
    for word in (" tutaj", " sem ", " тут ", " here ", " hier ", " здесь "):
        assert word not in " ".join(said)
    assert said == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_was_never_told_reads_one_text_of_the_whole_outage(
    language: str, snapshot: SnapshotAssertion
) -> None:
    _, when, known = STORY[3]

    said = {
        channel: renderer().notice(
            outage(**known), Phase.RESTORED, channel, language, when, never_told=True
        )
        for channel in ("sms", "mail")
    }

    for text in said.values():
        assert "18:02" in text.body
        assert "20:41" in text.body
    assert measure(said["sms"].body).segments <= sms_budget(language)
    assert [text.body for text in said.values()] == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["website", "sms", "mail", "desk", "facebook"])
@pytest.mark.parametrize("phase", [Phase.CONFIRMED, Phase.UPDATE, Phase.RESTORED])
def test_no_channel_calls_a_power_cut_at_the_homes_an_outage_of_ours(
    phase: Phase, channel: str, language: str
) -> None:
    text = told(phase, channel, language, cause=Cause.POWER_HOMES)

    said = f"{text.title} {text.body}".replace("dolina.example/awarie", "")
    for word in ("Awari", "awari", "Аварі", "аварі", "Авари", "авари", "Störung", "utage"):
        assert word not in said


# --- many at a time -----------------------------------------------------------------------------

PLACES = Network(
    areas={
        AreaId(f"a{number}"): Area(id=AreaId(f"a{number}"), name=LocalName(f"Osiedle {number}"))
        for number in range(30)
    }
)


def situation(count: int, phase: Phase, channel: str, language: str) -> Text:
    over = {"restored_at": at(20, 41), "without": frozenset()} if phase is Phase.RESTORED else {}
    parts = [
        outage(areas=(AreaId(f"a{number}"),), since=at(18, number), **over)
        for number in range(count)
    ]
    if phase is Phase.UPDATE:
        parts[0] = outage(areas=(AreaId("a0"),), restored_at=at(18, 40))
    return renderer(PLACES).situation(parts, phase, channel, language, at(18, 47))


@pytest.mark.parametrize("language", LANGUAGES)
def test_many_outages_at_a_time_are_one_notice_with_a_list_in_the_order_of_repair(
    language: str, snapshot: SnapshotAssertion
) -> None:
    said = {}
    for phase in (Phase.CONFIRMED, Phase.UPDATE, Phase.RESTORED):
        for channel in ("website", "facebook"):
            text = situation(4, phase, channel, language)
            assert not text.adds
            said[f"{phase}-{channel}"] = [text.title, *text.body.splitlines()]

    assert said == snapshot


def test_a_list_too_long_to_be_read_ends_with_how_many_more_there_are() -> None:
    body = situation(17, Phase.CONFIRMED, "facebook", "pl").body

    assert "17 awarii" in body
    assert body.count("\n– ") == 15
    assert "\ni 2 inne\n" in body


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pl", ("1 awaria", "2 awarie", "5 awarii", "22 awarie")),
        ("cs", ("1 porucha", "2 poruchy", "5 poruch", "22 poruch")),
        ("sk", ("1 porucha", "2 poruchy", "5 porúch", "22 porúch")),
        ("uk", ("1 аварія", "2 аварії", "5 аварій", "22 аварії")),
        ("en", ("1 outage", "2 outages", "5 outages", "22 outages")),
        ("de", ("1 Störung", "2 Störungen", "5 Störungen", "22 Störungen")),
        ("ru", ("1 авария", "2 аварии", "5 аварий", "22 аварии")),
    ],
)
def test_outages_are_counted_as_grammar_wants(language: str, said: tuple[str, ...]) -> None:
    for count, words in zip((1, 2, 5, 22), said, strict=True):
        assert situation(count, Phase.CONFIRMED, "website", language).title.startswith(f"{words} ")
