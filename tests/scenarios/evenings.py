"""Sixty evenings over three streets: what breaks, when, among whom, and what people do."""

from collections.abc import Callable
from datetime import datetime, timedelta

from netwatch.intake.said import said
from netwatch.model.arrivals import (
    Acknowledge,
    Annotate,
    Approve,
    Assign,
    Attribute,
    Command,
    Expect,
    Hold,
    Refuse,
    Resolve,
    Resume,
)
from netwatch.model.facts import Cause
from netwatch.model.names import ApprovalId, ChannelName, ElementName, IncidentId, TaskId
from netwatch.model.replying import Reply
from netwatch.model.shaping import Merge, Split
from netwatch.model.tasking import FinishTask, SkipTask
from netwatch.response.rules import Mode
from tests.scenarios.transcript import LANGUAGES, ZONE, Deed, Evening

FIRST, SECOND_ONE = IncidentId("I-1"), IncidentId("I-2")
FEEDER, OTHER_FEEDER = "link:olt-1--s-1", "link:olt-1--s-2"
SWITCH, UPLINK, OLT = "device:sw-1", "link:ag-3--sw-1", "device:olt-1"
GRID = " ".join(f"dark:onu-{port}{n}" for port in (1, 2) for n in range(1, 5))
PORT_DARK = " ".join(f"dark:onu-1{n}" for n in range(1, 9))
RING = "link:l-1"
BOTH_DUCTS = "link:l-2 link:l-4"


def take(minutes: float, by: str = "marek", note: str = "") -> Deed:
    """Let somebody take the first incident."""
    return minutes, lambda at: Acknowledge(at=at, incident=FIRST, by=by, note=note)


def until(minutes: float, end: float, by: str = "marek") -> Deed:
    """Let somebody say that it takes so many minutes from then."""
    return minutes, lambda at: Expect(
        at=at, incident=FIRST, by=by, until=at + timedelta(minutes=end)
    )


def never_mind(minutes: float) -> Deed:
    """Let somebody take back until when it lasts."""
    return minutes, lambda at: Expect(at=at, incident=FIRST, by="marek", until=None)


def because(minutes: float, cause: Cause) -> Deed:
    """Let somebody say what caused it."""
    return minutes, lambda at: Attribute(at=at, incident=FIRST, by="marek", cause=cause)


def note(minutes: float, text: str) -> Deed:
    """Let somebody write a note."""
    return minutes, lambda at: Annotate(at=at, incident=FIRST, by="marek", text=text)


def give(minutes: float, to: str) -> Deed:
    """Let somebody give it to another."""
    return minutes, lambda at: Assign(at=at, incident=FIRST, by="marek", to=to)


def end(minutes: float, *, mistaken: bool = False) -> Deed:
    """Let somebody close it by hand."""
    return minutes, lambda at: Resolve(at=at, incident=FIRST, by="marek", mistaken=mistaken)


def done(minutes: float, number: int, by: str) -> Deed:
    """Let somebody say that a task is done."""
    return minutes, lambda at: FinishTask(at=at, task=TaskId(f"{FIRST}.{number}"), by=by)


def skip(minutes: float, number: int, why: str) -> Deed:
    """Let somebody say that a task is not to be done."""
    return minutes, lambda at: SkipTask(at=at, task=TaskId(f"{FIRST}.{number}"), by="ewa", why=why)


def answer(minutes: float, text: str, by: str = "oksana", language: str = "pl") -> Deed:
    """Let a technician answer by SMS with one line."""

    def reply(at: datetime) -> Command:
        return Reply(
            at=at,
            by=by,
            channel=ChannelName(f"{by}-phone"),
            message=f"{by}-{minutes}",
            meaning=said(text, (language, "en"), at, ZONE),
            text=text,
        )

    return minutes, reply


def approve(minutes: float, number: int = 1) -> Deed:
    """Let somebody agree that words go out."""
    return minutes, lambda at: Approve(at=at, approval=ApprovalId(f"A-{number}"), by="marek")


