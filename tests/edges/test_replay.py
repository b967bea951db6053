"""netwatch replay, as scripts use it: files in, one document a line out, promised exit codes."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from netwatch.cli import main

NIGHT = datetime(2026, 11, 14, 18, 0, tzinfo=UTC)
CPES = [f"cpe-{number}" for number in range(1, 9)]
NETWORK = """\
vantage: core-1
areas:
  - {id: polna, name: {pl: "os. Polna", en: "Polna estate"}}
devices:
  - {id: core-1, kind: router, address: 127.20.0.1}
  - {id: sw-1, kind: switch, address: 127.20.0.2, uplink: [core-1]}
  - {id: sw-2, kind: switch, address: 127.20.0.3, uplink: [core-1]}
"""


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    folder = tmp_path / "inventory"
    folder.mkdir()
    cpes = [
        f"  - {{id: {name}, kind: cpe, address: 127.20.1.{number}, uplink: [sw-1]}}"
        for number, name in enumerate(CPES, start=1)
    ]
    (folder / "network.yaml").write_text(
        NETWORK + "\n".join(cpes) + "\nsubscribers: [subscribers.csv]\n"
    )
    rows = [f"S-{name},{name},polna" for name in CPES]
    (folder / "subscribers.csv").write_text("\n".join(["id,device,area", *rows]) + "\n")
    return folder


def line(at: datetime, device: str, outcome: str) -> str:
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    value = ', "value": 1.9' if outcome == "answered" else ""
    return (
        f'{{"at": "{stamp}", "device": "{device}", "check": "icmp", "outcome": "{outcome}"{value}}}'
    )


def night(*, dark: bool = True, back: bool = False) -> list[str]:
    """Return rounds of pings ten seconds apart; after three, sw-1 and all behind it fall silent."""
    lines = []
    for number in range(-3, 12 if back else 6):
        cut = dark and 0 <= number < 6
        for place, name in enumerate(["core-1", "sw-2", "sw-1", *CPES]):
            at = NIGHT + timedelta(seconds=10 * number, milliseconds=20 * place)
            silent = cut and name not in ("core-1", "sw-2")
            lines.append(line(at, name, "silent" if silent else "answered"))
    return lines


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


@dataclass(frozen=True)
class Done:
    code: object
    out: str
    err: str


Replay = Callable[..., Done]
Answers = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def replay(capfd: pytest.CaptureFixture[str]) -> Replay:
    """Call the command as the shell would, less the start of a process."""

    def _replay(*arguments: object) -> Done:
        with pytest.raises(SystemExit) as end:
            main(["replay", *map(str, arguments)])
        return Done(end.value.code, *capfd.readouterr())

    return _replay


@pytest.fixture
def answers(replay: Replay) -> Answers:
    def _answers(*arguments: object) -> list[dict[str, Any]]:
        done = replay(*arguments, "--json")
        assert done.code == 0, done.err
        return [json.loads(document) for document in done.out.splitlines()]

    return _answers


def test_a_dead_branch_is_one_incident_one_alert_and_its_notices(
    tmp_path: Path, inventory: Path, answers: Answers
) -> None:
    tape = write(tmp_path / "night.jsonl", night())
    (answer,) = answers("--tape", tape, "--inventory", inventory, "--subscribers")
    assert answer["tape"] == "night.jsonl"
    (incident,) = answer["incidents"]
    assert incident["kind"] == "outage"
    assert "device:sw-1" in incident["root_cause"] + incident["also_possible"]
    assert incident["areas"] == ["polna"]
    assert incident["subscribers"] == len(CPES)
    assert incident["subscriber_ids"] == [f"S-{name}" for name in CPES]
    assert incident["closed_at"] is None
    (alert,) = answer["alerts"]
    assert (alert["incident"], alert["to"]) == (incident["id"], "on-call")
    assert "I-1" in alert["text"]
    said = [(one["audience"], one["phase"], one["recipients"]) for one in answer["notices"]]
    assert said == [
        ("public", "suspected", 0),
        ("public", "confirmed", 0),
        ("subscribers", "confirmed", len(CPES)),
    ]
    counted = answer["accounting"]
    assert counted.pop("signals") == sum(counted.values())


def test_what_comes_back_is_restored_and_closed_within_the_time_that_goes_on(
    tmp_path: Path, inventory: Path, answers: Answers
) -> None:
    tape = write(tmp_path / "night.jsonl", night(back=True))
    (answer,) = answers("--tape", tape, "--inventory", inventory)
    (incident,) = answer["incidents"]
    assert "subscriber_ids" not in incident
    assert [notice["phase"] for notice in answer["notices"]][-1] == "restored"
    (clear,) = answer["staff_messages"]
    assert clear["why"] == "all-clear"


def test_a_quiet_night_says_nothing(tmp_path: Path, inventory: Path, answers: Answers) -> None:
    tape = write(tmp_path / "night.jsonl", night(dark=False))
    (answer,) = answers("--tape", tape, "--inventory", inventory)
    assert answer["incidents"] == answer["alerts"] == answer["notices"] == []
    assert set(answer["accounting"].values()) == {0}


def test_until_stops_time_there(tmp_path: Path, inventory: Path, answers: Answers) -> None:
    tape = write(tmp_path / "night.jsonl", night())
    (answer,) = answers("--tape", tape, "--inventory", inventory, "--until", "2026-11-14T18:00:05Z")
    assert answer["incidents"] == []


def test_a_folder_is_played_in_the_order_of_names_one_document_a_line(
    tmp_path: Path, inventory: Path, answers: Answers
) -> None:
    tapes = tmp_path / "tapes"
    tapes.mkdir()
    for name in ("c", "a", "b"):
        write(tapes / f"{name}.jsonl", night(dark=name != "b"))
    told = answers("--tape", tapes, "--inventory", inventory)
    assert [answer["tape"] for answer in told] == ["a.jsonl", "b.jsonl", "c.jsonl"]
    assert [len(answer["incidents"]) for answer in told] == [1, 0, 1]
    assert {answer["incidents"][0]["id"] for answer in told if answer["incidents"]} == {"I-1"}


def test_the_same_tape_gives_the_same_bytes(
    tmp_path: Path, inventory: Path, replay: Replay
) -> None:
    tape = write(tmp_path / "night.jsonl", night(back=True))
    first, second = (
        replay("--tape", tape, "--inventory", inventory, "--json", "--subscribers").out
        for _ in range(2)
    )
    assert first == second != ""


def test_strangers_are_counted_on_stderr_and_change_nothing(
    tmp_path: Path, inventory: Path, replay: Replay, answers: Answers
) -> None:
    plain = write(tmp_path / "night.jsonl", night())
    (expected,) = answers("--tape", plain, "--inventory", inventory)
    strange = [*night(), line(NIGHT + timedelta(seconds=55), "\\u001b[2Jevil", "silent")]
    done = replay(
        "--tape", write(tmp_path / "night.jsonl", strange), "--inventory", inventory, "--json"
    )
    assert json.loads(done.out) == expected
    assert "1 lines passed over" in done.err
    assert "\x1b" not in done.err


def test_a_malformed_line_ends_it_with_its_number(
    tmp_path: Path, inventory: Path, replay: Replay
) -> None:
    tape = write(tmp_path / "night.jsonl", [*night()[:4], '{"at": "soon"}'])
    for folder in (tape, tmp_path):
        done = replay("--tape", folder, "--inventory", inventory, "--json")
        assert done.code == 2
        assert "night.jsonl:5:1: at 'soon' is no time" in done.err


def test_every_mistake_of_a_broken_inventory_is_named(
    tmp_path: Path, inventory: Path, replay: Replay
) -> None:
    tape = write(tmp_path / "night.jsonl", night())
    (inventory / "network.yaml").write_text("vantge: core-1\ndevices:\n  - {id: a, kind: moon}\n")
    done = replay("--tape", tape, "--inventory", inventory, "--json")
    assert done.code == 2
    assert done.out == ""
    assert f"{inventory}/network.yaml:1:1:" in done.err
    assert "moon" in done.err


def test_receipts_on_the_tape_count_and_nothing_else_does(
    tmp_path: Path, inventory: Path, replay: Replay
) -> None:
    stray = '{"at": "2026-11-14T18:00:50Z", "receipt": {"key": "I-1/x", "result": "accepted"}}'
    tape = write(tmp_path / "night.jsonl", [*night(), stray])
    heard = replay("--tape", tape, "--inventory", inventory)
    assert "accepted" not in heard.out
    tape = write(tmp_path / "night.jsonl", night())
    assert "accepted" in replay("--tape", tape, "--inventory", inventory).out


def test_a_person_sees_a_timeline(tmp_path: Path, inventory: Path, replay: Replay) -> None:
    tape = write(tmp_path / "night.jsonl", night())
    done = replay("--tape", tape, "--inventory", inventory)
    assert done.code == 0
    assert done.out.startswith("night.jsonl: 1 incident, 1 alert, 3 notices, ")
    assert "confirmed" in done.out
    assert "8 without service at the worst" in done.out


def test_commands_on_the_tape_are_carried_out(
    tmp_path: Path, inventory: Path, answers: Answers
) -> None:
    taken = {"kind": "acknowledge", "incident": "I-1", "by": "marek"}
    promised = taken | {"kind": "expect", "until": "2026-11-14T20:00:00Z"}
    orders = [
        json.dumps({"at": "2026-11-14T18:01:00Z", "command": taken}),
        json.dumps({"at": "2026-11-14T18:03:00Z", "command": promised}),
    ]
    tape = write(tmp_path / "night.jsonl", [*night(), *orders])
    (answer,) = answers("--tape", tape, "--inventory", inventory)
    said = [(notice["audience"], notice["phase"]) for notice in answer["notices"]]
    assert [phase for audience, phase in said if audience == "public"] == [
        "suspected",
        "confirmed",
        "update",
    ]
    assert ("subscribers", "confirmed") in said


def test_other_rules_that_do_not_exist_are_refused(
    tmp_path: Path, inventory: Path, replay: Replay
) -> None:
    tape = write(tmp_path / "night.jsonl", night())
    nowhere = tmp_path / "nowhere"

    done = replay("--tape", tape, "--inventory", inventory, "--diff-rules", nowhere)

    assert done.code == 2
    assert str(nowhere) in done.err


def test_the_reader_may_leave(tmp_path: Path, inventory: Path) -> None:
    tapes = tmp_path / "tapes"
    tapes.mkdir()
    for number in range(6):
        write(tapes / f"{number}.jsonl", night())
    command = f"{sys.executable} -m netwatch replay --tape {tapes} --inventory {inventory} --json"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -c 10; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def strict_rules(tmp_path: Path) -> Path:
    """Write rules that tell the public later, and only from a hundred homes on."""
    folder = tmp_path / "rules-next" / "notices"
    folder.mkdir(parents=True)
    (folder / "policy.yaml").write_text(
        "policy:\n"
        "  - {id: website-suspected, remove: true}\n"
        "  - {id: sms-confirmed, remove: true}\n"
        "  - {id: website-confirmed, channel: website, phase: confirmed, least_subscribers: 100}\n"
    )
    return folder.parent


def test_other_rules_are_held_against_those_in_force(
    replay: Replay, inventory: Path, tmp_path: Path
) -> None:
    tape = write(tmp_path / "night.jsonl", night())
    rules = strict_rules(tmp_path)

    done = replay("--tape", tape, "--inventory", inventory, "--diff-rules", rules, "--json")

    found = json.loads(done.out)
    assert done.code == 0
    assert found["rules"]["after"] == str(rules)
    assert found["messages"]["before"]["public"] == 2
    assert found["messages"]["after"]["public"] == 0
    assert found["messages"]["before"]["staff"] == found["messages"]["after"]["staff"]
    assert found["missed"] == sorted(f"S-{name}" for name in CPES)
    assert found["reached"] == []
    (row,) = found["incidents"]
    assert (row["change"], row["fields"]) == ("changed", [])
    assert row["first_notice"]["before"] is not None
    assert row["first_notice"]["after"] is None


def test_people_read_what_other_rules_would_change(
    replay: Replay, inventory: Path, tmp_path: Path
) -> None:
    tape = write(tmp_path / "night.jsonl", night())

    done = replay("--tape", tape, "--inventory", inventory, "--diff-rules", strict_rules(tmp_path))

    assert "no longer told: 8 subscribers" in done.out
    assert "messages to public: 2, then 0" in done.out


def test_the_same_rules_change_nothing(replay: Replay, inventory: Path, tmp_path: Path) -> None:
    tape = write(tmp_path / "night.jsonl", night())
    (tmp_path / "none").mkdir()

    done = replay(
        "--tape", tape, "--inventory", inventory, "--diff-rules", tmp_path / "none", "--json"
    )

    found = json.loads(done.out)
    assert found["incidents"] == found["missed"] == found["reached"] == []
    assert found["unchanged"] == 1
    assert found["first_notice"]["later_s"] == 0


def test_the_document_has_the_shape_that_scripts_rely_on(
    inventory: Path, tmp_path: Path, answers: Answers
) -> None:
    tape = write(tmp_path / "night.jsonl", night(back=True))

    (answer,) = answers("--tape", tape, "--inventory", inventory, "--subscribers")

    assert list(answer) == [
        "tape", "incidents", "alerts", "notices", "staff_messages", "accounting",
    ]  # fmt: skip
    (incident,) = answer["incidents"]
    shape = {
        "id": str, "kind": str, "cause": str, "root_cause": list, "also_possible": list,
        "opened_at": str, "closed_at": str, "confidence": float, "services": list, "areas": list,
        "subscribers": int, "subscriber_ids": list, "because": str, "against": str,
        "runner_up": dict, "alarms": int,
    }  # fmt: skip
    assert {name: type(incident[name]) for name in shape} == shape
    assert len(incident["also_possible"]) <= 6
    assert incident["subscribers"] == len(incident["subscriber_ids"]) == len(CPES)
    assert set(incident["runner_up"]) == {"root_cause", "odds"}
    if incident["cause"] == "unknown":
        assert sum(incident["causes"].values()) == pytest.approx(1, abs=0.01)
    assert [set(one) for one in answer["alerts"]] == [{"at", "incident", "to", "channel", "text"}]
    for one in answer["notices"]:
        assert {"at", "incident", "phase", "audience", "channel", "areas", "recipients"} <= set(one)
    for one in answer["staff_messages"]:
        assert set(one) == {"at", "incident", "to", "channel", "text", "why"}
    count = answer["accounting"]
    assert list(count) == ["signals", "root", "folded", "flapping", "planned", "noise"]
    assert count["signals"] == sum(list(count.values())[1:]) == incident["alarms"]
