"""A year's record -> what the pages say of it, in one language."""

from collections.abc import Sequence
from math import floor
from typing import Any, Final

from markupsafe import Markup

from netwatch.delivery.page.crowds import band
from netwatch.delivery.page.edition import Edition
from netwatch.delivery.page.labels import Labels
from netwatch.delivery.page.press import filled, hole, pressed, printed
from netwatch.delivery.page.reliability import Kept
from netwatch.model.names import AreaId
from netwatch.views.proof import stamp
from netwatch.views.record import PastOutage

PLACE: Final = "more/history.html"
MOST_ROWS: Final = 60
MOST_AREAS: Final = 3

Values = dict[str, Any]


def year(edition: Edition, own: Labels, root: str, area: AreaId | None) -> Markup | None:
    """Return what was kept of a year in one area or in all; None where nothing is known.

    Args:
        edition: what is shown.
        own: the language.
        root: the way to the page's directory.
        area: where; None for everywhere, as the page of the past says it.
    """
    record = edition.record
    kept = None if record is None else record.everywhere if area is None else record.areas.get(area)
    if record is None or kept is None:
        return None
    since = own.said("counted_since", day=own.day(record.since))
    return edition.while_so(
        ("year", area, own.language, root),
        (kept, since),
        lambda: _year(edition, own, root, kept, since, is_whole=area is None),
    )


def table(edition: Edition, own: Labels, root: str, areas: Sequence[AreaId]) -> list[Values]:
    """Return a row an area that had an outage, those longest without service first."""
    record = edition.record
    kept = {} if record is None else record.areas
    touched = [area for area in areas if area in kept and kept[area].outages]
    ordered = sorted(touched, key=lambda area: (-kept[area].lost, area))[:MOST_ROWS]
    return [
        {
            "name": edition.name(area, own.language),
            "href": f"{root}{own.language}/{area}.html",
            **_figures(own, kept[area]),
        }
        for area in ordered
    ]


def share(own: Labels, part: float) -> str:
    """Return a share in per cent, rounded down: 99.999 % is not all."""
    return own.percent(floor(part * 10_000) / 10_000)


def _year(
    edition: Edition, own: Labels, root: str, kept: Kept, since: str, *, is_whole: bool
) -> Markup:
    past, holes = _past(edition, own, kept.past), ("share", "outages", "lost", "past")
    mould = edition.once(
        ("year", own.language, root, since, is_whole, not past),
        lambda: pressed(
            "year.html",
            {name: Markup(hole(name)) for name in holes}  # noqa: S704 - holes of our own
            | {
                "t": printed(own.language),
                "since": since,
                "past": past and Markup(hole("past")),  # noqa: S704 - the same
                "history": None if is_whole else f"{root}{own.language}/{PLACE}",
            },
        ),
    )
    return filled(mould, {**_figures(own, kept), "past": past})


def _figures(own: Labels, kept: Kept) -> dict[str, str]:
    return {
        "share": share(own, kept.share),
        "outages": str(kept.outages),
        "lost": own.lasting(kept.lost),
    }


def _past(edition: Edition, own: Labels, past: Sequence[PastOutage]) -> Markup:
    """Return the rows of what is over: areas beside each other often had the same."""
    return edition.once(
        ("past", own.language, *map(id, past)),
        lambda: Markup("\n").join(_line(edition, own, one) for one in past),
    )


def _line(edition: Edition, own: Labels, one: PastOutage) -> Markup:
    return edition.once(
        ("line", own.language, id(one)),
        lambda: pressed("past.html", {"one": _row(edition, own, one)}),
    )


def _row(edition: Edition, own: Labels, one: PastOutage) -> Values:
    areas = edition.crowds.named(one.losses)
    names = ", ".join(edition.name(area, own.language) for area in areas[:MOST_AREAS])
    more = f" +{len(areas) - MOST_AREAS}" if len(areas) > MOST_AREAS else ""
    return {
        "at": stamp(one.since),
        "day": own.stamp(one.since),
        "where": f"{names}{more}" or own["somewhere"],
        "lasted": own.lasting(one.until - one.since),
        "band": band(one.people),
    }
