"""Those whom netwatch is held against know their trade: they win where they can."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from netwatch.model.arrivals import Sample
from netwatch.model.names import DeviceId
from tests.bench.measure import NotMeasuredError
from tests.bench.rivals import parents_rule, score_greedy
from tests.bench.rivals.command import answer, changed
from tests.bench.rivals.contest import rivals, wrong_notices
from tests.bench.rivals.ground import Ground
from tests.bench.rivals.watch import Patience, Watch, changed_percent, rounds
from tests.town import EVENING, Weather, town
from tests.town import rounds as weather_rounds

ROOT = Path(__file__).parents[3]
RIVALS = ("parents", "score")


def told(
    rival: str, *failed: str, words: str = "", times: int = 3, flaps: bool = False
) -> dict[str, Any]:
    """Let a rival live through three healthy rounds and some after the fault."""
    network = town()
    samples = weather_rounds(Weather(network), EVENING, 3)
    for turn in range(times):
        broken = set(failed) if not flaps or turn % 2 == 0 else set()
        start = EVENING + timedelta(seconds=60 + 10 * turn)
        samples += weather_rounds(Weather(network, broken), start, 1)
    if rival == "parents":
        settings = changed(parents_rule.Settings(), words.split())
        one = parents_rule.ParentsRule(network, settings)
        return answer(one, settings, "night.jsonl", list(rounds(samples)))
    of_score = changed(score_greedy.Settings(), words.split())
    other = score_greedy.ScoreGreedy(network, of_score)
    return answer(other, of_score, "night.jsonl", list(rounds(samples)))


def named(document: dict[str, Any]) -> list[tuple[str, list[str], list[str]]]:
    """Return kind, roots and what is equally possible of each incident."""
    return [(i["kind"], i["root_cause"], i["also_possible"]) for i in document["incidents"]]


@pytest.mark.parametrize("rival", RIVALS)
def test_a_dead_switch_is_one_incident_one_alert_and_all_behind_it(rival: str) -> None:
    document = told(rival, "device:sw-1")
    ((kind, roots, also),) = named(document)
    assert kind == "outage"
    assert "device:sw-1" in (*roots, *also)
    assert {*roots, *also} <= {"device:sw-1", "link:ag-3--sw-1"}
    assert document["incidents"][0]["subscriber_ids"] == [f"S-cpe-{n}" for n in range(1, 7)]
    assert len(document["alerts"]) == len(document["notices"]) == 1


@pytest.mark.parametrize("rival", RIVALS)
def test_a_dead_ring_switch_is_one_alert_although_both_neighbours_see_a_port_down(
    rival: str,
) -> None:
    document = told(rival, "device:ag-2")
    assert [(kind, roots) for kind, roots, _ in named(document)] == [("outage", ["device:ag-2"])]
    assert document["incidents"][0]["subscribers"] == 16


@pytest.mark.parametrize("rival", RIVALS)
def test_a_cut_in_a_ring_is_lost_redundancy_and_no_outage(rival: str) -> None:
    document = told(rival, "link:l-2")
    assert named(document) == [("degraded", ["link:l-2"], [])]
    assert not document["notices"]


@pytest.mark.parametrize("rival", RIVALS)
def test_all_silent_is_blindness_and_nobody_is_told(rival: str) -> None:
    document = told(rival, "device:core-1")
    assert named(document) == [("blind", ["self"], [])]
    assert not document["notices"]


@pytest.mark.parametrize("rival", RIVALS)
def test_where_nothing_is_wrong_nothing_is_said(rival: str) -> None:
    document = told(rival)
    assert not document["incidents"]
    assert not document["alerts"]


@pytest.mark.parametrize("rival", RIVALS)
def test_a_lone_home_is_a_line_and_wakes_nobody(rival: str) -> None:
    document = told(rival, "device:onu-11")
    assert [kind for kind, _, _ in named(document)] == ["line"]
    assert not document["alerts"]


@pytest.mark.parametrize("rival", RIVALS)
def test_a_flapping_switch_is_one_flapping_incident(rival: str) -> None:
    document = told(rival, "device:sw-1", times=8, flaps=True)
    assert [(kind, "device:sw-1" in (*roots, *also)) for kind, roots, also in named(document)] == [
        ("flapping", True)
    ]
    assert len(document["alerts"]) == 1


def test_what_is_over_before_the_delay_ends_is_never_told() -> None:
    network = town()
    samples: list[Sample] = []
    for turn, failed in enumerate((set(), set(), {"device:sw-1"}, set(), set(), set())):
        start = EVENING + timedelta(seconds=10 * turn)
        samples += weather_rounds(Weather(network, failed), start, 1)
    words = ["bad=1", "of=1", "delay=15", "flap_percent=101"]
    for make, plain in (
        (parents_rule.ParentsRule, parents_rule.Settings()),
        (score_greedy.ScoreGreedy, score_greedy.Settings()),
    ):
        settings = changed(plain, words)
        document = answer(make(network, settings), settings, "x", list(rounds(samples)))
        assert not document["incidents"]


def test_the_parents_rule_names_a_pon_port_for_a_splitter_it_cannot_ask() -> None:
    document = told("parents", "device:s-1")
    assert named(document) == [("partial", ["port:olt-1/0/1/1"], [])]
    assert document["incidents"][0]["subscribers"] == 8


def test_the_greedy_cover_names_a_splitter_and_what_looks_the_same() -> None:
    ((kind, roots, also),) = named(told("score", "device:s-1"))
    assert kind == "outage"
    assert {*roots, *also} == {"device:s-1", "link:olt-1--s-1", "port:olt-1/0/1/1"}


def test_the_greedy_cover_names_a_duct_for_its_two_cables() -> None:
    document = told("score", "link:l-2", "link:l-4")
    assert [(kind, roots) for kind, roots, _ in named(document)] == [("outage", ["risk:duct-2"])]


def test_a_host_with_two_parents_is_unreachable_only_when_both_are_down() -> None:
    parents = Ground(town()).parents("nearer")
    assert parents[DeviceId("ag-2")] == {DeviceId("ag-1"), DeviceId("ag-3")}
    assert Ground(town()).parents("tree")[DeviceId("ag-2")] == {DeviceId("ag-1")}
    assert parents[DeviceId("onu-11")] == {DeviceId("olt-1")}
    ((_, roots, _), (_, more, _)) = named(told("parents", "device:ag-1", "device:ag-3"))
    assert [roots, more] == [["device:ag-1"], ["device:ag-3"]]


def test_down_takes_so_many_of_the_last_and_up_so_many_in_a_row() -> None:
    network = town()
    watch = Watch(Patience(bad=2, of=3, good=2, flap_percent=101))
    sign = (DeviceId("sw-1"), None)
    states = []
    for turn, silent in enumerate((False, True, False, True, False, False)):
        failed = {"device:sw-1"} if silent else set()
        watch.take(Weather(network, failed).round(EVENING + timedelta(seconds=10 * turn)))
        states.append(sign in watch.down)
    assert states == [False, False, False, True, True, False]


def test_change_is_counted_over_twenty_changes_the_late_ones_weighing_more() -> None:
    assert changed_percent([False] * 21) == 0
    assert changed_percent([n % 2 == 0 for n in range(21)]) == pytest.approx(100)
    assert changed_percent([True]) > changed_percent([True, *[True] * 19])


def test_a_notice_is_wrong_when_nobody_of_its_incident_is_without_service() -> None:
    document = told("parents", "device:sw-1")
    truth = {"kind": "device", "subscribers": ["S-cpe-1"]}
    assert wrong_notices(truth, document) == 0
    assert wrong_notices({**truth, "subscribers": []}, document) == 1
    assert wrong_notices({**truth, "kind": "flap"}, document) is None


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no setting 'patients'"):
        changed(parents_rule.Settings(), ["patients=3"])


def test_without_the_tool_that_makes_outages_it_is_said_why_nothing_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETWATCH_SHARED_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(NotMeasuredError, match="no folder of recordings"):
        next(rivals(quick=True))
    monkeypatch.setenv("NETWATCH_SHARED_DATA", str(tmp_path))
    with pytest.raises(NotMeasuredError, match="not beside the recordings"):
        next(rivals(quick=True))


INVENTORY = """\
vantage: core-1
devices:
  - {id: core-1, kind: router, address: 127.20.0.1}
  - {id: sw-1, kind: switch, address: 127.20.0.2, uplink: ["core-1:p1"]}
  - {id: cpe-1, kind: cpe, address: 127.20.0.3, uplink: ["sw-1:p1"]}
