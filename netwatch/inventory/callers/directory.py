"""All lines of a network, to be found by who calls. Made whole, then never changed."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.inventory.callers.numbers import COUNTRY, Number, number_of
from netwatch.inventory.callers.questions import Question, flat_of, haystack, question_of
from netwatch.model.contacts import Contact
from netwatch.model.names import SubscriberId
from netwatch.model.network import Network, Subscriber

MOST: Final = 20
"""So many lines are named; of more it is said how many."""
SORTED: Final = 2000
"""Of more lines that fit, the first are named: nobody reads who fits best among so many."""
SHORTEST: Final = 2
"""A single letter begins too many names to look for them by it."""
SCATTERED: Final = 500
"""Where more words begin with what was typed, all lines are looked through: that is quicker."""
PHONE, ID, LOGIN, NAME, ADDRESS, NOBODY = "phone", "id", "login", "name", "address", ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Whose lines may be meant. ``by``: phone, id, login, name, address; empty: nobody's."""

    by: str = NOBODY
    lines: tuple[SubscriberId, ...] = ()
    more: int = 0
    """So many fit besides."""
    in_street: int = 0
    """Nobody is at that house; so many lines are in that street."""


class Directory:
    """Finds lines by phone, id of line or customer, login, name and address."""

    def __init__(
        self,
        network: Network,
        contacts: Mapping[str, Contact] | None = None,
        forgotten: Collection[str] = (),
    ) -> None:
        """Read all lines; takes seconds for 100,000.

        Args:
            network: whose lines.
            contacts: of the contact store, by customer; what they say goes before the inventory.
            forgotten: customers who asked to be: their name and number find nobody.
        """
        self._contacts, self._gone = contacts or {}, frozenset(forgotten)
        self._people = tuple(network.subscribers.values())
        self._exact, self._phones = _Places(), _Places()
        self._starts: Counter[str] = Counter()
        self._hay: list[str] = []
        words: dict[str, array[int]] = {}
        for at, one in enumerate(self._people):
            self._hay.append(haystack(one, self._name(one)))
            for word in set(self._hay[-1].split()):
                if not word.isdigit():
                    words.setdefault(word, array("I")).append(at)
            for key in {one.id.casefold(), one.person.casefold(), one.login.casefold()} - {""}:
                self._exact.add(key, at)
            for number in self._numbers(one):
                self._phones.add(number.key, at)
                if number.whole:
                    self._starts.update(number.digits[:n] for n in range(1, COUNTRY + 1))
        self._words = words
        self._spelt = tuple(sorted(words))

    def __len__(self) -> int:
        """Return of how many lines it knows."""
        return len(self._people)

    def find(self, text: str, without: Collection[SubscriberId] = ()) -> Found:
        """Return whose lines somebody may mean who types this, these left out."""
        asked = text.strip()
        exact = self._but(self._exact.at(asked.casefold()), without)
        called = self._but(self._called(asked), without)
        if exact or called:
            by = self._how(exact, asked) if exact else PHONE
            return self._found(by, tuple(dict.fromkeys((*exact, *called))))
        return self._by_words(question_of(asked), without)

    def of_owner(self, person: str) -> tuple[SubscriberId, ...]:
        """Return the lines whose contacts are kept under this name."""
        known = (self._people[at] for at in self._exact.at(person.casefold()))
        return tuple(one.id for one in known if person in (one.person, one.id))

    def by_phone(self, text: str) -> tuple[SubscriberId, ...]:
        """Return the lines of whoever calls from a number."""
        return tuple(self._people[at].id for at in self._called(text))

    def _how(self, exact: Sequence[int], asked: str) -> str:
        one, plain = self._people[exact[0]], asked.casefold()
        return ID if plain in (one.id.casefold(), one.person.casefold()) else LOGIN

    def _contact(self, one: Subscriber) -> Contact | None:
        return self._contacts.get(one.person) or self._contacts.get(one.id)

    def _is_gone(self, one: Subscriber) -> bool:
        return bool(self._gone) and (one.person in self._gone or one.id in self._gone)

    def _name(self, one: Subscriber) -> str:
        if self._is_gone(one):
            return ""
        contact = self._contact(one)
        return (contact.name if contact else "") or one.name

    def _numbers(self, one: Subscriber) -> Sequence[Number]:
        """Return by which numbers somebody may call."""
        if not (one.phone or self._contacts) or self._is_gone(one):
            return ()
        contact = self._contact(one)
        phones = {one.phone, contact.phone if contact else ""} - {""}
        return [number for phone in phones if (number := number_of(phone)) is not None]

    def _called(self, text: str) -> Sequence[int]:
        number = number_of(text)
        if number is None:
            return ()
        fits = [
            (one, at)
            for at in self._phones.at(number.key)
            for one in self._numbers(self._people[at])
            if number.may_be(one)
        ]
        if not number.whole:
            fits = list(self._at_home(number, fits))
        return tuple(dict.fromkeys(at for _, at in fits))

    def _at_home(
        self, number: Number, fits: Sequence[tuple[Number, int]]
    ) -> Iterator[tuple[Number, int]]:
        """Yield those of one country, where several have such a number: that of most of them."""
        codes = {
            one.digits.removesuffix(number.digits)
            for one, _ in fits
            if one.whole and one.digits.endswith(number.digits)
        }
        usual = max(sorted(codes), key=lambda code: self._starts[code], default="")
        for one, at in fits:
            code = one.digits.removesuffix(number.digits)
            if not one.whole or code == usual or code not in codes:
                yield one, at

    def _but(self, found: Sequence[int], without: Collection[SubscriberId]) -> Sequence[int]:
        return [at for at in found if self._people[at].id not in without] if without else found

    def _by_words(self, asked: Question, without: Collection[SubscriberId]) -> Found:
        at_home = self._but(self._holding(asked.words, asked.house), without)
        if asked.house and not at_home:  # a number that is of the street: 3 Maja
            at_home = self._but(self._holding((*asked.words, asked.house), ""), without)
        if asked.house and not at_home:
            near = self._but(self._holding(asked.words, ""), without)
            return Found(in_street=len(near))
        if asked.flat:
            behind = [at for at in at_home[:SORTED] if self._flat(at) == asked.flat]
            at_home = behind or at_home
        by = ADDRESS if asked.house or not self._is_named(at_home, asked) else NAME
        return self._found(by, self._best_first(at_home, asked)) if at_home else Found()

    def _holding(self, words: Sequence[str], house: str) -> Sequence[int]:
        """Return the lines in which each of these begins a word, and that are at this house."""
        counts = {word: self._count(word) for word in words}
        possible = [(count, word) for word, count in counts.items() if count is not None]
        if not possible:
            return ()
        count, first = min(possible)
        needed = [_needle(word) for word in counts if word != first]
        there = self._words.get(f"#{house}", array("I")) if house else None
        if there is not None and len(there) < count:
            return self._filtered(there, [*needed, _needle(first)])
        return self._filtered(
            self._beginning(first), [*needed, *([f" #{house} "] if house else [])]
        )

    def _filtered(self, found: Sequence[int], needles: Iterable[str]) -> Sequence[int]:
        hay = self._hay
        for needle in needles:
            if needle[1].isdigit():
                marked = f" #{needle[1:]}"
                found = [at for at in found if needle in hay[at] or marked in hay[at]]
            else:
                found = [at for at in found if needle in hay[at]]
        return found

    def _count(self, word: str) -> int | None:
        """Return how many lines at most have a word that begins so; None: it says too little."""
        if word.isdigit() or len(word) < SHORTEST:
            return None
        first, last = self._range(word)
        if last - first > SCATTERED:
            return len(self._people)
        return sum(len(self._words[spelt]) for spelt in self._spelt[first:last])

    def _beginning(self, word: str) -> Sequence[int]:
        first, last = self._range(word)
        if last - first == 1:
            return self._words[self._spelt[first]]
        if last - first > SCATTERED:
            return self._filtered(range(len(self._people)), [_needle(word)])
        found = {at for spelt in self._spelt[first:last] for at in self._words[spelt]}
        return sorted(found)

    def _range(self, word: str) -> tuple[int, int]:
        return bisect_left(self._spelt, word), bisect_left(self._spelt, f"{word}\U0010ffff")

    def _best_first(self, found: Sequence[int], asked: Question) -> Sequence[int]:
        if len(found) > SORTED:
            return found
        whole = [f" {word} " for word in asked.words]

        def misses(at: int) -> tuple[int, int]:
            return (sum(word not in self._hay[at] for word in whole), at)

        return sorted(found, key=misses)

    def _is_named(self, found: Sequence[int], asked: Question) -> bool:
        """Say whether it is by their name that lines were found, by the first of them."""
        if not found:
            return False
        one = self._people[found[0]]
        lives = haystack(one, "")
        return any(f" {word}" not in lives for word in asked.words)

    def _flat(self, at: int) -> str:
        one = self._people[at]
        return flat_of(one.lives.house) or flat_of(one.address)

    def _found(self, by: str, found: Sequence[int]) -> Found:
        lines = tuple(self._people[at].id for at in found[:MOST])
        return Found(by=by, lines=lines, more=len(found) - len(lines))


def _needle(word: str) -> str:
    """Return what a line must hold: the begin of a word, of a number the whole."""
    return f" {word} " if word[0].isdigit() else f" {word}"


class _Places:
    """A word -> where it stands; nearly always that is one place, held without a list."""

    def __init__(self) -> None:
        self._at: dict[str, int | array[int]] = {}

    def add(self, word: str, at: int) -> None:
        """Note that it stands there too."""
        before = self._at.setdefault(word, at)
        if isinstance(before, array):
            before.append(at)
        elif before != at:
            self._at[word] = array("I", (before, at))

    def at(self, word: str) -> Sequence[int]:
        """Return where it stands."""
        found = self._at.get(word, ())
        return (found,) if isinstance(found, int) else found
