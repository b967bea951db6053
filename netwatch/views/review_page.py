"""Draft of a review -> Markdown, and a page with the time line drawn, that needs nothing else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined

from netwatch.views.local_times import lasting, local, with_local_times
from netwatch.views.report_page import PAPER

Review = dict[str, Any]
Rows = list[tuple[str, ...]]
WIDTH: Final = 900
LEFT: Final = 10
BAR: Final = 26
LANE: Final = 22
LANES: Final = ("public", "subscribers", "staff", "desk", "people")
ORDER: Final = ("detected", "confirmed", "assigned", "fixing", "restored", "verified")
SHADES: Final = ("#b3261e", "#c75b12", "#b08900", "#2f6fb0", "#3b8a3e", "#1f6b3a")
PERSONAL: Final = frozenset({"IncidentAcknowledged", "IncidentAssigned", "EndExpected"})
_PAGE: Final = (
    PAPER
    + """\
svg { width: 100%; height: auto; } svg text { fill: currentColor; font-size: 12px; }
</style>
<h1>{{ title }}</h1>
{% for line in lines %}
<p>{{ line }}</p>
{% endfor %}
<svg viewBox="0 0 {{ width }} {{ height }}" role="img" aria-label="{{ drawn.says }}">
{% for bar in drawn.bars %}
<rect x="{{ bar.x }}" y="4" width="{{ bar.width }}" height="{{ bar_height }}" fill="{{ bar.fill }}">
<title>{{ bar.says }}</title></rect>
{% endfor %}
{% for lane in drawn.lanes %}
<line x1="{{ left }}" x2="{{ width - left }}" y1="{{ lane.y }}" y2="{{ lane.y }}"
 stroke="currentColor" stroke-opacity=".3"/>
