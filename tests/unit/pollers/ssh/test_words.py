"""What may be said to a device, and what remains of what it drew on a terminal."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.ssh import parsing
from netwatch.pollers.ssh.allowing import NotAllowedError, allowed
from netwatch.pollers.ssh.files import platforms
from netwatch.pollers.ssh.parsing import NoTemplateError, UnreadableError, rows_of
from netwatch.pollers.ssh.readable import MOST_LETTERS, readable, unwrapped

CISCO = platforms()["cisco_ios"]


def test_a_listed_command_is_sent_with_its_gaps_filled() -> None:
    command, words = allowed(CISCO, "  show   interfaces Gi1/0/1 ")

    assert command.say == "show interfaces <port>"
    assert words == "show interfaces Gi1/0/1"


@pytest.mark.parametrize(
    "said",
    [
        "reload",
        "configure terminal",
        "show interfaces Gi1/0/1 | redirect tftp://192.0.2.1/x",
        "show version\nreload",
        "show version\rreload",
        "show version; reload",
        "show interfaces ?",
        "show running-config",
        "show interfaces Gi1/0/1\x00",
        "show interfaces Gí1",
        "show version" + " " * 300,
        "",
        "sh ver",
    ],
)
def test_what_is_not_listed_is_refused_before_it_is_sent(said: str) -> None:
    with pytest.raises(NotAllowedError):
        allowed(CISCO, said)


@given(st.text())
def test_whatever_fills_a_gap_stays_one_word_of_one_line(filling: str) -> None:
    try:
        _, words = allowed(CISCO, f"show interfaces {filling}")
    except NotAllowedError:
        return
    assert words.isprintable()
    assert not set(words) & set("|;&<>?`$!\\\"'()[]{}")


def test_the_refusal_names_what_is_near() -> None:
    with pytest.raises(NotAllowedError, match="did you mean 'show version'"):
        allowed(CISCO, "show xversion")


@pytest.mark.parametrize(
    ("drawn", "seen"),
    [
        ("--More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\bGi1/0/1 up", "Gi1/0/1 up"),
        ("\rGi1/0/1 up", "Gi1/0/1 up"),
        ("---- More ( Press 'Q' to break ) ----\x1b[37D" + " " * 37 + "\x1b[37D0/1 up", "0/1 up"),
        ("\x1b[32mup\x1b[0m", "up"),
        ("\x1b]0;owned\x07up", "up"),
        ("\x1b[2Jup\x1b[31;1H", "up"),
        ("a\x00b\x07c\u202ed", "abcd"),
        ("x\x1b[2K\rup", "up"),
        ("one\r\n--More--\r\ntwo", "one\ntwo"),
        ("one\r\r\ntwo", "one\ntwo"),
        ("zażółć\tgęślą", "zażółć\tgęślą"),
    ],
)
def test_what_remains_is_what_a_person_would_have_seen(drawn: str, seen: str) -> None:
    assert readable(drawn) == seen


@given(st.text(st.sampled_from("ab \b\r\n\x1b[]0;19DCKGmJ\x07\x9b\u202e-More")))
def test_nothing_that_a_terminal_obeys_remains(drawn: str) -> None:
    assert all(letter.isprintable() or letter in "\n\t" for letter in readable(drawn))


def test_an_endless_answer_is_cut() -> None:
    assert len(readable("up\n" * MOST_LETTERS)) <= MOST_LETTERS
    assert len(readable("x" * MOST_LETTERS)) < 10_000
    assert len(readable("\x1b[999999999999Cup\x1b[9999999G\x1b[99999999Dup")) < 10_000


def test_echo_and_prompt_are_taken_off_and_a_line_that_ends_like_a_prompt_is_not() -> None:
    assert unwrapped("sw-1#show clock\n12:00\nsw-1#", "show clock") == "12:00\n"
    assert unwrapped("name\nrow>\n", "show clock") == "name\nrow>\n"


def test_an_answer_of_another_kind_is_no_answer() -> None:
    with pytest.raises(UnreadableError, match="not as its template expects"):
        rows_of("huawei_smartax", "display temperature", "Segmentation fault\n")
    with pytest.raises(NoTemplateError, match="no template"):
        rows_of("huawei_smartax", "display nonsense", "x")


def test_an_answer_made_to_hold_a_regular_expression_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parsing, "CPU_S", 0.2)

    with pytest.raises(UnreadableError, match="no honest answer"):
        rows_of("hp_comware", "display interface", f"{' ' * 4000}x\n")


@given(st.text(max_size=300))
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    for platform, command in (("cisco_ios", "show interfaces"), ("eltex", "show system")):
        with suppress(UnreadableError):
            rows_of(platform, command, text)
