#!/usr/bin/env python3
"""Write the reference pages from the code they speak of; --check: say which are out of date."""

import ast
import dataclasses
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import click

from netwatch.cli import COMMANDS, cli
from netwatch.lab.brief import default_state
from netwatch.model import evidence, facts
from netwatch.model.maintenance_facts import Clash
from netwatch.model.network import DeviceKind
from netwatch.model.spans import spelled
from netwatch.model.windows import Window
from netwatch.pollers.gear.files import known_gear
from netwatch.pollers.gear.plausible import MEASURES
from netwatch.pollers.profile import shipped
from netwatch.pollers.silent.lines import SECTIONS, voices
from netwatch.pollers.ssh.files import platforms
from netwatch.pollers.ssh.rules import Command, Every
from netwatch.pollers.unasked.meanings import Meaning, read_families
from netwatch.pollers.unasked.trap_checks import CHECKS
from netwatch.pollers.unasked.trap_files import Condition, Mib, read_trap_families
from netwatch.rules.reference import page as rules_page
from netwatch.service import settings_schema
from netwatch.service.secrets import Secret
from netwatch.telemetry.vital_signs import DECLARED

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
WRITTEN = "<!-- Written by tools/reference.py: change the code, then `make docs`. -->\n"


COMMANDS_INTRO = """\
Data on standard output, talk on standard error. `--json` prints one JSON document.
`NETWATCH_CONFIG` names the settings file where `--config` does not. Exit codes: 0 fine, 1 the
answer is no, 2 wrong usage or bad files, 3 could not find out, 4 refused.
"""
FACTS_INTRO = """\
What netwatch decides is a fact, written down before anything follows from it: a kind's name is for
ever, fields are only added. `netwatch facts` prints them as they come.
"""
CONFIGURATION_INTRO = """\
Paths are relative to the file. A secret is a reference: `credential:NAME` (systemd), `file:PATH` or
`env:NAME`. `netwatch check --config FILE` says what is wrong. An example lies in
`systemd/netwatch.toml`.
"""
LOG_MESSAGES_INTRO = """\
A line that means one of these makes netwatch [look at the device](../how-to/traps.md); it proves
nothing by itself. Upper and lower case do not count; what stands under `has` must be in the line,
and a pattern must fit. Lines that mean nothing here are counted: `netwatch traps --status`.
"""
PROFILES_INTRO = """\
What netwatch knows of device families without MIB files: [teach it another](../how-to/profiles.md).
`netwatch probe ADDRESS --explain` says which rule of which family gave each line. Families marked
"everywhere" are generic layers, tried on every device.
"""
CHECKS_INTRO = """
## Checks

What a sensor may measure, in which unit (UCUM); what lies beyond is no reading. `state` is the one
check without a unit.
"""
TRAPS_INTRO = """\
A trap makes netwatch [look at the device](../how-to/traps.md): it asks the poll that says whether
it is so. It proves nothing by itself. Each row is one condition: `raise` begins it, `clear` ends
it, `event` does neither, and of `stateful` ones a varbind says which. `netwatch traps explain OID`
says it of one trap, `netwatch traps unknown` lists what came and stands nowhere here.
"""
COMMAND_LINES_INTRO = """\
All that netwatch says to a device [on its command line](../how-to/command-lines.md); one word fills
a gap like `<port>`. What nothing is understood of is rows to read: `netwatch cli ask`.
"""
SILENT_INTRO = """\
The families for which `netwatch discover --explain-silent --vendor NAME` prints
[what to paste](../how-to/discover.md). They follow the makers' manuals; none was tried on real gear
by this project. Where releases differ, look at yours before you paste. "By hand" is gear without a
command line for this, or without a public manual of it.
"""
VITAL_SIGNS_INTRO = """\
Numbers about netwatch itself: for [Prometheus](../how-to/prometheus.md), and in the history and the
[database](../how-to/influxdb.md) of `[influxdb]` as measurements of the device `netwatch`. A number
that is not here is written nowhere.
"""


def commands_page() -> str:
    """Write what each command says of itself."""
    parts = [
        "# Commands",
        WRITTEN,
        COMMANDS_INTRO,
        _fenced(_help(cli, ("netwatch",))),
    ]
    context = click.Context(cli, info_name="netwatch")
    for name in COMMANDS:
        command = cli.get_command(context, name)
        if command is not None:
            parts.extend(_chapter(command, ("netwatch", name)))
    return "\n".join(parts)


