"""What people write below our posts and to our Page -> the desk's queue. Nobody is answered by us.

The words lie in the contact store alone, sealed, until somebody answered. To the pipeline each is
a voice that nobody proved, with a street where one is named, and no words.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, Final

from netwatch.delivery.render import Renderer
from netwatch.intake.doorkeeper import Ask, RefusedError
from netwatch.intake.graph_hooks import CHALLENGE, Written, is_signed, written_of
from netwatch.inventory.contact_store.comments import (
    answered,
    in_queue,
    taken,
    withdrawn,
    written,
)
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.model.arrivals import Arrival
from netwatch.model.clock import Clock
from netwatch.model.contacts import Comment
from netwatch.model.network import Network
from netwatch.model.spelling import street_key
from netwatch.model.voices import Voice, Way
from netwatch.service.announced import announced
from netwatch.service.rights import TRUSTED
from netwatch.service.saying import Sayings
from netwatch.service.secrets import Secret
from netwatch.service.wishes import Changes
from netwatch.views.board import Board
from netwatch.views.desk import UNKNOWN, Line
from netwatch.views.proof import stamp

LARGEST: Final = 512 * 1024
LONGEST_NAME: Final = 64
MOST_WORDS: Final = 80
"""Of a text so many words are looked through for a street."""
WORDS_OF_A_STREET: Final = 3
SHORTEST: Final = 4
"""Letters of a street's name: shorter ones are words of the language, too."""
NO_SUCH: Final = "nothing waits by that number; see: netwatch desk inbox list"
SHUT: Final = "the contact store is not there, or cannot be written; see: netwatch doctor"

Plain = dict[str, Any]


class Inbox:
    """Takes what Meta hands in, and tells the desk what waits, with words to answer by."""

    def __init__(
        self,
        *,
        secret: Secret | None,
        verify: Secret | None,
        store: ContactStore | None,
        changes: Changes,
        network: Callable[[], Network],
        board: Callable[[], Board],
        renderer: Callable[[], Renderer],
        languages: tuple[str, ...],
        offer: Callable[[Arrival], object],
        clock: Clock,
    ) -> None:
        self._secret, self._verify = secret, verify
        self._store, self._changes = store, changes
        self._board, self._renderer, self._languages = board, renderer, languages
        self._offer, self._clock = offer, clock
        self._streets = Streets(network)
        self._sayings = Sayings()

    @property
    def asks(self) -> dict[str, Ask]:
        """Return the questions that are answered here, by name."""
        return {
            "comments-verify": self.verify,
            "comments": self.take,
            "inbox": self.queue,
            "inbox-take": self.begin,
            "inbox-answered": self.end,
        }

    async def verify(self, question: Plain, _who: str) -> Plain:
        """Say whether Meta, which wants to know whose address this is, said the word for it.

        Raises:
            RefusedError: it did not, or the settings name none.
        """
        challenge = str(question.get("challenge", ""))
        said = str(question.get("token", ""))
        if self._verify is None or not self._verify.is_said(said):
            raise RefusedError("the word is not right")
        if not CHALLENGE.fullmatch(challenge):
            raise RefusedError("that is no challenge")
        return {"challenge": challenge}

    async def take(self, question: Plain, _who: str) -> Plain:
        """Take what was handed in, as it was sent, with its signature.

        Raises:
            RefusedError: it is not signed with the app secret, or cannot be kept: it comes again.
        """
        try:
            body = base64.b64decode(str(question.get("body", "")), validate=True)
        except (binascii.Error, ValueError):
            raise RefusedError("that is no body") from None
        signature = str(question.get("signature", ""))
        if self._secret is None or not is_signed(body, signature, self._secret.reveal()):
            raise RefusedError("the signature is not right")
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            raise RefusedError("that is no JSON") from None
        now = self._clock.now()
        return await self.keep(written_of(document, now) if isinstance(document, dict) else [])

    async def keep(self, every: list[Written]) -> Plain:
        """Keep what was written, and let what is new be heard."""
        new: list[Written] = []

        def change(book: Book) -> Book:
            new.clear()
            for one in every:
                key = _key(one.id)
                if one.gone:
                    book = withdrawn(book, key)
                    continue
                book, fresh = written(book, _comment(one, key))
                if fresh:
                    new.append(one)
            return book

        if every and not await self._changes.make(change):
            raise RefusedError(SHUT)
        for one in new:
            source = _key(one.author or one.id)
            street = self._streets.named_in(one.text)
            at = self._clock.now()
            self._offer(Voice(at=at, way=Way.COMMENT, source=source, street=street))
        return {"taken": len(every), "new": len(new)}

    async def queue(self, question: Plain, who: str) -> Plain:
        """Return what waits for an answer, each with words to paste."""
        del question, who
        if self._store is None:
            return {"inbox": []}
        at = self._clock.now()
        return {"inbox": [self._row(one) for one in in_queue(self._store.read(), at)]}

    async def begin(self, question: Plain, who: str) -> Plain:
        """Let one of the staff take what they answer, so that nobody answers twice.

        Raises:
            RefusedError: nothing waits by that number, or it cannot be kept.
        """
        name, by = str(question.get("number", "")), _by(question, who)
        found = await self._changed(lambda book: taken(book, name, by))
        return self._row(found)

    async def end(self, question: Plain, who: str) -> Plain:
        """Note that it was answered: author and words are erased.

        Raises:
            RefusedError: nothing waits by that number, or it cannot be kept.
        """
        name, by = str(question.get("number", "")), _by(question, who)
        await self._changed(lambda book: answered(book, name, by))
        return {"answered": name}

    async def _changed(self, act: Callable[[Book], tuple[Book, Comment | None]]) -> Comment:
        found: list[Comment] = []

        def change(book: Book) -> Book:
            found.clear()
            book, one = act(book)
            found.extend([one] if one is not None else [])
            return book

        if not await self._changes.make(change):
            raise RefusedError(SHUT)
        if not found:
            raise RefusedError(NO_SUCH)
        return found[0]

    def _row(self, one: Comment) -> Plain:
        return {
            "number": one.id,
            "at": stamp(one.at),
            "way": one.way,
            "author": one.author,
            "text": one.text,
            "where": one.where,
            "taken_by": one.taken_by or None,
            "suggested": self._suggested(one.text),
        }

    def _suggested(self, text: str) -> str:
        """Return what the desk would say there: of what is announced, else that it is looked into.

        The words are those of ``desk ask``, and tell nothing of anybody's line.
        """
        board, at = self._board(), self._clock.now()
        if board.is_held(at):
            return ""
        line = None
        for address in self._streets.addresses_in(text):
            line, _ = announced(board, address, at)
            if line is not None:
                break
        line = line or Line(state=UNKNOWN, next="")
        return self._sayings.of(line, self._renderer(), self._languages[0], at).get("messenger", "")


