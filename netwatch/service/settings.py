"""netwatch.toml -> Settings, or every mistake in it with its place."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from netwatch.model.faults import ConfigError, Finding, Level, Place
from netwatch.service import channel_settings, inbox_settings
from netwatch.service.push_settings import holds_no_secret, lacks
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Settings
from netwatch.service.snmp_settings import mistakes, tables, weaknesses
from netwatch.service.toml_places import nearest, places_of

__all__ = ["DEFAULT_PATH", "Settings", "load_settings", "read_settings", "settings_or_defaults"]

DEFAULT_PATH: Final = Path("/etc/netwatch/netwatch.toml")
LARGEST: Final = 1024 * 1024

Where = tuple[str, ...]


def read_settings(path: Path) -> tuple[Settings | None, tuple[Finding, ...]]:
    """Read ``path``; return the settings (None when there is an error) and all findings.

    Paths come back absolute: what is relative in the file is relative to the file.
    """
    text = _text(path)
    if isinstance(text, Finding):
        return None, (text,)
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        return None, (_syntax(path, text, fault),)
    reader = _Reader(path, text)
    try:
        settings = _schema().validate_python(document)
    except ValidationError as fault:
        return None, tuple(sorted(reader.mistakes(fault)))
    settings = reader.settled(settings, document)
    broken = tuple(sorted(reader.misfits(settings)))
    if broken:
        return None, broken
    return settings, tuple(sorted(reader.warnings(settings)))


def load_settings(path: Path) -> Settings:
    """Return the settings of ``path``.

    Raises:
        ConfigError: it cannot be used; the first mistake is named (``netwatch check`` names all).
    """
    settings, findings = read_settings(path)
    if settings is None:
        first = next(finding for finding in findings if finding.level is Level.ERROR)
        raise ConfigError(first.place, first.wrong, first.remedy)
    return settings


def settings_or_defaults(path: Path | None) -> Settings:
    """Return the settings of ``path``, or of the default file, or those of no file at all.

    Raises:
        ConfigError: there is such a file and it cannot be used.
    """
    if path is None and not DEFAULT_PATH.is_file():
        return _absolute(Settings(), Path.cwd(), {})
    return load_settings(path or DEFAULT_PATH)


@cache
def _schema() -> TypeAdapter[Settings]:
    """Return what a file is held against: it takes long to make, and many have no file."""
    return TypeAdapter(Settings)


def _text(path: Path) -> str | Finding:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            return Finding(Place(str(path)), "is larger than 1 MB", "name the right file")
        return raw.decode()
    except OSError as fault:
        return Finding(
            Place(str(path)),
            f"cannot be read: {fault.strerror}",
            "name the settings with --config FILE or NETWATCH_CONFIG",
        )
    except UnicodeDecodeError:
        return Finding(Place(str(path)), "is not UTF-8 text", "save it as UTF-8")


def _syntax(path: Path, text: str, fault: Exception) -> Finding:
    message, _, tail = str(fault).partition(" (at ")
    numbers = [int(word.strip(",)")) for word in tail.split() if word.strip(",)").isdigit()]
    line, column = numbers if len(numbers) == 2 else (text.count("\n") + 1, 1)  # noqa: PLR2004
    if isinstance(fault, RecursionError):
        message = "is nested too deeply"
    remedy = 'correct this line; texts stand in quotes: name = "Dolina"'
    return Finding(Place(str(path), line, column), message[:1].lower() + message[1:], remedy)


class _Reader:
    """One file being read: its name, and where each key stands."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._places = places_of(text)

    def place(self, where: Where) -> Place:
        line, column = nearest(self._places, where)
        return Place(str(self._path), line, column)

    def mistakes(self, fault: ValidationError) -> Iterator[Finding]:
        for error in fault.errors(include_url=False, include_input=False):
            where = tuple(str(step) for step in error["loc"])
            name = ".".join(where)
            if error["type"] == "unexpected_keyword_argument":
                near = get_close_matches(where[-1], _known(where[:-1]), n=1)
                remedy = f"did you mean {near[0]!r}?" if near else "remove it"
                yield Finding(self.place(where), f"there is no key {name!r}", remedy)
            elif error["type"] == "missing":
                yield Finding(self.place(where), f"{name!r} is missing", "add it")
            else:
                wrong = f"{name}: {error['msg'].removeprefix('Value error, ')}"
                known = "see the reference of netwatch.toml for what this key takes"
                remedy = getattr(error.get("ctx", {}).get("error"), "remedy", known)
                yield Finding(self.place(where), wrong, remedy)

    def settled(self, settings: Settings, document: Mapping[str, Any]) -> Settings:
        base = self._path.resolve().parent
        settings = _absolute(settings, base, document)
        settled: Settings = _with_secrets(settings, base, self.place, ())
        return settled

    def misfits(self, settings: Settings) -> Iterator[Finding]:
        """Yield what is right by itself and does not fit together."""
        for where, snmp in tables(settings):
            yield from mistakes(where, snmp, self.place)
        yield from channel_settings.mistakes(settings.channels, self.place)
        yield from inbox_settings.mistakes(settings.inboxes, settings.channels, self.place)
        if settings.ssh:
            from netwatch.service import ssh_settings  # noqa: PLC0415 - slow to load

            yield from ssh_settings.mistakes(settings, self.place)

    def warnings(self, settings: Settings) -> Iterator[Finding]:
        for where, snmp in tables(settings):
            yield from weaknesses(where, snmp, self.place)
        for where, secret in _secrets(settings, ()):
            known = secret.kind == "plain" and where in self._places
            if known and not (where[0] == "channels" and holds_no_secret(secret)):
                yield Finding(
                    self.place(where),
                    f"{'.'.join(where)} holds a secret in plain text",
                    "put it into a file of its own and write file:PATH, or credential:NAME",
                    Level.WARNING,
                )
        for where, wrong, remedy in lacks(settings):
            yield Finding(self.place(where), wrong, remedy, Level.WARNING)
        if not settings.channels:
            yield Finding(
                self.place(()),
                "there is no [channels.duty]: staff alerts go nowhere",
                'add [channels.duty] with url = "credential:duty-url", an apprise URL',
                Level.WARNING,
            )


