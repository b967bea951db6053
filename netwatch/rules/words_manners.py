"""What public words must not do, whoever wrote them: promise a repair, blame, bend place names."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

NEWS: Final = {
    "pl": "info napisz poda damy dam wyśl powiem powiad wiad wied oddzwoni wieści odezw zadzwo",
    "cs": "zpráv napíš napis sděl věd ozv pošl posíl inform víc oznám volám zavol",
    "sk": "správ napíš napís oznám ved ozv pošl posiel inform viac zavol",
    "uk": "новин повідом напиш назв скаж зна передзвон інформ надішл озв подамо",
    "ru": "новост сообщ напиш назов узна перезвон информ отправ скаж знать",
    "en": "news say write update message tell know call more inform hear text",
    "de": "nachricht schreib meld wissen ruf sag nenn mehr inform schick neuigk bescheid",
}
"""How words begin that promise news; by language."""
REPLY: Final = {
    "pl": "odpisz odpowiedz odeślij wyślij",
    "cs": "odpovězte odepište odpov pošlete",
    "sk": "odpovedzte odpíšte odpov pošlite",
    "uk": "відпишіть відповід надішліть",
    "ru": "ответ пришлите отправьте",
    "en": "reply respond answer",
    "de": "antwort zurückschreib",
}
BLAME: Final = {
    "pl": "wykonawc koparkow sprawc zawinił",
    "cs": "vinou zavini viník zhotovitel",
    "sk": "vinou zavini vinník zhotoviteľ",
    "uk": "винн винуват підрядник",
    "ru": "виновн виноват подрядчик",
    "en": "blame culprit contractor",
    "de": "schuldig verschuld verursacher baufirma",
}
BLAME_TOGETHER: Final = {
    "pl": ("z winy", "winę ponosi"),
    "cs": ("kvůli firmě",),
    "sk": ("kvôli firme",),
    "uk": ("з вини", "через фірму"),
    "ru": ("по вине", "из-за фирмы"),
    "en": ("fault of", "caused by the company"),
    "de": ("schuld der", "schuld von", "schuld ist"),
}
COMMENTS: Final = "komentar koment comment kommentar комент коммент"
NOT: Final = re.compile(
    r"\b(bez|nie|ne\w*|no|not|never|without|do not|don't|kein\w*|nicht|без|не)\b", re.IGNORECASE
)
DECLINED: Final = frozenset({"pl", "cs", "sk", "uk", "ru"})
"""Languages in which a name after a preposition would have to have another ending."""
_LEADS: Final = frozenset(":;,.!?–—-([|/«„\"'\n")
_SENTENCE: Final = re.compile(r"[^.!?\n]+")
_STROKES: Final = str.maketrans("łŁđøß", "lLdos")


def bare(text: str) -> str:
    """Return a text in small letters without their marks, as SMS has it; Cyrillic stays whole."""
    small = text.translate(_STROKES).casefold()
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", small)
        if not unicodedata.combining(letter)
    )


@cache
def _beginnings(stems: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, bare(stems).split()))})")


def reads_as_the_end(text: str, token: str, language: str) -> bool:
    """Say whether the time of the next news, ``token``, reads as the end of the repair.

    It does where its sentence holds no word of news. Languages that we know no such words of pass.
    """
    stems = NEWS.get(language)
    if stems is None:
        return False
    news = _beginnings(stems)
    return any(
        token in sentence and not news.search(bare(sentence))
        for sentence in _SENTENCE.findall(text)
    )


def bends_places(text: str, token: str, language: str) -> bool:
    """Say whether a place name, ``token``, stands where the language would decline it."""
    if language not in DECLINED:
        return False
    for found in re.finditer(re.escape(token), text):
        before = text[: found.start()].rstrip(" ")
        if before and before[-1] not in _LEADS:
            return True
    return False


def asks_for_a_reply(text: str, language: str) -> bool:
    """Say whether readers are asked to answer a message."""
    stems = REPLY.get(language)
    return stems is not None and _beginnings(stems).search(bare(text)) is not None


def blames(text: str, language: str) -> bool:
    """Say whether somebody is blamed, named or not."""
    said = bare(text)
    alone = _beginnings(BLAME[language]).search(said) if language in BLAME else None
    together = BLAME_TOGETHER.get(language, ())
    return alone is not None or any(re.search(rf"\b{bare(one)}\b", said) for one in together)


def invites_comments(text: str) -> bool:
    """Say whether people are asked to write into comments, where all can read who they are."""
    comments = _beginnings(COMMENTS)
    return any(
        comments.search(bare(sentence)) and not NOT.search(sentence)
        for sentence in _SENTENCE.findall(text)
    )


def faults(
    text: str, language: str, *, place: str, news_by: str, answers: bool
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one text that the public reads, and the remedy.

    Args:
        text: as it would be said.
        language: the reader's.
        place: what stands in it for the names of places.
        news_by: what stands in it for the time of the next news.
        answers: whether what readers write back arrives anywhere.
    """
    if reads_as_the_end(text, news_by, language):
        yield (
            "promises the next news in words that read as the end of the repair",
            "say what will be said by then: 'we will write by {{ next_update }}'",
        )
    if bends_places(text, place, language):
        yield (
            "puts a place name where it would have to be declined",
            "put it after a colon, a dash or a comma: '... – {{ areas }}', or use {{ areas_in }}",
        )
    if blames(text, language):
        yield "blames somebody", "say what happened, not who did it"
    if invites_comments(text):
        yield (
            "asks people to write into comments, where all can read it",
            "ask for a private message instead",
        )
    if not answers and asks_for_a_reply(text, language):
        yield (
            "asks for an answer that would not arrive",
            "say it inside {% if two_way %}...{% endif %}, or give a telephone number",
        )
