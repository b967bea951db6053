"""Each template for customers, said with the longest values there are, in every case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from jinja2 import Template as Compiled

from netwatch.delivery.wording_outage import public_values
from netwatch.delivery.wording_posts import FIRST_WORDS, with_hint
from netwatch.delivery.wording_sandbox import Value, compiled, filled
from netwatch.delivery.wording_speech import Speech
from netwatch.delivery.wording_values import LONGEST_SMS_VALUE, LONGEST_VALUE
from netwatch.delivery.words import ANY, CAUSES, DESK_PHASES, SMS, StopHint, Template, Words
from netwatch.model.evidence import Proof
from netwatch.model.facts import Cause, IncidentKind, Phase
from netwatch.model.names import IncidentId
from netwatch.model.network import Network
from netwatch.views.board import Outage

BEGAN: Final = datetime(2026, 11, 14, 22, 22, tzinfo=UTC)
"""An evening whose hours are as long in letters as hours get."""
ALL_SERVICES: Final = ("internet", "tv", "phone")
CERTAINTIES: Final = ("unknown", "likely", "known")
CREWS: Final = ("none", "alerted", "on-the-way", "on-site", "repairing")
WIDE: Final = "Dąbrowa Górna, ul. Książąt Mazowieckich 101–119"
"""Cut to the length that values may have: the longest name there is."""
PLACE: Final = "Qqwxyz"
NEWS_BY: Final = "77:77"
"""What no sentence holds by itself."""
MARKS: Final[Mapping[str, Value]] = {
    "areas": PLACE,
    "next_update": NEWS_BY,
    "at_next_update": NEWS_BY,
}

Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Saying:
    """A template, who says it, and the longest values it is said with."""

    template: Template
    speech: Speech
    base: Values

    def longest(self) -> list[str]:
        """Return what it says in each case that its choices make, as long as that gets."""
        texts = self._texts({})
        always = self.speech.words.sms.stop_hint is StopHint.ALWAYS
        if not (always and self.speech.short and self.template.phase in FIRST_WORDS):
            return texts
        return [with_hint(text, self.speech) for text in texts]

    def marked(self) -> list[str]:
        """Return the same with marks in the place of names and of the time of the next news."""
        return self._texts(MARKS)

    def _texts(self, others: Values) -> list[str]:
        template = self.template
        body = compiled(template.body)
        title = compiled("" if self.speech.short else template.title)
        cases = _cases(template, self.speech)
        return [_whole(title, body, {**self.base, **others, **case}) for case in cases]


def sayings(words: Words, name: str) -> Iterator[Saying]:
    """Yield each template for customers, ready to be said by an operator of this name."""
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
        short = words.kind(template.channel) == SMS
        key = (template.language, short, template.phase)
        speech = spoken[template.language, short]
        base = bases.get(key) or bases.setdefault(key, _longest(speech, template.phase))
        yield Saying(template, speech, base)


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
    news = Phase.SUSPECTED if phase in DESK_PHASES else Phase(phase)
    values = public_values(outage, news, read, speech)
    dash = "-" if speech.short else "–"
    times = f"{values['since']} {dash} {values['end']}, {values['end']} {dash} {values['end']}"
    return {**values, "areas": wide, "crew": crew, "times": times}


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
    inside: dict[str, Value] = {"areas_in": f"na {WIDE}"[: speech.longest]}
    for cause, text in said.items():
        for end in ends:
            yield {"cause": cause, "cause_text": text, **end}
            yield {"cause": cause, "cause_text": text, **end, **fewer}
            if "areas_in" in source:
                yield {"cause": cause, "cause_text": text, **end, **inside}
