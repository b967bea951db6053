"""What notices in the browser lack is told before a visitor misses it."""

from pathlib import Path

import pytest

from netwatch.service.settings import read_settings

WHOLE = """\
[channels.duty]
url = "file:duty"
[channels.webpush]
url = "webpush://noc@dolina.example"
[web]
url = "https://ask.dolina.example"
[contacts]
key = "file:key"
"""


def told(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "netwatch.toml"
    path.write_text(text)
    settings, findings = read_settings(path)
    assert settings is not None
    return [f"{one.place.line}: {one.wrong}" for one in findings]


def test_nothing_is_lacking_and_a_mailbox_is_no_secret(tmp_path: Path) -> None:
    assert told(tmp_path, WHOLE) == []
    assert (
        told(tmp_path, WHOLE.replace("https://ask.dolina.example", "http://localhost:8080")) == []
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ('url = "https://ask', 'staff = "https://ask', 3, "no [web] url"),
        ("https://ask", "http://ask", 6, "https pages alone"),
        ('[contacts]\nkey = "file:key"\n', "", 3, "no [contacts] key"),
        ("channels.webpush", "channels.push", 3, "by the channel webpush"),
    ],
)
def test_what_is_lacking_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, line: int, word: str
) -> None:
    (said,) = told(tmp_path, WHOLE.replace(old, new))
    assert said.startswith(f"{line}: ")
    assert word in said