def _chapter(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    yield f"{'#' * len(path)} {' '.join(path)}\n"
    yield _fenced(_help(command, path))
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from _chapter(child, (*path, name))


def _help(command: click.Command, path: tuple[str, ...]) -> str:
    context = None
    for name in path[:-1]:
        context = click.Context(cli, info_name=name, parent=context, **cli.context_settings)
    context = click.Context(
        _anybodys(command), info_name=path[-1], parent=context, max_content_width=90,
        terminal_width=90, **command.context_settings,
    )  # fmt: skip
    return context.command.get_help(context)


def _anybodys(command: click.Command) -> click.Command:
    """Return the command with no word in its help of who runs this, and where."""
    mine = str(default_state())
    theirs = copy(command)
    theirs.params = [copy(parameter) for parameter in command.params]
    for option in theirs.params:
        if isinstance(option, click.Option) and option.help:
            option.help = option.help.replace(mine, "/tmp/netwatch-lab-UID")  # noqa: S108 - words
    return theirs


def facts_page() -> str:
    """Write every kind of fact with its fields."""
    parts = [
        "# Facts",
        WRITTEN,
        FACTS_INTRO,
    ]
    for kind in get_args(facts.Fact):
        parts.extend(_kind(kind))
    parts.append("# What facts are made of\n")
    made_of = (facts.Diagnosis, evidence.Proof, evidence.Rival, Window, Clash)
    for kind in (*made_of, *get_args(evidence.Because)):
        parts.extend(_kind(kind))
    return "\n".join(parts)


def _kind(kind: type) -> Iterator[str]:
    yield f"## {kind.__name__}\n"
    yield f"{_doc(kind)}\n"
    yield "| field | type | |\n| --- | --- | --- |"
    for name, annotation, note in _fields(kind):
        yield f"| `{name}` | `{annotation.replace('|', 'or')}` | {note} |"
    yield ""


def vital_signs_page() -> str:
    """Write what netwatch's own numbers mean, and what to do when they are bad."""
    rows = (
        f"| `{sign.name}` | {sign.kind} | {', '.join(f'`{tag}`' for tag in sign.tags)} "
        f"| {sign.means} | {sign.remedy} |"
        for sign in sorted(DECLARED, key=lambda sign: sign.name)
    )
    return "\n".join(
        [
            "# Vital signs",
            WRITTEN,
            VITAL_SIGNS_INTRO,
            "| name | kind | tags | it is | bad when, and then |\n| --- | --- | --- | --- | --- |",
            *rows,
        ]
    )


def configuration_page() -> str:
    """Write every key of netwatch.toml with its default."""
    settings = settings_schema.Settings
    parts = [
        "# netwatch.toml",
        WRITTEN,
        f"{_doc(settings)}\n",
        CONFIGURATION_INTRO,
        "## At the top\n",
        *_keys(settings),
    ]
    parts += _sections(settings, "")
    return "\n".join(parts)


def _sections(table: type, above: str) -> Iterator[str]:
    for field in dataclasses.fields(table):
        section = _section(field.type)
        if section is not None:
            name = f"{field.name}.NAME" if "Mapping" in str(field.type) else field.name
            yield f"## [{above}{name}]\n"
            yield f"{_doc(section)}\n"
            yield from _keys(section)
            yield from _sections(section, f"{above}{name}.")


def _keys(section: type) -> Iterator[str]:
    yield "| key | default | |\n| --- | --- | --- |"
    notes = {name: note for name, _, note in _fields(section)}
    for field in dataclasses.fields(section):
        if _section(field.type) is None:
            default = _value_text(_default(field))
            yield f"| `{field.name}` | {default} | {_told(field.type, notes.get(field.name))} |"
    yield ""


def _section(of: Any) -> type | None:
    for candidate in (of, *get_args(of)):
        if inspect.isclass(candidate) and dataclasses.is_dataclass(candidate):
            return None if issubclass(candidate, Secret) else candidate
    return None


def _default(field: "dataclasses.Field[Any]") -> object:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _value_text(value: object) -> str:  # noqa: PLR0911 - one line a kind of value
    match value:
        case dataclasses.MISSING:
            return "required"
        case None | "" | ():
            return ""
        case Secret():
            return '`"public"`'
        case timedelta():
            return f'`"{spelled(value)}"`'
        case Enum() | str() | Path():
            return f'`"{value}"`'
        case tuple():
            return "`[" + ", ".join(f'"{item}"' for item in value) + "]`"
        case _:
            return f"`{value}`"


def _told(of: Any, note: str | None) -> str:
    within = (*get_args(of), *(deep for arg in get_args(of) for deep in get_args(arg)))
    choices = [arg for arg in within if isinstance(arg, str) and arg]
    if inspect.isclass(of) and issubclass(of, Enum):
        choices = [str(member.value) for member in of]
    if "Secret" in str(of):
        return note or "a secret"
    named = "one of " + ", ".join(f"`{choice}`" for choice in choices) if choices else ""
    return ". ".join(part for part in (note and note.rstrip("."), named) if part)


def _doc(of: type) -> str:
    return (inspect.getdoc(of) or "").replace("``", "`")


def _fields(of: type) -> Iterator[tuple[str, str, str]]:
    """Yield name, type and note (what stands below it) of each field, as the source has them."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(of))).body
    body = getattr(node, "body", [])
    for field, below in zip(body, [*body[1:], None], strict=True):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name), annotation=annotation),
                ast.Expr(value=ast.Constant(value=str(note))),
            ):
                told = " ".join(note.split()).replace("``", "`")
                yield name, ast.unparse(annotation), told
            case (ast.AnnAssign(target=ast.Name(id=name), annotation=annotation), _):
                yield name, ast.unparse(annotation), ""
            case _:
                pass


def _fenced(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


def log_messages_page() -> str:
    """Write which log lines mean what, family by family."""
    parts = ["# Log messages", WRITTEN, LOG_MESSAGES_INTRO]
    parts.append("| meaning | |\n| --- | --- |")
    parts += [f"| `{name}` | {note} |" for name, note in _values(Meaning)]
    for family in read_families():
        parts.append(f"\n## {family.family}\n")
        parts.append(f"{', '.join(family.vendors)}; tried {family.tried}.\n")
        parts.append("| means | has | like |\n| --- | --- | --- |")
        for row in family.messages:
            like = row.examples[0].replace("|", "\\|").replace("`", "'")
            parts.append(f"| {row.means} | `{row.has.replace('|', ' ')}` | `{like}` |")
    return "\n".join(parts)


def profiles_page() -> str:
    """Write each family: whose, what kind, what is read, where the knowledge comes from."""
    gear, polled = known_gear(), shipped()
    parts = ["# Device families", WRITTEN, PROFILES_INTRO]
    parts.append("| family | maker | kind | checks |\n| --- | --- | --- | --- |")
    for one in gear.values():
        makers = ", ".join(source.text for source in one.identity.vendor if source.text)
        kind = "everywhere" if one.everywhere else one.kind.value if one.kind else ""
        layers = [one, *(gear[name] for name in one.layers)]
        checks = {rule.check or "by a column" for each in layers for rule in each.sensors}
        checks |= {"ports"} if one.interfaces else set()
        checks |= {"ONUs"} if polled[one.id].onus else set()
        title = one.title.replace("|", "\\|")
        parts.append(f"| `{one.id}`: {title} | {makers} | {kind} | {', '.join(sorted(checks))} |")
    parts.append(f"\n## Kinds\n\n{', '.join(f'`{kind.value}`' for kind in DeviceKind)}.")
    parts.append(CHECKS_INTRO)
    parts.append("| check | unit | least | most |\n| --- | --- | --- | --- |")
    parts += [f"| `{name}` | {m.unit} | {m.least:g} | {m.most:g} |" for name, m in MEASURES.items()]
    for heading, field in (("Sources", "source"), ("How sure", "sure")):
        parts.append(f"\n## {heading}\n")
        told = [(one.id, getattr(one, field)) for one in gear.values()]
        parts += [f"- `{name}`: {' '.join(text.split())}" for name, text in told if text]
    return "\n".join(parts)


def traps_page() -> str:
    """Write what traps mean, check by check and family by family."""
    parts = ["# Traps", WRITTEN, TRAPS_INTRO, "| check | | confirmed by |\n| --- | --- | --- |"]
    parts += [f"| `{name}` | {check.means} | {check.confirm} |" for name, check in CHECKS.items()]
    for family in read_trap_families():
        parts.append(f"\n## {family.family}\n\n{', '.join(family.vendors)}.")
        for mib in family.mibs:
            under = f", below `{mib.under}`" if mib.under else ""
            parts.append(f"\n### {mib.mib}\n\n{len(mib.conditions)} conditions{under}.\n")
            parts.append("| check | on | severity | traps |\n| --- | --- | --- | --- |")
            parts += [_condition(mib, condition) for condition in mib.conditions]
    return "\n".join(parts)


def _condition(mib: Mib, condition: Condition) -> str:
    said = (
        ("raise", condition.begins),
        ("clear", condition.over),
        ("event", condition.events),
        ("stateful", condition.stateful),
    )
    traps = "; ".join(
        f"{kind} " + ", ".join(f"{name} `{oid}`" for name, oid in traps.items())
        for kind, traps in said
        if traps
    )
    by = (condition.by or mib.by) if condition.stateful else None
    told = f"; told by `{mib.varbinds.get(by.varbind, by.varbind)}`" if by else ""
    again = "; said again while it lasts" if condition.repeats else ""
    return f"| `{condition.check}` | {condition.on} | {condition.severity} | {traps}{told}{again} |"


def command_lines_page() -> str:
    """Write what may be sent to each platform, and what of its answer is understood."""
    parts = ["# Command lines", WRITTEN, COMMAND_LINES_INTRO]
    for one in platforms().values():
        parts.append(f"\n## {one.id}\n\n{one.title}; {one.vendor} {one.os}.\n")
        parts.append("| command | asked by the service | understood |\n| --- | --- | --- |")
        for command in one.commands:
            by_itself = "" if command.every is Every.NEVER else command.every.value
            parts.append(f"| `{command.say}` | {by_itself} | {', '.join(_understood(command))} |")
    return "\n".join(parts)


def _understood(command: Command) -> Iterator[str]:
    yield from sorted({rule.check for rule in command.sensors})
    yield from (count.check for count in command.counts)
    for word in ("ports", "onus", "neighbours"):
        if getattr(command, word) is not None:
            yield word.replace("onus", "ONUs")
    yield from command.identity or ()


def silent_page() -> str:
    """Write for which families there are lines that make gear talk."""
    rows = ["| name | family | has | sure | source |", "| --- | --- | --- | --- | --- |"]
    for one in voices().values():
        has = [name for name in SECTIONS if getattr(one, name)] or ["by hand"]
        sure = "yes" if one.sure else "releases differ"
        rows.append(f"| `{one.id}` | {one.title} | {', '.join(has)} | {sure} | {one.source} |")
    return "\n".join([WRITTEN, "# Lines for silent gear", "", SILENT_INTRO, *rows])


def _values(of: type) -> Iterator[tuple[str, str]]:
    """Yield value and note (what stands below it) of each member, as the source has them."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(of))).body
    body = getattr(node, "body", [])
    for field, below in zip(body, [*body[1:], None], strict=True):
        match field, below:
            case (
                ast.Assign(targets=[ast.Name()], value=ast.Constant(value=str(value))),
                ast.Expr(value=ast.Constant(value=str(note))),
            ):
                yield value, " ".join(note.split())
            case _:
                pass


PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "facts.md": facts_page,
    "configuration.md": configuration_page,
    "vital-signs.md": vital_signs_page,
    "log-messages.md": log_messages_page,
    "profiles.md": profiles_page,
    "command-lines.md": command_lines_page,
    "traps.md": traps_page,
    "silent-gear.md": silent_page,
    "rules.md": rules_page,
}


def outdated() -> Iterator[tuple[Path, str]]:
    """Yield each page that differs from what the code says now, with what it should be."""
    for name, write in PAGES.items():
        page, text = REFERENCE / name, write().rstrip() + "\n"
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            yield page, text


def main(arguments: list[str]) -> int:
    """Write what is out of date, or with --check only say so and return 1."""
    old = list(outdated())
    for page, text in old:
        if "--check" in arguments:
            print(f"{page.relative_to(Path.cwd())} is out of date: make docs")
        else:
            page.write_text(text, encoding="utf-8")
            print(page.relative_to(Path.cwd()))
    return int(bool(old) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
