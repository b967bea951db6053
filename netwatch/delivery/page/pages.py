"""An edition -> pages for people: one in each language, one for each area, one for each outage."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from markupsafe import Markup

from netwatch.delivery.page import charts, chronicle, shelves, stories
from netwatch.delivery.page.concerns import NOTHING, Cards, everything, state
from netwatch.delivery.page.edition import Edition
from netwatch.delivery.page.labels import Labels, labels
from netwatch.delivery.page.press import filled, hole, pressed, printed
from netwatch.delivery.page.reliability import Kept
from netwatch.model.names import AreaId
from netwatch.views.proof import stamp

FIRST_VIEW: Final = 30_000
"""Bytes that a reader on a bad line waits for: the page and all that it brings along."""
WEIGHT_OF: Final = ("style.css", "page.js", "bad.svg")
PULSE: Final = 200
"""Bytes of ``pulse.js`` and to spare."""
TOLD_WHOLE: Final = (1000, 12, 6, 3, 1, 0)
"""So many outages are told whole, the first of these that lets the page stay light."""
MOST_BRIEF: Final = 30
VALID: Final = timedelta(minutes=5)
OUTAGES: Final = "more/outages.html"
FILLED: Final = ("top", "current", "works", "recent", "year")
"""What pages of one kind have each of its own."""
UNLIKE: Final = ("is_first", "headline", "areas", "shelves", "chart", "table")
"""What makes a page one of its own kind."""
LABELS: Final = {chronicle.PLACE: "history", charts.PLACE: "map"}

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page to be: where it goes, what it depends on, and how to make it."""

    path: str
    shows: object
    """Two sheets that show the same differ in their time alone."""
    render: Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one page is of."""

    inside: str
    """Where it lies in its language's folder."""
    cards: Cards
    area: AreaId | None = None
    areas: tuple[AreaId, ...] = ()
    """To choose from; those of a shelf are listed here, more than fit are told by their shelf."""
    is_part: bool = False
    """It holds one outage, or a part of the areas: what it does not tell says nothing."""
    whole: bool = False
    """It may be as long as it takes."""
    year: Kept | None = None
    """How a year went there."""


def sheets(edition: Edition) -> Iterator[Sheet]:
    """Yield every page of an edition, the first page last."""
    views = [*_views(edition)]
    for language in edition.site.languages:
        for view in _named(edition, views, language):
            yield _sheet(edition, language, f"{language}/{view.inside}", view)
    yield _sheet(edition, edition.site.languages[0], "index.html", views[-1])


