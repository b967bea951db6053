"""What changed in netwatch.toml is told by its keys, never by its values."""

import tomllib
from pathlib import Path

import pytest

from netwatch.service.settings import Settings, read_settings
from netwatch.service.settings_diff import changed

BEFORE = """\
languages = ["pl"]
[snmp.access]
community = "file:old"
[influxdb]
url = "http://127.0.0.1:8428"
"""


def reading(folder: Path, text: str) -> Settings:
    tomllib.loads(text)
    file = folder / "netwatch.toml"
    file.write_text(text)
    settings, _ = read_settings(file)
    assert settings is not None
    return settings


@pytest.mark.parametrize(
    ("old", "new", "keys"),
    [
        ("", "", []),
        ("# a remark\n", "# another\n", []),
        ('["pl"]', '["pl", "en"]', ["languages"]),
        ("file:old", "file:new", ["[snmp.access] community"]),
        ("[snmp.access]", "[snmp.core]", ["[snmp] access", "[snmp] core"]),
        ("8428", "8429", ["[influxdb] url"]),
        ('[influxdb]\nurl = "http://127.0.0.1:8428"\n', "", ["influxdb"]),
        ("[influxdb]", '[publishing]\nmode = "full"\n[influxdb]', ["[publishing] mode"]),
    ],
)
def test_each_change_is_told_by_its_key(
    tmp_path: Path, old: str, new: str, keys: list[str]
) -> None:
    before = reading(tmp_path, BEFORE)
    after = reading(tmp_path, BEFORE.replace(old, new, 1) if old else BEFORE + new)

    assert changed(before, after) == keys
