"""A person at the command line, a service behind its door: what is typed is decided and told."""

import asyncio
import csv
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from netwatch.cli import main
from netwatch.intake.doorkeeper import About, Brought, Doorkeeper
from netwatch.inventory.reader import read_inventory
from netwatch.model.arrivals import Approve, Command, Result, Tick
from netwatch.model.evidence import Proof, Rival, Silence
from netwatch.model.facts import (
    AlarmPlaced,
    AlarmRaised,
    Audience,
    Cause,
    Diagnosis,
    Fact,
    IncidentAssigned,
    IncidentConfirmed,
    IncidentKind,
    IncidentNoted,
    IncidentOpened,
    IncidentRevised,
    NoticeDue,
    NoticeRefused,
    NoticeSent,
    Part,
    Phase,
    PublishHeld,
    Purpose,
    Severity,
    keys_of,
)
from netwatch.model.names import (
    AreaId,
    ChannelName,
    CheckName,
    DeviceId,
    ElementName,
    IncidentId,
    SubscriberId,
)
from netwatch.model.network import Network
from netwatch.model.plain import fact_to_plain
from netwatch.response.rules import Mode, PublicRule, ResponseRules
from netwatch.response.stage import begin, decide, evolve
from netwatch.response.state import State
from netwatch.service.clock import SteadyClock
from netwatch.service.refusals import refusal
from netwatch.service.unanswered import needs_another_person
from netwatch.views.approvals import approval_rows
from netwatch.views.board import Board
from netwatch.views.incidents import incident_row
from netwatch.views.situations import situation_answer
from netwatch.views.why_not import why_not

OPENED = datetime(2026, 11, 14, 19, 2, tzinfo=UTC)
ONE = IncidentId("I-1")
INVENTORY = """\
vantage: core-1
devices:
  - {id: core-1, kind: router, address: 127.20.0.1}
  - {id: sw-1, kind: switch, address: 127.20.0.2, uplink: [core-1]}
  - {id: cpe-1, kind: cpe, address: 127.20.0.3, uplink: [sw-1]}
"""


def story() -> list[Fact]:
    """Return an evening on which a switch fell silent."""
    sw, icmp = DeviceId("sw-1"), CheckName("icmp")
    silence = Silence(probes=3, over=timedelta(seconds=20))
    rival = Rival(root_cause=(ElementName("device:core-1"),), log_odds=-20.0)
    diagnosis = Diagnosis(
        kind=IncidentKind.OUTAGE,
        cause=Cause.FIBRE,
        root_cause=(ElementName("link:core-1--sw-1"),),
        also_possible=(ElementName("device:sw-1"),),
        confidence=0.98,
        areas=(AreaId("polna"),),
        subscribers=tuple(SubscriberId(f"S-{number}") for number in range(7)),
        proof=Proof(silent=8, asked=8, answering=0, rounds=3, since=OPENED, rejected=(rival,)),
    )
    return [
        AlarmRaised(at=OPENED, device=sw, check=icmp, severity=Severity.MAJOR, because=silence),
        IncidentOpened(at=OPENED, incident=ONE, since=OPENED, diagnosis=diagnosis),
        AlarmPlaced(at=OPENED, device=sw, check=icmp, as_=Part.ROOT, incident=ONE),
        IncidentConfirmed(at=OPENED, incident=ONE, odds=12.0, over=timedelta(seconds=30)),
    ]


