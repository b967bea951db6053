"""A record that outages contradict is asked about, in words, until somebody speaks for it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.intake.door import NobodyHomeError
from netwatch.inventory.places.place import Doubt, Place
from netwatch.inventory.places.questions import Question
from netwatch.inventory.places.store import Answer, PlaceStore
from netwatch.model.diagnosis import Diagnosis
from netwatch.model.evidence import Proof
from netwatch.model.facts import Fact, IncidentOpened, IncidentRevised
from netwatch.model.names import ElementName, IncidentId, SubscriberId
from netwatch.model.terms import Cause, IncidentKind
from netwatch.service.placing import Night, run_reconcile, take_answer
from netwatch.service.settings import Settings, load_settings
from tests.unit.inventory.places.town import NIGHT, line, onu, said, serial, shown

INVENTORY = """
vantage: sw-1
devices:
  - {id: sw-1, kind: switch, address: 127.20.0.2}
  - {id: olt-1, kind: olt, address: 127.20.0.3, uplink: [sw-1]}
  - {id: s7, kind: splitter, uplink: ["olt-1:0/1/3"]}
  - {id: cpe-9, kind: cpe, address: 127.20.0.9, uplink: [sw-1]}
"""
MORNING = NIGHT + timedelta(hours=5)
EVENING = shown(*map(onu, range(1, 12)))
LINES = [line(0, onu_serial=""), *(line(number) for number in range(1, 12))]


def outage(number: int, *suspects: str, down: tuple[str, ...] = ()) -> IncidentOpened:
    """Return an outage in which these records did not fit."""
    return IncidentOpened(
        at=NIGHT + timedelta(hours=number),
        incident=IncidentId(f"I-{number}"),
        since=NIGHT,
        diagnosis=Diagnosis(
            kind=IncidentKind.OUTAGE,
            cause=Cause.FIBRE,
            root_cause=(ElementName("device:s7"),),
            confidence=0.99,
            subscribers=tuple(map(SubscriberId, down)),
            proof=Proof(
                silent=31, asked=32, answering=1, suspects=tuple(map(ElementName, suspects))
            ),
        ),
    )


class Town:
    """A small provider that reconciles whenever it is told to."""

    def __init__(self, folder: Path) -> None:
        (folder / "inventory").mkdir()
        (folder / "inventory" / "a.yaml").write_text(INVENTORY)
        self.config = folder / "netwatch.toml"
        self.config.write_text('state = "state"\ninventory = "inventory"\n')
        self.settings: Settings = load_settings(self.config)
        self.journal: list[Fact] = []

    def decided(self, after: int) -> Iterator[tuple[int, Fact]]:
        return (pair for pair in enumerate(self.journal, 1) if pair[0] > after)

    def run(self) -> Night:
        return run_reconcile(
            self.settings, self.config, MORNING, extracts=[said(*LINES)], sightings=EVENING,
            decided=self.decided,
        )  # fmt: skip

    def suspects(self) -> list[Question]:
        questions = self.run().outcome.questions
        return [one for one in questions if one.id.startswith("suspect")]

    def place(self, key: str) -> Place:
        places = PlaceStore(self.settings.state).places()
        return next(one for one in places if one.line == key)

    def answer(self, question: Question, word: str) -> None:
        take_answer(self.settings, question.id, word, "ewa", MORNING)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path)
    assert town.run().standing.coverage.placed == len(LINES)
    return town


SUSPECT = f"device:onu-{serial(5).lower()}"


def test_a_contradicted_record_is_asked_about_in_words_and_is_doubted(town: Town) -> None:
    town.journal.append(outage(1, SUSPECT))
    (asked,) = town.suspects()
    assert (asked.id, asked.owner, asked.answers) == (
        "suspect|billing/N5|I-1", "network", ("keep", "DEVICE"),
    )  # fmt: skip
    assert asked.text == (
        "Does billing/N5 hang on olt-1 0/1/1 HWTC00000006? An outage says otherwise: in I-1 "
        "(2026-11-14 03:00 UTC) 31 of 32 asked below device:s7 were silent, and it went on "
        "answering. Answer keep, or the device (a splitter, an OLT) that it hangs on."
    )
    assert Doubt.OUTAGE in town.place("N5").doubts
    assert town.suspects() == [asked]


def test_outages_add_up_and_one_told_again_counts_once(town: Town) -> None:
    first = outage(1, SUSPECT, down=("S5",))
    again = IncidentRevised(at=first.at, incident=first.incident, diagnosis=first.diagnosis)
    town.journal += [first, again, outage(2, SUSPECT)]
    (asked,) = town.suspects()
    assert asked.id == "suspect|billing/N5|I-1+I-2"
    assert "2 outages say otherwise" in asked.text
    assert "it fell in the same moment" in asked.text


def test_a_record_that_was_kept_needs_more_than_one_further_outage(town: Town) -> None:
    town.journal.append(outage(1, SUSPECT))
    town.answer(town.suspects()[0], "keep")
    assert town.suspects() == []
    assert Doubt.OUTAGE not in town.place("N5").doubts
    town.journal.append(outage(2, SUSPECT))
    assert town.suspects() == []
    town.journal.append(outage(3, SUSPECT))
    assert [one.id for one in town.suspects()] == ["suspect|billing/N5|I-2+I-3"]


def test_an_answer_moves_a_line_of_which_only_the_records_spoke(town: Town) -> None:
    """N0 is on port 0/1/0 by the records alone; somebody found it on the splitter of 0/1/3."""
    town.answer(contradicted(town, "N0"), "s7")
    moved = [one for one in town.run().outcome.changes if one.line == "N0"]
    assert [(one.kind, one.after and one.after.port) for one in moved] == [("moved", "0/1/3")]
    assert town.suspects() == []
    assert town.run().outcome.changes == ()


def test_gear_of_the_inventory_is_corrected_there(town: Town) -> None:
    town.journal.append(outage(1, "device:cpe-9", "device:nobody", "link:x"))
    (asked,) = town.suspects()
    assert (asked.id, asked.answers) == ("suspect|device:cpe-9|I-1", ("keep", "known"))
    town.answer(asked, "known")
    assert town.suspects() == []


def test_the_journal_is_read_on_and_a_new_one_from_its_start(town: Town) -> None:
    town.journal += [outage(1), outage(2), outage(3, SUSPECT)]
    assert len(town.suspects()) == 1
    town.journal[:] = [outage(4, f"device:onu-{serial(6).lower()}")]
    assert len(town.suspects()) == 2


def test_without_a_service_nothing_is_lost(town: Town) -> None:
    town.journal.append(outage(1, SUSPECT))
    (asked,) = town.suspects()

    def nobody(_: int) -> Iterator[tuple[int, Fact]]:
        raise NobodyHomeError("nobody")

    told: list[str] = []
    night = run_reconcile(
        town.settings, town.config, MORNING, kept=True, decided=nobody, tell=told.append
    )
    assert asked in night.outcome.questions
    assert any("learnt the next time" in one for one in told)


def contradicted(town: Town, key: str) -> Question:
    """Have an outage contradict this line; return what is asked."""
    store = PlaceStore(town.settings.state)
    town.journal.append(outage(9, SUSPECT))
    town.run()
    docket = store.docket()
    about = replace(docket.suspicions[0], about=f"billing/{key}")
    store.keep_docket(replace(docket, suspicions=(about,)))
    town.journal[:] = [outage(9)]
    (asked,) = town.suspects()
    return asked


def test_an_answer_that_nobody_may_give_is_refused(town: Town) -> None:
    town.journal.append(outage(1, SUSPECT))
    (asked,) = town.suspects()
    with pytest.raises(Exception, match="is no answer"):
        take_answer(town.settings, asked.id, "olt-99", "ewa", MORNING)
    PlaceStore(town.settings.state).answer(
        Answer(question=asked.id, answer="rubbish|x", by="ewa", at=MORNING)
    )
    assert town.run().outcome.places
