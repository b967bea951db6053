"""The whole command `netwatch poll --once`, on an inventory written for it."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import device
from tests.bench.measure import NotMeasuredError, Run, said


@contextmanager
def inventory(devices: int, address: Callable[[int], str], port: int) -> Iterator[Path]:
    """Write an inventory of so many devices, all in one star, and the settings to ask them."""
    with TemporaryDirectory(prefix="netwatch-bench-") as name:
        folder = Path(name)
        (folder / "inventory").mkdir()
        (folder / "netwatch.toml").write_text(
            f'inventory = "inventory"\nstate = "state"\n[snmp.bench]\nport = {port}\n',
            encoding="utf-8",
        )
        (folder / "inventory" / "network.yaml").write_text(
            "vantage: d0\ndevices: [devices.csv]\n", encoding="utf-8"
        )
        rows = (
            f"d{number},switch,{address(number)},bench,{'d0' if number else ''}"
            for number in range(devices)
        )
        (folder / "inventory" / "devices.csv").write_text(
            "\n".join(["id,kind,address,snmp,uplink", *rows]) + "\n", encoding="utf-8"
        )
        yield folder


def poll_once(folder: Path, check: str, dead: int = 0, before: Sequence[str] = ()) -> Run:
    """Run the command; its own account of the cost begins behind the reading of the inventory.

    Raises:
        NotMeasuredError: it failed.
    """
    came = said(
        [
            *before, sys.executable, "-m", "netwatch", "poll", "--once", "--json",
            "--config", str(folder / "netwatch.toml"), "--inventory", str(folder / "inventory"),
            "--checks", check,
        ]
    )  # fmt: skip
    if came["blind"]:
        raise NotMeasuredError(f"{came['blind']} devices could not be asked")
    asked = came["devices"]
    values = {"snmp": device.GET_VALUES, "walk": device.WALK_VALUES, "icmp": 0}[check]
    enough = came["varbinds"] >= values * came["answered"]
    return Run(
        asked=asked,
        answered=came["answered"],
        wrong=0 if enough else 1,
        cpu_s=came["cpu_seconds"],
        seconds=came["seconds"],
        rss_mb=came["rss_mb"],
        dead=dead,
    )
