"""The demo keeps its promises, as an ordinary user, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.edges.lab_at_work import ROOT, LabAtWork, as_user, eventually, users

pytestmark = pytest.mark.needs("namespaces", "setpriv")

SAMPLES = ["--inventory", str(ROOT / "inventory"), "--rules", str(ROOT / "rules"), "--port", "0"]


@contextmanager
def demo(work: LabAtWork, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run the demo while the block lasts; all it makes lies in the user's home."""
    environment = work.environment | {"TMPDIR": str(work.home), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*work.prefix, "-m", "netwatch", "demo", *SAMPLES, *words],
        env=environment,
        cwd=work.home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def lines_until(process: "subprocess.Popen[str]", word: str) -> list[str]:
    """Read what the demo says up to a line with ``word``."""
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if word in line:
            break
    return said


def running_in(home: Path) -> list[str]:
    """Return the processes that have ``home`` in their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(home) in words and int(path.parent.name) != os.getpid():
            found.append(words.replace("\0", " "))
    return found


def test_a_cut_fibre_is_told_in_time_to_the_right_people_once() -> None:
    with as_user(users()[-1]) as work, demo(work, "--for", "90s") as process:
        begun = time.monotonic()
        said = "".join(lines_until(process, "no such line"))

        assert process.wait(30) == 0, said
        assert time.monotonic() - begun < 92
        assert "BROKEN" not in said
        assert said.count("\nkept ") == 8
        assert re.search(
            r"ON THE PAGE: suspected(.|\n)*confirmed(.|\n)*REPAIRED(.|\n)*restored", said
        )
        assert list(work.home.glob("netwatch-demo-*")) == []


def test_ctrl_c_ends_all_of_it() -> None:
    with as_user(users()[0]) as work, demo(work) as process:
        lines_until(process, "Break more of it")

        process.send_signal(signal.SIGINT)

        assert process.wait(20) == 0
        assert list(work.home.glob("netwatch-demo-*")) == []
        assert running_in(work.home) == []


def test_a_demo_that_is_killed_leaves_no_process() -> None:
    with as_user(users()[0]) as work, demo(work) as process:
        lines_until(process, "Break more of it")

        process.kill()

        eventually(lambda: running_in(work.home) == [])


def test_too_short_a_time_is_refused_with_the_reason() -> None:
    with as_user(users()[0]) as work:
        done = work.netwatch("demo", *SAMPLES, "--for", "30s")

        assert done.returncode == 2
        assert "the story takes 80 s" in done.stderr
