"""What ships is whole: each language says all that English says, with the facts readers need."""

from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from netwatch.delivery.preview import CHANNELS, phases
from netwatch.delivery.render import Renderer
from netwatch.delivery.wording_example import Wanted, worded
from netwatch.delivery.wording_grammar import lasting
from netwatch.delivery.wording_sandbox import parsed
from netwatch.delivery.wording_speech import Speech
from netwatch.delivery.words import DESK, FACEBOOK, MAIL, SMS, STAFF, WEBSITE
from netwatch.model.facts import Cause, Phase
from netwatch.model.names import SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.rules.files import shipped
from tests.unit.delivery.wording_examples import TOWN, shipped_words

LANGUAGES = ("pl", "cs", "sk", "uk", "en", "de", "ru")
FACTS = {
    Phase.SUSPECTED: ("since", "areas", "next_update"),
    Phase.CONFIRMED: ("since", "areas", "services", "crew", "next_update", "end", "phone_is_out"),
    Phase.UPDATE: ("areas", "crew", "next_update", "end"),
    Phase.RESTORED: ("restored", "areas", "phone"),
    Phase.CORRECTED: ("first_told",),
    Phase.PLANNED: ("since", "end", "areas", "services"),
}
"""What the words of a phase must tell."""
FAMILIES = {
    "next_update": {"next_update", "at_next_update"},
    "restored": {"restored", "at_restored", "duration"},
    "services": {"services", "services_of", "services_in", "services_neither"},
}
TOWNSFOLK = Network(
    areas=TOWN.areas,
    subscribers={
        SubscriberId("S-1"): Subscriber(
            id=SubscriberId("S-1"),
            area=next(iter(TOWN.areas)),
            services=("internet", "tv", "phone"),
        )
    },
)


def names_in(source: str) -> set[str]:
    from jinja2 import nodes  # noqa: PLC0415

    return {name.name for name in parsed(source).find_all(nodes.Name)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_all_that_english_says(language: str) -> None:
    words = shipped_words()

    def said(code: str) -> set[tuple[str, ...]]:
        return {key[:3] for key in words.templates if key[3] == code and key[2] != STAFF}

    assert said(language) == said("en")
    assert {WEBSITE, SMS, DESK, MAIL, FACEBOOK} <= {key[2] for key in said(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_marked_as_read_by_nobody_who_grew_up_with_it(language: str) -> None:
    for file in (shipped() / "notices").glob(f"{language}*.yaml"):
        head = file.read_text(encoding="utf-8").partition("language:")[0]
        assert "No native speaker has read these words yet." in head, file.name
    assert language not in shipped_words().readers


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", [WEBSITE, SMS])
def test_each_phase_tells_the_facts_that_readers_need(channel: str, language: str) -> None:
    words = shipped_words()
    for phase, facts in FACTS.items():
        template = words.templates[phase.value, "any", channel, language]
        said = names_in(template.title + template.body)
        unsaid = {"crew"} if channel == SMS and phase is Phase.CONFIRMED else set()
        for fact in set(facts) - unsaid:
            assert said & FAMILIES.get(fact, {fact}), f"{phase} on {channel}: {fact}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_the_emergency_number_is_told_on_every_channel_when_telephony_is_down(
    channel: str, language: str
) -> None:
    speaker = Renderer(shipped_words(), TOWNSFOLK, "Dolina", "Europe/Warsaw", ["pl"])
    for cause in Cause:
        wanted = Wanted(
            area=next(iter(TOWN.areas)),
            cause=cause,
            phase=Phase.CONFIRMED,
            language=language,
            channel=channel,
        )
        text = worded(speaker, TOWNSFOLK, wanted)
        short_of_power = cause is Cause.POWER_HOMES and channel in {SMS, DESK}
        assert ("112" in text.body) is not short_of_power


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phase_cause_and_channel_has_words_in_the_readers_language(language: str) -> None:
    speaker = Renderer(shipped_words(), TOWNSFOLK, "Dolina", "Europe/Warsaw", ["pl"])
    foreign = "outage" if language != "en" else "Państwa"
    for phase, about in phases():
        for cause in Cause:
            for channel in CHANNELS:
                wanted = Wanted(
                    area=next(iter(TOWN.areas)),
                    cause=cause,
                    phase=phase,
                    about=about,
                    language=language,
                    channel=channel,
                )
                text = worded(speaker, TOWNSFOLK, wanted)
                assert text.body
                assert "{" not in text.title + text.body
                assert foreign not in text.body.replace("dolina.example/awarie", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_counted_is_declined_as_grammar_wants(
    language: str, snapshot: SnapshotAssertion
) -> None:
    words = shipped_words()

    def counted(short: bool) -> list[str]:
        speech = Speech(
            name="Dolina",
            page="",
            words=words,
            network=Network(),
            languages=(language,),
            zone=None,  # type: ignore[arg-type] # no time is said
            short=short,
        )
        names = ("more", "streets.more", "outages", "outages.more")
        return [speech.counted(name, count) for name in names for count in (1, 2, 5, 22)]

    spans = [
        lasting(timedelta(**{unit: count}), language)
        for unit in ("minutes", "hours", "days")
        for count in (1, 2, 5, 22)
    ]
    assert [*counted(short=False), *counted(short=True), *spans] == snapshot
