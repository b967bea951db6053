"""Drills as people write them: what may stand there, and what is said of mistakes."""

from pathlib import Path

import pytest

from netwatch.model.drills import Act, Hindrance
from netwatch.model.faults import Level
from netwatch.rules import read_rules
from tests.unit.service.story import town


def said(folder: Path, text: str) -> list[str]:
    own = folder / "drills" / "own.yaml"
    own.parent.mkdir(exist_ok=True)
    own.write_text(text)
    return [str(one) for one in read_rules(folder, town()).findings]


def test_those_that_ship_can_be_held_as_they_are() -> None:
    book = read_rules(None).rulebook
    assert book is not None
    assert {"fibre-cut", "two-at-once", "nobody-answers", "gateway-down", "wrong-guess"} <= set(
        book.drills
    )
    assert {one.kind for drill in book.drills.values() for one in drill.injects} == set(Hindrance)


def test_a_drill_of_ones_own_is_read_in_the_order_of_time(tmp_path: Path) -> None:
    text = """
drills:
  - id: market
    at: device:sw-a
    steps:
      - {after: 9m, mends: all}
      - {falls: here}
    injects: [{kind: nobody-answers, whom: on-call}]
"""
    assert said(tmp_path, text) == []
    book = read_rules(tmp_path).rulebook
    assert book is not None
    market = book.drills["market"]
    assert [step.act for step in market.steps] == [Act.FALLS, Act.MENDS]
    assert market.injects[0].whom == "on-call"


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        ("[]", "nothing falls in it"),
        ("[{mends: all}]", "nothing falls in it"),
        ("[{falls: here, mends: here}]", "one of 'falls', 'darkens' and 'mends'"),
        ("[{falls: all}]", "'all' can only be mended"),
        ("[{falls: here, after: 50m}]", "after it is over"),
        ("[{falls: here, after: -1m}]", "no span of time"),
        ("[{sinks: here}]", "sinks"),
        ("[{falls: sw-a}]", "'sw-a' is no place"),
        ("[{falls: 7}]", "'7' is no place"),
    ],
)
def test_what_cannot_be_held_is_a_mistake_with_its_place(
    tmp_path: Path, steps: str, wrong: str
) -> None:
    found = said(tmp_path, f"drills:\n  - id: x\n    steps: {steps}\n")
    assert any(wrong in one and "own.yaml:" in one for one in found), found
    assert read_rules(tmp_path).rulebook is None


def test_an_element_that_the_inventory_does_not_have_is_noted(tmp_path: Path) -> None:
    text = "drills:\n  - id: x\n    at: device:sw-aa\n    steps: [{falls: 'link:none'}]\n"
    own = tmp_path / "drills" / "own.yaml"
    own.parent.mkdir()
    own.write_text(text)
    findings = read_rules(tmp_path, town()).findings
    assert {one.level for one in findings} == {Level.WARNING}
    assert [one.wrong for one in findings] == [
        "the inventory has no 'device:sw-aa'",
        "the inventory has no 'link:none'",
    ]
