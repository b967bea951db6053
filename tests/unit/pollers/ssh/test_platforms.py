"""What is written down of command lines holds together: columns exist, nothing changes a device."""

import re
from importlib.resources import files
from io import StringIO

import pytest
from netmiko.ssh_dispatcher import CLASS_MAPPER_BASE
from textfsm import TextFSM, clitable

from netwatch.model.faults import ConfigError
from netwatch.pollers.ssh.files import GAP, own_template, platform_of, platforms
from netwatch.pollers.ssh.rules import Command, Every, Platform

READS = ("show", "display")
COMMANDS = [(one, command) for one in platforms().values() for command in one.commands]


def named(pair: tuple[Platform, Command]) -> str:
    return f"{pair[0].id}: {pair[1].say}"


each = pytest.mark.parametrize("pair", COMMANDS, ids=named)


def columns_of(platform: Platform, command: Command) -> set[str]:
    """Return the columns of a command's template, as ntc-templates chooses it."""
    if command.template:
        return {name.lower() for name in template(own_template(command.template)).header}
    table = clitable.CliTable("index", _folder())
    said = GAP.sub("1", command.say)
    row = table.index.GetRowMatch({"Platform": platform.id, "Command": said})
    if not row:
        return set()
    table.ParseCmd("", attributes={"Platform": platform.id, "Command": said})
    return {name.lower() for name in table.header}


def template(text: str) -> TextFSM:
    return TextFSM(StringIO(text))


def _folder() -> str:
    return str(files("ntc_templates") / "templates")


def named_columns(command: Command) -> set[str]:
    found: set[str] = set((command.identity or {}).values())
    for sensor in command.sensors:
        found |= {sensor.value, *re.findall(r"\{(\w+)\}", sensor.part)}
        found |= {where.column for where in sensor.where}
    if (ports := command.ports) is not None:
        found |= {ports.name, ports.oper, ports.admin, ports.alias}
        found |= {where.column for where in ports.where}
    if (onus := command.onus) is not None:
        found |= {onus.port, onus.number, onus.state, onus.serial, onus.cause}
        found |= set((onus.readings or {}).values())
    if (near := command.neighbours) is not None:
        found |= {near.part, *near.device, *near.port}
    found |= {count.value for count in command.counts}
    return found - {""}


@each
def test_what_is_understood_stands_in_columns_that_there_are(
    pair: tuple[Platform, Command],
) -> None:
    platform, command = pair
    if command.means_something:
        assert named_columns(command) <= columns_of(platform, command)


@each
def test_no_listed_command_changes_a_device(pair: tuple[Platform, Command]) -> None:
    words = pair[1].say.split()
    assert words[0] in READS or "show" in words[1:] or "print" in words or words[-1] == "once"
    assert (
        not {"running-config", "configuration", "file", "save", "tech-support"} & set(words)
        or "database" in words
    )


def test_every_platform_says_who_it_is_and_is_known_to_netmiko() -> None:
    assert len(platforms()) >= 22
    for one in platforms().values():
        assert one.title
        assert one.vendor
        assert one.netmiko in CLASS_MAPPER_BASE


def test_a_mistake_in_a_platforms_file_is_told_with_its_word() -> None:
    plain = {"id": "x", "title": "X", "vendor": "X", "netmiko": "x"}
    with pytest.raises(ConfigError, match="temprature"):
        platform_of(
            {
                **plain,
                "commands": [
                    {"say": "show env", "sensors": [{"check": "temprature", "value": "t"}]}
                ],
            },
            "x.yaml",
        )
    with pytest.raises(ConfigError, match="gaps"):
        platform_of(
            {**plain, "commands": [{"say": "show port <port>", "every": "metrics"}]}, "x.yaml"
        )
    with pytest.raises(ConfigError, match="letters, digits"):
        platform_of({**plain, "commands": ["show version | include x"]}, "x.yaml")
    with pytest.raises(ConfigError, match="commandz"):
        platform_of({**plain, "commandz": []}, "x.yaml")


def test_the_service_asks_every_platform_that_has_something_to_say() -> None:
    quiet = {
        one.id for one in platforms().values()
        if not any(command.every in (Every.METRICS, Every.INVENTORY) for command in one.commands)
    }  # fmt: skip
    assert quiet == {"dlink_ds"}
    assert all(isinstance(command.every, Every) for _, command in COMMANDS)
