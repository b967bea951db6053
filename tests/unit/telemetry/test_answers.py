"""What a database answers decides whether lines wait, are given another try, or are put aside."""

import pytest

from netwatch.telemetry.answers import Verdict, judge, remedy


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (204, Verdict.TAKEN),
        (200, Verdict.TAKEN),
        (None, Verdict.LATER),
        (408, Verdict.LATER),
        (429, Verdict.LATER),
        (500, Verdict.STUMBLED),
        (503, Verdict.STUMBLED),
        (401, Verdict.DENIED),
        (403, Verdict.DENIED),
        (404, Verdict.DENIED),
        (302, Verdict.DENIED),
        (413, Verdict.TOO_MUCH),
        (400, Verdict.REFUSED),
        (422, Verdict.REFUSED),
        (100, Verdict.STUMBLED),
    ],
)
def test_each_status_has_its_consequence(status: int | None, verdict: Verdict) -> None:
    assert judge(status, "words", 7.0).verdict is verdict


def test_its_words_are_kept_short_and_on_one_line() -> None:
    answer = judge(400, "partial write:\r\n" + "x" * 1000)
    assert answer.words.startswith("HTTP 400 partial write: xxx")
    assert len(answer.words) < 320
    assert "\n" not in answer.words
    assert judge(400, "\x1b[31mred\x00").words == "HTTP 400 [31mred"


def test_a_refusal_that_only_a_person_can_end_says_how() -> None:
    assert "token" in remedy(judge(401).words)
    assert "bucket" in remedy(judge(404).words)
    assert "url" in remedy(judge(302).words)
