"""A real browser that looks at pages: what it shows, what it loads, what axe-core finds."""

import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HERE = Path(__file__).parent / "browser"
MODULES = Path(sys.prefix) / "browser"
PHONE, DESK = 360, 1280


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at one page."""

    url: str
    width: int = PHONE
    script: bool = True
    dark: bool = False
    axe: bool = False
    later_s: float = 0.0
    """How long ago the page was made, as the reader's clock has it."""
    open_s: float = 0.0
    """How long the page has been open."""
    shot: str = ""
    steps: tuple[tuple[str, str, str], ...] = ()
    """What is done there: type or choose (where, what), press (where) and wait for the next page,
    await (where) what a script brings."""


@dataclass(slots=True, kw_only=True)
class Seen:
    """What a reader saw."""

    title: str
    wide: int
    text: str
    stale: bool
    images: int
    loaded: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


def look(profile: Path, *looks: Look) -> list[Seen]:
    """Look at pages; skips the test where there is no browser or nothing to steer it by."""
    if CHROMIUM is None or shutil.which("node") is None:
        pytest.skip("no chromium or no node on this machine")
    modules()
    order = {
        "chromium": CHROMIUM,
        "profile": str(profile),
        "jobs": [asdict(one) for one in looks],
    }
    done = subprocess.run(
        ["node", str(HERE / "look.mjs")],
        input=json.dumps(order), capture_output=True, text=True, check=False, timeout=240,
        env=os.environ | {"BROWSER_MODULES": str(MODULES / "node_modules")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return [Seen(**one) for one in json.loads(done.stdout)]


@functools.cache
def modules() -> None:
    """Fetch what steers the browser, once a virtual environment."""
    wanted = (HERE / "package.json").read_text(encoding="utf-8")
    mine = MODULES / "package.json"
    if mine.exists() and mine.read_text(encoding="utf-8") == wanted:
        return
    if shutil.which("npm") is None:
        pytest.skip("no npm on this machine")
    MODULES.mkdir(exist_ok=True)
    shutil.copy(HERE / "package.json", mine)
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
    done = subprocess.run(
        command, cwd=MODULES, capture_output=True, text=True, check=False, timeout=200
    )
    if done.returncode:
        mine.unlink()
        pytest.skip(f"what steers the browser cannot be had: {done.stderr.strip()[-200:]}")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_said: object) -> None:
        return


@contextmanager
def served(directory: Path) -> Iterator[str]:
    """Serve a directory on loopback, as any web server would."""
    handler = functools.partial(_Quiet, directory=str(directory))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
