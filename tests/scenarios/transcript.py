"""An evening -> a transcript: every message to everybody, with its time and its words.

A town of three streets is watched from before the first lost ping to after the last word. What
people do stands in the transcript too, so that it reads as a story.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from textwrap import indent
from typing import TypeVar
from zoneinfo import ZoneInfo

from netwatch.delivery.page.crowds import Crowds
from netwatch.delivery.render import Renderer
from netwatch.delivery.scribe import Scribe
from netwatch.model.arrivals import Arrival, Command
from netwatch.model.facts import Audience, Fact, NoticeDue
from netwatch.model.names import AreaId, ChannelName, DeviceId, LinkId, PersonId, RoleName
from netwatch.model.network import Area, LocalName, Network, Subscriber
from netwatch.model.replying import Reply
from netwatch.pipeline import Pipeline, StageRules
from netwatch.response.people import People, Person, Role
from netwatch.response.rules import Mode, ResponseRules
from netwatch.rules.reader import read_rules
from netwatch.rules.rulebook import Rulebook
from netwatch.service.replay import accepted, in_time
from netwatch.views.board import Board
from tests.scenarios.night import MINUTE, SECOND, Night, World
from tests.town import town

ZONE = ZoneInfo("Europe/Warsaw")
DAY = datetime(2026, 11, 14, tzinfo=ZONE)
"""A Saturday."""
ROUND = 10 * SECOND
SPARSE = 5 * MINUTE
"""How long nothing is asked while nothing changes: time goes on all the same."""
MAREK, OKSANA, EWA, MAGDA, JAN = map(PersonId, ("marek", "oksana", "ewa", "magda", "jan"))
PHONES = tuple(ChannelName(f"{who}-phone") for who in (OKSANA, EWA, MAGDA, JAN))
LANGUAGES = ("pl", "en", "cs", "sk", "de", "uk", "ru")
NAMES = {
    "polna-1": LocalName("ul. Polna", inside=(("pl", "na ul. Polnej"),)),
    "polna-2": LocalName("ul. Ogrodowa", inside=(("pl", "na ul. Ogrodowej"),)),
    "krotka": LocalName("ul. Krótka", inside=(("pl", "na ul. Krótkiej"),)),
}

PUBLIC, SUBSCRIBERS = Audience.PUBLIC, Audience.SUBSCRIBERS
Name = TypeVar("Name")
Deed = tuple[float, Callable[[datetime], Command]]
"""So many minutes after it broke somebody does this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """What breaks, when, among whom, and what people do about it."""

    name: str
    breaks: str
    """Links, devices or homes without mains: ``link:olt-1--s-1 device:sw-1 dark:onu-11``."""
    at: str = "19:00"
    """When it breaks, by the clock in the town."""
    lasts: float = 25
    """How many minutes until it is mended."""
    language: str = "pl"
    """Of the operator, of customers and of the staff, where there are words in it."""
    homes: int = 1
    """How many customers hang on each home's box."""
    deeds: tuple[Deed, ...] = ()
    then: tuple[tuple[float, str], ...] = ()
    """More that breaks (``link:…``) or is mended (``mend:link:…``), minutes after the first."""
    mode: Mode = Mode.FULL
    critical: tuple[str, ...] = ()
    staffed: bool = True
    """People files name somebody."""


@cache
def book() -> Rulebook:
    """Return the rules that ship."""
    rulebook = read_rules(None).rulebook
    assert rulebook is not None
    return rulebook


def staff(language: str) -> People:
    """Return who works here: one alone on call, a dispatcher, a desk, a crew and a manager."""
    speaks = language if language == "pl" else "en"
    names = ((MAREK, "Marek"), (OKSANA, "Oksana"), (EWA, "Ewa"), (MAGDA, "Magda"), (JAN, "Jan"))
    people = {}
    for who, name in names:
        own = ChannelName(f"{who}-phone")
        channels = (own,) if own in PHONES else ()
        people[who] = Person(id=who, name=name, language=speaks, channels=channels)
    duties = (
        ("on-call", MAREK),
        ("field", OKSANA),
        ("dispatcher", EWA),
        ("desk", MAGDA),
        ("manager", JAN),
    )
    roles = {RoleName(role): Role(id=RoleName(role), people=(who,)) for role, who in duties}
    return People(persons=people, roles=roles)


