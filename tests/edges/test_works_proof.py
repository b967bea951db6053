"""Works are planned at the door of a real service; who was told of them can be shown afterwards."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edges.receiver import Plan, receiver
from tests.edges.service_house import SETTINGS, House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with receiver(Plan(status=200)) as state:
        house = House(
            tmp_path,
            SETTINGS.replace("[polling]", '[publishing]\nmode = "full"\n[polling]')
            + f'[website]\ndirectory = "page"\n[channels.duty]\nurl = "{state.url}"\n',
        )
        yield house
        house.end()


def test_the_page_of_planned_works_is_proven(house: House) -> None:
    house.start()
    planned = house.run("maintenance", "add", "sw-1", "--from", "2h", "--for", "1h", "--json")
    assert planned.returncode == 0, planned.stderr
    name = json.loads(planned.stdout)["id"]

    def shown() -> bool:
        proof = house.run("maintenance", "proof", name, "--json")
        assert proof.returncode == 0, proof.stderr
        answer = json.loads(proof.stdout)
        assert answer["maintenance"] == name
        return [(row["channel"], row["result"]) for row in answer["messages"]] == [
            ("website", "accepted")
        ]

    house.until(shown)
    table = house.run("maintenance", "proof", name.lower(), "--csv", "-")
    (row,) = csv.DictReader(io.StringIO(table.stdout))
    assert (row["recipient"], row["phase"], row["incident"]) == ("public", "planned", "")
    assert "planned" in house.run("maintenance", "proof", name).stdout
    unknown = house.run("maintenance", "proof", "M-99")
    assert unknown.returncode == 1
    assert "there are no works M-99" in unknown.stderr
