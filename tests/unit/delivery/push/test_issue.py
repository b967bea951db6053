"""What a far place lacks, and in which order it is put there."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from netwatch.delivery.push.issue import Issue, edition_json, edition_there, gone, in_order, mark

NIGHT = datetime(2026, 11, 14, 19, 2, 11, tzinfo=UTC)
PAGES = ["pl/a-0.html", "pl/index.html", "index.html", "outages.json", "style.css"]
PAGES += ["pl/outage/I-1.html", "pl/more/~1.html", "pulse.js", "page.js", "banner.html"]


def test_nothing_leads_to_a_page_that_is_not_there_and_areas_come_last() -> None:
    groups = in_order(PAGES)

    assert [set(group) for group in groups] == [
        {"style.css", "pl/outage/I-1.html", "pl/more/~1.html", "page.js", "banner.html"},
        {"pl/index.html", "outages.json", "pulse.js"},
        {"index.html"},
        {"pl/a-0.html"},
    ]


@given(st.lists(st.text(max_size=20), unique=True))
def test_each_file_is_put_once(names: list[str]) -> None:
    assert sorted(name for group in in_order(names) for name in group) == sorted(names)


def test_the_time_of_making_is_news_on_first_pages_alone() -> None:
    one, other = (f'<p><time id="generated" datetime="{n}">{n}</time></p>'.encode() for n in (1, 2))

    assert mark("pl/a-0.html", one) == mark("pl/a-0.html", other)
    assert mark("pl/index.html", one) != mark("pl/index.html", other)
    assert mark("pl/a-0.html", one) != mark("pl/a-0.html", one + b"more")


def test_what_is_said_of_an_edition_is_read_again_and_rubbish_is_nothing() -> None:
    issue = Issue(at=NIGHT, marks=dict.fromkeys(PAGES, ""), files={})

    assert edition_there(edition_json(issue)) == (NIGHT, tuple(sorted(PAGES)))
    for rubbish in (None, b"", b"[]", b"{", b'{"files":3,"generated_at":"x"}', b"[" * 100_000):
        assert edition_there(rubbish) == (None, ())


def test_only_what_can_be_an_old_page_of_ours_is_removed() -> None:
    before = ["pl/outage/I-1.html", "../../etc/cron.html", "/etc/x.html", "own.php", "pl/~1.html"]

    assert gone(before, {"pl/~1.html": ""}) == ["pl/outage/I-1.html"]