@dataclass
class Household:
    """A service that remembers in a list."""

    response: State = field(default_factory=lambda: begin(Network(), ResponseRules()))
    told: list[Fact] = field(default_factory=list)
    inventory: Path = Path()

    def remember(self, facts: list[Fact]) -> None:
        for fact in facts:
            evolve(self.response, fact)
            self.told.append(fact)

    async def bring(self, command: Command) -> Brought:
        facts = list(decide(self.response, command, []).facts)
        self.remember(facts)
        if isinstance(command, Approve) and not facts:
            board = Board.of(self.told)
            another = needs_another_person(command, board)
            return Brought(refused=refusal(command, board), another_person=another)
        return Brought(facts=[fact_to_plain(fact) for fact in facts])

    def approvals(self) -> dict[str, Any]:
        rows = approval_rows(Board.of(self.told).approvals.values())
        return {"approvals": [{**row, "text": "Outage: Polna"} for row in rows]}

    def wait_for_people(self, policy: PublicRule) -> None:
        """Let words fall due that need people."""
        self.response.rules = ResponseRules(mode=Mode.FULL, set_up=None, policy=(policy,))
        at = SteadyClock().now()
        self.remember(list(decide(self.response, Tick(at=at), []).facts))

    def take(self, arrival: object) -> bool:  # noqa: ARG002 - nothing foreign comes in here
        return False

    async def facts(self, after: int, limit: int) -> list[dict[str, Any]]:
        numbered = list(enumerate(self.told, start=1))[after : after + limit]
        return [{"seq": seq, **fact_to_plain(fact)} for seq, fact in numbered]

    async def about(self, incident: IncidentId) -> About:
        own = [
            {"seq": seq, **fact_to_plain(fact)}
            for seq, fact in enumerate(self.told, start=1)
            if getattr(fact, "incident", None) == incident
            or any(key.startswith(f"{incident}/") for key in getattr(fact, "keys", ()))
        ]
        return About(facts=own, alarms=Board.of(self.told).alarms.count(incident))

    async def why_not(self, device: DeviceId) -> dict[str, Any]:
        network = read_inventory(self.inventory).network
        assert network is not None
        return why_not(Board.of(self.told), network, device)

    async def news(self, after: int) -> None:  # noqa: ARG002 - no news ever
        await asyncio.Event().wait()

    def status(self) -> dict[str, Any]:
        held = self.response.held
        until = held.until if held else None
        return {
            "mode": str(self.response.rules.mode),
            "held": held is not None,
            "held_until": until.isoformat() if until else None,
            "held_by": held.by if held else "",
            "situation": situation_answer(Board.of(self.told).situations),
        }

    def board(self) -> dict[str, Any]:
        return {"incidents": [incident_row(o) for o in Board.of(self.told).newest_first()]}

    async def reload(self, *, allow_removal: bool) -> dict[str, Any]:  # noqa: ARG002
        return {}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "network.yaml").write_text(INVENTORY)
    path = tmp_path / "netwatch.toml"
    path.write_text('timezone = "Europe/Warsaw"\nstate = "state"\ninventory = "inventory"\n')
    return path


@pytest.fixture
def household(config: Path) -> Iterator[Household]:
    """Keep a door open for the length of a test."""
    household = Household(inventory=config.parent / "inventory")
    opened, over = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def keep() -> None:
        keeper = Doorkeeper(household, SteadyClock(), trusted=frozenset())
        await keeper.open(config.parent / "state" / "run" / "door.sock")
        opened.set()
        await over.wait()
        await keeper.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(keep(),))
    thread.start()
    assert opened.wait(10)
    yield household
    loop.call_soon_threadsafe(over.set)
    thread.join(10)
    loop.close()


@dataclass(frozen=True)
class Done:
    code: object
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Netwatch = Callable[..., Done]


@pytest.fixture
def netwatch(
    capfd: pytest.CaptureFixture[str], config: Path, monkeypatch: pytest.MonkeyPatch
) -> Netwatch:
    monkeypatch.setenv("NETWATCH_CONFIG", str(config))
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)

    def _netwatch(*words: str) -> Done:
        with pytest.raises(SystemExit) as end:
            main(words)
        return Done(end.value.code, *capfd.readouterr())

    return _netwatch


@pytest.fixture
def outage(household: Household) -> Household:
    household.remember(story())
    return household


def test_with_no_service_running_every_command_says_how_to_start_one(netwatch: Netwatch) -> None:
    for words in (["incident", "list"], ["publish", "status"], ["why", "I-1"]):
        done = netwatch(*words)
        assert (done.code, done.out) == (3, "")
        assert "systemctl start netwatch" in done.err


def test_a_quiet_evening_is_told_as_one(netwatch: Netwatch, household: Household) -> None:
    assert netwatch("incident", "list", "--json").document == {"incidents": []}
    assert netwatch("incident", "list").out == "no incidents: nothing is known to be broken\n"


