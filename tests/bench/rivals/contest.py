"""The same made-up outages for netwatch, the parents rule and a greedy cover, scored alike."""

import resource
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from netwatch.inventory.reader import read_inventory
from netwatch.model.names import device_element
from tests.bench.report import Table
from tests.bench.rivals.outages import Maker, maker
from tests.bench.rivals.settle import TRAINING

HELD_OUT: Final = ("Litnet.graphml", "Uran.graphml", "GtsSlovakia.graphml")
SEED: Final = 7001
NOISES: Final = (0.0, 0.05)
_TRIALS: Final = 12
_LIMIT_S: Final = 900.0
OURS: Final = "netwatch"
SETTINGS: Final[Mapping[str, tuple[str, Mapping[float, str]]]] = {
    "parents rule": (
        "tests.bench.rivals.parents_rule",
        {
            0.0: "bad=1 of=1 good=1 flap_percent=20 delay=0 parents=tree port_homes=2"
            " hold_back=unreachable homes_page=true",
            0.05: "bad=3 of=4 good=1 flap_percent=40 delay=25 parents=tree port_homes=2"
            " hold_back=unreachable homes_page=false",
        },
    ),
    "greedy cover": (
        "tests.bench.rivals.score_greedy",
        {
            0.0: "bad=1 of=1 good=1 flap_percent=20 delay=0 highest=1 lowest=1 least=1",
            0.05: "bad=3 of=3 good=2 flap_percent=40 delay=25 highest=0.3 lowest=0.3 least=2",
        },
    ),
}
"""The module of each rival and what `settle` found best for it, by share of wrong observations."""
_TITLES: Final = {
    "device": "device", "link": "link", "port": "PON port", "double": "two at once",
    "ring": "two cuts of a ring", "flap": "flapping", "degraded": "redundancy lost",
    "self": "own way out", "none": "nothing wrong", "splitter": "splitter",
    "double, passive": "two at once, one passive", "risk": "duct or feed",
    "mains": "mains at homes",
}  # fmt: skip
_PASSIVE: Final = frozenset({"splitter", "double, passive", "risk", "mains"})
_UNAFFECTED: Final = "flap"
"""Its tapes name no subscribers, although some are without service at times."""
_HEAD: Final = ("fault", "", "tapes", "root", "exact", "area F1", "one alert", "alerts a fault",
                "wrong notices")  # fmt: skip
_WHERE: Final = (
    f"{', '.join(Path(name).stem for name in HELD_OUT)}, seed {SEED}, three rounds after the fault;"
    f" settings were sought on {', '.join(Path(name).stem for name in TRAINING)}"
)
_WORDS: Final = (
    "Root: every failed element is named (up to three as equally possible). Exact: one incident a"
    " fault, nothing besides, no name that the observations rule out. F1: of the subscribers said"
    " to be without service. Wrong notices: to customers, by incidents that nobody was part of."
)


@dataclass(slots=True)
class Score:
    """What one contender reached in one kind of fault."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def share(self, what: str) -> float | None:
        """Return the mean of a figure; None where there is none."""
        known = [float(row[what]) for row in self.rows if row[what] is not None]
        return statistics.fmean(known) if known else None


class Contest:
    """Everybody's scores at one share of wrong observations."""

    def __init__(self, judge: Maker, noise: float, trials: int) -> None:
        self.noise = noise
        self.scores: dict[tuple[str, str], Score] = defaultdict(Score)
        """By kind and contender."""
        self.spent_s: dict[str, float] = defaultdict(float)
        self._judge, self._trials = judge, trials

    def play(self, topology: Path, out: Path) -> None:
        """Make outages of a topology and let everybody answer."""
        truth = self._judge.make(topology, out, seed=SEED, trials=self._trials, noise=self.noise)
        passive = _passive(out / "inventory")
        for name, command in commands(self.noise).items():
            before = _cpu_s()
            answers = self._judge.replay(command, out, _LIMIT_S)
            self.spent_s[name] += _cpu_s() - before
            for tape, true in truth["tapes"].items():
                told = answers.get(tape)
                row = self._judge.judge(true, told, truth["subscribers"])
                row["wrong"] = wrong_notices(true, told)
                mixed = true["kind"] == "double" and passive & set(true["roots"])
                kind = "double, passive" if mixed else true["kind"]
                self.scores[kind, name].rows.append(row)


