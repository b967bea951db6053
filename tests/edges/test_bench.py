"""The benchmarks run, and what they measure against is sound."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from tests.bench import device, page
from tests.bench.agent import Agent, Field, agent, differences
from tests.bench.measure import Contender, NotMeasuredError, client, in_turns
from tests.bench.parents import ParentsRule
from tests.bench.province import Province
from tests.bench.report import Table

ROOT = Path(__file__).parents[2]
_AT = datetime(2026, 11, 14, 19, 0, tzinfo=UTC)


@pytest.fixture
def devices() -> Iterator[Agent]:
    with agent("snmp", Field(dead_every=20)) as field:
        yield field


def test_a_quick_run_prints_ratios() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "journal"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("commit 1000 at once")]
    assert line.split()[-1].endswith("x")


def test_a_job_that_does_not_exist_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "gossip"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no job gossip: there are snmp, walk" in done.stderr


def test_one_chapter_is_written_anew_and_the_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = page.PAGE.read_text(encoding="utf-8").split("\n## ")
    monkeypatch.setattr(page, "PAGE", tmp_path / "performance.md")
    page.PAGE.write_text("\n## ".join(whole), encoding="utf-8")
    again = whole[3].partition("\n")[0]

    page.rewrite([Table(title=title, head=(), rows=()) for title in (again, "Pigeons")], 7.0)

    after = page.PAGE.read_text(encoding="utf-8").split("\n## ")
    assert after[3].startswith(f"{again}\n\n\n- measured by itself, ")
    assert after[-2].startswith("Pigeons\n")
    assert (after[:3], after[4:-2], after[-1]) == (whole[:3], whole[4:-1], whole[-1])


@pytest.mark.needs("gcc", "snmpbulkwalk")
def test_the_agent_says_what_snmpbulkwalk_expects_of_it(devices: Agent) -> None:
    assert differences(devices, device.loopback(4711)) == []


@pytest.mark.needs("gcc")
@pytest.mark.usefixtures("compiled_core")
@pytest.mark.parametrize("job", ["get", "walk"])
def test_the_engine_finds_every_living_device_of_the_agent_and_no_dead_one(
    devices: Agent, job: str
) -> None:
    run = client("engine", job, devices.port, 40)
    assert (run.asked, run.answered, run.wrong) == (40, 38, 0)


def test_a_peer_that_is_not_there_is_named_and_gets_no_figure() -> None:
    def absent() -> None:
        raise NotMeasuredError("it is not installed")

    (outcome,) = in_turns([Contender("peer", absent)], 3)  # type: ignore[arg-type]
    assert not outcome.runs
    assert outcome.why_not == "it is not installed"


def test_everybody_runs_once_a_round_and_each_round_is_begun_by_another() -> None:
    order: list[str] = []
    in_turns([Contender(name, partial(order.append, name)) for name in "abc"], 2)  # type: ignore[arg-type]
    assert order == [*"abc", *"bca"]


def test_the_parents_rule_tells_a_switch_and_not_what_hangs_on_it() -> None:
    province = Province(1000)
    rule = ParentsRule(province.above, [d.id for d in province.devices if d.address])
    fault = next(fault for fault in province.faults if fault.element == "link:agg-1")
    near = province.around(fault)
    alerts = [rule.round(list(province.round(_AT, near, fault))) for _ in range(4)]
    assert alerts == [[], [], ["agg-1"], []]


def test_a_province_is_the_same_for_the_same_seed() -> None:
    one, other = Province(2000), Province(2000)
    assert one.network == other.network
    assert one.some_faults(9) == other.some_faults(9)