def test_incidents_are_listed_for_people_and_for_programs(
    netwatch: Netwatch, outage: Household
) -> None:
    (row,) = netwatch("incident", "list", "--json").document["incidents"]
    assert (row["id"], row["state"], row["owner"], row["expected_end"]) == (
        "I-1",
        "open",
        None,
        None,
    )
    assert row["notes"] == []
    listed = netwatch("incident", "list").out
    assert "link:core-1--sw-1" in listed
    assert "20:02:00" in listed  # in Warsaw


def test_an_incident_is_shown_with_its_timeline(netwatch: Netwatch, outage: Household) -> None:
    answer = netwatch("incident", "show", "1", "--json").document
    assert [row["fact"] for row in answer["timeline"]] == [
        "IncidentOpened",
        "AlarmPlaced",
        "IncidentConfirmed",
    ]
    assert answer["notices"] == answer["alerts"] == []
    shown = netwatch("incident", "show", "I-1").out
    assert "nobody" in shown
    assert "netwatch incident ack I-1" in shown
    assert "first sign 11-14 20:02:00" in shown  # in Warsaw, as everything a person reads


def test_who_was_told_what_is_proven_on_the_screen_in_a_document_and_in_a_table(
    netwatch: Netwatch, outage: Household, tmp_path: Path
) -> None:
    said = netwatch("incident", "proof", "I-1")
    assert (said.code, said.err) == (0, "Nobody was told anything of it.\n")
    due = NoticeDue(
        at=OPENED,
        incident=ONE,
        audience=Audience.SUBSCRIBERS,
        channel=ChannelName("sms"),
        phase=Phase.CONFIRMED,
        purpose=Purpose.NOTICE,
        revision=1,
        recipients=("S-1", "S-2"),
    )
    first, second = keys_of(due)
    taken = NoticeSent(at=OPENED, keys=(first,), result=Result.ACCEPTED, detail="id 7")
    outage.remember([due, taken, NoticeRefused(at=OPENED, keys=(second,), detail="=1+1")])

    answer = netwatch("incident", "proof", "1", "--json").document
    assert [(row["recipient"], row["result"]) for row in answer["messages"]] == [
        ("S-1", "accepted"),
        ("S-2", "refused"),
    ]
    shown = netwatch("incident", "proof", "I-1").out
    assert "1 accepted, 1 refused" in shown
    assert "20:02:00" in shown  # in Warsaw

    table = tmp_path / "told.csv"
    assert netwatch("incident", "proof", "I-1", "--csv", str(table)).out == ""
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [(row["recipient"], row["result"], row["detail"]) for row in rows] == [
        ("S-1", "accepted", "id 7"),
        ("S-2", "refused", "'=1+1"),
    ]
    assert netwatch("incident", "proof", "I-1", "--csv", "-").out.startswith("incident,recipient,")


def test_a_proof_of_nothing_and_into_nowhere_says_what_is_wrong(
    netwatch: Netwatch, outage: Household, tmp_path: Path
) -> None:
    assert outage.told
    assert netwatch("incident", "proof", "I-99").code == 1
    both = netwatch("incident", "proof", "I-1", "--json", "--csv", "x.csv")
    assert both.code == 2
    assert "choose one" in both.err
    nowhere = netwatch("incident", "proof", "I-1", "--csv", str(tmp_path / "no" / "x.csv"))
    assert nowhere.code == 2
    assert "cannot be written" in nowhere.err