def rules(evening: Evening) -> ResponseRules:
    """Return the rules that ship, of an operator with all ways to customers set up."""
    shipped = replace(
        book().stages.response,
        mode=evening.mode,
        timezone=ZONE.key,
        set_up=(*map(ChannelName, ("sms", "facebook", "mail")), *PHONES),
    )
    return replace(shipped, people=staff(evening.language)) if evening.staffed else shipped


def place(evening: Evening) -> Network:
    """Return the town with this evening's customers."""
    bare = town()
    people = {}
    for one in bare.subscribers.values():
        for number in range(1, evening.homes + 1):
            name = one.id if number == 1 else type(one.id)(f"{one.id}-{number}")
            people[name] = Subscriber(
                id=name,
                device=one.device,
                area=one.area,
                language=evening.language,
                critical=name in evening.critical,
            )
    areas = {AreaId(name): Area(id=AreaId(name), name=said) for name, said in NAMES.items()}
    return replace(bare, subscribers=people, areas=areas)


def lived(evening: Evening, network: Network) -> tuple[Night, datetime]:
    """Live an evening; return it, and when it broke."""
    night = Night(at_once=True)
    night.world = World(network)
    hour, minute = map(int, evening.at.split(":"))
    began = DAY.replace(hour=hour, minute=minute).astimezone(UTC)
    night.at = began - 30 * SECOND
    night.passes(30 * SECOND)
    change(night.world, evening.breaks)
    steps: list[tuple[float, str | Callable[[datetime], Command]]] = [
        *evening.then,
        *evening.deeds,
        (evening.lasts, "mend"),
        (evening.lasts + 14, ""),
    ]
    for minutes, step in sorted(steps, key=lambda one: one[0]):
        _until(night, began + minutes * MINUTE)
        if callable(step):
            night.comes(step(night.at))
        else:
            change(night.world, step)
    return night, began


def _until(night: Night, end: datetime) -> None:
    """Let time pass: rounds where something may be seen anew, and now and then one between."""
    busy = min(end, night.at + 2 * MINUTE)
    night.passes(busy - night.at)
    while night.at + SPARSE < end:
        night.passes(ROUND)
        night.at += SPARSE - ROUND
    night.passes(end - night.at)


def change(world: World, what: str) -> None:
    """Break what is named, or mend it."""
    if what == "mend":
        for broken in (world.cut, world.dead, world.dark):
            broken.clear()
        world.blind = world.alone = False
    for word in what.split():
        whole, mends = word.removeprefix("mend:"), word.startswith("mend:")
        kind, _, name = whole.partition(":")
        match kind:
            case "link":
                _turn(world.cut, LinkId(name), mends)
            case "device":
                _turn(world.dead, DeviceId(name), mends)
            case "dark":
                _turn(world.dark, DeviceId(name), mends)
            case "blind":
                world.blind = not mends
            case "alone":
                world.alone = not mends
            case _:
                assert what == "mend", what


def _turn(broken: set[Name], name: Name, mends: bool) -> None:
    (broken.discard if mends else broken.add)(name)


@dataclass
class Transcript:
    """What was said, line by line."""

    evening: Evening
    network: Network
    board: Board = field(default_factory=Board)
    lines: list[tuple[datetime, str]] = field(default_factory=list)

    def text(self) -> str:
        """Return the transcript as people read it."""
        evening = self.evening
        mended = f"mended after {evening.lasts:g} minutes"
        head = f"{evening.name}\n{evening.breaks} at {evening.at}, {mended}\n"
        parts = [head]
        if not self.lines:
            parts.append("Nobody is told anything.\n")
        for at, said in self.lines:
            parts.append(f"{at.astimezone(ZONE):%H:%M:%S}  {said}\n")
        return "\n".join(parts)


