"""For whom there are no words, or none that somebody who speaks the language has read."""

from collections import Counter
from collections.abc import Collection, Iterator

from netwatch.delivery.words import ANY, PUBLIC_PHASES, SMS, Words
from netwatch.model.faults import Finding, Level, Place
from netwatch.model.network import Network


def unserved(
    words: Words, network: Network | None, languages: Collection[str], inventory: str
) -> Iterator[Finding]:
    """Warn of readers whose language has no words."""
    for language, count in sorted(_readers(network, languages).items()):
        if not words.speaks(language):
            who = f"{count} subscribers read" if count else "the operator speaks"
            wrong = f"{who} {language!r}, in which there are no words"
            remedy = f"add words in it; there are: {' '.join(words.languages())}"
            yield Finding(Place(inventory), wrong, remedy, Level.WARNING)


def short_of_words(words: Words) -> Iterator[Finding]:
    """Warn of languages in which an SMS takes the words of the website, which are long."""
    for language in words.languages():
        lacks = [p for p in PUBLIC_PHASES if (p, ANY, SMS, language) not in words.templates]
        if lacks:
            place = words.templates[lacks[0], ANY, "website", language].place
            wrong = f"no words for SMS in {language!r}: {', '.join(lacks)} take the website's"
            yield Finding(place, wrong, "give some: channel: sms, and 160 letters", Level.WARNING)


def unread(
    words: Words, network: Network | None, languages: Collection[str], settings: str
) -> Iterator[Finding]:
    """Remind, once, that nobody who grew up with these languages has read the words that ship.

    Who has read them says so in ``readers``.
    """
    spoken = {language.partition("-")[0] for language in _readers(network, languages)}
    lacking = sorted(spoken.intersection(words.languages()).difference(words.readers))
    if lacking:
        wrong = f"no native speaker has read the words in {', '.join(lacking)}"
        remedy = (
            "read them: netwatch notice preview --area AREA --html FILE; then say so in "
            f"rules/notices: readers: [{{language: {lacking[0]}, by: ...}}]"
        )
        yield Finding(Place(settings), wrong, remedy, Level.WARNING)


def _readers(network: Network | None, languages: Collection[str]) -> Counter[str]:
    people = network.subscribers.values() if network is not None else ()
    readers = Counter(person.language for person in people if person.language)
    for language in languages:
        readers.setdefault(language, 0)
    return readers
