"""Whatever is sent to the trap port or as an answer, nobody crashes, hangs or stops listening."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netwatch.pollers.snmp import library
from tests.edges.test_traps_command import free_port, receiver, send, trap, wait_for
from tests.hostile import hostile

MANY = 4000


@pytest.mark.parametrize("job", ["traps", "python", "compiled"])
def test_each_reader_reads_thousands_and_settles_every_question(job: str) -> None:
    if job == "compiled" and library.load() is None:
        pytest.skip("no compiled core here: it needs a C compiler at installation")
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench.clients.hostile", job, str(MANY)],
        capture_output=True, text=True, check=False, timeout=250,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    assert told["tried"] >= MANY
    assert told["outcomes"]


def test_a_receiver_that_was_sent_rubbish_hears_the_next_trap(tmp_path: Path) -> None:
    port = free_port()
    with receiver(tmp_path, options=["--listen", f"127.0.0.1:{port}"]) as (process, service):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.31.0.1", 0))
            for number, datagram in enumerate(hostile(MANY, seed=7)):
                sock.sendto(datagram, ("127.0.0.1", port))
                if number % 100 == 0:
                    time.sleep(0.01)
        before = len(service.arrivals)
        time.sleep(1.5)  # what it may say comes back
        send(port, trap())
        wait_for(service, before + 1)
        assert process.poll() is None
