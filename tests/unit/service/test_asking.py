"""What the desk hears of a caller: how the line stands, what to say, and nothing personal."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.intake.doorkeeper import RefusedError
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.model.contacts import Contact
from netwatch.model.facts import (
    Cause,
    EndExpected,
    IncidentClosed,
    IncidentKind,
    PublishHeld,
    Withheld,
)
from netwatch.model.homes import Home
from netwatch.model.maintenance_facts import MaintenanceBegan, MaintenancePlanned
from netwatch.model.names import ElementName, IncidentId, MaintenanceId, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.model.street_map import street_map
from netwatch.model.whereabouts import whereabouts
from netwatch.model.windows import Window
from netwatch.rules.rulebook import Commitment
from netwatch.views.proof import stamp
from tests.town import town
from tests.unit.delivery.page.hostile import HOSTILE
from tests.unit.service.desk_house import DeskHouse
from tests.unit.views.tales import (
    MINUTE,
    NIGHT,
    ONE,
    SECOND,
    TWO,
    alert,
    back,
    confirmed,
    due,
    opened,
    raised,
    restored,
)

WAYS = {"phone", "chat", "mail", "messenger"}
CONTRACT = ["subscriber", "state", "incident", "since", "expected_end", "language", "say"]
LANGUAGES = ("pl", "cs", "sk", "uk", "en", "de", "ru")
ELEVEN, TWELVE, HALL = (SubscriberId(name) for name in ("S-onu-11", "S-onu-12", "S-cpe-1"))


def peopled(**changed: Subscriber) -> Network:
    """Return the town with names, numbers and addresses."""
    network = town()
    people = {
        one.id: replace(
            one,
            name=f"Jan Kowal{n}",
            phone=f"+4855501{n:04}",
            address=f"ul. Polna {n + 1}/2, Dolina",
        )
        for n, one in enumerate(network.subscribers.values())
    }
    return replace(
        network, subscribers={**people, **{SubscriberId(k): v for k, v in changed.items()}}
    )


def works(*elements: str, begun: bool = True, starts: timedelta = timedelta(0)) -> list[object]:
    name = MaintenanceId("M-1")
    window = Window(starts=NIGHT + starts, lasts=60 * MINUTE)
    planned = MaintenancePlanned(
        at=NIGHT, maintenance=name, by="ewa",
        elements=tuple(map(ElementName, elements)), window=window,
    )  # fmt: skip
    began = MaintenanceBegan(at=NIGHT, maintenance=name, starts=NIGHT, ends=NIGHT + 60 * MINUTE)
    return [planned, *([began] if begun else [])]


def test_a_match_bears_what_the_contract_names_first_and_words_for_every_way() -> None:
    desk = DeskHouse(peopled(), [opened(subscribers=(ELEVEN,)), confirmed()])
    match = desk.one("S-onu-11")

    assert list(match)[: len(CONTRACT)] == CONTRACT
    assert (match["state"], match["incident"], match["language"]) == ("down", "I-1", "pl")
    assert match["since"] == stamp(NIGHT - 9 * SECOND)
    assert set(match["say"]) == WAYS
    assert all("awari" in text.lower() for text in match["say"].values())
    assert match["minutes_without"] == 10
    assert match["call_back_by"] is not None
    assert match["callback"] == "netwatch desk callback add --subscriber S-onu-11"


def test_who_calls_is_told_of_nothing_personal_and_a_name_is_answered_with_masks() -> None:
    desk = DeskHouse(peopled())
    by_phone, by_name = desk.ask("555 01 0000"), desk.ask("kowal0")

    assert by_phone["found_by"] == "phone"
    assert by_phone["matches"][0]["contact"] is None
    assert "Kowal" not in repr(by_phone)
    shown = by_name["matches"][0]["contact"]
    assert shown == {"name": "J*** K***", "phone": "***000", "mail": None, "address": "ul. Polna 1"}
    assert "555010000" not in repr(by_name)


def test_one_phone_with_several_lines_lists_them_all_each_as_it_stands() -> None:
    network = peopled()
    phone = network.subscribers[ELEVEN].phone
    two = replace(network.subscribers[HALL], phone=phone)
    desk = DeskHouse(peopled(**{HALL: two}), [opened(subscribers=(HALL,))])
    answer = desk.ask(phone)

    states = {match["subscriber"]: match["state"] for match in answer["matches"]}
    assert states == {ELEVEN: "up", HALL: "down"}
    assert answer["affected"] is True


def test_a_line_in_two_outages_works_when_both_are_over() -> None:
    end = NIGHT + 90 * MINUTE
    facts = [
        opened(subscribers=(ELEVEN, TWELVE)), confirmed(),
        opened(TWO, NIGHT + 5 * MINUTE, subscribers=(ELEVEN,)),
        EndExpected(at=NIGHT, incident=ONE, until=end, by="ewa"),
    ]  # fmt: skip
    desk = DeskHouse(peopled(), facts)
    nested = desk.one(ELEVEN)

    assert (nested["incident"], nested["also"]) == ("I-2", ["I-1"])
    assert nested["since"] == stamp(NIGHT - 9 * SECOND)
    assert nested["expected_end"] is None
    assert desk.one(TWELVE)["expected_end"] == stamp(end)


def test_lines_that_came_back_before_the_others_and_those_still_dark_after_them() -> None:
    facts = [opened(subscribers=(ELEVEN, TWELVE, HALL)), confirmed(), back([ELEVEN])]
    desk = DeskHouse(peopled(), facts)
    early = desk.one(ELEVEN)
    assert (early["state"], early["incident"], early["since"]) == ("restored", "I-1", None)
    assert desk.one(TWELVE)["state"] == "down"

    desk.board.take(replace(restored(), apart=(HALL,)))
    desk.at = NIGHT + 31 * MINUTE
    assert desk.one(TWELVE)["since"] == stamp(NIGHT + 30 * MINUTE)
    late = desk.one(HALL)
    assert (late["state"], late["phase"]) == ("down", "update")
    desk.board.take(back([HALL]))
    assert desk.one(HALL)["state"] == "restored"


def test_a_line_that_fails_anew_after_a_repair_is_not_called_repaired() -> None:
    facts = [
        opened(subscribers=(ELEVEN,)),
        restored(),
        raised("onu-11", "onu.state", NIGHT + 40 * MINUTE),
    ]

    assert DeskHouse(peopled(), facts).one(ELEVEN)["state"] == "unknown"


def test_works_that_go_on_are_planned_and_works_to_come_are_told_of() -> None:
    now = DeskHouse(peopled(), works("device:s-1")).one(ELEVEN)
    assert (now["state"], now["works"], now["affected"]) == ("planned", "M-1", True)
    assert now["expected_end"] == stamp(NIGHT + 60 * MINUTE)
    assert set(now["say"]) == WAYS

    soon = DeskHouse(peopled(), works("device:s-1", begun=False, starts=3 * 60 * MINUTE)).one(
        ELEVEN
    )
    assert soon["state"] == "up"
    assert [row["works"] for row in soon["coming"]] == ["M-1"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "cause", [Cause.FIBRE, Cause.POWER_HOMES, Cause.PARTNER, Cause.UPSTREAM, Cause.UNKNOWN]
)
def test_every_answer_is_given_in_the_callers_language(language: str, cause: Cause) -> None:
    facts = [opened(subscribers=(ELEVEN,), cause=cause), confirmed()]
    desk = DeskHouse(peopled(), facts)
    blind = DeskHouse(peopled(), [opened(subscribers=(), root=("self",), kind=IncidentKind.BLIND)])
    english = DeskHouse(peopled(), facts).one(ELEVEN, language="en")["say"]

    for answer in (desk.one(ELEVEN, language=language), desk.one(HALL, language=language),
                   blind.one(HALL, language=language)):  # fmt: skip
        assert answer["language"] == language
        assert set(answer["say"]) == WAYS
        assert all(text and "{" not in text for text in answer["say"].values())
    if language != "en":
        assert desk.one(ELEVEN, language=language)["say"]["phone"] != english["phone"]


def test_power_out_at_the_homes_and_anothers_fault_have_words_of_their_own() -> None:
    def said(cause: Cause, **more: object) -> str:
        facts = [opened(subscribers=(ELEVEN,), cause=cause, **more), confirmed()]
        return str(DeskHouse(peopled(), facts).one(ELEVEN, language="en")["say"]["phone"])

    assert "Our network is running" in said(Cause.POWER_HOMES)
    assert "another operator runs" in said(Cause.PARTNER)
    assert "connection to the world" in said(Cause.UPSTREAM)


def test_what_is_not_known_is_promised_a_call_by_a_time() -> None:
    blind = opened(subscribers=(), root=("self",), kind=IncidentKind.BLIND)
    answer = DeskHouse(peopled(), [blind]).ask(ELEVEN)
    (match,) = answer["matches"]

    assert (match["state"], answer["affected"]) == ("unknown", None)
    assert match["call_back_by"] is not None
    assert "oddzwonię" in match["say"]["phone"]


def test_an_address_of_nobody_in_a_street_that_is_out_is_answered_by_the_street() -> None:
    lives = [
        Subscriber(
            id=SubscriberId(f"S-{n}"), home=Home(street="Polna", house=str(n), town="Dolina")
        )
        for n in range(1, 40, 2)
    ]
    network = replace(town(), subscribers={one.id: one for one in lives[1:]})
    people = tuple(one.id for one in lives[1:])
    where = whereabouts(street_map(network), people)
    facts = [opened(subscribers=people, where=where), confirmed(), due()]
    desk = DeskHouse(network, facts)
    answer = desk.ask("ul. Polna 25A, Dolina")

    (match,) = answer["matches"]
    assert (match["subscriber"], match["state"], match["incident"]) == (None, "down", "I-1")
    assert answer["found_by"] == "address"
    assert desk.ask("Leśna 5, Dolina")["matches"] == []


def test_a_promised_repair_and_the_last_three_outages_stand_beside_it() -> None:
    network = peopled()
    firm = replace(network.subscribers[ELEVEN], plan="firma-1000")
    facts: list[object] = []
    for n in range(5):
        begun, name = NIGHT - (10 - n) * 60 * MINUTE, IncidentId(f"I-{90 + n}")
        facts += [opened(name, begun, subscribers=(ELEVEN,)), restored(name, begun + 20 * MINUTE)]
        facts += [IncidentClosed(at=begun + 50 * MINUTE, incident=name)]
    facts.append(opened(subscribers=(ELEVEN,)))
    held = Commitment(
        id="business", plans=("firma-1000",), notice_within=15 * MINUTE, repair_within=480 * MINUTE
    )
    match = DeskHouse(peopled(**{ELEVEN: firm}), facts, commitments=(held,)).one(ELEVEN)

    assert [row["incident"] for row in match["history"]] == ["I-94", "I-93", "I-92"]
    assert match["history"][0]["minutes"] == 20
    assert match["commitment"] == {
        "id": "business",
        "repair_within_minutes": 480,
        "repair_by": stamp(NIGHT - 9 * SECOND + 480 * MINUTE),
    }


def test_while_public_words_are_stopped_the_desk_is_warned() -> None:
    facts = [opened(subscribers=(ELEVEN,)), PublishHeld(at=NIGHT, by="ewa", until=None)]
    answer = DeskHouse(peopled(), facts).ask(ELEVEN)

    assert answer["held"] is True
    assert "stopped" in answer["next"]


def test_nobody_found_says_what_to_try_and_words_of_an_outage_change_at_once() -> None:
    desk = DeskHouse(peopled(), [opened(subscribers=(ELEVEN,))])
    assert desk.ask("Brzęczyszczykiewicz")["affected"] is None
    assert "try" in desk.ask("Brzęczyszczykiewicz")["next"]

    before = desk.one(ELEVEN)["say"]["phone"]
    desk.board.take(confirmed())
    assert desk.one(ELEVEN)["say"]["phone"] != before


def test_the_process_that_faces_the_world_looks_up_nobody_unless_it_is_let() -> None:
    with pytest.raises(RefusedError):
        DeskHouse(peopled()).ask(ELEVEN, who="netwatch-web")
    assert DeskHouse(peopled(), open_to_web=True).ask(ELEVEN, who="netwatch-web")["matches"]


def test_contacts_and_files_that_change_are_found_at_once_and_who_is_erased_is_not(
    tmp_path: Path,
) -> None:
    store = ContactStore(tmp_path, lambda: "a secret that is long enough")
    desk = DeskHouse(peopled(), store=store)
    assert desk.ask("lis")["matches"] == []

    def writes(book: Book) -> None:
        with store.changing() as write:
            write(book)

    contact = Contact(subscriber=HALL, name="Ewa Lis", phone="+48600700800", language="uk")
    writes(Book(contacts={HALL: contact}))
    assert desk.one("600 700 800")["language"] == "uk"
    assert desk.one("lis")["subscriber"] == HALL

    new = Subscriber(id=SubscriberId("S-new"), name="Nowa Osoba")
    network = desk.network
    desk.moves(replace(network, subscribers={**network.subscribers, new.id: new}))
    assert desk.one("osoba")["subscriber"] == "S-new"

    writes(Book(forgotten=frozenset({HALL})))
    desk.ask("nobody at all, so that all is read anew")
    assert desk.ask("600 700 800")["matches"] == []
    assert desk.one(HALL)["contact"]["name"] is None


def test_a_store_that_is_shut_for_a_while_forgets_nobody_and_brings_nobody_back(
    tmp_path: Path,
) -> None:
    store = ContactStore(tmp_path, lambda: "a secret that is long enough")
    contact = Contact(subscriber=HALL, name="Ewa Lis", phone="+48600700800")
    with store.changing() as write:
        write(Book(contacts={HALL: contact}, forgotten=frozenset({ELEVEN})))
    desk = DeskHouse(peopled(), store=store)
    erased = str(desk.network.subscribers[ELEVEN].phone)
    assert desk.one("lis")["subscriber"] == HALL
    assert desk.ask(erased)["matches"] == []

    good = store.path.read_bytes()
    store.path.write_bytes(b"torn")
    assert desk.one("lis")["subscriber"] == HALL
    assert desk.ask(erased)["matches"] == []

    store.path.write_bytes(good)
    assert desk.one("600 700 800")["subscriber"] == HALL
    assert desk.ask(erased)["matches"] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_answered_like_any_others(text: str) -> None:
    desk = DeskHouse(peopled())
    if text[:300].strip():
        assert desk.ask(text)["matches"] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facts", [(), (confirmed(),)])
def test_one_homes_own_line_has_words_of_its_own_and_promises_nobody_who_was_not_woken(
    language: str, facts: tuple[object, ...]
) -> None:
    alone = opened(subscribers=(ELEVEN,), kind=IncidentKind.LINE)
    match = DeskHouse(peopled(), [alone, *facts]).one(ELEVEN, language=language)  # type: ignore[list-item]
    other = DeskHouse(peopled(), [opened(subscribers=(ELEVEN,)), *facts])  # type: ignore[list-item]

    assert (match["state"], match["call_back_by"]) == ("down", None)
    assert set(match["say"]) == WAYS
    for way, text in match["say"].items():
        assert "20:02" in text
        assert text != other.one(ELEVEN, language=language)["say"][way]
    assert "callback" in match["next"]
    if language == "en":
        assert "technician on call" not in repr(match["say"])


def test_a_call_is_promised_by_a_time_only_where_the_words_name_one() -> None:
    end = EndExpected(at=NIGHT, incident=ONE, until=NIGHT + 90 * MINUTE, by="ewa")
    ends = DeskHouse(peopled(), [opened(subscribers=(ELEVEN,)), confirmed(), end])
    power = opened(subscribers=(ELEVEN,), cause=Cause.POWER_HOMES)
    dark = DeskHouse(peopled(), [power, confirmed()])
    waits = DeskHouse(peopled(), [opened(subscribers=(ELEVEN,)), confirmed()])

    assert ends.one(ELEVEN)["call_back_by"] is None
    assert dark.one(ELEVEN)["call_back_by"] is None
    assert waits.one(ELEVEN)["call_back_by"] is not None
    ends.at = NIGHT + 91 * MINUTE
    assert ends.one(ELEVEN)["call_back_by"] is not None


def test_that_a_technician_knows_is_said_once_somebody_was_alerted() -> None:
    desk = DeskHouse(peopled(), [opened(subscribers=(ELEVEN,)), confirmed()])
    assert "sprawdzamy to" in desk.one(ELEVEN)["say"]["phone"]

    desk.board.take(alert(withheld=Withheld.SHADOW))
    assert "sprawdzamy to" in desk.one(ELEVEN)["say"]["phone"]
    desk.board.take(alert())
    assert "już o tym wie" in desk.one(ELEVEN)["say"]["phone"]


def promised(**more: object) -> Commitment:
    return Commitment(
        id="business", plans=("firma-1000",), notice_within=15 * MINUTE,
        credit_after=60 * MINUTE, credit_per_hour=12.0, credit_most=30.0, currency="PLN", **more,  # type: ignore[arg-type]
    )  # fmt: skip


def contracted(facts: list[object], **more: object) -> DeskHouse:
    firm = replace(peopled().subscribers[ELEVEN], plan="firma-1000", **more)  # type: ignore[arg-type]
    return DeskHouse(peopled(**{ELEVEN: firm}), facts, commitments=(promised(),))  # type: ignore[arg-type]


def test_of_the_contract_only_who_is_checked_hears() -> None:
    desk = contracted([opened(subscribers=(ELEVEN,)), confirmed()], suspended=True)
    phone = desk.network.subscribers[ELEVEN].phone

    for more in ({}, {"answer": "9999 not it"}, {"answer": ""}, {"answer": "9"}):
        match = desk.one(ELEVEN, **more)
        assert (match["checked"], match["credit"], match["suspended"]) == (None, None, None)
        assert "last 4 digits" in match["check"]
    assert desk.one(ELEVEN, answer=phone[-4:])["checked"] == "answer"
    assert desk.one(phone)["checked"] == "number"
    assert desk.one(phone)["credit"]["owed"] == 0.0


def test_a_credit_is_counted_to_the_minute_and_before_that_it_is_said_from_when_on() -> None:
    desk = contracted([opened(subscribers=(ELEVEN,)), confirmed()])
    phone = desk.network.subscribers[ELEVEN].phone
    began = NIGHT - 9 * SECOND
    none = desk.one(phone, language="en")["credit"]
    assert (none["owed"], none["begins"]) == (0.0, stamp(began + 60 * MINUTE))
    assert none["say"] == "There is no credit yet; by your contract it begins at 21:02."

    desk.at = began + 90 * MINUTE
    said = desk.one(phone, language="pl")["credit"]
    assert (said["owed"], said["currency"]) == (6.0, "PLN")
    assert "6.00 PLN" in said["say"]
    desk.at = began + 1000 * MINUTE
    assert desk.one(phone)["credit"]["owed"] == 30.0
    desk.board.take(restored(at=began + 75 * MINUTE))
    assert desk.one(phone)["credit"]["owed"] == 3.0


def test_power_out_at_the_homes_works_and_short_outages_owe_nothing() -> None:
    phone = peopled().subscribers[ELEVEN].phone
    dark = opened(subscribers=(ELEVEN,), cause=Cause.POWER_HOMES)
    short = [opened(subscribers=(ELEVEN,)), restored(at=NIGHT + 5 * MINUTE)]
    for facts in ([dark, confirmed()], works("device:s-1"), short, []):
        desk = contracted(facts)  # type: ignore[arg-type]
        desk.at = NIGHT + 30 * MINUTE
        assert desk.one(phone)["credit"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_suspended_contract_is_told_to_who_is_checked_and_an_outage_goes_before_it(
    language: str,
) -> None:
    desk = contracted([], suspended=True)
    phone = desk.network.subscribers[ELEVEN].phone
    match, unproven = desk.one(phone, language=language), desk.one(ELEVEN, language=language)

    assert (match["state"], match["suspended"], match["affected"]) == ("up", True, False)
    assert set(match["say"]) == WAYS
    assert all(match["say"][way] != unproven["say"][way] for way in WAYS)
    alone = contracted([opened(subscribers=(ELEVEN,), kind=IncidentKind.LINE)], suspended=True)
    assert alone.one(phone, language=language)["say"] == match["say"]
    out = contracted([opened(subscribers=(ELEVEN,)), confirmed()], suspended=True).one(phone)
    assert (out["state"], out["incident"]) == ("down", "I-1")
