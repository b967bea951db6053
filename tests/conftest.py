"""What all tests share: what they need of the machine, and the recordings beside the checkout."""

import gc
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Generator
from ctypes import CDLL
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

from netwatch.pollers.snmp import library

settings.register_profile(
    "netwatch",
    parent=settings.default,
    deadline=None,  # a busy machine is no fault of what is tested
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("netwatch")

ROOT = Path(__file__).parents[1]
LONGEST = [
    "test_crash_matrix.py",
    "test_cut_off.py",
    "test_demo.py",
    "test_receiver_and_service.py",
    "test_history_store.py",
    "test_page_in_a_browser.py",
    "test_lab.py",
    "test_history_life.py",
    "test_syslog.py",
    "test_snmp_v3_polling.py",
    "test_afternoon.py",
    "test_command_lines.py",
    "test_any_night.py",
    "test_service_life.py",
    "test_live_faults.py",
    "test_cabinets_without_mains.py",
    "test_engine_life.py",
    "test_web_crowd.py",
    "test_snmp_engine.py",
    "test_service_measures.py",
    "test_traps_v3.py",
    "test_traps_provoke.py",
    "test_visit_in_a_browser.py",
    "test_lab_life.py",
    "test_discover_provider.py",
    "test_reload.py",
    "test_command_line_service.py",
]
"""Begun first and in this order, so that no machine waits for them alone in the end."""


@cache
def _has_namespaces() -> bool:
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    made = subprocess.run(
        [unshare, "--user", "--map-root-user", "--net", "true"], capture_output=True, check=False
    )
    return made.returncode == 0


@cache
def _has_raw_sockets() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close()
    except PermissionError:
        return False
    return True


@cache
def _has_postgresql() -> bool:
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def _is_root() -> bool:
    return os.geteuid() == 0


THINGS: dict[str, tuple[Callable[[], bool], str]] = {
    "root": (_is_root, "run as root"),
    "namespaces": (_has_namespaces, "allow user namespaces: kernel.unprivileged_userns_clone = 1"),
    "postgresql": (_has_postgresql, "`tools/debian` as root installs it"),
    "raw-sockets": (_has_raw_sockets, "give CAP_NET_RAW, or run as root"),
}
"""What a test may need that is no program: how to find out, and the way to have it."""


def lacking(thing: str) -> str | None:
    """Say what to do to have ``thing`` on this machine; None when it is there.

    A thing is a key of THINGS, or else the name of a program.
    """
    if thing in THINGS:
        there, remedy = THINGS[thing]
        return None if there() else f"{thing} not here; {remedy}"
    places = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    if shutil.which(thing, path=places) is None:
        return f"{thing} not installed; `tools/debian` as root installs it"
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among what is just being read, nor ever again: it stays to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with those who take longest."""
    turn = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turn.get(item.path.name, len(turn)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, and say why."""
    for mark in item.iter_markers("needs"):
        for thing in mark.args:
            if missing := lacking(thing):
                pytest.skip(missing)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recordings: $NETWATCH_SHARED_DATA, or ../shared/data beside the checkout."""
    named = os.environ.get("NETWATCH_SHARED_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no folder of recordings; name it in NETWATCH_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def compiled_core() -> CDLL:
    """The compiled core, built of these very sources if it was not yet."""
    builder = _tool("core")
    try:
        built = builder.build()
    except builder.NoCoreError as why:
        pytest.skip(f"no compiled core: {why}")
    core, why_not = library.opened(built)
    assert core is not None, why_not
    return core


@pytest.fixture(params=["pure", "compiled"])
def asking(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let what the test starts ask in Python, then once more compiled; return which it is."""
    how: str = request.param
    if how == "compiled":
        request.getfixturevalue("compiled_core")
    monkeypatch.setenv(library.PURE, "1" if how == "pure" else "0")
    library.forget()
    return how


def _tool(name: str) -> ModuleType:
    spec = spec_from_file_location(f"netwatch_tools_{name}", ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pytest_sessionfinish() -> None:
    """Let go of what services in this process froze; DuckDB calls what is never freed a leak."""
    gc.unfreeze()
