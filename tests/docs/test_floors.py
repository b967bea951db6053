"""The code keeps to its floors: one importer for each I/O library, modules of one sitting."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "netwatch").rglob("*.py"))

ONE_IMPORTER = {
    "cryptography": ("netwatch.pollers.snmp", "netwatch.inventory.contact_store.seal"),
    "http_ece": "netwatch.delivery.channels.push_keys",
    "py_vapid": "netwatch.delivery.channels.push_keys",
    "pysnmp": "netwatch.pollers.snmp",
    "icmplib": "netwatch.pollers.icmp",
    "netmiko": "netwatch.pollers.ssh",
    "paramiko": ("netwatch.pollers.ssh", "netwatch.delivery.push.filesystems"),
    "fsspec": "netwatch.delivery.push.filesystems",
    "ntc_templates": "netwatch.pollers.ssh.parsing",
    "textfsm": "netwatch.pollers.ssh.parsing",
    "apprise": "netwatch.delivery.channels.apprise",
    "influxdb_client": "netwatch.telemetry.influx",
    "prometheus_client": "netwatch.telemetry.exposition",
    "psycopg": "netwatch.inventory.importers.databases",
    "pymysql": "netwatch.inventory.importers.databases",
    "openpyxl": "netwatch.inventory.importers.sheets",
    "serial": "netwatch.delivery.channels.serial_line",
    "smpplib": "netwatch.delivery.channels.smpp",
    "imaplib": "netwatch.delivery.inboxes.imap",
    "shapely": ("netwatch.inventory.drawn", "netwatch.delivery.page.drawing"),
    "sqlite3": ("netwatch.journal", "netwatch.telemetry.history.head"),
    "duckdb": "netwatch.telemetry.history.reading",
    "pyarrow": "netwatch.telemetry.history.runs",
    "plotille": "netwatch.telemetry.graph.terminal",
    "matplotlib": "netwatch.telemetry.graph.figure",
    "pyroute2": "netwatch.lab",
    "uvicorn": "netwatch.web",
    "starlette": "netwatch.web",
}
"""An I/O library, and the only modules or packages that may know it."""


def _name(module: Path) -> str:
    parts = module.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _parsed(module: Path) -> ast.Module:
    return ast.parse(module.read_bytes(), module.name)


@cache
def _imports(module: Path) -> tuple[tuple[int, str], ...]:
    return tuple(_imported(_parsed(module)))


def _imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


@pytest.mark.parametrize(("library", "owner"), ONE_IMPORTER.items())
def test_only_one_place_imports_an_io_library(library: str, owner: str | tuple[str, ...]) -> None:
    owners = (owner,) if isinstance(owner, str) else owner
    trespassers = [
        f"{module.relative_to(ROOT)}:{line} imports {imported}; only {owners} may"
        for module in MODULES
        if not any(f"{_name(module)}.".startswith(f"{one}.") for one in owners)
        for line, imported in _imports(module)
        if imported.split(".")[0] == library
    ]
    assert not trespassers, "\n".join(trespassers)


def test_every_module_is_read_in_one_sitting() -> None:
    lengths = {module: len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}
    too_long = [
        f"{module.relative_to(ROOT)} has {lines} lines"
        for module, lines in lengths.items()
        if lines > 400
    ]
    assert not too_long, "split what is over 400 lines: " + ", ".join(too_long)
    of_code = [lines for module, lines in lengths.items() if module.name != "__init__.py"]
    assert median(of_code) < 150


def test_every_module_says_first_what_it_is() -> None:
    silent = [
        str(module.relative_to(ROOT))
        for module in MODULES
        if not ast.get_docstring(_parsed(module))
    ]
    assert not silent, f"no docstring: {silent}"