def test_taking_giving_promising_noting_and_ending_are_committed_before_they_are_told(
    netwatch: Netwatch, outage: Household
) -> None:
    told = [
        netwatch("incident", "ack", "I-1", "--note", "crew on the way"),
        netwatch("incident", "assign", "I-1", "marek"),
        netwatch("incident", "eta", "I-1", "2h"),
        netwatch("incident", "eta", "I-1", "none"),
        netwatch("incident", "cause", "I-1", "fibre"),
        netwatch("incident", "note", "I-1", "excavator", "at", "Polna 4"),
        netwatch("incident", "resolve", "I-1"),
    ]
    assert [done.code for done in told] == [0] * len(told)
    assert [type(fact).__name__ for fact in outage.told[4:]] == [
        "IncidentAcknowledged",
        "IncidentNoted",
        "IncidentAssigned",
        "EndExpected",
        "EndExpected",
        "CauseNamed",
        "IncidentNoted",
        "IncidentClosed",
    ]
    assert "I-1 is yours." in told[0].out
    shown = netwatch("incident", "show", "I-1").out
    assert "excavator at Polna 4" in shown
    assert "fibre (known)" in shown
    why = netwatch("why", "I-1").out
    assert "fibre, as " in why


def test_what_is_taken_back_is_closed_as_our_mistake(netwatch: Netwatch, outage: Household) -> None:
    done = netwatch("incident", "retract", "I-1", "--note", "a test of the backup line")
    assert done.code == 0
    assert "as our mistake" in done.out
    assert "took it back as our mistake" in netwatch("incident", "show", "I-1").out


@pytest.mark.parametrize(
    "words", [["merge", "I-1", "I-99"], ["split", "I-1", "device:nobody\x1b[2J"]]
)
def test_what_makes_no_sense_is_neither_merged_nor_split(
    netwatch: Netwatch, outage: Household, words: list[str]
) -> None:
    assert outage.told
    done = netwatch("incident", *words)
    assert (done.code, done.out) == (1, "")
    assert "\x1b" not in done.err


def test_a_command_may_answer_programs_with_its_facts(
    netwatch: Netwatch, outage: Household
) -> None:
    (fact,) = netwatch("incident", "assign", "I-1", "marek", "--json").document["facts"]
    assert (fact["fact"], fact["to"]) == ("IncidentAssigned", "marek")


@pytest.mark.parametrize("verb", ["show", "ack", "resolve"])
def test_an_incident_nobody_knows_is_a_no_with_the_way_to_the_others(
    netwatch: Netwatch, outage: Household, verb: str
) -> None:
    done = netwatch("incident", verb, "I-99")
    assert (done.code, done.out) == (1, "")
    assert "netwatch incident list" in done.err


HOSTILE = "eve\x1b[2J\x1b]0;owned\x07\n\u202enight\u2028 I-2 closed"


def test_what_strangers_wrote_is_no_order_to_a_terminal(
    netwatch: Netwatch, outage: Household
) -> None:
    told: list[Fact] = [
        IncidentAssigned(at=OPENED, incident=ONE, by=HOSTILE, to=HOSTILE),
        IncidentNoted(at=OPENED, incident=ONE, by=HOSTILE, text=HOSTILE),
    ]
    opened = outage.told[1]
    assert isinstance(opened, IncidentOpened)
    worse = replace(
        opened.diagnosis,
        root_cause=(ElementName(f"port:sw-1/{HOSTILE}"),),
        also_possible=(ElementName(HOSTILE),),
        areas=(AreaId(HOSTILE),),
        proof=replace(opened.diagnosis.proof, suspects=(ElementName(HOSTILE),)),
    )
    outage.remember([*told, IncidentRevised(at=OPENED, incident=ONE, diagnosis=worse)])
    outage.remember([PublishHeld(at=OPENED, by=HOSTILE, until=None)])

    for words in (["incident", "list"], ["incident", "show", "1"], ["why", "1"]):
        done = netwatch(*words)
        assert done.code == 0
        assert "eve?[2J" in done.out
        assert not set(done.out) & set("\x1b\x07\r\u202e\u2028")
        assert not any(line.startswith("night") for line in done.out.splitlines())
    assert not set(netwatch("publish", "status").out) & set("\x1b\x07\u202e\u2028")


def test_why_gives_counts_and_what_was_rejected(netwatch: Netwatch, outage: Household) -> None:
    answer = netwatch("why", "I-1", "--json").document
    assert (answer["for"], answer["of"], answer["against"]) == (8, 8, 0)
    assert answer["rejected"][0]["root_cause"] == ["device:core-1"]
    assert answer["also_possible"] == ["device:sw-1"]
    assert "rejected device:core-1: odds 2.1e-09 to 1" in netwatch("why", "I-1").out
    assert netwatch("why", "I-9").code == 1


