"""The units hold: they verify against an installed copy, and give away no more than they say."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from netwatch.cli import COMMANDS
from netwatch.service.live import RIGHTS
from netwatch.service.settings import read_settings

UNITS = Path(__file__).parents[2] / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
INSTALLED_AS = "/usr/lib/netwatch/bin/netwatch"
MOST_EXPOSED = 20
"""In tenths, as ``--threshold`` wants it: 2.0."""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a copy of the units that starts the netwatch of this environment."""
    program = Path(sys.executable).with_name("netwatch")
    assert program.exists(), "netwatch is not installed beside this Python"
    copy = tmp_path / "units"
    shutil.copytree(UNITS, copy)
    for unit in _units(copy):
        unit.write_text(unit.read_text().replace(INSTALLED_AS, str(program)))
    return copy


def _units(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix in {".service", ".socket", ".timer"})


def _run(*command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | more, timeout=60
    )


@pytest.mark.needs("systemd-analyze")
def test_the_units_verify_without_a_word(installed: Path) -> None:
    said = _run("systemd-analyze", "verify", *_units(installed), SYSTEMD_UNIT_PATH=f"{installed}:")
    about_us = [line for line in said.stderr.splitlines() if "netwatch" in line]
    assert (said.returncode, about_us) == (0, [])


@pytest.mark.needs("systemd-analyze")
@pytest.mark.parametrize("service", SERVICES)
def test_no_service_is_more_exposed_than_two(installed: Path, service: str) -> None:
    graded = _run(
        "systemd-analyze", "security", "--offline=true", "--no-pager",
        f"--threshold={MOST_EXPOSED}", installed / service,
    )  # fmt: skip
    assert graded.returncode == 0, graded.stdout[-400:] + graded.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_every_command_that_a_unit_starts_exists(service: str) -> None:
    text = (UNITS / service).read_text()
    started = re.findall(rf"^Exec\w+={re.escape(INSTALLED_AS)} (\S+)", text, re.MULTILINE)
    assert started
    assert set(started) <= set(COMMANDS)


@pytest.mark.needs("root", "systemd-sysusers", "systemd-tmpfiles")
def test_users_and_folders_come_out_as_the_units_expect_them(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    for tool, folder in (("systemd-sysusers", "sysusers.d"), ("systemd-tmpfiles", "tmpfiles.d")):
        create = ["--create"] if tool == "systemd-tmpfiles" else []
        made = _run(tool, f"--root={tmp_path}", *create, UNITS / folder / "netwatch.conf")
        assert made.returncode == 0, made.stderr
    users = (tmp_path / "etc/passwd").read_text()
    groups = (tmp_path / "etc/group").read_text()
    asked = {
        (kind, name)
        for service in SERVICES
        for kind, names in re.findall(
            r"^(User|Group|SupplementaryGroups)=(.*)$", (UNITS / service).read_text(), re.MULTILINE
        )
        for name in names.split()
    }
    for kind, name in asked:
        table = users if kind == "User" else groups
        assert re.search(rf"^{name}:", table, re.MULTILINE), (kind, name)
    modes = {
        folder: (tmp_path / folder).stat().st_mode & 0o7777
        for folder in ("var/lib/netwatch", "var/lib/netwatch/website", "etc/netwatch/credentials")
    }
    assert list(modes.values()) == [0o711, 0o755, 0o700]


def test_only_the_service_may_have_a_power_and_only_raw_sockets() -> None:
    for service in SERVICES:
        text = (UNITS / service).read_text()
        expected = ["CAP_NET_RAW"] if service == "netwatch.service" else [""]
        assert re.findall(r"^CapabilityBoundingSet=(.*)$", text, re.MULTILINE) == expected, service


def test_netwatch_loads_where_no_memory_is_both_written_and_run() -> None:
    # MemoryDenyWriteExecute=yes, asked of the kernel directly: PR_SET_MDWE (since Linux 6.3).
    probe = textwrap.dedent(
        """
        import ctypes, sys
        if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) != 0:
            sys.exit(77)
        import apprise, influxdb_client, numpy, prometheus_client, pydantic, sqlite3, ssl, starlette
        import subprocess, uvicorn, zstandard
        numpy.linalg.inv(numpy.eye(8))
        subprocess.run(["true"], check=True)
        import netwatch.cli, netwatch.pollers.engine, netwatch.service.live, netwatch.web.serving
        netwatch.cli.main(["--help"])
        """
    )
    ran = _run(sys.executable, "-W", "ignore", "-c", probe)
    if ran.returncode == 77:
        pytest.skip("this kernel has no PR_SET_MDWE (Linux 6.3)")
    assert ran.returncode == 0, ran.stderr
    assert "Commands" in ran.stdout


def test_the_example_settings_are_read_without_an_error(tmp_path: Path) -> None:
    (tmp_path / "inventory").mkdir()
    copy = tmp_path / "netwatch.toml"
    shutil.copyfile(UNITS / "netwatch.toml", copy)
    settings, findings = read_settings(copy)
    assert settings is not None, "\n".join(map(str, findings))
    assert settings.publishing.mode == "shadow"


def test_whoever_faces_the_world_may_ask_no_more_than_it_needs() -> None:
    users = {
        found[1]
        for unit in UNITS.glob("*.service")
        if (found := re.search(r"^User=(.+)$", unit.read_text(), re.MULTILINE))
    }
    assert users - {"netwatch"} == set(RIGHTS)
    assert not any("command" in asks or "reload" in asks for asks in RIGHTS.values())
