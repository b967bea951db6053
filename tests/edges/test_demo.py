"""The demo keeps its promises, as an ordinary user, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.edges.lab_at_work import ROOT, LabAtWork, as_user, eventually, users

pytestmark = pytest.mark.needs("namespaces", "setpriv")

SAMPLES = ["--inventory", str(ROOT / "inventory"), "--rules", str(ROOT / "rules")]
ANY_PORT = ["--port", "0", "--console-port", "0"]


@contextmanager
def demo(work: LabAtWork, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run the demo while the block lasts; all it makes lies in the user's home."""
    environment = work.environment | {"TMPDIR": str(work.home), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*work.prefix, "-m", "netwatch", "demo", *SAMPLES, *(words or ANY_PORT)],
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
            eventually(lambda: running_in(work.home) == [])


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
    with as_user(users()[-1]) as work, demo(work, *ANY_PORT, "--for", "90s") as process:
        begun = time.monotonic()
        said = "".join(lines_until(process, "no such line"))

        assert process.wait(30) == 0, said
        assert time.monotonic() - begun < 92
        assert "BROKEN" not in said
        assert said.count("\nkept ") == 9
        assert re.search(
            r"ON THE PAGE: suspected(.|\n)*confirmed(.|\n)*REPAIRED(.|\n)*restored", said
        )
        assert list(work.home.glob("netwatch-demo-*")) == []


def addresses(said: list[str]) -> list[str]:
    """Return where the demo says that page and console are."""
    return re.findall(r"The (?:public page|console): +(http://127.0.0.1:[0-9]+/)", "".join(said))


def pids_of(home: Path, command: str) -> list[int]:
    """Return the process ids of a netwatch command that runs in ``home``."""
    paths = (path for path in Path("/proc").glob("[0-9]*/cmdline"))
    words = {int(path.parent.name): path.read_bytes().decode(errors="replace") for path in paths}
    return [
        pid for pid, text in words.items() if f"netwatch\0{command}\0" in text and str(home) in text
    ]


def body_of(url: str) -> str:
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310 - the demo's own address
            return str(answer.read().decode())
    except HTTPError as not_yet:
        with not_yet:
            return not_yet.reason


def test_page_and_console_are_the_products_own_and_a_taken_port_gives_way() -> None:
    with socket.socket() as taken, as_user(users()[0]) as work:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with demo(work, "--port", str(port), "--console-port", str(port)) as process:
            page, console = addresses(lines_until(process, "Break more of it"))

            assert str(port) not in page + console
            assert "<title>Dolina – netwatch</title>" in body_of(console)
            assert "No incident is open." in body_of(console)
            eventually(lambda: "<!doctype html>" in body_of(f"{page}pl/index.html"))
            assert len(pids_of(work.home, "web")) == 1


def test_a_web_that_ends_before_the_demo_is_told_with_its_last_words() -> None:
    with as_user(users()[0]) as work, demo(work) as process:
        lines_until(process, "Break more of it")

        os.kill(pids_of(work.home, "web")[0], signal.SIGKILL)

        said = "".join(lines_until(process, "no such line"))
        assert "netwatch web has ended" in said
        assert process.wait(20) == 3
        assert running_in(work.home) == []


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
