"""Sixty evenings as people lived them: all messages to everybody, with their times and words.

Whoever changes a word or a time sees here who hears what instead. Read what changed aloud, then:
``pytest tests/scenarios/test_transcripts.py --snapshot-update``.
"""

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.scenarios.evenings import EVENINGS
from tests.scenarios.transcript import Evening, transcript


class Pages(SingleFileSnapshotExtension):
    """Keep each evening in a file of its own, for people to read."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def page(snapshot: SnapshotAssertion) -> Any:
    """Return the page that was kept of this evening."""
    return snapshot.use_extension(Pages)


@pytest.mark.parametrize("evening", EVENINGS, ids=lambda evening: evening.name)
def test_an_evening_is_told_like_this(evening: Evening, page: Any) -> None:
    assert transcript(evening) == page


def test_there_are_sixty_of_them_and_each_has_a_name_of_its_own() -> None:
    assert len({evening.name for evening in EVENINGS}) == len(EVENINGS) >= 60
