"""What a source needs is given to it; what is not there is its own fault, and no other's."""

from pathlib import Path

import pytest

from netwatch.inventory.places.records import SourceError
from netwatch.service.importing import asked_of
from netwatch.service.secrets import Secret
from tests.operator.records import EVENING


def test_a_secret_that_is_not_there_stops_its_source_alone(tmp_path: Path) -> None:
    sections = {"lms": {"kind": "lms", "password": Secret("file:gone", tmp_path)}}
    kind, asked = asked_of(sections, "sources", tmp_path / "netwatch.toml", "lms", EVENING)

    assert kind == "lms"
    with pytest.raises(SourceError, match=r"the secret file .* cannot be read"):
        asked.reveal("file:gone")
