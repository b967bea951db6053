"""A message to the staff -> what a voice says on the telephone, and what each key does.

Lines that end in a link are for fingers: they become keys. Lines with a command are for a keyboard,
and are left out: whoever is rung at night has no screen before them.
"""

import re
from dataclasses import dataclass
from typing import Final

from netwatch.delivery.render import Text
from netwatch.delivery.wording_values import harmless

LONGEST: Final = 400
"""So many letters take half a minute to say; nobody listens longer before they press a key."""
MOST_KEYS: Final = 9
COMMAND: Final = "netwatch "
PRESS: Final = {
    "pl": "Naciśnij {key}: {does}.",
    "cs": "Stiskněte {key}: {does}.",
    "sk": "Stlačte {key}: {does}.",
    "uk": "Натисніть {key}: {does}.",
    "en": "Press {key}: {does}.",
    "de": "Taste {key} drücken: {does}.",
    "ru": "Нажмите {key}: {does}.",
}
_LINK: Final = re.compile(r"(?P<does>[^\n]{1,120}?): (?P<url>https?://\S+)")
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
    keys: list[Key] = []
    said = [text.title]
    for line in text.body.splitlines():
        link = _LINK.fullmatch(line.strip())
        if link is not None:
            if len(keys) < MOST_KEYS:
                number = str(len(keys) + 1)
                keys.append(Key(number=number, does=harmless(link["does"]), url=link["url"]))
        elif COMMAND not in line and "://" not in line:
            said.append(line)
    press = PRESS.get(language.partition("-")[0], PRESS["en"])
    prompts = [press.format(key=one.number, does=one.does) for one in keys]
    return Spoken(say=" ".join([_brief(said), *prompts]).strip(), keys=tuple(keys))


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
