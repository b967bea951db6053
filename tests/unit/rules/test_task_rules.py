"""Playbooks: those that ship are whole, and the operator's replace them piece by piece."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netwatch.delivery.wording_names import TASK_NAMES
from netwatch.delivery.wording_sandbox import flaws
from netwatch.model.facts import Cause, IncidentKind
from netwatch.response.playbooks import About, TaskRules
from netwatch.rules.reader import read_rules

NIGHT = datetime(2026, 11, 14, 19, 2, tzinfo=UTC)
WORDS = 'words: {en: "Do it"}'
RING = f"""\
tasks:
  - {{id: a, role: desk, needs: [b], {WORDS}}}
  - {{id: b, role: desk, needs: [a], {WORDS}}}
playbooks: [{{id: p, tasks: [a, b]}}]
"""


def rules(tmp_path: Path, text: str) -> TaskRules:
    """Return the tasks of a directory with one file of response/."""
    found = reading(tmp_path, text)
    assert found.rulebook is not None, found.findings
    return found.rulebook.stages.response.tasks


def reading(tmp_path: Path, text: str):  # type: ignore[no-untyped-def]
    """Read a directory with one file of response/."""
    folder = tmp_path / "response"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return read_rules(tmp_path)


def plan_of(tasks: TaskRules, cause: Cause, kind: IncidentKind = IncidentKind.OUTAGE) -> str:
    """Return which playbook an incident of a hundred people gets."""
    about = About(cause=cause, kind=kind, people=100, since=NIGHT)
    book = tasks.choose(about, NIGHT)
    assert book is not None
    return book.id


def shipped() -> TaskRules:
    """Return the tasks that ship."""
    book = read_rules(None).rulebook
    assert book is not None
    return book.stages.response.tasks


def test_there_is_a_plan_for_every_cause_and_every_kind() -> None:
    tasks = shipped()
    for cause in Cause:
        assert plan_of(tasks, cause)
    for kind in IncidentKind:
        assert plan_of(tasks, Cause.UNKNOWN, kind)
    assert plan_of(tasks, Cause.FIBRE) == "fibre"
    assert plan_of(tasks, Cause.FIBRE, IncidentKind.DEGRADED) == "degraded"


def test_the_words_that_ship_are_sound_and_both_languages_have_them() -> None:
    tasks = shipped()
    used = {name for book in tasks.playbooks for name in book.tasks}
    assert used == set(tasks.tasks)
    for task in tasks.tasks.values():
        assert set(task.words) == {"en", "pl"}
        for text in task.words.values():
            assert flaws(text, TASK_NAMES) == ()


def test_one_task_is_replaced_and_all_else_stays(tmp_path: Path) -> None:
    text = f"tasks:\n  - {{id: send-splicers, role: field, order: crew, within: 5m, {WORDS}}}\n"
    tasks = rules(tmp_path, text)
    assert tasks.tasks["send-splicers"].within == timedelta(minutes=5)
    assert tasks.tasks["find-break"] == shipped().tasks["find-break"]
    assert tasks.playbooks == shipped().playbooks


def test_a_plan_of_the_operators_own_holds_over_one_that_names_as_much(tmp_path: Path) -> None:
    text = "playbooks:\n  - {id: ours, kinds: [outage], causes: [fibre], tasks: [take-it]}\n"
    assert plan_of(rules(tmp_path, text), Cause.FIBRE) == "ours"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (f"tasks: [{{id: a, role: fild, {WORDS}}}]", "there is no role 'fild'"),
        (f"tasks: [{{id: a, role: netwatch, {WORDS}}}]", "there is no role 'netwatch'"),
        (f"tasks: [{{id: a, role: desk, needs: [b], {WORDS}}}]", "'a' needs 'b', which is no task"),
        (
            RING,
            "these wait for each other: a -> b -> a",
        ),
        (
            f"tasks: [{{id: a, role: desk, only_if: [told], unless: [told], {WORDS}}}]",
            "'a' is never given: only if told, and not if told",
        ),
        (
            f"tasks: [{{id: a, role: desk, order: crew, only_if: [restored], {WORDS}}}]",
            "'a' is never given: nothing of crew is when it works again",
        ),
        ("tasks: [{id: a, role: desk}]", "'words' is missing here"),
        ("tasks: [{id: a, role: desk, words: {}}]", "'words'"),
        ('tasks: [{id: a, role: desk, words: {en: "{{ nonsense }}"}}]', "no value 'nonsense'"),
        ("playbooks: [{id: p, tasks: [tak-it]}]", "there is no task 'tak-it'"),
        ("chasing: {crew_waits: 2m}", "'crew_waits' is at most 60s"),
        (
            f"tasks: [{{id: a, role: desk, least_people: 9, most_people: 3, {WORDS}}}]",
            "it never applies",
        ),
    ],
)
def test_what_cannot_be_done_is_told_with_its_place(tmp_path: Path, text: str, wrong: str) -> None:
    found = reading(tmp_path, text)
    assert found.rulebook is None
    told = [finding for finding in found.findings if wrong in finding.wrong]
    assert told, [finding.wrong for finding in found.findings]
    assert told[0].place.line >= 1
