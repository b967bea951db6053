"""What a browser says of itself comes from anybody: it is kept when it has the right shape."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.browsers import (
    LONGEST,
    MOST,
    browser_of,
    browsers_of,
    with_browser,
    without_browser,
)
from tests.browsers import Subscribed

EWA = Subscribed("https://fcm.googleapis.com/fcm/send/ewa")


def test_what_is_kept_is_what_the_browser_said() -> None:
    assert browser_of(EWA.said) == EWA.browser
    assert browser_of(EWA.browser.text) == EWA.browser
    assert "\n" not in EWA.browser.text


def test_nothing_of_it_shows() -> None:
    assert "ewa" not in repr(EWA.browser)


@pytest.mark.parametrize(
    "endpoint",
    [
        "", "nothing", "ftp://fcm.googleapis.com/x", "//fcm.googleapis.com/x", "https:///x",
        "https://user@fcm.googleapis.com/x", "https://fcm.googleapis.com:99999/x",
        "https://fcm.googleapis.com:0/x", "https://fcm.googleapis.com/a b", "https://[::1/x",
        "https://fcm.googleapis.com\\@10.0.0.1/x", "https://fcm.googleapis.com/x\r\nHost: y",
        "https://fcm.googleapis.com/ż", f"https://fcm.googleapis.com/{'x' * 1000}", 7, None, [],
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_one_is_none(endpoint: object) -> None:
    said = json.loads(EWA.said) | {"endpoint": endpoint}
    assert browser_of(json.dumps(said)) is None


@pytest.mark.parametrize("keys", [None, {}, {"p256dh": "AA", "auth": "AA"}, {"p256dh": 1}, "x"])
def test_keys_of_another_size_are_none(keys: object) -> None:
    assert browser_of(json.dumps(json.loads(EWA.said) | {"keys": keys})) is None


@given(st.text(max_size=2 * LONGEST))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    assert browser_of(text) is None


@given(st.text(max_size=300))
def test_no_address_gets_past_its_line(path: str) -> None:
    one = browser_of(Subscribed(f"https://fcm.googleapis.com/{path}", EWA.key, EWA.secret).said)
    assert one is None or browsers_of(f"{one.text}\n{EWA.browser.text}") == [one, EWA.browser]


def test_a_browser_that_says_it_again_takes_its_own_place() -> None:
    again = Subscribed(EWA.endpoint).browser.text
    assert with_browser((EWA.browser.text,), again) == (again,)
    assert without_browser((EWA.browser.text, again), EWA.endpoint) == ()


def test_a_contract_has_so_many_browsers_and_none_is_pushed_out() -> None:
    kept: tuple[str, ...] = ()
    for number in range(MOST + 2):
        said = Subscribed(f"https://fcm.googleapis.com/{number}").browser.text
        kept = with_browser(kept, said)
    assert [one.endpoint[-1] for one in browsers_of("\n".join(kept))] == list("01234")
    assert with_browser((), "rubbish") == ()
