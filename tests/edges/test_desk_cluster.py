"""netwatch desk cluster, against a service that runs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from netwatch.model.facts import IncidentOpened
from tests.edges.service_house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.start()
    yield house
    house.end()


def clusters(house: House) -> list[dict[str, object]]:
    answer = json.loads(house.run("desk", "cluster", "list", "--json").stdout)
    rows: list[dict[str, object]] = answer["clusters"]
    return rows


def test_reports_of_one_place_are_listed_and_a_person_says_what_it_is(house: House) -> None:
    for n in range(4):
        house.door.call("report", subscriber=f"S-{n}")
    house.until(lambda: bool(house.door.call("clusters")["clusters"]))

    (one,) = clusters(house)
    shown = house.run("desk", "cluster", "list")
    assert (one["cluster"], one["lines"]) == ("C-1", 10)
    assert "C-1" in shown.stdout
    assert "of 10 lines" in shown.stdout

    rubbish = house.run("desk", "cluster", "confirm", "\x1b[2J; DROP")
    nobody = house.run("desk", "cluster", "dismiss", "C-99")
    yes = house.run("desk", "cluster", "confirm", "1", "--json")
    again = house.run("desk", "cluster", "dismiss", "C-1")

    assert (rubbish.returncode, nobody.returncode, yes.returncode, again.returncode) == (1, 1, 0, 1)
    assert "\x1b" not in rubbish.stderr
    assert "netwatch desk cluster list" in nobody.stderr
    assert [row["fact"] for row in json.loads(yes.stdout)["facts"]][:2] == [
        "IncidentOpened",
        "ClusterConfirmed",
    ]
    (opened,) = [fact for fact in house.facts() if isinstance(fact, IncidentOpened)]
    assert len(opened.diagnosis.subscribers) == 10
    assert clusters(house)[0]["incident"] == opened.incident
