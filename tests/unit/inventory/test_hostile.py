"""Whatever lies in the folder: findings with a place and a way out, never a crash."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory import reader
from netwatch.inventory.findings import MOST_OF_A_FILE
from netwatch.model.faults import Level
from tests.unit.inventory.support import CORE, reading_of
from tests.unit.inventory.test_reader import EVERY_KEY

ROWS = 'id,device,area,phone,critical,services\nS-1,core-1,polna,+48555010100,yes,"tv;phone"\n'
WOUNDS = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(0, 20), st.binary(max_size=6)), max_size=4
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("wounded")


def wound(text: str, wounds: list[tuple[int, int, bytes]]) -> bytes:
    data = text.encode()
    for start, length, instead in wounds:
        at = start % (len(data) + 1)
        data = data[:at] + instead + data[at + length :]
    return data


@given(yaml=WOUNDS, csv=WOUNDS)
def test_no_damage_to_the_files_is_a_crash(
    folder: Path, yaml: list[tuple[int, int, bytes]], csv: list[tuple[int, int, bytes]]
) -> None:
    (folder / "net.yaml").write_bytes(wound(EVERY_KEY + "subscribers: [p.csv]\n", yaml))
    (folder / "p.csv").write_bytes(wound(ROWS, csv))

    reading = reader.read_inventory(folder)

    failed = any(finding.level is Level.ERROR for finding in reading.findings)
    assert (reading.network is None) is failed
    assert list(reading.findings) == sorted(set(reading.findings))
    for finding in reading.findings:
        assert finding.place.line >= 1
        assert finding.place.column >= 1
        assert finding.wrong
        assert finding.remedy


KEYS = st.sampled_from(
    ["vantage", "vantages", "gateways", "risks", "sites", "areas", "devices", "links",
     "subscribers", "prefixes", "services", "id", "kind", "ends", "uplink", "via", "port", "name",
     "within", "power", "feed", "from", "needs", "own", "x"]
)  # fmt: skip
LEAVES = st.sampled_from(
    ["core-1", "sw-1", "router", "sw-1:7", "", "~", "true", "7", "1e9", "p.csv"]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda some: f"[{', '.join(some)}]")
        | st.dictionaries(KEYS, inner, max_size=4).map(
            lambda some: "{" + ", ".join(f"{key}: {value}" for key, value in some.items()) + "}"
        )
    ),
    max_leaves=15,
)


@given(tree=st.dictionaries(KEYS, TREES, max_size=5))
def test_no_shape_of_values_is_a_crash(folder: Path, tree: dict[str, str]) -> None:
    (folder / "p.csv").write_text("id\nS-1\n")
    text = "".join(f"{key}: {value}\n" for key, value in tree.items())
    (folder / "net.yaml").write_text(text)

    reader.read_inventory(folder)


def test_a_file_that_is_wrong_in_every_line_is_cut_short(tmp_path: Path) -> None:
    count = MOST_OF_A_FILE + 500
    rows = "id,device\n" + "".join(f"S-{number},nowhere\n" for number in range(count))

    findings = reading_of(
        tmp_path, {"net.yaml": CORE + "subscribers: [p.csv]\n", "p.csv": rows}
    ).findings

    assert len(findings) == MOST_OF_A_FILE + 1
    assert findings[0].wrong == "500 more mistakes stand in this file"


def test_a_name_too_long_for_any_file_is_a_finding(tmp_path: Path) -> None:
    (finding,) = reading_of(tmp_path, CORE + f"subscribers: [{'x' * 400}.csv]\n").findings

    assert finding.wrong.startswith("there is no file")