def refuse(minutes: float, number: int = 1) -> Deed:
    """Let somebody say that they do not."""
    return minutes, lambda at: Refuse(at=at, approval=ApprovalId(f"A-{number}"), by="marek")


def hold(minutes: float) -> Deed:
    """Let somebody stop all public words."""
    return minutes, lambda at: Hold(at=at, by="marek")


def resume(minutes: float) -> Deed:
    """Let public words go on."""
    return minutes, lambda at: Resume(at=at, by="marek")


def same_fault(minutes: float) -> Deed:
    """Let somebody say that the second one is the first."""
    return minutes, lambda at: Merge(at=at, incident=SECOND_ONE, into=FIRST, by="marek")


def apart(minutes: float, element: str) -> Deed:
    """Let somebody say that a piece is a fault of its own."""
    return minutes, lambda at: Split(
        at=at, incident=FIRST, elements=(ElementName(element),), by="marek"
    )


def told(name: str, breaks: str, at: str, language: str = "pl", **more: object) -> Evening:
    """Write an evening down in short."""
    return Evening(name=name, breaks=breaks, at=at, language=language, **more)  # type: ignore[arg-type]


def in_every_language(make: Callable[[str], Evening]) -> tuple[Evening, ...]:
    """Return the same evening among people of each language."""
    return tuple(make(language) for language in LANGUAGES)


