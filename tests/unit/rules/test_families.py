"""Families of the operator's own: read from rules/profiles, each mistake with place and remedy."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netwatch.inventory.findings import Findings
from netwatch.model.faults import Finding, Level
from netwatch.model.network import DeviceKind
from netwatch.pollers.gear.recognition import Impression
from netwatch.pollers.library import library, shipped_library
from netwatch.rules import read_rules
from netwatch.rules.families import read_families

GOOD = """\
id: example-olt
title: Example OLT
kind: olt
recognise: [1.3.6.1.4.1.62999.10]
source: a recording
sensors:
  - {check: temperature, object: 1.3.6.1.4.1.62999.1.4.0, scale: 0.1, part: board}
  - check: fanspeed
    column: 1.3.6.1.4.1.62999.2.1.4
    names: {name: 1.3.6.1.4.1.62999.2.1.2}
    part: "{name}"
onus:
  - status: 1.3.6.1.4.1.62999.5.1.3
    states: {1: online, 2: offline}
    cause: 1.3.6.1.4.1.62999.5.1.4
    causes: {1: los}
    readings:
      check: onu.optics
      columns:
        rx_dbm: {oid: 1.3.6.1.4.1.62999.5.1.5, text: '(-?[0-9.]+) dBm'}
"""


def found(folder: Path, text: str, name: str = "example-olt.yaml") -> list[Finding]:
    (folder / name).write_text(text)
    findings = Findings()
    read_families(folder, findings)
    return list(findings.in_order())


def told(folder: Path, before: str, after: str) -> str:
    """Return the one mistake that stands in the file with this change, without its folder."""
    assert before in GOOD
    (finding,) = found(folder, GOOD.replace(before, after))
    return str(finding).removeprefix(f"{folder}/example-olt.yaml:").replace("\n    ", " -> ")


def test_a_family_of_ones_own_is_known_beside_those_that_ship(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD) == []
    both = library(read_families(tmp_path, Findings()))

    seen = Impression(object_id="1.3.6.1.4.1.62999.10.8")
    assert both.recognise(seen, DeviceKind.OLT).id == "example-olt"
    assert shipped_library().recognise(seen, DeviceKind.OLT).id != "example-olt"
    assert set(both.gear) == {*shipped_library().gear, "example-olt"}
    assert both.profiles["example-olt"].ports is not None, "it is polled as any OLT is"


def test_one_with_the_id_of_a_shipped_one_takes_its_place(tmp_path: Path) -> None:
    found(tmp_path, GOOD.replace("example-olt", "v-sol"), "v-sol.yaml")
    both = library(read_families(tmp_path, Findings()))

    assert both.gear["v-sol"].title == "Example OLT"
    assert both.gear.keys() == shipped_library().gear.keys()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "check: temperature",
            "check: temprature",
            (
                "7:13: sensor 1.3.6.1.4.1.62999.1.4.0: 'temprature' is no check that measures"
                " -> did you mean 'temperature'?"
            ),
        ),
        ("scale:", "scael:", "7:59: there is no key 'scael' here -> did you mean 'scale'?"),
        ("onus:", "onuses:", "12:1: there is no key 'onuses' here -> did you mean 'onus'?"),
        ("kind: olt", "kind: ollt", "3:7: 'ollt' cannot stand here -> did you mean 'olt'?"),
        ("id: example-olt\n", "", "1:1: 'id' is missing here -> add it: id: ..."),
        (
            "object: 1.3.6.1.4.1.62999.1.4.0",
            "object: 1.3",
            (
                "7:34: 1.3 is not an object identifier; put quotes around it"
                " -> see docs/how-to/profiles.md"
            ),
        ),
        (
            "object: 1",
            "column: 1.3.6.1, object: 1",
            (
                "7:5: sensor 1.3.6.1.4.1.62999.1.4.0: exactly one of object and column"
                " -> see docs/how-to/profiles.md"
            ),
        ),
        (
            'part: "{name}"',
            'part: "{nmae}"',
            (
                "11:11: sensor 1.3.6.1.4.1.62999.2.1.4: {nmae} is not among its names"
                " -> did you mean 'name'?"
            ),
        ),
        ("  - status: ", "  - sttus: ", ""),
        (
            "2: offline",
            "2: down",
            (
                "14:28: 'down' is no state of an ONU"
                " -> one of: disabled, dying-gasp, los, offline, online"
            ),
        ),
        ("causes:", "cuases:", "16:5: there is no key 'cuases' here -> did you mean 'causes'?"),
        (
            "'(-?[0-9.]+) dBm'",
            "'-?[0-9.]+ dBm'",
            (
                "20:54: '-?[0-9.]+ dBm' has no group: put round brackets around what counts"
                " -> see docs/how-to/profiles.md"
            ),
        ),
        (
            "text: '(",
            "text: '((",
            (
                "20:54: '((-?[0-9.]+) dBm' is not a regular expression: missing ), unterminated"
                " subpattern at position 0 -> see docs/how-to/profiles.md"
            ),
        ),
        (
            "kind: olt",
            "kind: olt\nkind: olt",
            (
                "4:1: key 'kind' stands twice in one mapping, first in line 3"
                " -> keep one of the two, or join them"
            ),
        ),
        (
            "kind: olt",
            "kind: olt\nlayers: [if-mbi]",
            "4:10: there is no family 'if-mbi' -> did you mean 'if-mib'?",
        ),
        (
            "kind: olt",
            "kind: olt\nextends: example-rtr",
            "4:10: there is no family 'example-rtr' -> did you mean 'example-olt'?",
        ),
        ("onus:", "onus: [", ""),
        (
            "source: a recording\n",
            "",
            ("1:1: warning: it does not say where the knowledge comes from -> add it: source: ..."),
        ),
        (
            "id: example-olt",
            "id: other",
            (
                "1:5: warning: the family 'other' stands in a file of"
                " another name -> call the file other.yaml"
            ),
        ),
    ],
)
def test_a_mistake_is_told_with_place_what_and_remedy(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    if said:
        assert told(tmp_path, before, after) == said
    else:
        assert found(tmp_path, GOOD.replace(before, after))[0].level is Level.ERROR


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n",
        "sensors: 5\n",
        "id: a\ntitle: A\nextends: [x]\n",
        "source: 2024-99-99\n",
        "\0",
        "id: &a [*a]\n",
        "onus: x\n",
    ],
)
def test_rubbish_is_told_and_gives_no_family(tmp_path: Path, text: str) -> None:
    assert any(one.level is Level.ERROR for one in found(tmp_path, text))
    assert read_families(tmp_path, Findings()) == {}


RUBBISH = st.sampled_from(
    ["", "5", "x", "[]", "[x]", "[[1]]", "{a: b}", "{1: [2]}", "yes", "2024-99-99", "!x y", "-.inf"]
)
KEYS = (
    "id title kind kinds recognise identity sensors interfaces layers without knows extends ports"
)
MORE = "states readings onus sessions default_for everywhere source check column place bits cause"
LINES = [*GOOD.splitlines(), "ports:", "layers:", "  place:", "    bits:", "      slot:"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(f"{KEYS} {MORE}".split()), RUBBISH, st.integers(0, len(LINES)))
def test_whatever_stands_in_a_file_is_told_or_can_be_used(
    tmp_path: Path, key: str, value: str, at: int
) -> None:
    """A line of rubbish anywhere: no crash while reading, and none of what is accepted."""
    before = LINES[at - 1] if at else ""
    margin = " " * (len(before) - len(before.lstrip(" -")))
    text = "\n".join([*LINES[:at], f"{margin}{key}: {value}", *LINES[at:-5]])
    found(tmp_path, text)

    library(read_families(tmp_path, Findings()))


def test_families_that_build_on_each_other_are_told(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("id: b\ntitle: B\neverywhere: true\nsource: x\nextends: a\n")
    findings = found(
        tmp_path, "id: a\ntitle: A\neverywhere: true\nsource: x\nextends: b\n", "a.yaml"
    )

    assert ["builds on this one in turn" in one.wrong for one in findings] == [True, True]


def test_the_same_family_twice_is_told_with_both_places(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(GOOD)
    findings = [one for one in found(tmp_path, GOOD) if one.level is Level.ERROR]

    assert [one.wrong for one in findings] == [
        f"the family 'example-olt' stands twice, first in {tmp_path}/b.yaml:1:5"
    ]


def test_rules_bear_the_families_and_another_file_is_another_digest(tmp_path: Path) -> None:
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "example-olt.yaml").write_text(GOOD)
    first = read_rules(tmp_path)
    (folder / "example-olt.yaml").write_text(GOOD.replace("0.1", "0.01"))
    second = read_rules(tmp_path)

    assert first.rulebook is not None
    assert second.rulebook is not None
    assert [words["id"] for words in first.rulebook.families.values()] == ["example-olt"]
    assert first.rulebook.digest != second.rulebook.digest
