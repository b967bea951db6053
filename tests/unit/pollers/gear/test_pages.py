"""The files of the families: each is read once, and a broken one says which and why."""

import pytest

from netwatch.model.faults import ConfigError
from netwatch.pollers.gear.files import known_gear
from netwatch.pollers.gear.pages import page, pages
from netwatch.pollers.profile import shipped


def test_both_readers_know_every_file() -> None:
    ids = {words["id"] for words in pages().values()}

    assert ids == set(known_gear()) == set(shipped())


@pytest.mark.parametrize(
    ("text", "complaint"), [("id: [", "no YAML"), ("- id", "not a device profile"), ("", "not a")]
)
def test_a_file_that_is_no_profile_is_told_by_its_name(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=r"one\.yaml") as told:
        page(text, "one.yaml")

    assert complaint in str(told.value)
