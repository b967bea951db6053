"""Whatever stands in an inventory, in rules or in a device: people read words, and only words."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from netwatch.delivery.render import Renderer, Text
from netwatch.delivery.sms import measure
from netwatch.delivery.words import Operator
from netwatch.model.facts import Phase
from netwatch.model.names import AreaId, ElementName
from netwatch.model.network import Area, LocalName, Network
from netwatch.model.whereabouts import Stretch, Where
from netwatch.rules import read_rules
from tests.unit.delivery.page.hostile import HOSTILE
from tests.unit.delivery.wording_examples import STORY, outage, shipped_words

CHANNELS = ("website", "facebook", "sms", "mail", "desk")
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
LONGEST = 3000


def assert_only_words(text: Text, channel: str) -> None:
    assert "\n" not in text.title
    assert len(text.title) + len(text.body) < LONGEST
    for letter in text.title + text.body:
        assert letter == "\n" or unicodedata.category(letter) not in UNSEEN, repr(letter)
        assert letter not in "\u2028\u2029\x85"
    text.body.encode()
    if channel == "sms":
        assert measure(text.body).segments <= shipped_words().sms.most_segments


def test_there_are_at_least_two_hundred_of_them() -> None:
    assert len(set(HOSTILE)) >= 200


@pytest.mark.parametrize("language", ["pl", "uk"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_names_of_places_services_and_elements_are_inert_on_every_channel(
    channel: str, language: str
) -> None:
    for hostile in HOSTILE:
        area = Area(id=AreaId("x"), name=LocalName(hostile, (), (("pl", hostile),)))
        speaker = Renderer(
            shipped_words(), Network(areas={area.id: area}), hostile, "Europe/Warsaw", ["pl", "en"]
        )
        street = Where(stretches=(Stretch(town=hostile, street=hostile),))
        known = outage(
            areas=(area.id,),
            services=("internet", hostile),
            root_cause=(ElementName(f"device:{hostile}"),),
        )
        for phase, when, more in (STORY[1], STORY[3]):
            here = replace(known, **more)
            for one in (here, replace(here, where=street, where_at_worst=street)):
                text = speaker.notice(one, phase, channel, language, when)
                assert_only_words(text, channel)
                assert "device:" not in text.body


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_rules_say_of_the_operator_is_inert_too(channel: str) -> None:
    for hostile in HOSTILE:
        short = hostile[:120]
        operator = Operator(phone=short, pages={"any": short}, report=short, unsubscribe=short)
        words = replace(shipped_words(), operator=operator)
        speaker = Renderer(words, Network(), "Dolina", "Europe/Warsaw", ["pl"])
        for phase, when, more in STORY[1:4]:
            assert_only_words(speaker.notice(outage(**more), phase, channel, "pl", when), channel)


def test_letters_that_nobody_sees_leave_a_template_of_the_operators() -> None:
    shipped = shipped_words()
    key = (Phase.CONFIRMED.value, "any", "website", "pl")
    own = replace(shipped.templates[key], title="a\x1b[2Jb\u202e", body="x\x07 {{ since }}\u200b")
    words = replace(shipped, templates={**shipped.templates, key: own})
    speaker = Renderer(words, Network(), "Dolina", "Europe/Warsaw", ["pl"])

    text = speaker.notice(outage(), Phase.CONFIRMED, "website", "pl", STORY[1][1])

    assert text == Text("a[2Jb", "x 18:02")


@pytest.mark.parametrize(
    "body",
    [
        "{{ self }}",
        "{{ self._TemplateReference__context }}",
        "{{ name.__class__.__mro__ }}",
        "{{ ''.join(['a']) }}",
        "{{ [1] * 99999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
        "{% macro x() %}{% endmacro %}",
        "{% call x() %}{% endcall %}",
        "{% with a = 1 %}{% endwith %}",
        "{% autoescape false %}{% endautoescape %}",
        "{% block x %}{% endblock %}",
        "{% filter upper %}x{% endfilter %}",
        "{{ lipsum(99999) }}",
        "{{ range(9) }}",
        "{{ dict(a=1) }}",
        "{{ namespace() }}",
        "{{ name | attr('x') }}",
        "{{ name is defined }}",
        "{{ (name, since)[0] }}",
        "{{ {'a': name} }}",
        "{{ name[0:1] }}",
        "{{ name ~ since }}",
        "{{ name if name is callable else since }}",
        "{% debug %}",
        "{% do name %}",
        "{{",
        "{% if %}x{% endif %}",
        "{{ a" + " or a" * 3000 + " }}",
    ],
)
def test_a_template_that_wants_more_than_to_say_something_is_refused_with_its_place(
    tmp_path: Path, body: str
) -> None:
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices" / "own.yaml").write_text(
        f"words:\n- phase: confirmed\n  language: pl\n  title: x\n  body: {body!r}\n",
        encoding="utf-8",
    )

    read = read_rules(tmp_path, None)

    assert read.rulebook is None
    assert all(finding.place.path.endswith("own.yaml") for finding in read.findings)
    assert read.findings[0].place.line == 5
