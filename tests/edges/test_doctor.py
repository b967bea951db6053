"""netwatch doctor on this very machine."""

import json
from pathlib import Path

from tests.edges.service_house import House


def test_every_answer_has_its_four_fields_and_a_running_service_is_seen(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.start()
    try:
        answer = house.run("doctor", "--json")
    finally:
        house.end()
    verdicts = json.loads(answer.stdout)
    assert all(set(one) == {"name", "state", "text", "remedy"} for one in verdicts)
    by_name = {one["name"]: one for one in verdicts}
    assert by_name["service"]["state"] == "ok"
    assert by_name["state"]["state"] == "ok"
    assert by_name["configuration"]["state"] in ("ok", "warning")
    failed = [one for one in verdicts if one["state"] == "fail"]
    assert answer.returncode == (1 if failed else 0)


def test_people_read_a_line_and_its_remedy(tmp_path: Path) -> None:
    house = House(tmp_path)
    answer = house.run("doctor")
    assert "no service answers" in answer.stdout
    assert "systemctl start netwatch" in answer.stdout
