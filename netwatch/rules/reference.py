"""The reference page of rule files, made from their schemas: it cannot say what does not hold."""

import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from netwatch.delivery.wording_names import (
    APPROVAL_NAMES,
    PUBLIC_NAMES,
    STAFF_NAMES,
    TASK_NAMES,
    TROUBLE_NAMES,
)
from netwatch.model.spans import spelled
from netwatch.response.rules import Hours
from netwatch.rules.entries import Entry
from netwatch.rules.schemas import FOLDERS, SECTIONS, Section

HEAD: Final = """\
# Rule files

<!-- Written by tools/reference.py: change the code, then `make docs`. -->

What netwatch obeys. Rules ship inside the package; a directory of your own (`rules = "rules"` in
`netwatch.toml`) overrides them piece by piece: in the folders below, any number of `.yaml` files.

- An entry of a list replaces the shipped entry of the same key as a whole. The key is its `id`; of
  words it is phase, cause, channel and language.
- `remove: true` beside the key drops the shipped entry.
- A section that is no list is replaced field by field.
- Spans of time are written `90s`, `5m`, `1h30m`, `2d`.
- `profiles/` is a folder of another kind: one [device family](../how-to/profiles.md) a file.
- In `notices/`, `language: pl` at the top of a file is the language of all its words and phrases.

`netwatch check --rules DIR` finds every mistake; `netwatch notice preview` shows the words.
"""
WORDS: Final = """\
### What words may put in

Words are text with values in double braces and choices, nothing more: `{{ areas }}`,
`{% if page %}: {{ page }}{% else %}.{% endif %}`, with `==` and `!=`. A value that is not known is
empty. Names, places and times come in the reader's language and in a form that can do no harm.

| value | is |
| --- | --- |
"""
VALUES: Final = {
    "also_possible": "staff: what else it could be",
    "answering": "staff: how many below the cause answer",
    "apart": "whether, restored, a few single lines are down still",
    "approval": "approval: its number",
    "areas": "where, in the nominative: your areas, elsewhere streets and numbers; more counted",
    "areas_in": 'where, as after "in", with that word; empty unless all areas have such a name',
    "asked": "staff: how many below the cause were asked",
    "at_next_update": '`next_update` with the language\'s "at": `ve 20:30`',
    "at_restored": '`restored` with the language\'s "at"',
    "calls": "task: how many are to be expected in the next half hour",
    "cause": 'one of the causes, for choices: `{% if cause == "fibre" %}`',
    "cause_text": "what is said of the cause, as sure as we are of it",
    "channel": "approval: by which it would go",
    "chat_seats": "task: how many are needed at chat and Facebook",
    "certainty": "`unknown`, `likely`, `known`",
    "confidence": "staff: how sure netwatch is",
    "critical": "task: the ids of critical subscribers, the first five",
    "crew": "what is said of the crew; no more than a person said",
    "crew_state": "`none` before the alert, `alerted`, `on the way`, `on site`, `repairing`",
    "deadline": "task: until when it is to be done",
    "duration": "how long it lasted",
    "end": "when it should work again; empty where nobody said so",
    "end_passed": "whether that time has passed",
    "expires": "approval: until when an answer counts",
    "goes": "approval: whether it goes if nobody answers",
    "first_told": "when customers were told first",
    "incident": "staff: the incident's id",
    "kind": "staff: the incident's kind",
    "list": "of a situation: its outages, in the order of repair; of tasks: they; one a line",
    "merged_into": "staff: the incident in which it goes on",
    "closed_by": "staff: who closed it by hand; empty: netwatch",
    "name": "yours, from `netwatch.toml`",
    "next_update": "by when the next news is promised: never the end of the repair",
    "now": "for when it is true",
    "outages": "of a situation: how many outages it is, counted right",
    "owner": "staff: who has it in hand",
    "page": "address of the public page in this language",
    "people": "staff: how many are without service, counted right",
    "people_worst": "staff: how many were at the worst moment",
    "phone_seats": "task: how many are needed at the phone",
    "phone": "your number for customers",
    "phone_is_out": "whether telephony is among what is down",
    "report": "your link to report a fault",
    "promised": "staff: by when customers were promised news that did not come",
    "possibly": "staff: how many more on these streets are not placed; empty: none",
    "post": "approval: whether everybody would see it",
    "price": "approval: what it would cost",
    "says": "approval: the words that wait",
    "two": "approval: whether two people have to approve",
    "restored": "when it worked again",
    "root_cause": "staff: the elements to blame",
    "services": "what is down: `internet, TV i telefon`",
    "services_in": 'the same, as after "in"',
    "services_neither": 'the same, as after "no"',
    "services_of": 'the same, as after "of"',
    "silent": "staff: how many below the cause are silent",
    "since": "since when",
    "new_since": "moved works: when they begin now",
    "new_end": "moved works: when they are expected to end now",
    "times": "planned works: when they go on, of several each time",
    "streets": "staff: streets and house numbers, also where areas are drawn",
    "trouble_cause": "staff: the cause in a word",
    "two_way": "whether what readers answer on this channel arrives",
    "unseen": "staff: how many ONUs are not seen for the agent of their OLT is silent",
    "what": "trouble: what happened",
    "where": "trouble: which part of netwatch",
}
"""What each value of a template is."""
PLAIN: Final = {
    date: "day",
    datetime: "time",
    time: "hour",
    str: "text",
    bool: "`true` or `false`",
    int: "whole number",
    float: "number",
    timedelta: "span",
    Hours: "hours",
}
EXTRA: Final = "__pydantic_extra__"
"""Where pydantic keeps of what type a section's further fields are."""