def rivals(*, quick: bool) -> Iterator[Table]:
    """Play all outages to everybody and yield a table for each share of wrong observations.

    Raises:
        NotMeasuredError: the tool that makes the outages is not at hand.
    """
    judge = maker()
    topologies = [judge.topology(name) for name in (HELD_OUT[:1] if quick else HELD_OUT)]
    for noise in NOISES:
        contest = Contest(judge, noise, 1 if quick else _TRIALS)
        for topology in topologies:
            with tempfile.TemporaryDirectory() as folder:
                contest.play(topology, Path(folder))
        yield _table(contest)


def commands(noise: float) -> dict[str, list[str]]:
    """Return the command of each contender, at its best settings."""
    found = {OURS: [sys.executable, "-m", "netwatch"]}
    for name, (module, settings) in SETTINGS.items():
        words = [word for pair in settings[noise].split() for word in ("--set", pair)]
        found[name] = [sys.executable, "-m", module, *words]
    return found


def _passive(inventory: Path) -> set[str]:
    network = read_inventory(inventory).network
    if network is None:
        raise AssertionError("the inventories that are made are sound")
    found = network.devices.values()
    return {device_element(d.id) for d in found if d.address is None and d.via is None}


def wrong_notices(truth: Mapping[str, Any], answer: Mapping[str, Any] | None) -> int | None:
    """Count notices to customers by incidents of which nobody was really without service."""
    if truth["kind"] == _UNAFFECTED:
        return None
    dark = set(truth["subscribers"])
    said = {i["id"]: set(i.get("subscriber_ids", ())) for i in (answer or {}).get("incidents", ())}
    return sum(
        1
        for notice in (answer or {}).get("notices", ())
        if notice["audience"] in ("public", "subscribers")
        and notice["phase"] != "planned"
        and dark.isdisjoint(said.get(notice["incident"], ()))
    )


def _table(contest: Contest) -> Table:
    scores, names = contest.scores, [OURS, *SETTINGS]
    rows: list[tuple[str, ...]] = []
    notes: list[str] = []
    for passive in (False, True):
        kinds = [k for k in _TITLES if (k in _PASSIVE) == passive and (k, OURS) in scores]
        title = "all that has no state of its own" if passive else "all that can be asked"
        for name in names:
            both = Score([row for kind in kinds for row in scores[kind, name].rows])
            rows.append(_row(f"**{title}**", name, both))
        for kind in kinds:
            rows += [_row(_TITLES[kind], name, scores[kind, name]) for name in names]
            notes += _better(_TITLES[kind], {name: scores[kind, name] for name in names})
    tapes = sum(len(score.rows) for (_, name), score in scores.items() if name == OURS)
    cpu = (f"{name} {contest.spent_s[name] / max(1, tapes):.2f}" for name in names)
    return Table(
        title=f"Made-up outages, {_noise(contest.noise)}",
        words=_WORDS,
        head=_HEAD,
        rows=rows,
        notes=(
            *(notes or ["a rival did better than netwatch nowhere"]),
            *(f"{name}: {best[contest.noise]}" for name, (_, best) in SETTINGS.items()),
            f"CPU-s a tape: {', '.join(cpu)}",
            _WHERE,
        ),
    )


def _noise(noise: float) -> str:
    return f"{noise:.0%} of the observations wrong" if noise else "every observation right"


def _row(title: str, name: str, score: Score) -> tuple[str, ...]:
    return (
        title,
        name,
        str(len(score.rows)),
        *(_percent(score.share(what)) for what in ("root", "exact")),
        _figure(score.share("f1"), 3),
        _percent(score.share("alerted")),
        _figure(score.share("alerts"), 2),
        _figure(score.share("wrong"), 2),
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _figure(value: float | None, places: int) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def _better(title: str, by_name: Mapping[str, Score]) -> Iterator[str]:
    """Yield where a rival did better than netwatch."""
    ours = by_name[OURS]
    for name, score in by_name.items():
        ahead: Sequence[str] = [
            label
            for what, label in (("root", "root"), ("exact", "exact"), ("f1", "F1"),
                                ("alerted", "one alert"))
            if (score.share(what) or 0.0) > (ours.share(what) or 0.0) + 5e-4
        ]  # fmt: skip
        if ahead:
            yield f"{title}: the {name} did better than netwatch in {', '.join(ahead)}"


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
