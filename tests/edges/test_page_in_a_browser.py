"""The page as a browser lays it out: a street is found on a telephone, and nothing runs."""

import asyncio
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from netwatch.delivery.channels import Address
from netwatch.delivery.channels.website import Website
from netwatch.delivery.page.content import Site
from netwatch.delivery.render import Text
from netwatch.model.facts import Phase
from netwatch.model.names import NoticeKey
from netwatch.model.street_map import street_map
from netwatch.model.whereabouts import whereabouts
from netwatch.views.board import Board
from tests.unit.delivery.hands import Hands
from tests.unit.delivery.wording_examples import renderer
from tests.unit.model.streets_of import EVEN, ODD, lives, network_of
from tests.unit.views.tales import due, opened

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STREETS = (
    "ul. Księcia Bolesława Krzywoustego",
    "Polna",
    "x" * 110,
    "<img src=x onerror=\"document.title='run'\">",
    "1 Maja",
)
FRAME = """<!doctype html><iframe id="page" src="pl/index.html" width="WIDTH" height="900"></iframe>
<script>
addEventListener("load", function () {
  var page = document.getElementById("page").contentDocument;
  document.body.dataset.says = page.documentElement.scrollWidth + " "
    + page.querySelectorAll(".streets li").length + " " + page.images.length + " " + page.title;
});
</script>"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.mark.parametrize("width", [340, 1280])
def test_a_page_of_long_streets_fits_a_telephone_and_a_desk(tmp_path: Path, width: int) -> None:
    town = [one for name in STREETS for one in lives(name, [*ODD, *EVEN])]
    people = [one.id for one in town if one.lives.house in ODD]
    network = network_of(town)
    board = Board.of(
        [
            opened(subscribers=people, where=whereabouts(street_map(network), people)),
            due(Phase.CONFIRMED),
        ]
    )
    site = tmp_path / "site"
    website = Website(
        directory=site,
        site=Site(name="Dolina", timezone="Europe/Warsaw", languages=("pl", "en")),
        network=network,
        words=renderer(network),
        board=board,
        clock=Hands(),
    )
    public = Address(recipient="public", language="pl")
    asyncio.run(website.send(public, Text("", ""), NoticeKey("k")))
    (site / "frame.html").write_text(FRAME.replace("WIDTH", str(width)))

    done = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
            "--allow-file-access-from-files", f"--user-data-dir={tmp_path / 'profile'}",
            "--virtual-time-budget=5000", f"file://{site / 'frame.html'}",
        ],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    found = re.search(r'data-says="(\d+) (\d+) (\d+) ([^"]*)"', done.stdout)
    assert found is not None, done.stdout + done.stderr
    assert int(found[1]) <= width
    assert (int(found[2]), int(found[3])) == (len(STREETS), 0)
    assert found[4].startswith("(1) ")
