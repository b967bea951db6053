"""netwatch discover on providers made from seeds: all that is told is found, nothing is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from netwatch.inventory.reader import read_inventory
from tests.edges.lab_at_work import as_user, users, write_inventory
from tests.edges.provider import FIRST, Provider, provider

pytestmark = pytest.mark.needs("namespaces", "setpriv")

RANGE = f"{FIRST - 1}/23"
Ends = frozenset[tuple[str, str]]


def discovered(made: Provider) -> dict[str, Any]:
    """Run a lab of this provider, and discover in it from nothing."""
    with as_user(users()[0]) as work:
        work.start("--inventory", str(write_inventory(work.home, made.yaml())))
        words = ["discover", RANGE, "--community", "public", "--json", "--inventory"]
        nothing = work.home / "nothing"
        nothing.mkdir()
        done = work.inside(*work.prefix, "-m", "netwatch", *words, str(nothing))
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def named(said: dict[str, Any], made: Provider) -> list[Ends]:
    """Return the links with the devices' true names: quiet gear is named by its address."""
    names = {one["address"]: one["id"] for one in made.devices.values()}
    ids = {one["id"]: names[one["address"]] for one in said["devices"]}
    return [
        frozenset((ids[end["device"]], end["port"] or "") for end in one["ends"])
        for one in said["links"]
    ]


def fits(link: Ends, true: set[Ends]) -> bool:
    """Say whether a link is true: its devices are, and its ports where it names them."""
    return any(
        all((name, port) in one or (not port and name in dict(one)) for name, port in link)
        for one in true
    )


@pytest.mark.parametrize(("seed", "size"), [(1, 300), (3, 60)])
def test_all_that_is_told_is_found_and_nothing_that_is_not_there(
    seed: int, size: int, tmp_path: Path
) -> None:
    made = provider(seed, size)
    said = discovered(made)

    true = {frozenset(link) for link in made.links}
    found = named(said, made)
    assert len(said["devices"]) == size
    assert [one for one in found if not fits(one, true)] == []
    assert [one for one in map(frozenset, made.told()) if one not in found] == []
    placed = {name for one in found for name, _ in one}
    doubted = {one["address"] for one in said["unplaced"]}
    quiet = made.quiet()
    assert {made.devices[name]["address"] for name in quiet if name not in placed} <= doubted
    assert len([name for name in quiet if name in placed]) >= 0.98 * len(quiet)
    (tmp_path / "found.yaml").write_text(said["yaml"])
    proposed = read_inventory(tmp_path)
    assert proposed.network is not None, proposed.findings
    assert len(proposed.network.devices) == size
