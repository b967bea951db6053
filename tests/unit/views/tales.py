"""Facts of made-up nights, for whoever folds them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from netwatch.model.arrivals import Result
from netwatch.model.evidence import Proof, Rival, Silence
from netwatch.model.facts import (
    AlarmPlaced,
    AlarmRaised,
    Audience,
    Cause,
    Diagnosis,
    Fact,
    IncidentConfirmed,
    IncidentKind,
    IncidentOpened,
    IncidentRestored,
    IncidentRevised,
    NoticeDue,
    NoticeSent,
    Part,
    Phase,
    Purpose,
    Severity,
    SubscribersBack,
    Withheld,
    keys_of,
)
from netwatch.model.names import (
    AreaId,
    ChannelName,
    CheckName,
    DeviceId,
    ElementName,
    IncidentId,
    SubscriberId,
)

NIGHT = datetime(2026, 11, 14, 19, 2, 11, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
LINK = (ElementName("link:l-core-sw"),)
ONE = IncidentId("I-1")
TWO = IncidentId("I-2")
WEBSITE = ChannelName("website")
DUTY = ChannelName("duty")


def people(count: int, first: int = 1) -> tuple[SubscriberId, ...]:
    return tuple(SubscriberId(f"S-{n}") for n in range(first, first + count))


def proof(silent: int = 312, asked: int = 312, **more: object) -> Proof:
    rival = Rival(root_cause=(ElementName("device:sw-1"),), log_odds=-20.7)
    given = {"rounds": 3, "since": NIGHT, "runner_up": rival, "rejected": (rival,)} | more
    return Proof(silent=silent, asked=asked, answering=asked - silent, **given)  # type: ignore[arg-type]


def diagnosis(
    subscribers: Sequence[SubscriberId] = (),
    root: Sequence[str] = LINK,
    areas: Sequence[str] = ("polna",),
    **more: object,
) -> Diagnosis:
    given: dict[str, object] = {
        "kind": IncidentKind.OUTAGE,
        "cause": Cause.FIBRE,
        "confidence": 0.998,
        "proof": proof(),
    } | more
    return Diagnosis(
        root_cause=tuple(ElementName(name) for name in root),
        areas=tuple(AreaId(area) for area in areas),
        subscribers=tuple(subscribers),
        **given,  # type: ignore[arg-type]
    )


def opened(incident: IncidentId = ONE, at: datetime = NIGHT, **more: object) -> IncidentOpened:
    return IncidentOpened(
        at=at,
        incident=incident,
        since=at - 9 * SECOND,
        diagnosis=diagnosis(**({"subscribers": people(12)} | more)),  # type: ignore[arg-type]
    )


def revised(incident: IncidentId = ONE, at: datetime = NIGHT, **more: object) -> IncidentRevised:
    return IncidentRevised(at=at, incident=incident, diagnosis=diagnosis(**more))  # type: ignore[arg-type]


def confirmed(incident: IncidentId = ONE, at: datetime = NIGHT + MINUTE) -> IncidentConfirmed:
    return IncidentConfirmed(at=at, incident=incident, odds=9.2, over=35 * SECOND)


def back(
    subscribers: Iterable[SubscriberId], incident: IncidentId = ONE, at: datetime = NIGHT
) -> SubscribersBack:
    return SubscribersBack(at=at, incident=incident, subscribers=tuple(subscribers))


def restored(incident: IncidentId = ONE, at: datetime = NIGHT + 30 * MINUTE) -> IncidentRestored:
    return IncidentRestored(at=at, incident=incident)


def due(
    phase: Phase = Phase.CONFIRMED,
    incident: IncidentId | None = ONE,
    at: datetime = NIGHT,
    *,
    channel: ChannelName = WEBSITE,
    audience: Audience = Audience.PUBLIC,
    purpose: Purpose = Purpose.NOTICE,
    recipients: tuple[str, ...] = ("public",),
    revision: int = 1,
    withheld: Withheld | None = None,
    areas: Sequence[str] = ("polna",),
    subject: str = "",
    detail: str = "",
) -> NoticeDue:
    return NoticeDue(
        at=at,
        incident=incident,
        audience=audience,
        channel=channel,
        phase=phase,
        purpose=purpose,
        revision=revision,
        recipients=recipients,
        areas=tuple(AreaId(area) for area in areas),
        withheld=withheld,
        subject=subject,
        detail=detail,
    )


def alert(incident: IncidentId = ONE, at: datetime = NIGHT, **more: object) -> NoticeDue:
    return due(
        Phase.SUSPECTED,
        incident,
        at,
        **(
            {
                "channel": DUTY,
                "audience": Audience.STAFF,
                "purpose": Purpose.ALERT,
                "recipients": ("on-call",),
            }
            | more
        ),  # type: ignore[arg-type]
    )


def sent(paid: NoticeDue, at: datetime = NIGHT) -> NoticeSent:
    return NoticeSent(at=at, keys=keys_of(paid), result=Result.ACCEPTED)


def raised(device: str, check: str = "icmp", at: datetime = NIGHT) -> AlarmRaised:
    return AlarmRaised(
        at=at,
        device=DeviceId(device),
        check=CheckName(check),
        severity=Severity.MAJOR,
        because=Silence(probes=3, over=10 * SECOND),
    )


def placed(
    device: str,
    as_: Part,
    incident: IncidentId | None = ONE,
    check: str = "icmp",
    *,
    at: datetime = NIGHT,
    why: str = "",
) -> AlarmPlaced:
    return AlarmPlaced(
        at=at,
        device=DeviceId(device),
        check=CheckName(check),
        as_=as_,
        incident=incident,
        why=why,
    )


def night(incident: IncidentId = ONE, at: datetime = NIGHT) -> list[Fact]:
    """Return an incident from its opening to its end, as a journal would hold it."""
    suspected, said = due(Phase.SUSPECTED, incident, at), due(Phase.CONFIRMED, incident, at)
    up = due(Phase.RESTORED, incident, at + 30 * MINUTE)
    return [
        raised(f"sw-{incident}", at=at),
        opened(incident, at),
        placed(f"sw-{incident}", Part.ROOT, incident, at=at),
        suspected,
        alert(incident, at),
        sent(suspected, at),
        sent(alert(incident, at), at),
        confirmed(incident, at + MINUTE),
        said,
        sent(said, at + MINUTE),
        back(people(5), incident, at + 20 * MINUTE),
        restored(incident, at + 30 * MINUTE),
        up,
        sent(up, at + 30 * MINUTE),
    ]
