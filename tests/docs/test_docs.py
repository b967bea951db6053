"""The documents tell the truth: what they name exists, what they show runs."""

import importlib.util
import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import click
import pytest
import yaml

from netwatch.cli import COMMANDS, cli
from netwatch.inventory.reader import read_inventory

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "systemd"
ADR = ROOT / "docs" / "adr"
ADR_CHAPTERS = ["Context", "What lost", "Decision", "Consequences"]
HAND_WRITTEN = sorted(
    page
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("inventory/*.md")]
    if page.parent.name != "reference"
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


pages = pytest.mark.parametrize("page", HAND_WRITTEN, ids=_name)


@cache
def _kept_files() -> tuple[Path, ...]:
    """Return the files of the repository; where git does not say, all that are not made."""
    asked = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    if asked.returncode == 0:
        names = asked.stdout.decode().split("\0")
        return tuple(path for name in names if name and (path := ROOT / name).is_file())
    made = {".venv", ".git", "site", "build", "dist", "__pycache__"}
    return tuple(
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not made.intersection(path.relative_to(ROOT).parts)
    )


def _blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def _tree() -> Iterator[tuple[str, str]]:
    """Yield (folder or file, what is said of it) as CONTRIBUTING draws them."""
    (drawn,) = _blocks(ROOT / "CONTRIBUTING.md", "text")
    above = ""
    for line in drawn.splitlines():
        name, _, said = line.strip().partition(" ")
        if not line.startswith(" "):
            above = name
            yield name, said.strip() or "the package"
        else:
            yield above + name, said.strip()


def test_the_tree_in_contributing_is_the_tree_on_disk() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in _kept_files() if path.parent != ROOT}
    expected = {f"{name}/" for name in folders if not name.startswith(".")}
    package = ROOT / "netwatch"
    expected |= {f"netwatch/{init.parent.name}/" for init in package.glob("*/__init__.py")}
    expected |= {f"netwatch/{file.name}" for file in package.glob("*.py")}
    expected -= {"netwatch/__init__.py", "netwatch/__main__.py"}
    assert {name for name, _ in _tree()} == expected
    assert all(said for _, said in _tree())


def test_the_reference_pages_say_what_the_code_says() -> None:
    old = [str(page.relative_to(ROOT)) for page, _ in _reference().outdated()]
    assert not old, f"out of date, `make docs` writes them anew: {old}"


def test_every_reference_page_is_written_by_a_program() -> None:
    measured = {"performance.md"}
    pages = {page.name for page in (ROOT / "docs" / "reference").glob("*.md")}
    assert pages == {*_reference().PAGES, *measured}


def test_no_news_for_operators_ends_in_a_number_that_leads_nowhere() -> None:
    named = {path.name for path in (ROOT / "changelog.d").glob("*.md")}
    assert {name for name in named if not re.fullmatch(r"\+[a-z0-9-]+\.[a-z]+\.md", name)} == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_a_place_in_the_docs(command: str) -> None:
    found = cli.get_command(click.Context(cli), command)
    assert found is not None
    assert found.help
    reference = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert f"\n## netwatch {command}\n" in reference


@pages
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    local = [target.partition("#")[0] for target in targets if "://" not in target]
    broken = [target for target in local if target and not (page.parent / target).exists()]
    assert not broken


@pages
def test_files_that_are_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    code = re.findall(r"`((?:netwatch|tests|tools|docs|constraints)/[\w./-]+)`", text)
    units = re.findall(r"\b(netwatch[\w-]*\.(?:service|socket|timer))\b", text)
    missing = [name for name in code if not (ROOT / name).exists()]
    missing += [name for name in units if not (UNITS / name).exists()]
    assert not missing


@pages
def test_make_targets_that_are_named_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)", text, re.MULTILINE))
    assert {first or second for first, second in named} <= targets


@pages
def test_commands_that_are_shown_exist_with_their_options(page: Path) -> None:
    for block in _blocks(page, "sh"):
        for part in re.split(r"&&|\|\||\||;|\n", block.replace("\\\n", " ")):
            words = shlex.split(part, comments=True) if "netwatch " in part else []
            if words and words[0] in ("netwatch", ".venv/bin/netwatch"):
                _assert_known(words[1:])


def _assert_known(words: list[str]) -> None:
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"no command {words[0]}"
        command, words = found, words[1:]
    own = words[: words.index("--")] if "--" in words else words
    known = {option for parameter in command.params for option in parameter.opts}
    unknown = [word for word in own if word.startswith("--") and word not in known | {"--help"}]
    assert not unknown, f"netwatch {command.name} knows no {unknown}"


def test_the_first_inventory_of_the_docs_is_read_without_an_error(tmp_path: Path) -> None:
    page = ROOT / "docs" / "how-to" / "first-device.md"
    (network,) = _blocks(page, "yaml")
    (subscribers,) = _blocks(page, "text")
    (tmp_path / "network.yaml").write_text(network, encoding="utf-8")
    (tmp_path / "subscribers.csv").write_text(subscribers, encoding="utf-8")
    reading = read_inventory(tmp_path)
    assert reading.network is not None, "\n".join(map(str, reading.findings))
    assert len(reading.network.subscribers) == 1


def test_every_page_has_its_place_in_the_site() -> None:
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    placed = sorted(_leaves(site["nav"]))
    docs = ROOT / "docs"
    assert placed == sorted(str(page.relative_to(docs)) for page in docs.rglob("*.md"))


def _leaves(nav: object) -> Iterator[str]:
    match nav:
        case str():
            yield nav
        case list():
            for item in nav:
                yield from _leaves(item)
        case dict():
            for item in nav.values():
                yield from _leaves(item)


def test_decisions_are_numbered_without_gaps_and_have_their_chapters() -> None:
    decisions = sorted(ADR.glob("[0-9]*.md"))
    index = (ADR / "index.md").read_text(encoding="utf-8")
    assert decisions
    for number, decision in enumerate(decisions, 1):
        text = decision.read_text(encoding="utf-8")
        assert decision.name.startswith(f"{number:04d}-")
        assert text.startswith(f"# {number:04d}. ")
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ADR_CHAPTERS, decision.name
        assert f"({decision.name})" in index


def test_no_file_names_a_registry_a_machines_own_path_or_a_key() -> None:
    # Written in pieces, so that this file does not name them either.
    forbidden = re.compile(
        rb"py" rb"pi\.org|python" rb"hosted|registry\.npm" rb"js|npm" rb"js\.org"
        rb"|deb\.deb" rb"ian\.org|(?<![\w.-])/wo" rb"rk/|(?<![\w.-])/roo" rb"t/"
        rb"|BEGIN [A-Z ]*PRIVATE" rb" KEY|extra-index" rb"-url"
    )  # fmt: skip
    found = [
        f"{path.relative_to(ROOT)}: {match.group().decode()}"
        for path in _kept_files()
        for match in forbidden.finditer(path.read_bytes())
    ]
    assert not found


def test_pins_name_releases_and_nothing_else() -> None:
    pins = sorted((ROOT / "constraints").glob("*.txt"))
    assert pins
    for file in pins:
        for line in file.read_text(encoding="utf-8").splitlines():
            assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line), f"{file.name}: {line}"


@cache
def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
