"""What a channel adds to the words: the hour before what is new of a post, a mail's last lines."""

from collections.abc import Mapping
from typing import Final

from netwatch.delivery.sms import folded_where_it_saves, measure
from netwatch.delivery.wording_outage import LONGEST_LINK
from netwatch.delivery.wording_sandbox import Value
from netwatch.delivery.wording_speech import Speech
from netwatch.delivery.wording_values import harmless
from netwatch.delivery.words import FACEBOOK, MERGED, StopHint, Template
from netwatch.model.facts import Phase

ENDS: Final = (".", "!", "?")
"""After these a sentence may begin; after a link or a number a dash, which belongs to neither."""
FIRST_WORDS: Final = (Phase.SUSPECTED, Phase.CONFIRMED, Phase.PLANNED)
"""What people may hear first of something: it says how to hear no more."""
GOES_ON: Final = (Phase.UPDATE, Phase.RESTORED)


def goes_below(kind: str, phase: str, template: Template, *, alone: bool) -> bool:
    """Say whether words are new lines of a post that stands, not a text in its place.

    A mistake is not left standing above its correction; a list of outages is given anew.

    Args:
        kind: what the channel is.
        phase: which words are due.
        template: the words.
        alone: whether they are about one outage, and not about many at a time.
    """
    said = phase in GOES_ON or (phase is Phase.CORRECTED and template.cause == MERGED)
    return kind == FACEBOOK and alone and said


def line(when: str, title: str, body: str) -> str:
    """Return what is new, with the hour before it."""
    return f"[{when}] {title}\n{body}" if title else f"[{when}] {body}"


def signature(values: Mapping[str, Value], speech: Speech) -> str:
    """Return the last lines of a mail: who writes, where to look, how to hear no more."""
    who = " · ".join(str(values[name]) for name in ("name", "phone") if values[name])
    look = speech.spelt("mail.look", str(values["page"]))
    stop = speech.spelt("mail.stop", harmless(speech.words.operator.unsubscribe, LONGEST_LINK))
    return "\n".join(filter(None, (who, look, stop)))


def with_hint(text: str, speech: Speech) -> str:
    """Return an SMS with how to get no more of them, as the rules want that."""
    hint, terms = speech.phrase("stop"), speech.words.sms
    if not hint or terms.stop_hint is StopHint.NEVER:
        return text
    longer = f"{text} {hint}" if text.endswith(ENDS) else f"{text} - {hint}"
    if terms.stop_hint is StopHint.ALWAYS:
        return longer
    costs = [measure(folded_where_it_saves(t, speech.language)).segments for t in (text, longer)]
    return longer if costs[1] <= costs[0] else text


def joined(before: str, new: str) -> str:
    """Return a post with something new below what it said; the same line is not said twice."""
    before = before.rstrip()
    if not before or before == new or before.endswith(f"\n{new}"):
        return before or new
    return f"{before}\n\n{new}"