def _absolute(settings: Settings, base: Path, document: Mapping[str, Any]) -> Settings:
    """Make each path absolute: relative to the file, defaults of directories to ``state``."""
    state = base / settings.state

    def directory(section: str, path: Path) -> Path:
        return (base if "directory" in document.get(section, {}) else state) / path

    lab = settings.lab.state
    return replace(
        settings,
        inventory=base / settings.inventory,
        rules=None if settings.rules is None else base / settings.rules,
        state=state,
        website=replace(
            settings.website, directory=directory("website", settings.website.directory)
        ),
        history=replace(
            settings.history, directory=directory("history", settings.history.directory)
        ),
        lab=replace(settings.lab, state=None if lab is None else base / lab),
        ssh={
            name: replace(ssh, legacy_python=ssh.legacy_python and base / ssh.legacy_python)
            for name, ssh in settings.ssh.items()
        },
    )


def _known(where: Where) -> Iterable[str]:
    """Return the keys that may stand in the table ``where``."""
    kind: Any = Settings
    for step in where:
        kind = get_type_hints(kind)[step] if is_dataclass(kind) else get_args(kind)[-1]
        if get_origin(kind) in (Union, UnionType):
            kind = get_args(kind)[0]
    return [entry.name for entry in fields(kind)] if is_dataclass(kind) else ()


def _secrets(value: object, where: Where) -> Iterator[tuple[Where, Secret]]:
    if isinstance(value, Secret):
        yield where, value
    elif is_dataclass(value):
        for entry in fields(value):
            yield from _secrets(getattr(value, entry.name), (*where, entry.name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _secrets(item, (*where, str(key)))


def _with_secrets(value: Any, base: Path, place: Callable[[Where], Place], where: Where) -> Any:
    """Return the same settings whose secrets know their directory and their place."""
    if isinstance(value, Secret):
        return replace(value, base=base, place=place(where))
    if isinstance(value, Mapping):
        return {
            key: _with_secrets(item, base, place, (*where, str(key))) for key, item in value.items()
        }
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {
        entry.name: _with_secrets(getattr(value, entry.name), base, place, (*where, entry.name))
        for entry in fields(value)
    }
    return replace(value, **changed)
