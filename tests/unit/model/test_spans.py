"""Spans of time, as people write them anywhere."""

from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.model.spans import span, spelled
from netwatch.rules import read_rules
from netwatch.service.settings import read_settings


@pytest.mark.parametrize(
    ("text", "seconds"), [("10s", 10), ("5m", 300), ("1h30m", 5400), ("250ms", 0.25), ("1.5s", 1.5)]
)
def test_spans_are_read_as_people_write_them(text: str, seconds: float) -> None:
    assert span(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "10", "s", "10 s", "-5s", "10s!", "9999d", "٣s"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no span|longer"):
        span(text)


@pytest.mark.parametrize("text", ["90s", "5m", "2d", "0.25s"])
def test_a_span_is_written_as_it_is_read(text: str) -> None:
    assert spelled(span(text)) == text


def test_settings_and_rules_complain_of_the_same_span_in_the_same_words(tmp_path: Path) -> None:
    (tmp_path / "netwatch.toml").write_text("[polling]\nicmp = '10'\n")
    notices = tmp_path / "rules" / "notices"
    notices.mkdir(parents=True)
    (notices / "a.yaml").write_text("promises:\n  - {id: any, within: '10'}\n")
    _, of_settings = read_settings(tmp_path / "netwatch.toml")
    of_rules = read_rules(tmp_path / "rules", None).findings
    said = "'10' is no span of time; write it like 90s, 5m, 1h30m or 2d"
    assert said in str(of_settings[0])
    assert said in str(of_rules[0])
