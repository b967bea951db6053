"""What people do is written down; what is unknown or over is refused."""

from netwatch.model.arrivals import (
    Acknowledge,
    Annotate,
    Assign,
    Attribute,
    Expect,
    Loaded,
    OfIncident,
    Receipt,
    Resolve,
    Result,
    Resume,
    Started,
    Trouble,
)
from netwatch.model.facts import (
    Cause,
    CauseNamed,
    EndExpected,
    FilesLoaded,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentClosed,
    IncidentMerged,
    IncidentNoted,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Purpose,
    ServiceStarted,
    TroubleBegan,
    TroubleEnded,
    keys_of,
)
from netwatch.model.names import ChannelName, IncidentId, NoticeKey
from netwatch.response.rules import ResponseRules
from tests.unit.response.hands import NIGHT, ONE, Hands, diagnosis, opened, revised

TWO = IncidentId("I-2")


def commands(incident: IncidentId) -> list[OfIncident]:
    return [
        Acknowledge(at=NIGHT, incident=incident, by="ewa", note="on my way"),
        Assign(at=NIGHT, incident=incident, by="ewa", to="marek"),
        Expect(at=NIGHT, incident=incident, by="marek", until=None),
        Attribute(at=NIGHT, incident=incident, by="marek", cause=Cause.FIBRE),
        Annotate(at=NIGHT, incident=incident, by="marek", text="splice at Polna 4"),
        Resolve(at=NIGHT, incident=incident, by="marek", note="spliced"),
    ]


def test_each_command_is_a_fact_and_its_note_another() -> None:
    hands = Hands()
    hands.happen(opened(hands))
    facts = [fact for command in commands(ONE) for fact in hands.bring(command)]
    assert [type(fact) for fact in facts] == [
        IncidentAcknowledged,
        IncidentNoted,
        IncidentAssigned,
        EndExpected,
        CauseNamed,
        IncidentNoted,
        IncidentNoted,
        IncidentClosed,
    ]


def test_commands_for_an_unknown_or_closed_incident_are_refused() -> None:
    hands = Hands()
    assert [hands.bring(command) for command in commands(ONE)] == [[]] * 6
    hands.happen(opened(hands))
    hands.happen(IncidentClosed(at=hands.at, incident=ONE))
    assert [hands.bring(command) for command in commands(ONE)] == [[]] * 6


def test_a_cause_that_was_named_goes_on_with_the_incident_that_it_turned_out_to_be() -> None:
    hands = Hands()
    hands.happen(opened(hands), opened(hands, name=TWO))
    hands.bring(Attribute(at=NIGHT, incident=ONE, by="marek", cause=Cause.PARTNER))
    hands.happen(IncidentMerged(at=hands.at, incident=ONE, into=TWO))
    hands.happen(revised(hands, diagnosis(cause=Cause.DEVICE), TWO))

    case = hands.response.cases[TWO]
    assert (case.cause, case.known, case.thought) == (Cause.PARTNER, True, Cause.DEVICE)


def test_resuming_what_is_not_held_changes_nothing() -> None:
    assert Hands().bring(Resume(at=NIGHT, by="ewa")) == []


def test_a_receipt_settles_what_is_owed_once() -> None:
    hands = Hands()
    dues = [fact for fact in hands.happen(opened(hands)) if isinstance(fact, NoticeDue)]
    keys = [key for due in dues for key in keys_of(due)]
    assert len(keys) == 2
    first, second = keys
    accepted = Receipt(at=NIGHT, key=first, result=Result.ACCEPTED)
    assert hands.bring(accepted) == [NoticeSent(at=NIGHT, keys=(first,), result=Result.ACCEPTED)]
    assert hands.bring(accepted) == []
    refused = Receipt(at=NIGHT, key=second, result=Result.REFUSED, detail="no such number")
    assert hands.bring(refused)[:1] == [
        NoticeRefused(at=NIGHT, keys=(second,), detail="no such number")
    ]
    assert hands.response.owed.isdisjoint(keys)


def test_a_receipt_for_what_nobody_owes_is_not_believed() -> None:
    stray = Receipt(at=NIGHT, key=NoticeKey("I-9/staff/x/y/z/1"), result=Result.ACCEPTED)
    assert Hands().bring(stray) == []


def test_a_notice_that_came_too_late_is_expired() -> None:
    hands = Hands()
    dues = [fact for fact in hands.happen(opened(hands)) if isinstance(fact, NoticeDue)]
    (key,) = keys_of(dues[0])
    (fact,) = hands.bring(Receipt(at=NIGHT, key=key, result=Result.EXPIRED))
    assert isinstance(fact, NoticeExpired)


def test_a_trouble_is_told_once_and_each_time_it_comes_again() -> None:
    hands = Hands()
    sick = Trouble(at=NIGHT, where="disk", what="97 % full")
    began, due = hands.bring(sick)
    assert began == TroubleBegan(at=NIGHT, where="disk", what="97 % full")
    assert isinstance(due, NoticeDue)
    assert (due.purpose, due.subject, due.incident) == (Purpose.TROUBLE, "disk", None)
    assert hands.bring(sick) == []
    well = Trouble(at=NIGHT, where="disk", what="", over=True)
    assert hands.bring(well) == [TroubleEnded(at=NIGHT, where="disk")]
    assert hands.bring(well) == []
    _, again = hands.bring(sick)
    assert isinstance(again, NoticeDue)
    assert not set(keys_of(again)) & set(keys_of(due))


def test_the_trouble_of_a_channel_is_told_through_another() -> None:
    channels = (ChannelName("duty"), ChannelName("mail"))
    hands = Hands(ResponseRules(staff_channels=channels))
    _, due = hands.bring(Trouble(at=NIGHT, where="channel:duty", what="401"))
    assert isinstance(due, NoticeDue)
    assert due.channel == "mail"


def test_starts_and_loads_are_written_down() -> None:
    hands = Hands()
    assert hands.bring(Started(at=NIGHT, version="1")) == [ServiceStarted(at=NIGHT, version="1")]
    assert hands.bring(Loaded(at=NIGHT, inventory="sha256:a", rules="sha256:b")) == [
        FilesLoaded(at=NIGHT, inventory="sha256:a", rules="sha256:b")
    ]


def test_what_is_heard_of_a_notice_later_is_noted_and_settles_nothing_else() -> None:
    late = Receipt(at=NIGHT, key=NoticeKey("I-9/subscribers/x/y/z/1"), result=Result.DELIVERED)
    (fact,) = Hands().bring(late)
    assert isinstance(fact, NoticeSent)
    assert (fact.result, fact.keys) == (Result.DELIVERED, (late.key,))