<text x="{{ left }}" y="{{ lane.y - 5 }}">{{ lane.name }}</text>
{% for dot in lane.dots %}
<circle cx="{{ dot.x }}" cy="{{ lane.y }}" r="5" fill="currentColor"><title>{{ dot.says }}</title>
</circle>
{% endfor %}
{% endfor %}
<text x="{{ left }}" y="{{ height - 4 }}">{{ drawn.begins }}</text>
<text x="{{ width - left }}" y="{{ height - 4 }}" text-anchor="end">{{ drawn.ends }}</text>
</svg>
<p>{{ drawn.says }}</p>
{% for heading, heads, rows in tables %}
<h2>{{ heading }}</h2>
{% if rows %}
<table>
<thead><tr>{% for head in heads %}<th scope="col">{{ head }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</tbody>
</table>
{% else %}
<p>Nothing.</p>
{% endif %}
{% endfor %}
</html>
"""
)
_ENVIRONMENT: Final = Environment(
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def sentences(answer: Review, zone: ZoneInfo) -> Iterator[str]:
    """Yield what happened, in sentences."""
    people = f"at worst {answer['subscribers']} subscribers without service"
    span = lasting(timedelta(seconds=answer["seconds"]))
    since, end = local(answer["since"], zone), answer["ended_at"]
    ended = f"until {local(end, zone)}" if end else "and is not over"
    yield f"{answer['where']}: {answer['cause']} ({answer['cause_certainty']}), {people}."
    yield f"It began {since}, went on {ended}, and lasted {span}."
    held = answer["authority"]
    yield f"{held['person']} had it." if held else "Nobody had it."
    stages = (
        f"{stage} {lasting(timedelta(seconds=seconds))}"
        for stage, seconds in answer["lasted"].items()
    )
    yield f"Stages: {', '.join(stages)}."


def tables(answer: Review, zone: ZoneInfo) -> list[tuple[str, tuple[str, ...], Rows]]:
    """Return the tables of a review: a heading, the columns, the rows."""
    told: Rows = [
        (
            row["audience"],
            row["channel"],
            row["what"],
            local(row["due_at"], zone),
            lasting(timedelta(seconds=row["after_s"])),
        )
        for row in answer["told"]
    ]
    late: Rows = [
        (row["what"], local(row["due_at"], zone), lasting(timedelta(seconds=row["late_s"])))
        for row in answer["late"]
    ]
    lacked: Rows = [
        (with_local_times(row["text"], zone), row["lesson"]) for row in answer["lacked"]
    ]
    lessons: Rows = [
        (row["lesson"], row["text"], row["owner"], local(row["due"], zone)[:5], row["state"])
        for row in answer["lessons"]
    ]
    happened: Rows = [
        (local(row["at"], zone), row["by"] or "netwatch", with_local_times(row["text"], zone))
        for row in answer["timeline"]
    ]
    return [
        ("When whom was told", ("who", "by", "what", "at", "after it began"), told),
        ("What was late", ("what", "due", "late by"), late),
        ("What was lacking", ("what", "perhaps"), lacked),
        ("Lessons", ("lesson", "what", "who", "until", "state"), lessons),
        ("What happened", ("at", "by", "what"), happened),
    ]


def markdown(answer: Review, zone: ZoneInfo) -> str:
    """Return the draft as Markdown, for a wiki or a ticket."""
    parts = [f"# Review of {answer['incident']}", *sentences(answer, zone)]
    for heading, heads, rows in tables(answer, zone):
        parts.append(f"## {heading}")
        lines: Rows = [heads, tuple("---" for _ in heads), *rows]
        table = "\n".join(_line(row) for row in lines)
        parts.append(table if rows else "Nothing.")
    return "\n\n".join(parts) + "\n"


def review_page(answer: Review, zone: ZoneInfo) -> str:
    """Return the draft as one HTML page that needs nothing else."""
    drawn = _drawn(answer, zone)
    text: str = _ENVIRONMENT.from_string(_PAGE).render(
        title=f"Review of {answer['incident']}",
        lines=list(sentences(answer, zone)),
        drawn=drawn,
        tables=tables(answer, zone),
        width=WIDTH,
        height=BAR + LANE * (2 * len(drawn["lanes"]) + 2),
        left=LEFT,
        bar_height=BAR,
    )
    return text


def _drawn(answer: Review, zone: ZoneInfo) -> dict[str, Any]:
    """Return the drawn time line: a bar of stages, and a lane for each kind of readers."""
    moments = [_moment(row["at"]) for row in answer["timeline"]] or [_moment(answer["opened_at"])]
    begins = min(_moment(answer["since"]), *moments)
    ends = max(*moments, begins + timedelta(seconds=1))

    def x(at: datetime) -> float:
        share = min(1.0, max(0.0, (at - begins) / (ends - begins)))
        return round(LEFT + (WIDTH - 2 * LEFT) * share, 1)

    bars: list[dict[str, Any]] = []
    for spell in answer["stages"]:
        if spell["stage"] not in ORDER:
            continue
        left = x(_moment(spell["since"]))
        right = x(_moment(spell["until"])) if spell["until"] else x(ends)
        said = f"{spell['stage']} from {local(spell['since'], zone)}"
        fill = SHADES[ORDER.index(spell["stage"])]
        bars.append({"x": left, "width": round(right - left, 1), "fill": fill, "says": said})
    dots: dict[str, list[dict[str, Any]]] = {lane: [] for lane in LANES}
    for row in answer["told"]:
        if row["audience"] in dots:
            said = f"{local(row['due_at'], zone)} {row['what']} by {row['channel']}"
            dots[row["audience"]].append({"x": x(_moment(row["due_at"])), "says": said})
    for row in answer["timeline"]:
        if row["fact"] in PERSONAL:
            said = f"{local(row['at'], zone)} {with_local_times(row['text'], zone)}"
            dots["people"].append({"x": x(_moment(row["at"])), "says": said})
    used = [lane for lane in LANES if dots[lane]]
    stages = ", ".join(str(one["says"]) for one in bars)
    return {
        "bars": bars,
        "lanes": [
            {"name": lane, "y": BAR + LANE * 2 * (place + 1), "dots": dots[lane]}
            for place, lane in enumerate(used)
        ],
        "begins": f"{begins.astimezone(zone):%m-%d %H:%M:%S}",
        "ends": f"{ends.astimezone(zone):%m-%d %H:%M:%S}",
        "says": f"The time line: {stages}.",
    }


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _line(row: tuple[str, ...]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in row)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
