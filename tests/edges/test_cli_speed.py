"""A person who forgot a command's name does not wait for it."""

import subprocess
import sys
from time import perf_counter

import pytest

pytestmark = pytest.mark.alone


def test_help_is_there_in_less_than_three_tenths_of_a_second() -> None:
    took = []
    for _ in range(5):
        began = perf_counter()
        subprocess.run(
            [sys.executable, "-m", "netwatch", "--help"], capture_output=True, check=True
        )
        took.append(perf_counter() - began)
    assert min(took) < 0.3


def test_help_of_a_command_is_quick_too() -> None:
    began = perf_counter()
    for name in ("incident", "replay"):
        subprocess.run(
            [sys.executable, "-m", "netwatch", name, "--help"], capture_output=True, check=True
        )
    assert perf_counter() - began < 3
