"""Work shared out to as many processes as there are processors, and taken back at any moment."""

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from netwatch.model.faults import NetwatchError

Task = TypeVar("Task")
Result = TypeVar("Result")


class WorkerEndedError(NetwatchError):
    """A process that was at work is gone: killed, or out of memory."""

    exit_code = 3


def shared_out(
    work: Callable[[Task], Result], tasks: Sequence[Task], most: int | None = None
) -> Generator[tuple[int, Result], None, None]:
    """Yield the place of each task and its result, as they come; close to end it sooner.

    The processes are forked, so they have all that this one had read. Each has a pipe of its own:
    one killed at any moment leaves no lock behind that another waits for, as those of a
    ``multiprocessing.Pool`` do.

    Args:
        work: what is done with each task; its result is pickled.
        tasks: handed out in this order.
        most: so many processes at the most; None: a processor each.

    Raises:
        WorkerEndedError: a process ended in the middle of its work.
        Exception: whatever ``work`` raised.
    """
    processors = min(len(tasks), most or len(os.sched_getaffinity(0)))
    if processors <= 1:
        yield from enumerate(map(work, tasks))
        return
    gc.collect()
    gc.freeze()  # what all share stays to the end: no need to walk it again and again
    with ExitStack() as ends:
        ends.callback(gc.unfreeze)
        pipes = [_hired(work, tasks, ends) for _ in range(processors)]
        yield from _collected(pipes, len(tasks))


def in_order(results: Iterator[tuple[int, Result]]) -> Iterator[Result]:
    """Yield the results by their places, each as soon as those before it are there."""
    early: dict[int, Result] = {}
    place = 0
    for at, result in results:
        early[at] = result
        while place in early:
            yield early.pop(place)
            place += 1


def _hired(work: Callable[[Task], Any], tasks: Sequence[Task], ends: ExitStack) -> Connection:
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()
    process = fork.Process(target=_serve, args=(work, tasks, here, there), daemon=True)
    process.start()
    there.close()
    ends.callback(process.join)
    ends.callback(process.kill)
    ends.callback(here.close)
    return here


def _collected(pipes: Sequence[Connection], tasks: int) -> Iterator[tuple[int, Any]]:
    waiting = iter(range(tasks))
    busy = {pipe: _handed(pipe, place) for pipe, place in zip(pipes, waiting, strict=False)}
    while busy:
        ready = wait(list(busy))
        for pipe in [one for one in busy if one in ready]:
            place = busy.pop(pipe)
            with _ended_told():
                result, fault = pipe.recv()
            if fault is not None:
                raise fault
            following = next(waiting, None)
            if following is not None:
                busy[pipe] = _handed(pipe, following)
            yield place, result


def _handed(pipe: Connection, place: int) -> int:
    with _ended_told():
        pipe.send(place)
    return place


@contextmanager
def _ended_told() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError):
        raise WorkerEndedError(
            "a process that shared in the work was killed; free some memory and try again"
        ) from None


def _serve(
    work: Callable[[Task], Any], tasks: Sequence[Task], asking: Connection, pipe: Connection
) -> None:
    """Work until the other end is gone."""
    asking.close()  # a copy of the other end, which would keep the pipe alive
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a person's Ctrl-C is the parent's to act on
    try:
        while True:
            place = pipe.recv()
            pipe.send(_answer(work, tasks[place]))
    except (EOFError, OSError):
        return


def _answer(work: Callable[[Task], Result], task: Task) -> tuple[Result | None, Exception | None]:
    try:
        return work(task), None
    except Exception as fault:  # noqa: BLE001 - raised again where the work was asked for
        return None, fault
