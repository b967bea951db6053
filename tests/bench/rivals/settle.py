"""Find the rivals' best settings on made-up outages of training networks, one setting at a time.

``python -m tests.bench.rivals.settle [--noise 0.05] [--trials 4]``: prints, of each rival, the
settings that did best, to be written into `contest.py`. Best is the mean over all kinds of fault
of root, exact, area F1 and one alert a fault.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from netwatch.inventory.reader import read_inventory
from netwatch.model.network import Network
from tests.bench.rivals import parents_rule, score_greedy
from tests.bench.rivals.command import Rounds, answer, changed, rounds_in
from tests.bench.rivals.outages import Maker, maker

TRAINING: Final = ("GtsPoland.graphml", "Sanet.graphml")
SEED: Final = 101
_PATIENCE: Final[dict[str, tuple[str, ...]]] = {
    "bad of": ("bad=1 of=1", "bad=2 of=2", "bad=3 of=3", "bad=2 of=3", "bad=3 of=4", "bad=2 of=4"),
    "good": ("good=1", "good=2"),
    "flap": ("flap_percent=20", "flap_percent=30", "flap_percent=40", "flap_percent=101"),
    "delay": ("delay=0", "delay=8", "delay=15", "delay=25"),
}
GRIDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "parents": {
        **_PATIENCE,
        "parents": ("parents=tree", "parents=nearer", "parents=either"),
        "ports": tuple(
            f"port_homes={least} port_share={share}"
            for least, share in ((0, 0), (2, 0), (3, 0), (4, 0), (5, 0), (4, 0.5), (4, 0.9))
        ),
        "hold back": ("hold_back=none", "hold_back=down", "hold_back=unreachable"),
        "homes": ("homes_page=true", "homes_page=false"),
    },
    "score": {
        **_PATIENCE,
        "thresholds": tuple(
            f"highest={high} lowest={low}"
            for high, low in ((1, 1), (1, 0.8), (1, 0.6), (1, 0.4), (0.9, 0.9), (0.8, 0.8),
                              (0.7, 0.7), (0.6, 0.6), (0.5, 0.5), (0.4, 0.4), (0.3, 0.3),
                              (0.9, 0.5), (0.8, 0.5))
        ),
        "least": ("least=1", "least=2", "least=3", "least=4"),
    },
}  # fmt: skip
_MAKES: Final[dict[str, tuple[Any, Any]]] = {
    "parents": (parents_rule.ParentsRule, parents_rule.Settings()),
    "score": (score_greedy.ScoreGreedy, score_greedy.Settings()),
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """One training network with its tapes and truths."""

    network: Network
    tapes: Mapping[str, Rounds]
    truth: dict[str, Any]


def settle(
    name: str, lessons: Sequence[Lesson], judge: Maker, passes: int
) -> Iterator[tuple[float, str]]:
    """Yield better and better settings of a rival, as words for its ``--set``, with their mark."""
    chosen: dict[str, str] = {}
    marks: dict[str, float] = {}
    for _ in range(passes):
        for what, values in GRIDS[name].items():
            for value in values:
                words = " ".join({**chosen, what: value}.values())
                if words not in marks:
                    marks[words] = mark(name, words, lessons, judge)
            chosen[what] = max(values, key=lambda v: marks[" ".join({**chosen, what: v}.values())])
            words = " ".join(chosen.values())
            yield marks[words], words


def mark(name: str, words: str, lessons: Sequence[Lesson], judge: Maker) -> float:
    """Return how well a rival does with these settings: the mean over kinds, 1 at best."""
    make, plain = _MAKES[name]
    settings = changed(plain, words.split())
    by_kind: dict[str, list[float]] = {}
    for lesson in lessons:
        rival = make(lesson.network, settings)
        for tape, truth in lesson.truth["tapes"].items():
            told = answer(rival, settings, tape, lesson.tapes[tape])
            judged = judge.judge(truth, told, lesson.truth["subscribers"])
            scores = [judged[what] for what in ("root", "exact", "f1", "alerted")]
            known = [float(score) for score in scores if score is not None]
            by_kind.setdefault(truth["kind"], []).append(sum(known) / len(known))
    return sum(sum(some) / len(some) for some in by_kind.values()) / len(by_kind)


def lessons_of(judge: Maker, folder: Path, noises: Sequence[float], trials: int) -> list[Lesson]:
    """Make the training networks and tapes."""
    found = []
    for topology in TRAINING:
        for noise in noises:
            out = folder / f"{topology}-{noise}"
            truth = judge.make(judge.topology(topology), out, seed=SEED, trials=trials, noise=noise)
            network = read_inventory(out / "inventory").network
            if network is None:
                raise AssertionError("the inventories that are made are sound")
            tapes = {t.stem: rounds_in(t, network) for t in sorted((out / "tapes").iterdir())}
            found.append(Lesson(network, tapes, truth))
    return found


def main() -> int:
    """Search, and print each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--noise", type=float, action="append")
    parser.add_argument("--trials", type=int, default=4)
    parser.add_argument("--passes", type=int, default=2)
    parser.add_argument("rivals", nargs="*")
    options = parser.parse_args()
    judge = maker()
    with tempfile.TemporaryDirectory() as folder:
        lessons = lessons_of(judge, Path(folder), options.noise or (0.0, 0.05), options.trials)
        for name in options.rivals or GRIDS:
            for reached, words in settle(name, lessons, judge, options.passes):
                sys.stdout.write(f"{name}: {reached:.4f} {words}\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
