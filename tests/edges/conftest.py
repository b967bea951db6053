"""What several tests of the edges share."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def tmp_quick(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a killed process needs no disk to be believed."""
    yield from _in_memory(tmp_path)


@pytest.fixture(scope="module")
def module_tmp_quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The same for all tests of a file."""
    yield from _in_memory(tmp_path_factory.mktemp("module"))


def _in_memory(otherwise: Path) -> Iterator[Path]:
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    if not os.access(memory, os.W_OK):
        yield otherwise
        return
    with tempfile.TemporaryDirectory(prefix="netwatch-test-", dir=memory) as folder:
        yield Path(folder)
