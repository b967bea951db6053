"""Entries -> words: each template sound, each language whole."""

from collections.abc import Iterator
from typing import Final

from netwatch.delivery.wording_names import APPROVAL_NAMES, PUBLIC_NAMES, STAFF_NAMES, TROUBLE_NAMES
from netwatch.delivery.words import (
    ANY,
    APPROVAL,
    DESK,
    DESK_PHASES,
    HINT,
    LAST_RESORT,
    LESSON,
    PUBLIC_ABOUT,
    PUBLIC_PHASES,
    STAFF,
    STAFF_ABOUT,
    STAFF_PHASES,
    TROUBLE,
    TROUBLE_OVER,
    WEBSITE,
    Operator,
    Phrase,
    SmsTerms,
    Template,
    Words,
)
from netwatch.inventory.findings import Findings
from netwatch.inventory.near import did_you_mean
from netwatch.model.faults import Place
from netwatch.response.playbooks import Staffing
from netwatch.response.rules import ChannelKind
from netwatch.rules.build import promises
from netwatch.rules.files import Ruled, Rules

NUMBER: Final = ("n",)
"""What a phrase may put in: its number, or the one thing it speaks of."""
DISPENSABLE: Final = ("outages.", "mail.", "stop")
"""Phrases that a language of the operator's may do without: English helps, or nothing is said."""
NUMBERED: Final = ("people.", "more.", "streets.more.", "outages.", "mail.", "credit.")


def words(rules: Rules, findings: Findings, root: Place) -> Words:
    """Return all words in force, and note what is wrong with them.

    Args:
        rules: the entries.
        findings: where mistakes are noted.
        root: the place of what is missing altogether.
    """
    templates = [_template(ruled, findings) for ruled in rules.entries("words")]
    phrases = [_phrase(ruled, findings) for ruled in rules.entries("phrases")]
    made = Words(
        templates={template.key: template for template in templates},
        phrases={(phrase.language, phrase.id): phrase for phrase in phrases},
        operator=Operator(**rules.fields("operator")),
        sms=SmsTerms(**rules.fields("sms")),
        kinds=_kinds(rules),
        readers={ruled.entry.language: ruled.entry.by for ruled in rules.entries("readers")},
        tasks={ruled.entry.id: ruled.entry.words for ruled in rules.entries("tasks")},
        staffing=Staffing(**rules.fields("staffing")),
        next_update=promises(rules),
    )
    for wrong, remedy in missing(made):
        findings.error(root, wrong, remedy)
    return made


def _kinds(rules: Rules) -> dict[str, str]:
    said = ((ruled.entry.id, ruled.entry.kind) for ruled in rules.entries("channels"))
    return {name: kind.value for name, kind in said if kind not in (None, ChannelKind.OTHER)}


def missing(words: Words) -> Iterator[tuple[str, str]]:
    """Yield what is wrong and the remedy for each hole: a phase or phrase without words."""
    staff = {key[3] for key in words.templates if key[2] == STAFF} | {LAST_RESORT}
    needs = {
        WEBSITE: (PUBLIC_PHASES, {*words.languages(), LAST_RESORT}),
        DESK: (DESK_PHASES, {LAST_RESORT}),
        STAFF: (STAFF_PHASES, staff),
    }
    for channel, (phases, languages) in needs.items():
        for language in sorted(languages):
            for phase in phases:
                if (phase, ANY, channel, language) not in words.templates:
                    wrong = f"no words are left for {phase} on {channel} in {language!r}"
                    yield wrong, f"give some: phase: {phase}, cause: any, channel: {channel}"
    for language in words.languages():
        for name in phrases_of(words, LAST_RESORT, staff=language in staff):
            if (language, name) not in words.phrases:
                wrong = f"the phrase {name!r} is missing in {language!r}"
                yield wrong, f"add it: {{id: {name}, language: {language}, text: ...}}"


def phrases_of(words: Words, language: str, *, staff: bool) -> list[str]:
    """Return the phrases that every language must have: what English has, plurals apart."""
    names = (name for code, name in words.phrases if code == language)
    return sorted(
        name
        for name in names
        if not name.endswith((".sms", ".one"))
        and not name.startswith(DISPENSABLE)
        and (staff or not name.startswith(("staff.", "people.")))
    )


def _template(ruled: Ruled, findings: Findings) -> Template:
    entry, mark = ruled.entry, ruled.mark
    for_staff = entry.channel == STAFF
    phases = STAFF_PHASES if for_staff else (*PUBLIC_PHASES, *DESK_PHASES)
    if entry.phase not in phases:
        who = "the staff" if for_staff else "customers"
        wrong = f"phase {entry.phase!r} is not for {who} (channel {entry.channel!r})"
        findings.error(mark.find(["phase"]), wrong, f"one of: {' '.join(phases)}")
    about = STAFF_ABOUT if for_staff else PUBLIC_ABOUT
    if entry.cause not in about:
        remedy = did_you_mean(entry.cause, about, f"one of: {' '.join(about)}")
        findings.error(mark.find(["cause"]), f"{entry.cause!r} is no cause", remedy)
    names = values_of(entry.phase, for_staff=for_staff)
    for name in ("title", "body"):
        _check(ruled, name, names, findings)
    return Template(
        phase=entry.phase,
        cause=entry.cause,
        channel=entry.channel,
        language=entry.language,
        title=entry.title,
        body=entry.body,
        place=mark.find(["body"]).place,
    )


def _phrase(ruled: Ruled, findings: Findings) -> Phrase:
    entry = ruled.entry
    counted = entry.id.startswith(NUMBERED)
    _check(ruled, "text", NUMBER if counted else (), findings)
    return Phrase(
        id=entry.id,
        language=entry.language,
        text=entry.text,
        place=ruled.mark.find(["text"]).place,
    )


def values_of(phase: str, *, for_staff: bool) -> tuple[str, ...]:
    """Return the values that a template of this phase may put in."""
    if not for_staff:
        return PUBLIC_NAMES
    if phase == APPROVAL:
        return APPROVAL_NAMES
    return TROUBLE_NAMES if phase in {TROUBLE, TROUBLE_OVER, HINT, LESSON} else STAFF_NAMES


def _check(ruled: Ruled, name: str, names: tuple[str, ...], findings: Findings) -> None:
    """Note what is wrong with one text of the operator's; those that ship were looked through."""
    if ruled.ships:
        return
    from netwatch.delivery.wording_sandbox import flaws  # noqa: PLC0415 - slow to load

    mark = ruled.mark.find([name])
    for _line, wrong, remedy in flaws(getattr(ruled.entry, name), names):
        findings.error(mark, wrong, remedy)
