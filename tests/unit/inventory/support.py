"""An inventory for a test: files from texts, read, and looked at."""

from collections.abc import Mapping
from pathlib import Path

from netwatch.inventory.reader import Reading, read_inventory
from netwatch.model.faults import Level
from netwatch.model.network import Network

CORE = "vantage: core-1\ndevices:\n  - {id: core-1, kind: router, address: 192.0.2.1}\n"


def written(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files into ``folder``, and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def reading_of(folder: Path, files: Mapping[str, str] | str) -> Reading:
    """Read an inventory made of these files; one text alone is its net.yaml."""
    return read_inventory(written(folder, {"net.yaml": files} if isinstance(files, str) else files))


def network_of(folder: Path, files: Mapping[str, str] | str) -> Network:
    """Read an inventory that has no errors."""
    reading = reading_of(folder, files)
    assert [str(one) for one in reading.findings if one.level is Level.ERROR] == []
    assert reading.network is not None
    return reading.network


def told(reading: Reading) -> list[str]:
    """Return what is wrong, without places and remedies."""
    return [finding.wrong for finding in reading.findings]