areas: [{id: polna, name: Polna}]
subscribers: [subscribers.csv]
"""


@pytest.mark.parametrize("module", ["parents_rule", "score_greedy"])
def test_a_rival_takes_the_words_of_replay_and_answers_a_line_a_tape(
    module: str, tmp_path: Path
) -> None:
    inventory, tapes = tmp_path / "inventory", tmp_path / "tapes"
    inventory.mkdir()
    tapes.mkdir()
    (inventory / "network.yaml").write_text(INVENTORY)
    (inventory / "subscribers.csv").write_text("id,device,area\nS-1,cpe-1,polna\n")
    lines = [
        {"at": f"2026-11-14T19:00:{10 * turn:02}Z", "device": device, "check": "icmp",
         **({"outcome": "answered", "value": 1.0} if device == "core-1" or turn < 3
            else {"outcome": "silent"})}
        for turn in range(6)
        for device in ("core-1", "sw-1", "cpe-1")
    ]  # fmt: skip
    (tapes / "dead.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")

    done = subprocess.run(
        [sys.executable, "-m", f"tests.bench.rivals.{module}", "--set", "bad=2", "replay",
         "--inventory", inventory, "--tape", tapes, "--subscribers", "--json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    (document,) = map(json.loads, done.stdout.splitlines())
    assert document["tape"] == "dead.jsonl"
    (incident,) = document["incidents"]
    assert "device:sw-1" in (*incident["root_cause"], *incident["also_possible"])
    assert incident["subscriber_ids"] == ["S-1"]
