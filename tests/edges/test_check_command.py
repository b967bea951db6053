"""netwatch check, as a person runs it: exit codes, places, the closing line."""

import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.edges import warm

ROOT = Path(__file__).parents[2]
CORE = "vantage: core-1\ndevices:\n  - {id: core-1, kind: router, address: 192.0.2.1}\n"
PATIENCE_S = 60.0


def check(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in ``cwd``, far from this machine's own settings."""
    environment = {key: value for key, value in os.environ.items() if key != "NETWATCH_CONFIG"}
    return warm.run("check", *arguments, cwd=cwd, env=environment, timeout=PATIENCE_S)


def of_the_inventory(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """Return the findings in files of the inventory; words and rules have tests of their own."""
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return [one for one in found if "inventory/" in one["path"]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "net.yaml").write_text(CORE)
    return tmp_path


def test_the_sample_inventory_has_no_mistakes() -> None:
    done = check("--inventory", "inventory", "--json", cwd=ROOT)

    assert json.loads(done.stdout) == []
    assert done.returncode == 0
    assert "475 devices, 475 links, 400 of 400 subscribers placed" in done.stderr


def test_a_mistake_is_told_with_its_place_and_the_way_out_and_exit_code_2(home: Path) -> None:
    (home / "inventory" / "polna.yaml").write_text(
        "devices:\n  - {id: olt-polna, kind: olt, uplink: [core-1]}\n"
        "  - {id: onu-7, kind: onu, via: olt-polna, uplink: [olt-plona]}\n"
    )

    done = check("--inventory", "inventory", cwd=home)

    assert done.returncode == 2
    assert (
        "inventory/polna.yaml:3:53: device 'onu-7' hangs on 'olt-plona', which is not in the"
        " inventory\n    did you mean 'olt-polna'?\n"
    ) in done.stdout
    assert re.fullmatch(
        "1 error, [0-9]+ warnings?: mend the errors, then run netwatch check again\\.\n",
        done.stderr,
    )


def test_json_is_one_list_of_findings(home: Path) -> None:
    (home / "inventory" / "polna.yaml").write_text("devises: []\n")

    done = check("--inventory", "inventory", "--json", cwd=home)

    assert done.returncode == 2
    assert of_the_inventory(done) == [
        {
            "path": "inventory/polna.yaml",
            "line": 1,
            "column": 1,
            "level": "error",
            "wrong": "an inventory has no key 'devises'",
            "remedy": "did you mean 'devices'?",
        }
    ]


def test_warnings_alone_do_not_change_the_exit_code(home: Path) -> None:
    (home / "inventory" / "more.yaml").write_text("devices: [{id: sw-1, kind: switch}]\n")

    done = check("--inventory", "inventory", cwd=home)

    assert done.returncode == 0
    assert "warning: device 'sw-1' has no path to the vantage 'core-1'" in done.stdout


def test_the_directory_is_shown_as_it_was_given(home: Path) -> None:
    (home / "inventory" / "more.yaml").write_text("x: 1\n")

    for given in ("inventory", "./inventory", str(home / "inventory")):
        done = check("--inventory", given, "--json", cwd=home)
        assert of_the_inventory(done)[0]["path"] == str(Path(given) / "more.yaml")


def test_without_options_what_lies_here_is_checked(home: Path) -> None:
    (home / "inventory" / "more.yaml").write_text("x: 1\n")

    assert "inventory/more.yaml:1:1: " in check(cwd=home).stdout


def test_a_directory_that_is_not_there_is_exit_code_2(tmp_path: Path) -> None:
    done = check("--inventory", "nowhere", cwd=tmp_path)

    assert done.returncode == 2
    assert "nowhere:1:1: there is no such directory\n    " in done.stdout


def test_the_settings_say_where_the_files_are_and_are_checked_too(home: Path) -> None:
    (home / "inventory" / "net.yaml").write_text(CORE.replace("2.1}", "2.1, snmp: accss}"))
    (home / "netwatch.toml").write_text(
        'name = "Dolina"\n[snmp.access]\ncommunity = "env:SNMP"\n'
        '[channels.duty]\nurl = "env:DUTY"\n'
    )

    done = check("--config", "netwatch.toml", cwd=home)

    assert done.returncode == 0
    assert (
        "inventory/net.yaml:3:58: warning: the credential 'accss' is not in netwatch.toml"
        in done.stdout
    )
    assert "did you mean 'access'?" in done.stdout

    (home / "netwatch.toml").write_text("nmae = 1\n")
    assert check("--config", "netwatch.toml", cwd=home).returncode == 2


def test_a_file_of_a_gigabyte_is_refused_before_it_is_read(home: Path) -> None:
    for name in ("huge.yaml", "huge.csv"):
        (home / "inventory" / name).touch()
        os.truncate(home / "inventory" / name, 2**30)
    (home / "inventory" / "more.yaml").write_text("subscribers: [huge.csv]\n")

    began = time.monotonic()
    done = check("--inventory", "inventory", "--json", cwd=home)

    assert done.returncode == 2
    assert [(one["path"], one["wrong"]) for one in of_the_inventory(done)] == [
        ("inventory/huge.csv", "is 1024 MiB large; at most 128 MiB are read"),
        ("inventory/huge.yaml", "is 1024 MiB large; at most 16 MiB are read"),
    ]
    assert time.monotonic() - began < PATIENCE_S / 2


def test_pipes_devices_and_loose_links_are_refused_and_not_waited_for(home: Path) -> None:
    os.mkfifo(home / "inventory" / "pipe.yaml")
    (home / "inventory" / "endless.yaml").symlink_to("/dev/zero")
    (home / "inventory" / "loose.yaml").symlink_to("nowhere")
    (home / "inventory" / "folder.yaml").mkdir()

    done = check("--inventory", "inventory", "--json", cwd=home)

    assert [(one["path"], one["wrong"]) for one in of_the_inventory(done)] == [
        ("inventory/endless.yaml", "is not a plain file"),
        ("inventory/loose.yaml", "cannot be read: no such file or directory"),
        ("inventory/pipe.yaml", "is not a plain file"),
    ]


def test_an_alias_bomb_ends_before_it_grows(home: Path) -> None:
    lines = ["devices: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]" for n in range(40)]
    (home / "inventory" / "bomb.yaml").write_text("\n".join(lines) + "\n")

    began = time.monotonic()
    done = check("--inventory", "inventory", cwd=home)

    assert done.returncode == 2
    assert "aliases grow this file" in done.stdout
    assert time.monotonic() - began < PATIENCE_S / 2


def test_a_half_edited_file_does_not_hide_the_mistakes_of_the_others(home: Path) -> None:
    (home / "inventory" / "a.yaml").write_text("devices:\n  - {id: sw-1, kind: switch, upl\n")
    (home / "inventory" / "b.yaml").write_text("areas: [{id: polna, whithin: x}]\n")

    found = of_the_inventory(check("--inventory", "inventory", "--json", cwd=home))

    assert [one["path"] for one in found] == ["inventory/a.yaml", "inventory/b.yaml"]


@pytest.mark.needs("git")
def test_contacts_in_a_file_that_git_keeps_are_warned_of(home: Path) -> None:
    folder = home / "inventory"
    (folder / "net.yaml").write_text(CORE + "subscribers: [kept.csv, loose.csv]\n")
    (folder / "kept.csv").write_text("id,device,phone\nS-1,core-1,\nS-2,core-1,+48555010100\n")
    (folder / "loose.csv").write_text("id,device,phone\nS-3,core-1,+48555010101\n")
    subprocess.run(["git", "init", "-q", home], check=True)
    subprocess.run(
        ["git", "-C", home, "add", "inventory/net.yaml", "inventory/kept.csv"], check=True
    )

    done = check("--inventory", "inventory", "--json", cwd=home)

    assert done.returncode == 0
    assert [(one["path"], one["line"], one["column"]) for one in of_the_inventory(done)] == [
        ("inventory/kept.csv", 3, 12)
    ]
