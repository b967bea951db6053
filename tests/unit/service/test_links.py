"""A link is good for one act of one person, once, and nobody else can make one."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.intake.doorkeeper import Brought, RefusedError
from netwatch.intake.links import Act, Link, link_of, token_of
from netwatch.model.arrivals import Acknowledge, Approve, Command, Hold, Refuse
from netwatch.model.facts import Phase, Purpose
from netwatch.model.names import ApprovalId, IncidentId, TaskId
from netwatch.model.tasking import FinishTask
from netwatch.service.links import LASTS, Links, sealing_key
from tests.unit.views.tales import MINUTE, NIGHT, alert, due

KEY = b"k" * 32
LINK = Link(act=Act.HOLD, person="on-call", subject="I-7", expires=NIGHT)
IDS = st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True)


@dataclass
class Hands:
    """A clock that the test moves."""

    at: datetime = NIGHT

    def now(self) -> datetime:
        return self.at


@dataclass
class Desk:
    """Takes commands; says no when told to."""

    brought: list[Command] = field(default_factory=list)
    refuses: str = ""

    async def bring(self, command: Command) -> Brought:
        self.brought.append(command)
        return Brought(refused=self.refuses)


@given(st.sampled_from(Act), IDS, IDS, st.integers(0, 2**33))
def test_a_token_says_what_it_was_made_for(act: Act, who: str, what: str, at: int) -> None:
    expires = datetime.fromtimestamp(at, NIGHT.tzinfo)
    link = Link(act=act, person=who, subject=what, expires=expires)
    assert link_of(KEY, token_of(KEY, link)) == link
    assert link_of(b"x" * 32, token_of(KEY, link)) is None


@given(st.integers(0, 60), st.characters(codec="ascii"))
def test_a_token_of_which_one_letter_is_changed_is_nobodys(at: int, letter: str) -> None:
    token = token_of(KEY, LINK)
    changed = token[:at] + letter + token[at + 1 :]
    assert changed == token or link_of(KEY, changed) is None


@given(st.text(max_size=300))
def test_whatever_else_is_sent_is_no_link(token: str) -> None:
    assert link_of(KEY, token) is None


def test_pressed_once_it_does_what_it_says_in_that_persons_name(tmp_path: Path) -> None:
    desk, clock = Desk(), Hands()
    links = Links(tmp_path, "https://ask.example/", KEY, clock, desk.bring)
    have, stop = _tokens(links.afterword(alert(), "on-call"))

    shown = asyncio.run(links.ask({"token": stop}, "netwatch-web"))
    assert shown == {
        "does": "stop all public words for one hour", "person": "on-call", "done": False,
    }  # fmt: skip
    assert desk.brought == []

    assert asyncio.run(links.ask({"token": stop, "press": True}, ""))["done"] is True
    asyncio.run(links.ask({"token": have, "press": True}, ""))
    assert desk.brought == [
        Hold(at=NIGHT, by="on-call", lasts=timedelta(hours=1)),
        Acknowledge(at=NIGHT, incident=IncidentId("I-1"), by="on-call"),
    ]
    for again in (links, Links(tmp_path, "https://ask.example/", KEY, clock, desk.bring)):
        with pytest.raises(RefusedError, match="used already"):
            asyncio.run(again.ask({"token": stop, "press": True}, ""))
    assert len(desk.brought) == 2


def test_a_link_that_grew_old_or_was_refused_does_nothing(tmp_path: Path) -> None:
    desk, clock = Desk(refuses="I-1 is closed"), Hands()
    links = Links(tmp_path, "https://ask.example", KEY, clock, desk.bring)
    have, _ = _tokens(links.afterword(alert(), "on-call"))
    with pytest.raises(RefusedError, match="I-1 is closed"):
        asyncio.run(links.ask({"token": have, "press": True}, ""))
    desk.refuses = ""
    clock.at += LASTS + MINUTE
    with pytest.raises(RefusedError, match="too old"):
        asyncio.run(links.ask({"token": have, "press": True}, ""))
    assert len(desk.brought) == 1


def test_links_stand_where_there_is_something_to_do_and_nowhere_else(tmp_path: Path) -> None:
    links = Links(tmp_path, "https://ask.example", KEY, Hands(), Desk().bring)
    assert links.afterword(due(Phase.CONFIRMED), "public") == ""
    assert links.afterword(alert(purpose=Purpose.UPDATE), "on-call") == ""
    asked = alert(incident=None, subject="A-3", purpose=Purpose.APPROVAL)
    assert [line.partition(":")[0] for line in links.afterword(asked, "on-call").splitlines()] == [
        "yes", "no",
    ]  # fmt: skip


def test_who_is_asked_whether_words_may_go_answers_with_one_tap(tmp_path: Path) -> None:
    desk = Desk()
    links = Links(tmp_path, "https://ask.example", KEY, Hands(), desk.bring)
    asked = alert(incident=None, subject="A-3", purpose=Purpose.APPROVAL)
    for person, answer in (("ewa", 0), ("marek", 1)):
        token = _tokens(links.afterword(asked, person))[answer]
        asyncio.run(links.ask({"token": token, "press": True}, ""))
    name = ApprovalId("A-3")
    assert desk.brought == [
        Approve(at=NIGHT, approval=name, by="ewa (by link)"),
        Refuse(at=NIGHT, approval=name, by="marek"),
    ]  # fmt: skip


def test_the_key_stays_between_runs_and_is_private(tmp_path: Path) -> None:
    key = sealing_key(tmp_path)
    assert len(key) == 32
    assert sealing_key(tmp_path) == key
    assert (tmp_path / "links" / "key").stat().st_mode & 0o077 == 0


def test_a_link_for_customers_is_none_for_the_staff(tmp_path: Path) -> None:
    links = Links(tmp_path, "https://ask.example", KEY, Hands(), Desk().bring)
    leave = Link(act=Act.LEAVE, person="mail", subject="S-1", expires=NIGHT + MINUTE)
    with pytest.raises(RefusedError, match="not made here"):
        asyncio.run(links.ask({"token": token_of(KEY, leave), "press": True}, ""))


def _tokens(afterword: str) -> list[str]:
    return [line.rpartition("/go/")[2] for line in afterword.splitlines()]


def test_a_message_about_tasks_has_a_link_that_ends_each(tmp_path: Path) -> None:
    desk, clock = Desk(), Hands()
    links = Links(tmp_path, "https://ask.example/", KEY, clock, desk.bring)
    message = replace(alert(), purpose=Purpose.TASK, subject="tasks", detail="I-1.6 I-1.7")
    words = links.afterword(message, "ewa")
    assert [line.partition(":")[0] for line in words.splitlines()] == ["I-1.6 done", "I-1.7 done"]

    first, _ = _tokens(words)
    asyncio.run(links.ask({"token": first, "press": True}, ""))
    assert desk.brought == [FinishTask(at=NIGHT, task=TaskId("I-1.6"), by="ewa")]


def test_it_leads_to_the_page_of_its_incident_where_the_staff_has_pages(tmp_path: Path) -> None:
    links = Links(
        tmp_path, "https://ask.example", KEY, Hands(), Desk().bring, office="https://desk.example/"
    )
    have, _ = _tokens(links.afterword(alert(), "on-call"))
    shown = asyncio.run(links.ask({"token": have}, "netwatch-web"))
    assert shown["page"] == "https://desk.example/incident/I-1"
