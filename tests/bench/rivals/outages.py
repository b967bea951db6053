"""The tool that makes outages with a known truth and scores answers, where it is at hand."""

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from tests.bench.measure import NotMeasuredError
from tests.hostile import shared_folder

_SIZE: Final = "small"
_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Maker:
    """The tool and its topologies."""

    tool: ModuleType
    topologies: Path

    def topology(self, name: str) -> Path:
        """Return where a topology lies.

        Raises:
            NotMeasuredError: there is no such topology.
        """
        path = self.topologies / name
        if not path.is_file():
            raise NotMeasuredError(f"no topology {name} among the recordings")
        return path

    def make(
        self, topology: Path, out: Path, *, seed: int, trials: int, noise: float
    ) -> dict[str, Any]:
        """Make an inventory, tapes of every kind and the truth; return the truth."""
        truth: dict[str, Any] = self.tool.make(
            topology, out, size=_SIZE, seed=seed, trials=trials, kinds=self.tool.KINDS,
            noise=noise, rounds=_ROUNDS,
        )  # fmt: skip
        return truth

    def replay(self, command: list[str], out: Path, limit_s: float) -> dict[str, dict[str, Any]]:
        """Play all tapes through a command; return its answers by tape."""
        answers: dict[str, dict[str, Any]] = self.tool.replay(command, out, limit_s)[0]
        return answers

    def judge(
        self, truth: dict[str, Any], answer: dict[str, Any] | None, subscribers: int
    ) -> dict[str, Any]:
        """Return what one answer is worth."""
        judged: dict[str, Any] = self.tool.judge(truth, answer, subscribers)
        return judged


def maker() -> Maker:
    """Return the tool beside the recordings.

    Raises:
        NotMeasuredError: it is not there.
    """
    data = shared_folder()
    if data is None:
        raise NotMeasuredError("no folder of recordings; name it in NETWATCH_SHARED_DATA")
    path = data.parent / "tools" / "outages.py"
    if not path.is_file():
        raise NotMeasuredError("the tool that makes outages is not beside the recordings")
    spec = importlib.util.spec_from_file_location("outages", path)
    if spec is None or spec.loader is None:
        raise NotMeasuredError("the tool that makes outages cannot be loaded")
    tool = importlib.util.module_from_spec(spec)
    sys.modules["outages"] = tool
    spec.loader.exec_module(tool)
    return Maker(tool, data / "topology")
