"""Comments under our posts: a queue for people, with words to paste; nobody is answered by us."""

import asyncio
import base64
import hmac
import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from netwatch.delivery.render import Renderer
from netwatch.intake.doorkeeper import RefusedError
from netwatch.inventory.contact_store.store import ContactStore
from netwatch.model.arrivals import Arrival
from netwatch.model.facts import PublishHeld
from netwatch.model.voices import Voice, Way
from netwatch.service.inbox import Inbox
from netwatch.service.secrets import Secret
from netwatch.service.wishes import Changes
from tests.unit.delivery.page.hostile import HOSTILE
from tests.unit.intake.test_graph_hooks import comment, message
from tests.unit.service.desk_house import BOOK, DeskHouse
from tests.unit.service.test_asking import LANGUAGES, peopled
from tests.unit.views.tales import NIGHT

SECRET = "an app secret"  # noqa: S105 - a test's


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP", SECRET)
    monkeypatch.setenv("VERIFY", "a word of ours")


class Queue:
    """An inbox over a contact store in a folder, and what it lets be heard."""

    def __init__(self, folder: Path, *facts: Any) -> None:
        self.store = ContactStore(folder, lambda: "a secret that is long enough")
        self.desk = DeskHouse(peopled(), facts, store=self.store)
        self.heard: list[Arrival] = []
        words = Renderer(BOOK.words, self.desk.network, "Dolina", "Europe/Warsaw", LANGUAGES)
        self.box = Inbox(
            secret=Secret("env:APP"),
            verify=Secret("env:VERIFY"),
            store=self.store,
            changes=Changes(self.store),
            network=lambda: self.desk.network,
            board=lambda: self.desk.board,
            renderer=lambda: words,
            languages=LANGUAGES,
            offer=self.heard.append,
            clock=self.desk,
        )

    def hand_in(self, document: object, secret: str = SECRET) -> dict[str, Any]:
        body = json.dumps(document).encode()
        signature = "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
        question = {"body": base64.b64encode(body).decode(), "signature": signature}
        return asyncio.run(self.box.take(question, "netwatch-web"))

    def ask(self, name: str, **params: str) -> dict[str, Any]:
        async def asked() -> dict[str, Any]:
            return await self.box.asks[name](params, "ewa")

        return asyncio.run(asked())

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("inbox")["inbox"]
        return found


def test_what_is_handed_in_again_waits_once_and_is_heard_once(tmp_path: Path) -> None:
    queue = Queue(tmp_path)

    assert queue.hand_in(comment()) == {"taken": 1, "new": 1}
    assert queue.hand_in(comment()) == {"taken": 1, "new": 0}
    assert queue.hand_in(message()) == {"taken": 1, "new": 1}

    rows = queue.rows()
    assert [(row["number"], row["way"]) for row in rows] == [("M-1", "comment"), ("M-2", "message")]
    assert rows[0]["author"] == "Jan Kanarek"
    assert rows[0]["suggested"]
    assert [type(one) for one in queue.heard] == [Voice, Voice]


def test_a_comment_is_an_anonymous_voice_without_its_words(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    queue.hand_in(comment(message="u mnie też nie działa, ul. Polna 8"))

    (voice,) = queue.heard
    assert isinstance(voice, Voice)
    assert (voice.way, voice.subscriber, voice.street) == (Way.COMMENT, None, "dolina|polna")
    for word in ("Kanarek", "mnie", "42"):
        assert word not in repr(voice).replace(voice.source, "")


def test_who_takes_it_is_shown_and_an_answered_one_is_erased(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    queue.hand_in(comment())

    assert queue.ask("inbox-take", number="M-1")["taken_by"] == "ewa"
    assert queue.rows()[0]["taken_by"] == "ewa"
    assert queue.ask("inbox-answered", number="M-1") == {"answered": "M-1"}
    assert queue.rows() == []
    (kept,) = queue.store.read().comments.values()
    assert (kept.author, kept.text, kept.where, kept.ended) == ("", "", "", "answered")
    assert queue.hand_in(comment()) == {"taken": 1, "new": 0}
    assert queue.rows() == []
    for ask in ("inbox-take", "inbox-answered"):
        with pytest.raises(RefusedError, match="nothing waits"):
            queue.ask(ask, number="M-1")


def test_an_edited_one_has_its_newer_words_and_one_taken_away_none(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    queue.hand_in(comment())
    queue.hand_in(comment(verb="edited", message="już działa"))
    assert [row["text"] for row in queue.rows()] == ["już działa"]

    queue.hand_in(comment(verb="remove"))
    assert queue.rows() == []
    assert len(queue.heard) == 1


def test_after_two_weeks_nothing_is_kept(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    queue.hand_in(comment())
    queue.desk.at += timedelta(days=14, hours=1)
    assert queue.rows() == []
    queue.hand_in(comment(comment_id="1001_78"))
    assert len(queue.store.read().comments) == 1


def test_what_is_not_signed_with_the_app_secret_is_refused(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    with pytest.raises(RefusedError, match="signature"):
        queue.hand_in(comment(), "guessed")
    for question in ({}, {"body": "!!"}, {"body": "e30=", "signature": "sha256="}):
        with pytest.raises(RefusedError):
            asyncio.run(queue.box.take(question, "netwatch-web"))
    assert queue.heard == []
    assert queue.hand_in([1]) == {"taken": 0, "new": 0}


def test_meta_proves_by_the_word_that_the_address_is_its_own(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    right = queue.ask("comments-verify", token="a word of ours", challenge="1158201444")  # noqa: S106
    assert right == {"challenge": "1158201444"}
    for token, challenge in (("guessed", "1"), ("a word of ours", "<script>"), ("", "")):
        with pytest.raises(RefusedError):
            queue.ask("comments-verify", token=token, challenge=challenge)


def test_hostile_words_neither_break_the_queue_nor_reach_what_is_suggested(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    every = []
    for n, text in enumerate(HOSTILE):
        author = {"id": str(n), "name": text}
        every.append(comment(message=text, comment_id=f"c{n}", **{"from": author}))
    entries = [entry for one in every for entry in one["entry"]]  # type: ignore[attr-defined]
    queue.hand_in({"object": "page", "entry": entries})

    rows = queue.rows()
    assert len(rows) == len(HOSTILE)
    assert len({row["suggested"] for row in rows}) == 1
    assert all(one.isprintable() or one == "\n" for row in rows for one in row["text"])


def test_nothing_is_suggested_while_public_words_are_stopped(tmp_path: Path) -> None:
    queue = Queue(tmp_path, PublishHeld(at=NIGHT, by="ewa", until=None))
    queue.hand_in(comment())
    assert queue.rows()[0]["suggested"] == ""


def test_without_a_store_nothing_is_taken_so_that_it_comes_again(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    queue.box._changes = Changes(None)
    with pytest.raises(RefusedError):
        queue.hand_in(comment())
    assert queue.heard == []
