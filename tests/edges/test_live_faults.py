"""Faults in a live lab are found by the real service: right, with whom, told once, and over."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.live_house import Result, live_house
from tests.bench.trials import THREE_AT_ONCE
from tests.edges.lab_at_work import ROOT

pytestmark = pytest.mark.needs("namespaces")


@pytest.fixture(scope="module")
def result() -> Iterator[Result]:
    home = Path(tempfile.mkdtemp(prefix="nw-live-"))
    try:
        yield asyncio.run(_played(home))
    finally:
        shutil.rmtree(home)


async def _played(home: Path) -> Result:
    async with live_house(home, ROOT / "inventory", ROOT / "rules") as house:
        house.watched_s = 2.0
        return await house.play(THREE_AT_ONCE)


def test_each_of_three_faults_at_once_is_found_with_its_cause(result: Result) -> None:
    assert result.seconds is not None, result.said
    assert result.incidents == len(THREE_AT_ONCE.wanted), result.said


def test_exactly_those_without_service_are_named(result: Result) -> None:
    assert result.without > 0
    assert (result.named, result.besides) == (result.without, 0)


def test_each_is_told_once_to_whom_is_on_duty(result: Result) -> None:
    assert result.alerts == (1, 1, 1)


def test_all_of_it_is_over_when_it_is_mended(result: Result) -> None:
    assert result.restored_s is not None