class Streets:
    """The streets of a network as people write them in passing."""

    def __init__(self, network: Callable[[], Network]) -> None:
        self._network = network
        self._of: Network | None = None
        self._known: dict[str, set[str]] = {}

    def named_in(self, text: str) -> str:
        """Return the first street that a text names, keyed; empty: none, or of several towns."""
        for name, _ in self._found(text):
            towns = self._known[name]
            return next(iter(towns)) if len(towns) == 1 else ""
        return ""

    def addresses_in(self, text: str) -> Iterator[str]:
        """Yield each street that a text names, with the word behind it, as an address."""
        for name, behind in self._found(text):
            yield f"{name} {behind}".strip() if behind[:1].isdigit() else name

    def _found(self, text: str) -> Iterator[tuple[str, str]]:
        known = self._streets()
        words = text.replace(",", " ").split()[:MOST_WORDS]
        for first in range(len(words)):
            for many in range(WORDS_OF_A_STREET, 0, -1):
                name = street_key(" ".join(words[first : first + many]))
                if len(name) >= SHORTEST and name in known:
                    yield name, " ".join(words[first + many : first + many + 1])
                    break

    def _streets(self) -> dict[str, set[str]]:
        network = self._network()
        if self._of is not network:
            known: dict[str, set[str]] = {}
            for one in network.subscribers.values():
                town, street = street_key(one.lives.town), street_key(one.lives.street)
                if street:
                    known.setdefault(street, set()).add(f"{town}|{street}")
            self._known, self._of = known, network
        return self._known


def _key(number: str) -> str:
    return sha256(f"graph {number}".encode()).hexdigest()[:24]


def _comment(one: Written, key: str) -> Comment:
    return Comment(
        id="", at=one.at, key=key, way=one.way, author=one.name, text=one.text, where=one.id
    )


def _by(question: Plain, who: str) -> str:
    by = question.get("by")
    return by[:LONGEST_NAME] if who in TRUSTED and isinstance(by, str) and by else who