def transcript(evening: Evening) -> str:
    """Return all that was said in an evening, to whom and when."""
    network = place(evening)
    night, _ = lived(evening, network)
    told = Transcript(evening, network)
    languages = (evening.language, *(one for one in LANGUAGES if one != evening.language))
    renderer = Renderer(book().words, network, "Dolina Net", ZONE.key, languages)
    teller = Teller(Scribe(renderer), Crowds(network), staff(evening.language), told)
    pipeline = Pipeline(network, StageRules(response=rules(evening)))
    arrivals = sorted(night.arrivals, key=lambda arrival: arrival.at)
    for arrival in in_time(arrivals, night.at):
        teller.comes(arrival)
        dues = teller.take(pipeline.advance(arrival).facts)
        if dues:
            for receipt in accepted(dues, arrival.at):
                teller.take(pipeline.advance(receipt).facts)
    return told.text()


@dataclass
class Teller:
    """Words each message as it was worded at that moment."""

    scribe: Scribe
    crowds: Crowds
    people: People
    told: Transcript

    def comes(self, arrival: Arrival) -> None:
        """Write down what a person did."""
        if isinstance(arrival, Command):
            did = f"writes: {arrival.text}" if isinstance(arrival, Reply) else plain(arrival)
            self.told.lines.append((arrival.at, f"({arrival.by} {did})"))

    def take(self, facts: Sequence[Fact]) -> list[NoticeDue]:
        """Write down what was to be said; return it."""
        dues = []
        for fact in facts:
            self.told.board.take(fact)
            if isinstance(fact, NoticeDue):
                dues.append(fact)
        for _, alike in groupby(dues, key=_alike):
            self._word(list(alike))
        return dues

    def _word(self, dues: list[NoticeDue]) -> None:
        first = dues[0]
        kept = f" — kept back: {first.withheld}" if first.withheld else ""
        for to, language in self._readers(dues):
            text = self.scribe.text(
                first, self.told.board, language, first.at, discreet=self.crowds.discreet
            )
            words = "\n".join(part for part in (text.title, text.body) if part).strip()
            what = first.phase if first.audience in (PUBLIC, SUBSCRIBERS) else first.purpose
            head = f"{first.channel} to {to}, {what} [{language}]{kept}"
            self.told.lines.append((first.at, f"{head}\n{indent(words, '    ')}"))

    def _readers(self, dues: list[NoticeDue]) -> Iterator[tuple[str, str]]:
        """Yield who reads it, and in which language."""
        own = self.told.evening.language
        who = [one for due in dues for one in due.recipients]
        if dues[0].audience is SUBSCRIBERS:
            yield f"{len(who)} customer{'' if len(who) == 1 else 's'}", own
        elif dues[0].audience is PUBLIC:
            yield "everybody", own
        else:
            for one in who:
                person = self.people.persons.get(PersonId(one))
                yield one, (person.language if person else None) or own


def _alike(due: NoticeDue) -> tuple[object, ...]:
    """Return what makes words to many one message."""
    alone = due.recipients if due.audience not in (PUBLIC, SUBSCRIBERS) else ()
    return (due.incident, due.audience, due.channel, due.phase, due.purpose, alone, due.withheld)


def plain(command: Command) -> str:
    """Return what somebody did, in a word and its values."""
    left = ("at", "by", "incident")
    values = {one.name: getattr(command, one.name) for one in fields(command)}
    said = [_value(name, value) for name, value in values.items() if name not in left and value]
    did = [type(command).__name__.lower(), str(values.get("incident") or "")]
    return " ".join(word for word in (*did, *said) if word)


def _value(name: str, value: object) -> str:
    if isinstance(value, datetime):
        return f"{name} {value.astimezone(ZONE):%H:%M}"
    return f"{name} {' '.join(map(str, value)) if isinstance(value, tuple) else value}"
