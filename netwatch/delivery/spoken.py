"""A message to the staff -> what a voice says on the telephone, and what each key does.

The links below a message are for fingers: they become keys, and no other address does. Sentences
with a command are for a keyboard, and are left out: whoever is rung at night has no screen.
"""

import re
from dataclasses import dataclass
from typing import Final

from netwatch.delivery.render import Text
from netwatch.delivery.wording_values import harmless

LONGEST: Final = 400
"""So many letters take half a minute to say; nobody listens longer before they press a key."""
MOST_KEYS: Final = 9
PRESS: Final = {
    "pl": "Naciśnij {key}: {does}.",
    "cs": "Stiskněte {key}: {does}.",
    "sk": "Stlačte {key}: {does}.",
    "uk": "Натисніть {key}: {does}.",
    "en": "Press {key}: {does}.",
    "de": "Taste {key} drücken: {does}.",
    "ru": "Нажмите {key}: {does}.",
}
_LINK: Final = re.compile(r"(?P<does>[^\n]{1,120}?): (?P<url>https?://\S+/go/\S+)")
_COMMAND: Final = re.compile(r"[:(] ?netwatch [a-z]")
_ADDRESS: Final = re.compile(r"\S*://\S*")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of the telephone."""

    number: str
    does: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What is said, and what may be pressed then."""

    say: str
    keys: tuple[Key, ...]


def spoken(text: Text, language: str) -> Spoken:
    """Return what a voice says of a message: what happened first, and what to press last.

    Args:
        text: as it would be sent to be read, with its links below.
        language: in which it is written; one that nobody here speaks is prompted in English.
    """
    lines, keys = _apart(text.body.splitlines())
    said = [text.title, *map(_sayable, lines)]
    press = PRESS.get(language.partition("-")[0], PRESS["en"])
    prompts = [press.format(key=one.number, does=one.does) for one in keys]
    return Spoken(say=" ".join([_brief(said), *prompts]).strip(), keys=keys)


def _apart(lines: list[str]) -> tuple[list[str], tuple[Key, ...]]:
    """Return what is to be said, and the keys: the links in the last lines, and no others.

    Words to be approved may end in an address too; a key for that would move all others.
    """
    links: list[re.Match[str]] = []
    while lines and (link := _LINK.fullmatch(lines[-1].strip())) is not None:
        links.insert(0, link)
        lines = lines[:-1]
    keys = (
        Key(number=str(number), does=harmless(link["does"]), url=link["url"])
        for number, link in enumerate(links[:MOST_KEYS], 1)
    )
    return lines, tuple(keys)


def _sayable(line: str) -> str:
    """Return a line without addresses, and without its sentences that have a command."""
    sentences = _SENTENCE.split(_ADDRESS.sub("", line))
    kept = " ".join(one for one in sentences if not _COMMAND.search(one))
    return kept.rstrip(" :–")


def _brief(lines: list[str]) -> str:
    """Return as many whole sentences as can be listened to; the first one in any case."""
    whole = (_ended(harmless(line, LONGEST)) for line in lines)
    sentences = [part for line in whole if line for part in _SENTENCE.split(line)]
    kept = sentences[:1]
    for sentence in sentences[1:]:
        if len(" ".join((*kept, sentence))) > LONGEST:
            break
        kept.append(sentence)
    return " ".join(kept)


def _ended(line: str) -> str:
    return line if not line or line.endswith((".", "!", "?")) else f"{line}."