def banners(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Yield a banner in each language, for a frame in another page, that of the first one last."""
    cards = everything(edition.content)
    for language in edition.site.languages:
        own = labels(language, edition.site.timezone)
        yield f"{language}/more/banner.html", _banner(edition, own, "../../", cards)
    first = labels(edition.site.languages[0], edition.site.timezone)
    yield "banner.html", _banner(edition, first, "", cards)


def fragments(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Yield what goes on as a piece of a page, for a site that puts it into one of its own."""
    cards = everything(edition.content)
    for language in edition.site.languages:
        own = labels(language, edition.site.timezone)
        yield f"{language}/more/fragment.html", _banner(edition, own, "", cards, "fragment.html")
    first = labels(edition.site.languages[0], edition.site.timezone)
    yield "fragment.html", _banner(edition, first, "", cards, "fragment.html")


def _banner(
    edition: Edition, own: Labels, root: str, cards: Cards, template: str = "banner.html"
) -> bytes:
    current = cards[0]
    values = {
        "t": printed(own.language),
        "site": edition.site,
        "language": own.language,
        "root": root,
        "generated": stamp(edition.at),
        "generated_shown": own.stamp(edition.at),
        "count": len(current),
        "titles": [edition.text(card, own.language).title for card in current[:3]],
    }
    return pressed(template, values).encode()


def _views(edition: Edition) -> Iterator[View]:
    content, shown = edition.content, everything(edition.content)
    known = edition.crowds.network.areas
    within: dict[AreaId | None, list[AreaId]] = {}
    for area in content.areas:
        within.setdefault(known[area].within, []).append(area)
    for area in content.areas:
        yield View(
            inside=f"{area}.html",
            cards=edition.concerns.get(area, NOTHING),
            area=area,
            areas=tuple(within.get(area, ())),
            year=edition.record.areas.get(area) if edition.record else None,
        )
    for kind, cards in enumerate(shown):
        for card in cards:
            if (place := stories.place_of(card.id)) is not None:
                alone = tuple((card,) if n == kind else () for n in range(len(shown)))
                yield View(inside=place, cards=alone, is_part=True, whole=True)
    yield View(inside=OUTAGES, cards=shown, is_part=True, whole=True)
    if edition.crowds.drawing is not None:
        yield View(inside=charts.PLACE, cards=(content.current, (), ()), is_part=True)
    if edition.record is not None:
        yield View(
            inside=chronicle.PLACE,
            cards=NOTHING,
            is_part=True,
            whole=True,
            year=edition.record.everywhere,
        )
    yield View(
        inside="index.html",
        cards=shown,
        areas=tuple(shelves.among(known, content.areas, None)),
    )


def _named(edition: Edition, views: Sequence[View], language: str) -> Iterator[View]:
    """Yield the pages of one language: where areas are many, also those that list them by name."""
    for view in views:
        names = {area: edition.name(area, language) for area in view.areas}
        for shelf in shelves.shelves(names, view.area):
            here = [edition.concerns.get(area, NOTHING)[0] for area in shelf.areas]
            ids = {card.id for cards in here for card in cards}
            ordered = tuple(card for card in view.cards[0] if card.id in ids)
            yield View(
                inside=shelf.place,
                cards=(ordered, (), ()),
                area=view.area,
                areas=shelf.areas,
                is_part=True,
            )
        yield view


def _sheet(edition: Edition, language: str, path: str, view: View) -> Sheet:
    root = "../" * path.count("/")
    own = labels(language, edition.site.timezone)

    def render() -> bytes:
        page = b""
        alike = _alike(edition, own, root, view)
        for whole in _told_whole(view):
            told = _told(edition, own, root, view, whole)
            if whole and not view.whole and sum(map(len, told.values())) > room():
                continue
            page = _pressed(edition, own, root, view, alike | told).encode()
            if view.whole or len(page) <= room():
                break
        return page

    return Sheet(path, (edition.site, edition.content.areas, view), render)


def _pressed(edition: Edition, own: Labels, root: str, view: View, values: Values) -> Markup:
    """Return a page; one without anything to choose from is cast in the mould of its like."""
    if any(values[name] for name in UNLIKE):
        return pressed("page.html", values)
    key = (own.language, root, view.is_part, values["is_chronicle"], values["count"])
    there = tuple(name for name in FILLED if values[name])
    mould = edition.once(
        ("page", *key, view.area is None, *map(bool, view.cards), *there),
        lambda: pressed(
            "page.html",
            values | {name: Markup(hole(name)) for name in there},  # noqa: S704 - holes of our own
        ),
    )
    return filled(mould, {name: values[name] for name in there})


def _told_whole(view: View) -> tuple[int, ...]:
    """Return how many outages to tell whole, to be tried in turn; fewer than all make a change."""
    if view.is_part and (view.areas or view.inside == charts.PLACE):
        return (0,)
    most = max(map(len, view.cards))
    return tuple(dict.fromkeys(min(whole, most) for whole in TOLD_WHOLE))


def room() -> int:
    """Return how many bytes a page may have so that the first view stays light."""
    return FIRST_VIEW - PULSE - _weight()


@cache
def _weight() -> int:
    folder = files("netwatch.delivery.page").joinpath("static")
    return sum(len(folder.joinpath(name).read_bytes()) for name in WEIGHT_OF)


def _alike(edition: Edition, own: Labels, root: str, view: View) -> Values:
    """Return all that a page says, whether its outages are told whole or in brief."""
    language, is_first = own.language, view.inside == "index.html"
    rows, parts = _areas(edition, own, root, view)
    count = len(view.cards[0])
    is_chronicle = view.inside == chronicle.PLACE
    return {
        "t": printed(own.language),
        "view": view,
        "is_first": is_first,
        "is_chronicle": is_chronicle,
        "count": count,
        "top": _top(edition, own, root, view),
        "headline": _headline(edition, own) if is_first else None,
        "help": None if is_chronicle else _help(edition, own, is_out=count > 0),
        "areas": rows,
        "shelves": parts,
        "chart": charts.chart(edition, own, root) if view.inside == charts.PLACE else None,
        "map": f"{root}{language}/{charts.PLACE}" if edition.crowds.drawing else None,
        **_year(edition, own, root, view),
        "foot": edition.once(
            ("foot", language, root),
            lambda: pressed("foot.html", {"t": printed(own.language), "root": root}),
        ),
    }


def _top(edition: Edition, own: Labels, root: str, view: View) -> Markup:
    """Return how a page begins; what is its own there is put into what it has alike with others."""
    heading, language = _heading(edition, own, view), own.language
    count, is_first = len(view.cards[0]), view.inside == "index.html"
    of_its_own, of_area = heading != own["heading"], view.area is not None
    inside = hole("inside")
    key = ("top", language, root, count, is_first, of_its_own, of_area)
    piece = edition.once(
        key,
        lambda: pressed(
            "top.html",
            {
                "t": printed(own.language),
                "site": edition.site,
                "language": language,
                "root": root,
                "is_first": is_first,
                "of_its_own": of_its_own,
                "of_area": of_area,
                "heading": hole("heading"),
                "generated": stamp(edition.at),
                "generated_shown": own.stamp(edition.at),
                "valid": own.said("valid", time=own.when(edition.at + VALID, edition.at))
                if is_first
                else own["seldom"],
                "count": count,
                "home": None if is_first else f"{root}{language}/index.html",
                "others": [
                    (code, labels(code, edition.site.timezone).autonym, f"{root}{code}/{inside}")
                    for code in edition.site.languages
                ],
            },
        ),
    )
    return filled(piece, {"inside": view.inside, "heading": heading})


def _help(edition: Edition, own: Labels, *, is_out: bool) -> Markup:
    values = {
        "t": printed(own.language),
        "site": edition.site,
        "language": own.language,
        "count": is_out,
    }
    return edition.once(("help", own.language, is_out), lambda: pressed("help.html", values))


def _headline(edition: Edition, own: Labels) -> Values | None:
    text = edition.headline(own.language)
    return None if text is None else {"title": text.title, "paragraphs": text.body.splitlines()}


def _heading(edition: Edition, own: Labels, view: View) -> str:
    if view.area is not None:
        return edition.name(view.area, own.language)
    if view.inside in LABELS:
        return own[LABELS[view.inside]]
    return own["areas" if view.areas and view.is_part else "heading"]


def _year(edition: Edition, own: Labels, root: str, view: View) -> Values:
    content, aim = edition.content, edition.site.aim
    known = edition.crowds.network.areas
    is_chronicle = view.inside == chronicle.PLACE
    areas = shelves.among(known, content.areas, None) if is_chronicle else []
    return {
        "year": chronicle.year(edition, own, root, view.area) if view.year else None,
        "table": chronicle.table(edition, own, root, areas),
        "history": f"{root}{own.language}/{chronicle.PLACE}" if edition.record else None,
        "aim": None
        if aim is None
        else own.said("promise_share", percent=chronicle.share(own, aim)),
    }


def _told(edition: Edition, own: Labels, root: str, view: View, whole: int) -> dict[str, Markup]:
    """Return what goes on, what is planned, what is over: the first ones whole, others in brief."""
    parts = {}
    for name, cards in zip(("current", "recent", "works"), view.cards, strict=True):
        too_many = len(cards) > whole and name == "current" and not edition.content.as_one
        ordered = stories.by_size(cards) if too_many else cards
        rest = [] if view.whole else ordered[whole:]
        parts[name] = stories.told(
            edition,
            own,
            root,
            whole=ordered[:whole],
            brief=rest[:MOST_BRIEF],
            left_out=max(0, len(rest) - MOST_BRIEF),
            further=own["brief"] if name == "current" else "",
            more=f"{root}{own.language}/{OUTAGES}",
        )
    return parts


def _areas(
    edition: Edition, own: Labels, root: str, view: View
) -> tuple[list[Markup], list[Values]]:
    """Return the areas to choose from, those in trouble first, and the shelves with all others."""
    if not view.areas:
        return [], []
    names = {area: edition.name(area, own.language) for area in view.areas}
    inorder = shelves.by_name(names)
    states = {area: state(edition.concerns.get(area, NOTHING)[0]) for area in inorder}
    parts = [] if view.is_part else [*shelves.shelves(names, view.area)]
    bad = [area for area in inorder if states[area] != "fine"]
    fine = [] if parts else [area for area in inorder if states[area] == "fine"]
    rows = [
        _row(edition, own, root, area, states[area])
        for area in ([*bad, *fine] if not parts else bad[:MOST_BRIEF])
    ]
    return rows, [
        {
            "first": names[shelf.areas[0]],
            "last": names[shelf.areas[-1]],
            "href": f"{root}{own.language}/{shelf.place}",
        }
        for shelf in parts
    ]


def _row(edition: Edition, own: Labels, root: str, area: AreaId, standing: str) -> Markup:
    """Return an area to choose; it stands alike on the pages around it."""
    name, language = edition.name(area, own.language), own.language
    return edition.while_so(
        ("row", area, language, root),
        (name, standing),
        lambda: filled(
            edition.once(("row", language, standing), lambda: _row_mould(own, standing)),
            {"name": name, "href": f"{root}{language}/{area}.html"},
        ),
    )


def _row_mould(own: Labels, standing: str) -> Markup:
    row = {
        "name": hole("name"),
        "href": hole("href"),
        "state": standing,
        "state_shown": own[f"area_{standing}"],
    }
    return pressed("row.html", {"row": row})
