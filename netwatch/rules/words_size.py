"""Words -> how many SMS one of them takes at most: what messages cost before they are sent."""

from collections.abc import Sequence
from typing import Final

from netwatch.delivery.sms import folded_where_it_saves, measure
from netwatch.delivery.words import SMS, Words
from netwatch.model.facts import Phase
from netwatch.rules.words_said import sayings

DEAREST: Final = (Phase.SUSPECTED, Phase.CONFIRMED, Phase.UPDATE, Phase.RESTORED, Phase.CORRECTED)


def segments_at_most(words: Words, name: str, languages: Sequence[str]) -> dict[str, int]:
    """Return how many SMS the longest message about an outage takes, by language.

    Args:
        words: in force.
        name: the operator's.
        languages: the operator's; the first stands under ``""`` too. Readers of a language in
            which there are no words get the first.
    """
    most: dict[str, int] = {}
    for one in sayings(words, name):
        template = one.template
        if words.kind(template.channel) != SMS or template.phase not in DEAREST:
            continue
        texts = (folded_where_it_saves(text, template.language) for text in one.longest())
        size = max((measure(text).segments for text in texts), default=1)
        most[template.language] = max(most.get(template.language, 1), size)
    most = {language: min(size, words.sms.most_segments) for language, size in most.items()}
    return most | {"": most.get(languages[0], 1) if languages else 1}
