"""The staff's pages over HTTP: who comes in, who may do what, what nobody makes them do."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from netwatch.model.facts import (
    ApprovalGiven,
    EndExpected,
    Fact,
    IncidentAcknowledged,
    IncidentClosed,
    IncidentNoted,
    PublishHeld,
)
from netwatch.service.accounts.sessions import LASTS
from tests.edges.office_house import DEADLINE_S, HOSTILE, PASSWORD, PHONE, Browser, Office, office

INCIDENT = "/incident/I-1"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office")) as one:
        yield one


@pytest.fixture(autouse=True)
def staffed(here: Office) -> None:
    """Give everybody an account, and back the tries that a test before used up."""
    here.staffed()
    here.script.at += timedelta(minutes=3)


def facts_of(here: Office, kind: type[Fact]) -> list[Any]:
    return [fact for _, fact in here.door.facts() if isinstance(fact, kind)]


def test_one_person_with_two_accounts_is_one_person(here: Office) -> None:
    ewa, too, jan = here.browser("ewa"), here.browser("ewa-too"), here.browser("jan")
    assert "A-1" in ewa.get(INCIDENT)[2]
    assert ewa.follow(INCIDENT, do="approve", approval="A-1")[0] == 200
    status, text = too.follow(INCIDENT, do="approve", approval="A-1")
    assert status == 409
    assert "another person" in text
    assert len(facts_of(here, ApprovalGiven)) == 1
    assert jan.follow(INCIDENT, do="approve", approval="A-1")[0] == 200
    assert [one.by for one in facts_of(here, ApprovalGiven)] == ["ewa", "jan"]


def test_without_an_account_the_pages_say_how_to_make_one_and_stay_shut(here: Office) -> None:
    here.book.path.unlink()
    stranger = here.browser()
    status, _, text = stranger.get("/login")
    assert status == 200
    assert "netwatch account add NAME" in text
    assert 'type="password"' not in text
    for path in ("/desk", "/incidents", INCIDENT):
        status, headers, _ = stranger.get(path)
        assert (status, headers["location"]) == (303, f"/login?next={path}")
    assert "I-1" in stranger.get("/")[2], "the console is read as before"


def test_who_logs_in_comes_to_their_page_and_the_cookie_is_no_scripts(here: Office) -> None:
    browser = here.browser()
    browser.get("/login?next=/incident/I-1")
    status, headers, _ = browser.send("/login", name="ewa", password=PASSWORD, next=INCIDENT)
    assert (status, headers["location"]) == (303, INCIDENT)
    status, headers, text = browser.get(INCIDENT)
    assert status == 200
    assert "Ewa Lis" in text
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"

    browser.get("/login")
    _, headers, _ = browser.send("/login", name="magda", password=PASSWORD, next="//evil.example")
    assert headers["location"] == "/desk"
    given = headers["set-cookie"].lower()
    assert "httponly" in given
    assert "samesite=lax" in given


def test_all_failures_look_alike_and_then_the_door_stays_shut_for_a_while(here: Office) -> None:
    said = set()
    for name, password in (("ewa", "wrong"), ("nobody", "wrong"), ("ewa", ""), ("", "x" * 200)):
        browser = here.browser()
        browser.get("/login")
        status, _, text = browser.send("/login", name=name or "jan", password=password)
        said.add((status, text.partition("</h1>")[2].partition("<form")[0]))
    assert len(said) == 1

    browser = here.browser()
    browser.get("/login")
    tries = [browser.send("/login", name="tomas", password=f"guess {n}")[0] for n in range(12)]
    assert tries[:5] == [403] * 5
    assert set(tries[5:]) == {429}
    assert browser.send("/login", name="tomas", password=PASSWORD)[0] == 429


def test_a_forged_form_does_nothing(here: Office) -> None:
    ewa, jan = here.browser("ewa"), here.browser("jan")
    before = len(facts_of(here, IncidentNoted))
    for form in ("", "0" * 40, jan.form, ewa.form[:-1], "\u0142"):
        forged = Browser(here.port, dict(ewa.cookies), form)
        assert forged.send(INCIDENT, do="note", note="forged")[0] == 403
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        forged = Browser(here.port, dict(ewa.cookies), ewa.form, headers)
        assert forged.send(INCIDENT, do="note", note="forged")[0] == 403
    assert Browser(here.port, dict(ewa.cookies), ewa.form).get("/logout")[0] == 405
    assert len(facts_of(here, IncidentNoted)) == before

    login = here.browser()
    login.get("/login")
    other = Browser(here.port, {}, login.form)
    assert other.send("/login", name="ewa", password=PASSWORD)[0] == 403


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("ewa", {"desk", "incidents", "ack", "note", "hold"}),
        ("magda", {"desk", "incidents", "note", "calls"}),
        ("tomas", {"incidents", "ack", "note"}),
    ],
)
def test_each_role_does_what_it_may_and_nothing_else(
    here: Office, name: str, may: set[str]
) -> None:
    browser = here.browser(name)
    got = {
        "desk": browser.send("/desk", query="kowal")[0],
        "incidents": browser.get("/incidents")[0],
        "ack": browser.send(INCIDENT, do="ack")[0],
        "note": browser.send(INCIDENT, do="note", note="on my way")[0],
        "hold": browser.send(INCIDENT, do="hold")[0],
        "calls": browser.send("/desk/calls", do="add", phone=PHONE)[0],
    }
    assert {what for what, status in got.items() if status in {200, 303}} == may
    assert {status for what, status in got.items() if what not in may} <= {403}
    boss = here.browser("jan")
    boss.send(INCIDENT, do="resume")


def test_what_somebody_does_stands_in_the_time_line_under_their_name(here: Office) -> None:
    tomas = here.browser("tomas")
    assert "It is yours" in tomas.follow(INCIDENT, do="ack")[1]
    assert "Page and desk tell" in tomas.follow(INCIDENT, do="eta", minutes="60")[1]
    assert "nobody knows yet" in tomas.follow(INCIDENT, do="eta", minutes="none")[1]
    assert tomas.follow(INCIDENT, do="eta", until="23:59")[0] in {200, 409}
    assert tomas.follow(INCIDENT, do="eta", until="soon")[0] == 409
    assert tomas.follow(INCIDENT, do="eta", minutes="-5")[0] == 409
    _, text = tomas.follow(INCIDENT, do="note", note=HOSTILE)
    assert "<img" not in text
    assert "<script>" not in text.replace('<script src="/office.js" defer></script>', "")
    assert tomas.follow(INCIDENT, do="note", note="till 2026-13-45T99:99:99Z")[0] == 200
    assert "2026-13-45" in tomas.get(INCIDENT)[2]
    assert facts_of(here, IncidentAcknowledged)[-1].by == "tomas"
    assert {one.by for one in facts_of(here, EndExpected)} == {"tomas"}
    assert "tomas" in text


def test_a_callback_is_taken_by_one_promised_called_and_erased(here: Office) -> None:
    magda, jan = here.browser("magda"), here.browser("jan")
    _, text = magda.follow("/desk/calls", do="add", phone="+48 555 010 777", note=HOSTILE)
    assert "***777" in text
    assert "555 010 777" not in text
    assert "<img" not in text
    name = here_callback(text)
    _, text = magda.follow("/desk/calls", do="take", callback=name)
    assert "555 010 777" in text
    status, text = jan.follow("/desk/calls", do="take", callback=name)
    assert status == 409
    assert "magda has taken" in text
    assert "555 010 777" not in jan.get("/desk")[2]
    assert (
        "promised by" in magda.follow("/desk/calls", do="promise", callback=name, minutes="30")[1]
    )
    assert name not in magda.follow("/desk/calls", do="called", callback=name)[1]
    assert magda.follow("/desk/calls", do="called", callback=name)[0] == 409


def here_callback(text: str) -> str:
    return text.partition("***777")[0].rpartition('class="id">')[2].partition("<")[0]


def test_the_desk_hears_how_a_line_stands_and_what_to_say(here: Office) -> None:
    magda = here.browser("magda")
    _, _, text = magda.send("/desk", query="S-a1")
    assert "No service" in text
    assert "On the phone" in text
    assert "J*** K***" in text
    assert "555010102" not in text.replace(" ", "")
    _, _, polish = magda.send("/desk", query="S-a1", language="pl")
    assert 'lang="pl"' in polish
    _, _, part = magda.ask(
        "POST", "/desk", f"form={magda.form}&query=S-a1",
        {"Content-Type": "application/x-www-form-urlencoded", "X-Netwatch-Part": "1"},
    )  # fmt: skip
    assert part.startswith('<section id="answers"')
    _, _, text = magda.send("/desk/report", subscriber="S-a1", query="S-a1")
    assert "Their report is noted" in text
    for words in (HOSTILE, "\ud800", "x" * 2000, " ", "%00"):
        status, _, text = magda.send("/desk", query=words)
        assert status == (400 if words == "\ud800" else 200)
        assert "<img" not in text


def test_several_who_report_out_of_one_place_are_seen_and_judged(here: Office) -> None:
    magda, jan = here.browser("magda"), here.browser("jan")
    for number in range(1, 8):
        magda.send("/desk/report", subscriber=f"S-b{number}", query="")
    end, page = time.monotonic() + DEADLINE_S, ""
    while "Several report" not in page:
        assert time.monotonic() < end, page
        here.script.at += timedelta(seconds=1)
        page = jan.get("/incidents")[2]
    assert "Several report" in magda.get("/desk")[2]
    name = page.partition('name="cluster" value="')[2].partition('"')[0]
    assert magda.send("/incidents", do="dismiss", cluster=name)[0] == 403
    assert jan.follow("/incidents", do="nonsense", cluster=name)[0] == 409
    status, text = jan.follow("/incidents", do="dismiss", cluster=name)
    assert (status, "quiet for two hours" in text, name in text) == (200, True, False)


def test_what_cannot_be_undone_is_asked_for_twice(here: Office) -> None:
    jan = here.browser("jan")
    assert "Stop all for 1 h" in jan.get(INCIDENT)[2]
    assert "All public words are stopped" in jan.follow(INCIDENT, do="hold")[1]
    assert facts_of(here, PublishHeld)[-1].by == "jan"
    jan.follow(INCIDENT, do="resume")
    status, text = jan.follow(INCIDENT, do="retract")
    assert status == 200
    assert "Yes, take it back" in text
    assert facts_of(here, IncidentClosed) == []
    assert jan.follow(INCIDENT, do="nonsense")[0] == 409
    assert jan.get("/incident/I-99")[0] == 409
    assert jan.get("/incident/%3Cscript%3E")[0] == 409


def test_a_session_is_over_after_logout_with_time_and_with_the_account(here: Office) -> None:
    ewa = here.browser("ewa")
    kept = Browser(here.port, dict(ewa.cookies), ewa.form)
    assert kept.get(INCIDENT)[0] == 200
    assert ewa.send("/logout")[0] == 303
    replayed = Browser(here.port, dict(kept.cookies), kept.form)
    assert replayed.get(INCIDENT, **{"X-Netwatch-Part": "1"})[0] == 401
    assert replayed.send(INCIDENT, do="ack")[0] == 303
    assert kept.get(INCIDENT)[0] == 303

    jan = here.browser("jan")
    here.script.at += LASTS
    assert jan.get(INCIDENT)[0] == 303

    magda = here.browser("magda")
    with here.book.changing() as accounts:
        del accounts["magda"]
    assert magda.get("/desk")[0] == 303