def test_why_not_gives_a_reason_for_every_silence(netwatch: Netwatch, outage: Household) -> None:
    reasons = {
        name: netwatch("why-not", name, "--json").document["reason"]
        for name in ("core-1", "cpe-1", "moon-1")
    }
    assert reasons == {"core-1": "up", "cpe-1": "shadow", "moon-1": "unknown"}
    assert "netwatch why I-1" in netwatch("why-not", "cpe-1").out


def test_public_words_are_held_and_let_out_again(netwatch: Netwatch, household: Household) -> None:
    before = netwatch("publish", "status", "--json").document
    assert (before["mode"], before["held_until"], before["by"]) == ("shadow", None, None)
    assert netwatch("publish", "resume").code == 1
    held = netwatch("publish", "hold", "--for", "1h")
    assert held.code == 0
    assert "netwatch publish resume" in held.out
    status = netwatch("publish", "status", "--json").document
    assert status["held_until"] is not None
    assert status["by"]
    assert netwatch("publish", "resume").code == 0
    assert netwatch("publish", "status", "--json").document["by"] is None
    assert netwatch("publish", "hold", "--for", "ever").code == 2
    assert "until somebody resumes" in netwatch("publish", "hold").out
    assert "held by" in netwatch("publish", "status").out


ASKS_ONE = PublicRule(channel=ChannelName("facebook"), phase=Phase.CONFIRMED, one_person_above=0)
ASKS_TWO = replace(ASKS_ONE, two_people_above=1)


def test_what_waits_for_a_person_is_listed_with_its_words_and_approved(
    netwatch: Netwatch, outage: Household
) -> None:
    assert netwatch("publish", "approvals").out == "nothing waits for anybody\n"
    outage.wait_for_people(ASKS_ONE)
    (row,) = netwatch("publish", "approvals", "--json").document["approvals"]
    assert (row["approval"], row["incident"], row["channel"]) == ("A-1", "I-1", "facebook")
    assert (row["recipients"], row["people"], row["then"]) == (7, 1, "dropped")
    shown = netwatch("publish", "approvals").out
    assert "Outage: Polna" in shown
    assert "netwatch publish approve A-1" in shown

    done = netwatch("publish", "approve", "1")
    assert (done.code, done.err) == (0, "")
    assert "its words go" in done.out
    again = netwatch("publish", "approve", "a-1")
    assert again.code == 1
    assert "A-1 was approved by" in again.err


def test_the_second_approval_has_to_come_from_another_person(
    netwatch: Netwatch, outage: Household
) -> None:
    outage.wait_for_people(ASKS_TWO)
    assert "another person has to" in netwatch("publish", "approve", "A-1").out
    again = netwatch("publish", "approve", "A-1")
    assert again.code == 4
    assert "it needs another person's as well" in again.err


def test_a_no_is_a_no_and_an_unknown_number_is_told(netwatch: Netwatch, outage: Household) -> None:
    outage.wait_for_people(ASKS_ONE)
    assert netwatch("publish", "refuse", "A-1", "--json").document["state"] == "refused"
    late = netwatch("publish", "approve", "A-1")
    assert (late.code, "it is not said" in late.err) == (1, True)
    unknown = netwatch("publish", "approve", "A-77")
    assert (unknown.code, "netwatch publish approvals" in unknown.err) == (1, True)


def test_a_situation_is_begun_and_ended_by_hand(netwatch: Netwatch, outage: Household) -> None:
    begun = netwatch("publish", "situation", "start", "--json").document
    assert (begun["situation"], begun["incidents"]) == ("U-1", ["I-1"])
    assert "U-1: 1 outages" in netwatch("publish", "status").out
    ended = netwatch("publish", "situation", "end")
    assert (ended.code, "U-1 is ended" in ended.out) == (0, True)
    assert netwatch("publish", "status", "--json").document["situation"] is None
    assert netwatch("publish", "situation", "end").code == 1
