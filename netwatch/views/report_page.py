"""Answer of ``publish report`` -> sentences, tables, and a page that can be mailed or printed."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined

from netwatch.views.local_times import local

Answer = dict[str, Any]
VERDICTS: Final = {
    "right": "right",
    "taken-back": "wrong: it never was",
    "brief": "wrong: over at once",
    "open": "not over yet",
}
PAPER: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{ title }}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8888; }
"""
"""How a page begins that is mailed or printed; its own styles follow."""
_PAGE: Final = (
    PAPER
    + """\
td.number { text-align: right; }
</style>
<link rel="icon" href="data:,">
<main>
<h1>{{ title }}</h1>
{% for line in lines %}
<p>{{ line }}</p>
{% endfor %}
{% for name, heads, rows in tables if rows %}
<h2>{{ name }}</h2>
<table tabindex="0">
<thead><tr>{% for head in heads %}<th scope="col">{{ head }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</tbody>
</table>
{% endfor %}
</main>
</html>
"""
)
_ENVIRONMENT: Final = Environment(
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
Row = tuple[str, ...]
Table = tuple[str, Row, list[Row]]


def sentences(answer: Answer, zone: ZoneInfo) -> Iterator[str]:
    """Yield the sums of a report, a sentence each.

    Args:
        answer: of ``publish report``.
        zone: in which people here live.
    """
    since, until = local(answer["since"], zone), local(answer["until"], zone)
    kept = sum(row["withheld"] for row in answer["notices"])
    all_kept = kept and kept == sum(row["messages"] for row in answer["notices"])
    told = "would have been told" if all_kept else "was told"
    yield f"{since} to {until}: the public {told} of {_many(answer['told'], 'incident')}."
    if answer["told"]:
        yield _verdicts(answer)
        yield _calls(answer["calls"], answer["told"])
    if answer["told_in_vain"]:
        to = "went to subscribers who had service all the time"
        yield f"{_many(answer['told_in_vain'], 'message')} {to}."
    if answer["untold"]:
        about = _many(len(answer["untold"]), "outage")
        yield f"Customers called about {about} of which nothing was to be said."
    if count := answer["calls"]["unexplained"]:
        yield f"{_many(count, 'time')} several of them called where nothing was seen."
    yield _cost(answer["cost"])
    yield _approvals(answer["approvals"])


def tables(answer: Answer, zone: ZoneInfo) -> list[Table]:
    """Return the tables of a report: a title, the headings, the rows."""
    counts: list[Row] = [
        (
            row["phase"],
            row["audience"],
            row["channel"],
            str(row["notices"]),
            str(row["messages"]),
            str(row["withheld"]),
            ", ".join(f"{count} {result}" for result, count in row["results"].items()),
        )
        for row in answer["notices"]
    ]
    incidents: list[Row] = [
        (
            row["incident"],
            local(row["told_at"], zone),
            local(row["ended_at"], zone),
            str(row["subscribers"]),
            "nobody called" if row["lead_min"] is None else f"{row['lead_min']:+.1f} min",
            VERDICTS[row["verdict"]],
        )
        for row in answer["incidents"]
    ]
    untold: list[Row] = [
        (
            row["incident"],
            local(row["since"], zone),
            str(row["subscribers"]),
            str(row["reports"]),
            ", ".join(row["areas"]),
        )
        for row in answer["untold"]
    ]
    counted = ("phase", "to", "channel", "notices", "messages", "withheld", "what became of them")
    told = ("incident", "told at", "ended at", "people", "before the first call", "it was")
    missed = ("incident", "since", "people", "calls", "areas")
    return [
        ("What was said", counted, counts),
        ("Incidents told of", told, incidents),
        ("Called about, not told", missed, untold),
    ]


def report_page(answer: Answer, name: str, zone: ZoneInfo) -> str:
    """Return a report as one HTML page that needs nothing else.

    Args:
        answer: of ``publish report``.
        name: the operator's.
        zone: in which people here live.
    """
    title = f"{name}: what the public was told"
    return page_of(title, list(sentences(answer, zone)), tables(answer, zone))


def page_of(title: str, lines: Sequence[str], tables: Sequence[Table]) -> str:
    """Return sentences and tables as one HTML page that needs nothing else."""
    page = _ENVIRONMENT.from_string(_PAGE)
    text: str = page.render(title=title, lines=lines, tables=tables)
    return text


def _verdicts(answer: Answer) -> str:
    wrong = f"{answer['wrong']} wrong"
    if answer["wrong"]:
        never, brief = answer["taken_back"], answer["brief"]
        why = [f"{never} never real"] * bool(never) + [f"{brief} over at once"] * bool(brief)
        wrong += f" ({', '.join(why)})"
    still = f", {answer['open']} not over yet" if answer["open"] else ""
    return f"{answer['right']} right, {wrong}{still}."


def _calls(calls: Answer, told: int) -> str:
    called = told - calls["nobody_called"]
    if not called:
        return "No customer called about any of them."
    first = f"Customers called about {called} of them, {calls['told_first']} of these told before"
    lead = calls["median_lead_min"]
    when = f"{abs(lead):.1f} min {'before' if lead >= 0 else 'after'} the first call"
    return f"{first}; in the median {when}."


def _cost(cost: Answer) -> str:
    if cost["currency"] is None and not (cost["went"] or cost["withheld"]):
        return "Nobody said what a message costs: sms and prices in the rules."
    currency = cost["currency"] or ""
    said = f"Messages cost {cost['went']:.2f} {currency}".rstrip()
    if cost["withheld"]:
        said += f"; those withheld would have cost {cost['withheld']:.2f} {currency}".rstrip()
    return f"{said}."


def _approvals(asked: Answer) -> str:
    if not asked["asked"]:
        return "Nobody was asked to approve anything."
    said = f"People were asked {_many(asked['asked'], 'time')}: {asked['given']} approved"
    said += f", {asked['refused']} refused, {asked['lapsed']} not answered"
    if asked["lapsed"]:
        went, dropped = asked["went_unanswered"], asked["dropped_unanswered"]
        said += f" ({went} went, {dropped} were dropped)"
    if asked["median_answer_min"] is not None:
        said += f"; in the median they answered within {asked['median_answer_min']:.1f} min"
    return f"{said}."


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
