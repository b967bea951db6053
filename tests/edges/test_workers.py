"""Work shared out to processes: nothing hangs and nobody stays behind, whoever ends when."""

import gc
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from netwatch.model.faults import ConfigError, Place
from netwatch.service.workers import WorkerEndedError, in_order, shared_out
from tests.edges.lab_at_work import eventually

TASKS = range(20)


def children(pid: int) -> set[int]:
    """Return the processes that a process has started and not yet seen end."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return {int(word) for word in told.split()}


def at_work(pid: int) -> bool:
    """Say whether a process lives; one that ended and nobody has asked after does not."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return told.rpartition(")")[2].split()[0] != "Z"


@pytest.fixture(autouse=True)
def _pytest_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the half second that it takes to find no garbage in all that the tests have read."""
    monkeypatch.setattr(gc, "collect", lambda: 0)


@pytest.fixture(autouse=True)
def _nobody_stays() -> Iterator[None]:
    before = children(os.getpid())
    yield
    assert children(os.getpid()) <= before


def slow_first(task: int) -> tuple[int, int]:
    time.sleep(0.05 if task == 0 else 0.0)
    return task, os.getpid()


def large(task: int) -> bytes:
    return bytes([task]) * 3_000_000


def test_results_come_in_order_from_several_processes() -> None:
    results = list(in_order(shared_out(slow_first, TASKS, 3)))

    assert [task for task, _ in results] == list(TASKS)
    assert len({pid for _, pid in results} - {os.getpid()}) > 1


def test_one_processor_does_it_all_itself() -> None:
    assert {pid for _, (_, pid) in shared_out(slow_first, TASKS, 1)} == {os.getpid()}
    assert list(shared_out(slow_first, [], 3)) == []


def test_who_wants_no_more_waits_for_nobody() -> None:
    for _ in range(20):
        with closing(shared_out(large, TASKS, 3)) as results:
            next(results)


def test_what_is_raised_is_raised_here() -> None:
    def raises(task: int) -> int:
        if task == 5:
            raise LookupError(task)
        return task

    with pytest.raises(LookupError, match="5"):
        list(shared_out(raises, TASKS, 2))


def test_a_mistake_in_a_file_comes_through_with_its_place() -> None:
    mistake = ConfigError(Place("a.yaml", 3, 7), "is no plan", "write one")

    def raises(task: int) -> int:
        raise mistake

    with pytest.raises(ConfigError, match=r"a\.yaml:3:7: is no plan") as told:
        list(shared_out(raises, TASKS, 2))
    assert told.value.finding == mistake.finding


def test_a_worker_that_is_killed_is_told() -> None:
    def ends(task: int) -> int:
        if task == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return task

    with pytest.raises(WorkerEndedError, match="was killed"):
        list(shared_out(ends, TASKS, 2))


def test_nobody_stays_behind_for_one_that_was_killed(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    asks = os.fork()
    if asks == 0:

        def beat(task: int) -> int:
            begun.touch()
            time.sleep(0.01)
            return task

        try:
            list(shared_out(beat, range(100_000), 3))
        finally:
            os._exit(0)
    eventually(begun.exists)
    workers = children(asks)
    assert len(workers) == 3
    os.kill(asks, signal.SIGKILL)
    os.waitpid(asks, 0)

    eventually(lambda: not any(at_work(pid) for pid in workers))
