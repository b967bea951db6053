"""The staff's pages as a browser shows them: on a phone and a desk, with and without a script."""

import os
from collections.abc import Iterator

import pytest

from tests.edges.browsing import DESK, Look, Seen, look
from tests.edges.office_house import HOSTILE, PASSWORD, Office, office

PHONE = 390
SHOTS = os.environ.get("NETWATCH_SHOTS", "")
"""A folder into which pictures of the pages go, for whoever wants to look at them."""
LOGIN = (("type", "#name", "jan"), ("type", "#password", PASSWORD), ("press", "main button", ""))
ASK = ("type", "#query", "kowal")
PAGES = {
    "login": ("/login", ()),
    "incident": ("/incident/I-1", ()),
    "incidents": ("/incidents", ()),
    "desk": ("/desk", ()),
    "answer": ("/desk", (ASK, ("press", ".go button", ""))),
    "typed": ("/desk", (ASK, ("await", "#answers article", ""))),
    "sure": ("/incident/I-1", (("press", "button[value=retract]", ""),)),
    "nothing": ("/incident/I-99", ()),
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office")) as one:
        one.staffed()
        jan, magda = one.browser("jan"), one.browser("magda")
        magda.send("/desk/calls", do="add", phone="+48 555 010 777", note=HOSTILE)
        magda.send("/desk/calls", do="add", subscriber="S-a0")
        magda.send("/desk/calls", do="add", phone="+48 555 010 222", note="after 17")
        jan.send("/desk/calls", do="take", callback="B-1")
        magda.send("/desk/calls", do="take", callback="B-3")
        jan.send("/incident/I-1", do="note", note=HOSTILE)
        jan.send("/incident/I-1", do="note", note="Excavator at Polna 4, splicing begins at 19:40")
        jan.send("/incident/I-1", do="eta", minutes="120")
        yield one


def looked(
    here: Office, profile: pytest.TempPathFactory, name: str, width: int, *, script: bool
) -> list[tuple[str, Seen]]:
    """Look at every page in one browser: who logs in first stays in."""
    looks = [Look(url=f"{here.url}/login?next=/desk", script=script, steps=LOGIN, width=width)]
    pages = [key for key in PAGES if script or key != "typed"]
    if script:
        pages.remove("answer")
    for dark in (False, True) if SHOTS else (width == DESK,):
        for page in pages:
            path, steps = PAGES[page]
            shot = f"{SHOTS}/{page}-{width}-{'dark' if dark else 'light'}.png" if SHOTS else ""
            looks.append(
                Look(
                    url=f"{here.url}{path}", width=width, script=script, dark=dark,
                    axe=script, steps=steps, shot=shot if script or page == "answer" else "",
                )
            )  # fmt: skip
    seen = look(profile.mktemp(name), *looks)[1:]
    return list(zip(pages * (len(seen) // len(pages)), seen, strict=True))


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_fits_shuts_nobody_out_and_lets_no_word_act(
    here: Office, tmp_path_factory: pytest.TempPathFactory, width: int, *, script: bool
) -> None:
    for page, said in looked(here, tmp_path_factory, "profile", width, script=script):
        complaints = [one for one in said.complaints if page != "nothing" or "409" not in one]
        assert complaints == [], page
        assert said.violations == [], page
        assert said.wide <= width, page
        assert said.title != "run", page
        assert said.images == 0, page
        fetched = [one["url"] for one in said.loaded if not one["url"].startswith("data:")]
        assert {url.startswith(here.url) for url in fetched} == {True}, page
        if page in {"incident", "desk"}:
            assert "onerror" in said.text, "it is shown, and does nothing"
        if page in {"answer", "typed"}:
            assert "No service" in said.text
            assert "On the phone" in said.text
