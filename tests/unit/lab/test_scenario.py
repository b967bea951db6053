"""Scenario files, and the mistakes people make in them."""

from pathlib import Path

import pytest

from netwatch.lab.faults import Fault, Kind, LabError
from netwatch.lab.plan import plan_of
from netwatch.lab.scenario import Step, read_scenario, seconds
from tests.unit.lab.field import field

ELEMENTS = plan_of(field()).elements


def read(tmp_path: Path, text: str) -> tuple[tuple[Step, ...], list[str]]:
    path = tmp_path / "night.yaml"
    path.write_text(text)
    steps, findings = read_scenario(path, ELEMENTS)
    return steps, [str(finding).replace(f"{path}:", "") for finding in findings]


def test_a_scenario_is_a_list_of_breaks_and_mends_in_the_order_of_time(tmp_path: Path) -> None:
    steps, findings = read(
        tmp_path,
        """
        - {at: 1m30s, mend: "link:l-1"}
        - {at: 15s, break: "link:l-1", kind: cut}
        - {at: 20, break: "risk:grid-1", kind: power, share: 0.7}
        - {at: 2m, mend: all}
        """,
    )

    assert not findings
    assert steps == (
        Step(at_s=15, fault=Fault(element="link:l-1", kind=Kind.CUT)),
        Step(at_s=20, fault=Fault(element="risk:grid-1", kind=Kind.POWER, share=0.7)),
        Step(at_s=90, mend="link:l-1"),
        Step(at_s=120, mend="all"),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("at: 3s", "1:1: is no list of steps"),
        ("- 7", "1:3: this is no step"),
        ("- {break: self}", "1:3: a step without at"),
        ("- {at: 3s}", "1:3: a step must either break or mend something"),
        ("- {at: 3s, break: self, mend: self}", "1:3: a step must either break or mend"),
        ("- {at: soon, break: self}", "1:8: 'soon' is no duration"),
        ("- {at: 3s, brake: self}", "1:12: a step has no 'brake'\n    did you mean 'break'?"),
        ("- {at: 3s, at: 4s, break: self}", "1:12: 'at' stands here twice"),
        ("- {at: 3s, break: [self]}", "1:19: 'break' wants one word"),
        (
            "- {at: 3s, break: 'link:l-11'}",
            "1:19: 'link:l-11' is not in the inventory\n    did you mean 'link:l-1'?",
        ),
        ("- {at: 3s, mend: 'link:l-11'}", "1:18: 'link:l-11' is not in the inventory"),
        ("- {at: 3s, mend: self, kind: cut}", "1:30: mending knows no 'kind'"),
        ("- {at: 3s, break: self, ms: slow}", "1:29: 'slow' is no number"),
        ("- {at: 3s, break: self, share: 7}", "1:19: share is 7"),
        ("- {at: 3s,", "is not YAML"),
        ("[" * 5000, "is nested too deeply"),
        ("\x00", "is not YAML"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_way_out(
    tmp_path: Path, text: str, said: str
) -> None:
    steps, findings = read(tmp_path, text)

    assert steps == ()
    assert len(findings) == 1
    assert said in findings[0]


def test_all_mistakes_are_told_in_one_run(tmp_path: Path) -> None:
    _, findings = read(tmp_path, "- {at: x, break: self}\n- {at: 3s}\n- {at: 4s, mend: quux}\n")

    assert [finding.split(":")[0] for finding in findings] == ["1", "2", "3"]


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    _, findings = read_scenario(tmp_path / "none.yaml", ELEMENTS)

    assert "cannot be read" in str(findings[0])


@pytest.mark.parametrize(
    ("text", "meant"), [("15s", 15), ("1m30s", 90), ("250ms", 0.25), ("2h", 7200), ("7.5", 7.5)]
)
def test_durations(text: str, meant: float) -> None:
    assert seconds(text) == meant


@pytest.mark.parametrize("text", ["", "s", "15 s", "-3s", "3d", "1e3", "٣s"])
def test_no_durations(text: str) -> None:
    with pytest.raises(LabError):
        seconds(text)
