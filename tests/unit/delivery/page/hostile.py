"""Strings that devices, files and pranksters send, and a town whose every text is one of them."""

from netwatch.delivery.page.content import Site, content
from netwatch.delivery.page.crowds import Crowds
from netwatch.delivery.page.edition import Edition
from netwatch.delivery.scribe import Words
from netwatch.model.facts import Fact, IncidentClosed, Phase
from netwatch.model.names import AreaId, SubscriberId
from netwatch.model.network import Area, LocalName, Network, Subscriber
from netwatch.views.board import Board
from tests.unit.delivery.hands import PlainWords
from tests.unit.views.tales import MINUTE, NIGHT, ONE, TWO, due, opened, people, restored

_TAGS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<!--", "-->", "<![CDATA[", "]]>", "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "&lt;script&gt;", "&#60;script&#62;", "&amp;#x3c;", "\\u003cscript\\u003e", "%3Cscript%3E",
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "<a href=//evil.example>",
    "<style>*{display:none}</style>", "<base href=//evil.example>", "<meta http-equiv=refresh>",
]  # fmt: skip
_TEMPLATES = [
    "{{7*7}}", "{% for x in () %}", "{# #}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0.__class__}",
    "{{''.__class__.__mro__}}", "%(x)s", "%s%s%s%n", "{site}", "{{ t }}", "$(id)", "`id`",
]  # fmt: skip
_LINES = [
    "a\r\nSet-Cookie: x=1", "a\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:evil", "a\rb", "a\u2028b\u2029c",
    "a\x0bb\x0cc", "a\x85b", "\r\n\r\n<html>", "EHLO\r\nMAIL FROM:<x>", "a\tb",
    ";DTSTART:19700101T000000Z", "x,y;z\\n", "\\", "\\\\n", "a:b;c=d",
]  # fmt: skip
_UNSEEN = [
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x00", "a\x00b", "\x08\x08\x08", "\x7f", "\x9b31m",
    "\u202eevil\u202c", "\u2066a\u2069", "\u200bzero\u200d", "\ufeffbom", "\ud800", "a\udfffb",
    "\ue000", "\U000e0041", "e" + "\u0301" * 500, "\u061c", "\u200e\u200f",
]  # fmt: skip
_SHEETS = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "@channel", "@everyone"]
_LONG = ["A" * 65536, "<b>" * 20000, "ł" * 30000, "👩‍👩‍👧‍👦" * 5000, "a " * 30000]

_MIXED = [f"{tag}{line}{tag}" for tag in _TAGS for line in _LINES[:5]]

HOSTILE: list[str] = [*_TAGS, *_TEMPLATES, *_LINES, *_UNSEEN, *_SHEETS, *_LONG, *_MIXED]


def town(texts: list[str]) -> Network:
    """Return areas that bear these names, ten subscribers in each."""
    areas = [
        Area(id=AreaId(f"a-{n}"), name=LocalName(text, (("pl", text),)))
        for n, text in enumerate(texts)
    ]
    return Network(
        areas={area.id: area for area in areas},
        subscribers={
            subscriber.id: subscriber
            for area in areas
            for subscriber in (
                Subscriber(id=SubscriberId(f"{area.id}-{n}"), area=area.id) for n in range(10)
            )
        },
    )


def evening(area: str) -> list[Fact]:
    """Return facts of one outage that goes on there and one that is over."""
    return [
        opened(ONE, areas=(area,), services=("internet", "<b>tv</b>")),
        due(Phase.CONFIRMED, ONE, areas=(area,)),
        opened(TWO, areas=(area,), subscribers=people(9)),
        due(Phase.CONFIRMED, TWO, areas=(area,)),
        restored(TWO),
        due(Phase.RESTORED, TWO, NIGHT + 30 * MINUTE, areas=(area,)),
        IncidentClosed(at=NIGHT + 40 * MINUTE, incident=TWO),
    ]


def edition(
    network: Network,
    facts: list[Fact],
    *,
    name: str = "Dolina",
    words: Words | None = None,
    languages: tuple[str, ...] = ("pl", "cs", "uk", "en"),
    phone: str = "555 010 100",
) -> Edition:
    at, crowds = NIGHT + 45 * MINUTE, Crowds(network)
    site = Site(
        name=name,
        timezone="Europe/Warsaw",
        languages=languages,
        url="https://status.dolina.example",
        phone=phone,
    )
    return Edition(
        content=content(Board.of(facts), crowds, at),
        site=site,
        crowds=crowds,
        words=words or PlainWords(),
        at=at,
    )
