"""A mail of anybody at all: words of a person, or none; whatever it holds, nothing else."""

import pytest

from netwatch.delivery.inboxes.letters import NoLetterError, letter

DEEP = b"(" * 20_000
PARTS = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000)
)


def test_the_words_above_what_is_quoted_are_read() -> None:
    found = letter(b"From: Marek <Marek@dolina.example>\r\n\r\nok, 2 h\r\n> [netwatch:x]\r\n")
    assert (found.sender, found.text) == ("marek@dolina.example", "ok, 2 h")


@pytest.mark.parametrize(
    "raw",
    [
        b"From: " + DEEP + b" a@b.example\r\n\r\nok\r\n",
        b"From: a@b.example\r\nMessage-ID: " + DEEP + b"\r\n\r\nok\r\n",
        b"From: a@b.example\r\nContent-Type: text/plain; " + DEEP + b"\r\n\r\nok\r\n",
        b"From: a@b.example\r\nContent-Disposition: " + DEEP + b"\r\n\r\nok\r\n",
        b"From: a@b.example\r\n" + PARTS + b"Content-Type: text/plain\r\n\r\nok\r\n",
        b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n<p>ok</p><![foo[ x ]]>\r\n",
    ],
    ids=["from", "message-id", "type", "disposition", "parts", "page"],
)
def test_a_mail_that_no_parser_can_read_is_none(raw: bytes) -> None:
    with pytest.raises(NoLetterError):
        letter(raw)
