"""One line of a tape <-> one arrival."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args

import orjson

from netwatch.model.arrivals import (
    Acknowledge,
    Annotate,
    Approve,
    Arrival,
    Assign,
    Attribute,
    BeginSituation,
    Change,
    EndSituation,
    Expect,
    Following,
    Hold,
    Loaded,
    Outcome,
    Planning,
    Readings,
    Receipt,
    Refuse,
    Report,
    Resolve,
    Result,
    Resume,
    Sample,
    Started,
    Syslog,
    Trap,
    Trouble,
)
from netwatch.model.duty_commands import Rostering
from netwatch.model.names import (
    ApprovalId,
    CheckName,
    DeviceId,
    IncidentId,
    NoticeKey,
    SubscriberId,
)
from netwatch.model.replying import Replying
from netwatch.model.shaping import Shaping
from netwatch.model.tasking import Tasking
from netwatch.model.terms import Cause
from netwatch.model.voices import CallbacksWait, Heard, Judging, PhoneCounts, Voice

Raw = dict[str, Any]

_OUTCOMES: Final = {str(outcome): outcome for outcome in Outcome}
_SCALARS: Final = (float, int, str, type(None))


class MalformedError(ValueError):
    """A line that is no arrival."""

    def __init__(self, wrong: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong


def arrival_of(line: bytes) -> Arrival:
    """Return the arrival that a line records.

    Raises:
        MalformedError: it is none.
    """
    try:
        raw = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise MalformedError(f"not JSON: {fault}") from None
    if type(raw) is not dict:
        raise MalformedError("not a JSON object")
    at = _time(raw.get("at"), "at")
    if "outcome" in raw:
        return _sample(raw, at)
    for key, build in _BUILDERS.items():
        if key in raw:
            body = raw[key]
            if type(body) is not dict:
                raise MalformedError(f"{key!r} must be an object")
            return build(body, at, _maybe_text(raw, "from"))
    kinds = ", ".join(_BUILDERS)
    raise MalformedError(f"neither a sample (device, check, outcome) nor one of: {kinds}")


def _sample(raw: Raw, at: datetime) -> Sample:
    """Build the one kind of line of which there are thousands a second.

    A frozen dataclass is filled through its slots, at less than half the cost of its constructor.
    """
    get = raw.get
    device, check, outcome, value = get("device"), get("check"), get("outcome"), get("value")
    if (
        type(device) is not str
        or type(check) is not str
        or type(outcome) is not str
        or outcome not in _OUTCOMES
        or type(value) not in _SCALARS
    ):
        raise MalformedError(_what_is_wrong(raw))
    sample = _blank(Sample)
    _set_at(sample, at)
    _set_device(sample, device)
    _set_check(sample, check)
    _set_outcome(sample, _OUTCOMES[outcome])
    _set_value(sample, value)
    if len(raw) <= _PLAIN and ("value" in raw or len(raw) < _PLAIN):
        part = normal = detail = poller = None
    else:
        part, normal = _maybe_text(raw, "part"), get("normal")
        detail, poller = _maybe_text(raw, "detail"), _maybe_text(raw, "from")
        if type(normal) not in _NUMBERS:
            raise MalformedError("normal must be a number")
    _set_part(sample, part)
    _set_normal(sample, normal)
    _set_detail(sample, detail)
    _set_poller(sample, poller)
    return sample


_PLAIN: Final = len(("at", "device", "check", "outcome", "value"))
_blank: Final = object.__new__
_set_at, _set_device, _set_check, _set_outcome, _set_value, _set_part, _set_normal, _set_detail, (
    _set_poller
) = (
    Sample.__dict__[slot].__set__
    for slot in (
        "at", "device", "check", "outcome", "value", "part", "normal", "detail", "poller"
    )
)  # fmt: skip


def _what_is_wrong(raw: Raw) -> str:
    _text(raw, "device")
    _text(raw, "check")
    if raw["outcome"] not in tuple(_OUTCOMES):
        return f"outcome {raw['outcome']!r} is none of {', '.join(_OUTCOMES)}"
    return "value must be a number or a text"


_NUMBERS: Final = (float, int, type(None))


def _readings(raw: Raw, at: datetime, poller: str | None) -> Readings:
    parts, columns = raw.get("parts"), raw.get("columns")
    if type(parts) is not list or not all(type(part) is str for part in parts):
        raise MalformedError("parts must be a list of texts")
    if type(columns) is not dict:
        raise MalformedError("columns must be an object of lists")
    for name, column in columns.items():
        if type(column) is not list or len(column) != len(parts):
            raise MalformedError(f"column {name!r} must be a list as long as parts")
        if not all(type(value) in _NUMBERS for value in column):
            raise MalformedError(f"column {name!r} must hold numbers or null")
    return Readings(
        at=at,
        device=DeviceId(_text(raw, "device")),
        check=CheckName(_text(raw, "check")),
        parts=tuple(parts),
        columns={name: tuple(column) for name, column in columns.items()},
        poller=poller,
    )


def _trap(raw: Raw, at: datetime, poller: str | None) -> Trap:
    binds = raw.get("varbinds", [])
    if type(binds) is not list or not all(_is_bind(bind) for bind in binds):
        raise MalformedError("varbinds must be a list of [oid, tag, value]")
    return Trap(
        at=at,
        device=DeviceId(_text(raw, "device")),
        oid=_text(raw, "oid"),
        varbinds=tuple((oid, tag, value) for oid, tag, value in binds),
        poller=poller,
    )


def _is_bind(bind: Any) -> bool:
    return (
        type(bind) is list
        and len(bind) == len(("oid", "tag", "value"))
        and type(bind[0]) is str
        and type(bind[1]) is int
        and type(bind[2]) in (str, int)
    )


def _syslog(raw: Raw, at: datetime, poller: str | None) -> Syslog:
    severity = raw.get("severity")
    if type(severity) is not int:
        raise MalformedError("severity must be a whole number, 0 to 7")
    return Syslog(
        at=at,
        device=DeviceId(_text(raw, "device")),
        severity=severity,
        text=_text(raw, "text"),
        poller=poller,
    )


def _change(raw: Raw, at: datetime, _: str | None) -> Change:
    return Change(
        at=at,
        device=DeviceId(_text(raw, "device")),
        by=_text(raw, "by", ""),
        what=_text(raw, "what", ""),
    )


def _report(raw: Raw, at: datetime, _: str | None) -> Report:
    subscriber = SubscriberId(_text(raw, "subscriber"))
    text, source = _text(raw, "text", ""), _text(raw, "source", "")
    return Report(at=at, subscriber=subscriber, text=text, source=source)


def _voice(raw: Raw, at: datetime, _: str | None) -> Arrival:
    return _planning(Voice, raw, at)


def _phone(raw: Raw, at: datetime, _: str | None) -> Arrival:
    return _planning(PhoneCounts, raw, at)


def _callbacks(raw: Raw, at: datetime, _: str | None) -> Arrival:
    return _planning(CallbacksWait, raw, at)


def _receipt(raw: Raw, at: datetime, _: str | None) -> Receipt:
    try:
        result = Result(_text(raw, "result"))
    except ValueError:
        raise MalformedError(f"result {raw['result']!r} is none of {', '.join(Result)}") from None
    key = NoticeKey(_text(raw, "key"))
    return Receipt(at=at, key=key, result=result, detail=_text(raw, "detail", ""))


def _started(raw: Raw, at: datetime, _: str | None) -> Started:
    spent = raw.get("numbers_spent", 0)
    if type(spent) is not int or spent < 0:
        raise MalformedError("numbers_spent must be a number, 0 or more")
    return Started(at=at, version=_text(raw, "version", ""), numbers_spent=spent)


def _loaded(raw: Raw, at: datetime, _: str | None) -> Loaded:
    return Loaded(at=at, inventory=_text(raw, "inventory", ""), rules=_text(raw, "rules", ""))


def _trouble(raw: Raw, at: datetime, _: str | None) -> Trouble:
    return Trouble(
        at=at,
        where=_text(raw, "where"),
        what=_text(raw, "what", ""),
        over=raw.get("over") is True,
        tell_end=raw.get("tell_end") is True,
    )


def _command(raw: Raw, at: datetime, _: str | None) -> Arrival:  # noqa: PLR0911 - a line a kind
    kind, by = _text(raw, "kind"), _text(raw, "by", "")
    if kind == "hold":
        return Hold(at=at, by=by, lasts=_seconds(raw.get("lasts_s")))
    if kind == "resume":
        return Resume(at=at, by=by)
    if kind in _APPROVING:
        return _APPROVING[kind](at=at, approval=ApprovalId(_text(raw, "approval")), by=by)
    if kind in _SITUATION:
        return _SITUATION[kind](at=at, by=by)
    if kind in _PLANNING:
        return _planning(_PLANNING[kind], raw, at)
    incident = IncidentId(_text(raw, "incident"))
    match kind:
        case "acknowledge":
            return Acknowledge(at=at, incident=incident, by=by, note=_text(raw, "note", ""))
        case "assign":
            return Assign(at=at, incident=incident, by=by, to=_text(raw, "to"))
        case "expect":
            until = None if raw.get("until") is None else _time(raw["until"], "until")
            return Expect(at=at, incident=incident, by=by, until=until)
        case "attribute":
            return Attribute(at=at, incident=incident, by=by, cause=_cause(raw))
        case "annotate":
            return Annotate(at=at, incident=incident, by=by, text=_text(raw, "text"))
        case "resolve":
            note, mistaken = _text(raw, "note", ""), raw.get("mistaken", False) is True
            return Resolve(at=at, incident=incident, by=by, note=note, mistaken=mistaken)
        case _:
            raise MalformedError(f"no such command: {kind!r}")


def _cause(raw: Raw) -> Cause | None:
    if raw.get("cause") is None:
        return None
    try:
        return Cause(_text(raw, "cause"))
    except ValueError:
        raise MalformedError(f"cause {raw['cause']!r} is none of {', '.join(Cause)}") from None


_APPROVING: Final = {kind.__name__.lower(): kind for kind in (Approve, Refuse)}
_SITUATION: Final = {kind.__name__.lower(): kind for kind in (BeginSituation, EndSituation)}
_AS_THEY_ARE: Final = tuple(
    kind
    for some in (Planning, Following, Rostering, Tasking, Shaping, Replying, Judging)
    for kind in get_args(some)
)
_PLANNING: Final = {kind.__name__.lower(): kind for kind in _AS_THEY_ARE}


def _planning(
    kind: type[Planning | Following | Rostering | Tasking | Shaping | Replying | Judging | Heard],
    raw: Raw,
    at: datetime,
) -> Arrival:
    from netwatch.model.plain import PlainError, from_plain  # noqa: PLC0415 - slow to load

    names = {entry.name for entry in fields(kind)}
    try:
        given = {name: value for name, value in raw.items() if name in names}
        return from_plain({**given, "at": at.isoformat()}, kind)
    except PlainError as fault:
        raise MalformedError(f"these are no values of {kind.__name__.lower()}: {fault}") from None


_BUILDERS: Final[Mapping[str, Callable[[Raw, datetime, str | None], Arrival]]] = {
    "report": _report,
    "voice": _voice,
    "phone": _phone,
    "callbacks": _callbacks,
    "command": _command,
    "change": _change,
    "syslog": _syslog,
    "trap": _trap,
    "started": _started,
    "loaded": _loaded,
    "readings": _readings,
    "receipt": _receipt,
    "trouble": _trouble,
}


def _text(raw: Raw, key: str, otherwise: str | None = None) -> str:
    value = raw.get(key, otherwise)
    if type(value) is not str:
        raise MalformedError(f"{key} must be a text" if key in raw else f"{key} is missing")
    return value


def _maybe_text(raw: Raw, key: str) -> str | None:
    value = raw.get(key)
    if value is None or type(value) is str:
        return value
    raise MalformedError(f"{key} must be a text")


def _time(text: Any, key: str) -> datetime:
    if type(text) is not str:
        raise MalformedError(f"{key} must be a time such as 2026-11-14T19:02:11.250Z")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise MalformedError(f"{key} {text!r} is no time; write 2026-11-14T19:02:11Z") from None
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise MalformedError(f"{key} {text!r} bears no time zone; write 2026-11-14T19:02:11Z")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise MalformedError(f"{key} {text!r} is no time in UTC") from None


def _seconds(value: Any) -> timedelta | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value < timedelta.max.total_seconds():
        raise MalformedError("lasts_s must be a number of seconds")
    return timedelta(seconds=value)
