"""All words, said once with the longest values there are: what would fail at night fails here."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from jinja2 import Template as Compiled

from netwatch.delivery.sms import NEVER_FOLDED, SmsSize, folded_where_it_saves, measure
from netwatch.delivery.wording_outage import public_values
from netwatch.delivery.wording_sandbox import Value, compiled, filled
from netwatch.delivery.wording_speech import Speech
from netwatch.delivery.wording_values import LONGEST_SMS_VALUE, LONGEST_VALUE
from netwatch.delivery.words import ANY, CAUSES, SMS, WEBSITE, Template, Words
from netwatch.model.evidence import Proof
from netwatch.model.facts import Cause, IncidentKind, Phase
from netwatch.model.faults import Finding, Level, Place
from netwatch.model.names import IncidentId
from netwatch.model.network import Network
from netwatch.rules.rulebook import Rulebook
from netwatch.rules.words_leaks import leaks
from netwatch.views.board import Outage

BEGAN: Final = datetime(2026, 11, 14, 22, 22, tzinfo=UTC)
"""An evening whose hours are as long in letters as hours get."""
SMS_BUDGET: Final = 1
SMS_BUDGET_UNFOLDED: Final = 2
ALL_SERVICES: Final = ("internet", "tv", "phone")
CERTAINTIES: Final = ("unknown", "likely", "known")
CREWS: Final = ("alerted", "on-the-way", "on-site", "repairing")
WIDE: Final = "Dąbrowa Górna, ul. Książąt Mazowieckich 101–119"
"""Cut to the length that values may have: the longest name there is."""

Values = Mapping[str, Value]


def check_words(
    rulebook: Rulebook,
    network: Network | None,
    *,
    name: str = "netwatch",
    languages: Collection[str] = (),
    inventory: str = "inventory",
) -> list[Finding]:
    """Say what is wrong with the words: too long for SMS, nothing said, a name let slip.

    Args:
        rulebook: with the words.
        network: whose devices, sites, links and risks customers must not read of.
        name: the operator's.
        languages: the operator's; words in them must be there.
        inventory: how findings name the inventory.
    """
    words = rulebook.words
    findings = list(_said(words, name))
    findings += leaks(words, network, inventory) if network is not None else []
    findings += _unserved(words, network, languages, inventory)
    return sorted(set(findings))


def _said(words: Words, name: str) -> Iterator[Finding]:
    for template, texts in _spoken(words, name):
        yield from _judged(template, texts)
        size = _too_long(template, texts)
        if size is not None:
            yield Finding(
                template.place,
                f"{_what(template)} {_takes(size, template, words)}",
                f"shorten it: {size[0]!r}",
                Level.WARNING,
            )


def too_long_for_sms(words: Words, name: str = "netwatch") -> Iterator[tuple[Template, str, str]]:
    """Yield the templates whose longest text takes more SMS than it may, how many, and the text."""
    for template, texts in _spoken(words, name):
        size = _too_long(template, texts)
        if size is not None:
            yield template, _takes(size, template, words), size[0]


def _spoken(words: Words, name: str) -> Iterator[tuple[Template, list[str]]]:
    """Yield each template for customers, and what it says in all cases, as long as that gets."""
    spoken = {
        (language, short): Speech(
            name=name,
            page="",
            words=words,
            network=Network(),
            languages=(language,),
            zone=UTC,
            short=short,
        )
        for language in sorted({key[3] for key in words.templates})
        for short in (False, True)
    }
    bases: dict[tuple[str, bool, str], Values] = {}
    for template in words.templates.values():
        if template.is_for_staff:
            continue
        short = template.channel == SMS
        key = (template.language, short, template.phase)
        speech = spoken[template.language, short]
        base = bases.get(key) or bases.setdefault(key, _longest(speech, template.phase))
        yield template, _texts(template, speech, base)


def _what(template: Template) -> str:
    about = f"{template.phase} ({template.cause})"
    return f"{about} on {template.channel} in {template.language!r}"


def _judged(template: Template, texts: list[str]) -> Iterator[Finding]:
    what = _what(template)
    if not all(texts):
        yield Finding(template.place, f"{what} says nothing in some cases", "give an {% else %}")
    if template.channel == WEBSITE and not template.title:
        yield Finding(template.place, f"{what} has no title", "add title: ...", Level.WARNING)


def sms_budget(language: str) -> int:
    """Return how many segments one notice in this language may take."""
    return SMS_BUDGET_UNFOLDED if language in NEVER_FOLDED else SMS_BUDGET


def _too_long(template: Template, texts: list[str]) -> tuple[str, SmsSize] | None:
    """Return the longest text of an SMS template and its size, where it is beyond the budget."""
    if template.channel != SMS or not texts:
        return None
    folded = [folded_where_it_saves(text, template.language) for text in texts]
    longest = max(folded, key=lambda text: (measure(text).segments, len(text)))
    size = measure(longest)
    return (longest, size) if size.segments > sms_budget(template.language) else None


def _takes(found: tuple[str, SmsSize], template: Template, words: Words) -> str:
    _, size = found
    cost = words.sms.cost(size.segments)
    price = f", {cost:.2f} {words.sms.currency}".rstrip() if cost is not None else ""
    return (
        f"takes up to {size.segments} SMS ({size.encoding}, {size.characters} characters{price}), "
        f"not {sms_budget(template.language)}"
    )


def _longest(speech: Speech, phase: str) -> Values:
    """Return values as long as they get."""
    outage = Outage(
        incident=IncidentId("I-1"),
        kind=IncidentKind.OUTAGE,
        cause=Cause.UNKNOWN,
        cause_certainty="unknown",
        root_cause=(),
        confidence=1.0,
        services=ALL_SERVICES,
        since=BEGAN,
        opened_at=BEGAN,
        confirmed_at=BEGAN + timedelta(minutes=2),
        restored_at=BEGAN + timedelta(minutes=81),
        expected_end=BEGAN + timedelta(minutes=71),
        proof=Proof(silent=0, asked=0, answering=0),
    )
    wide = (WIDE * 3)[: LONGEST_SMS_VALUE if speech.short else LONGEST_VALUE]
    crew = max((speech.crew(state) for state in CREWS), key=len)
    read = BEGAN - timedelta(days=2) if phase == Phase.PLANNED else BEGAN + timedelta(minutes=2)
    values = public_values(outage, Phase(phase), read, speech)
    return {**values, "areas": wide, "crew": crew}


def _texts(template: Template, speech: Speech, base: Values) -> list[str]:
    """Return what a template says in each case that its choices make."""
    body = compiled(template.body)
    title = compiled("" if template.channel == SMS else template.title)
    return [_whole(title, body, {**base, **case}) for case in _cases(template, speech)]


def _whole(title: Compiled, body: Compiled, values: Values) -> str:
    said = filled(body, values)
    head = filled(title, values)
    return f"{head}\n{said}" if head and said else said


def _cases(template: Template, speech: Speech) -> Iterator[dict[str, Value]]:
    source = template.title + template.body
    causes = CAUSES[1:] if template.cause == ANY else (template.cause,)
    said = {
        cause: max((speech.cause(cause, sure) for sure in CERTAINTIES), key=len) for cause in causes
    }
    if "cause ==" not in source and "cause !=" not in source:
        cause = max(said, key=lambda name: len(said[name]))
        said = {cause: said[cause]}
    without_phone = [service for service in ALL_SERVICES if service != "phone"]
    fewer: dict[str, Value] = {
        "phone_is_out": False,
        "services": speech.listed(speech.services(without_phone)),
        "services_of": speech.listed(speech.services(without_phone, "of")),
        "services_in": speech.listed(speech.services(without_phone, "in")),
        "services_neither": speech.neither(speech.services(without_phone)),
    }
    ends: tuple[dict[str, Value], ...] = ({"end": ""}, {}, {"end_passed": True})
    for cause, text in said.items():
        for end in ends:
            yield {"cause": cause, "cause_text": text, **end}
            yield {"cause": cause, "cause_text": text, **end, **fewer}


def _unserved(
    words: Words, network: Network | None, languages: Collection[str], inventory: str
) -> Iterator[Finding]:
    """Warn of readers whose language has no words."""
    people = network.subscribers.values() if network is not None else ()
    readers = Counter(person.language for person in people if person.language)
    for language in languages:
        readers.setdefault(language, 0)
    for language, count in sorted(readers.items()):
        if not words.speaks(language):
            who = f"{count} subscribers read" if count else "the operator speaks"
            wrong = f"{who} {language!r}, in which there are no words"
            remedy = f"add words in it; there are: {' '.join(words.languages())}"
            yield Finding(Place(inventory), wrong, remedy, Level.WARNING)
