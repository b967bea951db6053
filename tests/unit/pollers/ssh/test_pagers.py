"""Pages are turned where a device waits for it, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.ssh.pagers import MOST_PAGES, Pager


@pytest.mark.parametrize(
    "words",
    [
        "--More--",
        " --More-- ",
        "-- More --",
        "---- More ----",
        "---- More ( Press 'Q' to break ) ----",
        "<--- More --->",
        "---(more)---",
        "---(more 42%)---",
        "(more)",
        "--More or (q)uit--",
        "-- MORE --, next page: Space, next line: Enter, quit: Control-C",
        "More: <space>,  Quit: q or CTRL+Z, One line: <return> ",
        "Press any key to continue (Q to quit)",
    ],
)
def test_a_pager_is_turned_and_its_words_are_taken_out(words: str) -> None:
    pager = Pager()

    assert pager.take(f"Gi1/0/1 up\r\n{words}") == ("Gi1/0/1 up\r\n", True)
    assert pager.take("\x08" * 9 + " " * 9 + "\x08" * 9 + " Gi1/0/2 up") == (" Gi1/0/2 up", False)


def test_a_pager_that_comes_in_two_pieces_is_turned() -> None:
    pager = Pager()

    assert pager.take("Gi1/0/1 up\r\n --Mo") == ("Gi1/0/1 up\r\n --Mo", False)
    assert pager.take("re-- ") == ("", True)


@pytest.mark.parametrize(
    "text",
    [
        "sw-1#",
        "description --More-- or less",
        "Last login: more than a year ago",
        "--More--\r\nsw-1#",
        "no more",
        "----------",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert Pager().take(text) == (text, False)


def test_pages_come_to_an_end() -> None:
    pager = Pager()
    turned = sum(pager.take("\r\n--More--")[1] for _ in range(MOST_PAGES + 10))

    assert turned == MOST_PAGES


def test_paint_is_taken_off_behind_text_that_was_given_back() -> None:
    pager = Pager()
    pager.take("Port State\r\n--More--")

    assert pager.take("Port State\r\n\r        \rGi1/0/1 up")[0] == "Port State\r\nGi1/0/1 up"


@given(st.lists(st.text(st.sampled_from("ab-More ()\r\n\x08 "), max_size=20), max_size=20))
def test_nothing_is_added_to_what_came(pieces: list[str]) -> None:
    pager = Pager()
    taken = [pager.take(piece)[0] for piece in pieces]

    assert all(len(one) <= len(piece) for one, piece in zip(taken, pieces, strict=True))