def page() -> str:
    """Return the reference page."""
    return "\n".join((HEAD, *_folders(), WORDS.rstrip(), *_values())) + "\n"


def _folders() -> Iterator[str]:
    for folder in FOLDERS:
        yield f"## `{folder}/`\n"
        for section in SECTIONS:
            if section.folder == folder:
                yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    kind = f"a list; key: {', '.join(section.key)}" if section.key else "fields"
    yield f"### `{section.name}` ({kind})\n"
    yield f"{(section.model.__doc__ or '').splitlines()[0]}\n"
    yield from _fields(section.model)
    if section.model.model_config.get("extra") == "allow":
        (_, value) = get_args(get_type_hints(section.model, include_extras=True)[EXTRA])
        yield f"| any | {_takes(FieldInfo.from_annotation(value))} | | |"
    yield ""
    for name, info in section.model.model_fields.items():
        for model in _inner(info.annotation):
            yield f"{(model.__doc__ or '').splitlines()[0]} An entry of `{name}`:\n"
            yield from _fields(model)
            yield ""


def _fields(model: type[Entry]) -> Iterator[str]:
    yield "| field | takes | default | is |"
    yield "| --- | --- | --- | --- |"
    for name, info in model.model_fields.items():
        said = info.description or ""
        yield f"| `{name}` | {_takes(info)} | {_default(info)} | {said} |"


def _inner(annotation: Any) -> Iterator[type[Entry]]:
    """Yield the entries of which a list inside an entry is made."""
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        yield annotation
    for part in get_args(annotation):
        yield from _inner(part)


def _values() -> Iterator[str]:
    for name in sorted({*PUBLIC_NAMES, *STAFF_NAMES, *TROUBLE_NAMES, *APPROVAL_NAMES, *TASK_NAMES}):
        yield f"| `{name}` | {VALUES[name]} |"


def _takes(info: FieldInfo) -> str:
    limits = [text for limit in info.metadata if (text := _limit(limit))]
    if isinstance(info.json_schema_extra, dict) and info.json_schema_extra["written"] == "hour":
        return "hour"
    return ", ".join((_kind(info.annotation), *limits))


def _limit(limit: Any) -> str:
    for name, text in (
        ("ge", "at least {}"),
        ("gt", "more than {}"),
        ("le", "at most {}"),
        ("lt", "less than {}"),
        ("min_length", "at least {} long"),
        ("max_length", "at most {} long"),
    ):
        if (value := getattr(limit, name, None)) is not None:
            return text.format(value if isinstance(value, int) else f"{value:g}")
    return ""


def _kind(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        origin, inner = Literal, tuple(member.value for member in annotation)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return "mapping"
    parts = [_kind(one) for one in inner if one not in {type(None), Ellipsis} and not _is_note(one)]
    if origin in {tuple, dict}:
        return f"list of {parts[0]}" if origin is tuple else f"{parts[1]} by {parts[0]}"
    return " or ".join(parts) if parts else PLAIN[annotation]


def _is_note(part: Any) -> bool:
    """Say whether this part of an Annotated type is a note beside it: a limit, a validator."""
    return not isinstance(part, type) and get_origin(part) is None


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "required"
    value = info.get_default(call_default_factory=True)
    if value is None or value is False or value in ("", (), {}):
        return ""
    if isinstance(info.json_schema_extra, dict) and info.json_schema_extra["written"] == "hour":
        return f"`{value // 60:02}:{value % 60:02}`"
    return f"`{_written(value)}`"


def _written(value: Any) -> str:
    match value:
        case timedelta():
            return spelled(value)
        case time():
            return f"{value:%H:%M}"
        case dict():
            return f"{{{', '.join(f'{name}: {one}' for name, one in value.items())}}}"
        case tuple():
            return f"[{', '.join(map(str, value))}]"
        case str():
            return value
        case _:
            return f"{value:g}"


if __name__ == "__main__":
    sys.stdout.write(page())
