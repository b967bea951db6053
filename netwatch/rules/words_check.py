"""All words, said once with the longest values there are: what would fail at night fails here."""

from collections.abc import Collection, Iterator
from typing import Final

from netwatch.delivery.sms import NEVER_FOLDED, SmsSize, folded_where_it_saves, measure
from netwatch.delivery.words import SMS, WEBSITE, Template, Words
from netwatch.model.faults import Finding, Level
from netwatch.model.network import Network
from netwatch.rules.files import SHIPPED
from netwatch.rules.rulebook import Rulebook
from netwatch.rules.words_glue import glued
from netwatch.rules.words_leaks import leaks
from netwatch.rules.words_manners import blames, faults, invites_comments
from netwatch.rules.words_readers import short_of_words, unread, unserved
from netwatch.rules.words_said import NEWS_BY, PLACE, Saying, sayings

SMS_BUDGET: Final = 1
SMS_BUDGET_UNFOLDED: Final = 2
FOR_STAFF: Final = ("staff.", "people.")


def check_words(
    rulebook: Rulebook,
    network: Network | None,
    *,
    name: str = "netwatch",
    languages: Collection[str] = (),
    inventory: str = "inventory",
    settings: str = "",
    thorough: bool = False,
) -> list[Finding]:
    """Say what is wrong with the words: too long for SMS, nothing said, a name let slip.

    Args:
        rulebook: with the words.
        network: whose devices, sites, links and risks customers must not read of.
        name: the operator's.
        languages: the operator's; words in them must be there.
        inventory: how findings name the inventory.
        settings: how findings name the settings in which the languages stand; empty: there are
            none, and nobody is reminded to have the words read.
        thorough: judge the manners of the words that ship too; their tests do.
    """
    words = rulebook.words
    findings = [finding for one in sayings(words, name) for finding in _said(one, words, thorough)]
    findings += _phrases(words)
    findings += leaks(words, network, inventory) if network is not None else []
    findings += unserved(words, network, languages, inventory)
    findings += short_of_words(words)
    findings += unread(words, network, languages, settings) if settings else []
    return sorted(set(findings))


def _said(one: Saying, words: Words, thorough: bool) -> Iterator[Finding]:
    template, texts = one.template, one.longest()
    what = _what(template)
    yield from _judged(template, texts)
    size = _too_long(template, texts, words)
    if size is not None:
        wrong = f"{what} {_takes(size, template, words)}"
        yield Finding(template.place, wrong, f"shorten it: {size[0]!r}", Level.WARNING)
    if template.place.path.startswith(SHIPPED) and not thorough:
        return
    if glued(template.title) or glued(template.body):
        wrong = f"{what} puts a sentence together from halves"
        remedy = "write the whole sentence into each way of the choice"
        yield Finding(template.place, wrong, remedy, Level.WARNING)
    for text in one.marked():
        for wrong, remedy in faults(
            text, template.language, place=PLACE, news_by=NEWS_BY, answers=False
        ):
            yield Finding(template.place, f"{what} {wrong}", remedy)


def _phrases(words: Words) -> Iterator[Finding]:
    """Yield what is wrong with the pieces that templates put in."""
    for phrase in words.phrases.values():
        if phrase.id.startswith(FOR_STAFF):
            continue
        if blames(phrase.text, phrase.language):
            wrong = f"the phrase {phrase.id!r} blames somebody"
            yield Finding(phrase.place, wrong, "say what happened, not who did it")
        if invites_comments(phrase.text):
            wrong = f"the phrase {phrase.id!r} asks people to write into comments"
            yield Finding(phrase.place, wrong, "ask for a private message instead")


def too_long_for_sms(words: Words, name: str = "netwatch") -> Iterator[tuple[Template, str, str]]:
    """Yield the templates whose longest text takes more SMS than it may, how many, and the text."""
    for one in sayings(words, name):
        size = _too_long(one.template, one.longest(), words)
        if size is not None:
            yield one.template, _takes(size, one.template, words), size[0]


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


def _too_long(template: Template, texts: list[str], words: Words) -> tuple[str, SmsSize] | None:
    """Return the longest text of an SMS template and its size, where it is beyond the budget."""
    if words.kind(template.channel) != SMS or not texts:
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