EVENINGS = (
    # a fibre, from the first lost ping to the last splice, in every language we speak
    *in_every_language(
        lambda language: told(
            f"fibre-at-supper-{language}",
            FEEDER,
            "19:00",
            language,
            homes=3,
            lasts=32,
            deeds=(take(3), until(6, 30), done(9, 5, "ewa")),
        )
    ),
    told("fibre-before-midnight-nobody-up", FEEDER, "23:40", homes=2),
    told("fibre-before-dawn-first-sms-at-seven", FEEDER, "06:40", lasts=30, homes=2),
    told("fibre-longer-than-said", FEEDER, "17:10", lasts=34, deeds=(take(2), until(4, 15))),
    told("fibre-longer-than-said-uk", FEEDER, "17:10", "uk", lasts=34, deeds=(until(4, 15),)),
    told("fibre-no-end-known-any-more", FEEDER, "15:00", deeds=(until(3, 30), never_mind(12))),
    told("fibre-cause-said", FEEDER, "12:00", "cs", deeds=(take(2), because(4, Cause.FIBRE))),
    told("fibre-in-shadow", FEEDER, "19:30", mode=Mode.SHADOW, deeds=(take(1),)),
    told("fibre-page-only", FEEDER, "19:30", mode=Mode.WEBSITE, homes=4),
    told("fibre-without-people-files", FEEDER, "20:00", staffed=False, homes=2),
    told("fibre-on-facebook-approved", FEEDER, "16:00", homes=5, deeds=(approve(5),)),
    told("fibre-on-facebook-refused", FEEDER, "16:00", "sk", homes=5, deeds=(refuse(5),)),
    told("fibre-and-public-words-stopped", FEEDER, "18:00", deeds=(hold(0.1), resume(12))),
    told("fibre-over-at-once", FEEDER, "18:00", lasts=1),
    told("fibre-gone-again", FEEDER, "18:00", lasts=20, then=((6, "mend"), (9, FEEDER))),
    told("fibre-of-a-hospital", FEEDER, "03:00", critical=("S-onu-11",), deeds=(take(7),)),
    # the crew tells by one line what it sees
    *(
        told(
            f"crew-answers-by-sms-{language}",
            FEEDER,
            "14:00",
            language,
            homes=2,
            deeds=(take(1), answer(5, there), answer(9, what, language=language)),
        )
        for language, there, what in (
            ("pl", "na miejscu", "przerwany kabel, 2 h"),
            ("en", "on site", "cable cut, 2 h"),
        )
    ),
    told("crew-is-not-understood", FEEDER, "14:00", deeds=(answer(4, "hm, dziwne to wszystko"),)),
    # a switch among houses
    told("switch-at-noon", SWITCH, "12:30", deeds=(take(2), until(5, 20))),
    told("switch-at-noon-de", SWITCH, "12:30", "de", deeds=(take(2), until(5, 20))),
    told("switch-at-three-in-the-night", SWITCH, "03:10", homes=4),
    told("switch-given-to-another", SWITCH, "10:00", deeds=(take(2), give(5, "oksana"))),
    told("switch-with-a-note", SWITCH, "10:00", deeds=(take(2, note="bring a spare"),)),
    told("switch-nobody-takes-it", SWITCH, "21:00", lasts=32, homes=3),
    told("switch-task-skipped", SWITCH, "21:00", deeds=(skip(4, 3, "everybody knows"),)),
    told("switch-closed-by-hand", SWITCH, "09:00", lasts=12, deeds=(end(14),)),
    told("switch-that-never-failed", SWITCH, "09:00", "en", deeds=(end(4, mistaken=True),)),
    told("uplink-of-a-switch", UPLINK, "19:45", "ru", homes=3),
    told("uplink-cause-another", UPLINK, "19:45", deeds=(because(5, Cause.PARTNER),)),
    # an OLT, with everybody on it
    told("olt-in-the-evening", OLT, "20:15", homes=4, deeds=(take(1), until(4, 25))),
    told("olt-in-the-evening-cs", OLT, "20:15", "cs", homes=4, deeds=(take(1), until(4, 25))),
    told("olt-before-dawn", OLT, "05:00", homes=4, lasts=20),
    told("olt-with-six-hundred", OLT, "18:30", homes=40, lasts=22, deeds=(take(12),)),
    told("olt-with-six-hundred-at-night", OLT, "02:00", "en", homes=40, lasts=16),
    # power
    told("power-at-homes", GRID, "18:20", homes=2),
    told("power-at-homes-sk", GRID, "18:20", "sk", homes=2),
    told("power-at-homes-in-the-night", GRID, "01:30"),
    told("power-at-one-port", PORT_DARK, "16:40", homes=3),
    told("power-then-fibre", GRID, "17:00", then=((8, OTHER_FEEDER),), lasts=22),
    # redundancy and the core
    told("ring-cut-nobody-down", RING, "13:00", deeds=(take(3),)),
    told("ring-cut-twice", RING, "13:00", then=((6, "link:l-3"),), lasts=22),
    told("two-fibres-in-one-duct", BOTH_DUCTS, "11:00", "en", homes=3),
    # two things at a time, and parts of one
    told("two-feeders", FEEDER, "19:00", then=((4, OTHER_FEEDER),), lasts=20),
    told("two-feeders-one-fault", FEEDER, "19:00", then=((3, SWITCH),), deeds=(same_fault(8),)),
    told("one-home-apart", SWITCH, "15:30", deeds=(apart(6, "device:cpe-3"),)),
    told("nested-one-house-stays-dark", FEEDER, "19:00", lasts=26,
         then=((4, "link:onu-17--s-1"), (10, f"mend:{FEEDER}"))),
    # one line alone, and our own eyes
    told("ring-cut-by-night-de", RING, "23:15", "de", lasts=18),
    told("power-back-before-anybody-writes", GRID, "07:30", "en", lasts=2),
    told("one-line-by-day", "link:onu-15--s-1", "10:30"),
    told("one-line-at-night", "link:cpe-2--sw-1", "02:20", "cs"),
    told("we-cannot-ask", "blind", "22:00", lasts=15),
    told("our-own-uplink", "alone", "22:00", "en", lasts=15, deeds=(take(4),)),
    told("agent-of-an-olt-dies-with-its-homes", OLT, "08:00", "de", lasts=18),
)  # fmt: skip
