"""Whatever a device writes, what comes out is words on one line that anybody may print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.unasked.lines import LONGEST_TEXT, UNTOLD, plain_text, read_line


@pytest.mark.parametrize(
    ("octets", "severity", "text"),
    [
        (b"<189>Nov 14 19:02:11 sw-1 port 7 link down", 5, "sw-1 port 7 link down"),
        (b"<189>*Mar  1 00:03:12.512: %LINK-3-UPDOWN: x", 5, "%LINK-3-UPDOWN: x"),
        (b"<187>45: Nov 14 2026 19:02:11: %X-1-Y: z", 3, "45: Nov 14 2026 19:02:11: %X-1-Y: z"),
        (b"<188>Nov 14 2026 19:02:11 olt-1 %%01PHY/1/PHY: x", 4, "olt-1 %%01PHY/1/PHY: x"),
        (b"<30>2026-11-14T19:02:11.250+01:00 olt-1 x", 6, "olt-1 x"),
        (b"<132> 2000-02-09 00:06:30-03:00 0.0.0.0 ! FAULT\r\n  NAME :x\n", 4,
         "0.0.0.0 ! FAULT    NAME :x"),
        (b"<190>Feb 29 23:53:33 olt-1 %OLT: Operational \0", 6, "olt-1 %OLT: Operational"),
        (b"no priority at all", UNTOLD, "no priority at all"),
        (b"<999>not a priority", UNTOLD, "<999>not a priority"),
        (b"<165>1 2026-11-14T19:02:11.003Z r1 mgd 4242 UI_COMMIT [x@1 k=\"v]\\\"\"][y] done", 5,
         "mgd: done"),
        (b"<165>1 - - - - - -", 5, ""),
        (b"<165>1 2026-11-14T19:02:11Z r1 rpd - - - \xef\xbb\xbfok", 5, "rpd: ok"),
    ],
)  # fmt: skip
def test_lines_of_many_makes_are_read(octets: bytes, severity: int, text: str) -> None:
    line = read_line(octets)
    assert (None if line is None else line[:2]) == ((severity, text) if text else None)


@pytest.mark.parametrize(
    ("octets", "host"),
    [
        (b"<189>Nov 14 19:02:11 sw-1 port 7 link down", "sw-1"),
        (b"<30>2026-11-14T19:02:11.250+01:00 192.0.2.1 x y", "192.0.2.1"),
        (b"<165>1 2026-11-14T19:02:11.003Z r1.example mgd 4242 - - done", "r1.example"),
        (b"<189>Nov 14 2026 19:02:11 CET: CORE-1 x", "CORE-1"),
        (b"<189>Nov 14 19:02:11 CORE x", "CORE"),
        (b"<189>no time, so no host", ""),
    ],
)
def test_whom_the_header_names_is_read(octets: bytes, host: str) -> None:
    line = read_line(octets)
    assert line is not None
    assert line.host == host


@pytest.mark.parametrize("octets", [b"", b"<189>", b"\0\0\0", b"<189>   \r\n", b"\n"])
def test_what_has_no_words_is_no_line(octets: bytes) -> None:
    assert read_line(octets) is None


@given(st.binary(max_size=9000))
def test_any_octets_give_a_short_printable_line_or_none(octets: bytes) -> None:
    line = read_line(octets)
    if line is not None:
        assert 0 < len(line.text) <= LONGEST_TEXT
        assert line.text.isprintable()
        assert 0 <= line.severity <= 7


def test_control_characters_and_foreign_letters_are_shown_not_obeyed() -> None:
    assert plain_text(b"a\x1b[2Jb\x07\tc") == "a\\x1b[2Jb\\x07 c"
    assert plain_text("port Łódź \u202egnp".encode()) == "port Łódź \\u202egnp"
    assert plain_text(b"\xcf\xee\xf0\xf2 3 down") == "\\xcf\\xee\\xf0\\xf2 3 down"
