"""What `netwatch probe` makes of real recordings, a row each, without a start of Python for each.

``python -m tests.edges.probe_scores FOLDER SHARE OF``: the scorer in ``FOLDER/tools`` compares its
share of ``FOLDER/data/snmp``; only the command line is left out, which has tests of its own.
"""

import json
import multiprocessing
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from netwatch.pollers.probe import probe_device
from netwatch.pollers.questions import Target
from tests.edges.ports import free_port


def scorer_in(folder: Path) -> Any:
    """Import the scorer that lies beside the recordings."""
    sys.path.insert(0, str(folder / "tools"))
    return import_module("score_probe")


def _probe(_command: object, port: int, _limit_s: float) -> tuple[Any, str, float]:
    began = time.monotonic()
    _, document = probe_device(Target("127.0.0.1", port, 1, "public"))
    return json.loads(json.dumps(document)), "", time.monotonic() - began


def main() -> None:
    """Write the rows of one share, as JSON."""
    folder, share, of = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    scorer, recordings = scorer_in(folder), folder / "data" / "snmp"
    scorer.probe = _probe
    forking = multiprocessing.get_context("fork")
    multiprocessing.get_context = lambda *_: forking  # type: ignore[assignment, method-assign]
    devices = json.loads((recordings / "index.json").read_text())["devices"][share::of]
    rows = [scorer.score((free_port(), one, recordings, [], 60.0)) for one in devices]
    print(json.dumps(rows))  # noqa: T201 - read by the test


if __name__ == "__main__":
    main()
