"""A place may be named in each language, and as that language says it inside a sentence."""

from pathlib import Path

import pytest

from netwatch.model.faults import Level
from netwatch.model.names import AreaId
from netwatch.model.network import LocalName
from tests.unit.inventory.support import network_of, reading_of


def test_a_name_may_be_given_as_it_stands_after_in(tmp_path: Path) -> None:
    network = network_of(
        tmp_path,
        'areas:\n- {id: polna, name: {pl: {name: "os. Polna", in: "na os. Polnej"}, en: Polna}}\n',
    )

    name = network.areas[AreaId("polna")].name
    assert name == LocalName(
        "os. Polna", (("pl", "os. Polna"), ("en", "Polna")), (("pl", "na os. Polnej"),)
    )


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("{pl: {name: x, at: y}}", "'at' is no form of 'pl' in"),
        ("{pl: {in: na Polnej}}", "has no 'name'"),
        ("{pl: {name: [x]}}", "must be one value, not a list"),
        ("{pl: {}}", "has no 'name'"),
    ],
)
def test_a_form_that_cannot_be_is_told_with_its_place(
    tmp_path: Path, name: str, wrong: str
) -> None:
    findings = reading_of(tmp_path, f"areas:\n- {{id: polna, name: {name}}}\n").findings
    (found,) = (finding for finding in findings if finding.level is Level.ERROR)

    assert wrong in found.wrong
    assert found.place.line == 2
