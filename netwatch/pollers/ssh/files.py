"""``platforms/*.yaml`` -> Platform: what netwatch knows of command lines, one file a platform."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml
from cattrs import BaseValidationError, Converter, transform_error
from cattrs.gen import make_dict_structure_fn, override

from netwatch.model.faults import ConfigError, Place
from netwatch.pollers.gear.plausible import MEASURES
from netwatch.pollers.onu_table import STATES as ONU_STATES
from netwatch.pollers.ssh.rules import Command, Every, NeighbourRule, Platform, SensorRule, Where

REMEDY: Final = "see docs/how-to/command-lines.md, and the platforms beside it"
PORT_STATES: Final = frozenset(
    {"up", "down", "testing", "unknown", "dormant", "notPresent", "lowerLayerDown"}
)
IDENTITY: Final = frozenset({"model", "version", "serial", "os", "name"})
SAID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 /_.:-]*")
GAP: Final = re.compile(r"<[a-z-]+>")


@cache
def platforms() -> Mapping[str, Platform]:
    """Return what comes with netwatch, by id.

    Raises:
        ConfigError: one of the files is broken.
    """
    found: dict[str, Platform] = {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for file in sorted(resources.files("netwatch.pollers.ssh.platforms").iterdir(), key=str):
        if file.name.endswith(".yaml"):
            words = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 (both are safe loaders)
            platform = platform_of(words, file.name)
            found[platform.id] = platform
    return found


def own_template(name: str) -> str:
    """Return the text of an own TextFSM template."""
    place = resources.files("netwatch.pollers.ssh.templates") / f"{name}.textfsm"
    return place.read_text(encoding="utf-8")


def platform_of(words: Any, file: str) -> Platform:
    """Read one file's words.

    Raises:
        ConfigError: a key that is none, a value that does not fit, a rule that cannot work.
    """
    if not isinstance(words, dict):
        raise ConfigError(Place(file), "not a platform", REMEDY)
    try:
        platform = _converter().structure(words, Platform)
    except BaseValidationError as fault:
        raise ConfigError(Place(file), "; ".join(transform_error(fault)), REMEDY) from fault
    wrong = list(mistakes(platform))
    if wrong:
        raise ConfigError(Place(file), "; ".join(wrong), REMEDY)
    return platform


def mistakes(platform: Platform) -> Iterator[str]:
    """Yield what is wrong though each of the words is one."""
    said = [command.say for command in platform.commands]
    yield from (f"{one!r} is there twice" for one in set(said) if said.count(one) > 1)
    for command in platform.commands:
        plain = GAP.sub("1", command.say)
        if not SAID.fullmatch(plain):
            yield f"{command.say!r}: letters, digits, spaces and / _ . : - only"
        if plain != command.say and command.every is not Every.NEVER:
            yield f"{command.say!r} has gaps, which the service cannot fill: every: never"
        for sensor in command.sensors:
            if sensor.check not in MEASURES and sensor.states is None and sensor.otherwise is None:
                yield f"{command.say!r}: no check {sensor.check!r}: {', '.join(MEASURES)}"
        if command.ports and not PORT_STATES.issuperset(command.ports.states.values()):
            yield f"{command.say!r}: ports are {', '.join(sorted(PORT_STATES))}"
        if command.onus and not ONU_STATES.issuperset(
            (*command.onus.states.values(), *(command.onus.causes or {}).values())
        ):
            yield f"{command.say!r}: ONUs are {', '.join(sorted(ONU_STATES))}"
        if command.identity and not IDENTITY.issuperset(command.identity):
            yield f"{command.say!r}: identity is {', '.join(sorted(IDENTITY))}"


def _words(value: Any, _: Any = None) -> tuple[str, ...]:
    return tuple(str(one) for one in ([value] if isinstance(value, str) else value))


@cache
def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    converter.register_structure_hook_func(lambda kind: kind is str, _text)
    shapes: dict[type, dict[str, Any]] = {
        Where: {"is_": override(rename="is", struct_hook=_words),
                "not_": override(rename="not", struct_hook=_words)},
        NeighbourRule: {"device": override(struct_hook=_words),
                        "port": override(struct_hook=_words)},
        SensorRule: {},
        Command: {},
    }  # fmt: skip
    for cls, fields in shapes.items():
        plain: Any = make_dict_structure_fn(cls, converter, **fields)
        converter.register_structure_hook(cls, _command(plain) if cls is Command else plain)
    return converter


def _command(plain: Any) -> Any:
    """Let a bare text stand for a command that means nothing more than its rows."""
    return lambda value, cls: plain({"say": value} if isinstance(value, str) else value, cls)


def _text(value: Any, _: Any = None) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text; put quotes around it")
    return value
