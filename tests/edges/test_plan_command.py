"""netwatch plan on the sample and on a spoilt copy of it, as an operator runs it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.edges import warm

HERE = Path(__file__).parents[2]


def plan(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return warm.run("plan", *arguments, timeout=240)


def answer(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_sample_has_no_defects() -> None:
    done = plan("--inventory", str(HERE / "inventory"), "--rules", str(HERE / "rules"), "--json")

    found = answer(done)
    assert done.returncode == 0, done.stderr
    assert found["defects"] == []
    assert found["elements"] == found["tried"]["single"] > 900
    assert "no defects" in done.stderr


def test_a_defect_is_told_with_its_place_and_the_way_out(tmp_path: Path) -> None:
    inventory, rules = tmp_path / "inventory", tmp_path / "rules"
    shutil.copytree(HERE / "inventory", inventory)
    ring = inventory / "ring.yaml"
    was = '{id: l-agg-2-agg-3, ends: ["agg-2:xe-0/0/2", "agg-3:xe-0/0/1"]}'
    text = ring.read_text()
    assert was in text
    ring.write_text(text.replace(was, f"{was[:-1]}, risks: [duct-polna]}}"))

    page = tmp_path / "plan.html"
    done = plan("--inventory", str(inventory), "--json", "--html", str(page))

    (defect,) = answer(done)["defects"]
    assert done.returncode == 1
    assert (defect["kind"], defect["element"]) == ("shared-risk", "risk:duct-polna")
    assert defect["path"] == str(ring)
    assert "duct-polna" in ring.read_text().splitlines()[defect["line"] - 1]
    assert defect["subscribers"] == 60
    assert page.read_text().count("<svg") == 2

    (rules / "plan").mkdir(parents=True)
    (rules / "plan" / "known.yaml").write_text(
        "accepted:\n  - {id: polna, kind: shared-risk, element: 'risk:duct-polna', "
        "why: a second way comes, until: 2999-01-01}\n"
    )
    lived_with = plan("--inventory", str(inventory), "--rules", str(rules), "--json")

    assert lived_with.returncode == 0
    assert [one["element"] for one in answer(lived_with)["accepted"]] == ["risk:duct-polna"]


def test_files_that_cannot_be_used_are_told_with_their_mistakes(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text("devices:\n  - {id: sw-1, kind: swich}\n")

    done = plan("--inventory", str(tmp_path))

    assert done.returncode == 2
    assert "net.yaml:2" in done.stderr
    assert done.stdout == ""


def test_an_area_without_a_name_is_told_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(
        "vantage: core-1\n"
        "areas:\n"
        "  - {id: mill}\n"
        "  - {id: hill, name: hill}\n"
        "devices:\n"
        "  - {id: core-1, kind: router, address: 127.20.0.1}\n"
    )

    done = plan("--inventory", str(tmp_path), "--json")

    (defect,) = answer(done)["defects"]
    assert (defect["kind"], defect["element"], defect["line"]) == ("no-words", "area:mill", 3)
