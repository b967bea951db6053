"""An edition -> a banner that the operator's own website puts up: as a script."""

from typing import Final

from netwatch.delivery.page.edition import Edition
from netwatch.delivery.page.labels import labels
from netwatch.delivery.page.machine import inert_json
from netwatch.views.proof import stamp

MOST_TITLES: Final = 3
STALE_S: Final = 900
"""A banner older than this shows nothing: it stands on somebody else's page."""

SCRIPT: Final = """\
// Shows current outages on the page that includes it: <script src=".../banner.js" defer></script>
// Puts itself into the element with the id netwatch-banner, else at the top of the page. Shows
// nothing while all is well or when it has grown old. It writes text only, never markup.
(function () {
  "use strict";
  var data = %s;
  var age = (Date.now() - Date.parse(data.generated_at)) / 1000;
  if (age > data.stale_s) { return; }
  var spoken = (document.documentElement.lang || "").toLowerCase().split("-")[0];
  var said = data.languages[spoken] || data.languages[data.language];
  if (!said.titles.length) { return; }
  var box = document.createElement("div");
  box.setAttribute("role", "status");
  box.lang = data.languages[spoken] ? spoken : data.language;
  box.style.cssText = "background:#fdf0ee;color:#16202b;border-left:5px solid #b3261e;" +
    "padding:.6rem 1rem;font:1rem/1.5 system-ui,sans-serif";
  var head = document.createElement("strong");
  head.textContent = said.heading + ": " + said.count + " ";
  box.appendChild(head);
  said.titles.forEach(function (title) {
    var line = document.createElement("div");
    line.textContent = title;
    box.appendChild(line);
  });
  if (data.url) {
    var more = document.createElement("a");
    more.href = data.url + box.lang + "/index.html";
    more.textContent = said.more;
    more.style.color = "#0b57a4";
    box.appendChild(more);
  }
  function put() {
    var place = document.getElementById("netwatch-banner");
    if (place) { place.appendChild(box); } else { document.body.prepend(box); }
  }
  if (document.body) { put(); } else { document.addEventListener("DOMContentLoaded", put); }
}());
"""


def banner_js(edition: Edition) -> bytes:
    """Return ``banner.js`` with its data in it: one request, and nothing left to parse."""
    site, cards = edition.site, edition.content.current
    spoken = {}
    for language in site.languages:
        own = labels(language, site.timezone)
        spoken[language] = {
            "heading": own["current"],
            "more": own["more"],
            "count": len(cards),
            "titles": [edition.text(card, language).title for card in cards[:MOST_TITLES]],
        }
    document = {
        "generated_at": stamp(edition.at),
        "stale_s": STALE_S,
        "language": site.languages[0],
        "url": f"{site.url.rstrip('/')}/" if site.url else "",
        "languages": spoken,
    }
    return SCRIPT.replace("%s", inert_json(document), 1).encode()


def pulse_js(edition: Edition) -> bytes:
    """Return ``pulse.js``: when we last looked, for pages that change only with news."""
    shown = {
        language: labels(language, edition.site.timezone).stamp(edition.at)
        for language in edition.site.languages
    }
    document = inert_json({"at": stamp(edition.at), "shown": shown})
    return f"window.netwatchPulse = {document};\n".encode()
