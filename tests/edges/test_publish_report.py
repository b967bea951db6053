"""`netwatch publish report`, as a person and as the Monday timer call it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.journal.journal import Journal
from netwatch.model.facts import IncidentClosed, Phase, Withheld
from netwatch.service.clock import machine_time
from tests.edges.receiver import Receiver, receiver
from tests.edges.service_house import SETTINGS, House
from tests.unit.views.tales import MINUTE, ONE, due, opened, restored, sent


@pytest.fixture(scope="module")
def duty() -> Iterator[Receiver]:
    with receiver() as far_end:
        yield far_end


@pytest.fixture(scope="module")
def house(module_tmp_quick: Path, duty: Receiver) -> Iterator[House]:
    """A service with an outage in its journal, told in shadow, over since yesterday."""
    url = f'[channels.duty]\nurl = "{duty.url}"\n'
    house = House(module_tmp_quick, SETTINGS + url)
    house.state.mkdir()
    at = machine_time() - timedelta(days=1)
    said = due(at=at, withheld=Withheld.SHADOW)
    over = due(Phase.RESTORED, at=at + 30 * MINUTE, withheld=Withheld.SHADOW)
    book = Journal.open(house.state / "journal.db")
    book.append([opened(at=at), said, sent(said, at), restored(at=at + 30 * MINUTE), over])
    book.append([IncidentClosed(at=at + 31 * MINUTE, incident=ONE)])
    book.close()
    try:
        house.start()
        yield house
    finally:
        house.end()


def test_a_week_in_shadow_is_read_in_sentences_and_tables(house: House) -> None:
    done = house.run("publish", "report")
    assert done.returncode == 0, done.stderr
    assert "the public would have been told of 1 incident." in done.stdout
    assert "1 right, 0 wrong." in done.stdout
    assert "I-1" in done.stdout


def test_programs_get_one_document(house: House) -> None:
    answer = json.loads(house.run("publish", "report", "--since", "2d", "--json").stdout)
    assert (answer["told"], answer["right"]) == (1, 1)
    assert answer["incidents"][0]["incident"] == "I-1"
    hour = json.loads(house.run("publish", "report", "--since", "1h", "--json").stdout)
    assert hour["told"] == 0


def test_a_page_is_written_where_it_is_wanted(house: House) -> None:
    page = house.folder / "report.html"
    assert house.run("publish", "report", "--html", str(page)).returncode == 0
    assert "<h1>Dolina" in page.read_text()
    nowhere = house.run("publish", "report", "--html", str(house.folder / "no" / "report.html"))
    assert nowhere.returncode == 3
    assert "cannot be written" in nowhere.stderr


def test_the_staff_gets_its_sums(house: House, duty: Receiver) -> None:
    done = house.run("publish", "report", "--send")
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == ("", "the report went to the staff by duty\n")
    (body,) = duty.bodies
    assert body["title"] == "Dolina: what the public was told"
    assert "1 right, 0 wrong." in body["message"]


def test_what_makes_no_sense_is_refused(house: House) -> None:
    for words in (("--since", "soon"), ("--json", "--html", "x.html")):
        done = house.run("publish", "report", *words)
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr


def test_without_anybody_to_tell_it_says_so(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.start()
    try:
        done = house.run("publish", "report", "--send")
    finally:
        house.end()
    assert done.returncode == 3
    assert "no [channels.duty]" in done.stderr
