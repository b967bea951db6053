"""A recording on a loopback port: whatever asks real devices may ask it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Final

from netwatch.lab.agent import Objects, answer
from netwatch.lab.recording import read_recording

HOST: Final = "127.0.0.1"
_LARGEST: Final = 65_535
_END: Final = b""


@contextmanager
def served(recording: Path) -> Iterator[int]:
    """Let a recording answer by SNMP v1 and v2c, to any community; yield its port.

    Raises:
        LabError: the file is no recording.
    """
    objects = read_recording(recording)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HOST, 0))
        port = sock.getsockname()[1]
        thread = Thread(target=_answer_all, args=(sock, objects), daemon=True)
        thread.start()
        try:
            yield port
        finally:
            sock.sendto(_END, (HOST, port))
            thread.join()


def _answer_all(sock: socket.socket, objects: Objects) -> None:
    while True:
        request, whom = sock.recvfrom(_LARGEST)
        if request == _END and whom == sock.getsockname():
            return
        response = answer(objects, request, None)
        if response is not None:
            with suppress(OSError):  # whoever asked is gone
                sock.sendto(response, whom)
