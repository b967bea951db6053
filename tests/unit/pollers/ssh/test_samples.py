"""Real answers of real devices are taken apart as their templates' authors expect."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from netwatch.pollers.ssh.files import platforms
from netwatch.pollers.ssh.reading import Reading, read


def samples(shared_data: Path) -> Iterator[tuple[dict[str, Any], str, list[dict[str, Any]]]]:
    folder = shared_data / "cli"
    if not (folder / "index.json").is_file():
        pytest.skip("no recorded answers of command lines among the recordings")
    for sample in json.loads((folder / "index.json").read_text())["samples"]:
        raw = (folder / sample["raw"]).read_bytes().decode(errors="replace")
        expected = yaml.load((folder / sample["expected"]).read_bytes(), yaml.CSafeLoader)
        yield sample, raw, expected["parsed_sample"]


def as_it_is(raw: str, _command: str) -> str:
    return raw


def from_a_terminal(raw: str, command: str) -> str:
    """Dress an answer as a session shows it: echo, returns, a colour, a pager, the prompt."""
    lines = raw.replace("\r\n", "\n").split("\n")
    middle = len(lines) // 2
    lines[middle] = f"--More-- \b\b\b\b\b\b\b\b\b         \b\b\b\b\b\b\b\b\b{lines[middle]}"
    lines[-1] = f"\x1b[0m{lines[-1]}"
    said = "\r\n".join(lines)
    return f"olt-polna#{command}\r\n{said}\r\nolt-polna# "


@pytest.mark.parametrize("dressed", [as_it_is, from_a_terminal])
def test_every_recorded_answer_gives_the_rows_that_are_expected(
    shared_data: Path, dressed: Callable[[str, str], str]
) -> None:
    wrong = []
    for sample, raw, expected in samples(shared_data):
        platform = platforms().get(sample["platform"])
        assert platform is not None, f"no platform {sample['platform']}"
        got = read(platform, sample["command"], dressed(raw, sample["command"]))
        if [dict(row) for row in got.rows] != expected:
            wrong.append(f"{sample['platform']}: {sample['command']}")
    assert not wrong


def test_no_recorded_answer_means_what_cannot_be(shared_data: Path) -> None:
    meant = 0
    for sample, raw, _ in samples(shared_data):
        understood = read(platforms()[sample["platform"]], sample["command"], raw).understood
        for onu in understood.onus:
            assert onu.state in {"online", "los", "dying-gasp", "offline", "disabled"}
        for port in understood.ports:
            assert port.oper in {"up", "down"}
        parts = [(s.check, s.part, s.state is not None) for s in understood.sensors]
        assert len(parts) == len(set(parts)), "two sensors that cannot be told apart"
        meant += bool(parts or understood.ports or understood.onus or understood.identity)
    assert meant > 25


def only(shared_data: Path, platform: str, command: str) -> Reading:
    return next(
        read(platforms()[platform], command, raw)
        for sample, raw, _ in samples(shared_data)
        if (sample["platform"], sample["command"]) == (platform, command)
    )


def test_an_olts_list_becomes_the_states_of_its_onus(shared_data: Path) -> None:
    onus = only(shared_data, "huawei_smartax", "display ont info 0").understood.onus

    assert len(onus) > 10
    assert onus[0].part == "0/0/0:0"
    assert {onu.state for onu in onus} == {"online", "offline"}


def test_boards_become_temperatures(shared_data: Path) -> None:
    sensors = only(shared_data, "huawei_smartax", "display temperature").plain()["sensors"]

    assert {sensor["unit"] for sensor in sensors} == {"Cel"}
    assert all(20 < sensor["value"] < 90 for sensor in sensors)
