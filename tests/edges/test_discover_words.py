"""netwatch discover says what is wrong with what it was told, before it asks anybody."""

import asyncio
import json
import os
import time
from ipaddress import ip_address
from pathlib import Path

import pytest

from netwatch.cli import main
from netwatch.model.faults import ConfigError
from netwatch.pollers.questions import Credential, Patience
from netwatch.service.discovery import addresses_of, discover

HERE = ip_address("127.0.0.1")


def exit_code(*words: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "list").write_bytes(b"\x9b\xff")

    with pytest.raises(ConfigError, match="not a text file"):
        addresses_of([str(tmp_path / "list")])


def test_a_word_too_long_for_any_file_is_no_address_either() -> None:
    with pytest.raises(ConfigError):
        addresses_of(["a" * 300])


@pytest.mark.parametrize(("command", "octets"), [("probe", b"\xff"), ("discover", "żółw".encode())])
def test_a_community_may_be_any_octets(command: str, octets: bytes) -> None:
    community = os.fsdecode(octets)

    assert exit_code(command, "127.0.0.1", "--port", "9", "--community", community) in {0, 3}


@pytest.mark.parametrize("name", ["a" * 300, "a..b"])
def test_what_cannot_be_a_host_is_wrong_usage(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code("probe", name) == 2
    assert "give an IP address" in capsys.readouterr().err


def test_a_proposal_that_cannot_be_written_is_refused_before_anybody_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "nowhere" / "found.yaml"

    assert exit_code("discover", "127.0.0.1", "--community", "x", "--output", str(output)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "is no directory" in said.err


def test_a_person_can_interrupt_while_agents_keep_silent() -> None:
    async def interrupted() -> None:
        patience = Patience(timeout_s=60.0, retries=1)
        async with asyncio.timeout(1.0):
            await discover([HERE], {"x": Credential(port=9)}, patience=patience)

    began = time.monotonic()
    with pytest.raises(TimeoutError):
        asyncio.run(interrupted())

    assert time.monotonic() - began < 30


def test_the_lines_of_a_family_are_printed_without_asking_anybody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["--explain-silent", "--vendor", "huawei", "--poller", "192.0.2.10", "--json"]

    assert exit_code("discover", *words) == 0
    said = json.loads(capsys.readouterr().out)
    assert [one["family"] for one in said["lines"]] == ["huawei-smartax", "huawei-vrp"]
    assert " rule permit source 192.0.2.10 0" in said["lines"][1]["sections"]["v2c"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--explain-silent", "--vendor", "juniper-junox"], "did you mean 'juniper-junos'?"),
        (["--explain-silent", "--vendor", "linux", "--poller", "there"], "is no address"),
        (["--vendor", "linux"], "go with --explain-silent"),
        (["--explain-silent"], "say where to look"),
        (["127.0.0.1", "--parent", "rubbish"], "does not say what hangs on what"),
    ],
)
def test_wrong_words_are_told_with_the_way_out(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code("discover", *words) == 2
    assert says in capsys.readouterr().err
