"""The page on which words are read before a customer does: whole, and harmless."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

from netwatch.delivery.preview import Preview, phases, sms_size
from netwatch.delivery.render import Text
from netwatch.delivery.words import ABOUT_IN, DESK_PHASES, SmsTerms, Words
from netwatch.model.facts import Cause, Phase
from netwatch.model.names import AreaId
from netwatch.model.network import Area, LocalName, Network
from tests.unit.delivery.wording_examples import TOWN, renderer, shipped_words


def page(network: Network = TOWN, words: Words | None = None, **changed: object) -> str:
    words = words or shipped_words()
    made = Preview(
        renderer=renderer(network, words),
        words=words,
        network=network,
        name="Dolina",
        area=next(iter(network.areas)),
        cause=Cause.FIBRE,
        languages=("pl", "uk"),
    )
    return replace(made, **changed).page()  # type: ignore[arg-type]


def test_every_phase_and_variant_is_on_the_page_in_every_language_on_every_channel() -> None:
    whole = page()

    told = list(phases())
    assert {phase for phase, _ in told} == set(Phase)
    assert {about for _, about in told} == {"", *ABOUT_IN}
    assert whole.count("<article") == len(told) * 2 * 5 + len(DESK_PHASES) * 2 * 3
    assert "No native speaker has read the words in pl, uk." in whole


def test_who_has_read_the_words_ends_the_reminder() -> None:
    words = replace(shipped_words(), readers={"pl": "Ewa", "uk": "Olha"})

    assert "No native speaker" not in page(words=words)


def test_names_from_an_inventory_are_text_and_nothing_else() -> None:
    hostile = '"><img src=x onerror=alert(1)><script>alert(1)</script>{{7*7}}\x1b[2J'
    town = Network(areas={AreaId("a"): Area(id=AreaId("a"), name=LocalName(hostile))})

    whole = page(town)

    assert "<img" not in whole
    assert "<script" not in whole
    assert "\x1b" not in whole
    assert "{{7*7}}" in whole


def test_the_page_allows_its_own_style_and_nothing_else() -> None:
    whole = page()

    style = re.search(r"<style>(.*?)</style>", whole, re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in whole
    assert "style=" not in whole


def test_what_folding_changes_is_told_with_the_price() -> None:
    words = replace(shipped_words(), sms=SmsTerms(price=0.09, currency="PLN"))

    told = sms_size(Text("", "Dabrowa - dziala", written="Dąbrowa – działa"), "pl", words)

    assert told == "1 SMS (GSM-7, 16 characters), 0.09 PLN; folded: ą → a, – → -, ł → l"
    assert sms_size(Text("", "x"), "en", shipped_words()).endswith("price not known")
