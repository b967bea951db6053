"""What Meta hands in: signed or nothing, and whatever it holds, nothing breaks."""

import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from netwatch.intake.graph_hooks import LONGEST, comments_of, is_signed, written_of

NOW = datetime(2026, 11, 14, 19, 0, tzinfo=UTC)
PAGE = "1001"
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def comment(**more: object) -> dict[str, object]:
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": "1001_77",
        "post_id": "1001_5",
        "from": {"id": "42", "name": "Jan Kanarek"},
        "message": "u mnie też nie działa",
        "created_time": int(NOW.timestamp()) - 60,
    }
    change = {"field": "feed", "value": value | more}
    return {"object": "page", "entry": [{"id": PAGE, "time": 1, "changes": [change]}]}


def message(**more: object) -> dict[str, object]:
    event = {
        "sender": {"id": "42"},
        "recipient": {"id": PAGE},
        "timestamp": int(NOW.timestamp()) * 1000 - 5000,
        "message": {"mid": "m_1", "text": "hej"} | more,
    }
    return {"object": "page", "entry": [{"id": PAGE, "messaging": [event]}]}


def test_a_comment_and_a_message_are_read_with_their_time() -> None:
    (one,) = written_of(comment(), NOW)
    (two,) = written_of(message(), NOW)

    assert (one.way, one.id, one.author, one.gone) == ("comment", "1001_77", "42", False)
    assert (NOW - one.at).total_seconds() == 60
    assert (two.way, two.text, (NOW - two.at).total_seconds()) == ("message", "hej", 5)
    assert "Kanarek" not in repr(one)
    assert "działa" not in repr(one)


def test_what_the_page_itself_wrote_and_what_is_no_comment_is_passed_over() -> None:
    ours = {"id": PAGE, "name": "Dolina"}
    for document in (
        comment(**{"from": ours}),
        comment(item="reaction"),
        comment(item="post"),
        comment(verb="unknown"),
        comment(comment_id=""),
        message(is_echo=True),
        {"object": "user", "entry": comment()["entry"]},
    ):
        assert written_of(document, NOW) == []


def test_one_that_was_taken_away_is_told_as_gone() -> None:
    (one,) = written_of(comment(verb="remove", message=None), NOW)
    assert one.gone


def test_hostile_words_are_cut_and_lose_what_cannot_be_seen() -> None:
    (one,) = written_of(comment(message="a\x1b[2J\u202e\x00" + "x" * 5000), NOW)
    assert one.text.startswith("a[2J")
    assert len(one.text) <= LONGEST
    assert all(letter.isprintable() for letter in one.text)


def test_times_that_cannot_be_are_now() -> None:
    for when in (0, -5, 1e300, "soon", True, None, 32503680000):
        (one,) = written_of(comment(created_time=when), NOW)
        assert one.at == NOW


@given(JSON)
def test_rubbish_breaks_nothing(given: object) -> None:
    for place in ("entry", "changes", "value", "from", "message"):
        document = json.loads(json.dumps(comment(), allow_nan=True))
        entry = document["entry"][0]
        if place == "entry":
            document["entry"] = given
        elif place == "changes":
            entry["changes"] = entry["messaging"] = given
        elif place == "value":
            entry["changes"][0]["value"] = given
        else:
            entry["changes"][0]["value"][place] = given
        written_of(document, NOW)


@given(st.binary(max_size=60), st.text(max_size=80))
def test_only_who_knows_the_app_secret_signs(body: bytes, other: str) -> None:
    right = "sha256=" + hmac.new(b"app secret", body, sha256).hexdigest()

    assert is_signed(body, right, "app secret")
    assert not is_signed(body + b"x", right, "app secret")
    assert not is_signed(body, right, "another")
    assert not is_signed(body, right.removeprefix("sha256="), "app secret")
    assert other == right or not is_signed(body, other, "app secret")


def listed(**more: object) -> dict[str, object]:
    return {
        "id": "1001_77",
        "from": {"id": "42", "name": "Jan Kanarek"},
        "message": "u mnie też",
        "created_time": "2026-11-14T18:59:00+0000",
    } | more


def test_listed_comments_are_the_same_as_those_that_were_handed_in() -> None:
    (one,) = comments_of([listed()], PAGE, NOW)
    (handed_in,) = written_of(comment(message="u mnie też"), NOW)
    assert one == handed_in


def test_old_comments_and_our_own_are_passed_over_when_listed() -> None:
    rows = [
        listed(created_time="2026-11-01T18:59:00+0000"),
        listed(created_time="soon"),
        listed(created_time=None),
        listed(id=None),
        listed(**{"from": {"id": PAGE}}),
        {},
    ]
    assert comments_of(rows, PAGE, NOW) == []
