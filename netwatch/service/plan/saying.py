"""What would be said, read before the night: languages without words, names that do not fit."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from netwatch.delivery.sms import folded_where_it_saves, measure
from netwatch.delivery.wording_values import LONGEST_SMS_VALUE
from netwatch.model.facts import Phase
from netwatch.model.faults import Place
from netwatch.model.names import AreaId
from netwatch.model.network import Area, Network
from netwatch.response.people import People, Role
from netwatch.response.rules import ResponseRules
from netwatch.rules import Rulebook
from netwatch.rules.words_check import too_long_for_sms
from netwatch.service.plan.defects import Defect, Kind, counted
from netwatch.service.plan.outcomes import Records

ANY: Final = "any"


def words(
    network: Network, book: Rulebook, records: Records, name: str, languages: Sequence[str]
) -> Iterator[Defect]:
    """Yield what readers would not be told in their language, or not whole."""
    yield from _languages(network, book, records, languages)
    yield from _areas(network, book, records, languages)
    yield from _templates(book, name)


def _languages(
    network: Network, book: Rulebook, records: Records, languages: Sequence[str]
) -> Iterator[Defect]:
    living: dict[str, list[str]] = defaultdict(list)
    for person in network.subscribers.values():
        if person.language:
            living[person.language].append(person.id)
    for language in languages:
        living.setdefault(language, [])
    for language, readers in sorted(living.items()):
        if book.words.speaks(language):
            continue
        who = f"{counted(len(readers))} read" if readers else "the operator speaks"
        yield Defect(
            kind=Kind.NO_WORDS,
            element=f"language:{language}",
            wrong=f"{who} {language!r}, in which there are no words",
            remedy=f"write words in it into rules/notices; there are: "
            f"{' '.join(book.words.languages())}",
            subscribers=len(readers),
            place=records.of(f"subscriber:{readers[0]}") if readers else None,
            elements=tuple(f"subscriber:{s}" for s in sorted(readers)),
        )


def _areas(
    network: Network, book: Rulebook, records: Records, languages: Sequence[str]
) -> Iterator[Defect]:
    readers: dict[AreaId, Counter[str]] = defaultdict(Counter)
    for person in network.subscribers.values():
        if person.area is not None:
            readers[person.area][person.language or (languages[0] if languages else "")] += 1
    for area in network.areas.values():
        living = readers[area.id]
        place = records.of(f"area:{area.id}")
        named = {code for code, _ in area.name.by_language}
        lacking = [
            code
            for code in sorted(living)
            if named and code and book.words.speaks(code) and not named & {code, _base(code)}
        ]
        nameless = area.id in records.unnamed
        if lacking or nameless:
            who = sum(living.values()) if nameless else sum(living[code] for code in lacking)
            wanted = lacking or list(book.words.languages())
            tongues = "any language" if nameless else ", ".join(lacking)
            yield Defect(
                kind=Kind.NO_WORDS,
                element=f"area:{area.id}",
                wrong=f"area:{area.id} has no name in {tongues}, read by {counted(who)} there",
                remedy=f"give it one: name: {{{', '.join(f'{code}: ...' for code in wanted)}}}",
                subscribers=who,
                place=place,
                reason="area-name",
            )
        yield from _long_name(area, book, sum(living.values()), records)


def _long_name(area: Area, book: Rulebook, people: int, records: Records) -> Iterator[Defect]:
    """Yield that an SMS has no room for an area's name and would tell half of it."""
    spoken = {code: area.name.in_language(code) for code in book.words.languages()}
    long = {code: text for code, text in spoken.items() if len(text.strip()) > LONGEST_SMS_VALUE}
    if not long:
        return
    code, text = max(long.items(), key=lambda kv: (len(kv[1]), kv[0]))
    folded = folded_where_it_saves(text, code)
    yield Defect(
        kind=Kind.DOES_NOT_FIT,
        element=f"area:{area.id}",
        wrong=f"the name of area:{area.id} takes {measure(folded).characters} characters in "
        f"{', '.join(sorted(long))}; an SMS has room for {LONGEST_SMS_VALUE} and would cut it",
        remedy="give it a shorter name, or divide the area: name: {" + f"{code}: ..." + "}",
        subscribers=people,
        place=records.of(f"area:{area.id}"),
        reason="area-name-long",
    )


def _templates(book: Rulebook, name: str) -> Iterator[Defect]:
    for template, takes, text in too_long_for_sms(book.words, name):
        yield Defect(
            kind=Kind.DOES_NOT_FIT,
            element=f"words:{template.phase}/{template.cause}/{template.channel}/"
            f"{template.language}",
            wrong=f"the words of {template.phase} ({template.cause}) in {template.language!r} "
            f"for {template.channel} {takes}",
            remedy=f"shorten it: {text!r}",
            place=template.place,
            holder=template.language,
            reason="words-long",
        )


def people(
    network: Network, book: Rulebook, channels: frozenset[str] | None, config: Place | None
) -> Iterator[Defect]:
    """Yield why an alert would reach nobody, or the public would never hear.

    Args:
        network: whom it costs.
        book: the rules.
        channels: those that the settings have; None: there are no settings.
        config: where the settings stand.
    """
    told = book.stages.response
    everybody = len(network.subscribers)
    yield from _duty(told, book, everybody)
    for channel in told.staff_channels:
        if channels is not None and channel not in channels:
            yield Defect(
                kind=Kind.PAGES_NOBODY,
                element=f"channel:{channel}",
                wrong=f"alerts go to channel:{channel}, which netwatch.toml does not have: "
                "they page nobody at any hour",
                remedy=f'add [channels.{channel}] with url = "credential:{channel}-url"',
                subscribers=everybody,
                place=config,
            )
    if not told.public(Phase.CONFIRMED):
        yield Defect(
            kind=Kind.NOBODY_TOLD,
            element="policy",
            wrong="no rule of the policy lets a confirmed outage out on any public channel",
            remedy="add policy: [{id: website-confirmed, channel: website, phase: confirmed}]",
            subscribers=everybody,
        )


def _duty(told: ResponseRules, book: Rulebook, everybody: int) -> Iterator[Defect]:
    if not told.staff or not told.staff_channels:
        yield Defect(
            kind=Kind.PAGES_NOBODY,
            element="staff",
            wrong="staff: names nobody to tell, or no channel: no loss pages anybody at any hour",
            remedy="write staff: {tell: [on-call], channels: [duty]} into rules/response",
            subscribers=everybody,
        )
    if not book.people:
        return  # without people files, alerts go to the channel alone
    for name in told.staff:
        role = book.roles.get(name)  # type: ignore[call-overload] # a role or a person, by id
        if role is not None and not role.people and not _helped(told.people, role):
            yield Defect(
                kind=Kind.PAGES_NOBODY,
                element=f"role:{name}",
                wrong=f"alerts go to role:{name}, which nobody has: they page nobody at any hour",
                remedy="name its people in rules/people: people: [...]",
                subscribers=everybody,
            )


def _helped(people: People, role: Role) -> bool:
    """Say whether a rota, another role or a machine has a duty that no people are named for."""
    return people.is_planned(role.id) or bool(role.fallback or role.announcement)


def _base(code: str) -> str:
    return code.partition("-")[0]
